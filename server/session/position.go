package session

import (
	"calypso/kql/text"

	lsp "go.lsp.dev/protocol"
)

// Encoding says what a client counts in a line. The arithmetic is kql/text's; here is only the choice.
type Encoding uint8

const (
	UTF16 Encoding = iota // code units; what every client understands
	UTF8                  // bytes
)

// Kind is the encoding's name on the wire.
func (e Encoding) Kind() lsp.PositionEncodingKind {
	if e == UTF8 {
		return lsp.PositionEncodingKindUTF8
	}
	return lsp.PositionEncodingKindUTF16
}

// Offset gives the byte that a position points to. Beyond the line is its end; inside a character is before it.
func (e Encoding) Offset(f *text.File, p lsp.Position) int {
	at := text.Position{Line: int(p.Line), Column: int(p.Character)}
	if e == UTF8 {
		return f.OffsetUTF8(at)
	}
	return f.OffsetUTF16(at)
}

// Span gives the bytes of a range; one that ends before it starts is empty, at its start.
func (e Encoding) Span(f *text.File, r lsp.Range) text.Span {
	start, end := e.Offset(f, r.Start), e.Offset(f, r.End)
	return text.Span{Start: start, End: max(start, end)}
}

// Position gives the place of a byte.
func (e Encoding) Position(f *text.File, offset int) lsp.Position {
	at := f.UTF16(offset)
	if e == UTF8 {
		at = f.UTF8(offset)
	}
	return lsp.Position{Line: uint32(at.Line), Character: uint32(at.Column)}
}

// Range gives the places of a span's ends.
func (e Encoding) Range(f *text.File, s text.Span) lsp.Range {
	start := e.Position(f, s.Start)
	if s.Len() <= 0 {
		return lsp.Range{Start: start, End: start}
	}
	return lsp.Range{Start: start, End: e.Position(f, s.End)}
}
