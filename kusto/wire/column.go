package wire

import (
	"unicode/utf8"
	"unsafe"

	"calypso/kusto/value"
)

// A cell parser takes the bytes from b[i] on and gives the index behind the cell, or one of these.
const (
	short = -1 // the cell may go on behind the end of b
	wrong = -2 // it isn't a value of the column's kind
)

// column collects one column's cells.
type column struct {
	kind value.Kind
	v    value.Vector
	dyn  value.DynSlab
	date dateMemo
}

// reset makes the column ready for another batch of about n rows.
func (c *column) reset(n int) {
	c.v = value.Vector{Kind: c.kind}
	switch c.kind {
	case value.Bool:
		c.v.Bools = make([]bool, 0, n)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		c.v.Ints = make([]int64, 0, n)
	case value.Real:
		c.v.Reals = make([]float64, 0, n)
	case value.String:
		c.v.Strings = make([]string, 0, n)
	case value.Guid:
		c.v.Guids = make([][16]byte, 0, n)
	case value.Dynamic:
		c.v.Dynamics = make([]value.Dyn, 0, n)
	}
}

// truncate drops all cells from row n on: the start of a row that wasn't all there.
func (c *column) truncate(n int) {
	v := &c.v
	if v.N <= n {
		return
	}
	v.N = n
	switch c.kind {
	case value.Bool:
		v.Bools = v.Bools[:n]
	case value.Int, value.Long, value.Datetime, value.Timespan:
		v.Ints = v.Ints[:n]
	case value.Real:
		v.Reals = v.Reals[:n]
	case value.Decimal:
		v.Decimals = v.Decimals[:n]
	case value.String:
		v.Strings = v.Strings[:n]
	case value.Guid:
		v.Guids = v.Guids[:n]
	case value.Dynamic:
		v.Dynamics = v.Dynamics[:n]
	}
	if n>>6 < len(v.Nulls) {
		v.Nulls[n>>6] &^= 1 << (uint(n) & 63)
	}
}

// parse reads one cell of the column's kind.
func (c *column) parse(b []byte, i int) int {
	if i >= len(b) {
		return short
	}
	switch b[i] {
	case 'n':
		return c.null(b, i)
	case ' ', '\n', '\r', '\t':
		return wrong // the caller steps over it and tries again
	}
	switch c.kind {
	case value.String:
		return c.string(b, i)
	case value.Long, value.Int:
		return c.integer(b, i)
	case value.Real:
		return c.real(b, i)
	case value.Datetime:
		return c.datetime(b, i)
	case value.Timespan:
		return c.timespan(b, i)
	case value.Bool:
		return c.bool(b, i)
	case value.Dynamic:
		return c.dynamic(b, i)
	case value.Guid:
		return c.guid(b, i)
	}
	return c.decimal(b, i)
}

func word(b []byte, i int, w string) int {
	for k := 0; k < len(w); k++ {
		if i+k >= len(b) {
			return short
		}
		if b[i+k] != w[k] {
			return wrong
		}
	}
	return i + len(w)
}

func (c *column) null(b []byte, i int) int {
	end := word(b, i, "null")
	if end > 0 {
		c.setNull()
	}
	return end
}

func (c *column) setNull() {
	v := &c.v
	switch c.kind {
	case value.Bool:
		v.Bools = append(v.Bools, false)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		v.Ints = append(v.Ints, 0)
	case value.Real:
		v.Reals = append(v.Reals, 0)
	case value.Decimal:
		v.Decimals = append(v.Decimals, zeroDecimal)
	case value.String:
		v.Strings = append(v.Strings, "")
		v.N++
		return
	case value.Guid:
		v.Guids = append(v.Guids, [16]byte{})
	case value.Dynamic:
		v.Dynamics = append(v.Dynamics, value.Dyn{})
	}
	v.Nulls = v.Nulls.Set(v.N, max(batchRows, v.N+1))
	v.N++
}

// text views bytes of the block as a string; the block is never written again.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// quoted reads a string literal: a slice of the block unless it has escapes or isn't UTF-8.
func quoted(b []byte, i int) (s string, end int) {
	if b[i] != '"' {
		return "", wrong
	}
	end, wide := scanString(b, i+1)
	if end >= len(b) {
		return "", short
	}
	if b[end] == '\\' {
		return unescape(b, i)
	}
	raw := b[i+1 : end]
	if wide && !utf8.Valid(raw) {
		return toValid(raw), end + 1
	}
	return text(raw), end + 1
}

func (c *column) string(b []byte, i int) int {
	s, end := quoted(b, i)
	if end == wrong { // a number or word where text is expected: keep it as it stands
		if end = skipValue(b, i, false); end < 0 {
			return short
		}
		s = text(b[i:end])
	}
	if end >= 0 {
		c.v.Strings = append(c.v.Strings, s)
		c.v.N++
	}
	return end
}

func (c *column) bool(b []byte, i int) int {
	v, end := false, wrong
	switch b[i] {
	case 't':
		v, end = true, word(b, i, "true")
	case 'f':
		end = word(b, i, "false")
	case '0', '1': // v1 writes bools as SByte
		if v, end = b[i] == '1', i+1; end == len(b) {
			return short
		}
	case '"':
		var s string
		var ok bool
		if s, end = quoted(b, i); end < 0 {
			return end
		}
		if v, ok = value.ParseBool(s); !ok {
			return wrong
		}
	}
	if end >= 0 {
		c.v.Bools = append(c.v.Bools, v)
		c.v.N++
	}
	return end
}

// dynamic keeps the JSON text. A string is a string, unless its text is itself an array or a bag, as some answers send them.
func (c *column) dynamic(b []byte, i int) int {
	if b[i] == '"' {
		s, end := quoted(b, i)
		if end < 0 {
			return end
		}
		if len(s) > 1 && (s[0] == '{' || s[0] == '[') && value.ValidJSON(s) {
			c.addDyn(c.dyn.Parse(s))
		} else {
			c.addDyn(value.DynOfString(s))
		}
		return end
	}
	end := skipValue(b, i, false)
	if end < 0 {
		return short
	}
	raw := b[i:end]
	if wideBytes(raw) && !utf8.Valid(raw) {
		c.addDyn(c.dyn.Parse(toValid(raw)))
		return end
	}
	c.addDyn(c.dyn.Parse(text(raw)))
	return end
}

func (c *column) addDyn(d value.Dyn) {
	if d.IsNull() {
		c.setNull()
		return
	}
	c.v.Dynamics = append(c.v.Dynamics, d)
	c.v.N++
}

func (c *column) guid(b []byte, i int) int {
	s, end := quoted(b, i)
	if end < 0 {
		return end
	}
	g, ok := value.ParseGuid(s)
	if !ok {
		return wrong
	}
	c.v.Guids = append(c.v.Guids, g)
	c.v.N++
	return end
}

func (c *column) decimal(b []byte, i int) int {
	s, end := "", 0
	if b[i] == '"' {
		s, end = quoted(b, i)
	} else if end = skipValue(b, i, false); end >= 0 {
		s = text(b[i:end])
	}
	if end < 0 {
		return end
	}
	d, ok := value.ParseDecimal(s)
	if !ok {
		return wrong
	}
	c.v.Decimals = append(c.v.Decimals, d)
	c.v.N++
	return end
}
