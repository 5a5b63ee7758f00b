// Finding and checking JSON values in a block, without making anything of them.

package source

import (
	"encoding/binary"
	"math/bits"
)

// maxNesting bounds how deep a value may nest, so that no input can exhaust the stack. It is the depth that dynamic takes.
const maxNesting = 1000

// jsonSpace gives the index of the first byte at or after i that is no white space.
func jsonSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// skipValue gives the end of the JSON value at data[i:], or -1 where it isn't one.
func skipValue(data []byte, i, depth int) int {
	if i >= len(data) || depth > maxNesting {
		return -1
	}
	switch c := data[i]; {
	case c == '"':
		return skipString(data, i)
	case c == '{' || c == '[':
		return skipContainer(data, i, depth)
	case c == 't':
		return skipWord(data, i, "true")
	case c == 'f':
		return skipWord(data, i, "false")
	case c == 'n':
		return skipWord(data, i, "null")
	}
	return skipNumber(data, i)
}

func skipWord(data []byte, i int, word string) int {
	if len(data)-i < len(word) || string(data[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

func skipContainer(data []byte, i, depth int) int {
	bag, closer := data[i] == '{', data[i]+2
	if i = jsonSpace(data, i+1); i < len(data) && data[i] == closer {
		return i + 1
	}
	for {
		if i = jsonSpace(data, i); bag {
			if i = skipKey(data, i); i < 0 {
				return -1
			}
		}
		if i = skipValue(data, i, depth+1); i < 0 {
			return -1
		}
		if i = jsonSpace(data, i); i >= len(data) {
			return -1
		}
		if data[i] == closer {
			return i + 1
		}
		if data[i] != ',' {
			return -1
		}
		i++
	}
}

// skipKey gives the start of the value that belongs to the key at data[i:], or -1.
func skipKey(data []byte, i int) int {
	if i >= len(data) || data[i] != '"' {
		return -1
	}
	if i = skipString(data, i); i < 0 {
		return -1
	}
	if i = jsonSpace(data, i); i >= len(data) || data[i] != ':' {
		return -1
	}
	return jsonSpace(data, i+1)
}

// skipString gives the end of the string whose quote is data[i], or -1. Control characters must be escaped.
func skipString(data []byte, i int) int {
	i++
	for {
		for i+8 <= len(data) {
			w := binary.LittleEndian.Uint64(data[i:])
			quote, slash := w^('"'*lowBits), w^('\\'*lowBits)
			hit := ((quote-lowBits)&^quote | (slash-lowBits)&^slash | (w-' '*lowBits)&^w) & highBits
			if hit != 0 {
				i += bits.TrailingZeros64(hit) >> 3
				break
			}
			i += 8
		}
		if i >= len(data) || data[i] < ' ' {
			return -1
		}
		switch data[i] {
		case '"':
			return i + 1
		case '\\':
			if i = skipEscape(data, i+1); i < 0 {
				return -1
			}
		default:
			i++
		}
	}
}

// skipEscape gives the end of the escape whose letter is data[i], or -1.
func skipEscape(data []byte, i int) int {
	if i >= len(data) {
		return -1
	}
	switch data[i] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 1
	case 'u':
		if i+4 < len(data) && hexDigit(data[i+1])|hexDigit(data[i+2])|hexDigit(data[i+3])|hexDigit(data[i+4]) <= 15 {
			return i + 5
		}
	}
	return -1
}

func skipNumber(data []byte, i int) int {
	if data[i] == '-' {
		i++
	}
	start := i
	if i = skipDigits(data, i); i == start || data[start] == '0' && i > start+1 {
		return -1
	}
	if i < len(data) && data[i] == '.' {
		start = i + 1
		if i = skipDigits(data, start); i == start {
			return -1
		}
	}
	if i < len(data) && data[i]|32 == 'e' {
		if i++; i < len(data) && (data[i] == '+' || data[i] == '-') {
			i++
		}
		start = i
		if i = skipDigits(data, i); i == start {
			return -1
		}
	}
	return i
}

func skipDigits(data []byte, i int) int {
	for i < len(data) && data[i]-'0' <= 9 {
		i++
	}
	return i
}

// lineCutter cuts after line feeds.
type lineCutter struct{}

func (lineCutter) cut(data []byte, final bool) int {
	if final {
		return len(data)
	}
	for i := len(data); i > 0; i-- {
		if data[i-1] == '\n' {
			return i
		}
	}
	return 0
}

// elementCutter cuts after the objects of an array, or of a sequence, however they are laid out.
type elementCutter struct {
	array   bool
	started bool // the array's opening bracket was passed
}

func (c *elementCutter) cut(data []byte, final bool) int {
	if final {
		return len(data)
	}
	i := 0
	if c.array && !c.started {
		i = jsonSpace(data, 0) + 1
	}
	end, depth := 0, 0
	for i < len(data) {
		switch data[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				end = i + 1
			}
		case '"':
			if i = passString(data, i+1); i < 0 {
				i = len(data)
			}
			continue
		}
		i++
	}
	c.started = c.started || end > 0
	return end
}

// passString gives the index after the quote that ends the string whose text starts at i, or -1; it checks nothing else.
func passString(data []byte, i int) int {
	for i < len(data) {
		switch data[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
		i++
	}
	return -1
}
