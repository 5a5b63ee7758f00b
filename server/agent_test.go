package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"calypso/agent"
	"calypso/agent/model"
	"calypso/agent/model/script"
	"calypso/agent/tool"
	"calypso/agent/tool/tooltest"
	"calypso/internal/golden"
	"calypso/server/protocol"
)

// Conversations over the wire are txtar files. in has a line for each step; beside those of sessions:
//
//	person DECISION              answers the next agent/approve: JSON, or - to leave it open
//	turn PARAMS                  agent/turn/start, then all that comes until its end
//	start PARAMS                 agent/turn/start, then all that comes until the model waits
//	cancelled PARAMS             kusto/query/cancel
//	approve                      all that comes until the person is asked
//	running                      waits until a query runs
//	stop PARAMS                  agent/turn/interrupt, then all that comes until the turn's end
//
// model.1, model.2, … are the script's sections; without any there is no model. want has all that the server sent, in the order in
// which it came.

func TestAgent(t *testing.T) {
	golden.Run(t, "testdata/agent/*.txtar", func(t *testing.T, c *golden.Case) {
		var sections []string
		for i := 1; c.Has(fmt.Sprintf("model.%d", i)); i++ {
			sections = append(sections, c.Text(fmt.Sprintf("model.%d", i)))
		}
		agents := &fakeAgents{t: t, of: tooltest.New(), folder: t.TempDir(), approval: agent.ApproveAsk}
		if len(sections) > 0 {
			agents.model = script.New(sections...)
		}
		if strings.Contains(c.Comment, "hangs") {
			agents.of.Wait = make(chan struct{})
		}
		p := &agentPlay{of: agents.of, schemas: readAgentSchemas(t), asked: map[string]agentAsked{}, play: play{t: t, peer: dial(t, Options{Agents: agents}), real: map[string]string{}, names: map[string]string{}}}
		for line := range strings.Lines(strings.TrimSpace(c.Text("in"))) {
			p.act(strings.TrimSpace(line))
		}
		c.Want(t, "want", p.out.String())
		p.leaks("StormEvents TEXAS")
	})
}

// fakeAgents is a scripted model over a small database.
type fakeAgents struct {
	t        *testing.T
	model    *script.Model
	of       *tooltest.Cluster
	folder   string
	approval string
}

func (f *fakeAgents) ask() (model.Model, error) {
	if f.model == nil {
		return nil, errors.New("no provider is configured")
	}
	return f.model, nil
}

func (f *fakeAgents) Open(side AgentSide) *agent.Agent {
	return agent.New(agent.Options{
		Model: f.ask, Sink: side.Sink, Approver: side.Approver, Keep: side.Keep, Running: side.Running, Settings: agent.Settings{Approval: f.approval}, Folder: f.folder,
		Tools: func(_ context.Context, connection, database string) (*tool.Set, error) {
			return f.tools(Target{Connection: connection, Database: database}, "agent")
		},
		Now: func() time.Time { return time.Unix(1_700_000_000, 0) },
	})
}

func (f *fakeAgents) tools(t Target, who string) (*tool.Set, error) {
	if t.Connection == "help" {
		return nil, &Failure{Kind: protocol.ErrorAuth, Message: "not signed in", Hint: "sign in"}
	}
	return f.of.Tools(tool.Limits{PreviewRows: 2}, who), nil
}

func (f *fakeAgents) Tools(_ context.Context, t Target) (*tool.Set, error) { return f.tools(t, "user") }

func (f *fakeAgents) Ran(Target, string) {}

func (f *fakeAgents) Forget(string) error { return nil }

func (f *fakeAgents) Choose(_ context.Context, provider string) error {
	return failf(protocol.ErrorConfig, "choose one of the list", "there is no provider %q", provider)
}

func (f *fakeAgents) Status() protocol.AgentStatusResult {
	s := protocol.AgentStatusResult{Approval: f.approval}
	if _, err := f.ask(); err != nil {
		s.Reason, s.Hint = err.Error(), "set model_provider"
	} else {
		s.Model = &protocol.AgentModel{Provider: "script", Deployment: "script", Host: "localhost", Auth: "none"}
	}
	return s
}

// agentPlay plays a conversation.
type agentPlay struct {
	play
	of      *tooltest.Cluster
	person  []string
	schemas *agentSchemas
	asked   map[string]agentAsked // requests by their ids
}

type agentAsked struct {
	method string
	params json.RawMessage
}

func (p *agentPlay) begin(method string, params any) string {
	p.t.Helper()
	id := p.peer.begin(method, params)
	body, _ := params.(json.RawMessage)
	p.asked[id] = agentAsked{method, body}
	return id
}

func (p *agentPlay) act(line string) {
	p.t.Helper()
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "person":
		p.person = append(p.person, rest)
	case "turn", "start":
		id := p.begin(protocol.MethodAgentTurnStart, raw(p.expand(rest)))
		p.until(id, func(m message) bool {
			return m.Error != nil || m.Method == "agent/turn/completed" || word == "start" && p.waits(m)
		})
	case "stop":
		id := p.begin(protocol.MethodAgentTurnInterrupt, raw(p.expand(rest)))
		p.until(id, func(m message) bool { return m.Error != nil || m.Method == "agent/turn/completed" })
	case "call":
		method, params, _ := strings.Cut(rest, " ")
		id := p.begin(method, raw(p.expand(params)))
		p.until(id, func(m message) bool { return m.Method == "" && string(*m.ID) == id })
	case "running":
		for deadline := time.Now().Add(patience); len(p.of.Asked()) == 0; {
			if time.Now().After(deadline) {
				p.t.Fatal("no query runs")
			}
			time.Sleep(time.Millisecond)
		}
	case "cancelled":
		p.peer.end(p.peer.begin(protocol.MethodQueryCancel, raw(p.expand(rest))))
	case "asked":
		what, answer, _ := strings.Cut(rest, " ")
		m := p.wait(func(m message) bool { return m.Method == what && m.ID != nil })
		if m == nil {
			p.t.Fatalf("no %s came", what)
		}
		p.print("? "+what, p.stable(m.Params))
		p.frame(`{"jsonrpc":"2.0","id":` + string(*m.ID) + `,"result":` + p.expand(answer) + `}`)
	case "approve":
		p.until("", func(m message) bool { return m.Method == protocol.MethodAgentApprove })
	case "await":
		p.until("", func(m message) bool { return m.Method == rest })
	default:
		p.step(line)
	}
}

// waits tells that the turn stands still: the person is asked, or words came and the model waits.
func (p *agentPlay) waits(m message) bool {
	return m.Method == protocol.MethodAgentApprove || m.Method == "agent/item/delta" ||
		m.Method == "agent/item/started" && strings.Contains(string(m.Params), "toolCall")
}

// until prints what comes, in order, up to the message that ends it and the answer to id, whichever is later.
func (p *agentPlay) until(id string, last func(message) bool) {
	p.t.Helper()
	var late *message // an answer that may come before or after the end: it is printed behind
	answered, ended := id == "", false
	for !answered || !ended {
		m := p.wait(func(m message) bool {
			return m.Method == "" || m.Method[0] == '$' || strings.HasPrefix(m.Method, "agent/")
		})
		if m == nil {
			p.t.Fatalf("nothing came any more; so far:\n%s", p.out.String())
		}
		ended = ended || last(*m)
		if m.Method == "" {
			answered = answered || string(*m.ID) == id
			if string(m.Result) == "null" {
				late = m
				continue
			}
		}
		p.show(*m)
	}
	if late != nil {
		p.show(*late)
	}
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// show prints a message and answers a question in the person's stead.
func (p *agentPlay) show(m message) {
	body, head := m.Params, "~ "+m.Method
	switch {
	case m.Method == "":
		if head, body = "=", m.Result; m.Error != nil {
			head, body = fmt.Sprintf("! %d %s", m.Error.Code, m.Error.Message), m.Error.Data
		}
	case m.ID != nil:
		head = "? " + m.Method
	}
	switch {
	case m.Method != "":
		p.schemas.check(p.t, m.Method, "params", m.Params)
	case m.Error == nil && m.ID != nil:
		asked := p.asked[string(*m.ID)]
		p.schemas.check(p.t, asked.method, "result", m.Result)
		if asked.params != nil {
			p.schemas.check(p.t, asked.method, "params", asked.params) // what was taken fits too
		}
	}
	p.print(uuids.ReplaceAllStringFunc(head, p.name), p.stable(body))
	if m.ID == nil || m.Method == "" {
		return
	}
	if len(p.person) == 0 || p.person[0] == "-" {
		return // left open
	}
	p.frame(`{"jsonrpc":"2.0","id":` + string(*m.ID) + `,"result":` + p.person[0] + `}`)
	p.person = p.person[1:]
}

// stable writes a body without what differs from run to run and place to place.
func (p *agentPlay) stable(body json.RawMessage) json.RawMessage {
	named := uuids.ReplaceAllStringFunc(string(body), p.name)
	return json.RawMessage(when.ReplaceAllString(durations.ReplaceAllString(named, ""), "TIME"))
}

// name gives an id a name that stays the same from run to run.
func (p *agentPlay) name(id string) string {
	for n := 1; p.names[id] == ""; n++ {
		if name := fmt.Sprintf("u%d", n); p.real[name] == "" {
			p.names[id], p.real[name] = name, id
		}
	}
	return p.names[id]
}

var when = regexp.MustCompile(`\d+ [A-Z][a-z]{2} \d{4} \d\d:\d\d`)

var durations = regexp.MustCompile(`,"durationMs":\d+`)

// Any client may drive the agent, yet one that doesn't say that it understands gets none of its messages.
func TestAgentAsksOnlyWhoCan(t *testing.T) {
	for _, c := range []struct{ capabilities, status string }{
		{ours, "declined"},
		{`{"experimental":{"kusto":{"version":1},"agent":{}}}`, "declined"},
	} {
		agents := &fakeAgents{t: t, of: tooltest.New(), approval: agent.ApproveAsk, folder: t.TempDir(), model: script.New(`call: kusto_execute_query {"query":"StormEvents"}`, "text: done")}
		p := dial(t, Options{Agents: agents})
		p.hello(c.capabilities)
		var started protocol.AgentThreadResult
		p.ask(protocol.MethodAgentThreadStart, map[string]any{}, &started)
		p.ask(protocol.MethodAgentTurnStart, map[string]any{"threadId": started.Thread.ID, "input": map[string]any{"text": "go"}}, nil)
		var resumed protocol.AgentThreadResumeResult
		for deadline := time.Now().Add(patience); len(resumed.Items) < 3 && time.Now().Before(deadline); {
			m := p.call(protocol.MethodAgentThreadResume, map[string]any{"threadId": started.Thread.ID})
			if err := json.Unmarshal(m.Result, &resumed); err != nil {
				t.Fatal(err)
			}
		}
		if len(resumed.Items) < 2 || resumed.Items[1].Status != c.status || len(agents.of.Asked()) > 0 {
			t.Errorf("%s: %+v, %d queries", c.capabilities, resumed.Items, len(agents.of.Asked()))
		}
		p.mu.Lock()
		for _, m := range p.inbox {
			if strings.HasPrefix(m.Method, "agent/") && (c.capabilities == ours || m.ID != nil) {
				t.Errorf("%s: got %s", c.capabilities, m.Method)
			}
		}
		p.mu.Unlock()
	}
}

// A server without an agent says so by not knowing its methods.
func TestNoAgent(t *testing.T) {
	p := dial(t, Options{})
	p.hello(ours)
	if m := p.call(protocol.MethodAgentStatus, map[string]any{}); m.Error == nil || m.Error.Code != -32601 {
		t.Errorf("got %+v", m)
	}
}
