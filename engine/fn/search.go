// Searching all texts of a packed vector at once for a literal: eight bytes at a time, by two bytes of the literal that are rare.
//
// A word has a zero byte exactly where (w - 0x01…) &^ w & 0x80… has a set bit, and the lowest such bit is right even where borrows
// spoil the others. So both bytes are compared at once at eight places; what is found there is looked at closely.

package fn

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unsafe"

	"calypso/kusto/value"
)

const (
	lowBytes  = 0x0101010101010101
	highBytes = 0x8080808080808080
)

// needle finds a text of ASCII, or of any bytes where case counts.
type needle struct {
	text     string
	fold     *folder // nil where case counts
	first    int     // where in text the two rare bytes are, first before second
	second   int
	want     [2]uint64 // the bytes, lower case where folded, eight times
	caseBits [2]uint64 // what makes a letter lower case, eight times
}

// newNeedle gives nil for a text that can't be searched this way.
func newNeedle(text string, exact bool) *needle {
	l := &needle{text: text}
	if !exact {
		if l.fold = newFolder(text); !l.fold.ascii {
			return nil
		}
		l.text = l.fold.upper
	}
	if l.text == "" {
		return nil
	}
	l.first, l.second = rarest(l.text)
	for k, at := range []int{l.first, l.second} {
		c := l.text[at]
		if !exact && 'A' <= c && c <= 'Z' {
			c |= 0x20
			l.caseBits[k] = 0x20 * lowBytes
		}
		l.want[k] = uint64(c) * lowBytes
	}
	return l
}

// commonBytes are bytes of text, the most common first.
const commonBytes = " etaoinsrhldcumfp0123gwyb456789vk\"/.-_:,=xjqz"

// rarest gives the places of the two rarest bytes that differ, in order; the same place twice where all bytes are alike.
func rarest(text string) (first, second int) {
	rank := func(i int) int {
		if at := strings.IndexByte(commonBytes, foldedByte(text[i])); at >= 0 {
			return at
		}
		return len(commonBytes)
	}
	best := 0
	for i := range len(text) {
		if rank(i) > rank(best) {
			best = i
		}
	}
	next := best
	for i := range len(text) {
		if text[i] != text[best] && (next == best || rank(i) > rank(next)) {
			next = i
		}
	}
	return min(best, next), max(best, next)
}

func foldedByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// at tells whether the literal stands in the page at a place that has room for it.
func (l *needle) at(page string, i int) bool {
	if l.fold != nil {
		return l.fold.sameASCII(page[i : i+len(l.text)])
	}
	return page[i:i+len(l.text)] == l.text
}

// next gives the first place from which the literal stands in page[:to], or -1.
func (l *needle) next(page string, from, to int) int {
	last := to - len(l.text) // the last place
	bytes := unsafe.Slice(unsafe.StringData(page), len(page))
	first, second, want, bits0, bits1 := l.first, l.second, l.want, l.caseBits[0], l.caseBits[1]
	for from <= last && from+second+8 <= len(bytes) {
		a := binary.LittleEndian.Uint64(bytes[from+first:]) | bits0
		b := binary.LittleEndian.Uint64(bytes[from+second:]) | bits1
		differ := a ^ want[0] | b ^ want[1]
		hit := (differ - lowBytes) &^ differ & highBytes
		if hit == 0 {
			from += 8
			continue
		}
		from += bits.TrailingZeros64(hit) >> 3
		if from > last {
			return -1
		}
		if l.at(page, from) {
			return from
		}
		from++
	}
	for ; from <= last; from++ {
		if l.at(page, from) {
			return from
		}
	}
	return -1
}

// rows calls visit for each place of a packed vector where the literal stands within a row's text, until it says that the row is done.
// It gives false, without a call, where the texts don't lie in order and close together, so that their page isn't to be searched.
func (l *needle) rows(v *value.Vector, n int, visit func(row, at int) bool) bool {
	if !inOrder(v.Spans[:n]) {
		return false
	}
	if n == 0 {
		return true
	}
	row, end := 0, int(v.Spans[n-1].To)
	for at := l.next(v.Page, int(v.Spans[0].From), end); at >= 0; {
		for int(v.Spans[row].To) <= at {
			row++
		}
		s := v.Spans[row]
		from := at + 1
		if int(s.From) <= at && at+len(l.text) <= int(s.To) && visit(row, at-int(s.From)) {
			from = int(s.To)
		}
		at = l.next(v.Page, from, end)
	}
	return true
}

// inOrder tells whether texts lie one after the other, with no more between them than they are long.
func inOrder(spans []value.Span) bool {
	if len(spans) == 0 {
		return true
	}
	at, total := spans[0].From, 0
	for _, s := range spans {
		if s.From < at {
			return false
		}
		at = s.To
		total += int(s.To - s.From)
	}
	return int(at-spans[0].From) <= 2*total+8*len(spans)
}
