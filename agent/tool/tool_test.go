package tool_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"calypso/agent/tool"
	"calypso/agent/tool/tooltest"
	"calypso/internal/golden"
	"calypso/kusto"
)

// TestTools: each pair of sections is a call and what the model reads.
func TestTools(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		of := tooltest.New()
		limits := tool.Limits{PreviewRows: 2}
		if c.Name == "no_rows" {
			limits.NoRows = true
		}
		s := of.Tools(limits, "agent")
		for _, section := range c.Sections() {
			name, ok := strings.CutSuffix(section, ".call")
			if !ok {
				continue
			}
			call, arguments, _ := strings.Cut(strings.TrimSpace(c.Text(section)), " ")
			before := len(of.Asked())
			p := s.Prepare(context.Background(), call, arguments)
			out := p.Run(context.Background()).Output
			out = duration.ReplaceAllString(out, `"durationMs":0`)
			if p.RequestID != "" {
				out = strings.ReplaceAll(out, p.RequestID, "ID")
			}
			var indented strings.Builder
			indent(t, &indented, out)
			for _, q := range of.Asked()[before:] {
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
	c := tooltest.New()
	p := c.Tools(tool.Limits{}, "agent").Prepare(context.Background(), "kusto_execute_query", `{"query":"StormEvents | take 1"}`)
	p.Run(context.Background())
	if len(c.Asked()) != 1 {
		t.Fatalf("%d queries, refused: %v", len(c.Asked()), p.Refused())
	}
	q := c.Asked()[0]
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
	c := tooltest.New()
	s := c.Tools(tool.Limits{}, "agent")
	call := `{"query":"NewTable | take 1"}`
	first := s.Prepare(context.Background(), "kusto_execute_query", call)
	if f := first.Refused(); f == nil || f.Kind != tool.Wrong || !f.SameTextRuns || c.Loads() != 1 {
		t.Fatalf("%+v, %d fresh schemas", f, c.Loads())
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
	c.Part = true
	if f := s.Prepare(context.Background(), "kusto_execute_query", `{"query":"Other | take 1"}`).Refused(); f != nil {
		t.Errorf("a schema that is known in part blocks a name: %v", f)
	}
}

// TestEdited: what a person writes over a query is judged again.
func TestEdited(t *testing.T) {
	s := tooltest.New().Tools(tool.Limits{}, "agent")
	p := s.Prepare(context.Background(), "kusto_execute_query", `{"query":"StormEvents | take 1"}`)
	if f := s.Edit(context.Background(), p, ".drop table StormEvents").Refused(); f == nil || f.Kind != tool.Denied {
		t.Errorf("%+v", f)
	}
	if f := s.Edit(context.Background(), p, "StormEvents | take 2").Refused(); f != nil {
		t.Error(f)
	}
}

func TestFailures(t *testing.T) {
	c := tooltest.New()
	c.Err = &kusto.Failure{Kind: kusto.Throttled, Message: "too many requests", Hint: "wait"}
	s := c.Tools(tool.Limits{QueryBytes: 100, ArgumentBytes: 200}, "agent")
	run := func(ctx context.Context, name, arguments string) *tool.Failure {
		return s.Prepare(ctx, name, arguments).Run(ctx).Failure
	}
	if f := run(context.Background(), "kusto_execute_query", `{"query":"StormEvents | take 1"}`); f.Kind != tool.Kusto || f.Message != "too many requests" {
		t.Errorf("%+v", f)
	}
	stopped, stop := context.WithCancel(context.Background())
	stop()
	c.Err = errors.New("stopped")
	if f := run(stopped, "kusto_execute_query", `{"query":"StormEvents | take 1"}`); f.Kind != tool.Interrupted {
		t.Errorf("%+v", f)
	}
	for arguments, kind := range map[string]tool.Kind{
		`{"query":"` + strings.Repeat("x", 120) + `"}`: tool.TooLarge, `{"query":"` + strings.Repeat("x", 300) + `"}`: tool.TooLarge,
		`{"query":1}`: tool.BadArguments, `{"query":"T","more":1}`: tool.BadArguments, `[`: tool.BadArguments, `{} {}`: tool.BadArguments,
	} {
		if f := run(context.Background(), "kusto_execute_query", arguments); f == nil || f.Kind != kind {
			t.Errorf("%s: %+v, want %s", arguments, f, kind)
		}
	}
}

// FuzzCall: whatever a model calls with, there is JSON within the limits.
func FuzzCall(f *testing.F) {
	f.Add("kusto_execute_query", `{"query":"StormEvents | where a"}`)
	f.Add("kusto_sample_table", `{"table_name":"x\\') | evaluate http_request(\"https://evil\") //","rows":null}`)
	f.Add("kusto_explain_query", `{"query":"let a = 1; StormEvents | join (StormEvents) on State"}`)
	f.Fuzz(func(t *testing.T, name, arguments string) {
		s := tooltest.New().Tools(tool.Limits{}, "agent")
		began := time.Now()
		out := s.Prepare(context.Background(), name, arguments).Run(context.Background()).Output
		if !json.Valid([]byte(out)) || len(out) > 3*s.Limits().OutputBytes {
			t.Fatalf("%d bytes: %s", len(out), out)
		}
		if time.Since(began) > 10*time.Second {
			t.Fatal("too slow")
		}
	})
}
