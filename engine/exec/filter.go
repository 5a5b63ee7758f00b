// Filter: which rows of a batch meet a condition.

package exec

import (
	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// filter keeps rows for which all parts of a conjunction are true. That is what and means under where: null and false
// both drop a row.
type filter struct {
	parts []plan.Expr
	needs []*need // by part: what a row must have for it; nil where that isn't known
}

func newFilter(cond plan.Expr) *filter {
	f := &filter{parts: conjuncts(cond, nil)}
	for _, part := range f.parts {
		f.needs = append(f.needs, needOf(part))
	}
	return f
}

func conjuncts(e plan.Expr, list []plan.Expr) []plan.Expr {
	if c, ok := plan.Conjunction(e); ok {
		for _, a := range c.Args {
			list = conjuncts(a, list)
		}
		return list
	}
	return append(list, e)
}

func (f *filter) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	for i, part := range f.parts {
		if b = f.needs[i].narrow(b); b.N == 0 {
			return nil
		}
		t, err := truthOf(c, part, b)
		if err != nil {
			return err
		}
		if t.v.Const {
			if isTrue(t.v, 0) {
				continue
			}
			return nil
		}
		sel := t.rows(b.N)
		if len(sel) == 0 {
			return nil
		}
		if len(sel) < b.N {
			// Parts that follow see fewer rows; they can't bring any back.
			kept := value.GatherBatch(*b, sel)
			b = &kept
		}
	}
	return emit(b)
}

// count gives the number of rows that apply would keep, and doesn't copy the last of them.
func (f *filter) count(c *fn.Context, b *value.Batch) (n int, err error) {
	last := len(f.parts) - 1
	if last < 0 {
		return b.N, nil
	}
	err = (&filter{f.parts[:last], f.needs[:last]}).apply(c, b, func(b *value.Batch) error {
		if b = f.needs[last].narrow(b); b.N == 0 {
			return nil
		}
		t, err := truthOf(c, f.parts[last], b)
		if err != nil {
			return err
		}
		n = t.count(b.N)
		return nil
	})
	return n, err
}

// need is a text that a row's JSON must have for a property of it to equal that text.
type need struct {
	column int
	text   *fn.JSONNeedle
}

// needOf knows the comparison of a property, or of a property's property, with a text.
func needOf(e plan.Expr) *need {
	call, ok := e.(*plan.Call)
	if !ok || call.Name != "==" || len(call.Args) != 2 {
		return nil
	}
	c, ok := call.Args[1].(*plan.Const)
	path, isPath := call.Args[0].(*plan.Call)
	if !ok || c.V.Kind != value.String || !isPath {
		return nil
	}
	for {
		if path.Name != "." && path.Name != "[]" {
			return nil
		}
		if col, ok := path.Args[0].(*plan.Col); ok {
			if text := fn.NewJSONNeedle(c.V.StringAt(0)); text != nil && col.Type == value.Dynamic {
				return &need{col.Ordinal, text}
			}
			return nil
		}
		if path, ok = path.Args[0].(*plan.Call); !ok {
			return nil
		}
	}
}

// narrow drops rows that don't have what is needed, where their column is packed and that drops many.
func (d *need) narrow(b *value.Batch) *value.Batch {
	if d == nil {
		return b
	}
	rows, ok := d.text.Rows(b.Cols[d.column], b.N)
	if !ok || len(rows) > b.N/2 {
		return b
	}
	kept := value.GatherBatch(*b, rows)
	return &kept
}

// truth is the value of a condition for rows, or for the words of a coded column.
type truth struct {
	v     *value.Vector
	codes []uint32 // by row its word; nil where v is by row
}

func truthOf(c *fn.Context, cond plan.Expr, b *value.Batch) (t truth, err error) {
	call, ok := cond.(*plan.Call)
	if !ok {
		t.v, err = eval(c, cond, b)
		return t, err
	}
	args, err := evalAll(c, call.Args, b)
	if err != nil {
		return t, err
	}
	if v, codes := overWords(c, call, args, b.N); v != nil {
		return truth{v, codes[:b.N]}, nil
	}
	t.v, err = callOver(c, call, args, b.N)
	return t, err
}

// rows gives the rows for which the condition is true; it isn't constant.
func (t truth) rows(n int) []uint32 {
	keep, at := t.bits(n), 0
	sel := make([]uint32, n)
	if t.codes != nil {
		for i, code := range t.codes {
			sel[at] = uint32(i)
			at += int(keep[code])
		}
		return sel[:at]
	}
	for i, k := range keep {
		sel[at] = uint32(i)
		at += int(k)
	}
	return sel[:at]
}

// count is the number of rows for which the condition is true.
func (t truth) count(n int) (count int) {
	if t.v.Const {
		if isTrue(t.v, 0) {
			return n
		}
		return 0
	}
	keep := t.bits(n)
	if t.codes != nil {
		for _, code := range t.codes {
			count += int(keep[code])
		}
		return count
	}
	for _, k := range keep {
		count += int(k)
	}
	return count
}

// bits gives 1 for true and 0 for false and null: without a branch, which the processor could only guess at.
func (t truth) bits(n int) []uint8 {
	if t.codes != nil {
		n = t.v.N
	}
	bits := make([]uint8, n)
	for i, yes := range t.v.Bools[:n] {
		if yes {
			bits[i] = 1
		}
	}
	if t.v.Nulls != nil {
		for i := range bits {
			if t.v.Nulls.Has(i) {
				bits[i] = 0
			}
		}
	}
	return bits
}

func isTrue(v *value.Vector, i int) bool { return v.Bools[i&v.Mask()] && !v.IsNull(i) }
