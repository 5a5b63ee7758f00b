package engine

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// logTable makes rows like those of a log: time, state (50), user (many), value, message.
func logTable(name string, rows int) exec.Table {
	cols := []value.Column{
		{Name: "Timestamp", Kind: value.Datetime},
		{Name: "State", Kind: value.String},
		{Name: "UserId", Kind: value.Long},
		{Name: "Value", Kind: value.Real},
		{Name: "Message", Kind: value.String},
	}
	b := exec.NewMemory(name, cols)
	r := rand.New(rand.NewPCG(1, 2))
	states := make([]string, 50)
	for i := range states {
		states[i] = fmt.Sprintf("STATE %d", i)
	}
	for from := 0; from < rows; from += exec.SegmentRows {
		n := min(exec.SegmentRows, rows-from)
		build := make([]*value.Builder, len(cols))
		for i, c := range cols {
			build[i] = value.NewBuilder(c.Kind, n)
		}
		for i := range n {
			build[0].AppendInt(630000000000000000 + int64(from+i)*1e7)
			build[1].AppendString(states[r.IntN(50)])
			build[2].AppendInt(r.Int64N(int64(rows)))
			build[3].AppendReal(r.Float64() * 100)
			build[4].AppendString("took " + fmt.Sprint(r.IntN(1000)) + "ms")
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

func BenchmarkQuery(b *testing.B) {
	for _, rows := range []int{50_000, 1_000_000} {
		e, err := Open(Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := e.Load("", logTable("Logs", rows)); err != nil {
			b.Fatal(err)
		}
		for _, q := range []string{
			"Logs | summarize count() by State",
			"Logs | summarize count(), avg(Value), max(Value) by State",
			"Logs | summarize count() by UserId | top 10 by count_",
			"Logs | summarize count() by bin(Timestamp, 1h)",
			"Logs | where State == 'STATE 7' | count",
			"Logs | where Message has '77ms' | count",
			"Logs | top 100 by Value",
			"Logs | sort by Value | take 5",
			"Logs | sort by Value asc, UserId | count",
			"Logs | take 10",
			"Logs | join kind=inner (Logs | where Value > 90 | distinct State) on State | count",
		} {
			b.Run(fmt.Sprintf("%dk/%s", rows/1000, q), func(b *testing.B) {
				for b.Loop() {
					a, err := e.Query(context.Background(), Request{Text: q})
					if err != nil {
						b.Fatal(err)
					}
					for {
						batch, err := a.Tables[0].Next(context.Background())
						if err != nil {
							b.Fatal(err)
						}
						if batch == nil {
							break
						}
					}
					a.Close()
				}
			})
		}
	}
}
