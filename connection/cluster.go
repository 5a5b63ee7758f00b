package connection

import (
	"context"

	"calypso/kql/symbol"
	"calypso/kusto/value"
	"calypso/server"
	"calypso/server/protocol"
)

// Cluster is one Kusto that answers: the embedded engine, or a client of a remote one.
type Cluster interface {
	// Databases lists its databases, its default first.
	Databases(context.Context) ([]string, error)
	// Database loads one database's schema.
	Database(ctx context.Context, name string) (*symbol.Database, error)
	// Run runs one block and feeds its tables to the sink.
	Run(context.Context, server.Query, server.Sink) (protocol.QueryStats, error)
	// Host is its name in cluster('…'); "" for the embedded engine.
	Host() string
}

// Dial makes the Cluster for an address; it contacts nothing.
type Dial func(address string) (Cluster, error)

// rows hands a batch to a sink and counts it.
type counting struct {
	server.Sink
	stats protocol.QueryStats
}

func (c *counting) Rows(b *value.Batch) error {
	c.stats.Rows += int64(b.N)
	c.stats.Bytes += b.Bytes()
	return c.Sink.Rows(b)
}
