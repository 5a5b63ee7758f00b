package result

import (
	"slices"

	"calypso/kusto/value"
)

// separated is CSV and TSV: a cell with a separator, quote or line break stands in quotes. Lines end with \r\n as RFC 4180 and
// spreadsheets have it, in TSV with \n.
//
// Guarded is for spreadsheets, which evaluate a text that begins as a formula does, keep 15 digits of a number and drop its leading
// zeros: what would be changed so gets an apostrophe in front, and the file a mark that says UTF-8. Other numbers stay as they are.
type separated struct {
	comma            byte
	headers, guarded bool
}

// byteOrderMark tells a spreadsheet that the text is UTF-8.
const byteOrderMark = "\ufeff"

func (f *separated) begin(out []byte, columns []value.Column) []byte {
	if f.guarded && f.headers {
		out = append(out, byteOrderMark...)
	}
	if !f.headers {
		return out
	}
	for i, c := range columns {
		out = f.next(out, i)
		start := len(out)
		out = f.quote(append(out, c.Name...), start)
	}
	return f.newline(out)
}

func (f *separated) row(out []byte, cells []*value.Vector, i int) []byte {
	for n, v := range cells {
		out = f.next(out, n)
		start := len(out)
		out = appendText(out, v, i)
		switch v.Kind {
		case value.String, value.Dynamic: // the others have no mark that needs quotes
			out = f.quote(out, start)
		case value.Long, value.Decimal:
			if f.guarded && digitsOf(out[start:]) > 15 {
				out = slices.Insert(out, start, '\'')
			}
		}
	}
	return f.newline(out)
}

func (f *separated) end(out []byte) []byte { return out }

func (f *separated) next(out []byte, i int) []byte {
	if i > 0 {
		return append(out, f.comma)
	}
	return out
}

func (f *separated) newline(out []byte) []byte {
	if f.comma == ',' {
		out = append(out, '\r')
	}
	return append(out, '\n')
}

// quote puts the text from start on into quotes where it needs them.
func (f *separated) quote(out []byte, start int) []byte {
	if f.guarded && start < len(out) && misread(out[start:]) {
		out = slices.Insert(out, start, '\'')
	}
	quotes, needed := 0, false
	for _, c := range out[start:] {
		switch c {
		case '"':
			quotes++
			needed = true
		case f.comma, '\r', '\n':
			needed = true
		}
	}
	if !needed {
		return out
	}
	end := len(out)
	out = slices.Grow(out, quotes+2)[:end+quotes+2]
	at := len(out) - 1
	out[at] = '"'
	for i := end - 1; i >= start; i-- { // from the back, as the text grows in its place
		at--
		out[at] = out[i]
		if out[i] == '"' {
			at--
			out[at] = '"'
		}
	}
	out[start] = '"'
	return out
}

// misread tells whether a spreadsheet takes a text for a formula, or for a number that it changes.
func misread(text []byte) bool {
	if slices.Contains([]byte("=+-@\t\r"), text[0]) {
		return true
	}
	if slices.ContainsFunc(text, func(c byte) bool { return (c < '0' || c > '9') && c != '.' }) {
		return false
	}
	return digitsOf(text) > 15 || len(text) > 1 && text[0] == '0' && text[1] != '.'
}
