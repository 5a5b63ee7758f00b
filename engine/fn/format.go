// format_datetime and format_timespan, and time zones.
//
// A format is letters and delimiters. In format_datetime a run of a letter is read from the left in the longest forms there
// are, so dddd is dd and dd; there are no names of days or months.

package fn

import (
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every system

	"calypso/kusto/value"
)

var formatFamily = []scalar{
	{"format_datetime", 2, 2, buildFormat(value.Datetime, compileDatetimeFormat)},
	{"format_timespan", 2, 2, buildFormat(value.Timespan, compileTimespanFormat)},
	{"datetime_utc_to_local", 2, 2, buildZone(utcToLocal)},
	{"datetime_local_to_utc", 2, 2, buildZone(localToUTC)},
}

// formatter writes a value; ok is false where what the real engine writes isn't known.
type formatter func(out []byte, ticks int64) (text []byte, ok bool)

func buildFormat(kind value.Kind, compile func(format string) ([]formatter, error)) func(string, []Arg) (*Overload, error) {
	return func(name string, args []Arg) (*Overload, error) {
		format, ok := constText(args[1])
		if !ok {
			return nil, &NotBuilt{Name: name, Detail: "a format that isn't constant"}
		}
		steps, err := compile(format)
		if err != nil {
			return nil, err
		}
		write := fallible(value.String, func(ticks int64) (string, bool, error) {
			var buf [64]byte
			out, ok := buf[:0], true
			for _, step := range steps {
				if out, ok = step(out, ticks); !ok {
					return "", false, &NotBuilt{Name: name, Detail: fmt.Sprintf("an empty fraction after a point in '%s'", format)}
				}
			}
			return string(out), true, nil
		})
		return overload(name, args, []value.Kind{kind, value.String}, value.String, write)
	}
}

const delimiters = "/-:,._[] "

// letters cuts a format into runs of one letter and single delimiters.
func letters(name, format string, known string, step func(letter byte, count int) error, plain func(c byte)) error {
	for i := 0; i < len(format); {
		c := format[i]
		n := 1
		switch {
		case strings.IndexByte(delimiters, c) >= 0:
			plain(c)
		case strings.IndexByte(known, c) >= 0:
			for i+n < len(format) && format[i+n] == c {
				n++
			}
			if err := step(c, n); err != nil {
				return err
			}
		default:
			return &BadArgument{Name: name, Index: 1, Why: fmt.Sprintf("'%c' has no meaning in the format '%s'", c, format)}
		}
		i += n
	}
	return nil
}

func literal(c byte) formatter {
	return func(out []byte, _ int64) ([]byte, bool) { return append(out, c), true }
}

// padded writes part(ticks) with at least width digits.
func padded(width int, part func(ticks int64) int64) formatter {
	return func(out []byte, ticks int64) ([]byte, bool) {
		return fmt.Appendf(out, "%0*d", width, part(ticks)), true
	}
}

// fraction writes the first digits of the second's fraction; trimmed leaves trailing zeros away.
func fraction(digits int, trimmed bool) formatter {
	return func(out []byte, ticks int64) ([]byte, bool) {
		if ticks < 0 {
			ticks = -ticks
		}
		text := fmt.Sprintf("%07d", uint64(ticks)%uint64(value.TicksPerSecond))[:digits]
		if trimmed {
			text = strings.TrimRight(text, "0")
			if text == "" && len(out) > 0 && out[len(out)-1] == '.' {
				return out, false
			}
		}
		return append(out, text...), true
	}
}

func compileDatetimeFormat(format string) ([]formatter, error) {
	const name = "format_datetime"
	if format == "" {
		return nil, emptyFormat(name)
	}
	var steps []formatter
	twice := func(n int, part func(int64) int64) {
		for ; n >= 2; n -= 2 {
			steps = append(steps, padded(2, part))
		}
		if n == 1 {
			steps = append(steps, padded(1, part))
		}
	}
	err := letters(name, format, "dfFhHmMsty", func(c byte, n int) error {
		switch c {
		case 'd':
			twice(n, parts["day"])
		case 'M':
			twice(n, parts["month"])
		case 'H':
			twice(n, parts["hour"])
		case 'h':
			twice(n, hour12)
		case 'm':
			twice(n, parts["minute"])
		case 's':
			twice(n, parts["second"])
		case 'y':
			return yearSteps(&steps, n, format)
		case 't':
			if n != 2 {
				return &NotBuilt{Name: name, Detail: "'t' but not 'tt' in a format"}
			}
			steps = append(steps, meridiem)
		default:
			if n > 7 {
				return &NotBuilt{Name: name, Detail: "more than 7 digits of a second"}
			}
			steps = append(steps, fraction(n, c == 'F'))
		}
		return nil
	}, func(c byte) { steps = append(steps, literal(c)) })
	return steps, err
}

func yearSteps(steps *[]formatter, n int, format string) error {
	switch n {
	case 4:
		*steps = append(*steps, padded(4, parts["year"]))
	case 2:
		*steps = append(*steps, padded(2, func(t int64) int64 { return parts["year"](t) % 100 }))
	default:
		return &NotBuilt{Name: "format_datetime", Detail: fmt.Sprintf("a year other than yy and yyyy in '%s'", format)}
	}
	return nil
}

func hour12(t int64) int64 {
	if h := parts["hour"](t) % 12; h != 0 {
		return h
	}
	return 12
}

func meridiem(out []byte, t int64) ([]byte, bool) {
	if parts["hour"](t) >= 12 {
		return append(out, "PM"...), true
	}
	return append(out, "AM"...), true
}

// compileTimespanFormat: days take as many digits as the format has letters, and a minus goes first.
func compileTimespanFormat(format string) ([]formatter, error) {
	const name = "format_timespan"
	if format == "" {
		return nil, emptyFormat(name)
	}
	steps := []formatter{func(out []byte, ticks int64) ([]byte, bool) {
		if ticks < 0 {
			out = append(out, '-')
		}
		return out, true
	}}
	size := func(unit, next uint64) func(int64) int64 {
		return func(ticks int64) int64 {
			u := uint64(ticks)
			if ticks < 0 {
				u = -u
			}
			if next > 0 {
				u %= next
			}
			return int64(u / unit)
		}
	}
	const day, hour, minute, second = uint64(value.TicksPerDay), uint64(value.TicksPerHour), uint64(value.TicksPerMinute), uint64(value.TicksPerSecond)
	err := letters(name, format, "dfFhHms", func(c byte, n int) error {
		limit := 2
		switch c {
		case 'd':
			limit = 8
			steps = append(steps, padded(n, size(day, 0)))
		case 'h', 'H':
			steps = append(steps, padded(n, size(hour, day)))
		case 'm':
			steps = append(steps, padded(n, size(minute, hour)))
		case 's':
			steps = append(steps, padded(n, size(second, minute)))
		default:
			limit = 7
			steps = append(steps, fraction(min(n, 7), c == 'F'))
		}
		if n > limit {
			return &NotBuilt{Name: name, Detail: fmt.Sprintf("'%s' in a format", strings.Repeat(string(c), n))}
		}
		return nil
	}, func(c byte) { steps = append(steps, literal(c)) })
	return steps, err
}

func buildZone(shift func(t int64, zone *time.Location) (int64, bool, error)) func(string, []Arg) (*Overload, error) {
	return func(name string, args []Arg) (*Overload, error) {
		if text, ok := constText(args[1]); ok {
			zone, err := zoneNamed(name, text)
			if err != nil {
				return nil, err
			}
			return overload(name, args, []value.Kind{value.Datetime, value.String}, value.Datetime,
				fallible(value.Datetime, func(t int64) (int64, bool, error) { return shift(t, zone) }))
		}
		return overload(name, args, []value.Kind{value.Datetime, value.String}, value.Datetime,
			func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
				out, nulls := make([]int64, n), eitherNull(n, a[0])
				zones := map[string]*time.Location{}
				for i := range out {
					if nulls.Has(i) {
						continue
					}
					text := a[1].Strings[i&a[1].Mask()]
					zone := zones[text]
					if zone == nil {
						var err error
						if zone, err = zoneNamed(name, text); err != nil {
							return nil, err
						}
						zones[text] = zone
					}
					t, ok, err := shift(a[0].Ints[i&a[0].Mask()], zone)
					if err != nil {
						return nil, err
					}
					if !ok {
						nulls = nulls.Set(i, n)
						continue
					}
					out[i] = t
				}
				return vectorOf(value.Datetime, out, nulls), nil
			})
	}
}

func zoneNamed(name, text string) (*time.Location, error) {
	if text == "" || text == "Local" {
		return nil, &BadArgument{Name: name, Index: 1, Why: "unknown time zone '" + text + "'"}
	}
	zone, err := time.LoadLocation(text)
	if err != nil {
		return nil, &BadArgument{Name: name, Index: 1, Why: "unknown time zone '" + text + "'"}
	}
	return zone, nil
}

// zoneOffset is the zone's offset from UTC, in ticks, at an instant.
func zoneOffset(t int64, zone *time.Location) int64 {
	_, seconds := time.Unix((t-value.UnixEpoch)/value.TicksPerSecond, 0).In(zone).Zone()
	return int64(seconds) * value.TicksPerSecond
}

// sunTime tells whether an offset is that of a town's own noon, as before there were time zones. Which of those the real engine keeps,
// no answer shows.
func sunTime(offset int64) bool { return offset%(60*value.TicksPerSecond) != 0 }

func utcToLocal(t int64, zone *time.Location) (int64, bool, error) {
	offset := zoneOffset(t, zone)
	local, ok := instant(t, offset)
	return local, ok, refuseUnless(!sunTime(offset), "datetime_utc_to_local", "a time before there were time zones")
}

// localToUTC takes a time that a clock skips as if it had been set already; one that comes twice is refused.
func localToUTC(t int64, zone *time.Location) (int64, bool, error) {
	early, late := zoneOffset(t-value.TicksPerDay, zone), zoneOffset(t+value.TicksPerDay, zone)
	if sunTime(early) || sunTime(late) {
		return 0, false, &NotBuilt{Name: "datetime_local_to_utc", Detail: "a time before there were time zones"}
	}
	a, b := t-early, t-late
	fitsEarly, fitsLate := zoneOffset(a, zone) == early, zoneOffset(b, zone) == late
	switch {
	case a == b || fitsEarly && !fitsLate:
		return a, value.DatetimeInRange(a), nil
	case fitsEarly && fitsLate:
		return 0, false, &NotBuilt{Name: "datetime_local_to_utc", Detail: "a local time that comes twice"}
	}
	return b, value.DatetimeInRange(b), nil
}

func emptyFormat(name string) error {
	return &BadArgument{Name: name, Index: 1, Why: "the format is empty"}
}
