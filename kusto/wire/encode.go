package wire

import (
	"math"
	"strconv"

	"calypso/kusto/value"
)

// Writing values: the encodings that both versions of the protocol share.

// appendRow appends row i as a JSON array.
func appendRow(out []byte, cols []*value.Vector, i int) []byte {
	out = append(out, '[')
	for k, v := range cols {
		if k > 0 {
			out = append(out, ',')
		}
		out = appendCell(out, v, i)
	}
	return append(out, ']')
}

// appendCell appends row i of v; null for a null.
func appendCell(out []byte, v *value.Vector, i int) []byte {
	i &= v.Mask()
	if v.Nulls != nil && v.Nulls.Has(i) {
		return append(out, "null"...)
	}
	switch v.Kind {
	case value.String:
		return value.AppendQuoted(out, v.Strings[i])
	case value.Int, value.Long:
		return strconv.AppendInt(out, v.Ints[i], 10)
	case value.Real:
		return appendReal(out, v.Reals[i])
	case value.Datetime:
		out = value.AppendDatetimeTrimmed(append(out, '"'), v.Ints[i])
		return append(out, '"')
	case value.Timespan:
		out = value.AppendTimespan(append(out, '"'), v.Ints[i])
		return append(out, '"')
	case value.Bool:
		return strconv.AppendBool(out, v.Bools[i])
	case value.Dynamic:
		return v.Dynamics[i].AppendJSON(out)
	case value.Guid:
		out = value.AppendGuid(append(out, '"'), v.Guids[i])
		return append(out, '"')
	case value.Decimal:
		out = value.AppendDecimal(append(out, '"'), v.Decimals[i])
		return append(out, '"')
	}
	return append(out, "null"...)
}

// appendReal appends the shortest text that reads back as f, with a point or an exponent so that it looks like a real.
func appendReal(out []byte, f float64) []byte {
	switch {
	case f != f:
		return append(out, `"NaN"`...)
	case math.IsInf(f, 1):
		return append(out, `"Infinity"`...)
	case math.IsInf(f, -1):
		return append(out, `"-Infinity"`...)
	case f == math.Trunc(f) && math.Abs(f) < 1e15 && (f != 0 || !math.Signbit(f)):
		return append(strconv.AppendInt(out, int64(f), 10), ".0"...)
	}
	start := len(out)
	out = strconv.AppendFloat(out, f, 'g', -1, 64)
	for _, c := range out[start:] {
		if c == '.' || c == 'e' {
			return out
		}
	}
	return append(out, ".0"...)
}

func appendString(out []byte, s string) []byte { return value.AppendQuoted(out, s) }

// appendColumns appends the Columns property; clr adds v1's DataType.
func appendColumns(out []byte, columns []value.Column, clr bool) []byte {
	out = append(out, `"Columns":[`...)
	for i, c := range columns {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(append(out, `{"ColumnName":`...), c.Name)
		if clr {
			out = appendString(append(out, `,"DataType":`...), ClrName(c.Kind))
		}
		out = append(appendString(append(out, `,"ColumnType":`...), c.Kind.String()), '}')
	}
	return append(out, ']')
}

// appendErrors appends "name":[{"error":…},…].
func appendErrors(out []byte, name string, errs []*Error) []byte {
	out = append(append(append(out, '"'), name...), `":[`...)
	for i, e := range errs {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, e.Body()...)
	}
	return append(out, ']')
}

func appendLong(out []byte, n int64) []byte { return strconv.AppendInt(out, n, 10) }
