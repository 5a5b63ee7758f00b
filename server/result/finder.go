package result

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/kusto/value"
)

// finder looks for a text in cells, letter case ignored as Kusto's contains does: letter by letter, by their simple upper case. It is not
// for two goroutines at once.
type finder struct {
	upper string
	never [value.Dynamic + 1]bool // kinds whose texts have not all of its letters
	cell  []byte
}

func newFinder(s string) *finder {
	f := &finder{upper: strings.Map(unicode.ToUpper, s)}
	for kind, letters := range lettersOf {
		f.never[kind] = letters != "" && strings.Trim(f.upper, letters) != ""
	}
	return f
}

// lettersOf are all that the texts of a kind are made of, in upper case; "" for any.
var lettersOf = [value.Dynamic + 1]string{
	value.Bool: "TRUEFALS", value.Int: "-0123456789", value.Long: "-0123456789", value.Real: "+-.0123456789EINFATYU", value.Decimal: "+-.0123456789E",
	value.Datetime: "-.:0123456789TZ", value.Timespan: "-.:0123456789", value.Guid: "-0123456789ABCDEF",
}

// in tells whether the text of row i contains it.
func (f *finder) in(v *value.Vector, i int) bool {
	if f.never[v.Kind] {
		return false
	}
	text := f.text(v, i)
	if f.upper == "" {
		return true
	}
	first := f.upper[0]
	for at := 0; at < len(text); at++ {
		c := text[at]
		switch {
		case c >= utf8.RuneSelf: // its upper case may be any letter
			_, size := utf8.DecodeRune(text[at:])
			if f.prefixes(text[at:]) {
				return true
			}
			at += size - 1
		case upperByte(c) == first && f.prefixes(text[at:]):
			return true
		}
	}
	return false
}

// begins tells whether the text of row i begins with it.
func (f *finder) begins(v *value.Vector, i int) bool {
	return !f.never[v.Kind] && f.prefixes(f.text(v, i))
}

// text is what tostring() gives, until the next one is asked for.
func (f *finder) text(v *value.Vector, i int) []byte {
	f.cell = appendText(f.cell[:0], v, i)
	return f.cell
}

func upperByte(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - ('a' - 'A')
	}
	return c
}

func (f *finder) prefixes(s []byte) bool {
	want := f.upper
	for want != "" {
		if len(s) == 0 {
			return false
		}
		if s[0] < utf8.RuneSelf && want[0] < utf8.RuneSelf {
			if upperByte(s[0]) != want[0] {
				return false
			}
			s, want = s[1:], want[1:]
			continue
		}
		r, n := utf8.DecodeRune(s)
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
