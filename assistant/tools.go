package assistant

import (
	"context"
	"fmt"
	"sync"
	"time"

	"calypso/agent/tool"
	"calypso/config"
	"calypso/connection"
	"calypso/kql/symbol"
	"calypso/kusto"
	"calypso/kusto/guard"
)

// Place is where tools read.
type Place struct {
	Cluster connection.Cluster
	Name    string // for people: the address, or the connection's name
	// Database is one of the cluster's; "" means its default.
	Database string
	Allowed  []string // more databases of the cluster that may be read
	// Schemas gives the schema; nil reads it from the cluster when it is first needed.
	Schemas tool.Schemas
}

// Tools makes the tools over a place. It asks the cluster for its default database where none is named. who says on whose behalf, for
// the cluster's log: agent, mcp or user.
func Tools(ctx context.Context, p Place, s config.Settings, who string) (*tool.Set, error) {
	of, ok := p.Cluster.(kusto.Cluster)
	if !ok {
		return nil, fmt.Errorf("%s takes no queries of the agent; choose another connection", p.Name)
	}
	if p.Database == "" {
		names, err := p.Cluster.Databases(ctx)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("%s has no database that you can see; ask for access to one", p.Name)
		}
		p.Database = names[0]
	}
	if p.Schemas == nil {
		p.Schemas = &schemas{cluster: p.Cluster, database: p.Database, others: p.Allowed}
	}
	return tool.New(tool.Place{
		Of: of, Connection: p.Name, Database: p.Database, Schemas: p.Schemas, Policy: guard.Policy{Databases: p.Allowed},
	}, Limits(s), who), nil
}

// schemas reads the schemas of a database and of those that may be read beside it, and keeps them until fresh ones are asked for.
type schemas struct {
	cluster  connection.Cluster
	database string
	others   []string

	mu    sync.Mutex // guards facts; held while the cluster is asked, so that it is asked once
	facts tool.Facts
}

// Schema gives the schema.
func (s *schemas) Schema(ctx context.Context, fresh bool) (tool.Facts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.facts.Schema != nil && !fresh {
		return s.facts, nil
	}
	d, err := s.cluster.Database(ctx, s.database)
	if err != nil {
		return tool.Facts{}, err
	}
	all := []*symbol.Database{d}
	for _, name := range s.others {
		if !d.Is(name) {
			all = append(all, s.beside(ctx, name))
		}
	}
	s.facts = tool.Facts{Schema: symbol.New(&symbol.Cluster{State: symbol.Known, Databases: all}, d), Loaded: time.Now(), Complete: d.State == symbol.Known}
	return s.facts, nil
}

// beside gives another database's schema. One that can't be had is known by name only: the guard asks about what is read there.
func (s *schemas) beside(ctx context.Context, name string) *symbol.Database {
	d, err := s.cluster.Database(ctx, name)
	if err != nil {
		return &symbol.Database{Name: name, State: symbol.NotLoaded}
	}
	return d
}
