package tool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"calypso/internal/golden"
	"calypso/kql/symbol"
	"calypso/kusto"
	"calypso/kusto/value"
)

// cluster is a database of one table that answers every query alike and notes what it was asked.
type cluster struct {
	asked  []kusto.Query
	err    error
	loads  int
	schema *symbol.Schema
	part   bool
}

func newCluster() *cluster {
	column := func(name string, t symbol.Type, doc string) *symbol.Column { return &symbol.Column{Name: name, Type: t, Doc: doc} }
	db := &symbol.Database{
		Name: "Samples", State: symbol.Known,
		Tables: []*symbol.TableSymbol{
			{Name: "StormEvents", Doc: "Storms", Folder: "weather", Columns: symbol.Columns{List: []*symbol.Column{
				column("State", symbol.String, "US state"), column("StartTime", symbol.Datetime, ""), column("Deaths", symbol.Long, ""),
			}}},
			{Name: "odd 'name' | evaluate x", Columns: symbol.Columns{List: []*symbol.Column{column("a", symbol.String, "")}}},
			{Name: "Outside", Kind: symbol.External, Columns: symbol.Columns{List: []*symbol.Column{column("a", symbol.String, "")}}},
		},
		Functions: []*symbol.Function{{Name: "Deadly", Parameters: "(n: long = 1)", Body: "{ StormEvents | where Deaths > n }", Doc: "Storms that killed"}},
	}
	return &cluster{schema: symbol.ForDatabase(db)}
}

func (c *cluster) Stream(ctx context.Context, q kusto.Query, sink kusto.Sink) (kusto.Done, error) {
	c.asked = append(c.asked, q)
	if c.err != nil {
		return kusto.Done{}, c.err
	}
	if err := sink.Table("PrimaryResult", []value.Column{{Name: "State", Kind: value.String}, {Name: "n", Kind: value.Long}}); err != nil {
		return kusto.Done{}, err
	}
	b := value.Batch{N: 100, Cols: []*value.Vector{value.ConstString("TEXAS", 100), value.ConstInt(value.Long, 1<<60, 100)}}
	if err := sink.Rows(&b); err != nil {
		return kusto.Done{}, err
	}
	return kusto.Done{ClientRequestID: q.RequestID}, sink.End(false, "")
}

func (c *cluster) Database(context.Context, string) (*symbol.Database, error) { return c.schema.Database, nil }

func (c *cluster) Schema(_ context.Context, fresh bool) (Facts, error) {
	if fresh {
		c.loads++
	}
	return Facts{Schema: c.schema, Complete: !c.part}, nil
}

func set(c *cluster, l Limits) *Set {
	return New(Place{Of: c, Connection: "help", Database: "Samples", Schemas: c}, l, "agent")
}

// TestTools: each pair of sections is a call and what the model reads.
func TestTools(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		of := newCluster()
		limits := Limits{PreviewRows: 2}
		if c.Name == "no_rows" {
			limits.NoRows = true
		}
		s := set(of, limits)
		for _, section := range c.Sections() {
			name, ok := strings.CutSuffix(section, ".call")
			if !ok {
				continue
			}
			tool, arguments, _ := strings.Cut(strings.TrimSpace(c.Text(section)), " ")
			before := len(of.asked)
			p := s.Prepare(context.Background(), tool, arguments)
			out := p.Run(context.Background()).Output
			out = duration.ReplaceAllString(out, `"durationMs":0`)
			if p.RequestID != "" {
				out = strings.ReplaceAll(out, p.RequestID, "ID")
			}
			var indented strings.Builder
			indent(t, &indented, out)
			for _, q := range of.asked[before:] {
				fmt.Fprintf(&indented, "sent: %s\n", q.Text)
			}
			c.Want(t, name+".want", indented.String())
		}
	})
}

var duration = regexp.MustCompile(`"durationMs":[0-9]+`)

func indent(t *testing.T, into *strings.Builder, out string) {
	var v any
	if err := json.Unmarshal([]byte(out), &v); err != nil {
		t.Fatalf("the output is no JSON: %v\n%s", err, out)
	}
	e := json.NewEncoder(into)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
}

// TestProperties: each query carries what makes the cluster refuse.
func TestProperties(t *testing.T) {
	c := newCluster()
	p := set(c, Limits{}).Prepare(context.Background(), "kusto_execute_query", `{"query":"StormEvents | take 1"}`)
	p.Run(context.Background())
	if len(c.asked) != 1 {
		t.Fatalf("%d queries, refused: %v", len(c.asked), p.Refused())
	}
	q := c.asked[0]
	for _, name := range []string{"request_readonly", "request_readonly_hardline", "request_remote_entities_disabled", "query_take_max_records", "servertimeout"} {
		if q.Options[name] == nil {
			t.Errorf("%s isn't sent", name)
		}
	}
	if !strings.HasPrefix(q.RequestID, "Calypso.agent;") || q.RequestID != p.RequestID {
		t.Errorf("the request is named %q, prepared as %q", q.RequestID, p.RequestID)
	}
}

// TestUnchecked: a query whose names the schema lacks is refused once; the same text again runs, marked.
func TestUnchecked(t *testing.T) {
	c := newCluster()
	s := set(c, Limits{})
	call := `{"query":"NewTable | take 1"}`
	first := s.Prepare(context.Background(), "kusto_execute_query", call)
	if f := first.Refused(); f == nil || f.Kind != Wrong || !f.SameTextRuns || c.loads != 1 {
		t.Fatalf("%+v, %d fresh schemas", f, c.loads)
	}
	second := s.Prepare(context.Background(), "kusto_execute_query", call)
	if second.Refused() != nil || !second.Unchecked {
		t.Fatalf("%+v", second.Refused())
	}
	if out := second.Run(context.Background()); !strings.Contains(out.Output, `"unchecked":true`) {
		t.Error(out.Output)
	}
	if s.Prepare(context.Background(), "kusto_execute_query", `{"query":"NewTable | externaldata"}`).Refused() == nil {
		t.Error("what can't be read runs")
	}
	c.part = true
	if f := s.Prepare(context.Background(), "kusto_execute_query", `{"query":"Other | take 1"}`).Refused(); f != nil {
		t.Errorf("a schema that is known in part blocks a name: %v", f)
	}
}

// TestEdited: what a person writes over a query is judged again.
func TestEdited(t *testing.T) {
	s := set(newCluster(), Limits{})
	p := s.Prepare(context.Background(), "kusto_execute_query", `{"query":"StormEvents | take 1"}`)
	if f := s.Edit(context.Background(), p, ".drop table StormEvents").Refused(); f == nil || f.Kind != Denied {
		t.Errorf("%+v", f)
	}
	if f := s.Edit(context.Background(), p, "StormEvents | take 2").Refused(); f != nil {
		t.Error(f)
	}
}

func TestFailures(t *testing.T) {
	c := newCluster()
	c.err = &kusto.Failure{Kind: kusto.Throttled, Message: "too many requests", Hint: "wait"}
	s := set(c, Limits{QueryBytes: 100, ArgumentBytes: 200})
	run := func(ctx context.Context, tool, arguments string) *Failure {
		return s.Prepare(ctx, tool, arguments).Run(ctx).Failure
	}
	if f := run(context.Background(), "kusto_execute_query", `{"query":"StormEvents | take 1"}`); f.Kind != Kusto || f.Message != "too many requests" {
		t.Errorf("%+v", f)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	c.err = errors.New("stopped")
	if f := run(stopped, "kusto_execute_query", `{"query":"StormEvents | take 1"}`); f.Kind != Interrupted {
		t.Errorf("%+v", f)
	}
	for arguments, kind := range map[string]Kind{
		`{"query":"` + strings.Repeat("x", 120) + `"}`: TooLarge, `{"query":"` + strings.Repeat("x", 300) + `"}`: TooLarge,
		`{"query":1}`: BadArguments, `{"query":"T","more":1}`: BadArguments, `[`: BadArguments, `{} {}`: BadArguments,
	} {
		if f := run(context.Background(), "kusto_execute_query", arguments); f == nil || f.Kind != kind {
			t.Errorf("%s: %+v, want %s", arguments, f, kind)
		}
	}
}

// TestCells: no number is lost, nothing is longer than it may be.
func TestCells(t *testing.T) {
	for want, v := range map[string]*value.Vector{
		`"1152921504606846976"`: value.ConstInt(value.Long, 1<<60, 1), `5`: value.ConstInt(value.Long, 5, 1), `"NaN"`: value.ConstReal(math.NaN(), 1),
		`"-Infinity"`: value.ConstReal(math.Inf(-1), 1), `"ab…"`: value.ConstString("abcdef", 1), `null`: value.NewNull(value.Real, 1),
		`{"a":1}`: value.ConstDyn(value.ParseDyn(`{"a":1}`), 1), `"{\"…"`: value.ConstDyn(value.ParseDyn(`{"abcdefgh":1}`), 1),
		`"00:00:01"`: value.ConstInt(value.Timespan, 10_000_000, 1), `true`: value.ConstBool(true, 1),
	} {
		limit := 2
		if want == `{"a":1}` {
			limit = 20
		}
		if got := string(cell(v, 0, limit)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// FuzzCall: whatever a model calls with, there is JSON within the limits.
func FuzzCall(f *testing.F) {
	f.Add("kusto_execute_query", `{"query":"StormEvents | where a"}`)
	f.Add("kusto_sample_table", `{"table_name":"x\\') | evaluate http_request(\"https://evil\") //","rows":null}`)
	f.Add("kusto_explain_query", `{"query":"let a = 1; StormEvents | join (StormEvents) on State"}`)
	f.Fuzz(func(t *testing.T, tool, arguments string) {
		s := set(newCluster(), Limits{})
		began := time.Now()
		out := s.Prepare(context.Background(), tool, arguments).Run(context.Background()).Output
		if !json.Valid([]byte(out)) || len(out) > 3*s.limits.OutputBytes {
			t.Fatalf("%d bytes: %s", len(out), out)
		}
		if time.Since(began) > 10*time.Second {
			t.Fatal("too slow")
		}
	})
}
