package text

import (
	"sort"
	"unicode/utf8"
)

// File is a text with its line index. It is immutable: an edit makes a new File.
type File struct {
	text  string
	lines []int // offset of each line's first byte; lines[0] is 0
}

// Position is a place as a line and a column, both from 0. What a column counts (UTF-16 code units, bytes) depends on the
// method that gave it or takes it.
type Position struct{ Line, Column int }

// NewFile indexes the lines of src. Lines end at \n, \r\n or a lone \r, as the language server protocol has it.
func NewFile(src string) *File {
	return &File{text: src, lines: appendLines(make([]int, 1, len(src)/32+1), src, 0)}
}

// appendLines adds the starts of the lines that begin in src[from:] after a line break.
func appendLines(lines []int, src string, from int) []int {
	for i := from; i < len(src); i++ {
		switch src[i] {
		case '\n':
			lines = append(lines, i+1)
		case '\r':
			if i+1 >= len(src) || src[i+1] != '\n' {
				lines = append(lines, i+1)
			}
		}
	}
	return lines
}

// Text is the file's whole text.
func (f *File) Text() string { return f.text }

// Len is the number of bytes.
func (f *File) Len() int { return len(f.text) }

// LineCount is the number of lines; a text without a line break has one, and so has the empty text.
func (f *File) LineCount() int { return len(f.lines) }

// LineAt gives the line, from 0, that the byte at offset lies on. An offset outside the text is moved to its nearest end.
func (f *File) LineAt(offset int) int {
	return sort.SearchInts(f.lines, f.clamp(offset)+1) - 1
}

// Line gives the span of a line without its line break. A line outside the file gives an empty span at the nearest end.
func (f *File) Line(line int) Span {
	if line < 0 {
		return Span{}
	}
	if line >= len(f.lines) {
		return Span{len(f.text), len(f.text)}
	}
	start, end := f.lines[line], len(f.text)
	if line+1 < len(f.lines) {
		end = f.lines[line+1]
	}
	if end > start && f.text[end-1] == '\n' {
		end--
	}
	if end > start && f.text[end-1] == '\r' {
		end--
	}
	return Span{start, end}
}

// UTF16 gives the position of a byte offset with the column in UTF-16 code units, as editors count. An offset inside a
// character goes to the character's start, one between \r and \n to the line's end.
func (f *File) UTF16(offset int) Position {
	line, span, offset := f.locate(offset)
	column := 0
	for i := span.Start; i < offset; {
		r, size := utf8.DecodeRuneInString(f.text[i:])
		if i+size > offset {
			break
		}
		column += utf16Len(r)
		i += size
	}
	return Position{line, column}
}

// UTF8 gives the position of a byte offset with the column in bytes. An offset between \r and \n goes to the line's end.
func (f *File) UTF8(offset int) Position {
	line, span, offset := f.locate(offset)
	return Position{line, offset - span.Start}
}

// OffsetUTF16 gives the byte offset of a position whose column counts UTF-16 code units. A column beyond the line goes to the
// line's end, one inside a surrogate pair to before the pair, a line beyond the file to the file's end.
func (f *File) OffsetUTF16(p Position) int {
	span := f.Line(p.Line)
	i, column := span.Start, 0
	for i < span.End {
		r, size := utf8.DecodeRuneInString(f.text[i:])
		column += utf16Len(r)
		if column > p.Column {
			break
		}
		i += size
	}
	return i
}

// OffsetUTF8 gives the byte offset of a position whose column counts bytes. A column beyond the line goes to the line's end,
// one inside a character to the character's start.
func (f *File) OffsetUTF8(p Position) int {
	span := f.Line(p.Line)
	offset := min(span.Start+max(p.Column, 0), span.End)
	for offset > span.Start && offset < span.End && !utf8.RuneStart(f.text[offset]) {
		offset--
	}
	return offset
}

// Apply gives the file after one edit. A span outside the text is cut to it.
func (f *File) Apply(e Edit) *File {
	start, end := f.clamp(e.Span.Start), f.clamp(e.Span.End)
	end = max(start, end)
	src := f.text[:start] + e.NewText + f.text[end:]
	// Lines up to the one before the edit hold; it starts a byte early, as a lone \r before the edit may become \r\n.
	keep := f.LineAt(max(start-1, 0))
	lines := make([]int, keep+1, len(f.lines)+len(e.NewText)/32+1)
	copy(lines, f.lines[:keep+1])
	return &File{text: src, lines: appendLines(lines, src, f.lines[keep])}
}

// ApplyAll applies edits whose spans all refer to the file as it is now, in any order; they must not overlap. Of two that do,
// the one that starts later is left out.
func (f *File) ApplyAll(edits []Edit) *File {
	sorted := append([]Edit(nil), edits...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Span.Start < sorted[j].Span.Start })
	var out []byte
	at := 0
	for _, e := range sorted {
		start, end := f.clamp(e.Span.Start), f.clamp(e.Span.End)
		if start < at || end < start {
			continue
		}
		out = append(out, f.text[at:start]...)
		out = append(out, e.NewText...)
		at = end
	}
	return NewFile(string(append(out, f.text[at:]...)))
}

// locate finds the line of an offset and moves the offset into that line's text.
func (f *File) locate(offset int) (line int, span Span, inLine int) {
	line = f.LineAt(offset)
	span = f.Line(line)
	return line, span, min(f.clamp(offset), span.End)
}

func (f *File) clamp(offset int) int { return max(0, min(offset, len(f.text))) }

// utf16Len is the number of UTF-16 code units of a character; a byte that is no UTF-8 counts as one, as U+FFFD does.
func utf16Len(r rune) int {
	if r >= 0x10000 {
		return 2
	}
	return 1
}
