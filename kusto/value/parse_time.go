package value

import "strings"

// Reading datetimes and timespans from text, by the forms that Kusto documents. Anything else is no datetime (null).

// ParseDatetime reads ISO 8601 and its relaxations (space for T, no time, one-digit months, offset or Z), month-day-year, and
// the RFC 822 and 850 forms. Without an offset it is UTC.
func ParseDatetime(text string) (ticks int64, ok bool) {
	s := strings.TrimSpace(text)
	if s == "" {
		return 0, false
	}
	if s[0] > '9' {
		comma := strings.IndexByte(s, ',')
		if comma < 0 || !isWeekday(s[:comma]) {
			return 0, false
		}
		return parseNamedMonth(strings.TrimLeft(s[comma+1:], " "))
	}
	p := cursor{s: s}
	first, width := p.digits(4)
	switch {
	case width == 0:
		return 0, false
	case width == 4:
		return parseISO(p, first)
	case p.peek() == ' ', p.peek() == '-' && p.letterAt(1):
		return parseNamedMonth(s)
	case p.peek() == '-' || p.peek() == '/':
		return parseMonthFirst(p, first)
	}
	return 0, false
}

// cursor reads digits and marks off a text.
type cursor struct {
	s string
	i int
}

func (p *cursor) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *cursor) letterAt(d int) bool {
	return p.i+d < len(p.s) && p.s[p.i+d]|0x20 >= 'a' && p.s[p.i+d]|0x20 <= 'z'
}

func (p *cursor) take(c byte) bool {
	if p.peek() != c {
		return false
	}
	p.i++
	return true
}

func (p *cursor) digits(most int) (n, width int) {
	for width < most && p.i < len(p.s) && p.s[p.i]-'0' <= 9 {
		n = n*10 + int(p.s[p.i]-'0')
		p.i++
		width++
	}
	return n, width
}

// number reads 1 to most digits.
func (p *cursor) number(most int) (int, bool) {
	n, width := p.digits(most)
	return n, width > 0
}

func parseISO(p cursor, year int) (int64, bool) {
	month, day := 1, 1
	ok := true
	sep := p.peek()
	if sep == '-' || sep == '/' {
		p.i++
		if month, ok = p.number(2); !ok {
			return 0, false
		}
		if p.take(sep) {
			if day, ok = p.number(2); !ok {
				return 0, false
			}
		}
	}
	return p.finish(year, month, day)
}

func parseMonthFirst(p cursor, month int) (int64, bool) {
	sep := p.peek()
	p.i++
	day, ok := p.number(2)
	if !ok || !p.take(sep) {
		return 0, false
	}
	year, width := p.digits(4)
	if width != 4 {
		return 0, false
	}
	return p.finish(year, month, day)
}

// finish reads what may follow a date: a time of day and an offset.
func (p *cursor) finish(year, month, day int) (int64, bool) {
	var clock int64
	if p.i < len(p.s) && !p.zoneAhead() {
		if p.peek() != 'T' && p.peek() != 't' && p.peek() != ' ' {
			return 0, false
		}
		p.i++
		for p.take(' ') {
		}
		var ok bool
		if clock, ok = p.clock(); !ok {
			return 0, false
		}
	}
	base, ok := DatetimeOf(year, month, day, 0)
	if !ok {
		return 0, false
	}
	offset, ok := p.zone()
	if !ok || p.i != len(p.s) {
		return 0, false
	}
	ticks := base + clock - offset
	return ticks, DatetimeInRange(ticks)
}

func (p *cursor) zoneAhead() bool { return p.peek() == 'Z' || p.peek() == 'z' }

// clock reads hh:mm[:ss[.fraction]] with an optional AM or PM; a fraction beyond 7 digits is cut.
func (p *cursor) clock() (int64, bool) {
	hour, ok := p.number(2)
	if !ok || !p.take(':') {
		return 0, false
	}
	minute, ok := p.number(2)
	if !ok {
		return 0, false
	}
	second, frac := 0, int64(0)
	if p.take(':') {
		if second, ok = p.number(2); !ok {
			return 0, false
		}
		if p.take('.') {
			if frac, ok = p.fraction(); !ok {
				return 0, false
			}
		}
	}
	hour, ok = p.meridiem(hour)
	if !ok || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	return int64(hour)*TicksPerHour + int64(minute)*TicksPerMinute + int64(second)*TicksPerSecond + frac, true
}

func (p *cursor) meridiem(hour int) (int, bool) {
	rest := strings.TrimLeft(p.s[p.i:], " ")
	if len(rest) < 2 || rest[1]|0x20 != 'm' || (rest[0]|0x20 != 'a' && rest[0]|0x20 != 'p') {
		return hour, true
	}
	p.i = len(p.s) - len(rest) + 2
	if hour < 1 || hour > 12 {
		return 0, false
	}
	hour %= 12
	if rest[0]|0x20 == 'p' {
		hour += 12
	}
	return hour, true
}

// fraction reads digits after a point as ticks.
func (p *cursor) fraction() (int64, bool) {
	n, width := p.digits(7)
	if width == 0 {
		return 0, false
	}
	ticks := int64(n)
	for ; width < 7; width++ {
		ticks *= 10
	}
	for p.peek()-'0' <= 9 {
		p.i++
	}
	return ticks, true
}

// zone reads Z, GMT, UTC or ±hh[:]mm as ticks; nothing is UTC.
func (p *cursor) zone() (int64, bool) {
	for p.take(' ') {
	}
	rest := p.s[p.i:]
	switch {
	case rest == "":
		return 0, true
	case strings.EqualFold(rest, "Z"), strings.EqualFold(rest, "GMT"), strings.EqualFold(rest, "UTC"):
		p.i = len(p.s)
		return 0, true
	case rest[0] != '+' && rest[0] != '-':
		return 0, false
	}
	p.i++
	hour, ok := p.number(2)
	if !ok {
		return 0, false
	}
	p.take(':')
	minute, _ := p.number(2)
	if hour > 14 || minute > 59 {
		return 0, false
	}
	offset := int64(hour)*TicksPerHour + int64(minute)*TicksPerMinute
	if rest[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// parseNamedMonth reads "8 Nov 14 15:05:02 GMT" and "08-Nov-14 15:05:02 GMT", with years of two or four digits.
func parseNamedMonth(s string) (int64, bool) {
	p := cursor{s: s}
	day, ok := p.number(2)
	if !ok {
		return 0, false
	}
	sep := p.peek()
	if sep != ' ' && sep != '-' {
		return 0, false
	}
	p.i++
	if len(p.s)-p.i < 4 || p.s[p.i+3] != sep {
		return 0, false
	}
	month := monthNamed(p.s[p.i : p.i+3])
	p.i += 4
	year, width := p.digits(4)
	switch {
	case month == 0 || width != 2 && width != 4:
		return 0, false
	case width == 2 && year < 50: // .NET's two-digit years end in 2049
		year += 2000
	case width == 2:
		year += 1900
	}
	return p.finish(year, month, day)
}

func monthNamed(s string) int {
	const names = "janfebmaraprmayjunjulaugsepoctnovdec"
	if i := strings.Index(names, strings.ToLower(s)); len(s) == 3 && i >= 0 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

func isWeekday(s string) bool {
	for _, day := range [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"} {
		if strings.EqualFold(s, day) || strings.EqualFold(s, day[:3]) {
			return true
		}
	}
	return false
}

// ParseTimespan reads [-][d.]hh:mm[:ss[.fraction]], a bare number of days, or a number with a unit as in KQL (2.5h, 10ms).
func ParseTimespan(text string) (ticks int64, ok bool) {
	s := strings.TrimSpace(text)
	neg := strings.HasPrefix(s, "-")
	if neg {
		s = s[1:]
	}
	if strings.IndexByte(s, ':') >= 0 {
		ticks, ok = parseClockSpan(s, neg)
	} else {
		ticks, ok = parseUnitSpan(s)
	}
	if neg {
		ticks = -ticks
	}
	return ticks, ok
}

func parseClockSpan(s string, neg bool) (int64, bool) {
	p := cursor{s: s}
	n, ok := p.number(8)
	if !ok {
		return 0, false
	}
	days := 0
	if p.take('.') {
		days = n
	} else {
		p.i = 0
	}
	clock, ok := p.clock()
	if !ok || p.i != len(s) || days > 10675199 {
		return 0, false
	}
	ticks := int64(days)*TicksPerDay + clock
	if ticks < 0 && !(neg && ticks == -1<<63) { // one past the largest is the smallest, negated
		return 0, false
	}
	return ticks, true
}

var spanUnits = map[string]int64{
	"": TicksPerDay, "d": TicksPerDay, "day": TicksPerDay, "days": TicksPerDay,
	"h": TicksPerHour, "hr": TicksPerHour, "hrs": TicksPerHour, "hour": TicksPerHour, "hours": TicksPerHour,
	"m": TicksPerMinute, "min": TicksPerMinute, "minute": TicksPerMinute, "minutes": TicksPerMinute,
	"s": TicksPerSecond, "sec": TicksPerSecond, "second": TicksPerSecond, "seconds": TicksPerSecond,
	"ms": TicksPerMillisecond, "milli": TicksPerMillisecond, "millis": TicksPerMillisecond, "millisec": TicksPerMillisecond,
	"millisecond": TicksPerMillisecond, "milliseconds": TicksPerMillisecond,
	"micro": TicksPerMicrosecond, "micros": TicksPerMicrosecond, "microsec": TicksPerMicrosecond,
	"microsecond": TicksPerMicrosecond, "microseconds": TicksPerMicrosecond,
	"nano": 0, "nanos": 0, "nanosec": 0, "nanosecond": 0, "nanoseconds": 0,
	"tick": 1, "ticks": 1,
}

func parseUnitSpan(s string) (int64, bool) {
	end := 0
	for end < len(s) && (s[end]-'0' <= 9 || s[end] == '.') {
		end++
	}
	unit, known := spanUnits[strings.TrimLeft(s[end:], " ")]
	if !known || end == 0 {
		return 0, false
	}
	whole, frac, _ := strings.Cut(s[:end], ".")
	if unit == 0 { // nanoseconds: a tick is a hundred of them
		unit = 1
		if len(whole) <= 2 {
			whole = ""
		} else {
			whole = whole[:len(whole)-2]
		}
		frac = ""
	}
	return scaleSpan(whole, frac, unit)
}

// scaleSpan is whole.frac × unit in exact integers, cut to ticks.
func scaleSpan(whole, frac string, unit int64) (int64, bool) {
	if strings.IndexByte(frac, '.') >= 0 || whole == "" && frac == "" && unit != 1 {
		return 0, false
	}
	var n int64
	if whole != "" {
		var ok bool
		if n, ok = ParseLong(whole); !ok || n > (1<<63-1)/unit {
			return 0, false
		}
	}
	n *= unit
	for i, scale := 0, unit; i < len(frac) && scale > 0; i++ {
		d := int64(frac[i] - '0')
		n += d * scale / 10
		if scale%10 != 0 { // ticks are finer than any unit but the tick itself; deeper digits vanish
			break
		}
		scale /= 10
	}
	return n, n >= 0
}
