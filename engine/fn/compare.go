// Comparison operators: == != < <= > >= between, and in with its kin. Nulls follow the table in nulls.go.

package fn

import (
	"cmp"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

var compareFamily = []scalar{
	{"==", 2, 2, buildCompare},
	{"!=", 2, 2, buildCompare},
	{"<>", 2, 2, buildCompare},
	{"<", 2, 2, buildCompare},
	{"<=", 2, 2, buildCompare},
	{">", 2, 2, buildCompare},
	{">=", 2, 2, buildCompare},
	{"between", 3, 3, buildBetween},
	{"!between", 3, 3, buildBetween},
	{"in", 2, -1, buildIn},
	{"!in", 2, -1, buildIn},
	{"in~", 2, -1, buildIn},
	{"!in~", 2, -1, buildIn},
	{"around", 3, 3, buildAround},
}

// comparison is what a pair of cells is asked for.
type comparison uint8

const (
	opEqual comparison = iota
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
)

var comparisonOf = map[string]comparison{
	"==": opEqual, "!=": opUnequal, "<>": opUnequal, "<": opLess, "<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual,
}

func (op comparison) rule() nullRule {
	switch op {
	case opEqual:
		return ruleEqual
	case opUnequal:
		return ruleUnequal
	}
	return ruleOrdered
}

func buildCompare(name string, args []Arg) (*Overload, error) {
	op := comparisonOf[name]
	kind, err := comparable2(name, args[0].Kind, args[1].Kind)
	if err != nil {
		return nil, err
	}
	if op.rule() == ruleOrdered && (kind == value.String || kind == value.Guid) {
		return nil, badPair(name, args[0].Kind, args[1].Kind)
	}
	o, err := operator(name, args, []value.Kind{kind, kind}, value.Bool, compareBody(op, kind))
	if err == nil && kind == value.String && args[1].Const != nil && (op == opEqual || op == opUnequal) {
		plain := o.Eval
		o.Packed, o.Eval = true, func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
			if a[0].Spans == nil {
				return plain(c, a, n)
			}
			text, ok := constText(Arg{args[1].Kind, a[1]})
			if !ok {
				return plain(c, []*value.Vector{value.Flat(a[0]), a[1]}, n)
			}
			return equalPacked(a[0], text, n, op == opUnequal), nil
		}
	}
	return o, err
}

// equalPacked compares packed strings, or dynamics as text, with one text.
func equalPacked(v *value.Vector, text string, n int, negate bool) *value.Vector {
	out := make([]bool, n)
	for i := range out {
		s, ok := v.PackedAt(i), true
		if v.Kind == value.Dynamic {
			if s, ok = value.PlainJSONString(s); !ok {
				s = value.DynAt(v, i).Text()
			}
		}
		out[i] = (s == text) != negate
	}
	return vectorOf(value.Bool, out, nil)
}

// comparable2 is the kind that two kinds are compared as.
func comparable2(name string, x, y value.Kind) (value.Kind, error) {
	switch {
	case x == value.Dynamic && y == value.Dynamic:
		return 0, badPair(name, x, y)
	case x == value.Dynamic:
		return dynamicPartner(y), nil
	case y == value.Dynamic:
		return dynamicPartner(x), nil
	case x == y:
		return x, nil
	case numeric(x) && numeric(y):
		return wider(x, y), nil
	}
	return 0, notBuiltPair(name, x, y)
}

// compareBody compares two vectors of one kind.
func compareBody(op comparison, kind value.Kind) body {
	switch kind {
	case value.Bool:
		return compareBy(op, func(a, b bool) int { return cmp.Compare(boolInt(a), boolInt(b)) })
	case value.Real:
		return compareOrdered[float64](op)
	case value.Decimal:
		return compareDecimal(op)
	case value.String:
		return compareOrdered[string](op)
	case value.Guid:
		return compareBy(op, func(a, b [16]byte) int {
			if a == b {
				return 0
			}
			return 1
		})
	}
	return compareOrdered[int64](op)
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

func compareBy[T cell](op comparison, order func(a, b T) int) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		x, mx := cells[T](a[0]), a[0].Mask()
		y, my := cells[T](a[1]), a[1].Mask()
		out := make([]bool, n)
		for i := range out {
			out[i] = op.holds(order(x[i&mx], y[i&my]))
		}
		return ruleVector(op.rule(), out, a[0], a[1]), nil
	}
}

// compareDecimal compares decimals; one that is no number is equal to nothing.
func compareDecimal(op comparison) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]bool, n)
		for i := range out {
			x, y := a[0].Decimals[i&a[0].Mask()], a[1].Decimals[i&a[1].Mask()]
			if x.IsNaN() || y.IsNaN() {
				out[i] = op == opUnequal
				continue
			}
			out[i] = op.holds(decimal128.Compare(x, y))
		}
		return ruleVector(op.rule(), out, a[0], a[1]), nil
	}
}

func (op comparison) holds(order int) bool {
	switch op {
	case opEqual:
		return order == 0
	case opUnequal:
		return order != 0
	case opLess:
		return order < 0
	case opLessEqual:
		return order <= 0
	case opGreater:
		return order > 0
	}
	return order >= 0
}

type ordered interface{ int64 | float64 | string }

// compareOrdered compares cells with Go's own operators, so that NaN is unequal to all; a constant side has its own loop.
func compareOrdered[T interface {
	cell
	ordered
}](op comparison) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]bool, n)
		x, y := a[0], a[1]
		switch {
		case y.Const:
			compareConst(op, out, cells[T](flat(x, n))[:n], cells[T](y)[0])
		case x.Const:
			compareConst(op.flipped(), out, cells[T](y)[:n], cells[T](x)[0])
		default:
			comparePairs(op, out, cells[T](x)[:n], cells[T](y)[:n])
		}
		return ruleVector(op.rule(), out, x, y), nil
	}
}

// flipped is the comparison with its sides exchanged.
func (op comparison) flipped() comparison {
	switch op {
	case opLess:
		return opGreater
	case opLessEqual:
		return opGreaterEqual
	case opGreater:
		return opLess
	case opGreaterEqual:
		return opLessEqual
	}
	return op
}

func compareConst[T ordered](op comparison, out []bool, x []T, k T) {
	switch op {
	case opEqual:
		for i := range out {
			out[i] = x[i] == k
		}
	case opUnequal:
		for i := range out {
			out[i] = x[i] != k
		}
	case opLess:
		for i := range out {
			out[i] = x[i] < k
		}
	case opLessEqual:
		for i := range out {
			out[i] = x[i] <= k
		}
	case opGreater:
		for i := range out {
			out[i] = x[i] > k
		}
	case opGreaterEqual:
		for i := range out {
			out[i] = x[i] >= k
		}
	}
}

func comparePairs[T ordered](op comparison, out []bool, x, y []T) {
	switch op {
	case opEqual:
		for i := range out {
			out[i] = x[i] == y[i]
		}
	case opUnequal:
		for i := range out {
			out[i] = x[i] != y[i]
		}
	case opLess:
		for i := range out {
			out[i] = x[i] < y[i]
		}
	case opLessEqual:
		for i := range out {
			out[i] = x[i] <= y[i]
		}
	case opGreater:
		for i := range out {
			out[i] = x[i] > y[i]
		}
	case opGreaterEqual:
		for i := range out {
			out[i] = x[i] >= y[i]
		}
	}
}

// buildBetween makes x >= low and x <= high; a timespan as the upper end of datetimes is added to the lower end.
func buildBetween(name string, args []Arg) (*Overload, error) {
	x, low, high := args[0].Kind, args[1].Kind, args[2].Kind
	if x == value.Datetime && high == value.Timespan {
		return between(name, args, value.Datetime, func(a []*value.Vector, n int) (*value.Vector, error) {
			_, add, _ := timeOp("+", value.Datetime, value.Timespan)
			return add(nil, []*value.Vector{a[1], a[2]}, n)
		}, value.Datetime, value.Datetime, value.Timespan)
	}
	if x != value.Dynamic && (low == value.Dynamic || high == value.Dynamic) {
		return nil, &NotBuilt{Name: name, Detail: "a dynamic bound (convert it, as in tolong(…))"}
	}
	kind, err := comparable2(name, x, low)
	if err != nil {
		return nil, err
	}
	if kind, err = comparable2(name, kind, high); err != nil {
		return nil, err
	}
	if x == value.Dynamic && (dynamicPartner(low) != dynamicPartner(high) || !numeric(low)) || kind == value.String || kind == value.Guid || kind == value.Bool || kind == value.Dynamic {
		return nil, notBuiltPair(name, x, low)
	}
	return between(name, args, kind, nil, kind, kind, kind)
}

func between(name string, args []Arg, kind value.Kind, upper func([]*value.Vector, int) (*value.Vector, error),
	params ...value.Kind,
) (*Overload, error) {
	atLeast, atMost := compareBody(opGreaterEqual, kind), compareBody(opLessEqual, kind)
	negate := name == "!between"
	return operator(name, args, params, value.Bool, func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		high := a[2]
		if upper != nil {
			var err error
			if high, err = upper(a, n); err != nil {
				return nil, err
			}
		}
		p, err := atLeast(c, []*value.Vector{a[0], a[1]}, n)
		if err != nil {
			return nil, err
		}
		q, err := atMost(c, []*value.Vector{a[0], high}, n)
		if err != nil {
			return nil, err
		}
		out := make([]bool, n)
		var nulls value.Bitmap
		for i := range out {
			switch and3(logicAt(p, i), logicAt(q, i)) {
			case isUnknown:
				nulls = nulls.Set(i, n)
			case isTrue:
				out[i] = !negate
			default:
				out[i] = negate
			}
		}
		return vectorOf(value.Bool, out, nulls), nil
	})
}

// buildAround makes around(x, center, delta): x within delta of center.
func buildAround(name string, args []Arg) (*Overload, error) {
	k := args[0].Kind
	switch {
	case k == value.Datetime && args[1].Kind == k && args[2].Kind == value.Timespan,
		k == value.Timespan && args[1].Kind == k && args[2].Kind == k:
		return overload(name, args, []value.Kind{k, k, value.Timespan}, value.Bool,
			try3(value.Bool, func(x, center, delta int64) (bool, bool) { return x >= center-delta && x <= center+delta, true }))
	case numeric(k) && numeric(args[1].Kind) && numeric(args[2].Kind) && wider(wider(k, args[1].Kind), args[2].Kind) <= value.Long:
		return overload(name, args, []value.Kind{value.Long, value.Long, value.Long}, value.Bool,
			try3(value.Bool, func(x, center, delta int64) (bool, bool) { return x >= center-delta && x <= center+delta, true }))
	case numeric(k) && numeric(args[1].Kind) && numeric(args[2].Kind):
		return overload(name, args, []value.Kind{value.Real, value.Real, value.Real}, value.Bool,
			try3(value.Bool, func(x, center, delta float64) (bool, bool) { return x >= center-delta && x <= center+delta, true }))
	}
	return nil, notBuiltPair(name, k, args[1].Kind)
}
