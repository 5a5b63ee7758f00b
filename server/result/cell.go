package result

import (
	"math"
	"strconv"
	"unicode/utf8"

	"calypso/kusto/value"
)

// The forms of one cell: Kusto's text, and the JSON of a page.

// appendText appends Kusto's text of row i; nothing for null.
func appendText(out []byte, v *value.Vector, i int) []byte {
	if v.IsNull(i) {
		return out
	}
	switch n := i & v.Mask(); v.Kind {
	case value.Bool:
		return append(out, value.BoolText(v.Bools[n])...)
	case value.Int, value.Long:
		return strconv.AppendInt(out, v.Ints[n], 10)
	case value.Real:
		return value.AppendReal(out, v.Reals[n])
	case value.Decimal:
		return value.AppendDecimal(out, v.Decimals[n])
	case value.String:
		return append(out, v.Strings[n]...)
	case value.Datetime:
		return value.AppendDatetime(out, v.Ints[n])
	case value.Timespan:
		return value.AppendTimespan(out, v.Ints[n])
	case value.Guid:
		return value.AppendGuid(out, v.Guids[n])
	case value.Dynamic:
		return v.Dynamics[n].AppendText(out)
	}
	return out
}

// appendCell appends the JSON of a cell: bool, int and finite real as such; long, decimal, datetime, timespan, guid, NaN and
// the infinities as Kusto's text, since JavaScript's numbers hold 53 bits; dynamic as its JSON text; null. Text over limit
// characters is cut, which clipped tells.
func appendCell(out []byte, v *value.Vector, i, limit int) (_ []byte, clipped bool) {
	if v.IsNull(i) {
		return append(out, "null"...), false
	}
	n := i & v.Mask()
	switch v.Kind {
	case value.Bool:
		return strconv.AppendBool(out, v.Bools[n]), false
	case value.Int:
		return strconv.AppendInt(out, v.Ints[n], 10), false
	case value.Real:
		if f := v.Reals[n]; !math.IsNaN(f) && !math.IsInf(f, 0) {
			return value.AppendReal(out, f), false
		}
	case value.String:
		s, cut := clip(v.Strings[n], limit)
		return value.AppendQuoted(out, s), cut
	case value.Dynamic:
		s, cut := clip(v.Dynamics[n].String(), limit)
		return value.AppendQuoted(out, s), cut
	}
	out = append(out, '"')
	out = appendText(out, v, i) // digits, letters and marks that need no escape
	return append(out, '"'), false
}

// clip cuts a text to so many characters.
func clip(s string, limit int) (string, bool) {
	if len(s) <= limit {
		return s, false
	}
	end := 0
	for range limit {
		_, size := utf8.DecodeRuneInString(s[end:])
		if end += size; end >= len(s) {
			return s, false
		}
	}
	return s[:end], true
}
