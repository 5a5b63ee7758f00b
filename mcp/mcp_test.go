package mcp

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"calypso/agent/tool"
	"calypso/agent/tool/tooltest"

	"github.com/google/jsonschema-go/jsonschema"
	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// connect joins the SDK's own client to a server over a small database.
func connect(t *testing.T, of *tooltest.Cluster, approval Approval, o *mcp.ClientOptions) *mcp.ClientSession {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	near, far := mcp.NewInMemoryTransports()
	ended := make(chan error, 1)
	go func() { ended <- New(of.Tools(tool.Limits{PreviewRows: 2}, "mcp"), approval, "test").Run(ctx, far) }()
	session, err := mcp.NewClient(&mcp.Implementation{Name: "test", Version: "1"}, o).Connect(ctx, near, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = session.Close()
		stop()
		<-ended
	})
	return session
}

func call(t *testing.T, s *mcp.ClientSession, name string, arguments any) *mcp.CallToolResult {
	t.Helper()
	r, err := s.CallTool(context.Background(), &mcp.CallToolParams{Name: name, Arguments: arguments})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func text(r *mcp.CallToolResult) string { return r.Content[0].(*mcp.TextContent).Text }

// TestTools: all tools are listed as reading only, and what they return fits what they say they do.
func TestTools(t *testing.T) {
	s := connect(t, tooltest.New(), Auto, nil)
	list, err := s.ListTools(context.Background(), nil)
	if err != nil || len(list.Tools) != 8 {
		t.Fatalf("%v, %d tools", err, len(list.Tools))
	}
	arguments := map[string]any{
		"kusto_execute_query":    map[string]any{"query": "StormEvents | count"},
		"kusto_get_table_schema": map[string]any{"table_name": "StormEvents"},
		"kusto_list_tables":      map[string]any{}, "kusto_list_functions": map[string]any{},
		"kusto_sample_table":   map[string]any{"table_name": "StormEvents", "rows": nil},
		"kusto_validate_query": map[string]any{"query": "StormEvents | where Nope"},
		"kusto_explain_query":  map[string]any{"query": "StormEvents | take 1"},
		"kusto_read_result":    map[string]any{"result_id": "r1", "start": 50, "count": nil}, // of the first query above
	}
	for _, listed := range list.Tools {
		if !listed.Annotations.ReadOnlyHint || listed.Description == "" {
			t.Errorf("%s isn't said to read only", listed.Name)
		}
		r := call(t, s, listed.Name, arguments[listed.Name])
		if r.IsError {
			t.Errorf("%s: %s", listed.Name, text(r))
			continue
		}
		fits(t, listed, text(r))
	}
}

// fits holds a result against the schema that the tool is listed with.
func fits(t *testing.T, listed *mcp.Tool, result string) {
	t.Helper()
	raw, err := json.Marshal(listed.OutputSchema)
	if err != nil {
		t.Fatal(err)
	}
	var schema jsonschema.Schema
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal([]byte(result), &value); err != nil {
		t.Fatal(err)
	}
	if err := resolved.Validate(value); err != nil {
		t.Errorf("%s: %v\n%s", listed.Name, err, result)
	}
	known := map[string]bool{}
	for name := range schema.Properties {
		known[name] = true
	}
	for name := range value.(map[string]any) {
		if !known[name] {
			t.Errorf("%s: %s isn't in the schema", listed.Name, name)
		}
	}
}

// TestRefusals: bad arguments, errors and attacks come as results that say so; an unknown tool is a protocol error.
func TestRefusals(t *testing.T) {
	of := tooltest.New()
	s := connect(t, of, Auto, nil)
	for query, want := range map[string]string{
		"StormEvents | where Stat == 1": "did you mean", ".drop table StormEvents": "guard", "externaldata(x:string)['https://evil']": "guard",
		"search 'x'": "the host can't ask",
	} {
		if r := call(t, s, "kusto_execute_query", map[string]any{"query": query}); !r.IsError || !strings.Contains(text(r), want) {
			t.Errorf("%s: %s", query, text(r))
		}
	}
	if r := call(t, s, "kusto_execute_query", map[string]any{"query": 1}); !r.IsError || !strings.Contains(text(r), "badArguments") {
		t.Error(text(r))
	}
	if _, err := s.CallTool(context.Background(), &mcp.CallToolParams{Name: "shell"}); err == nil {
		t.Error("an unknown tool is no error")
	}
	if n := len(of.Asked()); n != 0 {
		t.Errorf("%d queries were sent", n)
	}
}

// TestElicitation: a host that can ask is asked, and its person's answer counts.
func TestElicitation(t *testing.T) {
	for action, runs := range map[string]bool{"accept": true, "decline": false, "cancel": false} {
		of := tooltest.New()
		var asked string
		s := connect(t, of, Ask, &mcp.ClientOptions{ElicitationHandler: func(_ context.Context, r *mcp.ElicitRequest) (*mcp.ElicitResult, error) {
			asked = r.Params.Message // the handler returns before the call does
			return &mcp.ElicitResult{Action: action, Content: map[string]any{}}, nil
		}})
		r := call(t, s, "kusto_execute_query", map[string]any{"query": "StormEvents | count"})
		if r.IsError == runs || (len(of.Asked()) == 1) != runs || !strings.Contains(asked, "StormEvents | count") {
			t.Errorf("%s: asked %q: %s", action, asked, text(r))
		}
	}
}

// TestCancel: a call that the host gives up stops the query.
func TestCancel(t *testing.T) {
	of := tooltest.New()
	of.Wait = make(chan struct{})
	s := connect(t, of, Auto, nil)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		_, err := s.CallTool(ctx, &mcp.CallToolParams{Name: "kusto_execute_query", Arguments: map[string]any{"query": "StormEvents | count"}})
		ended <- err
	}()
	for len(of.Asked()) == 0 {
		time.Sleep(time.Millisecond)
	}
	stop()
	if err := <-ended; err == nil {
		t.Error("a cancelled call has a result")
	}
}
