package syntax

import (
	"math"
	"math/bits"
	"strings"
)

// Timespans and datetimes as texts. Both count ticks of 100 ns; a datetime from 0001-01-01 00:00 UTC on.

// The ticks of the units.
const (
	TicksPerMicrosecond = 10
	TicksPerMillisecond = 1000 * TicksPerMicrosecond
	TicksPerSecond      = 1000 * TicksPerMillisecond
	TicksPerMinute      = 60 * TicksPerSecond
	TicksPerHour        = 60 * TicksPerMinute
	TicksPerDay         = 24 * TicksPerHour

	maxDatetime = 3155378975999999999 // 9999-12-31 23:59:59.9999999
)

// timespanUnit gives the ticks of a unit as written behind a number, as the h of 1h; 0 when it is none. Nanoseconds, which are
// less than a tick, are -1.
func timespanUnit(unit string) int64 {
	switch unit {
	case "d", "day", "days":
		return TicksPerDay
	case "h", "hr", "hrs", "hour", "hours":
		return TicksPerHour
	case "m", "min", "minute", "minutes":
		return TicksPerMinute
	case "s", "sec", "second", "seconds":
		return TicksPerSecond
	case "ms", "milli", "millis", "millisec", "millisecond", "milliseconds":
		return TicksPerMillisecond
	case "micro", "micros", "microsec", "microsecond", "microseconds":
		return TicksPerMicrosecond
	case "tick", "ticks":
		return 1
	case "nano", "nanos", "nanosec", "nanosecond", "nanoseconds":
		return -1
	}
	return 0
}

// ParseTimespan reads 1d, 1.5h, 10 (days), 1.02:03:04.5 (days, hours, minutes, seconds) and 02:03, with an optional sign, and
// gives ticks of 100 ns. What doesn't fit 64 bits isn't read.
func ParseTimespan(s string) (ticks int64, ok bool) {
	s = strings.TrimSpace(s)
	body, negative := cutSign(s)
	if body == "" || !isDigit(body[0]) && body[0] != '.' {
		return 0, false
	}
	if strings.IndexByte(body, ':') >= 0 {
		ticks, ok = parseClock(body)
	} else {
		ticks, ok = parseUnits(body)
	}
	if negative {
		ticks = -ticks
	}
	return ticks, ok
}

// parseUnits reads a number and its unit; without a unit it counts days.
func parseUnits(s string) (int64, bool) {
	whole := leadingDigits(s)
	end := whole
	if byteAt(s, end) == '.' {
		end += 1 + leadingDigits(s[end+1:])
	}
	number, unit := s[:end], strings.TrimSpace(s[end:])
	scale := int64(TicksPerDay)
	if unit != "" {
		scale = timespanUnit(unit)
	}
	if number == "." || scale == 0 {
		return 0, false
	}
	divisor := int64(1)
	if scale == -1 {
		scale, divisor = 1, 100
	}
	ticks, ok := scaleDecimal(number, scale)
	return ticks / divisor, ok
}

// scaleDecimal multiplies a decimal number by scale. Without a fraction it is exact; with one it goes through a float64, as the
// engine's does, and is rounded.
func scaleDecimal(number string, scale int64) (int64, bool) {
	whole, fraction, _ := strings.Cut(number, ".")
	n, ok := ParseLong("0" + whole)
	if !ok {
		return 0, false
	}
	hi, lo := bits.Mul64(uint64(n), uint64(scale))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, false
	}
	part := 0.0
	if fraction != "" {
		part, _ = ParseReal("0." + fraction)
	}
	ticks := int64(lo) + int64(math.Round(part*float64(scale)))
	return ticks, ticks >= 0
}

// parseClock reads [d.]hh:mm[:ss[.fffffff]].
func parseClock(s string) (int64, bool) {
	var days int64
	if dot := strings.IndexByte(s, '.'); dot >= 0 && dot < strings.IndexByte(s, ':') {
		var ok bool
		if days, ok = ParseLong(s[:dot]); !ok || days > 10675199 {
			return 0, false
		}
		s = s[dot+1:]
	} else if parts := strings.Count(s, ":"); parts == 3 {
		// d:hh:mm:ss, as .NET reads it
		head, rest, _ := strings.Cut(s, ":")
		var ok bool
		if days, ok = ParseLong(head); !ok || days > 10675199 {
			return 0, false
		}
		s = rest
	}
	ticks, rest, ok := parseTimeOfDay(s)
	if !ok || rest != "" {
		return 0, false
	}
	total := days*TicksPerDay + ticks
	return total, total >= 0
}

// isLongClock tells whether s is hh:mm:ss with more hours than a day has.
func isLongClock(s string) bool {
	body, _ := cutSign(s)
	n := leadingDigits(body)
	hours, ok := ParseLong(body[:n])
	if !ok || hours <= 23 || strings.Count(body, ":") != 2 {
		return false
	}
	_, rest, ok := parseTimeOfDay("0" + body[n:])
	return ok && rest == ""
}

// parseTimeOfDay reads hh:mm[:ss[.fffffff]] at the start of s and gives what follows it.
func parseTimeOfDay(s string) (ticks int64, rest string, ok bool) {
	hour, s, ok := takeNumber(s, 2)
	if !ok || hour > 23 || byteAt(s, 0) != ':' {
		return 0, s, false
	}
	minute, s, ok := takeNumber(s[1:], 2)
	if !ok || minute > 59 {
		return 0, s, false
	}
	ticks = int64(hour)*TicksPerHour + int64(minute)*TicksPerMinute
	if byteAt(s, 0) != ':' {
		return ticks, s, true
	}
	second, s, ok := takeNumber(s[1:], 2)
	if !ok || second > 59 {
		return 0, s, false
	}
	ticks += int64(second) * TicksPerSecond
	if byteAt(s, 0) == '.' {
		n := leadingDigits(s[1:])
		if n == 0 {
			return 0, s, false
		}
		ticks += fractionTicks(s[1 : 1+n])
		s = s[1+n:]
	}
	return ticks, s, true
}

// fractionTicks turns the digits behind a second's point into ticks; from the eighth digit on they are cut off.
func fractionTicks(digits string) int64 {
	ticks := int64(0)
	for i := range 7 {
		ticks *= 10
		if i < len(digits) {
			ticks += int64(digits[i] - '0')
		}
	}
	return ticks
}

// takeNumber reads up to max digits at the start of s.
func takeNumber(s string, max int) (n int, rest string, ok bool) {
	i := 0
	for i < len(s) && i < max && isDigit(s[i]) {
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i > 0
}
