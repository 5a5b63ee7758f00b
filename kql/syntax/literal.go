package syntax

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What literals mean: the text of a Literal to a Go value. The forms are those that the engine reads; times have their own
// file. A literal that the engine would refuse is refused here.

// The type words of literals as error messages name them, with a form that is right.
var literalForms = [...]struct{ name, form string }{
	LitBool:     {"bool", "true or false"},
	LitInt:      {"int", "int(42)"},
	LitLong:     {"long", "long(42)"},
	LitReal:     {"real", "real(1.5)"},
	LitDecimal:  {"decimal", "decimal(1.5)"},
	LitString:   {"string", "'text'"},
	LitDatetime: {"datetime", "datetime(2024-02-29 12:34:56)"},
	LitTimespan: {"timespan", "time(1.02:03:04.5) or 1h"},
	LitGuid:     {"guid", "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"},
	LitNull:     {"null", "null"},
}

// Null tells whether the literal is written as a null of its type, as long(null), or is the null of dynamic(…).
func (l *Literal) Null() bool { return l.Kind == LitNull || l.Goo && l.Text == "null" }

// Value gives what the literal stands for: nil for a null, else bool, int32 (LitInt), int64 (LitLong), float64 (LitReal),
// string (LitString; LitDecimal as its digits), int64 ticks of 100 ns (LitTimespan; LitDatetime since 0001-01-01), or [16]byte
// (LitGuid, in the order it is written). ok is false when the engine would refuse the text.
func (l *Literal) Value() (value any, ok bool) {
	if l.Null() {
		return nil, true
	}
	text := l.Text
	if l.Goo {
		text = unquoteGoo(text)
	}
	switch l.Kind {
	case LitBool:
		return ParseBool(text)
	case LitInt:
		v, ok := ParseLong(text)
		return int32(v), ok && v == int64(int32(v))
	case LitLong:
		return ParseLong(text)
	case LitReal:
		return ParseReal(text)
	case LitDecimal:
		return text, isDecimal(text)
	case LitString:
		return text, true
	case LitDatetime:
		return ParseDatetime(text)
	case LitTimespan:
		return ParseTimespan(text)
	case LitGuid:
		return ParseGuid(text)
	}
	return nil, false
}

// unquoteGoo takes the quotes from the text in a bracketed literal: datetime("2020-01-01") is datetime(2020-01-01).
func unquoteGoo(s string) string {
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return strings.TrimSpace(s[1 : n-1])
	}
	return s
}

// ParseBool reads true and false in any case, and numbers, of which all but 0 are true.
func ParseBool(s string) (value, ok bool) {
	switch {
	case strings.EqualFold(s, "true"):
		return true, true
	case strings.EqualFold(s, "false"):
		return false, true
	}
	n, ok := ParseLong(s)
	return n != 0, ok
}

// ParseLong reads a whole number, decimal or hexadecimal (0x1f), with an optional sign. A hexadecimal number may use all 64
// bits.
func ParseLong(s string) (int64, bool) {
	digits, negative := cutSign(s)
	if len(digits) > 2 && digits[0] == '0' && digits[1]|0x20 == 'x' {
		v, err := strconv.ParseUint(digits[2:], 16, 64)
		if negative {
			v = -v
		}
		return int64(v), err == nil && digits[2] != '_'
	}
	if digits == "" || !isDigit(digits[0]) {
		return 0, false
	}
	if negative {
		digits = "-" + digits
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	return v, err == nil
}

// ParseReal reads a number with or without fraction and exponent, and nan, inf, +inf, -inf in any case. A number too large is
// an infinity.
func ParseReal(s string) (float64, bool) {
	digits, negative := cutSign(s)
	switch strings.ToLower(digits) {
	case "nan":
		return math.NaN(), true
	case "inf", "infinity":
		if negative {
			return math.Inf(-1), true
		}
		return math.Inf(1), true
	}
	if !isDecimal(digits) {
		return 0, false
	}
	v, _ := strconv.ParseFloat(digits, 64)
	if negative {
		v = -v
	}
	return v, true
}

// isDecimal tells whether s is a number: digits with an optional sign, fraction and exponent.
func isDecimal(s string) bool {
	s, _ = cutSign(s)
	whole := leadingDigits(s)
	s = s[whole:]
	fraction := 0
	if strings.HasPrefix(s, ".") {
		fraction = leadingDigits(s[1:])
		s = s[1+fraction:]
	}
	if whole+fraction == 0 {
		return false
	}
	return s == "" || exponentEnd(s, 0) == len(s)
}

// ParseGuid reads 32 hexadecimal digits with dashes after the 8th, 12th, 16th and 20th, or with none, also in { } or ( ).
func ParseGuid(s string) (guid [16]byte, ok bool) {
	if n := len(s); n > 2 && (s[0] == '{' && s[n-1] == '}' || s[0] == '(' && s[n-1] == ')') {
		s = s[1 : n-1]
	}
	if len(s) == 36 {
		if !isGuid(s, 0) {
			return guid, false
		}
		s = s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	}
	if len(s) != 32 {
		return guid, false
	}
	for i := range guid {
		hi, lo := s[2*i], s[2*i+1]
		if !isHex(hi) || !isHex(lo) {
			return guid, false
		}
		guid[i] = byte(parseDigits(s[2*i:2*i+2], 16))
	}
	return guid, true
}

func cutSign(s string) (rest string, negative bool) {
	if s != "" && (s[0] == '-' || s[0] == '+') {
		return s[1:], s[0] == '-'
	}
	return s, false
}

func leadingDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

// plausible tells whether the text of a bracketed literal can be one. For datetimes it looks at the characters only, as the
// engine reads more forms than its documentation lists: a false alarm is worse than a miss. For the same reason 24:00:00, which
// published alerts write, passes as a timespan, though which one it is isn't known.
func plausible(l *Literal) bool {
	if l.Null() || l.Text == "" {
		return true
	}
	if l.Kind == LitDatetime {
		return l.Text == "now" || plausibleDate(unquoteGoo(l.Text))
	}
	if l.Kind == LitTimespan && isLongClock(unquoteGoo(l.Text)) {
		return true
	}
	_, ok := l.Value()
	return ok
}

// plausibleDate tells whether s has a digit and is made of what dates are made of.
func plausibleDate(s string) bool {
	digit := false
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digit = true
		case charClasses[c] == charLetter, strings.IndexByte(" -/:.,+", c) >= 0, c >= utf8.RuneSelf: // odd white space
		default:
			return false
		}
	}
	return digit
}
