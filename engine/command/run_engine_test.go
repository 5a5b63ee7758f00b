package command

import (
	"context"
	"errors"
	"strings"
	"testing"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/kusto/value"
)

func open(t *testing.T) *engine.Engine {
	t.Helper()
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	columns := []value.Column{{Name: "State", Kind: value.String}, {Name: "n", Kind: value.Long}}
	for _, name := range []string{"StormEvents", "Other"} {
		b := exec.NewMemory(name, columns)
		if err := b.Append(&value.Batch{N: 2, Cols: []*value.Vector{value.ConstString("TEXAS", 2), value.ConstInt(value.Long, 1, 2)}}); err != nil {
			t.Fatal(err)
		}
		if err := e.Load("", b.Table()); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func TestRunOnAnEngine(t *testing.T) {
	for in, want := range map[string]string{
		".show tables | where TableName startswith \"Storm\" | project TableName": "StormEvents",
		".show tables details | project TableName, TotalRowCount":                 "StormEvents,2;Other,2",
		".show table Other cslschema | project Schema":                            "State:string,n:long",
		".show functions | count":                                                 "0",
		".show tables":                                                            "StormEvents,Samples,,;Other,Samples,,",
	} {
		answer, err := Run(context.Background(), open(t), engine.Request{Text: in})
		if err != nil {
			t.Errorf("%s: %v", in, err)
			continue
		}
		var rows []string
		for {
			b, err := answer.Tables[0].Next(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			if b == nil {
				break
			}
			rows = append(rows, printed(&result{columns: answer.Tables[0].Columns, batch: *b}))
		}
		answer.Close()
		if got := strings.Join(rows, ";"); got != want {
			t.Errorf("%s: got %q, want %q", in, got, want)
		}
	}
}

// The place of a mistake in a pipeline is the place in the command's text.
func TestErrorPlaces(t *testing.T) {
	for in, column := range map[string]int{
		".show tables | where Nope == 1":                         22,
		".alter table Other policy mirroring dataformat=parquet": 2,
		".create table StormEvents (n:long) | nope":              38,
		".set X <| Other | where Nope == 1":                      25,
		".create function F() { Other | take x }":                37,
		".show table Nowhere":                                    13,
	} {
		_, err := Run(context.Background(), open(t), engine.Request{Text: in})
		var e *engine.Error
		if !errors.As(err, &e) || e.Line != 1 || e.Column != column {
			t.Errorf("%s: got %+v, want column %d", in, e, column)
		}
	}
}
