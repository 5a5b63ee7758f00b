package assistant

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"sync"
	"time"

	"calypso/agent"
	"calypso/agent/example"
	"calypso/agent/model"
	"calypso/agent/tool"
	"calypso/auth"
	"calypso/config"
	"calypso/connection"
	"calypso/identity"
	"calypso/server"
	"calypso/server/protocol"
)

// Editor is the agent behind agent/* in the editor. It is the server's Agents.
type Editor struct {
	o    EditorOptions
	book *example.Book

	mu       sync.Mutex // guards what follows
	provider string     // chosen in the editor; "" is the settings' own
	// own are the person's own tools, the last for each place: what they gave can be read on.
	own map[server.Target]*tool.Set
}

// EditorOptions are what an Editor works with. All but Version are needed.
type EditorOptions struct {
	Identities *identity.Identities
	Getenv     func(string) string
	// Dial gives the cluster of a connection by its id.
	Dial connection.Dial
	// Schemas is the editor's own: what it knows of clusters is read once for both.
	Schemas server.Schemas
	Version string
}

// NewEditor makes it; nothing is contacted.
func NewEditor(o EditorOptions) *Editor {
	return &Editor{o: o, book: Book(o.Getenv), own: map[server.Target]*tool.Set{}}
}

// Open makes the agent.
func (e *Editor) Open(side server.AgentSide) *agent.Agent {
	o := Options(e.o.Identities, e.o.Getenv, e.book, func(ctx context.Context, connection, database string) (*tool.Set, error) {
		return e.tools(ctx, server.Target{Connection: connection, Database: database}, "agent")
	})
	o.Model = e.model
	o.Current = func() agent.Settings { return settings(e.settings()) }
	o.Sink, o.Approver, o.Keep, o.Running, o.Version = side.Sink, side.Approver, side.Keep, side.Running, e.o.Version
	if o.Private = side.Private; o.Ran != nil {
		keep := o.Ran
		o.Ran = func(connection, database, query string) {
			if !side.Private(connection) {
				keep(connection, database, query)
			}
		}
	}
	return agent.New(o)
}

// Ran keeps a query that the person ran, as an example for the model.
func (e *Editor) Ran(t server.Target, query string) {
	if shows(e.settings()) {
		_ = e.book.Add(t.Connection, t.Database, query) // kept for this process at least
	}
}

// Forget deletes what Ran kept of a connection.
func (e *Editor) Forget(connection string) error { return e.book.Forget(connection) }

// settings are those that hold now.
func (e *Editor) settings() config.Settings {
	s := e.o.Identities.Settings()
	e.mu.Lock()
	defer e.mu.Unlock()
	s.ModelProvider = cmp.Or(e.provider, s.ModelProvider)
	return s
}

func (e *Editor) model() (model.Model, error) {
	return Model(e.settings(), e.o.Identities, e.o.Getenv)
}

// Status says what there is.
func (e *Editor) Status() protocol.AgentStatusResult {
	s := e.settings()
	limits := Limits(s)
	shown := tool.New(tool.Place{}, limits, "").Limits()
	out := protocol.AgentStatusResult{
		ConfigFile: s.Path, Approval: cmp.Or(s.Agent.Approval, agent.ApproveAsk),
		Limits: protocol.AgentLimits{Rows: shown.Rows, Bytes: shown.Bytes, Seconds: shown.Seconds, PreviewRows: shown.PreviewRows},
	}
	if shown.NoRows {
		out.Limits.PreviewRows = 0
	}
	for _, name := range slices.Sorted(maps.Keys(s.Providers)) {
		out.Models = append(out.Models, described(name, s))
	}
	m, err := e.model()
	if err != nil {
		out.Reason = auth.Describe(err, auth.Situation{CanAsk: true}).Text
		return out
	}
	i := m.Info()
	out.Model = &protocol.AgentModel{Provider: i.Provider, Deployment: i.Deployment, Host: i.Host, Auth: i.Auth, Window: i.Window}
	if i.Prices != nil {
		out.Model.Currency = i.Prices.Currency
	}
	return out
}

// described is a provider that can be chosen. Whether it works is known when it is.
func described(name string, s config.Settings) protocol.AgentModel {
	p := s.Providers[name]
	host := p.BaseURL
	if u, err := url.Parse(p.BaseURL); err == nil {
		host = u.Host
	}
	return protocol.AgentModel{Provider: name, Deployment: s.Model, Host: host, Auth: string(p.SignIn()), Window: s.ContextWindow}
}

// Choose has another provider answer, until the program ends.
func (e *Editor) Choose(_ context.Context, provider string) error {
	s := e.settings()
	s.ModelProvider = provider
	if _, err := Model(s, e.o.Identities, e.o.Getenv); err != nil {
		return &server.Failure{Kind: protocol.ErrorConfig, Message: err.Error(), Err: err}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.provider = provider
	return nil
}

// Tools gives the tools for a person's own commands.
func (e *Editor) Tools(ctx context.Context, t server.Target) (*tool.Set, error) {
	set, err := e.tools(ctx, t, "user")
	if err != nil {
		return nil, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if before := e.own[t]; before != nil {
		set = set.After(before, nil)
	}
	e.own[t] = set
	return set, nil
}

func (e *Editor) tools(ctx context.Context, t server.Target, who string) (*tool.Set, error) {
	c, err := e.o.Dial(t.Connection)
	if err != nil {
		return nil, err
	}
	if t.Database == "" {
		names, err := c.Databases(ctx)
		if err != nil {
			return nil, err
		}
		if len(names) == 0 {
			return nil, fmt.Errorf("%s has no database that you can see; ask for access to one", t.Connection)
		}
		t.Database = names[0]
	}
	allowed := e.o.Identities.ClusterSettings(t.Connection).AllowedDatabases
	return Tools(ctx, Place{
		Cluster: c, Name: t.Connection, Database: t.Database, Schemas: &editorSchemas{of: e.o.Schemas, at: t, beside: allowed}, Allowed: allowed,
	}, e.settings(), who)
}

// editorSchemas is the schema of one place, as the editor has it.
type editorSchemas struct {
	of     server.Schemas
	at     server.Target
	beside []string // databases that may be read too; one whose schema can't be had is known by name only
}

// Schema gives it, loading it where it isn't there.
func (s *editorSchemas) Schema(ctx context.Context, fresh bool) (tool.Facts, error) {
	for _, name := range s.beside {
		_, _ = s.of.Load(ctx, server.Target{Connection: s.at.Connection, Database: name}, false, func(string) {})
	}
	facts, err := s.of.Load(ctx, s.at, fresh, func(string) {})
	if err != nil {
		return tool.Facts{}, err
	}
	loaded := facts.Loaded
	if loaded.IsZero() {
		loaded = time.Now()
	}
	return tool.Facts{Schema: facts.Schema, Loaded: loaded, Complete: facts.Complete}, nil
}
