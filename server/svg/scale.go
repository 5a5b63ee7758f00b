package svg

import (
	"math"
	"strconv"
	"strings"
	"time"

	"calypso/kql/text"
	"calypso/server/protocol"
)

// scale brings the values of an axis to places on the sheet.
type scale struct {
	axis     protocol.ChartAxis
	lo, hi   float64 // the values at its ends; logarithms where the axis has them
	from, to float64 // the places of those
}

// tick is a place with words.
type tick struct {
	at   float64
	text string
}

// newScale spans the values; zero takes zero in, nice rounds the ends.
func newScale(a protocol.ChartAxis, values extent, zero, nice bool) scale {
	s := scale{axis: a}
	if a.Type == protocol.AxisCategory {
		s.lo, s.hi = -0.5, float64(max(len(a.Categories), 1))-0.5
		return s
	}
	if zero && !a.Log {
		values.add(0)
	}
	s.lo, s.hi = s.of(values.lo), s.of(values.hi)
	if !(s.lo <= s.hi) || math.IsInf(s.hi-s.lo, 0) {
		s.lo, s.hi = 0, 1
	}
	if s.lo == s.hi {
		half := max(math.Abs(s.lo)*0.1, 0.5)
		if a.Type == protocol.AxisTime {
			half = day / 2
		}
		s.lo, s.hi = s.lo-half, s.hi+half
		if zero && s.lo < 0 && values.lo >= 0 {
			s.lo = 0
		}
	}
	if step := s.step(5); nice && step > 0 {
		s.lo, s.hi = math.Floor(s.lo/step)*step, math.Ceil(s.hi/step)*step
	}
	for _, end := range []struct {
		said *float64
		of   *float64
	}{{a.Min, &s.lo}, {a.Max, &s.hi}} {
		if end.said != nil && s.of(*end.said) == s.of(*end.said) {
			*end.of = s.of(*end.said)
		}
	}
	if !(s.lo < s.hi) {
		s.hi = s.lo + 1
	}
	return s
}

// of is the value along the axis; NaN where it has none.
func (s scale) of(v float64) float64 {
	if !s.axis.Log {
		return v
	}
	if v <= 0 {
		return math.NaN()
	}
	return math.Log10(v)
}

// at is the place of a value; NaN where it has none.
func (s scale) at(v float64) float64 { return s.place(s.of(v)) }

func (s scale) place(v float64) float64 {
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return s.from + (v-s.lo)/(s.hi-s.lo)*(s.to-s.from)
}

// base is where bars and areas stand.
func (s scale) base() float64 {
	if s.axis.Log {
		return s.from
	}
	return s.place(min(max(0, s.lo), s.hi))
}

// step is the distance of round values, about n of which fit.
func (s scale) step(n int) float64 {
	rough := (s.hi - s.lo) / float64(n)
	switch {
	case s.axis.Log:
		return max(math.Ceil(rough), 1)
	case s.axis.Type == protocol.AxisTime, s.axis.Type == protocol.AxisSpan:
		return timeStep(rough)
	}
	return roundStep(rough)
}

// roundStep is the next of 1, 2 and 5 times a power of ten.
func roundStep(rough float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(rough)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= rough*0.999999 {
			return m * power
		}
	}
	return 10 * power
}

const (
	second = 1e3
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
	month  = 30 * day
	year   = 365 * day
)

var timeSteps = []float64{
	second, 2 * second, 5 * second, 15 * second, 30 * second, minute, 2 * minute, 5 * minute, 15 * minute, 30 * minute,
	hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 7 * day, 14 * day,
}

// timeStep is the next distance that clocks and calendars know, in milliseconds; months and years come behind them.
func timeStep(rough float64) float64 {
	if rough < second {
		return max(roundStep(rough), 1e-4)
	}
	for _, step := range timeSteps {
		if step >= rough {
			return step
		}
	}
	for _, months := range []float64{1, 2, 3, 6} {
		if months*month >= rough {
			return months * month
		}
	}
	return max(roundStep(rough/year), 1) * year
}

// ticks are about n places with words.
func (s scale) ticks(n int) []tick {
	if s.axis.Type == protocol.AxisCategory {
		var out []tick
		for i, name := range s.axis.Categories {
			out = append(out, tick{s.place(float64(i)), name})
		}
		return out
	}
	step := s.step(n)
	if s.axis.Type == protocol.AxisTime && step >= month {
		return s.calendar(step)
	}
	var out []tick
	for i := math.Ceil(s.lo/step - 1e-9); len(out) < 50; i++ {
		v := i * step
		if v > s.hi+step*1e-9 {
			break
		}
		out = append(out, tick{s.place(v), s.label(v, step)})
	}
	return out
}

// calendar has ticks at the first of months or years.
func (s scale) calendar(step float64) []tick {
	months, form := int(math.Round(step/month)), "2006-01"
	if step >= year {
		months, form = 12*int(math.Round(step/year)), "2006"
	}
	start, ok := moment(s.lo)
	if !ok {
		return nil
	}
	if months <= 0 { // an axis beyond all calendars
		return nil
	}
	first := (start.Year()*12 + int(start.Month()) - 1) / months * months
	var out []tick
	for i := first; len(out) < 50; i += months {
		t := time.Date(0, time.Month(i+1), 1, 0, 0, 0, 0, time.UTC)
		v := float64(t.UnixMilli())
		if v > s.hi {
			break
		}
		if v >= s.lo {
			out = append(out, tick{s.place(v), t.Format(form)})
		}
	}
	return out
}

// moment is the time of a value; false beyond what the engine's times reach.
func moment(v float64) (time.Time, bool) {
	if !(v > -6.3e13 && v < 2.6e14) {
		return time.Time{}, false
	}
	return time.UnixMilli(int64(v)).UTC(), true
}

// label is a value in words; step is how far it is to the next.
func (s scale) label(v, step float64) string {
	switch {
	case s.axis.Log:
		return numberText(math.Pow(10, v))
	case s.axis.Type == protocol.AxisTime:
		t, ok := moment(v)
		if !ok {
			return ""
		}
		switch {
		case step >= day:
			return t.Format("2006-01-02")
		case step >= minute && s.hi-s.lo < 2*day:
			return t.Format("15:04")
		case step >= minute:
			return t.Format("01-02 15:04")
		case step >= second:
			return t.Format("15:04:05")
		}
		return t.Format("15:04:05.000")
	case s.axis.Type == protocol.AxisSpan:
		return spanText(v)
	}
	if math.Abs(v) < step/1e6 {
		return "0"
	}
	return numberText(v)
}

// text is a value of the axis as a person reads it.
func (s scale) text(v float64) string {
	switch s.axis.Type {
	case protocol.AxisCategory:
		if i := int(v); i >= 0 && i < len(s.axis.Categories) {
			return s.axis.Categories[i]
		}
		return ""
	case protocol.AxisTime:
		t, ok := moment(v)
		if !ok {
			return ""
		}
		return strings.TrimSuffix(t.Format("2006-01-02 15:04:05"), " 00:00:00")
	case protocol.AxisSpan:
		return spanText(v)
	}
	return numberText(v)
}

// numberText is a number with its thousands apart; large ones are short.
func numberText(v float64) string {
	for _, unit := range []struct {
		of   float64
		name string
	}{{1e12, "T"}, {1e9, "B"}, {1e6, "M"}} {
		if a := math.Abs(v); a >= unit.of && a < 1e15 {
			return strconv.FormatFloat(v/unit.of, 'g', 7, 64) + unit.name
		}
	}
	if v == math.Trunc(v) && math.Abs(v) < 1e6 {
		return text.Number(int64(v))
	}
	return strconv.FormatFloat(v, 'g', 7, 64)
}

// spanText is a length of time, given in milliseconds, as Kusto writes it.
func spanText(ms float64) string {
	if !(math.Abs(ms) < 9e14) {
		return ""
	}
	sign := ""
	if ms < 0 {
		sign, ms = "-", -ms
	}
	clock := time.UnixMilli(int64(math.Mod(ms, day))).UTC().Format("15:04:05.000")
	if days := int64(ms / day); days > 0 {
		sign += strconv.FormatInt(days, 10) + "."
	}
	return sign + strings.TrimSuffix(clock, ".000")
}

// extent is the smallest and the largest of some values; its zero value has seen none.
type extent struct {
	lo, hi float64
	some   bool
}

func (e *extent) add(v float64) {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
	case !e.some:
		e.lo, e.hi, e.some = v, v, true
	default:
		e.lo, e.hi = min(e.lo, v), max(e.hi, v)
	}
}
