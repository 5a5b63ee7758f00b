package value

import (
	"strconv"
	"unicode/utf8"
)

// The text forms of dynamic values: compact JSON as Kusto prints it, and the text of a scalar alone.

// AppendJSON appends the value as JSON without white space, properties in their order. Datetimes, timespans and guids are
// strings; a datetime has 7 fraction digits; reals that JSON has no form for are the strings "NaN", "Infinity", "-Infinity".
//
// A value that nobody looked into yet is written from its text, and stays closed: rows that are only written stay as small as they were.
func (d Dyn) AppendJSON(out []byte) []byte {
	if text, valid, ok := d.closed(); ok {
		return appendClosed(out, text, valid)
	}
	t := d.open()
	switch t.kind {
	case DynNull:
		return append(out, "null"...)
	case DynBool:
		return strconv.AppendBool(out, t.num != 0)
	case DynLong:
		return strconv.AppendInt(out, t.num, 10)
	case DynReal:
		if t.real-t.real != 0 { // NaN or infinite
			out = append(out, '"')
			return append(AppendReal(out, t.real), '"')
		}
		return AppendReal(out, t.real)
	case DynString:
		return AppendQuoted(out, t.text)
	case DynDecimal:
		out = append(out, '"')
		return append(AppendDecimal(out, t.dec), '"')
	case DynArray:
		out = append(out, '[')
		for i, item := range t.items {
			if i > 0 {
				out = append(out, ',')
			}
			out = item.AppendJSON(out)
		}
		return append(out, ']')
	case DynBag:
		out = append(out, '{')
		for i, item := range t.items {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(AppendQuoted(out, t.keys[i]), ':')
			out = item.AppendJSON(out)
		}
		return append(out, '}')
	}
	out = append(out, '"')
	return append(d.appendScalar(out, t), '"')
}

// AppendText appends what tostring() gives: the bare text of a scalar, JSON of a container, nothing for null.
func (d Dyn) AppendText(out []byte) []byte {
	if text, valid, ok := d.closed(); ok {
		return appendClosedText(out, text, valid)
	}
	switch t := d.open(); t.kind {
	case DynNull:
		return out
	case DynString:
		return append(out, t.text...)
	case DynReal:
		return AppendReal(out, t.real)
	case DynDecimal:
		return AppendDecimal(out, t.dec)
	case DynDatetime, DynTimespan, DynGuid:
		return d.appendScalar(out, t)
	}
	return d.AppendJSON(out)
}

func (d Dyn) appendScalar(out []byte, t *dynTree) []byte {
	switch t.kind {
	case DynDatetime:
		return AppendDatetime(out, t.num)
	case DynTimespan:
		return AppendTimespan(out, t.num)
	case DynGuid:
		return AppendGuid(out, t.guid)
	}
	return out
}

// Text is AppendText as a string; a string's own text isn't copied.
func (d Dyn) Text() string {
	if d.n != nil {
		if text, ok := d.n.scanText(); ok {
			return text
		}
	}
	if t := d.open(); t.kind == DynString {
		return t.text
	}
	return string(d.AppendText(nil))
}

// String is the JSON form.
func (d Dyn) String() string { return string(d.AppendJSON(nil)) }

const hexLower = "0123456789abcdef"

// AppendQuoted appends s as a JSON string literal. Only what JSON demands is escaped; bytes that aren't UTF-8 become U+FFFD.
func AppendQuoted(out []byte, s string) []byte {
	return append(appendInQuotes(append(out, '"'), s), '"')
}

// appendInQuotes is what AppendQuoted puts between the quotes.
func appendInQuotes(out []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); {
		if i+8 <= len(s) && plainWord(s[i:i+8]) {
			i += 8
			continue
		}
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
			out = append(append(out, s[start:i]...), "\uFFFD"...)
			i++
			start = i
			continue
		}
		out = appendEscaped(append(out, s[start:i]...), c)
		i++
		start = i
	}
	return append(out, s[start:]...)
}

// plainWord tells whether eight bytes are all printable ASCII that needs no escape.
func plainWord(s string) bool {
	const low, high = 0x0101010101010101, 0x8080808080808080
	w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	q, e := w^('"'*low), w^('\\'*low)
	return (w|(w-' '*low)|(q-low)&^q|(e-low)&^e)&high == 0
}

func appendEscaped(out []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	return append(out, '\\', 'u', '0', '0', hexLower[c>>4], hexLower[c&15])
}
