package result

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"calypso/kusto/value"

	"github.com/klauspost/compress/flate"
)

// workbook is an Excel file (Office Open XML, ECMA-376): one sheet, names in a row that stays in sight. A value is written with its own
// type where Excel holds all of it, else as its text: what has more than 15 digits, times with parts of a millisecond or before
// 1900-03-01, spans below zero. No text is taken for a formula. What a sheet has no room for is refused.
type workbook struct {
	zip     *zip.Writer
	sheet   io.Writer // the entry of the rows
	to      io.Writer
	out     sink
	columns []value.Column
	letters []string
	line    []byte // the row under way
	of      []byte // the cell under way
	rows    int
	err     error
}

// ErrNoRoom says that Excel can't hold the rows.
var ErrNoRoom = errors.New("a sheet of Excel has no room")

// Excel's own limits, of its specification.
const (
	sheetRows    = 1 << 20 // the row of names is one of them
	sheetColumns = 1 << 14
	cellUnits    = 32_767 // UTF-16 units of a text
)

const (
	mainSpace  = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	relSpace   = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	partSpace  = "http://schemas.openxmlformats.org/package/2006/"
	sheetType  = "application/vnd.openxmlformats-officedocument.spreadsheetml."
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	styleNames = "1" // indices of cellXfs below
	styleTime  = "2"
	styleSpan  = "3"
)

// bookParts are the entries beside the rows.
var bookParts = [][2]string{
	{"[Content_Types].xml", `<Types xmlns="` + partSpace + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="` + sheetType + `sheet.main+xml"/>` +
		`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="` + sheetType + `worksheet+xml"/>` +
		`<Override PartName="/xl/styles.xml" ContentType="` + sheetType + `styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + partSpace + `relationships"><Relationship Id="rId1" Type="` + relSpace + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
	{"xl/workbook.xml", `<workbook xmlns="` + mainSpace + `" xmlns:r="` + relSpace + `"><sheets><sheet name="Results" sheetId="1" r:id="rId1"/></sheets></workbook>`},
	{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="` + partSpace + `relationships"><Relationship Id="rId1" Type="` + relSpace + `/worksheet" Target="worksheets/sheet1.xml"/>` +
		`<Relationship Id="rId2" Type="` + relSpace + `/styles" Target="styles.xml"/></Relationships>`},
	{"xl/styles.xml", `<styleSheet xmlns="` + mainSpace + `"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd hh:mm:ss.000"/><numFmt numFmtId="165" formatCode="[h]:mm:ss.000"/></numFmts>` +
		`<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>` +
		`<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>` +
		`<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>` +
		`<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>` +
		`<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>`},
}

const sheetBegin = `<worksheet xmlns="` + mainSpace + `"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`

func (f *workbook) writeTo(w io.Writer) { f.to = w }

func (f *workbook) begin(out []byte, columns []value.Column) []byte {
	f.columns = columns
	if len(columns) > sheetColumns {
		f.err = fmt.Errorf("%w for %d columns: %d at most", ErrNoRoom, len(columns), sheetColumns)
		return out
	}
	if f.to == nil {
		f.to = &f.out
	}
	f.zip = zip.NewWriter(f.to)
	f.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, part := range bookParts {
		f.write(f.entry(part[0]), xmlHead+part[1])
	}
	f.sheet = f.entry("xl/worksheets/sheet1.xml")
	f.line = append(append(f.line, xmlHead...), sheetBegin...)
	f.open()
	for i, c := range columns {
		f.letters = append(f.letters, columnLetters(i))
		f.cell(i, "", styleNames)
		f.text(i, []byte(c.Name))
	}
	return f.close(out)
}

func (f *workbook) entry(name string) io.Writer {
	w, err := f.zip.Create(name)
	f.fail(err)
	return w
}

func (f *workbook) write(w io.Writer, text string) {
	if f.err == nil {
		_, err := io.WriteString(w, text)
		f.fail(err)
	}
}

func (f *workbook) fail(err error) {
	if f.err == nil {
		f.err = err
	}
}

// columnLetters names a column as Excel does: A, Z, AA.
func columnLetters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnLetters(i/26-1) + columnLetters(i%26)
}

// open and close stand around a row.
func (f *workbook) open() {
	if f.rows++; f.rows > sheetRows {
		f.fail(fmt.Errorf("%w for all rows: %d at most", ErrNoRoom, sheetRows-1))
	}
	f.line = strconv.AppendInt(append(f.line, `<row r="`...), int64(f.rows), 10)
	f.line = append(f.line, `">`...)
}

func (f *workbook) close(out []byte) []byte {
	f.line = append(f.line, "</row>"...)
	if f.err == nil {
		_, err := f.sheet.Write(f.line)
		f.fail(err)
	}
	f.line = f.line[:0]
	return f.take(out)
}

func (f *workbook) take(out []byte) []byte {
	out = append(out, f.out.out...)
	f.out.out = f.out.out[:0]
	return out
}

// cell begins a cell of a type of the format, "" for a text, and a style, "" for none.
func (f *workbook) cell(i int, kind, style string) {
	f.line = append(append(f.line, `<c r="`...), f.letters[i]...)
	f.line = append(strconv.AppendInt(f.line, int64(f.rows), 10), '"')
	if style != "" {
		f.line = append(append(append(f.line, ` s="`...), style...), '"')
	}
	if kind != "" {
		f.line = append(append(append(f.line, ` t="`...), kind...), '"')
	}
}

func (f *workbook) row(out []byte, cells []*value.Vector, i int) []byte {
	if f.err != nil {
		return out
	}
	f.open()
	for n, v := range cells {
		if !v.IsNull(i) {
			f.value(n, v, i)
		}
	}
	return f.close(out)
}

func (f *workbook) value(n int, v *value.Vector, i int) {
	at := i & v.Mask()
	f.of = appendText(f.of[:0], v, i)
	switch v.Kind {
	case value.Bool:
		f.cell(n, "b", "")
		f.of = append(f.of[:0], '0')
		if v.Bools[at] {
			f.of[0] = '1'
		}
		f.number()
		return
	case value.Int, value.Long, value.Decimal:
		if digitsOf(f.of) <= 15 {
			f.cell(n, "n", "")
			f.number()
			return
		}
	case value.Real:
		if size := math.Abs(v.Reals[at]); size == 0 || size > 2.3e-308 && size < 1.79e308 { // normal numbers: Excel knows no others
			f.cell(n, "n", "")
			f.of = strconv.AppendFloat(f.of[:0], v.Reals[at], 'g', -1, 64)
			f.number()
			return
		}
	case value.Datetime:
		if ms := (v.Ints[at] - firstDay) / value.TicksPerMillisecond; v.Ints[at]%value.TicksPerMillisecond == 0 && ms >= 61*millisecondsOfDay {
			f.days(n, ms, styleTime)
			return
		}
	case value.Timespan:
		if v.Ints[at] >= 0 && v.Ints[at]%value.TicksPerMillisecond == 0 && v.Ints[at] < 1_000_000*value.TicksPerDay {
			f.days(n, v.Ints[at]/value.TicksPerMillisecond, styleSpan)
			return
		}
	}
	f.cell(n, "", "")
	f.text(n, f.of)
}

const millisecondsOfDay = 24 * 60 * 60 * 1000

// firstDay is 1899-12-30, from which Excel counts days; right from 1900-03-01 on, because its 1900 is a leap year.
var firstDay, _ = value.DatetimeOf(1899, 12, 30, 0)

// days writes milliseconds as days and their fraction. Ten digits of it tell milliseconds apart.
func (f *workbook) days(n int, ms int64, style string) {
	f.cell(n, "n", style)
	f.of = strconv.AppendFloat(f.of[:0], float64(ms)/millisecondsOfDay, 'f', 10, 64)
	f.number()
}

func (f *workbook) number() {
	f.line = append(append(append(f.line, "><v>"...), f.of...), "</v></c>"...)
}

// digitsOf counts what a number's precision needs; a number with an exponent has too many.
func digitsOf(text []byte) int {
	n := 0
	for _, c := range text {
		switch {
		case c == 'e' || c == 'E':
			return math.MaxInt
		case c >= '1' && c <= '9' || c == '0' && n > 0:
			n++
		}
	}
	return n
}

// text ends a cell with a text. XML has no control characters: the format's own escape stands for them, and for what looks like it.
func (f *workbook) text(n int, s []byte) {
	if len(s) > cellUnits && utf16Length(s) > cellUnits {
		f.fail(fmt.Errorf("%w for the text of column %s in row %d: %d characters at most", ErrNoRoom, f.columns[n].Name, f.rows-1, cellUnits))
		return
	}
	f.line = append(f.line, ` t="inlineStr"><is><t xml:space="preserve">`...)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRune(s[i:])
		switch {
		case r == '&':
			f.line = append(f.line, "&amp;"...)
		case r == '<':
			f.line = append(f.line, "&lt;"...)
		case r == '>':
			f.line = append(f.line, "&gt;"...)
		case r < ' ' && r != '\t' && r != '\n', r == 0xfffe, r == 0xffff, r == '_' && looksEscaped(s[i:]):
			f.line = fmt.Appendf(f.line, "_x%04X_", r)
		default:
			f.line = utf8.AppendRune(f.line, r)
		}
		i += size
	}
	f.line = append(f.line, "</t></is></c>"...)
}

// looksEscaped tells whether a text begins as an escape does: _x0041_.
func looksEscaped(s []byte) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	return !slices.ContainsFunc(s[2:6], func(c byte) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F')
	})
}

func utf16Length(s []byte) int {
	n := 0
	for _, r := range string(s) {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}

func (f *workbook) end(out []byte) []byte {
	if f.zip == nil {
		return out
	}
	f.write(f.sheet, "</sheetData></worksheet>")
	f.fail(f.zip.Close())
	return f.take(out)
}

func (f *workbook) failure() error { return f.err }
