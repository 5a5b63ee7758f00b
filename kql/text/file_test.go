package text_test

import (
	"testing"

	"calypso/kql/text"
)

func TestUTF16RoundTrip(t *testing.T) {
	for _, src := range []string{"", "a", "a\nb", "a\r\nb\rc\n", "é😀x\n😀😀", "\xff\xfe\n", "\n\n\r\n"} {
		f := text.NewFile(src)
		for offset := 0; offset <= len(src); offset++ {
			p := f.UTF16(offset)
			back := f.OffsetUTF16(p)
			if back > offset || f.UTF16(back) != p {
				t.Errorf("%q: offset %d is %v, which is offset %d", src, offset, p, back)
			}
			p8 := f.UTF8(offset)
			if got := f.OffsetUTF8(p8); got > offset {
				t.Errorf("%q: offset %d is %v, which is offset %d", src, offset, p8, got)
			}
		}
	}
}

func TestOffsetUTF16(t *testing.T) {
	const src = "ab\r\né😀z\nlast"
	tests := []struct {
		name         string
		line, column int
		want         int
	}{
		{"start", 0, 0, 0},
		{"beyond the line stops before its break", 0, 99, 2},
		{"after a two-byte character", 1, 1, 6},
		{"inside a surrogate pair goes before it", 1, 2, 6},
		{"after the pair", 1, 3, 10},
		{"last line", 2, 4, 16},
		{"beyond the file", 7, 0, 16},
		{"before the file", -1, 5, 0},
		{"negative column", 1, -3, 4},
	}
	f := text.NewFile(src)
	for _, tt := range tests {
		if got := f.OffsetUTF16(text.Position{Line: tt.line, Column: tt.column}); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestLines(t *testing.T) {
	f := text.NewFile("a\r\nbb\rc\n")
	want := []string{"a", "bb", "c", ""}
	if f.LineCount() != len(want) {
		t.Fatalf("%d lines, want %d", f.LineCount(), len(want))
	}
	for i, w := range want {
		if got := f.Line(i).Of(f.Text()); got != w {
			t.Errorf("line %d is %q, want %q", i, got, w)
		}
	}
}

func TestApplyAll(t *testing.T) {
	f := text.NewFile("one two three")
	got := f.ApplyAll([]text.Edit{
		{Span: text.Span{Start: 8, End: 13}, NewText: "3"},
		{Span: text.Span{Start: 0, End: 3}, NewText: "1"},
		{Span: text.Span{Start: 2, End: 5}, NewText: "overlaps"},
	})
	if got.Text() != "1 two 3" {
		t.Errorf("got %q", got.Text())
	}
}

// FuzzApply holds the incremental line index to the one made anew.
func FuzzApply(f *testing.F) {
	f.Add("a\rb\nc", 1, 2, "\n")
	f.Add("a\r", 2, 2, "\nb")
	f.Add("x\r\ny", 2, 2, "z")
	f.Fuzz(func(t *testing.T, src string, start, end int, insert string) {
		got := text.NewFile(src).Apply(text.Edit{Span: text.Span{Start: start, End: end}, NewText: insert})
		want := text.NewFile(got.Text())
		if got.LineCount() != want.LineCount() {
			t.Fatalf("%q: %d lines, want %d", got.Text(), got.LineCount(), want.LineCount())
		}
		for i := range want.LineCount() {
			if got.Line(i) != want.Line(i) {
				t.Fatalf("%q: line %d is %v, want %v", got.Text(), i, got.Line(i), want.Line(i))
			}
		}
	})
}
