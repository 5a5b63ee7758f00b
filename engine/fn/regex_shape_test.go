package fn

import (
	"regexp"
	"strings"
	"testing"
)

var shapePatterns = []struct {
	pattern string
	simple  bool
}{
	{`took (\d+)ms`, true},
	{`took (\d+)`, true},
	{`took (\d*)ms`, true},
	{`a([b-d])(e+)f`, true},
	{`(took) (\d+)`, true},
	{`id=([^;]*);`, true},
	{`éa(x+)`, true},
	{`k([a-z]+)([0-9]+)`, true},
	{`((took) (\d+))ms`, true},
	{`ab`, true},
	{`(\d+)ms`, false},
	{`took (.+)ms`, false},
	{`a([a-c]+)b`, false},
	{`a(b|c)`, true},
	{`a(b|cd)`, false},
	{`a(b+?)`, false},
	{`^took`, false},
	{`(?i)took (\d+)`, false},
	{`a([a-c]+)([c-e]+)`, false},
	{`a([0-9]*)([a-z]*)`, false},
	{`a([0-9]+)([0-9]*)`, false},
	{`a([0-9]+)()`, false},
	{`took(\d+)?`, false},
}

// TestRegexShapes holds which patterns are matched by hand.
func TestRegexShapes(t *testing.T) {
	for _, p := range shapePatterns {
		if got := shapeOf(p.pattern) != nil; got != p.simple {
			t.Errorf("%s: simple is %v, want %v", p.pattern, got, p.simple)
		}
	}
}

// FuzzRegexShape holds the matching by hand to package regexp, for every group.
func FuzzRegexShape(f *testing.F) {
	for i := range shapePatterns {
		for _, text := range []string{"", "took 12ms", "x took 1 took 23ms", "tooktook 5", "abeef acf ace", "id=5;id=", "kab12 k9", "éaxx a1b", "\xff took 1\xffms"} {
			f.Add(uint8(i), text)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, text string) {
		pattern := shapePatterns[int(which)%len(shapePatterns)].pattern
		s := shapeOf(pattern)
		if s == nil {
			t.Skip("not simple")
		}
		want := regexp.MustCompile(pattern).FindStringSubmatchIndex(text)
		for g := range s.groups + 1 {
			from, to := s.find(text, g)
			if want == nil && to >= 0 || want != nil && (from != want[2*g] || to != want[2*g+1]) {
				t.Errorf("%s on %q, group %d: %d to %d, want %v", pattern, text, g, from, to, want)
			}
		}
	})
}

// FuzzNeedle holds the search eight bytes at a time to searching plainly.
func FuzzNeedle(f *testing.F) {
	for _, text := range []string{"", "a", "xxNODE-63yy", "node-6node-63", "777ms 77ms 777MS", "ſé\x00ms", strings.Repeat("no match here ", 9) + "node-63"} {
		f.Add(text, "node-63", 0)
		f.Add(text, "7", 3)
		f.Add(text, "ms", 1)
	}
	f.Fuzz(func(t *testing.T, text, pattern string, from int) {
		if from < 0 || from > len(text) {
			return
		}
		if n := newNeedle(pattern, true); n != nil {
			want := strings.Index(text[from:], pattern)
			if want >= 0 {
				want += from
			}
			if got := n.next(text, from, len(text)); got != want {
				t.Errorf("%q in %q from %d: %d, want %d", pattern, text, from, got, want)
			}
		}
		if n := newNeedle(pattern, false); n != nil {
			want, _ := newFolder(pattern).index(text, from)
			if got := n.next(text, from, len(text)); got != want {
				t.Errorf("%q in %q from %d, caseless: %d, want %d", pattern, text, from, got, want)
			}
		}
	})
}
