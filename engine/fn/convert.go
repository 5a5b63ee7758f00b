// Conversions between kinds: what toint() and its kin do, and what operators do to a dynamic beside a typed operand.

package fn

import (
	"math"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

var convertFamily = []scalar{
	{"toint", 1, 1, buildConvert(value.Int)},
	{"tolong", 1, 1, buildConvert(value.Long)},
	{"toreal", 1, 1, buildConvert(value.Real)},
	{"todouble", 1, 1, buildConvert(value.Real)},
	{"todecimal", 1, 1, buildConvert(value.Decimal)},
	{"tostring", 1, 1, buildConvert(value.String)},
	{"tobool", 1, 1, buildConvert(value.Bool)},
	{"toboolean", 1, 1, buildConvert(value.Bool)},
	{"todatetime", 1, 1, buildConvert(value.Datetime)},
	{"totimespan", 1, 1, buildConvert(value.Timespan)},
	{"totime", 1, 1, buildConvert(value.Timespan)},
	{"toguid", 1, 1, buildConvert(value.Guid)},
}

func buildConvert(to value.Kind) func(string, []Arg) (*Overload, error) {
	return func(name string, args []Arg) (*Overload, error) {
		from := args[0].Kind
		b := conversion(from, to)
		if b == nil {
			return nil, &NotBuilt{Name: name, Detail: "converting " + from.String() + " to " + to.String()}
		}
		return overload(name, args, []value.Kind{asIs}, to, b)
	}
}

// conversion is the body of one conversion; nil when there is none.
func conversion(from, to value.Kind) body {
	if from == to || from == value.Int && to == value.Long {
		return rekind(to)
	}
	if from == value.Dynamic {
		return fromDynamic(to)
	}
	switch to {
	case value.Int, value.Long:
		return toInteger(from, to)
	case value.Real:
		return toReal(from)
	case value.Decimal:
		return toDecimal(from)
	case value.String:
		return textOf(from)
	case value.Bool:
		return toBool(from)
	case value.Datetime, value.Timespan:
		return toTime(from, to)
	case value.Guid:
		if from == value.String {
			return fromText(to)
		}
	case value.Dynamic:
		return rows(value.Dynamic, func(a []*value.Vector, i int) (value.Dyn, bool) { return value.DynAt(a[0], i), !a[0].IsNull(i) })
	}
	return nil
}

// rekind shares the storage under another kind.
func rekind(to value.Kind) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := *a[0]
		out.Kind = to
		return &out, nil
	}
}

func toInteger(from, to value.Kind) body {
	narrow := func(x int64) int64 { return x }
	if to == value.Int {
		narrow = func(x int64) int64 { return int64(int32(x)) } // the low 32 bits, as the real engine keeps them
	}
	switch from {
	case value.Bool:
		return map1(to, boolInt)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		return map1(to, narrow)
	case value.Real:
		return fallible(to, func(f float64) (int64, bool, error) { return truncated(f, to) })
	case value.Decimal:
		return fallible(to, func(d decimal128.Decimal) (int64, bool, error) {
			n, ok := d.Int64()
			if !ok || to == value.Int && n != int64(int32(n)) {
				return 0, false, outOfRange("a decimal", to)
			}
			return n, true, nil
		})
	case value.String:
		if to == value.Int {
			return try1(to, value.ParseInt)
		}
		return try1(to, value.ParseLong)
	}
	return nil
}

// outOfRange says what is beyond a type; the value itself is a row's and stays out of messages.
func outOfRange(what string, to value.Kind) error {
	return &NotBuilt{Name: "to" + to.String(), Detail: "converting " + what + " beyond " + to.String()}
}

// truncated cuts a real to an integer. What the real engine makes of one out of range isn't known, so it is refused.
func truncated(f float64, to value.Kind) (int64, bool, error) {
	limit := 0x1p63
	if to == value.Int {
		limit = 0x1p31
	}
	if t := math.Trunc(f); t >= -limit && t < limit {
		return int64(t), true, nil
	}
	return 0, false, outOfRange("a real", to)
}

func toReal(from value.Kind) body {
	const to = value.Real
	switch from {
	case value.Bool:
		return map1(to, func(b bool) float64 { return float64(boolInt(b)) })
	case value.Int, value.Long, value.Datetime, value.Timespan:
		return map1(to, func(x int64) float64 { return float64(x) })
	case value.Decimal:
		return map1(to, decimal128.Decimal.Float64)
	case value.String:
		return fromText(to)
	}
	return nil
}

func toDecimal(from value.Kind) body {
	const to = value.Decimal
	switch from {
	case value.Bool:
		return map1(to, func(b bool) decimal128.Decimal { return decimal128.FromInt64(boolInt(b)) })
	case value.Int, value.Long:
		return map1(to, decimal128.FromInt64)
	case value.Real:
		return fallible(to, realDecimal)
	case value.String:
		return try1(to, value.ParseDecimal)
	}
	return nil
}

// realDecimal converts reals that are the same number in decimal digits; of others the real engine's digits aren't known.
func realDecimal(f float64) (decimal128.Decimal, bool, error) {
	text := string(value.AppendReal(nil, f))
	d, ok := value.ParseDecimal(text)
	if !ok || !d.Equal(decimal128.FromFloat64(f)) {
		return d, false, &NotBuilt{Name: "todecimal", Detail: "converting a real whose decimal digits aren't exact"}
	}
	return d, true, nil
}

// textOf is tostring(); null becomes "".
func textOf(from value.Kind) body {
	const to = value.String
	text := func(f func([]byte, int64) []byte) body {
		return map1(to, func(x int64) string {
			var buf [40]byte
			return string(f(buf[:0], x))
		})
	}
	switch from {
	case value.Bool:
		return map1(to, value.BoolText)
	case value.Int, value.Long:
		return text(appendLong)
	case value.Real:
		return map1(to, func(f float64) string {
			var buf [40]byte
			return string(value.AppendReal(buf[:0], f))
		})
	case value.Decimal:
		// Whether zeros at the end (1.50) stay in the text isn't shown by any answer of the real engine.
		return func(*Context, []*value.Vector, int) (*value.Vector, error) {
			return nil, &NotBuilt{Name: "tostring", Detail: "the text of a decimal"}
		}
	case value.Datetime:
		return text(value.AppendDatetime)
	case value.Timespan:
		return text(value.AppendTimespan)
	case value.Guid:
		return map1(to, func(g [16]byte) string { return string(value.AppendGuid(nil, g)) })
	}
	return nil
}

func toBool(from value.Kind) body {
	const to = value.Bool
	switch from {
	case value.Int, value.Long:
		return map1(to, func(x int64) bool { return x != 0 })
	case value.Real:
		return map1(to, func(x float64) bool { return x != 0 })
	case value.Decimal:
		return map1(to, func(x decimal128.Decimal) bool { return !x.IsZero() })
	case value.String:
		return fromText(to)
	}
	return nil
}

func toTime(from, to value.Kind) body {
	switch {
	case from == value.String:
		return fromText(to)
	case from != value.Int && from != value.Long:
		return nil
	case to == value.Datetime:
		return try1(to, func(x int64) (int64, bool) { return x, value.DatetimeInRange(x) })
	}
	return map1(to, func(x int64) int64 { return x })
}

// fallible adapts a conversion that may refuse a value.
func fallible[A, R cell](kind value.Kind, f func(A) (R, bool, error)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		x, m := cells[A](a[0]), a[0].Mask()
		out, nulls := make([]R, n), eitherNull(n, a[0])
		for i := range out {
			if nulls != nil && nulls.Has(i) {
				continue
			}
			r, ok, err := f(x[i&m])
			if err != nil {
				return nil, err
			}
			if !ok {
				nulls = nulls.Set(i, n)
				continue
			}
			out[i] = r
		}
		return vectorOf(kind, out, nulls), nil
	}
}
