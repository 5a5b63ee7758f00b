package result

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"calypso/kusto/value"
)

// A search that leaves a column out for its kind must be right: no text of a kind has other letters than those it is said to have.
func TestLettersOf(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for kind, letters := range lettersOf {
		if letters == "" {
			continue
		}
		b := value.NewBuilder(value.Kind(kind), 0)
		for n := range 2000 {
			ticks := random.Int64N(value.MaxDatetime)
			whole := int64(random.Uint64()) >> (n % 64)
			switch value.Kind(kind) {
			case value.Bool:
				b.AppendBool(n%2 == 0)
			case value.Int, value.Long:
				b.AppendInt(whole)
			case value.Timespan:
				b.AppendInt([]int64{whole, math.MinInt64, math.MaxInt64, 0}[min(n, 3)%4])
			case value.Datetime:
				b.AppendInt(ticks)
			case value.Real:
				b.AppendReal([]float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Float64frombits(random.Uint64())}[min(n, 3)])
			case value.Decimal:
				d, _ := value.ParseDecimal([]string{"0", "-1.50", "1e-20", "123456789012345678901234567890"}[n%4])
				b.AppendDecimal(d)
			case value.Guid:
				b.AppendGuid([16]byte{byte(n), byte(whole), byte(ticks)})
			}
		}
		b.AppendNull()
		v := b.Vector()
		for i := range v.N {
			if text := strings.ToUpper(string(appendText(nil, v, i))); strings.Trim(text, letters) != "" {
				t.Fatalf("%v: %s has a letter that isn't in %s", value.Kind(kind), text, letters)
			}
		}
	}
}

// What is found is what one finds letter by letter, in upper case.
func FuzzFinder(f *testing.F) {
	for _, s := range [][2]string{{"Texas", "EXA"}, {"maſs", "ASS"}, {"Öl", "öL"}, {"\xff\xfe", "\ufffd"}, {"aab", "ab"}, {"x", ""}, {"ıx", "ix"}, {"日本", "本"}} {
		f.Add(s[0], s[1])
	}
	upper := func(s string) string { return strings.Map(unicode.ToUpper, s) }
	f.Fuzz(func(t *testing.T, text, wanted string) {
		b := value.NewBuilder(value.String, 1)
		b.AppendString(text)
		v := b.Vector()
		find := newFinder(wanted)
		if got, want := find.in(v, 0), strings.Contains(upper(text), upper(wanted)); got != want {
			t.Errorf("%q in %q: %v", wanted, text, got)
		}
		if got, want := find.begins(v, 0), strings.HasPrefix(upper(text), upper(wanted)); got != want {
			t.Errorf("%q before %q: %v", wanted, text, got)
		}
	})
}
