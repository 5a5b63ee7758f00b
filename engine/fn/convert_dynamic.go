// Conversions from dynamic: a scalar inside converts as its own type would, text is read, containers give null.

package fn

import (
	"strconv"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

func appendLong(out []byte, x int64) []byte { return strconv.AppendInt(out, x, 10) }

func fromDynamic(to value.Kind) body {
	switch to {
	case value.Bool:
		return fallible(to, boolOfDynamic)
	case value.Int, value.Long:
		return fallible(to, func(d value.Dyn) (int64, bool, error) { return dynInteger(d, to) })
	case value.Real:
		return fallible(to, realOfDynamic)
	case value.Decimal:
		return fallible(to, dynDecimal)
	case value.String:
		return map1(to, value.Dyn.Text)
	case value.Datetime:
		return fallible(to, dynDatetime)
	case value.Timespan:
		return fallible(to, dynTimespan)
	case value.Guid:
		return fallible(to, dynGuid)
	}
	return nil
}

func boolOfDynamic(d value.Dyn) (bool, bool, error) {
	switch d.Kind() {
	case value.DynBool:
		return d.Bool(), true, nil
	case value.DynLong:
		return d.Long() != 0, true, nil
	case value.DynReal:
		return d.Real() != 0, true, nil
	case value.DynString:
		return boolOfText(d.Str())
	}
	return false, false, nil
}

func dynInteger(d value.Dyn, to value.Kind) (int64, bool, error) {
	switch d.Kind() {
	case value.DynBool:
		return d.Long(), true, nil
	case value.DynLong, value.DynDatetime, value.DynTimespan:
		if n := d.Long(); to == value.Int {
			return int64(int32(n)), true, nil
		}
		return d.Long(), true, nil
	case value.DynReal, value.DynDecimal:
		return truncated(d.Real(), to)
	case value.DynString:
		parse := value.ParseLong
		if to == value.Int {
			parse = value.ParseInt
		}
		n, ok := parse(d.Str())
		return n, ok, nil
	}
	return 0, false, nil
}

func realOfDynamic(d value.Dyn) (float64, bool, error) {
	switch d.Kind() {
	case value.DynBool, value.DynDatetime, value.DynTimespan:
		return float64(d.Long()), true, nil
	case value.DynLong, value.DynReal, value.DynDecimal:
		return d.Real(), true, nil
	case value.DynString:
		return realOfText(d.Str())
	}
	return 0, false, nil
}

func dynDecimal(d value.Dyn) (decimal128.Decimal, bool, error) {
	switch d.Kind() {
	case value.DynBool, value.DynLong:
		return decimal128.FromInt64(d.Long()), true, nil
	case value.DynReal:
		return realDecimal(d.Real())
	case value.DynDecimal:
		return d.Decimal(), true, nil
	case value.DynString:
		x, ok := value.ParseDecimal(d.Str())
		return x, ok, nil
	}
	return decimal128.Decimal{}, false, nil
}

func dynDatetime(d value.Dyn) (int64, bool, error) {
	switch d.Kind() {
	case value.DynDatetime:
		return d.Long(), true, nil
	case value.DynLong:
		return d.Long(), value.DatetimeInRange(d.Long()), nil
	case value.DynString:
		return datetimeOfText(d.Str())
	}
	return 0, false, nil
}

func dynTimespan(d value.Dyn) (int64, bool, error) {
	switch d.Kind() {
	case value.DynTimespan, value.DynLong:
		return d.Long(), true, nil
	case value.DynString:
		return timespanOfText(d.Str())
	}
	return 0, false, nil
}

func dynGuid(d value.Dyn) ([16]byte, bool, error) {
	switch d.Kind() {
	case value.DynGuid:
		return d.Guid(), true, nil
	case value.DynString:
		return guidOfText(d.Str())
	}
	return [16]byte{}, false, nil
}

// dynReal and dynBool serve functions that take numbers and truths out of arrays; text that nobody is sure of is none for them.
func dynReal(d value.Dyn) (float64, bool) {
	f, ok, err := realOfDynamic(d)
	return f, ok && err == nil
}

func dynBool(d value.Dyn) (bool, bool) {
	v, ok, err := boolOfDynamic(d)
	return v, ok && err == nil
}
