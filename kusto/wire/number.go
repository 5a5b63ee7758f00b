package wire

import (
	"math"
	"strconv"

	"calypso/kusto/value"
)

// Numbers, read by hand where that is exact and by strconv where it isn't.

func (c *column) integer(b []byte, i int) int {
	n, end := integer(b, i)
	if end == wrong {
		n, end = integerText(b, i)
	}
	if end < 0 {
		return end
	}
	if c.kind == value.Int && n != int64(int32(n)) {
		return wrong
	}
	c.v.Ints = append(c.v.Ints, n)
	c.v.N++
	return end
}

// integer reads [-]digits that something else follows.
func integer(b []byte, i int) (n int64, end int) {
	neg := b[i] == '-'
	if neg {
		i++
	}
	start, u := i, uint64(0)
	for i < len(b) {
		d := b[i] - '0'
		if d > 9 {
			break
		}
		u = u*10 + uint64(d)
		i++
	}
	switch {
	case i == len(b):
		return 0, short
	case i == start || i-start > 19 || !ends(b[i]):
		return 0, wrong
	}
	if neg {
		if u > 1<<63 {
			return 0, wrong
		}
		return -int64(u), i
	}
	if u > math.MaxInt64 {
		return 0, wrong
	}
	return int64(u), i
}

// integerText is the slow path: a number in quotes, a bool, or one written as a real without a fraction.
func integerText(b []byte, i int) (n int64, end int) {
	s := ""
	if b[i] == '"' {
		s, end = quoted(b, i)
	} else if end = skipValue(b, i, false); end >= 0 {
		s = text(b[i:end])
	}
	if end < 0 {
		return 0, end
	}
	if n, ok := value.ParseLong(s); ok {
		return n, end
	}
	if f, ok := value.ParseReal(s); ok && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f), end
	}
	if v, ok := value.ParseBool(s); ok && v {
		return 1, end
	} else if ok {
		return 0, end
	}
	return 0, wrong
}

func (c *column) real(b []byte, i int) int {
	f, end := real(b, i)
	if end >= 0 {
		c.v.Reals = append(c.v.Reals, f)
		c.v.N++
	}
	return end
}

// exactPow10 are the powers of ten that a float64 holds exactly.
var exactPow10 = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
	1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// real reads a number; digits × 10^n is exact in one operation while the digits fit 53 bits and the power is in the table.
func real(b []byte, i int) (f float64, end int) {
	start, neg := i, b[i] == '-'
	if neg {
		i++
	}
	var mant uint64
	digits, scale := 0, 0
	for ; i < len(b) && b[i]-'0' <= 9; i++ {
		mant = mant*10 + uint64(b[i]-'0')
		digits++
	}
	if i < len(b) && b[i] == '.' && digits > 0 {
		from := i + 1
		for i++; i < len(b) && b[i]-'0' <= 9; i++ {
			mant = mant*10 + uint64(b[i]-'0')
		}
		scale = i - from
		digits += scale
	}
	if i >= len(b) {
		return 0, short
	}
	if digits == 0 || digits > 18 || !ends(b[i]) || mant >= 1<<53 || scale > 22 {
		return realText(b, start)
	}
	f = float64(mant) / exactPow10[scale]
	if neg {
		f = -f
	}
	return f, i
}

// realText is the slow path: exponents, many digits, and the quoted NaN and infinities.
func realText(b []byte, i int) (f float64, end int) {
	if b[i] == '"' {
		s, end := quoted(b, i)
		if end < 0 {
			return 0, end
		}
		f, ok := value.ParseReal(s)
		if !ok {
			return 0, wrong
		}
		return f, end
	}
	if end = skipValue(b, i, false); end < 0 {
		return 0, short
	}
	f, err := strconv.ParseFloat(text(b[i:end]), 64)
	if err != nil && !math.IsInf(f, 0) || b[i] != '-' && b[i]-'0' > 9 {
		return 0, wrong
	}
	return f, end
}
