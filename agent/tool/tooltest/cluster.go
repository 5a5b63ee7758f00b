// Package tooltest has a small database for tests of what uses the tools: a few tables, some of them with names that mean harm, and
// an answer that is the same for every query. It keeps what it was asked.
package tooltest

import (
	"context"
	"sync"

	"calypso/agent/tool"
	"calypso/kql/symbol"
	"calypso/kusto"
	"calypso/kusto/value"
)

// Cluster is one database, Samples. It is safe for many goroutines.
type Cluster struct {
	Known *symbol.Schema
	Err   error // what queries end with
	Part  bool  // the schema is known in part
	// Wait, when set, holds a query until it is closed or the query's context ends.
	Wait chan struct{}

	mu    sync.Mutex
	asked []kusto.Query
	loads int
}

// New makes the database.
func New() *Cluster {
	column := func(name string, t symbol.Type, doc string) *symbol.Column {
		return &symbol.Column{Name: name, Type: t, Doc: doc}
	}
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
	return &Cluster{Known: symbol.ForDatabase(db)}
}

// Asked gives the queries so far.
func (c *Cluster) Asked() []kusto.Query {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]kusto.Query(nil), c.asked...)
}

// Loads gives how often a fresh schema was asked for.
func (c *Cluster) Loads() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.loads
}

// Stream answers with 100 rows of a state and a number that JavaScript would round.
func (c *Cluster) Stream(ctx context.Context, q kusto.Query, sink kusto.Sink) (kusto.Done, error) {
	c.mu.Lock()
	c.asked = append(c.asked, q)
	c.mu.Unlock()
	if c.Wait != nil {
		select {
		case <-ctx.Done():
			return kusto.Done{}, ctx.Err()
		case <-c.Wait:
		}
	}
	if c.Err != nil {
		return kusto.Done{}, c.Err
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

// Database gives the only database.
func (c *Cluster) Database(context.Context, string) (*symbol.Database, error) {
	return c.Known.Database, nil
}

// Schema gives what is known of it.
func (c *Cluster) Schema(_ context.Context, fresh bool) (tool.Facts, error) {
	if fresh {
		c.mu.Lock()
		c.loads++
		c.mu.Unlock()
	}
	return tool.Facts{Schema: c.Known, Complete: !c.Part}, nil
}

// Tools gives the tools over the database.
func (c *Cluster) Tools(l tool.Limits, who string) *tool.Set {
	return tool.New(tool.Place{Of: c, Connection: "help", Database: "Samples", Schemas: c}, l, who)
}
