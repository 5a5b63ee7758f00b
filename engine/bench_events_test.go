//go:build unix

// The benchmark of the design: eight columns of a log, CALYPSO_BENCH_ROWS rows (1 M where it isn't said), each query once a round.
// Run with: go test ./engine -run XXX -bench Events -benchtime 1x. The metric that counts is cpu-s: seconds of all cores.

package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

var eventColumns = []value.Column{
	{Name: "Timestamp", Kind: value.Datetime},
	{Name: "UserId", Kind: value.Long},
	{Name: "State", Kind: value.String},
	{Name: "Level", Kind: value.String},
	{Name: "Value", Kind: value.Real},
	{Name: "Duration", Kind: value.Timespan},
	{Name: "Message", Kind: value.String},
	{Name: "Props", Kind: value.Dynamic},
}

// eventTable makes the log: 1 M users, 50 states, 5 levels, messages of some fifty bytes.
func eventTable(name string, rows int) exec.Table {
	b := exec.NewMemory(name, eventColumns)
	r := rand.New(rand.NewPCG(7, 11))
	levels := []string{"Verbose", "Info", "Info", "Info", "Warning", "Error", "Critical", "Info"}
	states := make([]string, 50)
	for i := range states {
		states[i] = fmt.Sprintf("STATE %02d", i)
	}
	for from := 0; from < rows; from += exec.SegmentRows {
		n := min(exec.SegmentRows, rows-from)
		build := make([]*value.Builder, len(eventColumns))
		for i, c := range eventColumns {
			build[i] = value.NewBuilder(c.Kind, n)
		}
		for i := range n {
			took := r.IntN(1000)
			build[0].AppendInt(638000000000000000 + int64(from+i)*1e6)
			build[1].AppendInt(r.Int64N(1_000_000))
			build[2].AppendString(states[r.IntN(50)])
			build[3].AppendString(levels[r.IntN(len(levels))])
			build[4].AppendReal(r.Float64() * 1000)
			build[5].AppendInt(int64(took) * 10000)
			build[6].AppendString("Request " + strconv.Itoa(r.IntN(1_000_000)) + " to /api/item took " + strconv.Itoa(took) + "ms on node-" + strconv.Itoa(r.IntN(64)))
			build[7].AppendDyn(value.ParseDyn(`{"region":"r` + strconv.Itoa(r.IntN(8)) + `","code":` + strconv.Itoa(200+r.IntN(5)*100) + `}`))
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

var eventQueries = []struct{ name, text string }{
	{"filter-count", "Events | where Level == 'Error' | count"},
	{"group-2-keys", "Events | summarize count(), avg(Value), max(Value) by State, Level"},
	{"bin-hour", "Events | summarize count() by bin(Timestamp, 1h)"},
	{"group-1M-top-10", "Events | summarize count() by UserId | top 10 by count_"},
	{"dcount", "Events | summarize dcount(UserId)"},
	{"top-100", "Events | top 100 by Value"},
	{"sort-all", "Events | project Value, UserId | sort by Value desc | where UserId < 0"},
	{"row-number", "Events | project State, Timestamp | sort by State asc, Timestamp asc | extend r = row_number(1, prev(State) != State) | where r < 0"},
	{"join", "Events | where Value < 33 | project UserId, State | join kind=inner (range UserId from 0 to 333332 step 1) on UserId | summarize count() by State"},
	{"contains_cs", "Events | where Message contains_cs 'node-63' | count"},
	{"contains", "Events | where Message contains 'NODE-63' | count"},
	{"has", "Events | where Message has 'node' and Message has '777ms' | count"},
	{"extract", "Events | summarize max(extract('took (\\\\d+)ms', 1, Message))"},
	{"regex", "Events | where Message matches regex '[a-z]+-6[0-3]$' | count"},
	{"property", "Events | where Props.region == 'r3' | count"},
	{"percentiles", "Events | summarize percentiles(Value, 50, 95, 99) by Level"},
	{"arg-max", "Events | summarize arg_max(Timestamp, *) by State"},
	{"take-10", "Events | take 10"},
}

func cpuSeconds() float64 {
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use)
	return float64(use.Utime.Sec+use.Stime.Sec) + float64(use.Utime.Usec+use.Stime.Usec)/1e6
}

func BenchmarkEvents(b *testing.B) {
	rows := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("CALYPSO_BENCH_ROWS")); err == nil {
		rows = n
	}
	e, err := Open(Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := e.Load("", eventTable("Events", rows)); err != nil {
		b.Fatal(err)
	}
	for _, q := range eventQueries {
		b.Run(q.name, func(b *testing.B) {
			before, rounds := cpuSeconds(), 0
			for b.Loop() {
				rounds++
				if err := drain(e, q.text); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cpuSeconds()-before)/float64(rounds), "cpu-s")
		})
	}
}

// drain runs a query to its end.
func drain(e *Engine, query string) error {
	a, err := e.Query(context.Background(), Request{Text: query, Properties: map[string]any{"notruncation": true}})
	if err != nil {
		return err
	}
	defer a.Close()
	for {
		batch, err := a.Tables[0].Next(context.Background())
		if err != nil || batch == nil {
			return err
		}
	}
}
