// Command bench runs queries over Parquet files in the embedded engine and says what they cost. `npm run bench:engine` builds and
// starts it, once for each query, so that the peak of memory is that query's; see scripts/bench-engine.mjs.
//
// It reads one JSON value from stdin, a task, and writes one to stdout, a measurement.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/pprof"
	"sync/atomic"
	"time"

	"calypso/engine"
	"calypso/engine/source"
	"calypso/kusto/value"
)

// task is what to run.
type task struct {
	Files []string `json:"files"` // Parquet files; each is a table of its name
	Query string   `json:"query"`
	Check string   `json:"check"` // a query whose rows are given; "" means Query
	Times int      `json:"times"` // of which the cheapest counts
	// Profile is where to write a profile of the CPU; "" means nowhere. Memory is the query's budget in bytes; 0 means the default.
	Profile string `json:"profile"`
	Memory  int64  `json:"memory"`
	// Cancel is after how many seconds the query is cancelled, instead of run several times; 0 means never.
	Cancel float64 `json:"cancel"`
}

// measurement is what it cost.
type measurement struct {
	CPU   float64 `json:"cpu"`   // seconds of all cores, user and system
	Wall  float64 `json:"wall"`  // seconds
	First float64 `json:"first"` // seconds from opening the files to the first rows, in the first run
	Peak  int64   `json:"peak"`  // most bytes resident in memory by the end of the first run, 0 where the system doesn't tell
	Total int64   `json:"total"` // rows given
	Rows  [][]any `json:"rows"`  // of the check
	Stop  float64 `json:"stop"`  // seconds from cancelling to the query's end, its goroutines' too; 0 where it ended before
	Error string  `json:"error"` // of the query
}

func main() {
	var t task
	if err := json.NewDecoder(os.Stdin).Decode(&t); err != nil {
		fmt.Fprintln(os.Stderr, "bench: a task is expected on stdin:", err)
		os.Exit(2)
	}
	m, err := t.run(context.Background())
	if err != nil {
		m.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(m); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
}

func (t task) run(ctx context.Context) (m measurement, err error) {
	began := time.Now()
	e, err := engine.Open(engine.Options{QueryMemory: t.Memory, OperatorMemory: t.Memory})
	if err != nil {
		return m, err
	}
	for _, file := range t.Files {
		table, err := source.OpenFile(ctx, file, source.Options{})
		if err != nil {
			return m, err
		}
		if err := e.Load("", table); err != nil {
			return m, err
		}
	}
	if t.Profile != "" {
		out, err := os.Create(t.Profile)
		if err != nil {
			return m, err
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return m, err
		}
		defer pprof.StopCPUProfile()
	}
	if t.Cancel > 0 {
		m.Stop, err = stopping(ctx, e, t.Query, time.Duration(t.Cancel*float64(time.Second)))
		return m, err
	}
	for i := range max(1, t.Times) {
		once, err := measure(ctx, e, t.Query, began)
		if err != nil {
			return m, err
		}
		if i == 0 {
			m.First, m.Peak = once.First, peakMemory()
		}
		if i == 0 || once.CPU < m.CPU {
			m.CPU, m.Wall, m.Total = once.CPU, once.Wall, once.Total
		}
	}
	if t.Check == "" {
		t.Check = t.Query
	}
	m.Rows, err = answer(ctx, e, t.Check)
	return m, err
}

// stopping cancels a query while it runs, and gives how long it then takes to end.
func stopping(ctx context.Context, e *engine.Engine, query string, after time.Duration) (float64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var cancelled atomic.Pointer[time.Time]
	time.AfterFunc(after, func() {
		now := time.Now()
		cancelled.Store(&now)
		cancel()
	})
	err := each(ctx, e, query, func(*value.Batch) error { return nil })
	if at := cancelled.Load(); at != nil && err != nil {
		return time.Since(*at).Seconds(), nil
	}
	return 0, err
}

// measure runs a query to its end once.
func measure(ctx context.Context, e *engine.Engine, query string, began time.Time) (m measurement, err error) {
	cpu, wall := cpuSeconds(), time.Now()
	err = each(ctx, e, query, func(b *value.Batch) error {
		if m.Total == 0 {
			m.First = time.Since(began).Seconds()
		}
		m.Total += int64(b.N)
		return nil
	})
	m.CPU, m.Wall = cpuSeconds()-cpu, time.Since(wall).Seconds()
	return m, err
}

// each hands on the batches of a query's first result.
func each(ctx context.Context, e *engine.Engine, query string, see func(*value.Batch) error) error {
	a, err := e.Query(ctx, engine.Request{Text: query, Properties: map[string]any{"notruncation": true}})
	if err != nil {
		return err
	}
	defer a.Close()
	for {
		b, err := a.Tables[0].Next(ctx)
		if err != nil || b == nil {
			return err
		}
		if err := see(b); err != nil {
			return err
		}
	}
}

// mostRows bounds an answer that is compared.
const mostRows = 10_000

// answer gives a query's rows: numbers, text, and times as microseconds, which is what the other side gives.
func answer(ctx context.Context, e *engine.Engine, query string) (rows [][]any, err error) {
	err = each(ctx, e, query, func(b *value.Batch) error {
		if len(rows)+b.N > mostRows {
			return fmt.Errorf("the query to compare gives more than %d rows", mostRows)
		}
		for i := range b.N {
			row := make([]any, len(b.Cols))
			for c, v := range b.Cols {
				row[c] = cell(v, i)
			}
			rows = append(rows, row)
		}
		return nil
	})
	return rows, err
}

func cell(v *value.Vector, i int) any {
	if v.IsNull(i) {
		return nil
	}
	i &= v.Mask()
	switch v.Kind {
	case value.Bool:
		return v.Bools[i]
	case value.Datetime:
		return (v.Ints[i] - value.UnixEpoch) / value.TicksPerMicrosecond
	case value.Timespan:
		return v.Ints[i] / value.TicksPerMicrosecond
	case value.Int, value.Long:
		return v.Ints[i]
	case value.Real:
		return v.Reals[i]
	case value.String:
		return v.Strings[i]
	case value.Dynamic:
		return v.Dynamics[i].String()
	}
	return fmt.Sprintf("a value of type %s", v.Kind)
}
