package fn

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

// Any function with any vectors: no panic, the promised kind and length, clean null slots, and the same answer as row by row.

var allKinds = []value.Kind{
	value.Bool, value.Int, value.Long, value.Real, value.Decimal, value.String, value.Datetime,
	value.Timespan, value.Guid, value.Dynamic,
}

var someTexts = []string{
	"", "a", "abc", "ABC", "héllo wörld", "12", "-7", "1.5", "true", "x+", "(a)(b)?", `\d+`, "[", "2020-02-29",
	"1.02:03:04", "10.0.0.1/8", "fe80::1", "{\"a\":[1,{\"b\":null}]}", "[1,2]", "a,b,c", "k=v&x=y", "day", "month", "yyyy-MM-dd HH:mm",
	"d.hh:mm", "Europe/Berlin", "$.a.b", "aé", "\xff\xfe", "https://h/p?q=1", "S3VzdG8=", " ", "é", "normal", "regex", "long", "862a1072fffffff", "8009fffffffffff", "89c259", "1", "u33d", "Meter", "Foot", "DegreeCelsius", "Kelvin",
	"POINT (1 2)", "POLYGON ((0 0, 1 0, 1 1, 0 0))", `C:\\a\\b.txt`, "/usr/lib/x", "file://C:/a/b:c", "xn--Ge-mia.Bulg", "windows", "a \"b c\"", "avg", "linefit",
}

var someDyns = []string{
	`null`, `1`, `-2.5`, `"s"`, `true`, `[]`, `[1,2,3]`, `["a","b"]`, `[1,"a",null,[2]]`, `{}`, `{"a":1,"b":{"c":[1]}}`,
	`[true,0]`, `[1.5,null,2]`, `"2020-01-01"`, `[1,5,2,7,1,6,2,8,1,5]`,
	`{"type":"Point","coordinates":[1,2]}`, `{"type":"LineString","coordinates":[[0,0],[1,1],[2,0]]}`, `{"type":"LineString","coordinates":[[0,1],[1,0]]}`,
	`{"type":"MultiLineString","coordinates":[[[170,1],[-170,2]],[[0,0],[0,1]]]}`, `{"type":"LineString","coordinates":[[300,1],[1,1]]}`,
	`{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}`, `{"type":"Polygon","coordinates":[[[1,1],[1,3],[3,3],[3,1],[1,1]]]}`,
	`{"type":"Polygon","coordinates":[[[0,0],[9,0],[9,9],[0,9],[0,0]],[[3,3],[3,4],[4,4],[4,3],[3,3]]]}`, `{"type":"Polygon","coordinates":[[[0,0],[1,1]]]}`,
	`{"type":"MultiPolygon","coordinates":[[[[0,0],[2,0],[2,2],[0,2],[0,0]]],[[[1,1],[1,3],[3,3],[3,1],[1,1]]]]}`,
	`[{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]},{"type":"Polygon","coordinates":[[[2,0],[4,0],[4,2],[2,2],[2,0]]]}]`,
	`[{"type":"LineString","coordinates":[[0,0],[1,1],[2,0]]},{"type":"LineString","coordinates":[[2,0],[3,1]]}]`,
}

var someLongs = []int64{0, 1, -1, 2, 3, 7, 100, -5, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64, 864000000000}

func randomVector(r *rand.Rand, kind value.Kind, n int, constant bool) *value.Vector {
	if constant {
		n = 1
	}
	b := value.NewBuilder(kind, n)
	for range n {
		if r.IntN(6) == 0 {
			b.AppendNull()
			continue
		}
		x := someLongs[r.IntN(len(someLongs))]
		switch kind {
		case value.Bool:
			b.AppendBool(r.IntN(2) == 0)
		case value.Int:
			b.AppendInt(int64(int32(x)))
		case value.Long, value.Timespan:
			b.AppendInt(x)
		case value.Datetime:
			b.AppendInt(r.Int64N(value.MaxDatetime + 1))
		case value.Real:
			b.AppendReal([]float64{0, 1, -2.5, 1e300, math.NaN(), math.Inf(1), 0.1, 1e-300}[r.IntN(8)])
		case value.Decimal:
			b.AppendDecimal(decimal128.New(x, -r.IntN(5)))
		case value.String:
			b.AppendString(someTexts[r.IntN(len(someTexts))])
		case value.Guid:
			b.AppendGuid([16]byte{byte(r.Uint32()), 1})
		case value.Dynamic:
			b.AppendDyn(value.ParseDyn(someDyns[r.IntN(len(someDyns))]))
		}
	}
	return b.Vector()
}

func TestScalarsRowByRow(t *testing.T) {
	for name, f := range scalarIndex() {
		t.Run(name, func(t *testing.T) {
			seed := uint64(len(name))
			for _, c := range name {
				seed = seed*31 + uint64(c)
			}
			r := rand.New(rand.NewPCG(seed, 7))
			most := f.max
			if most < 0 {
				most = f.min + 3
			}
			times := 400
			if name == "range" {
				times = 30 // a million elements each
			}
			for range times {
				checkRandomCall(t, r, name, f.min+r.IntN(most-f.min+1))
			}
		})
	}
}

func checkRandomCall(t *testing.T, r *rand.Rand, name string, arity int) {
	const n = 9
	args := make([]*value.Vector, arity)
	for i := range args {
		constant := r.IntN(3) == 0
		args[i] = randomVector(r, allKinds[r.IntN(len(allKinds))], n, constant)
		if constant {
			args[i] = value.ConstOf(args[i], 0, n)
		}
	}
	over, err := Scalar(name, describe(args))
	if err != nil {
		mustBeTyped(t, name, err)
		return
	}
	c := testContext()
	got, err := over.Eval(c, args, n)
	if over.Volatile {
		return
	}
	if err == nil {
		checkShape(t, name, over.Result, got, n)
	}
	failures := 0
	for i := range n {
		row := make([]*value.Vector, arity)
		for j, v := range args {
			row[j] = value.ConstOf(v, i, 1)
		}
		single, errBuild := Scalar(name, describe(row))
		if errBuild != nil {
			mustBeTyped(t, name, errBuild)
			failures++
			continue
		}
		want, errRow := single.Eval(c, row, 1)
		if errRow != nil {
			failures++
			continue
		}
		if err != nil {
			continue
		}
		if want.Kind != got.Kind && single.Result == over.Result {
			t.Fatalf("%s(%s): kind %s, row by row %s", name, shown(args, i), got.Kind, want.Kind)
		}
		if want.Kind == got.Kind && !sameCell(got, i, want, 0) {
			t.Fatalf("%s(%s) row %d: %s, row by row %s", name, shown(args, i), i, value.DynAt(got, i), value.DynAt(want, 0))
		}
	}
	if err != nil && failures == 0 {
		t.Fatalf("%s(%s): %v, but every row alone works", name, shown(args, 0), err)
	}
}

func mustBeTyped(t *testing.T, name string, err error) {
	t.Helper()
	var missing *NotBuilt
	var bad *BadArgument
	if !errors.As(err, &missing) && !errors.As(err, &bad) {
		t.Fatalf("%s: untyped error %v", name, err)
	}
}

func sameCell(a *value.Vector, i int, b *value.Vector, j int) bool {
	if a.IsNull(i) || b.IsNull(j) {
		return a.IsNull(i) == b.IsNull(j)
	}
	return value.Equal(a, i, b, j)
}

func shown(args []*value.Vector, i int) string {
	out := ""
	for _, v := range args {
		out += fmt.Sprintf("%s %s, ", v.Kind, value.DynAt(v, i))
	}
	return out
}

func checkShape(t *testing.T, name string, kind value.Kind, v *value.Vector, n int) {
	t.Helper()
	if v.Kind != kind || v.N != n {
		t.Fatalf("%s: %d rows of %s, promised %d of %s", name, v.N, v.Kind, n, kind)
	}
	for i := range n {
		if !v.IsNull(i) {
			if v.Kind == value.Dynamic && v.Dynamics[i&v.Mask()].IsNull() {
				t.Fatalf("%s: row %d holds a null that isn't marked", name, i)
			}
			continue
		}
		if i &= v.Mask(); v.Kind == value.String || v.Ints != nil && v.Ints[i] != 0 || v.Reals != nil && v.Reals[i] != 0 ||
			v.Bools != nil && v.Bools[i] || v.Guids != nil && v.Guids[i] != [16]byte{} {
			t.Fatalf("%s: row %d is null but not clean", name, i)
		}
	}
}

// TestAggregatesInParts: any aggregate over any vectors gives the same in one part as in several that are merged.
func TestAggregatesInParts(t *testing.T) {
	for name, f := range aggregateIndex() {
		t.Run(name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(len(name)), 3))
			for range 300 {
				arity := f.min
				if f.max < 0 || f.max > f.min {
					arity += r.IntN(2)
				}
				checkRandomAggregate(t, r, name, arity)
			}
		})
	}
}

func checkRandomAggregate(t *testing.T, r *rand.Rand, name string, arity int) {
	const n, groups = 24, 4
	args := make([]*value.Vector, arity)
	for i := range args {
		kind := allKinds[r.IntN(len(allKinds))]
		args[i] = randomVector(r, kind, n, false)
		if i > 0 && r.IntN(2) == 0 {
			args[i] = value.ConstInt(value.Long, int64(1+r.IntN(4)), n)
		}
	}
	over, err := Aggregate(name, describe(args))
	if err != nil {
		mustBeTyped(t, name, err)
		return
	}
	ids := make([]uint32, n)
	for i := range ids {
		ids[i] = uint32(r.IntN(groups - 1)) // the last group stays empty
	}
	whole, err := aggregateParts(over, args, ids, groups, []int{0, n})
	parts, errParts := aggregateParts(over, args, ids, groups, []int{0, 5, 5, 17, n})
	if (err == nil) != (errParts == nil) {
		t.Fatalf("%s: %v in one part, %v in several", name, err, errParts)
	}
	if err != nil {
		mustBeTyped(t, name, err)
		return
	}
	for c, v := range whole {
		checkShape(t, name, over.Results[c], v, groups)
		for g := range groups {
			if !nearlySame(v, parts[c], g) {
				t.Fatalf("%s(%s): group %d is %s, in parts %s", name, args[0].Kind, g, value.DynAt(v, g), value.DynAt(parts[c], g))
			}
		}
	}
}

// nearlySame allows reals to differ where huge values cancel out or overflow.
func nearlySame(a, b *value.Vector, i int) bool {
	if sameCell(a, i, b, i) {
		return true
	}
	if a.Kind != value.Real || a.IsNull(i) || b.IsNull(i) {
		return false
	}
	x, y := a.Reals[i], b.Reals[i]
	return math.Abs(x-y) <= 1e-5*math.Max(math.Abs(x), math.Abs(y)) || math.Abs(x) > 1e100 || math.IsNaN(x) || math.IsNaN(y)
}

func aggregateParts(over *AggOverload, args []*value.Vector, ids []uint32, groups int, cuts []int) ([]*value.Vector, error) {
	c := testContext()
	total := over.New()
	total.Grow(groups)
	into := make([]uint32, groups)
	for g := range into {
		into[g] = uint32(g)
	}
	for k := 0; k+1 < len(cuts); k++ {
		from, to := cuts[k], cuts[k+1]
		part := make([]*value.Vector, len(args))
		for j, v := range args {
			part[j] = value.Slice(v, from, to)
		}
		if k == 0 {
			if err := total.Add(c, part, ids[from:to], to-from); err != nil {
				return nil, err
			}
			continue
		}
		s := over.New()
		s.Grow(groups)
		if err := s.Add(c, part, ids[from:to], to-from); err != nil {
			return nil, err
		}
		if s.Bytes() < 0 {
			return nil, errors.New("negative size")
		}
		if err := total.Merge(c, s, into); err != nil {
			return nil, err
		}
	}
	return total.Finish(c)
}

func FuzzRegex(f *testing.F) {
	for _, s := range []string{`\d+`, `[^\W]`, `(?i)a|b`, `a{2,3}`, `\bx`, `[[:alpha:]]`, `(?P<n>x)`} {
		f.Add(s, "abc 123")
	}
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if re, err := CompileRegex(pattern); err == nil {
			if m, err := re.Find(text); err == nil && m != nil && (m[0] < 0 || m[1] > len(text)) {
				t.Fatal(m)
			}
		}
	})
}

func FuzzTerm(f *testing.F) {
	f.Add("Quick brown-fox", "BROWN")
	f.Add("Straße ſıK", "ß")
	f.Fuzz(func(t *testing.T, text, pattern string) {
		for _, test := range textTests {
			test.make(pattern)(text)
		}
		// the caseless search agrees with folding both sides first
		start, _ := newFolder(pattern).index(text, 0)
		if found, want := start >= 0, containsFolded(text, pattern); found != want {
			t.Fatalf("contains(%q, %q): %v, want %v", text, pattern, found, want)
		}
	})
}

func containsFolded(text, pattern string) bool {
	s, p := []rune(text), []rune(pattern)
	for i := 0; i+len(p) <= len(s); i++ {
		same := true
		for j := range p {
			if foldRune(s[i+j]) != foldRune(p[j]) {
				same = false
				break
			}
		}
		if same {
			return true
		}
	}
	return false
}
