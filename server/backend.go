package server

import (
	"context"
	"time"

	"calypso/kql/symbol"
	"calypso/kusto/value"
	"calypso/server/protocol"
	"calypso/server/session"
)

// Target says where a query runs: the id of a saved connection and a database of it.
type Target = session.Target

// Backend is all that the server needs from outside the language: connections, schemas, running queries. Methods without a
// context answer at once from memory. All are called from many goroutines. Errors that a person can act on are *Failure.
type Backend interface {
	Connections
	Schemas
	Runner
}

// Connections keeps the saved connections.
type Connections interface {
	// List gives all saved connections in the order in which they are shown.
	List() []protocol.Connection
	// Address reads an address as a person enters it, with the database and tenant that it names; the error says what to write.
	Address(text string) (protocol.ConnectionsAddParams, error)
	// Add saves one, contacting nothing; the same URL gives the id it has.
	Add(context.Context, protocol.ConnectionsAddParams) (id string, err error)
	// Change has one edited, and gives its id, which another address changes. Of one that is fixed only group and marks can be.
	Change(ctx context.Context, id string, edit func(*protocol.Connection)) (newID string, err error)
	// Groups lists the groups of connections by name, empty ones too.
	Groups() []string
	// RenameGroup gives a group another name; to "" dissolves it, from "" makes one.
	RenameGroup(ctx context.Context, from, to string) error
	// Remove forgets one.
	Remove(ctx context.Context, id string) error
	// Import adds the connections of a file as Kusto Explorer or Export writes it, into a group unless it is "".
	Import(ctx context.Context, body []byte, group string) (Imported, error)
	// Export gives all connections as a file of that format: "json", or "toml" for config.toml. No secret is in it; there is none.
	Export(format string) ([]byte, error)
	// Test contacts the cluster and gives its databases.
	Test(ctx context.Context, id string) (databases []string, err error)
	// Default gives where queries run unless something else is said; the zero Target when nothing is saved.
	Default() Target
	// SetDefault keeps another default.
	SetDefault(context.Context, Target) error
	// Chosen gives the place that was chosen for a document, in an earlier session too.
	Chosen(uri string) (Target, bool)
	// Choose keeps it; the zero Target takes the choice back.
	Choose(uri string, t Target) error
	// Resolve finds or makes the connection that a #connect directive's argument means, as "https://host/db" or
	// "cluster('x').database('y')"; false when the argument can't be read. It contacts nothing.
	Resolve(connect string) (Target, bool)
}

// Imported is what came of a file of connections, by their names.
type Imported struct {
	Added   []string
	Known   []string // there was a connection to that address already, or the file has it twice
	Skipped []string // and why, as "x: the address …"
}

// Schemas gives what is known of the clusters.
type Schemas interface {
	// Schema gives the snapshot for a target with its cluster and database as the current ones. It never waits: what isn't
	// known is marked so, and loading starts; Options.Subscribe's SchemaChanged tells when it is there. The pointer stays the
	// same while nothing changes.
	Schema(Target) *symbol.Schema
	// Want says that a text under this target names a database that its snapshot doesn't have loaded: it should be loaded, and
	// then be part of the target's snapshot. "" means the current cluster or database. It never waits.
	Want(t Target, cluster, database string)
	// Load gives the facts of a schema, waiting for it when it isn't there, and loading it again when fresh is wanted.
	Load(ctx context.Context, t Target, fresh bool, progress func(message string)) (SchemaFacts, error)
}

// SchemaFacts says what is known of a target.
type SchemaFacts struct {
	Schema    *symbol.Schema       // with the target as the current database
	SchemaAge                      // of that database
	Complete  bool                 // false: more tables exist than were loaded
	Databases map[string]SchemaAge // by name: those of the cluster that are loaded; nil when nothing is said about them
}

// Runner runs queries.
type Runner interface {
	// Run sends one block and feeds its tables to the sink as they come. It returns soon after the context ends, and has then
	// stopped the query on the cluster too.
	Run(context.Context, Query, Sink) (protocol.QueryStats, error)
}

// Query is one block to run.
type Query struct {
	Target
	ID         string            // opaque; for the client request id and the log
	Text       string            // without client directives
	Command    bool              // a management command
	Parameters map[string]string // values of declared query parameters, as KQL literals
	Timeout    time.Duration     // that it may take; 0 for the cluster's own limit
	ReadOnly   bool              // the cluster is to refuse what would change anything
}

// Sink takes the tables of a running query, one after the other, from one goroutine. Its errors end the query.
type Sink interface {
	// Table begins a table.
	Table(name string, columns []value.Column) error
	// Rows adds rows to it; the batch is kept.
	Rows(*value.Batch) error
	// End ends it. truncated: a limit cut it.
	End(truncated bool, chart *protocol.Visualization) error
}

// Events are what a backend tells on its own: schemas that came, connections that changed state. What a Backend method was asked
// to do needs no event; the server tells it. They are called from any goroutine, never from within a Backend method or under a
// lock that one takes.
type Events struct {
	SchemaChanged      func(protocol.SchemaChanged)
	ConnectionsChanged func(protocol.ConnectionsChanged)
}
