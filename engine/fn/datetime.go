// Parts, starts and ends of datetimes, and calendar arithmetic. Weeks start on Sunday, but week numbers are ISO's.

package fn

import (
	"math"
	"strings"

	"calypso/kusto/value"
)

var datetimeFamily = []scalar{
	partRow("getyear", "year"),
	partRow("getmonth", "month"),
	partRow("monthofyear", "month"),
	partRow("dayofmonth", "day"),
	partRow("dayofyear", "dayofyear"),
	partRow("hourofday", "hour"),
	partRow("week_of_year", "week_of_year"),
	partRow("weekofyear", "week_of_year"),
	simple("dayofweek", value.Timespan, try1(value.Timespan, dayOfWeek), value.Datetime),
	boundRow("startofday", dayUnit, false),
	boundRow("startofweek", weekUnit, false),
	boundRow("startofmonth", monthUnit, false),
	boundRow("startofyear", yearUnit, false),
	boundRow("endofday", dayUnit, true),
	boundRow("endofweek", weekUnit, true),
	boundRow("endofmonth", monthUnit, true),
	boundRow("endofyear", yearUnit, true),
	{"datetime_part", 2, 2, buildDatetimePart},
	{"datepart", 2, 2, buildDatetimePart},
	{"datetime_add", 3, 3, buildDatetimeAdd},
	{"datetime_diff", 3, 3, buildDatetimeDiff},
	{"make_datetime", 3, 6, buildMakeDatetime},
	{"make_timespan", 2, 4, buildMakeTimespan},
	unixRow("unixtime_seconds_todatetime", value.TicksPerSecond, 1),
	unixRow("unixtime_milliseconds_todatetime", value.TicksPerMillisecond, 1),
	unixRow("unixtime_microseconds_todatetime", value.TicksPerMicrosecond, 1),
	unixRow("unixtime_nanoseconds_todatetime", 1, 100),
	optional("now", 0, value.Datetime, nowBody, value.Timespan),
	simple("ago", value.Datetime, agoBody, value.Timespan),
}

// parts are the components of a datetime that datetime_part() knows, by lower-case name.
var parts = map[string]func(t int64) int64{
	"year":         func(t int64) int64 { y, _, _ := value.Civil(t); return int64(y) },
	"quarter":      func(t int64) int64 { _, m, _ := value.Civil(t); return int64(m-1)/3 + 1 },
	"month":        func(t int64) int64 { _, m, _ := value.Civil(t); return int64(m) },
	"week_of_year": weekOfYear,
	"weekofyear":   weekOfYear,
	"day":          func(t int64) int64 { _, _, d := value.Civil(t); return int64(d) },
	"dayofyear":    dayOfYear,
	"hour":         func(t int64) int64 { return t % value.TicksPerDay / value.TicksPerHour },
	"minute":       func(t int64) int64 { return t % value.TicksPerHour / value.TicksPerMinute },
	"second":       func(t int64) int64 { return t % value.TicksPerMinute / value.TicksPerSecond },
	"millisecond":  func(t int64) int64 { return t % value.TicksPerSecond / value.TicksPerMillisecond },
	"microsecond":  func(t int64) int64 { return t % value.TicksPerSecond / value.TicksPerMicrosecond },
	"nanosecond":   func(t int64) int64 { return t % value.TicksPerSecond * 100 },
}

func partRow(name, part string) scalar {
	return simple(name, value.Long, map1(value.Long, parts[part]), value.Datetime)
}

func dayOfYear(t int64) int64 {
	y, _, _ := value.Civil(t)
	start, _ := value.DatetimeOf(y, 1, 1, 0)
	return (t-start)/value.TicksPerDay + 1
}

// weekOfYear is the ISO week: that of the week's Thursday.
func weekOfYear(t int64) int64 {
	day := t / value.TicksPerDay // day 0 was a Monday
	thursday := min(day-day%7+3, value.MaxDatetime/value.TicksPerDay)
	return (dayOfYear(thursday*value.TicksPerDay)-1)/7 + 1
}

// dayOfWeek is the time since Sunday, in whole days. In the last week that a datetime can hold it is null.
func dayOfWeek(t int64) (int64, bool) {
	if _, ok := boundOf(weekUnit, t, 0, true); !ok {
		return 0, false
	}
	return (t/value.TicksPerDay + 1) % 7 * value.TicksPerDay, true
}

// unit is a span of the calendar that a datetime lies in.
type unit uint8

const (
	dayUnit unit = iota
	weekUnit
	monthUnit
	yearUnit
)

func boundRow(name string, u unit, end bool) scalar {
	return optional(name, 1, value.Datetime, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		if len(a) == 1 {
			return try1(value.Datetime, func(t int64) (int64, bool) { return boundOf(u, t, 0, end) })(nil, a, n)
		}
		return try2(value.Datetime, func(t, offset int64) (int64, bool) { return boundOf(u, t, offset, end) })(nil, a, n)
	}, value.Datetime, value.Long)
}

// boundOf is the first tick of the unit that lies offset units after that of t, or its last tick.
func boundOf(u unit, t, offset int64, end bool) (int64, bool) {
	if offset > 4e6 || offset < -4e6 { // beyond any date, and safe to multiply
		return 0, false
	}
	if end {
		offset++
	}
	start, ok := startOf(u, t, offset)
	if end {
		start--
	}
	return start, ok && value.DatetimeInRange(start)
}

// startOf may give one tick past the last datetime, from which an end is counted back.
func startOf(u unit, t, offset int64) (int64, bool) {
	switch u {
	case dayUnit:
		return t - t%value.TicksPerDay + offset*value.TicksPerDay, true
	case weekUnit:
		sunday := t - t%value.TicksPerDay - (t/value.TicksPerDay+1)%7*value.TicksPerDay
		return sunday + offset*7*value.TicksPerDay, true
	}
	y, m, _ := value.Civil(t)
	if u == monthUnit {
		return monthStart(int64(y)*12 + int64(m) - 1 + offset)
	}
	return monthStart((int64(y) + offset) * 12)
}

// monthStart is the first tick of a month, counted from the month 0 of year 0.
func monthStart(month int64) (int64, bool) {
	if month == 10000*12 {
		return value.MaxDatetime + 1, true
	}
	if month < 12 || month > 10000*12 {
		return 0, false
	}
	return value.DatetimeOf(int(month/12), int(month%12)+1, 1, 0)
}

// constPart reads a constant argument that names a part of a datetime; ok is false when it isn't constant.
func constPart(name string, args []Arg, i int, known func(string) bool) (string, error) {
	text, ok := constText(args[i])
	if !ok {
		return "", &NotBuilt{Name: name, Detail: "a part that isn't constant"}
	}
	part := strings.ToLower(text)
	if !known(part) {
		return "", &BadArgument{Name: name, Index: i, Why: "unknown part of a datetime '" + text + "'"}
	}
	return part, nil
}

func buildDatetimePart(name string, args []Arg) (*Overload, error) {
	part, err := constPart(name, args, 0, func(p string) bool { return parts[p] != nil })
	if err != nil {
		return nil, err
	}
	f := map1(value.Long, parts[part])
	return overload(name, args, []value.Kind{asIs, value.Datetime}, value.Long,
		func(c *Context, a []*value.Vector, n int) (*value.Vector, error) { return f(c, a[1:], n) })
}

// fixedUnits are the parts of constant length, in ticks; a nanosecond is none.
var fixedUnits = map[string]int64{
	"week": 7 * value.TicksPerDay, "day": value.TicksPerDay, "hour": value.TicksPerHour, "minute": value.TicksPerMinute,
	"second": value.TicksPerSecond, "millisecond": value.TicksPerMillisecond, "microsecond": value.TicksPerMicrosecond,
}

// monthUnits are the parts of a whole number of months.
var monthUnits = map[string]int64{"year": 12, "quarter": 3, "month": 1}

func isAddPart(p string) bool { return fixedUnits[p] > 0 || monthUnits[p] > 0 || p == "nanosecond" }

func buildDatetimeAdd(name string, args []Arg) (*Overload, error) {
	part, err := constPart(name, args, 0, isAddPart)
	if err != nil {
		return nil, err
	}
	if part == "nanosecond" {
		return addNanoseconds(name, args)
	}
	add := func(amount, t int64) (int64, bool) { return addMonths(t, amount, monthUnits[part]) }
	if u := fixedUnits[part]; u > 0 {
		add = func(amount, t int64) (int64, bool) {
			if limit := value.MaxDatetime/u + 1; amount > limit || amount < -limit {
				return 0, false
			}
			return instant(t, amount*u)
		}
	}
	f := try2(value.Datetime, add)
	return overload(name, args, []value.Kind{asIs, value.Long, value.Datetime}, value.Datetime,
		func(c *Context, a []*value.Vector, n int) (*value.Vector, error) { return f(c, a[1:], n) })
}

// addNanoseconds adds whole ticks; what becomes of a part of one isn't known.
func addNanoseconds(name string, args []Arg) (*Overload, error) {
	const inTick = 100
	add := try2(value.Datetime, func(amount, t int64) (int64, bool) { return instant(t, amount/inTick) })
	return overload(name, args, []value.Kind{asIs, value.Long, value.Datetime}, value.Datetime,
		func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
			amount := a[1]
			for i := range n {
				if !amount.IsNull(i) && amount.Ints[i&amount.Mask()]%inTick != 0 {
					return nil, &NotBuilt{Name: name, Detail: "nanoseconds that are no multiple of 100"}
				}
			}
			return add(c, a[1:], n)
		})
}

// addMonths keeps the day of the month, or takes the month's last where it has no such day.
func addMonths(t, amount, months int64) (int64, bool) {
	if amount > 120000 || amount < -120000 {
		return 0, false
	}
	y, m, d := value.Civil(t)
	month := int64(y)*12 + int64(m) - 1 + amount*months
	if month < 12 || month >= 10000*12 {
		return 0, false
	}
	y, m = int(month/12), int(month%12)+1
	return value.DatetimeOf(y, m, min(d, value.DaysInMonth(y, m)), t%value.TicksPerDay)
}

// buildDatetimeDiff counts the borders of a part between two datetimes. Weeks are counted as real, as the real engine does.
func buildDatetimeDiff(name string, args []Arg) (*Overload, error) {
	part, err := constPart(name, args, 0, isAddPart)
	if err != nil {
		return nil, err
	}
	params := []value.Kind{asIs, value.Datetime, value.Datetime}
	if part == "week" {
		weeks := map2(value.Real, func(a, b int64) float64 {
			x, _ := startOf(weekUnit, a, 0)
			y, _ := startOf(weekUnit, b, 0)
			return float64((x - y) / (7 * value.TicksPerDay))
		})
		return overload(name, args, params, value.Real,
			func(c *Context, a []*value.Vector, n int) (*value.Vector, error) { return weeks(c, a[1:], n) })
	}
	diff := map2(value.Long, func(a, b int64) int64 { return diffOf(part, a, b) })
	return overload(name, args, params, value.Long,
		func(c *Context, a []*value.Vector, n int) (*value.Vector, error) { return diff(c, a[1:], n) })
}

func diffOf(part string, a, b int64) int64 {
	if u := fixedUnits[part]; u > 0 {
		return a/u - b/u
	}
	if part == "nanosecond" {
		return (a - b) * 100
	}
	months := monthUnits[part]
	ya, ma, _ := value.Civil(a)
	yb, mb, _ := value.Civil(b)
	return (int64(ya)*12+int64(ma)-1)/months - (int64(yb)*12+int64(mb)-1)/months
}

// buildMakeDatetime makes make_datetime(y, m, d[, h, min[, s]]); what is no date is null.
func buildMakeDatetime(name string, args []Arg) (*Overload, error) {
	if len(args) == 4 {
		return nil, &BadArgument{Name: name, Index: -1, Why: "takes 3, 5 or 6 arguments, got 4"}
	}
	params := []value.Kind{value.Long, value.Long, value.Long, value.Long, value.Long, value.Real}[:len(args)]
	return overload(name, args, params, value.Datetime, rows(value.Datetime, func(a []*value.Vector, i int) (int64, bool) {
		var n [5]int64
		for j, v := range a {
			if v.IsNull(i) {
				return 0, false
			}
			if j < 5 {
				n[j] = v.Ints[i&v.Mask()]
			}
		}
		seconds := 0.0
		if len(a) == 6 {
			seconds = a[5].Reals[i&a[5].Mask()]
		}
		if n[3] < 0 || n[3] > 23 || n[4] < 0 || n[4] > 59 || !(seconds >= 0 && seconds < 60) || max(n[0], n[1], n[2]) > 9999 || min(n[0], n[1], n[2]) < 1 {
			return 0, false
		}
		clock := n[3]*value.TicksPerHour + n[4]*value.TicksPerMinute + int64(math.Round(seconds*1e7))
		return value.DatetimeOf(int(n[0]), int(n[1]), int(n[2]), clock)
	}))
}

// buildMakeTimespan makes make_timespan(h, min), (h, min, s) or (d, h, min, s).
func buildMakeTimespan(name string, args []Arg) (*Overload, error) {
	params := [][]value.Kind{
		2: {value.Long, value.Long},
		3: {value.Long, value.Long, value.Real},
		4: {value.Long, value.Long, value.Long, value.Real},
	}[len(args)]
	return overload(name, args, params, value.Timespan, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]int64, n)
		nulls := eitherNull(n, a...)
		for i := range out {
			if nulls.Has(i) {
				continue
			}
			var d, h, m int64
			s, rest := 0.0, a
			if len(a) == 4 {
				d, rest = a[0].Ints[i&a[0].Mask()], a[1:]
			}
			h, m = rest[0].Ints[i&rest[0].Mask()], rest[1].Ints[i&rest[1].Mask()]
			if len(rest) == 3 {
				s = rest[2].Reals[i&rest[2].Mask()]
			}
			if d < 0 || d > 10675198 || h < 0 || h > 23 || m < 0 || m > 59 || !(s >= 0 && s < 60) {
				return nil, &NotBuilt{Name: name, Detail: "a part out of its range"}
			}
			out[i] = d*value.TicksPerDay + h*value.TicksPerHour + m*value.TicksPerMinute + int64(math.Round(s*1e7))
		}
		return vectorOf(value.Timespan, out, nulls), nil
	})
}

// unixRow is a row for a count of units since 1970; units are times/over ticks. A real is documented as well; what becomes of a
// fraction isn't.
func unixRow(name string, times, over int64) scalar {
	since := func(x int64) (int64, bool) {
		if limit := value.MaxDatetime / times * over; x > limit || x < -limit {
			return 0, false
		}
		return instant(value.UnixEpoch, x/over*times+x%over*times/over)
	}
	ofReal := fallible(value.Datetime, func(x float64) (int64, bool, error) {
		if x != math.Trunc(x) || math.Abs(x) >= 1<<53 {
			return 0, false, &NotBuilt{Name: name, Detail: "a real with a fraction, or beyond 2^53"}
		}
		t, ok := since(int64(x))
		return t, ok, nil
	})
	return scalar{name, 1, 1, func(name string, args []Arg) (*Overload, error) {
		if args[0].Kind == value.Real {
			return overload(name, args, []value.Kind{value.Real}, value.Datetime, ofReal)
		}
		return overload(name, args, []value.Kind{value.Long}, value.Datetime, try1(value.Datetime, since))
	}}
}

func nowBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	if len(a) == 0 {
		return constant(value.Datetime, c.Now, false, n), nil
	}
	return try1(value.Datetime, func(offset int64) (int64, bool) { return instant(c.Now, offset) })(c, a, n)
}

func agoBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	return try1(value.Datetime, func(span int64) (int64, bool) { return instant(c.Now, -span) })(c, a, n)
}
