// Package text holds what lies under every other package of kql: byte spans, the line index with its UTF-16 and UTF-8
// positions, and edits. It knows nothing of KQL.
package text

// Span is a half-open range of byte offsets: Start is its first byte, End the byte after its last.
type Span struct{ Start, End int }

// Len is the number of bytes.
func (s Span) Len() int { return s.End - s.Start }

// Contains tells whether offset lies in the span; the end is not in it.
func (s Span) Contains(offset int) bool { return s.Start <= offset && offset < s.End }

// Touches tells whether offset lies in the span or directly at its end, as a caret does.
func (s Span) Touches(offset int) bool { return s.Start <= offset && offset <= s.End }

// Of cuts the span's text out of src. A span that lies outside gives "".
func (s Span) Of(src string) string {
	if s.Start < 0 || s.End > len(src) || s.Start > s.End {
		return ""
	}
	return src[s.Start:s.End]
}

// Edit replaces the bytes of Span by NewText.
type Edit struct {
	Span    Span
	NewText string
}
