// Cutting delimited text into records and cells.
//
// A cell that begins with a quote ends at the next single quote; two quotes inside stand for one, and delimiters and line ends
// inside are text. A quote anywhere else is an ordinary character. Records end at a line feed, with or without a carriage
// return; lines with nothing on them are no records. Text after a closing quote is an error, because no reading of it is safe.

package source

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// csvCutter finds record ends for a delimiter.
type csvCutter struct{ comma byte }

func (c csvCutter) cut(data []byte, final bool) int {
	if final {
		return len(data)
	}
	if bytes.IndexByte(data, '"') < 0 {
		return bytes.LastIndexByte(data, '\n') + 1
	}
	end, outside := 0, 0 // end of the last whole record; where we last were outside quotes
	for {
		q := bytes.IndexByte(data[outside:], '"')
		if q < 0 {
			if nl := bytes.LastIndexByte(data[outside:], '\n'); nl >= 0 {
				end = outside + nl + 1
			}
			return end
		}
		q += outside
		if nl := bytes.LastIndexByte(data[outside:q], '\n'); nl >= 0 {
			end = outside + nl + 1
		}
		if q > 0 && data[q-1] != c.comma && data[q-1] != '\n' {
			outside = q + 1 // inside a cell that didn't begin with it
			continue
		}
		if outside = closingQuote(data, q+1); outside < 0 {
			return end
		}
		// The byte after the closing quote is looked at as outside; it may be cut off.
	}
}

// closingQuote gives the index after the quote that closes a cell whose text starts at i, or -1.
func closingQuote(data []byte, i int) int {
	for {
		q := bytes.IndexByte(data[i:], '"')
		if q < 0 {
			return -1
		}
		i += q + 1
		if i >= len(data) || data[i] != '"' {
			return i
		}
		i++
	}
}

// csvScanner walks over the cells of a block.
type csvScanner struct {
	data   []byte // the block with its padding
	end    int    // length without padding
	at     int
	commas uint64 // the delimiter in all eight bytes
	comma  byte
	quoted []byte // a cell with quotes taken out
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	newlines = '\n' * lowBits
)

func newCSVScanner(b *block, comma byte) csvScanner {
	n := len(b.data)
	data := b.data[:n+padding]
	clear(data[n:])
	return csvScanner{data: data, end: n, commas: uint64(comma) * lowBits, comma: comma}
}

// skipBlank moves to the next record; false at the end of the block.
func (s *csvScanner) skipBlank() bool {
	for s.at < s.end {
		switch {
		case s.data[s.at] == '\n':
			s.at++
		case s.data[s.at] == '\r' && (s.at+1 == s.end || s.data[s.at+1] == '\n'):
			s.at++
		default:
			return true
		}
	}
	return false
}

// cell gives the next cell, valid until the next call, and whether it is its record's last. junk tells that text follows a
// closing quote, or that the quote doesn't close.
func (s *csvScanner) cell() (cell []byte, last, junk bool) {
	start := s.at
	if s.data[start] == '"' && start < s.end {
		return s.quotedCell(start + 1)
	}
	i := start
	for {
		w := binary.LittleEndian.Uint64(s.data[i:])
		x, y := w^s.commas, w^newlines
		hit := ((x-lowBits)&^x | (y-lowBits)&^y) & highBits
		if hit != 0 {
			i += bits.TrailingZeros64(hit) >> 3
			break
		}
		if i += 8; i >= s.end {
			break
		}
	}
	if i >= s.end {
		s.at = s.end
		return dropCR(s.data[start:s.end]), true, false
	}
	s.at = i + 1
	if s.data[i] == '\n' {
		return dropCR(s.data[start:i]), true, false
	}
	return s.data[start:i], false, false
}

func dropCR(cell []byte) []byte {
	if n := len(cell); n > 0 && cell[n-1] == '\r' {
		return cell[:n-1]
	}
	return cell
}

// quotedCell reads a cell whose text starts at start, after its quote.
func (s *csvScanner) quotedCell(start int) (cell []byte, last, junk bool) {
	data := s.data[:s.end]
	q := bytes.IndexByte(data[start:], '"')
	if q < 0 {
		return nil, true, true // s.at stays at the quote that isn't closed
	}
	end := start + q
	cell = data[start:end]
	if end+1 < len(data) && data[end+1] == '"' {
		s.quoted = s.quoted[:0]
		for end+1 < len(data) && data[end+1] == '"' {
			s.quoted = append(s.quoted, data[start:end+1]...)
			start = end + 2
			if q = bytes.IndexByte(data[start:], '"'); q < 0 {
				return nil, true, true
			}
			end = start + q
		}
		s.quoted = append(s.quoted, data[start:end]...)
		cell = s.quoted
	}
	end++
	if end < len(data) && data[end] == '\r' && (end+1 == len(data) || data[end+1] == '\n') {
		end++
	}
	s.at = end + 1
	switch {
	case end >= len(data):
		s.at = s.end
		return cell, true, false
	case data[end] == '\n':
		return cell, true, false
	case data[end] == s.comma:
		return cell, false, false
	}
	s.at = end
	return cell, true, true
}
