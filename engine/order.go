// The order of a result's rows: which of its columns the last sort ordered by, and so which rows may stand in any order.

package engine

import "calypso/engine/plan"

// SortedBy gives the result's columns, by number, that its rows are ordered by; rows equal in all of them may come in any order. ok
// is false where the order is defined otherwise (range, serialize), by something that isn't a column of the result, or not at all.
func (t *ResultTable) SortedBy() (columns []int, ok bool) {
	if !t.Serialized {
		return nil, false
	}
	at := make([]int, len(t.node.Columns())) // result column → column of the node, -1 when it isn't one
	for i := range at {
		at[i] = i
	}
	for n := t.node; ; n = n.Inputs()[0] {
		switch x := n.(type) {
		case *plan.Project:
			throughProject(x, at)
		case *plan.Sort:
			return sortedColumns(x.Keys, at)
		case *plan.Top:
			return sortedColumns(x.Keys, at)
		case *plan.Filter, *plan.Take, *plan.Window, *plan.Share, *plan.Parse:
		default:
			return nil, false
		}
	}
}

// throughProject follows columns to a projection's input; computed ones end there.
func throughProject(p *plan.Project, at []int) {
	for i, c := range at {
		if c < 0 {
			continue
		}
		at[i] = -1
		if col, ok := p.Items[c].(*plan.Col); ok {
			at[i] = col.Ordinal
		}
	}
}

func sortedColumns(keys []plan.SortKey, at []int) ([]int, bool) {
	var out []int
	for _, k := range keys {
		col, ok := k.X.(*plan.Col)
		found := false
		for i, c := range at {
			if ok && c == col.Ordinal {
				out, found = append(out, i), true
			}
		}
		if !found {
			return nil, false
		}
	}
	return out, true
}
