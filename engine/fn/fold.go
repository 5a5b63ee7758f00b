// Case folding: one rune to one rune, so that é equals É and ß never equals SS.

package fn

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// foldRune maps the runes that differ only in case to one of them. ı and ſ fold to no ASCII letter.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}
	if r == 'ı' || r == 'ſ' {
		return r
	}
	return unicode.ToUpper(r)
}

// fold gives the text with every rune folded; text that folding doesn't change isn't copied.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || 'a' <= c && c <= 'z' {
			return strings.Map(foldRune, s)
		}
	}
	return s
}

// equalFold tells whether the texts are equal but for case.
func equalFold(a, b string) bool {
	for a != "" && b != "" {
		x, y := a[0], b[0]
		if x|y < utf8.RuneSelf {
			if x != y && foldRune(rune(x)) != foldRune(rune(y)) {
				return false
			}
			a, b = a[1:], b[1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(a)
		q, m := utf8.DecodeRuneInString(b)
		if r != q && foldRune(r) != foldRune(q) {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return a == b
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// folder finds a fixed text in others, case aside.
type folder struct {
	upper string // the folded pattern
	ascii bool
	first [2]byte // the two cases of the pattern's first byte, when it is ASCII
}

func newFolder(pattern string) *folder {
	f := &folder{upper: fold(pattern)}
	f.ascii = isASCII(f.upper)
	if f.ascii && f.upper != "" {
		c := f.upper[0]
		f.first = [2]byte{c, c}
		if 'A' <= c && c <= 'Z' {
			f.first[1] = c + 'a' - 'A'
		}
	}
	return f
}

// index finds the pattern in s from byte offset from; -1 when it isn't there. It also gives the end of the match.
func (f *folder) index(s string, from int) (start, end int) {
	if f.ascii {
		return f.indexASCII(s, from)
	}
	for i := from; i < len(s); {
		if e := f.matchAt(s, i); e >= 0 {
			return i, e
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		i += n
	}
	return -1, -1
}

// indexASCII relies on folding never turning another rune into ASCII.
func (f *folder) indexASCII(s string, from int) (int, int) {
	n := len(f.upper)
	if n == 0 {
		return from, from
	}
	for i := from; i+n <= len(s); {
		j := indexEither(s[i:len(s)-n+1], f.first)
		if j < 0 {
			return -1, -1
		}
		i += j
		if f.sameASCII(s[i : i+n]) {
			return i, i + n
		}
		i++
	}
	return -1, -1
}

// indexEither finds the first of two bytes, window by window, so that a rare first byte costs no long search again and again.
func indexEither(s string, b [2]byte) int {
	if b[0] == b[1] {
		return strings.IndexByte(s, b[0])
	}
	const window = 64
	for off := 0; off < len(s); off += window {
		w := s[off:min(off+window, len(s))]
		if i := strings.IndexByte(w, b[0]); i >= 0 {
			w = w[:i]
			if j := strings.IndexByte(w, b[1]); j >= 0 {
				return off + j
			}
			return off + i
		}
		if j := strings.IndexByte(w, b[1]); j >= 0 {
			return off + j
		}
	}
	return -1
}

func (f *folder) sameASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != f.upper[i] {
			return false
		}
	}
	return true
}

// matchAt tells where the pattern ends if it starts at byte i of s, else -1.
func (f *folder) matchAt(s string, i int) int {
	for p := f.upper; p != ""; {
		if i >= len(s) {
			return -1
		}
		want, n := utf8.DecodeRuneInString(p)
		r, m := utf8.DecodeRuneInString(s[i:])
		if foldRune(r) != want {
			return -1
		}
		p, i = p[n:], i+m
	}
	return i
}
