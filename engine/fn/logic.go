// Logic and choice: and, or, not, iff, case, coalesce, max_of, min_of, and the tests for null and empty.

package fn

import (
	"fmt"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

var logicFamily = []scalar{
	variadic("and", 2, value.Bool, logicBody(and3), value.Bool),
	variadic("or", 2, value.Bool, logicBody(or3), value.Bool),
	simple("not", value.Bool, map1(value.Bool, func(b bool) bool { return !b }), value.Bool),
	{"iff", 3, 3, buildCase},
	{"iif", 3, 3, buildCase},
	{"case", 3, -1, buildCase},
	{"coalesce", 1, -1, buildCoalesce},
	{"max_of", 1, -1, buildExtreme},
	{"min_of", 1, -1, buildExtreme},
	simple("isnull", value.Bool, nullTest(true), asIs),
	simple("isnotnull", value.Bool, nullTest(false), asIs),
	simple("notnull", value.Bool, nullTest(false), asIs),
	simple("isempty", value.Bool, map1(value.Bool, func(s string) bool { return s == "" }), asText),
	simple("isnotempty", value.Bool, map1(value.Bool, func(s string) bool { return s != "" }), asText),
	simple("notempty", value.Bool, map1(value.Bool, func(s string) bool { return s != "" }), asText),
	{"gettype", 1, 1, buildGettype},
	simple("assert", value.Bool, assertBody, value.Bool, value.String),
}

func logicBody(op func(a, b logic3) logic3) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]bool, n)
		var nulls value.Bitmap
		for i := range out {
			r := logicAt(a[0], i)
			for _, v := range a[1:] {
				r = op(r, logicAt(v, i))
			}
			if r == isUnknown {
				nulls = nulls.Set(i, n)
			}
			out[i] = r == isTrue
		}
		return vectorOf(value.Bool, out, nulls), nil
	}
}

func nullTest(want bool) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]bool, n)
		for i := range out {
			out[i] = isNull(a[0], i) == want
		}
		return vectorOf(value.Bool, out, nil), nil
	}
}

// commonKind is the kind of a choice between values: one kind for all, or long for int and long. With mixed, a dynamic value is taken as
// the kind of the others.
func commonKind(name string, args []Arg, mixed bool, at func(i int) bool) (value.Kind, error) {
	kind, first := value.Invalid, -1
	for i, a := range args {
		if !at(i) {
			continue
		}
		switch {
		case first < 0:
			kind, first = a.Kind, i
		case kind == a.Kind, mixed && a.Kind == value.Dynamic:
		case mixed && kind == value.Dynamic:
			kind, first = a.Kind, i
		case kind == value.Int && a.Kind == value.Long || kind == value.Long && a.Kind == value.Int:
			kind = value.Long
		case kind == value.Dynamic || a.Kind == value.Dynamic:
			return 0, &NotBuilt{Name: name, Detail: "a choice between dynamic and another type"}
		case numeric(kind) && numeric(a.Kind) && wider(kind, a.Kind) == value.Decimal:
			return 0, &NotBuilt{Name: name, Detail: fmt.Sprintf("a choice between %s and %s", kind, a.Kind)}
		default:
			return 0, &BadArgument{Name: name, Index: i, Why: fmt.Sprintf("is %s, must be %s like argument %d", a.Kind, kind, first+1)}
		}
	}
	return kind, nil
}

// buildCase makes case(p1, v1, p2, v2, …, else), of which iff is the shortest. A null predicate isn't true.
func buildCase(name string, args []Arg) (*Overload, error) {
	if len(args)%2 == 0 {
		return nil, &BadArgument{Name: name, Index: -1, Why: "needs pairs of predicate and value, then one value for all else"}
	}
	last := len(args) - 1
	kind, err := commonKind(name, args, true, func(i int) bool { return i%2 == 1 || i == last })
	if err != nil {
		return nil, err
	}
	params := make([]value.Kind, len(args))
	for i, a := range args {
		switch {
		case i%2 == 0 && i < last:
			params[i] = value.Bool
		case a.Kind == value.Dynamic && kind != value.Dynamic:
			params[i] = asIs
		default:
			params[i] = kind
		}
	}
	return overload(name, args, params, kind, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		pick := func(i int) int {
			for p := 0; p < last; p += 2 {
				if v := a[p]; v.Bools[i&v.Mask()] && !v.IsNull(i) {
					return p + 1
				}
			}
			return last
		}
		taken := append([]*value.Vector(nil), a...)
		for p := range a {
			if params[p] != asIs {
				continue
			}
			cast, err := castPicked(kind, a[p], p, n, pick)
			if err != nil {
				return nil, err
			}
			taken[p] = cast
		}
		return choose(kind, taken, n, pick), nil
	})
}

// castPicked converts the rows of the dynamic vector that are chosen; what is in the others need not be a value of the kind.
func castPicked(kind value.Kind, v *value.Vector, at, n int, pick func(i int) int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	var nulls value.Bitmap
	for i := range out {
		if pick(i) != at || v.IsNull(i) {
			nulls = nulls.Set(i, n)
			continue
		}
		out[i] = v.Dynamics[i&v.Mask()]
	}
	return castKind(value.Dynamic, kind)(vectorOf(value.Dynamic, out, nulls), n)
}

// choose makes a vector whose row i is row i of a[pick(i)]; a negative pick is null.
func choose(kind value.Kind, a []*value.Vector, n int, pick func(i int) int) *value.Vector {
	switch kind {
	case value.Bool:
		return chooseCells[bool](kind, a, n, pick)
	case value.Real:
		return chooseCells[float64](kind, a, n, pick)
	case value.Decimal:
		return chooseCells[decimal128.Decimal](kind, a, n, pick)
	case value.String:
		return chooseCells[string](kind, a, n, pick)
	case value.Guid:
		return chooseCells[[16]byte](kind, a, n, pick)
	case value.Dynamic:
		return chooseCells[value.Dyn](kind, a, n, pick)
	}
	return chooseCells[int64](kind, a, n, pick)
}

func chooseCells[T cell](kind value.Kind, a []*value.Vector, n int, pick func(i int) int) *value.Vector {
	data := make([][]T, len(a))
	for i, v := range a {
		data[i] = cells[T](v)
	}
	out := make([]T, n)
	var nulls value.Bitmap
	for i := range out {
		p := pick(i)
		if p < 0 || a[p].IsNull(i) {
			nulls = nulls.Set(i, n)
			continue
		}
		out[i] = data[p][i&a[p].Mask()]
	}
	return vectorOf(kind, out, nulls)
}

// buildCoalesce makes the first argument that isn't null, nor "" for strings.
func buildCoalesce(name string, args []Arg) (*Overload, error) {
	kind, err := commonKind(name, args, false, func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	return overload(name, args, sameParams(kind, len(args)), kind, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		return choose(kind, a, n, func(i int) int {
			for p, v := range a {
				if !isNull(v, i) && (kind != value.String || v.Strings[i&v.Mask()] != "") {
					return p
				}
			}
			return -1
		}), nil
	})
}

func sameParams(kind value.Kind, n int) []value.Kind {
	params := make([]value.Kind, n)
	for i := range params {
		params[i] = kind
	}
	return params
}

// buildExtreme makes max_of and min_of: nulls don't count unless all are null.
func buildExtreme(name string, args []Arg) (*Overload, error) {
	kind := args[0].Kind
	for i, a := range args {
		switch {
		case a.Kind == value.Dynamic || a.Kind == value.Bool || a.Kind == value.Guid:
			return nil, &NotBuilt{Name: name, Detail: "use with " + a.Kind.String()}
		case kind == a.Kind:
		case numeric(kind) && numeric(a.Kind) && wider(kind, a.Kind) < value.Decimal:
			kind = wider(kind, a.Kind)
		default:
			return nil, &BadArgument{Name: name, Index: i, Why: fmt.Sprintf("is %s, must be %s", a.Kind, kind)}
		}
	}
	sign := 1
	if name == "min_of" {
		sign = -1
	}
	return overload(name, args, sameParams(kind, len(args)), kind, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		if kind == value.Real {
			if err := refuseNaN(name, a, n); err != nil {
				return nil, err
			}
		}
		return choose(kind, a, n, func(i int) int {
			best := -1
			for p, v := range a {
				if !v.IsNull(i) && (best < 0 || sign*value.Compare(v, i, a[best], i) > 0) {
					best = p
				}
			}
			return best
		}), nil
	})
}

// refuseNaN refuses a NaN beside numbers: which of them the real engine gives isn't known.
func refuseNaN(name string, a []*value.Vector, n int) error {
	for i := range n {
		numbers, nans := 0, 0
		for _, v := range a {
			if v.IsNull(i) {
				continue
			}
			if x := v.Reals[i&v.Mask()]; x != x {
				nans++
			} else {
				numbers++
			}
		}
		if numbers > 0 && nans > 0 {
			return &NotBuilt{Name: name, Detail: "NaN beside numbers"}
		}
	}
	return nil
}

// dynTypeNames are gettype()'s names of what a dynamic holds.
var dynTypeNames = map[value.DynKind]string{
	value.DynNull: "null", value.DynBool: "bool", value.DynLong: "long", value.DynReal: "double", value.DynString: "string",
	value.DynArray: "array", value.DynBag: "dictionary",
}

func buildGettype(name string, args []Arg) (*Overload, error) {
	kind := args[0].Kind
	return overload(name, args, []value.Kind{asIs}, value.String, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]string, n)
		for i := range out {
			if kind != value.Dynamic {
				if a[0].IsNull(i) {
					return nil, &NotBuilt{Name: name, Detail: "use with a null " + kind.String()}
				}
				out[i] = kind.String()
				continue
			}
			text, ok := dynTypeNames[a[0].Dynamics[i&a[0].Mask()].Kind()]
			if !ok {
				return nil, &NotBuilt{Name: name, Detail: "use with a datetime, timespan, guid or decimal inside dynamic"}
			}
			out[i] = text
		}
		return vectorOf(value.String, out, nil), nil
	})
}

// AssertFailed is the run-time error of assert(false, message).
type AssertFailed struct{ Message string }

// Error gives the message of the query's author.
func (e *AssertFailed) Error() string { return "assert() has failed: " + e.Message }

func assertBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]bool, n)
	for i := range out {
		if logicAt(a[0], i) != isTrue {
			return nil, &AssertFailed{a[1].Strings[i&a[1].Mask()]}
		}
		out[i] = true
	}
	return vectorOf(value.Bool, out, nil), nil
}
