package value

import "testing"

// FuzzScalars: what a text is read as, written and read again, is the same value.
func FuzzScalars(f *testing.F) {
	for _, s := range []string{
		"2007-01-01T12:34:56.1234567Z", "Jan 2 2007 3:04 PM", "1.02:03:04.5", "-3d", "1.5h", "12", "-0", "1e400", "NaN", "-inf", "0.1", "1E-28",
		"79228162514264337593543950335", "true", "1", "74be27de-1e4e-49d9-b579-fe0b331d3642", "{74be27de1e4e49d9b579fe0b331d3642}", "9223372036854775808", " 7 ",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if ticks, ok := ParseDatetime(text); ok {
			if again, ok := ParseDatetime(string(AppendDatetime(nil, ticks))); !ok || again != ticks || !DatetimeInRange(ticks) {
				t.Errorf("datetime %q: %d, then %d", text, ticks, again)
			}
		}
		if ticks, ok := ParseTimespan(text); ok {
			if again, ok := ParseTimespan(string(AppendTimespan(nil, ticks))); !ok || again != ticks {
				t.Errorf("timespan %q: %d, then %d", text, ticks, again)
			}
		}
		if d, ok := ParseDecimal(text); ok {
			if again, ok := ParseDecimal(string(AppendDecimal(nil, d))); !ok || again.Cmp(d) != 0 {
				t.Errorf("decimal %q: %v, then %v", text, d, again)
			}
		}
		if x, ok := ParseReal(text); ok {
			if again, ok := ParseReal(string(AppendReal(nil, x))); !ok || again != x && x == x {
				t.Errorf("real %q: %v, then %v", text, x, again)
			}
		}
		if g, ok := ParseGuid(text); ok {
			if again, ok := ParseGuid(string(AppendGuid(nil, g))); !ok || again != g {
				t.Errorf("guid %q: %v, then %v", text, g, again)
			}
		}
		if n, ok := ParseInt(text); ok {
			if wide, ok := ParseLong(text); !ok || wide != n {
				t.Errorf("int %q: %d, long %d", text, n, wide)
			}
		}
	})
}
