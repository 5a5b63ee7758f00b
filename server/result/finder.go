package result

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/kusto/value"
)

// finder looks for a text in cells, letter case ignored as Kusto's contains does: letter by letter, by their simple upper case.
type finder struct{ upper string }

func newFinder(s string) *finder { return &finder{upper: strings.Map(unicode.ToUpper, s)} }

// in tells whether the text of row i contains it.
func (f *finder) in(v *value.Vector, i int) bool {
	s := cellText(v, i)
	for {
		if f.prefixes(s) {
			return true
		}
		if s == "" {
			return false
		}
		_, size := utf8.DecodeRuneInString(s)
		s = s[size:]
	}
}

// begins tells whether the text of row i begins with it.
func (f *finder) begins(v *value.Vector, i int) bool { return f.prefixes(cellText(v, i)) }

func (f *finder) prefixes(s string) bool {
	want := f.upper
	for want != "" {
		if s == "" {
			return false
		}
		if s[0] < utf8.RuneSelf && want[0] < utf8.RuneSelf {
			c := s[0]
			if 'a' <= c && c <= 'z' {
				c -= 'a' - 'A'
			}
			if c != want[0] {
				return false
			}
			s, want = s[1:], want[1:]
			continue
		}
		r, n := utf8.DecodeRuneInString(s)
		w, m := utf8.DecodeRuneInString(want)
		if unicode.ToUpper(r) != w {
			return false
		}
		s, want = s[n:], want[m:]
	}
	return true
}

// cellText is what tostring() gives, without a copy where there is a string already.
func cellText(v *value.Vector, i int) string {
	switch v.Kind {
	case value.String:
		return v.Strings[i&v.Mask()]
	case value.Dynamic:
		if v.IsNull(i) {
			return ""
		}
		return v.Dynamics[i&v.Mask()].Text()
	}
	return string(appendText(nil, v, i))
}
