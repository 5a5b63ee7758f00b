package connection

import (
	"context"
	"errors"
	"time"

	"calypso/kql/symbol"
	"calypso/server"
	"calypso/server/protocol"
)

// How large tables are, for hovers and the tree. The engine in this process counts without reading. A cluster is asked once for each
// schema, when a person opens the database in the tree, and never waited for.

// sized is a cluster that knows the sizes of its tables without asking anybody.
type sized interface {
	TableSize(database, table string) (server.TableSize, bool)
}

// counts is a cluster that can be asked for the sizes of a database's tables.
type counts interface {
	TableSizes(ctx context.Context, database string, views bool) (map[string]server.TableSize, error)
}

// sizes are those of a database's tables, as a cluster told.
type sizes struct {
	schema time.Time // when the schema was read that they were asked for with
	asked  time.Time
	tables map[string]server.TableSize
	err    error // why they aren't all known; nil while they are asked for
}

const (
	// sizesTimeout bounds what a cluster may take over the sizes of a database.
	sizesTimeout = time.Minute
	// sizesAge is how long they are good for.
	sizesAge = 10 * time.Minute
)

// TableSize gives a table's size. Nothing is known of a cluster that the text names, or of one that wasn't asked.
func (b *Book) TableSize(t server.Target, cluster, database, table string) (server.TableSize, bool) {
	e, err := b.entry(t.Connection)
	if err != nil || cluster != "" {
		return server.TableSize{}, false
	}
	if database == "" {
		database = t.Database
	}
	if !e.local() {
		s := &e.schemas
		s.mu.Lock()
		defer s.mu.Unlock()
		size, known := s.sizes[s.key(database)].tables[table]
		return size, known
	}
	c, err := e.dial()
	if err != nil {
		return server.TableSize{}, false
	}
	s, ok := c.(sized)
	if !ok {
		return server.TableSize{}, false
	}
	return s.TableSize(database, table)
}

// SizesUnknown says why the cluster didn't tell the sizes of a database's tables; "" when it did, or wasn't asked.
func (b *Book) SizesUnknown(t server.Target) string {
	e, err := b.entry(t.Connection)
	if err != nil {
		return ""
	}
	s := &e.schemas
	s.mu.Lock()
	defer s.mu.Unlock()
	if err = s.sizes[s.key(t.Database)].err; err == nil {
		return ""
	}
	var f *server.Failure
	if errors.As(err, &f) && f.Hint != "" {
		return f.Message + ": " + f.Hint
	}
	return err.Error()
}

// AskSizes asks a cluster for the sizes of a database's tables, unless they are known for the schema that is loaded, or being asked for.
func (b *Book) AskSizes(t server.Target) {
	e, err := b.entry(t.Connection)
	if err != nil || e.local() {
		return
	}
	cluster, err := e.dial()
	from, ok := cluster.(counts)
	if err != nil || !ok {
		return
	}
	s := &e.schemas
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready(e)
	key, now := s.key(t.Database), b.now()
	h := s.held[key]
	if had, asked := s.sizes[key]; h == nil || asked && had.schema.Equal(h.fetched) && now.Sub(had.asked) < sizesAge {
		return
	}
	next := sizes{schema: h.fetched, asked: now, tables: s.sizes[key].tables}
	s.sizes[key] = next
	go b.askSizes(e, from, key, h.name, hasViews(s.view(t.Database).Database), next)
}

func hasViews(d *symbol.Database) bool {
	if d == nil {
		return false
	}
	for _, t := range d.Tables {
		if t.Kind == symbol.MaterializedView {
			return true
		}
	}
	return false
}

func (b *Book) askSizes(e *entry, from counts, key, database string, views bool, next sizes) {
	ctx, cancel := context.WithTimeout(context.Background(), sizesTimeout)
	defer cancel()
	next.tables, next.err = from.TableSizes(ctx, database, views)
	s := &e.schemas
	s.mu.Lock()
	s.sizes[key] = next
	s.mu.Unlock()
	b.mu.Lock()
	events := b.events
	b.mu.Unlock()
	if events.ConnectionsChanged != nil {
		events.ConnectionsChanged(protocol.ConnectionsChanged{IDs: []string{e.ID}})
	}
}

// TableSizes asks the cluster; what it told before it failed is given too.
func (r *remote) TableSizes(ctx context.Context, database string, views bool) (map[string]server.TableSize, error) {
	told, err := r.client.TableSizes(ctx, database, views)
	out := make(map[string]server.TableSize, len(told))
	for name, size := range told {
		out[name] = server.TableSize{Rows: size.Rows, Bytes: size.Bytes, Packed: size.Packed}
	}
	return out, r.failure(err, "")
}

// TableSize gives the rows of a table, unless they can't be told without reading its file.
func (e Embedded) TableSize(database, table string) (server.TableSize, bool) {
	t, ok := e.Engine.Table(database, table)
	if b, broken := t.(interface{ Problem() error }); ok && broken {
		return server.TableSize{Rows: -1, Problem: b.Problem().Error()}, true
	}
	if !ok || t.Rows() < 0 {
		return server.TableSize{}, false
	}
	return server.TableSize{Rows: t.Rows()}, true
}
