package result

import (
	"archive/zip"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"calypso/kusto/value"
)

// cellOf is a cell as the file has it: its type, style and value.
type cellOf struct {
	Place string `xml:"r,attr"`
	Type  string `xml:"t,attr"`
	Style string `xml:"s,attr"`
	Value string `xml:"v"`
	Text  string `xml:"is>t"`
}

// sheetOf exports a table of one column to a workbook and reads its cells back.
func sheetOf(t *testing.T, column value.Column, n int, add func(*value.Builder)) ([]cellOf, error) {
	t.Helper()
	cells := value.NewBuilder(column.Kind, n)
	add(cells)
	file := filepath.Join(t.TempDir(), "x.xlsx")
	f, err := Create(context.Background(), "xlsx", file, []value.Column{column})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Abort()
	if err = f.Batch(&value.Batch{N: n, Cols: []*value.Vector{cells.Vector()}}); err == nil {
		err = f.Close()
	}
	if err != nil {
		return nil, err
	}
	book, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var sheet struct {
		Rows []struct {
			Cells []cellOf `xml:"c"`
		} `xml:"sheetData>row"`
	}
	for _, part := range book.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r) // its checksum is looked at too
		if err == nil && part.Name == "xl/worksheets/sheet1.xml" {
			err = xml.Unmarshal(body, &sheet)
		}
		if err != nil {
			t.Fatal(part.Name, err)
		}
	}
	var out []cellOf
	for _, row := range sheet.Rows {
		if len(row.Cells) == 0 {
			row.Cells = []cellOf{{}}
		}
		out = append(out, row.Cells...)
	}
	return out[1:], nil
}

// A value has its own type where Excel holds all of it; else its text.
func TestWorkbook(t *testing.T) {
	number := func(text string) cellOf { return cellOf{Type: "n", Value: text} }
	text := func(text string) cellOf { return cellOf{Type: "inlineStr", Text: text} }
	styled := func(text, style string) cellOf { return cellOf{Type: "n", Style: style, Value: text} }
	day := func(year, month, day int, of int64) int64 {
		ticks, _ := value.DatetimeOf(year, month, day, of)
		return ticks
	}
	for _, c := range []struct {
		kind value.Kind
		add  func(*value.Builder)
		want []cellOf
	}{
		{value.Long, func(b *value.Builder) { b.AppendInt(-5); b.AppendInt(math.MaxInt64); b.AppendNull() }, []cellOf{number("-5"), text("9223372036854775807"), {}}},
		{value.Real, func(b *value.Builder) { b.AppendReal(0.1); b.AppendReal(math.NaN()); b.AppendReal(5e-324) }, []cellOf{number("0.1"), text("NaN"), text("5e-324")}},
		{value.Bool, func(b *value.Builder) { b.AppendBool(true); b.AppendBool(false) }, []cellOf{{Type: "b", Value: "1"}, {Type: "b", Value: "0"}}},
		{value.Datetime, func(b *value.Builder) {
			b.AppendInt(day(2024, 2, 29, value.TicksPerDay/2))
			b.AppendInt(day(1900, 3, 1, 0))
			b.AppendInt(day(1900, 2, 28, 0))
			b.AppendInt(day(2024, 2, 29, 1))
		}, []cellOf{styled("45351.5000000000", "2"), styled("61.0000000000", "2"), text("1900-02-28T00:00:00.0000000Z"), text("2024-02-29T00:00:00.0000001Z")}},
		{value.Timespan, func(b *value.Builder) { b.AppendInt(36 * value.TicksPerHour); b.AppendInt(-value.TicksPerHour) }, []cellOf{styled("1.5000000000", "3"), text("-01:00:00")}},
		{value.String, func(b *value.Builder) {
			for _, s := range []string{"=1+1", " <a & b> ", "a\r\nb\tc", "\x00\x1f\ufffe", "_x0041_", "_x00zz_", "👩‍👧 عربي", "\xff", "007"} {
				b.AppendString(s)
			}
		}, []cellOf{text("=1+1"), text(" <a & b> "), text("a_x000D_\nb\tc"), text("_x0000__x001F__xFFFE_"), text("_x005F_x0041_"), text("_x00zz_"), text("👩‍👧 عربي"), text("�"), text("007")}},
	} {
		got, err := sheetOf(t, value.Column{Name: "c", Kind: c.kind}, len(c.want), c.add)
		if err != nil {
			t.Fatal(c.kind, err)
		}
		for i := range got {
			got[i].Place = ""
			if got[i] != c.want[i] {
				t.Errorf("%v, row %d: got %+v, want %+v", c.kind, i, got[i], c.want[i])
			}
		}
	}
}

// What a sheet has no room for is refused: half of it would be a wrong answer.
func TestWorkbookLimits(t *testing.T) {
	long := strings.Repeat("x", cellUnits)
	if _, err := sheetOf(t, value.Column{Name: "s", Kind: value.String}, 1, func(b *value.Builder) { b.AppendString(long) }); err != nil {
		t.Error(err)
	}
	_, err := sheetOf(t, value.Column{Name: "s", Kind: value.String}, 2, func(b *value.Builder) { b.AppendString(""); b.AppendString(long + "x") })
	if want := "no room for the text of column s in row 2: 32767"; !errors.Is(err, ErrNoRoom) || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
	_, err = sheetOf(t, value.Column{Name: "n", Kind: value.Bool}, sheetRows, func(b *value.Builder) {
		for range sheetRows {
			b.AppendNull()
		}
	})
	if !errors.Is(err, ErrNoRoom) {
		t.Errorf("got %v", err)
	}
	if _, err := Create(context.Background(), "xlsx", filepath.Join(t.TempDir(), "x"), make([]value.Column, sheetColumns+1)); err != nil {
		t.Error(err) // the first row, or the end, says it
	}
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", sheetColumns - 1: "XFD"} {
		if got := columnLetters(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}
