// How a cell's text becomes a value. These are the strict forms that inference trusts: what one of them reads has one meaning
// and loses nothing. White space around a cell is the caller's matter.

package source

import (
	"math"
	"strconv"
	"unsafe"

	"calypso/kusto/value"
)

const (
	ticksPerSecond = value.TicksPerSecond
	ticksPerDay    = value.TicksPerDay
	maxSpanDays    = 10_675_198 // whole days that 64 bits of ticks hold
)

// readBool reads true and false in any case.
func readBool(b []byte) (v, ok bool) {
	switch len(b) {
	case 4:
		return true, b[0]|32 == 't' && b[1]|32 == 'r' && b[2]|32 == 'u' && b[3]|32 == 'e'
	case 5:
		return false, b[0]|32 == 'f' && b[1]|32 == 'a' && b[2]|32 == 'l' && b[3]|32 == 's' && b[4]|32 == 'e'
	}
	return false, false
}

// readLong reads a whole number of 64 bits: no plus, no leading zero, since those are codes rather than numbers.
func readLong(b []byte) (int64, bool) {
	i, neg := 0, false
	if len(b) > 0 && b[0] == '-' {
		neg, i = true, 1
	}
	if n := len(b) - i; n == 0 || n > 19 || b[i] == '0' && (n > 1 || neg) {
		return 0, false
	}
	var u uint64
	for ; i < len(b); i++ {
		d := b[i] - '0'
		if d > 9 {
			return 0, false
		}
		u = u*10 + uint64(d)
	}
	if neg {
		return -int64(u), u <= 1<<63
	}
	return int64(u), u <= math.MaxInt64
}

// exactPowers are the powers of ten that a float64 holds exactly.
var exactPowers = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
	1e18, 1e19, 1e20, 1e21, 1e22,
}

// readReal reads a decimal or scientific number, NaN or an infinity. A whole number of more than 53 bits isn't one: it would
// lose digits.
func readReal(b []byte) (float64, bool) {
	mantissa, places, dots, digits, i, neg := uint64(0), 0, 0, 0, 0, false
	if len(b) > 0 && b[0] == '-' {
		neg, i = true, 1
	}
	start := i
	for ; i < len(b); i++ {
		c := b[i]
		if d := c - '0'; d <= 9 {
			if digits < 19 {
				mantissa = mantissa*10 + uint64(d)
			}
			digits++
			places += dots
		} else if c == '.' && dots == 0 {
			dots = 1
		} else {
			break
		}
	}
	if digits == 0 {
		return readSpecial(b)
	}
	if b[start] == '0' && i-start > 1 && b[start+1] != '.' {
		return 0, false
	}
	if i == len(b) && digits <= 19 && mantissa <= 1<<53 && places < len(exactPowers) {
		// Both operands are exact, so one division rounds once: the correct result.
		v := float64(mantissa) / exactPowers[places]
		if neg {
			v = -v
		}
		return v, true
	}
	if i == len(b) && dots == 0 || i < len(b) && !exponent(b[i:]) {
		return 0, false
	}
	v, err := strconv.ParseFloat(view(b), 64)
	return v, err == nil
}

// exponent tells whether b is e, a sign if any, and digits.
func exponent(b []byte) bool {
	if b[0]|32 != 'e' {
		return false
	}
	b = b[1:]
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		b = b[1:]
	}
	for _, c := range b {
		if c-'0' > 9 {
			return false
		}
	}
	return len(b) > 0
}

// readSpecial reads the reals that are no digits.
func readSpecial(b []byte) (float64, bool) {
	switch string(b) {
	case "NaN", "nan":
		return math.NaN(), true
	case "Infinity", "inf":
		return math.Inf(1), true
	case "-Infinity", "-inf":
		return math.Inf(-1), true
	}
	return 0, false
}

// twoDigits reads the digits at b[i] and b[i+1], -1 when they aren't.
func twoDigits(b []byte, i int) int {
	x, y := b[i]-'0', b[i+1]-'0'
	if x > 9 || y > 9 {
		return -1
	}
	return int(x)*10 + int(y)
}

// readDatetime reads ISO 8601: a date, or a date, T or a space, and hh:mm[:ss[.fraction]][Z|±hh:mm]. No zone means UTC. Digits
// of the fraction beyond 100 ns are cut off, as Kusto does.
func readDatetime(b []byte) (int64, bool) {
	if len(b) < 10 || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	y1, y2, m, d := twoDigits(b, 0), twoDigits(b, 2), twoDigits(b, 5), twoDigits(b, 8)
	if y1 < 0 || y2 < 0 {
		return 0, false
	}
	year := y1*100 + y2
	if year < 1 || m < 1 || m > 12 || d < 1 {
		return 0, false
	}
	ticks, ok := value.DatetimeOf(year, m, d, 0)
	if !ok {
		return 0, false
	}
	if len(b) == 10 {
		return ticks, true
	}
	if len(b) < 16 || b[10]|32 != 't' && b[10] != ' ' {
		return 0, false
	}
	clock, zone, ok := readClock(b[11:])
	if !ok {
		return 0, false
	}
	offset, ok := readZone(zone)
	ticks += clock - offset
	return ticks, ok && value.DatetimeInRange(ticks)
}

// readClock reads hh:mm[:ss[.fraction]] and gives what follows it.
func readClock(b []byte) (ticks int64, rest []byte, ok bool) {
	h, m, s := twoDigits(b, 0), twoDigits(b, 3), 0
	if h < 0 || h > 23 || m < 0 || m > 59 || b[2] != ':' {
		return 0, nil, false
	}
	b = b[5:]
	fraction := int64(0)
	if len(b) >= 3 && b[0] == ':' {
		if s = twoDigits(b, 1); s < 0 || s > 59 {
			return 0, nil, false
		}
		if b = b[3:]; len(b) > 1 && b[0] == '.' {
			if fraction, b, ok = readFraction(b[1:]); !ok {
				return 0, nil, false
			}
		}
	}
	return int64(h*3600+m*60+s)*ticksPerSecond + fraction, b, true
}

// readFraction reads digits after the point as ticks and gives what follows them.
func readFraction(b []byte) (ticks int64, rest []byte, ok bool) {
	i, unit := 0, int64(ticksPerSecond/10)
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		ticks += int64(b[i]-'0') * unit
		unit /= 10
	}
	return ticks, b[i:], i > 0
}

// readZone reads nothing, Z or ±hh[:]mm as an offset in ticks.
func readZone(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) == 1 && b[0]|32 == 'z' {
		return 0, true
	}
	if len(b) == 6 && b[3] == ':' {
		b = []byte{b[0], b[1], b[2], b[4], b[5]}
	}
	if len(b) != 5 || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	h, m := twoDigits(b, 1), twoDigits(b, 3)
	if h < 0 || h > 14 || m < 0 || m > 59 {
		return 0, false
	}
	offset := int64(h*60+m) * 60 * ticksPerSecond
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// readTimespan reads [-][d.]hh:mm:ss[.fraction], with at most seven digits of fraction.
func readTimespan(b []byte) (int64, bool) {
	neg, days := false, int64(0)
	if len(b) > 0 && b[0] == '-' {
		neg, b = true, b[1:]
	}
	i := 0
	for ; i < len(b) && i < 9 && b[i]-'0' <= 9; i++ {
		days = days*10 + int64(b[i]-'0')
	}
	if i < len(b) && b[i] == '.' && i > 0 {
		b = b[i+1:]
	} else {
		days = 0
	}
	if len(b) < 8 || len(b) > 16 || b[5] != ':' || days > maxSpanDays {
		return 0, false
	}
	ticks, rest, ok := readClock(b)
	if !ok || len(rest) > 0 {
		return 0, false
	}
	ticks += days * ticksPerDay
	if neg {
		ticks = -ticks
	}
	return ticks, true
}

// readGuid reads the 36 characters of a guid with its dashes, in either case.
func readGuid(b []byte) (g [16]byte, ok bool) {
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return g, false
	}
	at := 0
	for i := range g {
		if b[at] == '-' {
			at++
		}
		hi, lo := hexDigit(b[at]), hexDigit(b[at+1])
		if hi|lo > 15 {
			return g, false
		}
		g[i], at = hi<<4|lo, at+2
	}
	return g, true
}

func hexDigit(c byte) byte {
	switch {
	case c-'0' <= 9:
		return c - '0'
	case c|32 >= 'a' && c|32 <= 'f':
		return c | 32 - 'a' + 10
	}
	return 0xff
}

// view is b as a string without a copy, for calls that don't keep it.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// trimSpace takes blanks and tabs off both ends.
func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}
