// Settings: the lines 'key: value' at the top of a file, which hold for all its cases, and at the top of a case.

package kqltest

import (
	"strconv"
	"strings"
	"time"

	"calypso/kusto/value"
)

// settings are what a case may say about how it runs.
type settings struct {
	data      string        // "samples", or a folder whose files are tables; "" for none
	now       string        // the instant of now(), as written; "" when it isn't said, "clock" for the machine's
	tolerance float64       // how far reals may be apart, see sameReal
	timeout   time.Duration // 0 when it isn't said
}

// theClock is the value of now: that asks for the machine's clock.
const theClock = "clock"

// read takes the settings of a text whose first line is line; empty lines and those with # are left out.
func (s settings) read(o *outline, text string, line int) settings {
	seen := map[string]bool{}
	for _, raw := range strings.Split(text, "\n") {
		here := line
		line++
		trimmed := strings.TrimSpace(raw)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		key, v, ok := strings.Cut(trimmed, ":")
		key, v = strings.TrimSpace(key), strings.TrimSpace(v)
		switch {
		case !ok:
			o.wrong(here, 1, "only settings ('now: 2024-06-01') and remarks ('# …') stand here; a query begins after a line '-- query --'")
		case seen[key]:
			o.wrong(here, 1, "'%s' is set twice", key)
		case v == "":
			o.wrong(here, 1, "'%s' has no value", key)
		default:
			seen[key] = true
			s.set(o, here, key, v)
		}
	}
	return s
}

func (s *settings) set(o *outline, line int, key, v string) {
	switch key {
	case "data":
		s.data = v
	case "now":
		if _, ok := value.ParseDatetime(v); !ok && v != theClock {
			o.wrong(line, 1, "%q is no datetime; write 'now: 2024-06-01T12:00:00Z', or 'now: clock' for the machine's clock", v)
			return
		}
		s.now = v
	case "tolerance":
		f, err := strconv.ParseFloat(v, 64)
		if err != nil || !(f >= 0 && f < 1) {
			o.wrong(line, 1, "the tolerance is a number from 0 to 1, such as 1e-9, not %q", v)
			return
		}
		s.tolerance = f
	case "timeout":
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			o.wrong(line, 1, "%q is no time; write 'timeout: 10s'", v)
			return
		}
		s.timeout = d
	default:
		o.wrong(line, 1, "there is no setting %q; there are data, now, tolerance, timeout", key)
	}
}
