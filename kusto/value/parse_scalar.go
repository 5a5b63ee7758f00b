package value

import (
	"math"
	"strconv"
	"strings"

	"github.com/woodsbury/decimal128"
)

// Reading numbers, bools and guids from text, by the rules of toint(), todouble(), tobool() and their like: what isn't in the
// expected form is null, never an error.

// ParseLong reads a decimal integer with outer white space, a sign and leading zeros allowed.
func ParseLong(text string) (int64, bool) {
	s := strings.TrimSpace(text)
	if len(s) == 0 {
		return 0, false
	}
	i := 0
	if s[0] == '-' || s[0] == '+' {
		i++
	}
	if i == len(s) {
		return 0, false
	}
	for _, c := range []byte(s[i:]) {
		if c-'0' > 9 {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// ParseInt is ParseLong for the 32 bits of int.
func ParseInt(text string) (int64, bool) {
	n, ok := ParseLong(text)
	return n, ok && n == int64(int32(n))
}

// ParseReal reads a decimal number with an optional exponent, or NaN or an infinity in the spellings that the real engine
// takes: nan, NaN, inf, Inf, Infinity, but not INF.
func ParseReal(text string) (float64, bool) {
	s := strings.TrimSpace(text)
	switch unsigned := strings.TrimLeft(s, "+-"); unsigned {
	case "nan", "NaN":
		return math.NaN(), len(s)-len(unsigned) <= 1
	case "inf", "Inf", "Infinity", "infinity":
		if s[0] == '-' {
			return math.Inf(-1), len(s)-len(unsigned) <= 1
		}
		return math.Inf(1), len(s)-len(unsigned) <= 1
	}
	if !isDecimalText(s) {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

// isDecimalText tells whether s is [sign]digits[.digits][e[sign]digits] with at least one digit before the exponent.
func isDecimalText(s string) bool {
	i := 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	start := i
	i = skipDigits(s, i)
	digits := i - start
	if i < len(s) && s[i] == '.' {
		end := skipDigits(s, i+1)
		digits += end - i - 1
		i = end
	}
	if digits == 0 {
		return false
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		i++
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		}
		end := skipDigits(s, i)
		if end == i {
			return false
		}
		i = end
	}
	return i == len(s)
}

// ParseDecimal reads a decimal number with an optional exponent.
func ParseDecimal(text string) (decimal128.Decimal, bool) {
	s := strings.TrimSpace(text)
	if !isDecimalText(s) {
		return decimal128.Decimal{}, false
	}
	d, err := decimal128.Parse(s)
	return d, err == nil && !d.IsNaN() && !d.IsInf(0)
}

// AppendDecimal appends a decimal without exponent as long as it has at most 34 digits and zeros on either side, else with one.
func AppendDecimal(out []byte, d decimal128.Decimal) []byte {
	if d.IsZero() {
		return append(out, '0')
	}
	abs := decimal128.Abs(d)
	if abs.Cmp(decimal128.New(1, 34)).Less() && abs.Cmp(decimal128.New(1, -34)).Greater() {
		return decimal128.Append(out, d, 'f', -1)
	}
	return decimal128.Append(out, d, 'e', -1)
}

// ParseBool reads true or false in any case, or an integer, where non-zero is true. White space makes it null.
func ParseBool(text string) (v, ok bool) {
	switch {
	case strings.EqualFold(text, "true"):
		return true, true
	case strings.EqualFold(text, "false"):
		return false, true
	case text == "" || text[0] <= ' ' || text[len(text)-1] <= ' ':
		return false, false
	}
	n, ok := ParseLong(text)
	return n != 0, ok
}

// BoolText is True or False, as tostring() gives; inside dynamic they are lower case.
func BoolText(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

// ParseGuid reads 32 hexadecimal digits with hyphens between any of them, as the real engine does.
func ParseGuid(text string) (g [16]byte, ok bool) {
	s := strings.TrimSpace(text)
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '-' && n > 0 && i+1 < len(s) && s[i+1] != '-' {
			continue
		}
		d := hexDigit(s[i])
		if d < 0 || n == 32 {
			return [16]byte{}, false
		}
		g[n>>1] = g[n>>1]<<4 | byte(d)
		n++
	}
	return g, n == 32
}

// AppendGuid appends the 8-4-4-4-12 form in lower case.
func AppendGuid(out []byte, g [16]byte) []byte {
	for i, b := range g {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, hexLower[b>>4], hexLower[b&15])
	}
	return out
}

func appendUint(out []byte, n uint64) []byte { return strconv.AppendUint(out, n, 10) }
