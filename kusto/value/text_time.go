package value

// The text of datetimes and timespans, and the calendar under it: the proleptic Gregorian one of .NET, years 1 to 9999.

// Ticks are Kusto's unit of time: 100 nanoseconds.
const (
	TicksPerMicrosecond int64 = 10
	TicksPerMillisecond       = 1000 * TicksPerMicrosecond
	TicksPerSecond            = 1000 * TicksPerMillisecond
	TicksPerMinute            = 60 * TicksPerSecond
	TicksPerHour              = 60 * TicksPerMinute
	TicksPerDay               = 24 * TicksPerHour

	// MaxDatetime is 9999-12-31T23:59:59.9999999Z, the last datetime; the first is 0.
	MaxDatetime = 3652059*TicksPerDay - 1
	// UnixEpoch is 1970-01-01T00:00:00Z.
	UnixEpoch = 719162 * TicksPerDay
)

// DatetimeInRange tells whether ticks are a datetime; results outside are null in Kusto.
func DatetimeInRange(ticks int64) bool { return ticks >= 0 && ticks <= MaxDatetime }

// daysOf counts the days from 0001-01-01 to a date, which may have any month and day number within a year of sense.
func daysOf(y, m, d int) int {
	// Years begin in March here, so the leap day is the last of its year (Hinnant's days_from_civil).
	if m <= 2 {
		y--
		m += 12
	}
	era := floorDiv(y, 400)
	yoe := y - era*400
	doy := (153*(m-3)+2)/5 + d - 1
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + doy - 306
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}

// Civil gives the date of a datetime: year 1 to 9999, month 1 to 12, day 1 to 31.
func Civil(ticks int64) (year, month, day int) {
	z := int(ticks/TicksPerDay) + 306
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// DaysInMonth is the length of a month 1 to 12.
func DaysInMonth(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// DatetimeOf makes ticks of a date and a time of day in ticks; ok is false where the date doesn't exist.
func DatetimeOf(year, month, day int, timeOfDay int64) (ticks int64, ok bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > DaysInMonth(year, month) ||
		timeOfDay < 0 || timeOfDay >= TicksPerDay {
		return 0, false
	}
	return int64(daysOf(year, month, day))*TicksPerDay + timeOfDay, true
}

// AppendDatetime appends the form of tostring(): 2020-01-01T00:00:00.0000000Z.
func AppendDatetime(out []byte, ticks int64) []byte {
	out = appendSeconds(out, ticks)
	out = append(out, '.')
	return append(appendPadded(out, int(ticks%TicksPerSecond), 7), 'Z')
}

// AppendDatetimeTrimmed appends the form of the wire: the fraction without trailing zeros, and no point without fraction.
func AppendDatetimeTrimmed(out []byte, ticks int64) []byte {
	out = appendSeconds(out, ticks)
	if frac := int(ticks % TicksPerSecond); frac != 0 {
		out = appendPadded(append(out, '.'), frac, 7)
		for out[len(out)-1] == '0' {
			out = out[:len(out)-1]
		}
	}
	return append(out, 'Z')
}

func appendSeconds(out []byte, ticks int64) []byte {
	ticks = min(max(ticks, 0), MaxDatetime)
	y, m, d := Civil(ticks)
	out = append(appendPadded(out, y, 4), '-')
	out = append(append2(out, m), '-')
	out = append(append2(out, d), 'T')
	return appendClock(out, ticks%TicksPerDay)
}

func appendClock(out []byte, ticks int64) []byte {
	s := int(ticks / TicksPerSecond)
	out = append(append2(out, s/3600), ':')
	out = append(append2(out, s/60%60), ':')
	return append2(out, s%60)
}

func append2(out []byte, n int) []byte { return append(out, byte('0'+n/10), byte('0'+n%10)) }

func appendPadded(out []byte, n, width int) []byte {
	at := len(out)
	for range width {
		out = append(out, '0')
	}
	for i := width - 1; i >= 0; i-- {
		out[at+i] = byte('0' + n%10)
		n /= 10
	}
	return out
}

// AppendTimespan appends [-][d.]hh:mm:ss[.fffffff]; the fraction has 7 digits or is absent.
func AppendTimespan(out []byte, ticks int64) []byte {
	u := uint64(ticks)
	if ticks < 0 {
		out, u = append(out, '-'), -u // right for the smallest one too
	}
	if days := u / uint64(TicksPerDay); days > 0 {
		out = append(appendUint(out, days), '.')
	}
	rest := int64(u % uint64(TicksPerDay))
	out = appendClock(out, rest)
	if frac := int(rest % TicksPerSecond); frac != 0 {
		out = appendPadded(append(out, '.'), frac, 7)
	}
	return out
}
