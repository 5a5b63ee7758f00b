package server

import (
	"context"
	"time"

	"calypso/kql/symbol"
	"calypso/server/protocol"
)

// loading is how long a schema may take: some clusters have tens of thousands of tables.
const loading = 5 * time.Minute

// schemaRead is kusto/schema/read.
func schemaRead(c *call, p *protocol.SchemaReadParams) (any, error) {
	return reply(c.loadSchema(p, false))
}

// schemaRefresh is kusto/schema/refresh.
func schemaRefresh(c *call, p *protocol.SchemaReadParams) (any, error) {
	return reply(c.loadSchema(p, true))
}

// reply gives a pointer as a method's answer: a nil one in an interface would be no nil.
func reply[T any](answer *T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return answer, nil
}

func (c *call) loadSchema(p *protocol.SchemaReadParams, fresh bool) (*protocol.SchemaReadResult, error) {
	t, err := c.target(p.Connection, p.Database)
	if err != nil {
		return nil, err
	}
	progress := c.progress(p.WorkDoneToken, "Loading the schema")
	defer progress.end()
	ctx := c.Context
	if fresh { // a person wants it: they may be asked
		if ctx, err = c.signedIn(ctx, t.Connection); err != nil {
			return nil, err
		}
		timed, stop := context.WithTimeout(ctx, loading)
		defer stop()
		ctx = timed
	}
	facts, err := c.backend.Load(ctx, t, fresh, progress.report)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &protocol.SchemaReadResult{
		Version: facts.Schema.Version, Age: max(now.Sub(facts.Loaded).Seconds(), 0), Complete: facts.Complete, Counts: count(facts.Schema),
		Note: facts.Note(now),
	}, nil
}

// target checks a connection's id, and fills in its default database.
func (c *call) target(connection, database string) (Target, error) {
	known, err := c.connection(connection)
	if err != nil {
		return Target{}, err
	}
	if database == "" {
		database = known.Database
	}
	return Target{Connection: connection, Database: database}, nil
}

func count(s *symbol.Schema) protocol.SchemaCounts {
	var n protocol.SchemaCounts
	if s.Cluster != nil {
		n.Databases = len(s.Cluster.Databases)
	}
	if s.Database == nil {
		return n
	}
	n.Functions = len(s.Database.Functions)
	for _, t := range s.Database.Tables {
		n.Columns += len(t.Columns.List)
		switch t.Kind {
		case symbol.MaterializedView:
			n.Views++
		case symbol.External:
			n.Externals++
		default:
			n.Tables++
		}
	}
	return n
}
