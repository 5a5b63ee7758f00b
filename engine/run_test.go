package engine

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"calypso/kusto/value"
)

// patience is how long a test waits for what must come.
const patience = time.Minute

func openWith(t *testing.T, opts Options, rows int) *Engine {
	t.Helper()
	e, err := Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	if rows > 0 {
		if err := e.Load("", logTable("Logs", rows)); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// A query that would run for hours ends with its context, and leaves no goroutine. How soon, the benchmark's report says.
func TestCancel(t *testing.T) {
	e := openWith(t, Options{}, 200_000)
	before := runtime.NumGoroutine()
	for _, q := range []string{
		"range x from 1 to 100000000000 step 1 | where x % 7 == 8 | count",
		"range x from 1 to 100000000000 step 1 | where x % 7 == 8",
		"range x from 1 to 100000000000 step 1 | summarize sum(x) by x % 10",
		"range x from 1 to 100000000000 step 1 | top 5 by x % 1000",
		"range x from 1 to 100000000000 step 1 | extend k = x % 3 | join kind=leftsemi (print k = 9) on k",
		"range x from 1 to 100000000000 step 1 | mv-expand y = range(1, 10, 1) | where y == 11",
		"Logs | extend k = 1 | join kind=inner (Logs | extend k = 1) on k | where UserId == UserId1 + 1 | count",
		"range x from 1 to 100000000000 step 1 | sort by x desc",
		"let n = toscalar(range x from 1 to 100000000000 step 1 | count | where Count < 0); range y from 1 to 100000000000 step 1 | where y % 2 == 3 | distinct y",
	} {
		t.Run(q, func(t *testing.T) {
			ctx, cancel := context.WithCancel(context.Background())
			a, err := e.Query(ctx, Request{Text: q})
			if err != nil {
				t.Fatal(err)
			}
			time.AfterFunc(50*time.Millisecond, cancel)
			for {
				var b *value.Batch
				if b, err = a.Tables[0].Next(ctx); err != nil || b == nil {
					break
				}
			}
			a.Close()
			if err == nil {
				t.Fatal("the query ended by itself")
			}
			if e := asError(t, err); e.Kind != Cancelled && e.Kind != Limit {
				t.Errorf("error is %v", e)
			}
		})
	}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if runtime.NumGoroutine() <= before {
			return
		}
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

// take stops its scan: the first rows come at once however long the rest would be.
func TestTakeStops(t *testing.T) {
	e := openWith(t, Options{}, 0)
	got := rowsText(e, "range x from 1 to 100000000000 step 1 | where x % 3 == 0 | take 2") // without that it runs for hours
	if got != "x:long\n3\n6\n" {
		t.Errorf("got %s", got)
	}
}

func TestMemoryLimits(t *testing.T) {
	e := openWith(t, Options{QueryMemory: 3 << 20, OperatorMemory: 2 << 20}, 200_000)
	for q, inner := range map[string]string{
		"Logs | sort by Value":                                                "E_RUNAWAY_QUERY",
		"Logs | summarize make_list(Message)":                                 "E_RUNAWAY_QUERY",
		"Logs | distinct UserId, Message":                                     "E_RUNAWAY_QUERY",
		"Logs | join kind=inner (Logs) on UserId":                             "E_RUNAWAY_QUERY",
		"let m = materialize(Logs); m | count | union (m | count)":            "E_RUNAWAY_QUERY",
		"Logs | sort by Value | serialize r = row_number() | where r < 0":     "E_RUNAWAY_QUERY",
		"set maxmemoryconsumptionperiterator=1048576; Logs | distinct UserId": "E_RUNAWAY_QUERY",
	} {
		got := rowsText(e, q)
		if !strings.Contains(got, inner) {
			t.Errorf("%s: got %.200s", q, got)
		}
	}
	// What needs little still runs.
	if got := rowsText(e, "Logs | where Value >= 0 | count"); got != "Count:long\n200000\n" {
		t.Errorf("got %s", got)
	}
}

// counted reads a result to its end, or to its error, and counts its rows.
func counted(table *ResultTable) (rows int, err error) {
	for {
		b, err := table.Next(context.Background())
		if err != nil || b == nil {
			return rows, err
		}
		rows += b.N
	}
}

func TestTruncation(t *testing.T) {
	e := openWith(t, Options{}, 0)
	a, err := e.Query(context.Background(), Request{Text: "range x from 1 to 600000 step 1"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	rows, err := counted(a.Tables[0])
	if err == nil {
		t.Fatal("the result wasn't cut")
	}
	if f := asError(t, err); f.Inner != "E_QUERY_RESULT_SET_TOO_LARGE" || rows != DefaultMaxRecords {
		t.Errorf("%d rows, then %v", rows, f)
	}
	got := rowsText(e, "set notruncation; range x from 1 to 600000 step 1 | where x > 599999")
	if got != "x:long\n600000\n" {
		t.Errorf("got %s", got)
	}
	if got := rowsText(e, "set query_take_max_records=2; range x from 1 to 600000 step 1"); got != "x:long\n1\n2\n" {
		t.Errorf("got %s", got)
	}
}

// The same bits on one core and on many.
func TestSameOnAllCores(t *testing.T) {
	one, many := openWith(t, Options{Workers: 1}, 140_000), openWith(t, Options{Workers: 7}, 140_000)
	for _, q := range []string{
		"Logs | summarize sum(Value), avg(Value), stdev(Value), take_any(Message), make_list(UserId, 5) by State",
		"Logs | where Value > 50 | project Value, State | sort by State asc",
		"Logs | top 50 by State asc",
		"Logs | distinct State",
		"Logs | where Message has '77ms' | take 100",
		"Logs | join kind=innerunique (Logs | where UserId < 500) on State | summarize sum(Value), count() by State",
		"Logs | summarize arg_max(State, Message), percentile(Value, 50)",
		"range x from 1 to 1000000 step 1 | summarize sum(x * 0.1), dcount(x % 777)",
	} {
		q = "set notruncation; " + q
		if a, b := rowsText(one, q), rowsText(many, q); a != b {
			t.Errorf("%s: one core\n%.500s\nmany\n%.500s", q, a, b)
		}
	}
}

func TestParameters(t *testing.T) {
	e := openWith(t, Options{}, 0)
	text := "declare query_parameters(n:long, s:string = 'none', d:datetime = datetime(null), t:timespan = 1h); print n, s, d, t"
	for _, c := range []struct {
		given map[string]any
		want  string
	}{
		{map[string]any{"n": "long(5)", "s": `"x\'y"`, "d": "datetime(2020-01-01)"}, `5 | x'y | "2020-01-01T00:00:00.0000000Z" | "01:00:00"`},
		{map[string]any{"n": 7.0, "s": "x'y | take 1", "d": "2020-01-01"}, `7 | x'y | take 1 | "2020-01-01T00:00:00.0000000Z" | "01:00:00"`},
		{map[string]any{"n": "8"}, `8 | none | null | "01:00:00"`},
		{map[string]any{"n": "8", "t": "2h"}, `8 | none | null | "02:00:00"`},
		{map[string]any{"n": "eight"}, "error"},
		{nil, "error"},
	} {
		a, err := e.Query(context.Background(), Request{Text: text, Parameters: c.given})
		got := "error"
		if err == nil {
			var out strings.Builder
			if err := printRows(&out, a.Tables[0]); err != nil {
				t.Fatal(err)
			}
			got = strings.TrimSpace(out.String())
			a.Close()
		}
		if got != c.want {
			t.Errorf("%v: got %s (%v), want %s", c.given, got, err, c.want)
		}
	}
}

func TestErrorsHavePlaces(t *testing.T) {
	e := openWith(t, Options{}, 10)
	for _, c := range []struct {
		query  string
		kind   Kind
		line   int
		column int
	}{
		{"Logs\n| where Stat == 'x'", Semantic, 2, 9},
		{"Logs\n| wher State == 'x'", Syntax, 2, 3},
		{"Logs\n| reduce by Message", NotBuilt, 2, 3},
		{"Nowhere | take 1", Semantic, 1, 1},
		{".show tables", NotBuilt, 1, 1},
	} {
		_, err := e.Query(context.Background(), Request{Text: c.query})
		if err == nil {
			t.Errorf("%q runs", c.query)
			continue
		}
		f := asError(t, err)
		if f.Kind != c.kind || f.Line != c.line || f.Column != c.column {
			t.Errorf("%q: kind %d at %d:%d: %v", c.query, f.Kind, f.Line, f.Column, f)
		}
	}
	if _, err := e.Query(context.Background(), Request{Database: "nope", Text: "print 1"}); asError(t, err).Kind != NotFound {
		t.Errorf("got %v", err)
	}
}

// Nothing that a person may type makes the engine panic.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{
		"print 1", "range x from 1 to 10 step 1 | summarize count() by x % 2", "Logs | join (Logs) on UserId | take 3",
		"let f = (x:long) { x + 1 }; print f(2)", "print d = dynamic([1,2]) | mv-expand d to typeof(long)",
		"datatable(a:long, b:string)[1, 'x', 2, 'y'] | where b has 'x' | sort by a",
	} {
		f.Add(s)
	}
	e, err := Open(Options{QueryMemory: 64 << 20, OperatorMemory: 64 << 20})
	if err != nil {
		f.Fatal(err)
	}
	if err := e.Load("", logTable("Logs", 100)); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		a, err := e.Query(ctx, Request{Text: text})
		if err == nil {
			for _, table := range a.Tables {
				for {
					b, failed := table.Next(ctx)
					if failed != nil || b == nil {
						err = failed
						break
					}
				}
			}
			a.Close()
		}
		if err != nil {
			if fault := asError(t, err); fault.Kind == Internal {
				t.Fatalf("%v%s", fault, stackOf(fault))
			}
		}
	})
}

func ExampleEngine_Query() {
	e, _ := Open(Options{})
	a, _ := e.Query(context.Background(), Request{Text: "range x from 1 to 3 step 1 | summarize total = sum(x)"})
	defer a.Close()
	b, _ := a.Tables[0].Next(context.Background())
	fmt.Println(a.Tables[0].Columns[0].Name, b.Cols[0].Ints[0])
	// Output: total 6
}
