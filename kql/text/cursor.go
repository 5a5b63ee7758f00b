package text

import "unicode/utf8"

// Cursor gives the positions of offsets that only rise, in one walk over the text: looking each up by itself would read a long
// line again and again. The zero value isn't ready; use NewCursor.
type Cursor struct {
	f      *File
	utf8   bool
	line   int
	span   Span // of the line, without its break
	next   int  // start of the line after it, beyond the text on the last line
	at     int  // offset that column stands for
	column int
}

// NewCursor makes a cursor at the beginning. Columns count bytes if inUTF8, else UTF-16 code units.
func NewCursor(f *File, inUTF8 bool) *Cursor {
	c := &Cursor{f: f, utf8: inUTF8}
	c.enter(0)
	return c
}

func (c *Cursor) enter(line int) {
	c.line, c.span = line, c.f.Line(line)
	c.next = len(c.f.text) + 1
	if line+1 < len(c.f.lines) {
		c.next = c.f.lines[line+1]
	}
	c.at, c.column = c.span.Start, 0
}

// To gives the position of an offset. One before the last offset asked for gives that one's position; File.UTF16 and File.UTF8
// say what is given for an offset inside a character or a line break.
func (c *Cursor) To(offset int) Position {
	if offset = c.f.clamp(offset); offset >= c.next {
		c.enter(c.f.LineAt(offset))
	}
	offset = min(offset, c.span.End)
	if c.utf8 {
		c.at = max(c.at, offset)
		return Position{c.line, c.at - c.span.Start}
	}
	for c.at < offset {
		r, size := utf8.DecodeRuneInString(c.f.text[c.at:])
		if c.at+size > offset {
			break
		}
		c.column += utf16Len(r)
		c.at += size
	}
	return Position{c.line, c.column}
}
