// Adapters: they turn a function over one row into a kernel over vectors, so that most functions are one short function and
// a table row. A null argument gives a null result without a call; what must see nulls writes its own body.

package fn

import (
	"math/bits"

	"calypso/kusto/value"
)

// body computes n rows from arguments that already have the kinds it expects.
type body func(c *Context, a []*value.Vector, n int) (*value.Vector, error)

func lowBit(w uint64) int { return bits.TrailingZeros64(w) }

// map1 adapts a total function of one argument.
func map1[A, R cell](kind value.Kind, f func(A) R) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		x, m := cells[A](a[0]), a[0].Mask()
		out, nulls := make([]R, n), eitherNull(n, a[0])
		for i := range out {
			if nulls == nil || !nulls.Has(i) {
				out[i] = f(x[i&m])
			}
		}
		return vectorOf(kind, out, nulls), nil
	}
}

// try1 adapts a function of one argument that gives null when it says false.
func try1[A, R cell](kind value.Kind, f func(A) (R, bool)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		x, m := cells[A](a[0]), a[0].Mask()
		out, nulls := make([]R, n), eitherNull(n, a[0])
		for i := range out {
			if nulls != nil && nulls.Has(i) {
				continue
			}
			r, ok := f(x[i&m])
			if !ok {
				nulls = nulls.Set(i, n)
				continue
			}
			out[i] = r
		}
		return vectorOf(kind, out, nulls), nil
	}
}

// map2 adapts a total function of two arguments.
func map2[A, B, R cell](kind value.Kind, f func(A, B) R) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		x, mx := cells[A](a[0]), a[0].Mask()
		y, my := cells[B](a[1]), a[1].Mask()
		out, nulls := make([]R, n), eitherNull(n, a[0], a[1])
		for i := range out {
			if nulls == nil || !nulls.Has(i) {
				out[i] = f(x[i&mx], y[i&my])
			}
		}
		return vectorOf(kind, out, nulls), nil
	}
}

// try2 adapts a function of two arguments that gives null when it says false.
func try2[A, B, R cell](kind value.Kind, f func(A, B) (R, bool)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		x, mx := cells[A](a[0]), a[0].Mask()
		y, my := cells[B](a[1]), a[1].Mask()
		out, nulls := make([]R, n), eitherNull(n, a[0], a[1])
		for i := range out {
			if nulls != nil && nulls.Has(i) {
				continue
			}
			r, ok := f(x[i&mx], y[i&my])
			if !ok {
				nulls = nulls.Set(i, n)
				continue
			}
			out[i] = r
		}
		return vectorOf(kind, out, nulls), nil
	}
}

// try3 adapts a function of three arguments that gives null when it says false.
func try3[A, B, C, R cell](kind value.Kind, f func(A, B, C) (R, bool)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		x, mx := cells[A](a[0]), a[0].Mask()
		y, my := cells[B](a[1]), a[1].Mask()
		z, mz := cells[C](a[2]), a[2].Mask()
		out, nulls := make([]R, n), eitherNull(n, a[0], a[1], a[2])
		for i := range out {
			if nulls != nil && nulls.Has(i) {
				continue
			}
			r, ok := f(x[i&mx], y[i&my], z[i&mz])
			if !ok {
				nulls = nulls.Set(i, n)
				continue
			}
			out[i] = r
		}
		return vectorOf(kind, out, nulls), nil
	}
}

// rows adapts a function that reads its arguments itself, nulls included; false gives null.
func rows[R cell](kind value.Kind, f func(a []*value.Vector, i int) (R, bool)) body {
	return func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]R, n)
		var nulls value.Bitmap
		for i := range out {
			if i&1023 == 1023 {
				if err := c.done(); err != nil {
					return nil, err
				}
			}
			r, ok := f(a, i)
			if !ok {
				nulls = nulls.Set(i, n)
				continue
			}
			out[i] = r
		}
		return vectorOf(kind, out, nulls), nil
	}
}

// folded computes one row when all arguments are constant. Bodies below it never make a constant themselves.
func folded(b body) body {
	return func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		for _, v := range a {
			if !v.Const {
				return b(c, a, n)
			}
		}
		out, err := b(c, a, 1)
		if err != nil {
			return nil, err
		}
		whole := *out
		whole.Const, whole.N = true, n
		return &whole, nil
	}
}
