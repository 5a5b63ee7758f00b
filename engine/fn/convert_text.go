// Text whose reading no answer of the real engine and no page of the documentation shows. It is told from text that is surely no value:
// conversions give null for "abc", and refuse "Jan 1, 2020".

package fn

import (
	"math"
	"regexp"
	"strings"

	"calypso/kusto/value"
)

// fromText is the conversion of text to a kind.
func fromText(to value.Kind) body {
	switch to {
	case value.Bool:
		return fallible(to, boolOfText)
	case value.Real:
		return fallible(to, realOfText)
	case value.Datetime:
		return fallible(to, datetimeOfText)
	case value.Timespan:
		return fallible(to, timespanOfText)
	case value.Guid:
		return fallible(to, guidOfText)
	}
	return nil
}

func unsureText(to value.Kind, what string) error {
	return &NotBuilt{Name: "to" + to.String(), Detail: what}
}

// boolOfText is sure of true, false, 1, 0 and -1, and that what is no number is null. Of other numbers only the real ones are known.
func boolOfText(text string) (bool, bool, error) {
	v, ok := value.ParseBool(text)
	switch text {
	case "1", "0", "-1":
	default:
		if ok && text[0]|0x20 != 't' && text[0]|0x20 != 'f' {
			return false, false, unsureText(value.Bool, "text of a number other than 1, 0 and -1")
		}
	}
	return v, ok, nil
}

// realOfText is sure of the spellings of NaN and Infinity that the real engine was seen to read, and of INF, which it doesn't.
func realOfText(text string) (float64, bool, error) {
	f, ok := value.ParseReal(text)
	s := strings.TrimSpace(text)
	unsigned := strings.TrimLeft(s, "+-")
	switch {
	case math.IsNaN(f):
		if s != unsigned {
			return 0, false, unsureText(value.Real, "a NaN with a sign")
		}
	case ok && math.IsInf(f, 0) && unsigned[0] <= '9':
		return 0, false, unsureText(value.Real, "text of a number beyond real")
	case unsigned == "infinity", !ok && unsigned != "INF" && (strings.EqualFold(unsigned, "infinity") || strings.EqualFold(unsigned, "nan") || strings.EqualFold(unsigned, "inf")):
		return 0, false, unsureText(value.Real, "this spelling of NaN or Infinity")
	case ok && strings.HasSuffix(s, "."):
		return 0, false, unsureText(value.Real, "a number that ends with its point")
	}
	return f, ok, nil
}

// Ticks at the start of 2030 and of 2050.
const ticksOf2030, ticksOf2050 = 640290528000000000, 646602048000000000

var (
	shortYear = regexp.MustCompile(`^\D*\d{1,2}[ -][A-Za-z]{3}[ -]\d\d(\D|$)`)
	// otherDate is what other readers of dates take: a named month, a day first, a compact date, a time alone, hour 24.
	otherDate = regexp.MustCompile(`(?i)\d.*\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.*\d|` +
		`^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|^\d{4}\.\d{1,2}\.\d{1,2}\b|^(19|20)\d{6}(\d{6})?([T ].*)?$|^\d{1,2}:\d\d|[T ]24:00`)
)

// datetimeOfText reads a datetime. Of a year of two digits ("8 Nov 14", which the documentation lists) the century is sure unless it lies
// between the limits that versions of .NET set, 2029 and 2049.
func datetimeOfText(text string) (int64, bool, error) {
	ticks, ok := value.ParseDatetime(text)
	switch {
	case ok && UnsureCentury(text, ticks):
		return 0, false, unsureText(value.Datetime, "a year of two digits from 30 to 49")
	case ok && UnsureFraction(text):
		return 0, false, unsureText(value.Datetime, "a fraction of a second of more than 7 digits, which may be cut or rounded")
	case !ok && otherDate.MatchString(strings.TrimSpace(text)):
		return 0, false, unsureText(value.Datetime, "a date in a form other than the documented ones")
	}
	return ticks, ok, nil
}

// UnsureFraction tells whether the text of an instant has more digits after the point than ticks hold, so that cutting it off and
// rounding it, as readers of dates do, differ.
func UnsureFraction(text string) bool {
	_, fraction, _ := strings.Cut(text, ".")
	if len(fraction) < 8 || fraction[7] < '5' || fraction[7] > '9' {
		return false
	}
	for _, c := range []byte(fraction[:7]) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// UnsureCentury tells whether a text that was read as an instant has a year of two digits whose century isn't known.
func UnsureCentury(text string, ticks int64) bool {
	return ticks >= ticksOf2030 && ticks < ticksOf2050 && shortYear.MatchString(text)
}

var clockSpan = regexp.MustCompile(`^-?\d[\d.: ]*:[\d.:]*\d$`)

// timespanOfText refuses clocks with a part out of range or too many of them: 24:00:00 is 24 days for some readers, nothing for others.
func timespanOfText(text string) (int64, bool, error) {
	ticks, ok := value.ParseTimespan(text)
	if !ok && clockSpan.MatchString(strings.TrimSpace(text)) {
		return 0, false, unsureText(value.Timespan, "a clock with a part out of its range")
	}
	return ticks, ok, nil
}

func guidOfText(text string) ([16]byte, bool, error) {
	g, ok := value.ParseGuid(text)
	if s := strings.TrimSpace(text); !ok && s != "" && (s[0] == '{' || s[0] == '(') {
		if _, ok := value.ParseGuid(strings.Trim(s, "{}()")); ok {
			return g, false, unsureText(value.Guid, "a guid in brackets")
		}
	}
	return g, ok, nil
}
