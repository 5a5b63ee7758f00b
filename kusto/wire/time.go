package wire

import (
	"encoding/binary"

	"calypso/kusto/value"
)

// Datetimes and timespans, read by position where they have the shape that servers write.

// dateMemo keeps the last date's ticks: rows often share it.
type dateMemo struct {
	head  uint64 // "2020-01-"
	tail  uint16 // "31"
	ticks int64
}

func (c *column) datetime(b []byte, i int) int {
	ticks, end := c.date.parse(b, i)
	if end == wrong {
		var s string
		var ok bool
		if s, end = quoted(b, i); end < 0 {
			return end
		}
		if ticks, ok = value.ParseDatetime(s); !ok {
			return wrong
		}
	}
	if end >= 0 {
		c.v.Ints = append(c.v.Ints, ticks)
		c.v.N++
	}
	return end
}

// parse reads "2020-01-31T12:34:56[.1234567]Z" with its quotes; wrong means that it has another shape.
func (m *dateMemo) parse(b []byte, i int) (ticks int64, end int) {
	if i+22 > len(b) {
		return 0, m.shortOr(b, i)
	}
	if b[i] != '"' || b[i+11] != 'T' {
		return 0, wrong
	}
	if head, tail := binary.LittleEndian.Uint64(b[i+1:]), binary.LittleEndian.Uint16(b[i+9:]); head != m.head || tail != m.tail {
		if b[i+5] != '-' || b[i+8] != '-' {
			return 0, wrong
		}
		year, ok1 := digits2(b, i+1)
		rest, ok2 := digits2(b, i+3)
		month, ok3 := digits2(b, i+6)
		day, ok4 := digits2(b, i+9)
		date, ok5 := value.DatetimeOf(year*100+rest, month, day, 0)
		if !(ok1 && ok2 && ok3 && ok4 && ok5) {
			return 0, wrong
		}
		*m = dateMemo{head, tail, date}
	}
	clock, ok := clockTicks(b, i+12)
	if !ok {
		return 0, wrong
	}
	frac, at := fraction(b, i+20)
	if at < 0 || at+2 > len(b) {
		return 0, m.shortOr(b, i)
	}
	if b[at] != 'Z' || b[at+1] != '"' {
		return 0, wrong
	}
	return m.ticks + clock + frac, at + 2
}

// shortOr tells a cell that was cut from one that is only shorter than expected.
func (m *dateMemo) shortOr(b []byte, i int) int {
	if b[i] != '"' || skipString(b, i) >= 0 {
		return wrong
	}
	return short
}

func digits2(b []byte, i int) (int, bool) {
	x, y := b[i]-'0', b[i+1]-'0'
	return int(x)*10 + int(y), x <= 9 && y <= 9
}

// clockTicks reads hh:mm:ss at b[i:i+8].
func clockTicks(b []byte, i int) (int64, bool) {
	h, ok1 := digits2(b, i)
	m, ok2 := digits2(b, i+3)
	s, ok3 := digits2(b, i+6)
	if !(ok1 && ok2 && ok3) || b[i+2] != ':' || b[i+5] != ':' || h > 23 || m > 59 || s > 59 {
		return 0, false
	}
	return int64(h*3600+m*60+s) * value.TicksPerSecond, true
}

var fractionScale = [...]int64{1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 10, 1}

// fraction reads an optional point with up to 7 digits at b[i] as ticks, and gives where it ends, or a code.
func fraction(b []byte, i int) (ticks int64, end int) {
	if i >= len(b) {
		return 0, short
	}
	if b[i] != '.' {
		return 0, i
	}
	from := i + 1
	for i = from; i < len(b) && b[i]-'0' <= 9; i++ {
		if i-from == 7 {
			return 0, i // more digits than ticks have: the closing quote won't be found, and the slow path cuts them
		}
		ticks = ticks*10 + int64(b[i]-'0')
	}
	if i == len(b) {
		return 0, short
	}
	return ticks * fractionScale[i-from], i
}

func (c *column) timespan(b []byte, i int) int {
	ticks, end := timespan(b, i)
	if end == wrong {
		var s string
		var ok bool
		if s, end = quoted(b, i); end < 0 {
			return end
		}
		if ticks, ok = value.ParseTimespan(s); !ok {
			return wrong
		}
	}
	if end >= 0 {
		c.v.Ints = append(c.v.Ints, ticks)
		c.v.N++
	}
	return end
}

// timespan reads "[-][d.]hh:mm:ss[.1234567]" with its quotes; wrong means that it has another shape.
func timespan(b []byte, i int) (ticks int64, end int) {
	end = skipString(b, i)
	if b[i] != '"' {
		return 0, wrong
	}
	if end < 0 {
		return 0, short
	}
	i++
	neg := b[i] == '-'
	if neg {
		i++
	}
	days, at := int64(0), i
	for at < end && b[at]-'0' <= 9 && at-i < 7 {
		days = days*10 + int64(b[at]-'0')
		at++
	}
	if at > i && b[at] == '.' {
		i = at + 1
	} else {
		days = 0
	}
	if i+8 >= end {
		return 0, wrong
	}
	clock, ok := clockTicks(b, i)
	if !ok {
		return 0, wrong
	}
	frac, stop := fraction(b, i+8)
	if stop != end-1 {
		return 0, wrong
	}
	ticks = days*value.TicksPerDay + clock + frac
	if neg {
		ticks = -ticks
	}
	return ticks, end
}
