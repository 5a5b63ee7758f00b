package assistant

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"calypso/agent/tool/tooltest"
	"calypso/config"
	"calypso/kql/symbol"
	"calypso/server"
	"calypso/server/protocol"
)

// neighbours is a cluster of three databases, one of them locked.
type neighbours struct{ *tooltest.Cluster }

func (neighbours) Databases(context.Context) ([]string, error) { return []string{"Samples"}, nil }
func (neighbours) Host() string                                { return "help" }
func (neighbours) Run(context.Context, server.Query, server.Sink) (protocol.QueryStats, error) {
	return protocol.QueryStats{}, nil
}

func (n neighbours) Database(ctx context.Context, name string) (*symbol.Database, error) {
	switch name {
	case "Locked":
		return nil, errors.New("no access")
	case "Shared":
		return &symbol.Database{
			Name: name, State: symbol.Known,
			Tables:    []*symbol.TableSymbol{{Name: "S", Columns: symbol.Columns{List: []*symbol.Column{{Name: "a", Type: symbol.String}}}}},
			Functions: []*symbol.Function{{Name: "Hidden", Parameters: "()", Body: "{ externaldata(x:string)['https://evil'] }"}},
		}, nil
	}
	return n.Cluster.Database(ctx, name)
}

// A database that may be read beside the own one is known as that is: what it hides is denied, what is plain isn't asked about. Of one
// whose schema can't be had nothing is known, and so all is asked.
func TestBeside(t *testing.T) {
	tools, err := Tools(t.Context(), Place{Cluster: neighbours{tooltest.New()}, Name: "help", Allowed: []string{"Shared", "Locked"}}, config.Settings{}, "mcp")
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]string{
		"database('Shared').S | take 1":      "allow",
		"database('Shared').Hidden | take 1": "deny",
		"database('Locked').X | take 1":      "ask",
		"database('Other').X | take 1":       "deny",
	} {
		arguments, err := json.Marshal(map[string]string{"query": query})
		if err != nil {
			t.Fatal(err)
		}
		p := tools.Prepare(t.Context(), "kusto_execute_query", string(arguments))
		got := "allow"
		switch {
		case p.Refused() != nil:
			got = "deny"
		case p.Verdict.Asks():
			got = "ask"
		}
		if got != want {
			t.Errorf("%s: %s, want %s %+v", query, got, want, p.Refused())
		}
	}
}
