package syntax_test

import (
	"fmt"
	"math"
	"testing"

	"calypso/kql/syntax"
)

func TestParseTimespan(t *testing.T) {
	tests := []struct {
		in   string
		want int64
		ok   bool
	}{
		{"1d", syntax.TicksPerDay, true},
		{"1.5h", 3 * syntax.TicksPerHour / 2, true},
		{"3ticks", 3, true},
		{"1", syntax.TicksPerDay, true},
		{"0.5", syntax.TicksPerDay / 2, true},
		{"10ms", 10 * syntax.TicksPerMillisecond, true},
		{"-1d", -syntax.TicksPerDay, true},
		{"250nanoseconds", 2, true},
		{"1microsecond", 10, true},
		{"02:03", 2*syntax.TicksPerHour + 3*syntax.TicksPerMinute, true},
		{"1.02:03:04.5", syntax.TicksPerDay + 2*syntax.TicksPerHour + 3*syntax.TicksPerMinute + 4*syntax.TicksPerSecond + 5_000_000, true},
		{"00:00:00.1234567", 1234567, true},
		{"-1.00:00:00", -syntax.TicksPerDay, true},
		{"10675199.02:48:05.4775807", math.MaxInt64, true},
		{"24:00", 0, false},
		{"1x", 0, false},
		{"", 0, false},
		{"x", 0, false},
		{"00:60", 0, false},
		{"99999999999999999d", 0, false},
		{"10675199.02:48:05.4775808", 0, false},
		{"1:2:3:4:5", 0, false},
	}
	for _, tt := range tests {
		got, ok := syntax.ParseTimespan(tt.in)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q: got %d %v, want %d %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

func TestParseDatetime(t *testing.T) {
	const feb29 = 638447616000000000 // 2024-02-29
	tests := []struct {
		in   string
		want int64
		ok   bool
	}{
		{"2024-02-29", feb29, true},
		{"2024-2-29", feb29, true},
		{"20240229", feb29, true},
		{"2/29/2024", feb29, true},
		{"2024-02-29T23:59Z", feb29 + syntax.TicksPerDay - syntax.TicksPerMinute, true},
		{"2024-02-29 12:34:56.123", feb29 + 452961230000, true},
		{"2024-02-29T12:34:56.1234567", feb29 + 452961234567, true},
		{"2024-02-29T12:34:56.12345678Z", feb29 + 452961234567, true},
		{"2024-02-29T01:00:00+01:00", feb29, true},
		{"2024-02-28T23:00:00-01:00", feb29, true},
		{"2024-02-29 12:00 AM", feb29, true},
		{"2024-02-29 12:00 PM", feb29 + syntax.TicksPerDay/2, true},
		{"Thu, 29 Feb 24 00:00:00 UTC", feb29, true},
		{"29 Feb 24 00:00", feb29, true},
		{"29 Feb 24 00:00 EST", 0, false},
		{"1 Jan 50 00:00", 0, false},
		{"2024", 638396640000000000, true},
		{"2024-02", 638423424000000000, true},
		{"0001-01-01", 0, true},
		{"9999-12-31T23:59:59.9999999Z", 3155378975999999999, true},
		{"2023-02-29", 0, false},
		{"x", 0, false},
		{"", 0, false},
		{"2024-13-01", 0, false},
		{"24:00", 0, false},
		{"2024-02-29 25:00", 0, false},
		{"2024-02-29 x", 0, false},
		{"0001-01-01T00:00+01:00", 0, false},
	}
	for _, tt := range tests {
		got, ok := syntax.ParseDatetime(tt.in)
		if ok != tt.ok || ok && got != tt.want {
			t.Errorf("%q: got %d %v, want %d %v", tt.in, got, ok, tt.want, tt.ok)
		}
	}
}

// TestLiterals reads each literal as a query has it.
func TestLiterals(t *testing.T) {
	tests := []struct{ in, want string }{ // want is the value and its Go type; "bad" when it is refused
		{"1", "1 int64"},
		{"0x1F", "31 int64"},
		{"0xffffffffffffffff", "-1 int64"},
		{"int(5)", "5 int32"},
		{"int(-5)", "-5 int32"},
		{"long(null)", "<nil> <nil>"},
		{"1.5", "1.5 float64"},
		{"1e3", "1000 float64"},
		{"real(nan)", "NaN float64"},
		{"real(-inf)", "-Inf float64"},
		{"real(5)", "5 float64"},
		{"decimal(1.50)", "1.50 string"},
		{"true", "true bool"},
		{"bool(1)", "true bool"},
		{"bool(FALSE)", "false bool"},
		{"'a\\tb'", "a\tb string"},
		{"@'a\\t''b'", "a\\t'b string"},
		{"```x\ny```", "x\ny string"},
		{"'a' \"b\"", "ab string"},
		{"h'x'", "x string"},
		{"'\\u00e9\\x41\\101'", "éAA string"},
		{"'\\ud83d\\ude00'", "😀 string"},
		{"'\\ud83d'", "\ufffd string"},
		{"1d", "864000000000 int64"},
		{"time(1.00:00:00)", "864000000000 int64"},
		{"timespan('1d')", "864000000000 int64"},
		{"datetime(2024-02-29)", "638447616000000000 int64"},
		{"datetime(\"2024-02-29\")", "638447616000000000 int64"},
		{"datetime(null)", "<nil> <nil>"},
		{"guid(00000000-0000-0000-0000-000000000001)", "[0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1] [16]uint8"},
		{"datetime('x')", "bad"},
		{"long(x)", "bad"},
		{"int(3000000000)", "bad"},
		{"real(x)", "bad"},
		{"guid(x)", "bad"},
		{"bool(maybe)", "bad"},
		{"time(1x)", "bad"},
		{"99999999999999999999", "bad"},
		{"decimal(x)", "bad"},
	}
	for _, tt := range tests {
		x, diags := syntax.ParseExpr(tt.in)
		lit, ok := x.(*syntax.Literal)
		if !ok {
			t.Errorf("%s: is a %T", tt.in, x)
			continue
		}
		value, ok := lit.Value()
		got := "bad"
		if ok {
			got = fmt.Sprintf("%v %T", value, value)
		}
		if got != tt.want || (len(diags) == 0) != (tt.want != "bad") {
			t.Errorf("%s: got %s %v, want %s", tt.in, got, diags, tt.want)
		}
	}
}

func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"1.02:03:04.5", "2024-02-29T23:59:59.1234567+01:00", "0x1f", "nan", "00000000-0000-0000-0000-000000000001", "2/29/2024 1:00 PM"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if ticks, ok := syntax.ParseDatetime(s); ok && (ticks < 0 || ticks > 3155378975999999999) {
			t.Errorf("%q gives %d", s, ticks)
		}
		syntax.ParseTimespan(s)
		syntax.ParseLong(s)
		syntax.ParseReal(s)
		syntax.ParseGuid(s)
		syntax.ParseBool(s)
	})
}
