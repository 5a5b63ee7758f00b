package chart

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"calypso/kql/syntax"
	"calypso/kql/text"
	"calypso/kusto/value"
)

// No thinning may lose a peak, a series' first or last place, or the order of x; and none may give more than a screen shows.
func TestThinningKeepsExtremes(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 9))
	for range 60 {
		n := 1 + r.IntN(30_000)
		x, y := value.NewBuilder(value.Long, n), value.NewBuilder(value.Real, n)
		low, high := math.Inf(1), math.Inf(-1)
		for range n {
			x.AppendInt(int64(r.IntN(100_000)))
			if r.IntN(10) == 0 {
				y.AppendNull()
				continue
			}
			v := r.NormFloat64() * math.Pow(10, float64(r.IntN(6)))
			low, high = min(low, v), max(high, v)
			y.AppendReal(v)
		}
		columns := []value.Column{{Name: "x", Kind: value.Long}, {Name: "y", Kind: value.Real}}
		table := one(columns, &value.Batch{N: n, Cols: []*value.Vector{x.Vector(), y.Vector()}})
		for _, kind := range []string{"linechart", "areachart", "scatterchart"} {
			c := drawn(t, table, Wish{Kind: kind}, Options{Width: 100 + r.IntN(1500)})
			s := c.Series[0]
			if len(s.X) != len(s.Y) || len(s.X) > PointLimit {
				t.Fatalf("%s of %d rows: %d and %d points", kind, n, len(s.X), len(s.Y))
			}
			if kind != "scatterchart" && !slices.IsSorted(s.X) {
				t.Fatalf("%s: x isn't sorted", kind)
			}
			if gotLow, gotHigh := extent(s.Y); !math.IsInf(low, 0) && (gotLow != low || gotHigh != high) {
				t.Fatalf("%s of %d rows goes from %g to %g, the rows from %g to %g", kind, n, gotLow, gotHigh, low, high)
			}
		}
	}
}

// Zooming in shows all points of the part, and one beside it on each side so that the line goes on.
func TestRangeShowsAllOfAPart(t *testing.T) {
	const n = 50_000
	x, y := value.NewBuilder(value.Long, n), value.NewBuilder(value.Long, n)
	for i := range n {
		x.AppendInt(int64(i))
		y.AppendInt(int64(i % 97))
	}
	columns := []value.Column{{Name: "x", Kind: value.Long}, {Name: "y", Kind: value.Long}}
	table := one(columns, &value.Batch{N: n, Cols: []*value.Vector{x.Vector(), y.Vector()}})
	c := drawn(t, table, Wish{Kind: "linechart"}, Options{Width: 800, Range: &Range{From: 1000, To: 1500}})
	s := c.Series[0]
	if len(s.X) != 503 || s.X[0] != 999 || s.X[502] != 1501 || c.Thinned || c.X.From != 0 || c.X.To != n-1 {
		t.Fatalf("%d points from %g, thinned %v, axis %g to %g", len(s.X), s.X[0], c.Thinned, c.X.From, c.X.To)
	}
	if c := drawn(t, table, Wish{Kind: "linechart"}, Options{Width: 800}); !c.Thinned || c.Series[0].Size != n {
		t.Fatalf("thinned %v of %d", c.Thinned, c.Series[0].Size)
	}
}

// A picture of too many series, names or slices keeps the largest or the first, and says how many it left out.
func TestTooManyAreTold(t *testing.T) {
	const n = 5000
	name, other, y := value.NewBuilder(value.String, n), value.NewBuilder(value.String, n), value.NewBuilder(value.Long, n)
	for i := range n {
		name.AppendString("n" + text.Number(i))
		other.AppendString("s" + text.Number(i%500))
		y.AppendInt(int64(i))
	}
	columns := []value.Column{{Name: "name", Kind: value.String}, {Name: "other", Kind: value.String}, {Name: "y", Kind: value.Long}}
	table := one(columns, &value.Batch{N: n, Cols: []*value.Vector{name.Vector(), other.Vector(), y.Vector()}})
	for kind, want := range map[string]string{
		"columnchart": "50 of 500 series are drawn", "piechart": "share one slice", "treemap": "the largest of", "pivotchart": "the first 200 of 5,000 rows and 50 of 500 columns",
		"barchart": "the first 1,000 of 5,000 values of name are drawn",
	} {
		c := drawn(t, table, Wish{Kind: kind}, Options{})
		if !strings.Contains(strings.Join(c.Notes, "\n"), want) {
			t.Errorf("%s says %q", kind, c.Notes)
		}
		if len(c.Series) > SeriesLimit || len(c.Tree) > NodeLimit || len(c.X.Categories) > CategoryLimit {
			t.Errorf("%s has %d series, %d parts, %d names", kind, len(c.Series), len(c.Tree), len(c.X.Categories))
		}
	}
}

// A million points in fifty series fit into a message.
func TestAMessageHoldsAPicture(t *testing.T) {
	const n = 300_000
	r := rand.New(rand.NewPCG(3, 4))
	x, name, y := value.NewBuilder(value.Datetime, n), value.NewBuilder(value.String, n), value.NewBuilder(value.Real, n)
	for i := range n {
		x.AppendInt(value.UnixEpoch + int64(i)*value.TicksPerSecond + 1)
		name.AppendString("s" + text.Number(r.IntN(80)))
		y.AppendReal(r.NormFloat64())
	}
	columns := []value.Column{{Name: "t", Kind: value.Datetime}, {Name: "name", Kind: value.String}, {Name: "y", Kind: value.Real}}
	table := one(columns, &value.Batch{N: n, Cols: []*value.Vector{x.Vector(), name.Vector(), y.Vector()}})
	for _, kind := range []string{"timechart", "stackedareachart", "scatterchart", "columnchart"} {
		c := drawn(t, table, Wish{Kind: kind}, Options{Width: 1300})
		bytes := 0
		for _, s := range c.Series {
			for _, list := range []Numbers{s.X, s.Y} {
				b, _ := list.MarshalJSON()
				bytes += len(b)
			}
		}
		if bytes > 1<<20 {
			t.Errorf("%s has %d bytes of points", kind, bytes)
		}
	}
}

func drawn(t *testing.T, table Table, w Wish, o Options) *Chart {
	t.Helper()
	c, err := Make(context.Background(), table, w, o)
	if err != nil || c.Problem != nil {
		t.Fatal(err, c.Problem)
	}
	return c
}

// A picture of a million rows stops when nobody wants it.
func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, k := range kinds {
		if k.why != "" || k.form == FormCard {
			continue
		}
		table := many(100, true)
		if k.x == twoEnds {
			table.Columns[1].Kind, table.Columns[2].Kind = value.Real, value.Real
		}
		if _, err := Make(ctx, table, Wish{Kind: k.name}, Options{}); err == nil {
			t.Errorf("%s was made", k.name)
		}
	}
}

// What is copied as render is KQL, and asks for the same picture.
func TestRenderIsKQL(t *testing.T) {
	table := tableOf(t, "a b:datetime|x,y:long|it's:long|name:string\n2024-01-01|1|2|q")
	w := Wish{Kind: "timechart", Title: "a \\ \"quoted\"\n{title}", Properties: map[string]string{
		"XColumn": "a b", "YColumns": "['x,y'],it's", "Series": "name", "XTitle": "x", "YTitle": "y", "XAxis": "log", "YAxis": "log", "Legend": "hidden",
		"YSplit": "axes", "Accumulate": "true", "Ymin": "-1.5", "Ymax": "1e3", "Xmin": "datetime(2024-01-01)", "Xmax": "2024-02-01",
	}}
	c := drawn(t, table, w, Options{})
	text := "T\n" + c.Render
	tree := syntax.Parse(text)
	if len(tree.Diagnostics) > 0 {
		t.Fatalf("%s\n%v", text, tree.Diagnostics)
	}
}

// FuzzWish: any properties give a picture or a problem, and a render operator that reads as KQL.
func FuzzWish(f *testing.F) {
	f.Add("timechart", "title", "XColumn", "t", "YColumns", "a,b,['c']")
	f.Add("columnchart", "", "Kind", "stacked100", "Ymin", "-1e400")
	f.Add("", "\x00", "Series", "['", "Xmin", "datetime(9999-99-99)")
	f.Add("scatterchart", "x", "Kind", "map", "YSplit", "panels")
	f.Add("ladderchart", "{}", "YColumns", "t,t", "XColumn", "t")
	table := many(50, false)
	f.Fuzz(func(t *testing.T, kind, title, name1, text1, name2, text2 string) {
		w := Wish{Kind: kind, Title: title, Properties: map[string]string{name1: text1, name2: text2}}
		c, err := Make(context.Background(), table, w, Options{Width: len(title), Range: &Range{From: 0, To: float64(len(text1))}})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.Series {
			if s.X != nil && len(s.X) != len(s.Y) {
				t.Fatalf("%d x and %d y", len(s.X), len(s.Y))
			}
			if s.Axis >= len(c.Axes) {
				t.Fatalf("axis %d of %d", s.Axis, len(c.Axes))
			}
		}
		if known, ok := kindOf(c.Kind); ok && known.why == "" {
			if tree := syntax.Parse("T " + c.Render); len(tree.Diagnostics) > 0 {
				t.Fatalf("%s: %v", c.Render, tree.Diagnostics)
			}
		}
		for _, control := range c.Controls {
			w.Changed(Change{Control: control.ID, Value: []string{text1, text2}}, table)
		}
	})
}
