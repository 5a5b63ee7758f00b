package engine

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// laws are pairs of queries that give the same rows whatever the tables hold, in any order. P is a predicate, K a column.
var laws = [][2]string{
	// A row is where a predicate holds, or where its negation does, or where it is null.
	{"T | count", "union (T | where P), (T | where not(P)), (T | where isnull(P)) | count"},
	{"T | where P", "T | extend p_ = P | where p_ | project-away p_"},
	{"T | where P | count", "T | summarize Count = countif(P)"},
	{"T | where P | where i > 2", "T | where i > 2 and (P)"},
	{"T | where P | sort by n asc", "T | sort by n asc | where P"},
	{"T | extend x = iff(P, 1, 0) | summarize s = sum(x)", "T | where P | summarize s = sum(1)"},
	// Groups.
	{"T | distinct K", "T | summarize by K"},
	{"T | distinct K", "T | summarize count() by K | project K"},
	{"T | summarize c = count() by K | summarize s = sum(c)", "T | summarize s = count()"},
	{"T | summarize x = sum(i), m = max(i) by K, k_ = strlen(s) | summarize x = sum(x), m = max(m) by K", "T | summarize x = sum(i), m = max(i) by K"},
	{"T | summarize min(r), max(r), dcount(s) by K", "T | sort by n desc | summarize min(r), max(r), dcount(s) by K"},
	{"T | summarize m = max(n) by K", "T | summarize arg_max(n, i) by K | project K, m = n"},
	{"T | summarize l = array_length(make_list_with_nulls(i)) by K", "T | summarize l = count() by K"},
	{"T | summarize l = array_length(make_set(s)) by K", "T | summarize l = count_distinct(s) by K"},
	// Order.
	{"T | top 7 by n desc", "T | sort by n desc | take 7"},
	{"T | top 7 by n asc nulls first", "T | sort by n asc nulls first | take 7"},
	{"T | sort by K asc nulls last, n asc | summarize make_list(n)", "T | sort by n desc | sort by K asc nulls last, n asc | summarize make_list(n)"},
	{"T | sort by n asc | extend q = row_number() | where q <= 5 | project-away q", "T | top 5 by n asc"},
	{"T | sort by n asc | extend q = row_cumsum(n) | summarize max(q)", "T | summarize max_q = iff(count() == 0, long(null), sum(n))"},
	// Joins.
	{"T | join kind=leftsemi U on K", "T | where n in ((T | join kind=inner (U | distinct K) on K | project n))"},
	{"T | join kind=leftanti U on K | count", "T | join kind=leftouter (U | summarize u_ = count() by K) on K | where isnull(u_) | count"},
	{"union (T | join kind=leftsemi U on K), (T | join kind=leftanti U on K)", "T"},
	{"T | join kind=rightsemi U on K", "U | join kind=leftsemi T on K"},
	{"T | join kind=rightanti U on K", "U | join kind=leftanti T on K"},
	{"T | join kind=rightouter U on K | count", "U | join kind=leftouter T on K | count"},
	{"T | join kind=inner U on K | count", "U | join kind=inner T on K | count"},
	{"T | join kind=inner U on K | project n, n1", "U | join kind=inner T on K | project n = n1, n1 = n"},
	{"T | join kind=innerunique U on K | count", "T | summarize take_any(n) by K | join kind=inner U on K | count"},
	{"T | join kind=leftouter U on K | count", "union (T | join kind=inner U on K), (T | join kind=leftanti U on K) | count"},
	{"T | join kind=fullouter U on K | count", "union (T | join kind=leftouter U on K), (T | join kind=rightanti U on K) | count"},
	{"T | lookup (U | summarize u_ = count() by K) on K", "T | join kind=leftouter (U | summarize u_ = count() by K) on K | project n, i, s, r, b, t, u_"},
	{"T | lookup kind=inner (U | summarize u_ = count() by K) on K | count", "T | join kind=leftsemi U on K | count"},
	// Rows and columns.
	{"T | extend x = i + 1 | project n, x", "T | project n, x = i + 1"},
	{"T | project-away s, r | project-rename m = n", "T | project m = n, i, b, t"},
	{"T | union U | count", "union (T | count), (U | count) | summarize Count = sum(Count)"},
	{"T | union U | where P", "T | where P | union (U | where P)"},
	{"T | extend d = pack_array(i, i) | mv-expand d to typeof(long) | summarize s = sum(d)", "T | summarize s = 2 * sum(i)"},
	{"T | extend d = pack_array(n) | mv-apply d to typeof(long) on (project e = d) | where e == n | count", "T | count"},
	{"T | extend k_ = strcat('<', s, '>') | partition hint.strategy=native by k_ (summarize m = max(n) by k_)", "T | summarize m = max(n) by k_ = strcat('<', s, '>')"},
	{"T | summarize d_ = make_list(n) by K | mv-expand d_ to typeof(long) | project K, n = d_", "T | project K, n"},
	{"materialize(T | where P) | as M | union M | count", "T | where P | count | project Count = 2 * Count"},
}

var lawPredicates = []string{
	"i > 3", "i == 3", "i != 3", "s == 'b'", "s != 'b'", "s has 'b'", "s !contains 'A'", "s in ('a', '')", "s !in ('a', 'é')", "r < 1.5", "r >= 1.5", "b", "not(b)",
	"i > 2 and b", "i > 2 or r < 1", "isnull(i)", "isnotempty(s)", "t > datetime(2020-01-03)", "t between (datetime(2020-01-02) .. 2d)", "i in (1, 2, 5)",
	"i % 2 == 0", "r == real(nan)", "s matches regex '^[ab]'", "coalesce(i, 9) == 9", "n > 10 and s startswith 'a'", "i * 2 > r", "isnan(r)",
}

// lawTable is a table of random rows: small domains, so that keys meet, with nulls, NaN, empty text and runs of one value. The
// reals are eighths, whose sums are exact in any order.
func lawTable(r *rand.Rand, rows int) *value.Batch {
	kinds := []value.Kind{value.Long, value.Long, value.String, value.Real, value.Bool, value.Datetime}
	build := make([]*value.Builder, len(kinds))
	for i, k := range kinds {
		build[i] = value.NewBuilder(k, rows)
	}
	base, _ := value.ParseDatetime("2020-01-01")
	for i := range rows {
		build[0].AppendInt(int64(i))
		for c, put := range []func(*value.Builder){
			func(b *value.Builder) { b.AppendInt(r.Int64N(6)) },
			func(b *value.Builder) { b.AppendString([]string{"a", "A", "b", "", "é", "a b"}[r.IntN(6)]) },
			func(b *value.Builder) { b.AppendReal([]float64{0, 0.125, 1.5, -2, math.NaN(), math.Inf(1)}[r.IntN(6)]) },
			func(b *value.Builder) { b.AppendBool(r.IntN(2) == 0) },
			func(b *value.Builder) { b.AppendInt(base + r.Int64N(5)*value.TicksPerDay) },
		} {
			if b := build[c+1]; kinds[c+1] != value.String && r.IntN(5) == 0 {
				b.AppendNull()
			} else {
				put(b)
			}
		}
	}
	out := &value.Batch{N: rows}
	for _, b := range build {
		out.Cols = append(out.Cols, b.Vector())
	}
	return out
}

// parts is a table of one segment for each of several tables.
type parts []exec.Table

func (p parts) Name() string            { return p[0].Name() }
func (p parts) Columns() []value.Column { return p[0].Columns() }
func (p parts) Segments() int           { return len(p) }
func (p parts) Rows() (n int64) {
	for _, t := range p {
		n += t.Rows()
	}
	return n
}

func (p parts) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	return p[segment].Segment(ctx, 0, columns)
}

func (p parts) Stats(segment, column int) (exec.Stats, bool) { return p[segment].Stats(0, column) }

// lawEngine holds T and U, whole or in many small segments.
func lawEngine(tb testing.TB, workers int, sliced bool, t, u *value.Batch) *Engine {
	e, err := Open(Options{Workers: workers})
	if err != nil {
		tb.Fatal(err)
	}
	columns := []value.Column{{Name: "n", Kind: value.Long}, {Name: "i", Kind: value.Long}, {Name: "s", Kind: value.String}, {Name: "r", Kind: value.Real}, {Name: "b", Kind: value.Bool}, {Name: "t", Kind: value.Datetime}}
	for name, b := range map[string]*value.Batch{"T": t, "U": u} {
		var table exec.Table = lawPart(tb, name, columns, b)
		if sliced && b.N > 0 {
			var all parts
			step := 1 + b.N/7
			for from := 0; from < b.N; from += step {
				part := value.SliceBatch(*b, from, min(b.N, from+step))
				all = append(all, lawPart(tb, name, columns, &part))
			}
			table = compacted{all}
		}
		if err := e.Load("", table); err != nil {
			tb.Fatal(err)
		}
	}
	return e
}

func lawPart(tb testing.TB, name string, columns []value.Column, b *value.Batch) exec.Table {
	m := exec.NewMemory(name, columns)
	if err := m.Append(b); err != nil {
		tb.Fatal(err)
	}
	return m.Table()
}

// checkLaws holds every law on one pair of random tables, and that one worker over whole tables prints what three print over slices.
func checkLaws(tb testing.TB, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 7))
	t, u := lawTable(r, r.IntN(60)), lawTable(r, r.IntN(30))
	whole, sliced := lawEngine(tb, 1, false, t, u), lawEngine(tb, 3, true, t, u)
	for _, law := range laws {
		swap := strings.NewReplacer("P", lawPredicates[r.IntN(len(lawPredicates))], "K", []string{"i", "s", "r", "b", "t"}[r.IntN(5)])
		var sides [2]string
		for side, query := range law {
			query = swap.Replace(query)
			one, many := rowsText(whole, query), rowsText(sliced, query)
			if strings.Contains(one, "error:") || one != many {
				tb.Fatalf("seed %d: %s\none worker, whole tables:\n%s\nthree workers, slices:\n%s", seed, query, one, many)
			}
			sides[side] = orderless(one)
		}
		if sides[0] != sides[1] {
			tb.Fatalf("seed %d: %s\n%s\n%s\n%s", seed, swap.Replace(law[0]), sides[0], swap.Replace(law[1]), sides[1])
		}
	}
}

// orderless is a printed table with its rows sorted and without its header.
func orderless(text string) string {
	_, rows, _ := strings.Cut(text, "\n")
	lines := strings.Split(rows, "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func TestLaws(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { checkLaws(t, seed) })
	}
}

// Queries that must agree, agree on any tables.
func FuzzLaws(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { checkLaws(t, seed) })
}
