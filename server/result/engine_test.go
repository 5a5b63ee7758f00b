package result

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"calypso/engine"
	"calypso/kusto/value"
)

// The grid's sort, filters and totals mean what sort, where and summarize mean: both are asked about the same random rows. The rows go
// to the engine as a datatable that Copy wrote, which so is held to be what it says too.

var engineKinds = []value.Kind{
	value.Bool, value.Int, value.Long, value.Real, value.Decimal, value.String, value.Datetime, value.Timespan, value.Guid, value.Dynamic,
}

// randomTable has a column c0, c1 … of each kind, with few different values, nulls and extremes among them; n numbers the rows.
func randomTable(t *testing.T, r *rand.Rand, rows int) *Result {
	t.Helper()
	b := NewStore(DefaultBudget).Build("q")
	columns := []value.Column{{Name: "n", Kind: value.Long}}
	for i, k := range engineKinds {
		columns = append(columns, value.Column{Name: fmt.Sprintf("c%d", i), Kind: k})
	}
	b.Table("T", columns)
	for from := 0; from < rows; from += 7 {
		cells := make([]*value.Builder, len(columns))
		for i, c := range columns {
			cells[i] = value.NewBuilder(c.Kind, 7)
		}
		n := min(7, rows-from)
		for i := range n {
			cells[0].AppendInt(int64(from + i))
			for c, k := range engineKinds {
				randomCell(cells[c+1], k, r)
			}
		}
		batch := &value.Batch{N: n}
		for _, c := range cells {
			batch.Cols = append(batch.Cols, c.Vector())
		}
		if err := b.Rows(batch); err != nil {
			t.Fatal(err)
		}
	}
	return b.Keep(nil)
}

func randomCell(b *value.Builder, k value.Kind, r *rand.Rand) {
	if r.IntN(6) == 0 {
		b.AppendNull()
		return
	}
	n := r.IntN(5)
	switch k {
	case value.Bool:
		b.AppendBool(n%2 == 0)
	case value.Int:
		b.AppendInt(int64(n - 2))
	case value.Long:
		b.AppendInt([]int64{math.MaxInt64, math.MinInt64 + 1, 0, 7, -7}[n])
	case value.Real:
		b.AppendReal([]float64{math.NaN(), math.Inf(1), -0.5, 3, 1e300}[n])
	case value.Decimal:
		d, _ := value.ParseDecimal([]string{"0", "1.50", "-2.25", "123456789012345678", "3"}[n])
		b.AppendDecimal(d)
	case value.String:
		b.AppendString([]string{"", "texas", "TEXAS", "Öl \"x\", y\n", "=1+1"}[n])
	case value.Datetime:
		b.AppendInt([]int64{0, 630822816000000000, 633063168000000001, value.MaxDatetime, 636000000000000000}[n])
	case value.Timespan:
		b.AppendInt([]int64{0, -1, 36_000_000_000, 864_000_000_000, 7}[n])
	case value.Guid:
		b.AppendGuid([16]byte{byte(n), 2, 3})
	case value.Dynamic:
		b.AppendDyn(value.ParseDyn([]string{`{"a":1}`, `[1,2]`, `"texas"`, `5`, `true`}[n]))
	}
}

// asked runs a query over the rows and gives column 0 of its answer as texts.
func asked(t *testing.T, e *engine.Engine, table, query string) []string {
	t.Helper()
	a, err := e.Query(context.Background(), engine.Request{Text: "let T = " + table + ";\nT " + query})
	if err != nil {
		t.Fatalf("%s: %v\n%s", query, err, table)
	}
	defer a.Close()
	var out []string
	for {
		b, err := a.Tables[0].Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if b == nil {
			return out
		}
		for i := range b.N {
			var cells []string
			for _, c := range b.Cols {
				cells = append(cells, cellText(c, i))
			}
			out = append(out, strings.Join(cells, "|"))
		}
	}
}

// numbersOf are the texts of column n of a view.
func numbersOf(v *View) []string {
	var out []string
	for i := range v.Rows() {
		out = append(out, v.Text(i, 0))
	}
	return out
}

func TestAsTheEngine(t *testing.T) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 9))
		rows := randomTable(t, r, 40)
		whole, err := rows.View(ctx, Wish{})
		if err != nil {
			t.Fatal(err)
		}
		table, err := whole.Copy([]Area{{EndRow: 1000, EndColumn: 1000}}, "datatable", true, 0)
		if err != nil {
			t.Fatal(err)
		}
		same := func(w Wish, query string) {
			t.Helper()
			v, err := rows.View(ctx, w)
			if err != nil {
				t.Fatalf("%s: %v", query, err)
			}
			got, want := strings.Join(numbersOf(v), " "), strings.Join(asked(t, e, table, query), " ")
			if got != want {
				t.Errorf("seed %d: %s\n got %s\nwant %s", seed, query, got, want)
			}
		}
		for c, k := range engineKinds {
			name := fmt.Sprintf("c%d", c)
			if k != value.Dynamic {
				same(Wish{Sort: []Order{{Column: c + 1, NullsFirst: true}, {Column: 0}}}, "| sort by "+name+" asc, n asc | project n")
				same(Wish{Sort: []Order{{Column: c + 1, Descending: true}, {Column: 0}}}, "| sort by "+name+" desc, n asc | project n")
			}
			filtersAsWhere(t, rows, c, same)
			totalsAsSummarize(t, e, rows, table, c)
		}
	}
}

// filtersAsWhere tries each filter of a column with a value out of it.
func filtersAsWhere(t *testing.T, rows *Result, c int, same func(Wish, string)) {
	t.Helper()
	name, column := fmt.Sprintf("c%d", c), c+1
	whole := rows.Tables[0].column(column)
	row := 0
	for row < whole.N-1 && empty(whole, row) {
		row++
	}
	text, literal := cellText(whole, row), string(appendLiteral(nil, whole, row))
	ask := func(op, where string, values ...string) {
		t.Helper()
		same(Wish{Filters: []Filter{{Column: column, Op: op, Value: text, Values: values}}}, "| where "+where+" | project n")
	}
	if whole.Kind != value.Decimal { // the engine doesn't vouch for a decimal's text
		ask("isempty", "isempty("+name+")")
		ask("isnotempty", "isnotempty("+name+")")
	}
	if whole.Kind == value.Dynamic {
		return
	}
	for _, op := range []string{"==", "!="} {
		ask(op, name+" "+op+" "+literal)
	}
	ask("in", name+" in ("+literal+")", text)
	ask("!in", name+" !in ("+literal+")", text)
	if whole.Kind == value.String {
		ask("contains", name+" contains "+literal)
		ask("!contains", name+" !contains "+literal)
		ask("startswith", name+" startswith "+literal)
		return
	}
	if whole.Kind != value.Bool && whole.Kind != value.Guid {
		for _, op := range []string{"<", "<=", ">", ">="} {
			ask(op, name+" "+op+" "+literal)
		}
		ask("between", name+" between ("+literal+" .. "+literal+")", text, text)
	}
}

// totalsAsSummarize groups by a column and compares the sums.
func totalsAsSummarize(t *testing.T, e *engine.Engine, rows *Result, table string, c int) {
	t.Helper()
	if engineKinds[c] == value.Dynamic || engineKinds[c] == value.Real {
		return // how NaN groups is the engine's matter
	}
	name := fmt.Sprintf("c%d", c)
	totals := map[int]string{2: "sum", 3: "max", 5: "sum", 4: "avg", 6: "distinct", 8: "sum", 7: "min"}
	delete(totals, c+1)
	v, err := rows.View(context.Background(), Wish{Group: []int{c + 1}, Totals: totals})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range v.Lines() - 1 {
		cells, i, heading := v.cells(line, nil)
		var row []string
		for _, column := range []int{2, 3, 4, 5, 6, 7, 8} {
			if totals[column] != "" {
				row = append(row, cellText(cells[column], i))
			}
		}
		got = append(got, fmt.Sprintf("%d|%s", heading.end-heading.start, strings.Join(row, "|")))
	}
	sums := []string{"count()"}
	for _, column := range []int{2, 3, 4, 5, 6, 7, 8} {
		if totals[column] != "" {
			name := strings.Replace(totals[column], "distinct", "count_distinct", 1)
			sums = append(sums, fmt.Sprintf("%s(c%d)", name, column-1))
		}
	}
	query := "| summarize " + strings.Join(sums, ", ") + " by " + name + " | sort by " + name + " asc | project-away " + name
	if want := asked(t, e, table, query); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s\n got %q\nwant %q", query, got, want)
	}
}
