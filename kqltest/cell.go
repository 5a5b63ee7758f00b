// A cell's text, both ways. What is written reads back as the same value. In columns of all types but string, an empty cell and
// the word null are null; a string is never null, so there an empty cell is "" and null is a word.

package kqltest

import (
	"math"
	"strconv"
	"strings"

	"calypso/kusto/value"
)

// nullWord is how a null is written.
const nullWord = "null"

// appendCell adds the value of a text to a column; ok is false when the text is no value of the type, and then null is added.
func appendCell(b *value.Builder, text string) (ok bool) {
	kind := b.Kind()
	if kind == value.String {
		b.AppendString(text)
		return true
	}
	if text == nullWord || text == "" {
		b.AppendNull()
		return true
	}
	if kind == value.Dynamic {
		b.AppendDyn(value.ParseDyn(text))
		return true
	}
	if ok = appendScalar(b, strings.TrimSpace(text)); !ok {
		b.AppendNull()
	}
	return ok
}

func appendScalar(b *value.Builder, text string) bool {
	switch b.Kind() {
	case value.Bool:
		v, ok := value.ParseBool(text)
		if ok {
			b.AppendBool(v)
		}
		return ok
	case value.Int:
		return appendWhole(b, text, value.ParseInt)
	case value.Long:
		return appendWhole(b, text, value.ParseLong)
	case value.Datetime:
		return appendWhole(b, text, value.ParseDatetime)
	case value.Timespan:
		return appendWhole(b, text, value.ParseTimespan)
	case value.Real:
		v, ok := value.ParseReal(text)
		if ok {
			b.AppendReal(v)
		}
		return ok
	case value.Decimal:
		v, ok := value.ParseDecimal(text)
		if ok {
			b.AppendDecimal(v)
		}
		return ok
	case value.Guid:
		v, ok := value.ParseGuid(text)
		if ok {
			b.AppendGuid(v)
		}
		return ok
	}
	return false
}

func appendWhole(b *value.Builder, text string, parse func(string) (int64, bool)) bool {
	v, ok := parse(text)
	if ok {
		b.AppendInt(v)
	}
	return ok
}

// cellText writes a cell as appendCell reads it.
func cellText(v *value.Vector, i int) string {
	if v.IsNull(i) {
		if v.Kind == value.String {
			return ""
		}
		return nullWord
	}
	i &= v.Mask()
	switch v.Kind {
	case value.Bool:
		return strconv.FormatBool(v.Bools[i])
	case value.Int, value.Long:
		return strconv.FormatInt(v.Ints[i], 10)
	case value.Real:
		return realText(v.Reals[i])
	case value.Decimal:
		return string(value.AppendDecimal(nil, v.Decimals[i]))
	case value.String:
		return v.Strings[i]
	case value.Datetime:
		return string(value.AppendDatetimeTrimmed(nil, v.Ints[i]))
	case value.Timespan:
		return string(value.AppendTimespan(nil, v.Ints[i]))
	case value.Guid:
		return string(value.AppendGuid(nil, v.Guids[i]))
	case value.Dynamic:
		return dynamicText(v.Dynamics[i])
	}
	return ""
}

// realText is the shortest text that reads as the same number.
func realText(x float64) string {
	switch {
	case math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	}
	if a := math.Abs(x); a == 0 || a >= 1e-5 && a < 1e15 {
		return strconv.FormatFloat(x, 'f', -1, 64)
	}
	return strconv.FormatFloat(x, 'g', -1, 64)
}

// dynamicText is JSON, except for a string that can't be taken for anything else.
func dynamicText(d value.Dyn) string {
	d = value.ParseDyn(d.String())
	if d.Kind() == value.DynString {
		if s := d.Str(); s != "" && s != nullWord && strings.TrimSpace(s) == s && !value.ValidJSON(s) {
			return s
		}
	}
	return d.String()
}
