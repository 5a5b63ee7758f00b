package engine

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// compacted is a table whose columns come coded and packed, as those of a Parquet file do.
type compacted struct{ exec.Table }

func (t compacted) CodedSegment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	b, err := t.Segment(ctx, segment, columns)
	if err != nil {
		return nil, err
	}
	out := &value.Batch{N: b.N}
	for i, v := range b.Cols {
		switch {
		case v.Kind == value.String && columns[i]%2 == 0:
			v = codedOf(v)
		case v.Kind == value.String || v.Kind == value.Dynamic:
			v = packedOf(v)
		}
		out.Cols = append(out.Cols, v)
	}
	return out, nil
}

func codedOf(v *value.Vector) *value.Vector {
	words, index, codes := &value.Words{}, map[string]uint32{}, make([]uint32, v.N)
	for i := range codes {
		s := v.StringAt(i)
		if _, ok := index[s]; !ok {
			index[s] = uint32(len(words.Texts))
			words.Texts = append(words.Texts, s)
		}
		codes[i] = index[s]
	}
	return value.Coded(words, codes)
}

func packedOf(v *value.Vector) *value.Vector {
	var page strings.Builder
	spans, nulls := make([]value.Span, v.N), value.Bitmap(nil)
	for i := range spans {
		page.WriteString("\x05\x00\x00\x00")
		from := page.Len()
		if v.Kind == value.String {
			page.WriteString(v.StringAt(i))
		} else if d := value.DynAt(v, i); d.IsNull() {
			nulls = nulls.Set(i, v.N)
		} else {
			raw, _ := d.Raw()
			page.WriteString(raw)
		}
		spans[i] = value.Span{From: uint32(from), To: uint32(page.Len())}
	}
	out := value.Packed(v.Kind, page.String(), spans)
	out.Nulls = nulls
	return out
}

// oddTable has what searching, matching and looking up may trip over.
func oddTable(name string, rows int) exec.Table {
	columns := []value.Column{
		{Name: "Few", Kind: value.String},
		{Name: "Text", Kind: value.String},
		{Name: "Other", Kind: value.String},
		{Name: "Bag", Kind: value.Dynamic},
		{Name: "N", Kind: value.Long},
		{Name: "R", Kind: value.Real},
	}
	texts := []string{
		"", "took 5ms", "TOOK 77MS", "a took ms took 12ms.", "took", "Éclair and error", "éclair-ERROR", "x_error", "error", "the terror",
		"line\nbreak error", "K took ٣ms", "tooktook 9ms", "node-63", "NODE-6", "node-633", "a\x00b", "ſome ERROR", "0error", "error0", "ms",
	}
	bags := []string{
		``, `null`, `{"r":"x1"}`, `{"r":"x1","r":"x2"}`, `{"r":"\u0078\u0031"}`, ` {"r" : "x1"} `, `{"r":"x1"`, `{"r":"x1"}}`, `"x1"`, `{"r":["x1"]}`,
		`{"r":{"q":"x1"}}`, `{"r":12}`, `{"r":"12"}`, `{"r":1.50}`, `{"r":null}`, `{"r":true}`, `{"q":"x1"}`, `[{"r":"x1"}]`, `x1`, `{"r":""}`, `{"r":"a\"b"}`,
	}
	b := exec.NewMemory(name, columns)
	for from := 0; from < rows; from += exec.SegmentRows {
		n := min(exec.SegmentRows, rows-from)
		build := make([]*value.Builder, len(columns))
		for i, c := range columns {
			build[i] = value.NewBuilder(c.Kind, n)
		}
		for i := from; i < from+n; i++ {
			build[0].AppendString([]string{"a", "B", "", "Ä", "b"}[i*7%5])
			build[1].AppendString(texts[i*31%len(texts)])
			build[2].AppendString(fmt.Sprint("o", i*i%17))
			build[3].AppendDyn(value.ParseDyn(bags[i*13%len(bags)]))
			build[4].AppendInt(int64(i * 11 % 1000))
			build[5].AppendReal(float64(i*37%4001) / 8)
		}
		batch := &value.Batch{N: n}
		for _, x := range build {
			batch.Cols = append(batch.Cols, x.Vector())
		}
		if err := b.Append(batch); err != nil {
			panic(err)
		}
	}
	return b.Table()
}

// TestCompactColumns holds that a query answers the same over coded and packed columns as over plain ones.
func TestCompactColumns(t *testing.T) {
	for rows, queries := range map[int][]string{40: slices.Concat(compactQueries, textQueries()), 5000: textQueries(), 70_000: compactQueries} {
		plain, compact := oddEngine(t, oddTable("T", rows)), oddEngine(t, compacted{oddTable("T", rows)})
		for _, query := range queries {
			want, err := shown(plain, query)
			if err != nil {
				t.Errorf("%s: %v", query, err)
				continue
			}
			if got, err := shown(compact, query); err != nil || got != want {
				t.Errorf("%d rows, %s:\n%.600s (%v)\nwant\n%.600s", rows, query, got, err, want)
			}
		}
	}
}

func oddEngine(t *testing.T, table exec.Table) *Engine {
	t.Helper()
	e, err := Open(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Load("", table); err != nil {
		t.Fatal(err)
	}
	return e
}

// shown gives a query's rows as text.
func shown(e *Engine, query string) (string, error) {
	a, err := e.Query(context.Background(), Request{Text: query, Properties: map[string]any{"notruncation": true}})
	if err != nil {
		return "", err
	}
	defer a.Close()
	var out strings.Builder
	for {
		b, err := a.Tables[0].Next(context.Background())
		if err != nil || b == nil {
			return out.String(), err
		}
		for i := range b.N {
			for _, v := range b.Cols {
				fmt.Fprintf(&out, "%s|", value.DynAt(v, i))
			}
			out.WriteByte('\n')
		}
	}
}

var compactQueries = []string{
	"T | where Few == 'a' | count", "T | where Few != 'a' and Few != '' | summarize count() by Few, Other",
	"T | where Few =~ 'B' | project Few, Text, Other, Bag, N | take 50", "T | summarize count(), sum(N), max(R) by Few", "T | distinct Few, Other",
	"T | distinct Text", "T | summarize count() by tolower(Few)", "T | summarize count() by strcat(Few, Other)", "T | summarize dcount(Few), make_set(Text) by Other",
	"T | summarize min(Text), max(Few), take_any(Text) by Other", "T | extend L = strlen(Few), U = reverse(Text) | summarize count() by L, U",
	"T | summarize arg_max(R, *) by Few", "T | summarize arg_min(N, Text, Bag) by Other", "T | top 30 by R", "T | sort by Text asc, N | take 30", "T | top 20 by N desc",
	"T | sort by Few asc, Text desc, N | take 100", "T | order by R desc, N asc | project Text, Few | take 40", "T | where N between (10 .. 20) | project Text, Bag",
	"T | join kind=inner (T | where N < 3 | project Few, M = N) on Few | summarize count(), sum(M) by Other",
	"T | join kind=leftouter (T | where N < 30 | distinct Text, N) on Text | summarize count(), sum(N1) by Text",
	"T | where N < 50 | join kind=leftanti (T | where N > 10 | distinct Other) on Other | count", "T | summarize percentiles(R, 5, 50, 95, 100), percentile(N, 33) by Few",
	"T | summarize percentile(R, 50), count() by Text", "T | mv-expand Bag | take 60", "T | parse Text with * 'took ' n:string 'ms' * | summarize count() by n",
	"T | where isempty(Text) | count", "T | where isnull(Bag) | count", "T | where isnotempty(Few) and Few in ('a', 'b') | count",
	"T | summarize countif(Text has 'error'), sumif(N, Few == 'B') by Other", "T | extend X = iff(Few == 'a', Text, Other) | summarize count() by X",
	"union T, T | where Few == 'Ä' | count", "T | take 7", "T | count", "T | where Few startswith 'b' | take 5 | project N", "T | getschema",
	"T | extend r = Bag.r | summarize count() by tostring(r)", "T | project R = tostring(Bag.r), Q = Bag.r.q, B = Bag | take 60", "T | where Bag.r.q == 'x1' | count",
	"T | where tolong(Bag.r) == 12 | count", "T | where toreal(Bag.r) > 1 | count", "T | where Bag.r in ('x1', 'x2') | count", "T | where Bag has 'x1' | count",
	"T | summarize count() by bin(N, 100), Few", "T | summarize dcount(N) by Few, Text", "T | where Text contains 'o' and Few == 'b' and N > 5 | summarize sum(R)",
}

// textQueries are the tests of texts and properties, each with several patterns.
func textQueries() []string {
	var list []string
	for _, key := range []string{"x1", "x2", "12", "1.5", "", "true", "a\\\"b", "[\\\"x1\\\"]"} {
		list = append(list, fmt.Sprintf("T | where Bag.r == \"%s\" | count", key), fmt.Sprintf("T | where Bag['r'] != \"%s\" | count", key))
	}
	for _, op := range []string{"contains", "has", "hasprefix", "hassuffix", "startswith", "endswith"} {
		for _, word := range []string{"error", "ERROR", "e", "took 5", "node-63", "É", "éclair", "", "\\0", "ms", "zz", "Ä", "b"} {
			for _, form := range []string{op, "!" + op, op + "_cs", "!" + op + "_cs"} {
				list = append(list, fmt.Sprintf("T | where Text %s \"%s\" | count", form, word), fmt.Sprintf("T | summarize countif(Few %s \"%s\")", form, word))
			}
		}
	}
	for _, pattern := range []string{"took (\\d+)ms", "(t)ook", "(\\w+)-(\\d+)", "took (\\d*)ms", "(a|b)", "error$", "^(.)", "took (\\d+)", "o(k)?", "(ms)", "took (.+)ms", "took ([0-9]+)m(s)"} {
		list = append(list, fmt.Sprintf("T | where Text matches regex @'%s' | count", pattern), fmt.Sprintf("T | summarize count() by E = extract(@'%s', 0, Text)", pattern))
		if strings.Contains(pattern, "(") {
			list = append(list, fmt.Sprintf("T | summarize count() by E = extract(@'%s', 1, Text)", pattern), fmt.Sprintf("T | summarize sum(extract(@'%s', 1, Text, typeof(long)))", pattern))
		}
	}
	return list
}
