// Segments skipped by their statistics: where a filter over a scan compares a column with a constant, a segment whose bounds rule
// every row out isn't read. Only comparisons whose meaning the bounds tell exactly are used.

package exec

import (
	"context"

	"calypso/engine/plan"
	"calypso/kusto/value"
)

// bound is column op constant.
type bound struct {
	column int // of the table
	op     string
	v      *value.Vector
}

// skipping is a scan that leaves segments out.
type skipping struct {
	*scan
	bounds []bound
}

// newSkipping gives the scan, with the bounds that a filter sets.
func newSkipping(s *scan, f *filter) segmented {
	var bounds []bound
	for _, part := range f.parts {
		call, ok := part.(*plan.Call)
		if !ok || len(call.Args) != 2 {
			continue
		}
		op := call.Name
		col, isCol := call.Args[0].(*plan.Col)
		c, isConst := call.Args[1].(*plan.Const)
		if !isCol || !isConst {
			col, isCol = call.Args[1].(*plan.Col)
			c, isConst = call.Args[0].(*plan.Const)
			op = mirrored[op]
		}
		if !isCol || !isConst || c.V.IsNull(0) || !comparable(col.Type, c.V.Kind, op) {
			continue
		}
		bounds = append(bounds, bound{s.columns[col.Ordinal], op, c.V})
	}
	if len(bounds) == 0 {
		return s
	}
	return &skipping{s, bounds}
}

var mirrored = map[string]string{"==": "==", "<": ">", "<=": ">=", ">": "<", ">=": "<="}

func comparable(a, b value.Kind, op string) bool {
	switch op {
	case "==", "<", "<=", ">", ">=":
	default:
		return false
	}
	switch a {
	case value.Int, value.Long:
		return b == value.Int || b == value.Long
	case value.Datetime, value.Timespan:
		return a == b
	case value.String:
		return a == b && op == "=="
	}
	return false
}

func (s *skipping) read(ctx context.Context, segment int64, emit func(*value.Batch) error) error {
	for _, b := range s.bounds {
		stats, ok := s.table.Stats(int(segment), b.column)
		if ok && b.rulesOut(stats) {
			return nil
		}
	}
	return s.scan.read(ctx, segment, emit)
}

// rulesOut tells whether no row between the bounds can meet the comparison.
func (b bound) rulesOut(s Stats) bool {
	if s.Min == nil || s.Max == nil {
		// No value that compares: only nulls, for which the comparison is never true.
		return true
	}
	lo, hi := value.Compare(s.Min, 0, b.v, 0), value.Compare(s.Max, 0, b.v, 0)
	switch b.op {
	case "==":
		return lo > 0 || hi < 0
	case "<":
		return lo >= 0
	case "<=":
		return lo > 0
	case ">":
		return hi <= 0
	case ">=":
		return hi < 0
	}
	return false
}
