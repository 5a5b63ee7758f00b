// Filter: which rows of a batch meet a condition.

package exec

import (
	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// filter keeps rows for which all parts of a conjunction are true. That is what and means under where: null and false
// both drop a row.
type filter struct{ parts []plan.Expr }

func newFilter(cond plan.Expr) *filter { return &filter{conjuncts(cond, nil)} }

func conjuncts(e plan.Expr, list []plan.Expr) []plan.Expr {
	if c, ok := e.(*plan.Call); ok && c.Name == "and" {
		for _, a := range c.Args {
			list = conjuncts(a, list)
		}
		return list
	}
	return append(list, e)
}

func (f *filter) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	for _, part := range f.parts {
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
	err = (&filter{f.parts[:last]}).apply(c, b, func(b *value.Batch) error {
		t, err := truthOf(c, f.parts[last], b)
		if err != nil {
			return err
		}
		n = t.count(b.N)
		return nil
	})
	return n, err
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
