package server

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"calypso/agent"
	"calypso/agent/model"
	"calypso/agent/tool"
	"calypso/auth"
	"calypso/kusto"
	"calypso/server/protocol"
	"calypso/server/result"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// Agents is what stands behind the methods agent/*: models where some are configured, tools over the saved connections, threads.
type Agents interface {
	// Open makes the agent that this client talks to. It is called once, before anything is read from the client; the server
	// closes what it gives.
	Open(AgentSide) *agent.Agent
	// Status says what the agent works with now: all of it but Tools, Commands and where queries run. It waits for nothing.
	Status() protocol.AgentStatusResult
	// Choose has another provider's model answer from now on.
	Choose(ctx context.Context, provider string) error
	// Tools gives the tools of a target for a person's own commands. It may load a schema.
	Tools(ctx context.Context, t Target) (*tool.Set, error)
	// Ran is told each query of the person's that ran to its end. It returns soon.
	Ran(t Target, query string)
	// Forget deletes what Ran kept of a connection.
	Forget(connection string) error
}

// AgentSide is what the server does for an agent: it shows events, asks the person, keeps rows for paging. Its members go into
// agent.Options as they are.
type AgentSide struct {
	Sink     agent.Sink
	Approver agent.Approver
	Keep     func(query string, rows *kusto.QueryResult) string
	Running  func(ctx context.Context, connection, database, query string) (context.Context, func(agent.Ended))
	Private  func(connection string) bool
}

// agentMethods are answered only where there is an agent.
func agentMethods() []method {
	thread := "threadId"
	return []method{
		request(protocol.MethodAgentStatus, interactive, agentStatus),
		request(protocol.MethodAgentChoose, interactive, agentChoose, "provider"),
		request(protocol.MethodAgentThreadStart, loading, agentThreadStart),
		request(protocol.MethodAgentThreadResume, loading, agentThreadResume, thread),
		request(protocol.MethodAgentThreadList, interactive, agentThreadList),
		request(protocol.MethodAgentThreadRename, loading, agentThreadRename, thread, "name"),
		request(protocol.MethodAgentThreadDelete, loading, agentThreadDelete, thread),
		request(protocol.MethodAgentThreadFork, loading, agentThreadFork, thread),
		request(protocol.MethodAgentThreadCompact, 0, agentThreadCompact, thread),
		request(protocol.MethodAgentThreadExport, loading, agentThreadExport, thread, "format"),
		request(protocol.MethodAgentAsk, 0, agentAsk, thread, "input"),
		request(protocol.MethodAgentTurnStart, loading, agentTurnStart, thread, "input"),
		request(protocol.MethodAgentTurnSteer, loading, agentTurnSteer, thread, "expectedTurnId", "input.text"),
		request(protocol.MethodAgentTurnInterrupt, loading, agentTurnInterrupt, thread),
		request(protocol.MethodAgentToolRun, 0, agentToolRun, "tool", "arguments"),
		request(protocol.MethodAgentCommandRun, 0, agentCommandRun, "line"),
		request(protocol.MethodAgentCommandComplete, interactive, agentCommandComplete, "line"),
		request(protocol.MethodAgentQueryInsert, interactive, agentQueryInsert, "text", "context.uri"),
	}
}

// openAgent makes the agent, if there is one, and its ears.
func (s *Server) openAgent() {
	if s.opt.Agents == nil {
		return
	}
	s.agentEvents = &agentEvents{server: s, held: map[string]*heldEvents{}}
	s.agent = s.opt.Agents.Open(AgentSide{Sink: s.agentEvents, Approver: s.agentEvents, Keep: s.keepRows, Running: s.agentQuery, Private: s.private})
}

// closeAgent interrupts all turns and waits for their ends, but no longer than a shutdown may take.
func (s *Server) closeAgent() {
	if s.agent == nil {
		return
	}
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		s.agent.Close()
	}()
	select {
	case <-closed:
	case <-time.After(shutdownPatience):
	}
}

// agentResult writes a result with the standard library's coder: the agent's types are made for it.
func agentResult(v any, err error) (any, error) {
	if err != nil {
		return nil, agentError(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return jsonrpc2.RawMessage(b), nil
}

// agentDone is agentResult for a method that gives nothing.
func agentDone(err error) (any, error) {
	if err != nil {
		return nil, agentError(err)
	}
	return nil, nil
}

// agentError gives a failure of the agent the form that a person can act on.
func agentError(err error) error {
	var f *agent.Failure
	var m *model.Error
	var t *tool.Failure
	var signIn *auth.Error
	switch {
	case errors.As(err, &signIn):
		return AuthFailure(err, auth.Describe(err, auth.Situation{CanAsk: true}))
	case errors.As(err, &f):
		return &Failure{Kind: protocol.ErrorKind(f.Kind), Message: f.Message, Hint: f.Hint, Actions: agent.ActionsOf(f.Kind), Err: err}
	case errors.As(err, &m):
		return &Failure{Kind: protocol.ErrorKind(m.Kind), Message: m.Message, Hint: m.Hint, Code: m.Code, Actions: agent.ActionsOf(string(m.Kind)), Err: err}
	case errors.As(err, &t):
		return &Failure{Kind: protocol.ErrorOther, Message: t.Message, Hint: t.Hint, Code: t.Code, Err: err}
	}
	return err
}

// keepRows puts the person's rows of an agent's query where the kusto/result/* methods find them.
func (s *Server) keepRows(query string, rows *kusto.QueryResult) string {
	build := s.results.Build(title(query))
	defer build.Close()
	build.Table("PrimaryResult", rows.Columns)
	for i := range rows.Batches {
		if build.Rows(&rows.Batches[i]) != nil {
			return "" // over the budget: the screen shows what the model got
		}
	}
	var chart *result.Chart
	if v := protocol.VisualizationOf(rows.Visualization); v != nil {
		chart = &result.Chart{Kind: v.Kind, Title: v.Title, Properties: v.Properties}
	}
	build.End(rows.Truncated, chart)
	return build.Keep(protocol.QueryStats{Ms: rows.Duration.Milliseconds(), Rows: rows.RowCount, Activity: rows.ClientRequestID}).ID
}

// agentQuery puts a model's query among those that run, where a person can stop it.
func (s *Server) agentQuery(ctx context.Context, connection, database, query string) (context.Context, func(agent.Ended)) {
	r, ctx := s.queries.start(ctx, protocol.RunningQuery{By: protocol.ByAgent, Connection: connection, Database: database, Title: title(query)})
	record := s.recordAgent(ctx, r, query)
	return ctx, func(e agent.Ended) {
		record(e)
		s.queries.end(r)
	}
}

// agentEvents hands an agent's events and questions on to the client. The events of a thread wait while its turn/start isn't
// answered: the answer names the turn that they are about.
type agentEvents struct {
	server *Server

	mu   sync.Mutex // guards held; held while events are written, so that they stay in order
	held map[string]*heldEvents
}

type heldEvents struct {
	events   []agent.Event
	released chan struct{}
	count    int // requests that hold it
}

// Emit sends one event.
func (a *agentEvents) Emit(e agent.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if h := a.held[e.ThreadID]; h != nil {
		h.events = append(h.events, e)
		return
	}
	a.send(e)
}

func (a *agentEvents) send(e agent.Event) {
	if !a.server.can.Agent {
		return
	}
	if b, err := json.Marshal(a.server.told(e)); err == nil {
		a.server.tell(protocol.AgentPrefix+e.Method, jsonrpc2.RawMessage(b))
	}
}

// hold keeps a thread's events back until release.
func (a *agentEvents) hold(thread string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.held[thread]
	if h == nil {
		h = &heldEvents{released: make(chan struct{})}
		a.held[thread] = h
	}
	h.count++
}

func (a *agentEvents) release(thread string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.held[thread]
	if h == nil {
		return
	}
	if h.count--; h.count > 0 {
		return
	}
	delete(a.held, thread)
	for _, e := range h.events {
		a.send(e)
	}
	close(h.released)
}

// Approve asks the person who sits at the client.
func (a *agentEvents) Approve(ctx context.Context, q agent.Approval) (agent.Decision, error) {
	if !a.server.can.AgentApprove {
		return agent.Decision{}, errors.New("this editor can't ask whether a query may run; set approval to auto, or use another client")
	}
	a.mu.Lock()
	h := a.held[q.ThreadID]
	a.mu.Unlock()
	if h != nil {
		select {
		case <-h.released:
		case <-ctx.Done():
			return agent.Decision{}, context.Cause(ctx)
		}
	}
	if q.Findings == nil {
		q.Findings = []tool.Finding{}
	}
	b, err := json.Marshal(worded(q))
	if err != nil {
		return agent.Decision{}, err
	}
	var answer jsonrpc2.RawMessage
	if err := lsp.Call(ctx, a.server.conn, protocol.MethodAgentApprove, jsonrpc2.RawMessage(b), &answer); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return agent.Decision{}, cause
		}
		return agent.Decision{}, errors.New("the editor didn't answer whether this query may run")
	}
	var d agent.Decision
	if err := json.Unmarshal(answer, &d); err != nil {
		return agent.Decision{}, errors.New("the editor's answer can't be read")
	}
	return d, nil
}
