package print

import (
	"bufio"
	"math"

	"calypso/kusto/value"
)

// jsonPrinter writes an array of row objects; several tables are several arrays, one after the other.
type jsonPrinter struct {
	out   *bufio.Writer
	heads [][]byte
	buf   []byte
	rows  int // of the table
}

func (p *jsonPrinter) Table(_ string, columns []value.Column) error {
	p.heads, p.rows = propertyHeads(columns), 0
	return p.out.WriteByte('[')
}

func (p *jsonPrinter) Rows(b *value.Batch) error {
	for r := range b.N {
		p.buf = p.buf[:0]
		if p.rows++; p.rows > 1 {
			p.buf = append(p.buf, ",\n"...)
		}
		p.buf = appendRow(p.buf, p.heads, b, r)
		if _, err := p.out.Write(p.buf); err != nil {
			return err
		}
	}
	return nil
}

func (p *jsonPrinter) End() error {
	_, err := p.out.WriteString("]\n")
	return err
}

func (p *jsonPrinter) Flush() error { return p.out.Flush() }

// ndjsonPrinter writes an object a line, tables one after the other.
type ndjsonPrinter struct {
	out   *bufio.Writer
	heads [][]byte
	buf   []byte
}

func (p *ndjsonPrinter) Table(_ string, columns []value.Column) error {
	p.heads = propertyHeads(columns)
	return nil
}

func (p *ndjsonPrinter) Rows(b *value.Batch) error {
	for r := range b.N {
		p.buf = append(appendRow(p.buf[:0], p.heads, b, r), '\n')
		if _, err := p.out.Write(p.buf); err != nil {
			return err
		}
	}
	return nil
}

func (p *ndjsonPrinter) End() error   { return nil }
func (p *ndjsonPrinter) Flush() error { return p.out.Flush() }

// propertyHeads spells each column's `"name":` once.
func propertyHeads(columns []value.Column) [][]byte {
	heads := make([][]byte, len(columns))
	for i, c := range columns {
		heads[i] = append(value.AppendQuoted(nil, c.Name), ':')
	}
	return heads
}

func appendRow(out []byte, heads [][]byte, b *value.Batch, r int) []byte {
	out = append(out, '{')
	for c, v := range b.Cols {
		if c > 0 {
			out = append(out, ',')
		}
		out = appendJSON(append(out, heads[c]...), v, r)
	}
	return append(out, '}')
}

// appendJSON writes a cell: numbers and bools as such, dynamic inline, all else (long dates, guid, decimal, NaN) as text.
func appendJSON(out []byte, v *value.Vector, i int) []byte {
	if v.IsNull(i) {
		return append(out, "null"...)
	}
	switch v.Kind {
	case value.Bool, value.Int, value.Long:
		return appendText(out, v, i)
	case value.Real:
		if f := v.Reals[i&v.Mask()]; !math.IsNaN(f) && !math.IsInf(f, 0) {
			return appendText(out, v, i)
		}
	case value.Dynamic:
		return v.Dynamics[i&v.Mask()].AppendJSON(out)
	}
	return value.AppendQuoted(out, string(appendText(nil, v, i)))
}
