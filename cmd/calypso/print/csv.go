package print

import (
	"bufio"
	"strings"

	"calypso/kusto/value"
)

// csvPrinter writes RFC 4180 with a head line; tables are parted by an empty line.
type csvPrinter struct {
	out    *bufio.Writer
	tables int
	buf    []byte
}

func (p *csvPrinter) Table(_ string, columns []value.Column) error {
	if p.tables++; p.tables > 1 {
		p.out.WriteString("\r\n")
	}
	for i, c := range columns {
		p.cell(i, []byte(c.Name))
	}
	_, err := p.out.WriteString("\r\n")
	return err
}

func (p *csvPrinter) Rows(b *value.Batch) error {
	for r := range b.N {
		for c, v := range b.Cols {
			p.buf = appendText(p.buf[:0], v, r)
			p.cell(c, p.buf)
		}
		if _, err := p.out.WriteString("\r\n"); err != nil {
			return err
		}
	}
	return nil
}

func (p *csvPrinter) cell(i int, text []byte) {
	if i > 0 {
		p.out.WriteByte(',')
	}
	s := string(text)
	if !strings.ContainsAny(s, ",\"\r\n") && strings.TrimSpace(s) == s {
		p.out.WriteString(s)
		return
	}
	p.out.WriteByte('"')
	p.out.WriteString(strings.ReplaceAll(s, `"`, `""`))
	p.out.WriteByte('"')
}

func (p *csvPrinter) End() error   { return nil }
func (p *csvPrinter) Flush() error { return p.out.Flush() }
