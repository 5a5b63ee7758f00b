package chart

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kusto/value"
)

// Cases are txtar files: table is CSV with "name:type" heads, wish has render's properties as the cluster sends them, want is the picture.
func TestKinds(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		w := wishOf(c.Text("wish"))
		made, err := Make(context.Background(), tableOf(t, c.Text("table")), w, Options{Width: 800})
		if err != nil {
			t.Fatal(err)
		}
		c.Want(t, "want", dump(t, made))
	})
}

// wishOf reads "kind" and lines of "Property=text".
func wishOf(text string) Wish {
	w := Wish{Properties: map[string]string{}}
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		name, v, ok := strings.Cut(line, "=")
		switch {
		case i == 0 && !ok:
			w.Kind = line
		case name == "Title":
			w.Title = v
		default:
			w.Properties[name] = v
		}
	}
	return w
}

// dump writes a picture as JSON, a line for each part; controls only by what is chosen.
func dump(t *testing.T, c *Chart) string {
	t.Helper()
	var out strings.Builder
	line := func(name string, v any) {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%s: %s\n", name, b)
	}
	fmt.Fprintf(&out, "%s drawn as %q\n", c.Kind, c.Form)
	if c.Problem != nil {
		line("problem", c.Problem)
	}
	if c.X.Type != "" {
		line("x", c.X)
	}
	for _, a := range c.Axes {
		line("y", a)
	}
	line("legend, stacked, flat, panels", []any{c.Legend, c.Stacked, c.Flat, c.Panels})
	for _, s := range c.Series {
		line("series", s)
	}
	for _, n := range c.Tree {
		line("part", n)
	}
	for _, row := range c.Cells {
		line("cells", row)
	}
	for _, s := range c.Spans {
		line("span", s)
	}
	for _, n := range c.Notes {
		line("note", n)
	}
	line("summary", c.Summary)
	line("render", c.Render)
	for _, k := range c.Controls {
		fmt.Fprintf(&out, "control %s: %q\n", k.ID, k.Value)
	}
	return out.String()
}

func tableOf(t *testing.T, text string) Table {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	var columns []value.Column
	for _, head := range strings.Split(lines[0], "|") {
		name, kind, _ := strings.Cut(head, ":")
		k, ok := value.KindOf(kind)
		if !ok {
			t.Fatalf("no type %q", kind)
		}
		columns = append(columns, value.Column{Name: name, Kind: k})
	}
	builders := make([]*value.Builder, len(columns))
	for i, c := range columns {
		builders[i] = value.NewBuilder(c.Kind, 0)
	}
	for _, line := range lines[1:] {
		for i, cell := range strings.Split(line, "|") {
			put(t, builders[i], cell)
		}
	}
	b := &value.Batch{N: len(lines) - 1}
	for _, builder := range builders {
		b.Cols = append(b.Cols, builder.Vector())
	}
	return one(columns, b)
}

func put(t *testing.T, b *value.Builder, cell string) {
	t.Helper()
	if cell == "null" {
		b.AppendNull()
		return
	}
	ok := true
	switch b.Kind() {
	case value.Int, value.Long:
		var n int64
		n, ok = value.ParseLong(cell)
		b.AppendInt(n)
	case value.Real:
		var f float64
		f, ok = value.ParseReal(cell)
		b.AppendReal(f)
	case value.Decimal:
		d, isDecimal := value.ParseDecimal(cell)
		ok = isDecimal
		b.AppendDecimal(d)
	case value.Datetime:
		var n int64
		n, ok = value.ParseDatetime(cell)
		b.AppendInt(n)
	case value.Timespan:
		var n int64
		n, ok = value.ParseTimespan(cell)
		b.AppendInt(n)
	case value.Bool:
		b.AppendBool(cell == "true")
	case value.Dynamic:
		b.AppendDyn(value.ParseDyn(cell))
	default:
		b.AppendString(cell)
	}
	if !ok {
		t.Fatalf("%q is no %s", cell, b.Kind())
	}
}

// one makes a table of one batch.
func one(columns []value.Column, b *value.Batch) Table {
	return Table{Columns: columns, Rows: b.N, Each: func(yield func(*value.Batch, []uint32) bool) {
		rows := make([]uint32, b.N)
		for i := range rows {
			rows[i] = uint32(i)
		}
		yield(b, rows)
	}}
}

// many makes n rows of a time, a name and three numbers.
func many(n int, sorted bool) Table {
	r := rand.New(rand.NewPCG(1, 2))
	t0, names := value.NewBuilder(value.Datetime, n), value.NewBuilder(value.String, n)
	var numbers [3]*value.Builder
	for i := range numbers {
		numbers[i] = value.NewBuilder(value.Real, n)
	}
	for i := range n {
		at := i
		if !sorted {
			at = r.IntN(n)
		}
		t0.AppendInt(value.UnixEpoch + int64(at)*value.TicksPerSecond)
		names.AppendString("n" + strconv.Itoa(i%3))
		for c, b := range numbers {
			b.AppendReal(math.Sin(float64(at)/1000)*float64(c+1) + r.Float64())
		}
	}
	columns := []value.Column{{Name: "t", Kind: value.Datetime}, {Name: "a", Kind: value.Real}, {Name: "b", Kind: value.Real}, {Name: "c", Kind: value.Real}}
	return one(columns, &value.Batch{N: n, Cols: []*value.Vector{t0.Vector(), numbers[0].Vector(), numbers[1].Vector(), numbers[2].Vector()}})
}

// A million rows of three columns of numbers: the picture is to be there before a person notices.
func BenchmarkMillion(b *testing.B) {
	for _, sorted := range []bool{true, false} {
		t := many(1_000_000, sorted)
		b.Run(fmt.Sprintf("sorted=%v", sorted), func(b *testing.B) {
			for range b.N {
				c, err := Make(context.Background(), t, Wish{Kind: "timechart"}, Options{Width: 1000})
				if err != nil || c.Problem != nil || len(c.Series) != 3 {
					b.Fatal(err, c.Problem)
				}
			}
		})
	}
}
