package result

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// Formats lists the text forms that Copy and Export know.
func Formats() []string {
	return []string{"csv", "excel", "tsv", "json", "ndjson", "markdown", "datatable", "in", "parquet", "xlsx"}
}

// format writes rows in one form, each part by appending. One that can fail has a method failure() error.
type format interface {
	begin(out []byte, columns []value.Column) []byte
	row(out []byte, cells []*value.Vector, i int) []byte // i is the row of each vector
	end(out []byte) []byte
}

func newFormat(name string, headers bool) (format, error) {
	switch name {
	case "csv":
		return &separated{comma: ',', headers: headers}, nil
	case "excel":
		return &separated{comma: ',', headers: headers, guarded: true}, nil
	case "tsv":
		return &separated{comma: '\t', headers: headers}, nil
	case "json":
		return &objects{open: "[\n", between: ",\n", close: "\n]\n"}, nil
	case "ndjson":
		return &objects{between: "\n", close: "\n"}, nil
	case "markdown":
		return &markdown{}, nil
	case "datatable":
		return &datatable{}, nil
	case "in":
		return &inList{}, nil
	case "parquet":
		return &parquet{}, nil
	case "xlsx":
		return &workbook{}, nil
	}
	return nil, badf("the format %q isn't known; use one of %s", name, strings.Join(Formats(), ", "))
}

// objects is JSON and NDJSON: one object a row. Numbers are JSON numbers, whole 64-bit ones too; decimal, datetime, timespan,
// guid, NaN and the infinities are Kusto's text; dynamic is the value itself.
type objects struct {
	open, between, close string
	keys                 [][]byte // `"name":`
	some                 bool
}

func (f *objects) begin(out []byte, columns []value.Column) []byte {
	for _, name := range distinct(columns) {
		f.keys = append(f.keys, append(value.AppendQuoted(nil, name), ':'))
	}
	return append(out, f.open...)
}

func (f *objects) row(out []byte, cells []*value.Vector, i int) []byte {
	if f.some {
		out = append(out, f.between...)
	}
	f.some = true
	out = append(out, '{')
	for n, v := range cells {
		if n > 0 {
			out = append(out, ',')
		}
		out = append(out, f.keys[n]...)
		switch {
		case v.IsNull(i):
			out = append(out, "null"...)
		case v.Kind == value.Long:
			out = strconv.AppendInt(out, v.Ints[i&v.Mask()], 10)
		case v.Kind == value.Dynamic:
			out = v.Dynamics[i&v.Mask()].AppendJSON(out)
		default:
			out, _ = appendCell(out, v, i, math.MaxInt)
		}
	}
	return append(out, '}')
}

func (f *objects) end(out []byte) []byte {
	if !f.some && f.open == "" {
		return out
	}
	return append(out, f.close...)
}

// distinct gives column names that can be keys of one object: the second a becomes a_2.
func distinct(columns []value.Column) []string {
	seen, names := map[string]bool{}, make([]string, len(columns))
	for i, c := range columns {
		name := c.Name
		for n := 2; seen[name]; n++ {
			name = c.Name + "_" + strconv.Itoa(n)
		}
		seen[name], names[i] = true, name
	}
	return names
}

// markdown is a table of GitHub's Markdown. What would be markup or end the cell is escaped.
type markdown struct{ cell []byte }

// inCell is what stands for a byte that Markdown would read in a table's cell. \r\n is one line break.
var inCell = [256]string{
	'\\': `\\`, '|': `\|`, '\n': "<br>", '\r': "<br>", '<': "&lt;", '&': "&amp;", '*': `\*`, '_': `\_`, '`': "\\`", '[': `\[`, '~': `\~`,
}

func appendInCell[T string | []byte](out []byte, text T) []byte {
	from := 0
	for i := range len(text) {
		mark := inCell[text[i]]
		if mark == "" {
			continue
		}
		out = append(out, text[from:i]...)
		if from = i + 1; text[i] != '\n' || i == 0 || text[i-1] != '\r' {
			out = append(out, mark...)
		}
	}
	return append(out, text[from:]...)
}

func (*markdown) begin(out []byte, columns []value.Column) []byte {
	for _, c := range columns {
		out = append(appendInCell(append(out, "| "...), c.Name), ' ')
	}
	out = append(out, "|\n"...)
	for _, c := range columns {
		if slices.Contains([]value.Kind{value.Int, value.Long, value.Real, value.Decimal}, c.Kind) {
			out = append(out, "| ---: "...)
		} else {
			out = append(out, "| --- "...)
		}
	}
	return append(out, "|\n"...)
}

func (f *markdown) row(out []byte, cells []*value.Vector, i int) []byte {
	for _, v := range cells {
		out = append(out, "| "...)
		switch v.Kind {
		case value.String:
			out = appendInCell(out, v.Strings[i&v.Mask()])
		case value.Dynamic:
			f.cell = appendText(f.cell[:0], v, i)
			out = appendInCell(out, f.cell)
		default: // digits, letters and marks that Markdown doesn't read
			out = appendText(out, v, i)
		}
		out = append(out, ' ')
	}
	return append(out, "|\n"...)
}

func (*markdown) end(out []byte) []byte { return out }

// datatable is a KQL expression that gives the same rows.
type datatable struct{ some bool }

func (f *datatable) begin(out []byte, columns []value.Column) []byte {
	out = append(out, "datatable("...)
	for i, name := range distinct(columns) {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(out, symbol.QuoteName(name)...)
		out = append(append(out, ':'), columns[i].Kind.String()...)
	}
	return append(out, ")[\n"...)
}

func (f *datatable) row(out []byte, cells []*value.Vector, i int) []byte {
	if f.some {
		out = append(out, ",\n"...)
	}
	f.some = true
	out = append(out, "    "...)
	for n, v := range cells {
		if n > 0 {
			out = append(out, ", "...)
		}
		out = appendLiteral(out, v, i)
	}
	return out
}

func (f *datatable) end(out []byte) []byte {
	if f.some {
		out = append(out, '\n')
	}
	return append(out, "]\n"...)
}

// appendLiteral writes a cell as a KQL literal.
func appendLiteral(out []byte, v *value.Vector, i int) []byte {
	n := i & v.Mask()
	if v.Kind == value.String {
		return value.AppendQuoted(out, v.Strings[n]) // KQL's escapes in "…" are those of JSON
	}
	out = append(append(out, v.Kind.String()...), '(')
	switch {
	case v.IsNull(i):
		out = append(out, "null"...)
	case v.Kind == value.Dynamic:
		out = v.Dynamics[n].AppendJSON(out)
	case v.Kind == value.Real && math.IsNaN(v.Reals[n]):
		out = append(out, "nan"...)
	case v.Kind == value.Real && math.IsInf(v.Reals[n], 1):
		out = append(out, "+inf"...)
	case v.Kind == value.Real && math.IsInf(v.Reals[n], -1):
		out = append(out, "-inf"...)
	case v.Kind == value.Bool:
		out = strconv.AppendBool(out, v.Bools[n])
	default:
		out = appendText(out, v, i)
	}
	return append(out, ')')
}
