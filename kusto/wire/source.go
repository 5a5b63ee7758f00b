package wire

import (
	"fmt"
	"io"
)

// source is the unread part of an answer as one slice. Rows keep slices of it as their strings, so bytes that were handed out
// are never written again: reading on takes the unread tail to a new block.
type source struct {
	r   io.Reader
	buf []byte // buf[pos:] is unread
	pos int
	eof bool
	err error // what ended reading, if not the end
}

const (
	// firstBlock is small, so the first rows are handed on before many have arrived.
	firstBlock = 16 << 10
	blockSize  = 256 << 10
	// maxToken bounds one row or one frame's head, which must be in memory as a whole.
	maxToken = 512 << 20
)

// more reads on until there is more than there was. It tells whether there is.
func (s *source) more() bool {
	if s.eof {
		return false
	}
	if len(s.buf) == cap(s.buf) {
		s.turn()
		if s.eof {
			return false
		}
	}
	for range 100 {
		n, err := s.r.Read(s.buf[len(s.buf):cap(s.buf)])
		s.buf = s.buf[:len(s.buf)+n]
		if err != nil {
			s.eof = true
			if err != io.EOF {
				s.err = err
			}
		}
		if n > 0 || s.eof {
			return n > 0
		}
	}
	s.eof, s.err = true, io.ErrNoProgress
	return false
}

// turn moves the unread tail to a new block with room behind it.
func (s *source) turn() {
	tail := s.buf[s.pos:]
	if len(tail) > maxToken {
		s.eof, s.err = true, fmt.Errorf("a row or frame head of more than %d MB", maxToken>>20)
		return
	}
	size := blockSize
	if s.buf == nil {
		size = firstBlock
	}
	for size < 2*len(tail) {
		size *= 2
	}
	block := make([]byte, len(tail), size)
	copy(block, tail)
	s.buf, s.pos = block, 0
}

// peek skips white space and gives the next byte, or 0 at the end.
func (s *source) peek() byte {
	for {
		for s.pos < len(s.buf) {
			if c := s.buf[s.pos]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
				return c
			}
			s.pos++
		}
		if !s.more() {
			return 0
		}
	}
}

// take consumes c if it comes next after white space.
func (s *source) take(c byte) bool {
	if s.peek() != c || c == 0 {
		return false
	}
	s.pos++
	return true
}

// value consumes one JSON value and gives its text; ok is false if the answer ends inside it.
func (s *source) value() (text []byte, ok bool) {
	if s.peek() == 0 {
		return nil, false
	}
	for {
		end := skipValue(s.buf, s.pos, s.eof)
		if end >= 0 {
			text = s.buf[s.pos:end:end]
			s.pos = end
			return text, true
		}
		if !s.more() && skipValue(s.buf, s.pos, true) < 0 {
			return nil, false
		}
	}
}

// skipValue gives the end of the JSON value at b[i], or -1 if it isn't all there. It matches brackets and quotes only; what is
// between is checked by whoever decodes it. A bare word or number that touches the end counts as whole if last is set.
func skipValue(b []byte, i int, last bool) int {
	depth := 0
	for i < len(b) {
		switch c := b[i]; c {
		case '"':
			if i = skipString(b, i); i < 0 {
				return -1
			}
		case '{', '[':
			depth++
			i++
		case '}', ']':
			depth--
			i++
		case ',', ':', ' ', '\n', '\r', '\t':
			i++
			continue
		default:
			for i < len(b) && !ends(b[i]) {
				i++
			}
			if i == len(b) && (depth > 0 || !last) {
				return -1
			}
		}
		if depth <= 0 {
			return i
		}
	}
	return -1
}

// ends tells whether c can't be part of a number or a bare word.
func ends(c byte) bool {
	switch c {
	case ',', ']', '}', ':', '"', '[', '{', ' ', '\n', '\r', '\t':
		return true
	}
	return false
}

// skipString gives the end of the string that starts at b[i], or -1 if it isn't all there.
func skipString(b []byte, i int) int {
	for i++; ; {
		end, _ := scanString(b, i)
		if end >= len(b) {
			return -1
		}
		if b[end] == '"' {
			return end + 1
		}
		i = end + 2 // a backslash and what it escapes
		if i > len(b) {
			return -1
		}
	}
}
