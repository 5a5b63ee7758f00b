package value

import "testing"

func TestDatetimeText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"2020-01-01", "2020-01-01T00:00:00.0000000Z"},
		{"2015-12-31 23:59:59.9", "2015-12-31T23:59:59.9000000Z"},
		{"2014-05-25T08:20:03.123456Z", "2014-05-25T08:20:03.1234560Z"},
		{"2014-05-25T08:20:03.12345678Z", "2014-05-25T08:20:03.1234567Z"},
		{"2014-05-25T08:20+02:00", "2014-05-25T06:20:00.0000000Z"},
		{"2014-05-25T08:20-0330", "2014-05-25T11:50:00.0000000Z"},
		{"12-02-2022", "2022-12-02T00:00:00.0000000Z"},
		{"12/2/2022 1:05 PM", "2022-12-02T13:05:00.0000000Z"},
		{"2014-11-8 15:05:25 GMT", "2014-11-08T15:05:25.0000000Z"},
		{"Sat, 8 Nov 14 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z"},
		{"Saturday, 08-Nov-14 15:05 GMT", "2014-11-08T15:05:00.0000000Z"},
		{"8 Nov 2014 15:05", "2014-11-08T15:05:00.0000000Z"},
		{"2014-11", "2014-11-01T00:00:00.0000000Z"},
		{"2014", "2014-01-01T00:00:00.0000000Z"},
		{" 2020-02-29 ", "2020-02-29T00:00:00.0000000Z"},
		{"0001-01-01", "0001-01-01T00:00:00.0000000Z"},
		{"9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z"},
		{"2019-02-29", "null"},
		{"not a date", "null"},
		{"", "null"},
		{"2020-13-01", "null"},
		{"2020-01-01T25:00", "null"},
		{"0001-01-01T00:00+01:00", "null"},
		{"2020-01-01x", "null"},
		{"2020-", "null"},
		{"13/13/2020", "null"},
	} {
		got := "null"
		if ticks, ok := ParseDatetime(c.in); ok {
			got = string(AppendDatetime(nil, ticks))
		}
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestCivilRoundTrip(t *testing.T) {
	for day := int64(0); day*TicksPerDay <= MaxDatetime; day += 13 {
		y, m, d := Civil(day * TicksPerDay)
		if back, ok := DatetimeOf(y, m, d, 0); !ok || back != day*TicksPerDay {
			t.Fatalf("day %d is %d-%d-%d, which is day %d", day, y, m, d, back/TicksPerDay)
		}
	}
	if y, m, d := Civil(UnixEpoch); y != 1970 || m != 1 || d != 1 {
		t.Errorf("the epoch is %d-%d-%d", y, m, d)
	}
}

func TestDatetimeTrimmed(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"2020-01-01T00:00:02.4", "2020-01-01T00:00:02.4Z"},
		{"2020-01-01", "2020-01-01T00:00:00Z"},
		{"2020-01-01T00:00:00.0000001", "2020-01-01T00:00:00.0000001Z"},
	} {
		ticks, _ := ParseDatetime(c.in)
		if got := string(AppendDatetimeTrimmed(nil, ticks)); got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestTimespanText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"1.02:03:04", "1.02:03:04"},
		{"0.00:03:00", "00:03:00"},
		{"00:00:00.5", "00:00:00.5000000"},
		{"1d", "1.00:00:00"},
		{"2.5h", "02:30:00"},
		{"-90s", "-00:01:30"},
		{"25min", "00:25:00"},
		{"10ms", "00:00:00.0100000"},
		{"3", "3.00:00:00"},
		{"1tick", "00:00:00.0000001"},
		{"250nanoseconds", "00:00:00.0000002"},
		{"12:30", "12:30:00"},
		{"10675199.02:48:05.4775807", "10675199.02:48:05.4775807"},
		{"-10675199.02:48:05.4775808", "-10675199.02:48:05.4775808"},
		{"10675199.02:48:05.4775808", "null"},
		{"24:00:00", "null"},
		{"00:60:00", "null"},
		{"", "null"},
		{"abc", "null"},
		{"5 moons", "null"},
		{"1.5.5h", "null"},
		{".h", "null"},
		{"--1d", "null"},
		{"99999999d", "null"},
	} {
		got := "null"
		if ticks, ok := ParseTimespan(c.in); ok {
			got = string(AppendTimespan(nil, ticks))
		}
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.in, got, c.want)
		}
	}
}

func TestNumbersFromText(t *testing.T) {
	for _, c := range []struct{ in, long, real string }{
		{" 7 ", "7", "7.0"},
		{"+7", "7", "7.0"},
		{"007", "7", "7.0"},
		{"7e0", "null", "7.0"},
		{"12.5", "null", "12.5"},
		{"9223372036854775808", "null", "9223372036854776000.0"},
		{"", "null", "null"},
		{"abc", "null", "null"},
		{"1_000", "null", "null"},
		{"0b101", "null", "null"},
		{"INF", "null", "null"},
		{"-inf", "null", "-Infinity"},
		{" NaN ", "null", "NaN"},
		{"+Infinity", "null", "Infinity"},
		{"1.5e3", "null", "1500.0"},
		{"-", "null", "null"},
		{".", "null", "null"},
		{"1e", "null", "null"},
		{"0x10", "null", "null"},
	} {
		long, re := "null", "null"
		if n, ok := ParseLong(c.in); ok {
			long = string(DynOfLong(n).AppendText(nil))
		}
		if f, ok := ParseReal(c.in); ok {
			re = string(AppendReal(nil, f))
		}
		if long != c.long || re != c.real {
			t.Errorf("%q: got %s, %s, want %s, %s", c.in, long, re, c.long, c.real)
		}
	}
}

func TestBoolFromText(t *testing.T) {
	for in, want := range map[string]string{
		"TRUE": "True", "tRuE": "True", "false": "False", "1": "True", "-1": "True", "0": "False",
		" true": "null", "true ": "null", "1.0": "null", "yes": "null", "": "null",
	} {
		got := "null"
		if v, ok := ParseBool(in); ok {
			got = BoolText(v)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
}

func TestGuidText(t *testing.T) {
	const want = "01234567-89ab-cdef-0123-456789abcdef"
	for _, in := range []string{"0123456789abcdef0123456789abcdef", "0123456789ab-cdef-0123-456789ABCDEF", want} {
		g, ok := ParseGuid(in)
		if got := string(AppendGuid(nil, g)); !ok || got != want {
			t.Errorf("%q: got %s, %t", in, got, ok)
		}
	}
	for _, in := range []string{"", "xyz", "0123456789abcdef0123456789abcde", want + "0", "-" + want, "01234567--89ab-cdef-0123-456789abcdef"} {
		if g, ok := ParseGuid(in); ok {
			t.Errorf("%q: got %x", in, g)
		}
	}
}

func TestDecimalText(t *testing.T) {
	for in, want := range map[string]string{
		"1.0": "1", "123.45678": "123.45678", "-0.5": "-0.5", "1e3": "1000", "700000000": "700000000",
		"1000000020000000300000004": "1000000020000000300000004", "0": "0", "NaN": "null", "": "null", "abc": "null",
	} {
		got := "null"
		if d, ok := ParseDecimal(in); ok {
			got = string(AppendDecimal(nil, d))
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	one, _ := ParseDecimal("1")
	three, _ := ParseDecimal("3")
	if got := string(AppendDecimal(nil, one.Quo(three))); got != "0.3333333333333333333333333333333333" {
		t.Errorf("1/3 is %s", got)
	}
	a, _ := ParseDecimal("10.00")
	b, _ := ParseDecimal("1e1")
	if !a.Equal(b) || hashDecimal(a) != hashDecimal(b) {
		t.Error("10.00 and 1e1 differ")
	}
}
