package syntax

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// String literals: '…' and "…" with escapes, @'…' without (a doubled quote stands for one), ``` and ~~~ over lines; each may
// carry h or H in front, which keeps it out of the engine's logs.

// stringForm is how a string literal is written.
type stringForm struct {
	body     int  // offset of its first character
	quote    byte // ' or " or the first of ``` and ~~~
	verbatim bool
	long     bool // ``` or ~~~
	hidden   bool
}

// stringFormAt reads a string's prefix; ok is false when no string starts at i.
func stringFormAt(src string, i int) (f stringForm, ok bool) {
	if src[i]|0x20 == 'h' {
		f.hidden = true
		i++
	}
	if byteAt(src, i) == '@' {
		f.verbatim = true
		i++
	}
	f.quote = byteAt(src, i)
	switch f.quote {
	case '\'', '"':
		f.body = i + 1
		return f, true
	case '`', '~':
		f.long = true
		f.body = i + 3
		return f, byteAt(src, i+1) == f.quote && byteAt(src, i+2) == f.quote
	}
	return f, false
}

// scanString reads the string literal at i.
func scanString(src string, i int) (Token, bool) {
	f, ok := stringFormAt(src, i)
	if !ok {
		return Token{}, false
	}
	t := Token{Kind: TokString, Start: i}
	switch {
	case f.long:
		t.End, t.flaw = longStringEnd(src, f)
	case f.verbatim:
		t.End, t.flaw = verbatimEnd(src, f)
	default:
		t.End, t.flaw = plainStringEnd(src, f)
	}
	return t, true
}

func longStringEnd(src string, f stringForm) (int, flaw) {
	fence := src[f.body-3 : f.body]
	if n := strings.Index(src[f.body:], fence); n >= 0 {
		return f.body + n + 3, flawNone
	}
	return len(src), flawUnclosed
}

func verbatimEnd(src string, f stringForm) (int, flaw) {
	for i := f.body; i < len(src); i++ {
		switch src[i] {
		case f.quote:
			if byteAt(src, i+1) != f.quote {
				return i + 1, flawNone
			}
			i++
		case '\n', '\r':
			return i, flawUnclosed
		}
	}
	return len(src), flawUnclosed
}

func plainStringEnd(src string, f stringForm) (int, flaw) {
	bad := flawNone
	for i := f.body; i < len(src); i++ {
		switch src[i] {
		case f.quote:
			return i + 1, bad
		case '\n', '\r':
			return i, flawUnclosed
		case '\\':
			if n := escapeLen(src, i); n > 0 {
				i += n - 1
				continue
			}
			bad = flawEscape
			// The character after the backslash is taken with it, but never the line's end.
			if c := byteAt(src, i+1); c != '\n' && c != '\r' && c != f.quote {
				i++
			}
		}
	}
	return len(src), flawUnclosed
}

// escapeLen gives the length of the escape whose backslash is at i, or 0 when it is none.
func escapeLen(src string, i int) int {
	switch c := byteAt(src, i+1); c {
	case '\\', '\'', '"', 'a', 'b', 'f', 'n', 'r', 't', 'v':
		return 2
	case 'x':
		return hexEscape(src, i, 2)
	case 'u':
		return hexEscape(src, i, 4)
	case 'U':
		return hexEscape(src, i, 8)
	case '0', '1', '2', '3', '4', '5', '6', '7':
		n := 2
		for n < 4 && byteAt(src, i+n)&^7 == '0' && (n < 3 || c <= '3') {
			n++
		}
		return n
	}
	return 0
}

func hexEscape(src string, i, digits int) int {
	for k := range digits {
		if !isHex(byteAt(src, i+2+k)) {
			return 0
		}
	}
	return 2 + digits
}

// decodeString gives the text that a string token stands for. What is no escape stays as written.
func decodeString(src string, t Token) (text string, hidden bool) {
	f, ok := stringFormAt(src, t.Start)
	if !ok {
		return "", false
	}
	end := t.End
	if t.flaw != flawUnclosed {
		end--
		if f.long {
			end -= 2
		}
	}
	body := src[f.body:max(f.body, end)]
	switch {
	case f.long:
		return body, f.hidden
	case f.verbatim:
		if quote := src[f.body-1 : f.body]; strings.Contains(body, quote) {
			return strings.ReplaceAll(body, quote+quote, quote), f.hidden
		}
		return body, f.hidden
	}
	if strings.IndexByte(body, '\\') < 0 {
		return body, f.hidden
	}
	return unescape(body), f.hidden
}

// unescape replaces the escapes of a plain string.
func unescape(s string) string {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		n := 0
		if s[i] == '\\' {
			n = escapeLen(s, i)
		}
		if n == 0 {
			out = append(out, s[i])
			i++
			continue
		}
		if n == 6 && s[i+1] == 'u' && escapeLen(s[min(i+6, len(s)-1):], 0) == 6 && s[i+7] == 'u' {
			pair := utf16.DecodeRune(parseDigits(s[i+2:i+6], 16), parseDigits(s[i+8:i+12], 16))
			if pair != utf8.RuneError {
				out = utf8.AppendRune(out, pair)
				i += 12
				continue
			}
		}
		out = appendEscape(out, s[i:i+n])
		i += n
	}
	return string(out)
}

// appendEscape appends what one escape stands for; half a surrogate pair becomes U+FFFD.
func appendEscape(out []byte, esc string) []byte {
	const named = "abfnrtv"
	if at := strings.IndexByte(named, esc[1]); at >= 0 {
		return append(out, "\a\b\f\n\r\t\v"[at])
	}
	switch esc[1] {
	case 'x', 'u', 'U':
		return utf8.AppendRune(out, parseDigits(esc[2:], 16))
	case '\\', '\'', '"':
		return append(out, esc[1])
	}
	return utf8.AppendRune(out, parseDigits(esc[1:], 8))
}

func parseDigits(s string, base rune) rune {
	var r rune
	for _, c := range []byte(s) {
		d := rune(c | 0x20)
		if isDigit(c) {
			d -= '0'
		} else {
			d -= 'a' - 10
		}
		r = r*base + d
	}
	return r
}
