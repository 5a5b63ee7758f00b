package syntax

import (
	"strings"
	"time"
)

// Datetimes as texts: ISO 8601 in its common shapes, read by hand as they are nearly all there is, and the forms of RFC 822 and
// RFC 850 and the American one that the engine's documentation lists.

// ParseDatetime reads a date with an optional time and zone, as 2024-02-29, 2024-02-29T23:59Z, 2020-01-01 12:34:56.123,
// 2014-05-25T08:20:03.123456+01:00, 20240229, 2024, and gives ticks of 100 ns since 0001-01-01 UTC. Digits behind the seventh
// of a second are cut off.
func ParseDatetime(s string) (ticks int64, ok bool) {
	s = strings.TrimSpace(s)
	if ticks, ok = parseISO(s); ok {
		return ticks, true
	}
	for _, layout := range otherDateLayouts {
		// In UTC, so that the reader's own time zone plays no part.
		if t, err := time.ParseInLocation(layout, s, time.UTC); err == nil {
			return ticksOf(t), isPlain(t)
		}
	}
	return 0, false
}

// isPlain refuses what may be read in two ways: zones by names other than UTC and GMT, and short years from 2030 on, which some
// read as 19xx.
func isPlain(t time.Time) bool {
	zone, _ := t.Zone()
	return (zone == "" || zone == "UTC" || zone == "GMT") && (t.Year() < 2030 || t.Year() > 2068)
}

// otherDateLayouts are the forms beside ISO 8601, in the order they are tried.
var otherDateLayouts = [...]string{
	"1/2/2006", "1/2/2006 15:04", "1/2/2006 15:04:05", "1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM",
	"2006/1/2", "2006/1/2 15:04:05", "2006/1/2 15:04",
	"Mon, 2 Jan 06 15:04:05 MST", "Mon, 2 Jan 06 15:04 MST", "2 Jan 06 15:04:05 MST", "2 Jan 06 15:04 MST",
	"Mon, 2 Jan 06 15:04:05", "Mon, 2 Jan 06 15:04", "2 Jan 06 15:04:05", "2 Jan 06 15:04",
	"Mon, 2 Jan 2006 15:04:05 MST", "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05",
	"2 Jan 2006 15:04:05 MST", "2 Jan 2006 15:04:05", "2 Jan 2006",
	"Monday, 2-Jan-06 15:04:05 MST", "Monday, 2-Jan-06 15:04 MST", "2-Jan-06 15:04:05 MST", "2-Jan-06 15:04 MST",
	"Monday, 2-Jan-06 15:04:05", "Monday, 2-Jan-06 15:04", "2-Jan-06 15:04:05", "2-Jan-06 15:04",
	"Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "2 January 2006", "January 2006", "Jan 2006",
	"Mon Jan 2 15:04:05 2006", "Mon Jan _2 15:04:05 2006",
}

// ticksOf counts the ticks from 0001-01-01 UTC to t.
func ticksOf(t time.Time) int64 {
	const epoch = 62135596800 // seconds from 0001-01-01 to 1970-01-01
	return (t.Unix()+epoch)*TicksPerSecond + int64(t.Nanosecond()/100)
}

// parseISO reads yyyy[-mm[-dd]] or yyyymmdd, a time after a space or T, and a zone.
func parseISO(s string) (int64, bool) {
	date, rest, ok := parseISODate(s)
	if !ok || rest == "" {
		return date, ok
	}
	if c := rest[0]; c == ' ' || c|0x20 == 't' {
		rest = strings.TrimLeft(rest[1:], " ")
	} else if c|0x20 != 'z' {
		return 0, false
	}
	clock := int64(0)
	if rest != "" && isDigit(rest[0]) {
		if clock, rest, ok = parseISOTime(rest); !ok {
			return 0, false
		}
	}
	offset, ok := parseZone(strings.TrimLeft(rest, " "))
	ticks := date + clock - offset
	return ticks, ok && ticks >= 0 && ticks <= maxDatetime
}

// parseISODate gives the ticks of the date at the start of s, and what follows it.
func parseISODate(s string) (ticks int64, rest string, ok bool) {
	if leadingDigits(s) == 8 {
		y, _, _ := takeNumber(s, 4)
		m, _, _ := takeNumber(s[4:], 2)
		d, _, _ := takeNumber(s[6:], 2)
		ticks, ok = dateTicks(y, m, d)
		return ticks, s[8:], ok
	}
	if leadingDigits(s) != 4 {
		return 0, s, false
	}
	y, rest, _ := takeNumber(s, 4)
	m, d := 1, 1
	if byteAt(rest, 0) == '-' {
		if m, rest, ok = takeNumber(rest[1:], 2); !ok {
			return 0, s, false
		}
		if byteAt(rest, 0) == '-' {
			if d, rest, ok = takeNumber(rest[1:], 2); !ok {
				return 0, s, false
			}
		}
	}
	ticks, ok = dateTicks(y, m, d)
	return ticks, rest, ok
}

func dateTicks(year, month, day int) (int64, bool) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1 || int(t.Month()) != month || t.Day() != day {
		return 0, false
	}
	return ticksOf(t), true
}

// parseISOTime reads hh[:mm[:ss[.fffffff]]] with an optional AM or PM.
func parseISOTime(s string) (ticks int64, rest string, ok bool) {
	if leadingDigits(s) <= 2 && byteAt(s, leadingDigits(s)) == ':' {
		ticks, rest, ok = parseTimeOfDay(s)
	} else {
		var hour int
		hour, rest, ok = takeNumber(s, 2)
		ticks, ok = int64(hour)*TicksPerHour, ok && hour < 24
	}
	if !ok {
		return 0, rest, false
	}
	mark := strings.TrimLeft(rest, " ")
	if len(mark) >= 2 && mark[1]|0x20 == 'm' && (mark[0]|0x20 == 'a' || mark[0]|0x20 == 'p') {
		half := int64(12 * TicksPerHour)
		if ticks >= half+TicksPerHour {
			return 0, rest, false
		}
		ticks %= half
		if mark[0]|0x20 == 'p' {
			ticks += half
		}
		rest = mark[2:]
	}
	return ticks, rest, true
}

// parseZone reads Z, UTC, GMT, +hh:mm, -hhmm or nothing, and gives the ticks to take away.
func parseZone(s string) (int64, bool) {
	switch strings.ToUpper(s) {
	case "", "Z", "UTC", "GMT":
		return 0, true
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hour, rest, ok := takeNumber(s[1:], 2)
	minute := 0
	if ok && rest != "" {
		minute, rest, ok = takeNumber(strings.TrimPrefix(rest, ":"), 2)
	}
	if !ok || rest != "" || hour > 14 || minute > 59 {
		return 0, false
	}
	offset := int64(hour)*TicksPerHour + int64(minute)*TicksPerMinute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}
