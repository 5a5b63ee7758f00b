package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"calypso/agent/model"
	"calypso/agent/model/script"
	"calypso/kql/symbol"
)

// BenchmarkOpen: a thread of 1,000 turns, read from its transcript.
func BenchmarkOpen(b *testing.B) {
	s := &store{folder: b.TempDir()}
	info := Info{ID: "bench", Created: 1_700_000_000_000}
	log, err := s.create(info, "bench", "full")
	if err != nil {
		b.Fatal(err)
	}
	rows := `{"columns":[{"name":"State","type":"string"}],"rows":[` + fmt.Sprintf("%01000d", 7) + `]}`
	for i := range 1000 {
		call := json.RawMessage(fmt.Sprintf(`{"type":"function_call","call_id":"c%d","name":"kusto_execute_query","arguments":"{}"}`, i))
		for _, raw := range []json.RawMessage{model.UserMessage("how many storms?"), call, model.CallOutput(fmt.Sprintf("c%d", i), rows)} {
			if err := log.write(record{T: recordItem, Raw: raw}); err != nil {
				b.Fatal(err)
			}
		}
		item := Item{ID: fmt.Sprint(i), Type: ToolCall, Query: "StormEvents | count", Result: json.RawMessage(`{"rows":[[7]]}`)}
		if err := log.write(record{T: recordShown, Shown: &item}, record{T: recordTurn, Turn: &Turn{ID: "t"}}); err != nil {
			b.Fatal(err)
		}
	}
	log.close()
	for b.Loop() {
		v, log, err := s.open("bench", "full")
		if err != nil || len(v.shown) != 1000 {
			b.Fatal(err, len(v.shown))
		}
		log.close()
	}
}

// BenchmarkFirstToken: from the model's first piece of text to the screen's event for it.
func BenchmarkFirstToken(b *testing.B) {
	var arrived, shown time.Time
	sections := make([]string, b.N+1)
	for i := range sections {
		sections[i] = "text: hello"
	}
	m := timed{script.New(sections...), &arrived}
	a := New(Options{
		Model: func() (model.Model, error) { return m, nil }, Tools: newStage(&testing.T{}, nil, nil).agent.opts.Tools,
		Sink: sinkFunc(func(e Event) {
			if e.Method == "item/delta" {
				shown = time.Now()
			}
		}),
	})
	defer a.Close()
	info, err := a.Start(context.Background(), "help", "Samples")
	if err != nil {
		b.Fatal(err)
	}
	total := time.Duration(0)
	b.ResetTimer()
	for range b.N {
		if _, err := a.Turn(context.Background(), info.ID, Input{Text: "hi"}); err != nil {
			b.Fatal(err)
		}
		a.threads[info.ID].wait()
		total += shown.Sub(arrived)
	}
	b.ReportMetric(float64(total.Microseconds())/float64(b.N), "µs/token")
}

// timed notes when text comes.
type timed struct {
	model.Model
	arrived *time.Time
}

func (t timed) Stream(ctx context.Context, r model.Request, on func(model.Event)) (model.Result, error) {
	return t.Model.Stream(ctx, r, func(e model.Event) {
		if e.Kind == model.TextDelta {
			*t.arrived = time.Now()
		}
		on(e)
	})
}

type sinkFunc func(Event)

func (f sinkFunc) Emit(e Event) { f(e) }

// BenchmarkRank: the tables for a question, of 36,000.
func BenchmarkRank(b *testing.B) {
	db := &symbol.Database{Name: "big"}
	for i := range 36_000 {
		t := &symbol.TableSymbol{Name: fmt.Sprintf("Table%dEvents", i)}
		for j := range 9 {
			t.Columns.List = append(t.Columns.List, &symbol.Column{Name: fmt.Sprintf("Column%d_%d", i%100, j)})
		}
		db.Tables = append(db.Tables, t)
	}
	index := newTableIndex(db)
	for b.Loop() {
		index.rank("which events of table 35000 had column 7?")
	}
}
