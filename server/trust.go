package server

import (
	"context"
	"strings"
	"sync/atomic"

	"calypso/kql/symbol"
	"calypso/server/protocol"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// A window whose files the person doesn't trust. An editor that knows such windows says so when it starts, and again when the person
// trusts them. Until then texts are judged and nothing else: whatever a client sends, no query runs and no cluster is asked. What a
// file names as its cluster would else get the person's token by being opened.

// trust is what is known of the window; the zero value trusts, as for editors that know no other.
type trust struct{ withheld atomic.Bool }

func errUntrusted() error {
	return failf(protocol.ErrorUntrusted, "trust the window's files first, in VS Code by Workspaces: Manage Workspace Trust", "queries run and clusters are asked only in a trusted window")
}

// trusted is kusto/trusted: from now on the person trusts the window.
func trusted(c *call) (any, error) {
	if c.trust.withheld.Swap(false) {
		c.refresh()
	}
	return nil, nil
}

// trustedOnly keeps a method from a window that isn't trusted.
func trustedOnly(m method) method {
	run := m.run
	m.run = func(c *call, raw jsonrpc2.RawMessage) (any, error) {
		if c.trust.withheld.Load() {
			return nil, errUntrusted()
		}
		return run(c, raw)
	}
	return m
}

// acts tells the methods that run, change or open something by other ways than the backend, or beside it.
func acts(name string) bool {
	if name == protocol.MethodAgentStatus {
		return false
	}
	return name == protocol.MethodQueryRun || name == lsp.MethodWorkspaceExecuteCommand || strings.HasPrefix(name, protocol.AgentPrefix) || strings.HasPrefix(name, "auth/sign")
}

// judged is a backend that asks no cluster while the window isn't trusted. The engine in this process may be looked at, not run.
type judged struct {
	Backend
	*trust
}

// unasked is what is known of a cluster that may not be asked: under it no name is an error.
var unasked = &symbol.Schema{}

func (b judged) embedded(connection string) bool {
	for _, k := range b.List() {
		if k.ID == connection {
			return k.URL == "embedded"
		}
	}
	return false
}

// Schema is Schemas.Schema.
func (b judged) Schema(t Target) *symbol.Schema {
	if b.withheld.Load() && !b.embedded(t.Connection) {
		return unasked
	}
	return b.Backend.Schema(t)
}

// Want is Schemas.Want.
func (b judged) Want(t Target, cluster, database string) {
	if !b.withheld.Load() {
		b.Backend.Want(t, cluster, database)
	}
}

// Load is Schemas.Load.
func (b judged) Load(ctx context.Context, t Target, fresh bool, progress func(string)) (SchemaFacts, error) {
	if b.withheld.Load() && !b.embedded(t.Connection) {
		return SchemaFacts{}, errUntrusted()
	}
	return b.Backend.Load(ctx, t, fresh, progress)
}

// Test is Connections.Test.
func (b judged) Test(ctx context.Context, id string) ([]string, error) {
	if b.withheld.Load() {
		return nil, errUntrusted()
	}
	return b.Backend.Test(ctx, id)
}

// Run is Runner.Run.
func (b judged) Run(ctx context.Context, q Query, to Sink) (protocol.QueryStats, error) {
	if b.withheld.Load() {
		return protocol.QueryStats{}, errUntrusted()
	}
	return b.Backend.Run(ctx, q, to)
}

// tableSizes gives the backend as one that knows how much tables hold; false where it doesn't, or may not ask.
func (s *Server) tableSizes() (TableSizes, bool) {
	sizes, ok := s.backend.Backend.(TableSizes)
	return sizes, ok && !s.trust.withheld.Load()
}
