package agent

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/agent/model"
	"calypso/agent/model/script"
	"calypso/agent/tool"
	"calypso/agent/tool/tooltest"
	"calypso/internal/golden"
)

// stage is one conversation: a scripted model, a person who answers from a list, and all that was seen.
type stage struct {
	t      *testing.T
	agent  *Agent
	model  *script.Model
	of     *tooltest.Cluster
	mu     sync.Mutex
	events []Event
	says   []string // the person's decisions, in order
	pauses []time.Duration
	ended  chan struct{}
	on     func(Event)

	options *Options
	limits  tool.Limits
	editor  *fakeEditor // nil: there is none
}

// fakeEditor notes what is written into it.
type fakeEditor struct{ wrote []string }

func (e *fakeEditor) Document() string { return "storms.kql" }

func (e *fakeEditor) Open(_ context.Context, query, title string) error {
	e.wrote = append(e.wrote, "open "+title+": "+query)
	return nil
}

func (e *fakeEditor) Insert(_ context.Context, query string) error {
	e.wrote = append(e.wrote, "insert: "+query)
	return nil
}

func newStage(t *testing.T, m *script.Model, change func(*Options)) *stage {
	s := &stage{t: t, model: m, of: tooltest.New(), ended: make(chan struct{}, 16), limits: tool.Limits{PreviewRows: 2}}
	o := Options{
		Model: func() (model.Model, error) { return m, nil }, Sink: s, Approver: s, Settings: Settings{Approval: ApproveAuto},
		Tools: func(context.Context, string, string) (*tool.Set, error) {
			return s.of.Tools(s.limits, "agent"), nil
		},
		Now: func() time.Time { return time.Unix(1_700_000_000, 0) },
		Sleep: func(ctx context.Context, d time.Duration) error {
			s.mu.Lock()
			s.pauses = append(s.pauses, d)
			s.mu.Unlock()
			return context.Cause(ctx)
		},
	}
	if change != nil {
		change(&o)
	}
	s.options, s.agent = &o, New(o)
	t.Cleanup(s.agent.Close)
	return s
}

func (s *stage) Emit(e Event) {
	s.mu.Lock()
	s.events = append(s.events, e)
	s.mu.Unlock()
	if s.on != nil {
		s.on(e)
	}
	if e.Method == "turn/completed" {
		s.ended <- struct{}{}
	}
}

// Approve answers with the next line: accept, acceptForSession, cancel, "decline NOTE", "edit QUERY".
func (s *stage) Approve(context.Context, Approval) (Decision, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.says) == 0 {
		s.t.Error("the person is asked once more than the case says")
		return Decision{Decision: Decline}, nil
	}
	verb, rest, _ := strings.Cut(s.says[0], " ")
	s.says = s.says[1:]
	if verb == "edit" {
		return Decision{Decision: Accept, EditedQuery: &rest}, nil
	}
	return Decision{Decision: verb, Note: rest}, nil
}

// thread starts one.
func (s *stage) thread() string {
	info, err := s.agent.Start(context.Background(), "help", "Samples")
	if err != nil {
		s.t.Fatal(err)
	}
	return info.ID
}

// say asks and waits for the turn's end.
func (s *stage) say(id, text string) {
	in := Input{Text: text}
	if s.editor != nil {
		in.Editor = s.editor
	}
	if _, err := s.agent.Turn(context.Background(), id, in); err != nil {
		s.t.Fatal(err)
	}
	s.wait()
}

func (s *stage) wait() {
	select {
	case <-s.ended:
	case <-time.After(time.Minute):
		s.t.Fatal("the turn doesn't end")
	}
}

// TestConversations: user, model and person as written; the events and what the model is told next are what counts.
func TestConversations(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		var sections []string
		for i := 1; c.Has(fmt.Sprintf("model.%d", i)); i++ {
			sections = append(sections, c.Text(fmt.Sprintf("model.%d", i)))
		}
		m := script.New(sections...)
		s := newStage(t, m, func(o *Options) { configure(o, c.Comment) })
		if strings.Contains(c.Comment, "editor=yes") {
			s.editor = &fakeEditor{}
		}
		s.limits.NoRows = strings.Contains(c.Comment, "rows=none")
		if strings.Contains(c.Comment, "prices=") {
			m.Prices = &model.Prices{Input: 2, Cached: 1, Output: 10, Currency: "USD"}
		}
		if c.Has("person") {
			s.says = strings.Split(strings.TrimSpace(c.Text("person")), "\n")
		}
		id := s.thread()
		for question := range strings.Lines(c.Text("user")) {
			s.say(id, strings.TrimSpace(question))
		}
		if m.Left() > 0 {
			t.Errorf("%d sections of the model weren't used", m.Left())
		}
		if len(s.says) > 0 {
			t.Errorf("the person wasn't asked: %q", s.says)
		}
		checkOrder(t, s.events)
		if s.editor != nil {
			c.Want(t, "want.editor", strings.Join(s.editor.wrote, "\n")+"\n")
		}
		th := s.agent.threads[id]
		c.Want(t, "want.events", plain(s.events))
		c.Want(t, "want.transcript", told(th.items))
	})
}

// configure reads words like approval=ask from a case's comment.
func configure(o *Options, comment string) {
	for _, word := range strings.Fields(comment) {
		key, value, _ := strings.Cut(word, "=")
		switch key {
		case "approval":
			o.Approval = value
		case "toolcalls":
			_, _ = fmt.Sscan(value, &o.Limits.ToolCalls)
		case "cost":
			_, _ = fmt.Sscan(value, &o.Limits.TurnCost)
		case "compact":
			_, _ = fmt.Sscan(value, &o.Limits.CompactAt)
		}
	}
}

var until = regexp.MustCompile(`until [0-9:]+`)

var secretive = regexp.MustCompile(`Calypso\.agent;[0-9a-f-]+|"durationMs":\d+`)

// plain writes events a line each, without ids that differ.
func plain(events []Event) string {
	var out strings.Builder
	for _, e := range events {
		fmt.Fprintf(&out, "%s", e.Method)
		switch {
		case e.Item != nil:
			i := e.Item
			fmt.Fprintf(&out, " %s", i.Type)
			for _, part := range []string{i.Text, i.Tool, i.Query, i.Status, secretive.ReplaceAllString(string(i.Result), "…")} {
				if part != "" {
					fmt.Fprintf(&out, " %q", part)
				}
			}
			if i.Error != nil {
				fmt.Fprintf(&out, " %s %q", i.Error.Kind, i.Error.Actions)
			}
			if i.Cut {
				out.WriteString(" cut")
			}
			if i.Edited {
				out.WriteString(" edited")
			}
		case e.Turn != nil:
			fmt.Fprintf(&out, " %s", e.Turn.Status)
			if e.Turn.Error != nil {
				fmt.Fprintf(&out, " %s: %s", e.Turn.Error.Kind, e.Turn.Error)
			}
		case e.Method == "usage" && e.Total.Cost > 0:
			fmt.Fprintf(&out, " %.6f, in all %.6f %s", e.Last.Cost, e.Total.Cost, e.Currency)
		case e.Method == "item/delta":
			fmt.Fprintf(&out, " %s %q", e.Kind, e.Delta)
		case e.Method == "error":
			fmt.Fprintf(&out, " %s %d of %d", e.Kind, e.Attempt, e.Of)
		default:
			for _, part := range []string{e.Status, e.By, e.Kind, e.Message} {
				if part != "" {
					fmt.Fprintf(&out, " %s", part)
				}
			}
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// told writes what the model is told, a line an item.
func told(items []json.RawMessage) string {
	var out strings.Builder
	for _, raw := range items {
		var item struct {
			Type, Role, Name, Arguments, Output string
			CallID                              string `json:"call_id"`
		}
		_ = json.Unmarshal(raw, &item)
		line := strings.Join(strings.Fields(strings.Join([]string{item.Type, item.Role, item.CallID, item.Name, item.Arguments}, " ")), " ")
		if text := textOf(raw); text != "" {
			line += fmt.Sprintf(" %q", clip(text, 150))
		}
		if item.Output != "" {
			line += " " + clip(secretive.ReplaceAllString(item.Output, "…"), 150)
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

// checkOrder holds what is promised of every turn's events.
func checkOrder(t *testing.T, events []Event) {
	t.Helper()
	open := map[string]bool{}
	ended := false
	for i, e := range events {
		if e.Seq != int64(i+1) {
			t.Errorf("event %d has the number %d", i+1, e.Seq)
		}
		switch e.Method {
		case "turn/started":
			ended = false
		case "turn/completed":
			ended = true
			if e.Turn.Error != nil && e.Turn.Error.Kind == "internal" {
				t.Error(e.Turn.Error)
			}
			for id := range open {
				t.Errorf("item %s was never completed", id)
			}
		case "item/started":
			if open[e.Item.ID] {
				t.Errorf("item %s starts twice", e.Item.ID)
			}
			open[e.Item.ID] = true
		case "item/completed":
			if !open[e.Item.ID] {
				t.Errorf("item %s is completed without a start, or twice", e.Item.ID)
			}
			delete(open, e.Item.ID)
		case "item/reset":
			for _, id := range e.ItemIDs {
				delete(open, id)
			}
		}
		if ended && e.Method != "turn/completed" && e.TurnID != "" {
			t.Errorf("%s follows turn/completed", e.Method)
		}
	}
}

// TestInterruptInStream: what was shown stays, marked; the thread goes on.
func TestInterruptInStream(t *testing.T) {
	m := script.New("text: half an\nwait\ntext: never", "expect: and now\ntext: yes")
	s := newStage(t, m, nil)
	id := s.thread()
	s.on = func(e Event) {
		if e.Method == "item/completed" && e.Item.Type == AgentMessage {
			go func() { _ = s.agent.Interrupt(context.Background(), id, "") }()
		}
	}
	s.say(id, "go")
	last := s.events[len(s.events)-1]
	if last.Turn.Status != "interrupted" {
		t.Fatalf("%+v", last.Turn)
	}
	s.on = nil
	s.say(id, "and now")
	checkOrder(t, s.events)
}

// TestInterruptInQuery: the query is stopped, the call gets its output, none of the others runs.
func TestInterruptInQuery(t *testing.T) {
	m := script.New("call: kusto_execute_query {\"query\":\"StormEvents | count\"}\ncall: kusto_list_tables {}", "text: fine")
	s := newStage(t, m, nil)
	s.of.Wait = make(chan struct{})
	id := s.thread()
	turnID, err := s.agent.Turn(context.Background(), id, Input{Text: "count"})
	if err != nil {
		t.Fatal(err)
	}
	for len(s.of.Asked()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := s.agent.Interrupt(context.Background(), id, turnID); err != nil {
		t.Fatal(err)
	}
	s.wait()
	if got := told(s.agent.threads[id].items); strings.Count(got, "function_call_output") != 2 || !strings.Contains(got, "interrupted") {
		t.Error(got)
	}
	s.say(id, "go on")
	checkOrder(t, s.events)
}

// TestResume: a transcript cut at any byte gives a thread that the model can go on with.
func TestResume(t *testing.T) {
	folder := t.TempDir()
	calls := "reasoning: thinking\ncall: kusto_execute_query {\"query\":\"StormEvents | count\"}\ncall: kusto_list_tables {}"
	s := newStage(t, script.New(calls, "text: 100 rows"), func(o *Options) { o.Folder = folder })
	id := s.thread()
	s.say(id, "how many?")
	s.agent.Close()
	paths, _ := filepath.Glob(filepath.Join(folder, "*", "*", "*", "*.jsonl"))
	whole, err := os.ReadFile(paths[0])
	if err != nil {
		t.Fatal(err)
	}
	meta := strings.IndexByte(string(whole), '\n') + 1
	for cut := meta; cut <= len(whole); cut += max(1, (len(whole)-meta)/97) {
		if err := os.WriteFile(paths[0], whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		m := script.New("text: going on")
		again := newStage(t, m, func(o *Options) { o.Folder = folder })
		if _, _, err := again.agent.Resume(context.Background(), id); err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		again.say(id, "go on")
		open := map[string]bool{}
		for _, raw := range m.Requests()[0].Items {
			var item struct {
				Type   string
				CallID string `json:"call_id"`
			}
			_ = json.Unmarshal(raw, &item)
			switch item.Type {
			case "function_call":
				open[item.CallID] = true
			case "function_call_output":
				if !open[item.CallID] {
					t.Fatalf("cut at %d: an output without its call", cut)
				}
				delete(open, item.CallID)
			}
		}
		if len(open) > 0 {
			t.Fatalf("cut at %d: calls without an output: %v", cut, open)
		}
		again.agent.Close()
	}
}

// TestThreads: list, rename, fork, export, delete.
func TestThreads(t *testing.T) {
	ctx, folder := context.Background(), t.TempDir()
	s := newStage(t, script.New("call: kusto_execute_query {\"query\":\"StormEvents | count\"}", "text: 100 rows"), func(o *Options) { o.Folder = folder })
	id := s.thread()
	s.say(id, "how many?")
	if err := s.agent.Rename(ctx, id, "Counting"); err != nil {
		t.Fatal(err)
	}
	fork, err := s.agent.Fork(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	s.agent.Close()
	s = newStage(t, script.New(), func(o *Options) { o.Folder = folder })
	list, _, err := s.agent.List("", 10)
	if err != nil || len(list) != 2 || list[0].Name != "Counting" || list[1].Name != "Counting" {
		t.Fatalf("%v %+v", err, list)
	}
	page, next, _ := s.agent.List("", 1)
	rest, end, _ := s.agent.List(next, 1)
	if len(page) != 1 || len(rest) != 1 || end != "" || page[0].ID == rest[0].ID {
		t.Errorf("pages: %v, %v, %q", page, rest, end)
	}
	_, items, err := s.agent.Resume(ctx, fork.ID)
	if err != nil || len(items) != 3 {
		t.Errorf("the fork shows %d items, %v", len(items), err)
	}
	for format, want := range map[string]string{"markdown": "```kusto\nStormEvents | count\n```", "kql": "\nStormEvents | count\n// completed, 100 rows\n"} {
		if text, err := s.agent.Export(ctx, id, format); err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v\n%s", format, err, text)
		}
	}
	if err := s.agent.Delete(ctx, id); err != nil {
		t.Fatal(err)
	}
	if list, _, _ := s.agent.List("", 10); len(list) != 1 {
		t.Errorf("%d threads are left", len(list))
	}
	if _, _, err := s.agent.Resume(ctx, "../../etc/passwd"); err == nil {
		t.Error("a path is taken for a thread")
	}
}

// TestOtherWindow: a thread that another process has open is for reading.
func TestOtherWindow(t *testing.T) {
	folder := t.TempDir()
	one := newStage(t, script.New("text: yes"), func(o *Options) { o.Folder = folder })
	id := one.thread()
	one.say(id, "hello")
	two := newStage(t, script.New(), func(o *Options) { o.Folder = folder })
	info, items, err := two.agent.Resume(context.Background(), id)
	if err != nil || !info.ReadOnly || len(items) != 2 {
		t.Fatalf("%+v %d %v", info, len(items), err)
	}
	if _, err := two.agent.Turn(context.Background(), id, Input{Text: "me too"}); err == nil {
		t.Error("two windows write one thread")
	}
	for what, err := range map[string]error{
		"renames": two.agent.Rename(context.Background(), id, "Mine"), "deletes": two.agent.Delete(context.Background(), id),
		"summarises": two.agent.Compact(context.Background(), id),
	} {
		if err == nil || !strings.Contains(err.Error(), "another window") {
			t.Errorf("another window's thread is changed: it %s, and says %v", what, err)
		}
	}
	if _, _, err := newStage(t, script.New(), func(o *Options) { o.Folder = folder }).agent.Resume(context.Background(), id); err != nil {
		t.Error(err)
	}
}

// TestRank: tables that the question's words fit come first, those it names before all.
func TestRank(t *testing.T) {
	db := tooltest.New().Known.Database
	if got := newTableIndex(db).rank("which states had deadly storms?"); got[0].Name != "StormEvents" {
		t.Error(got[0].Name)
	}
	if got := fmt.Sprint(words("StormEvents_2007 HTTPStatus")); got != "[storm event 2007 httpstatu]" {
		t.Error(got)
	}
}

// FuzzLoad: whatever a transcript holds, reading it ends, and what it gives can be told to a model.
func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"t":"meta","info":{"id":"x"}}` + "\n" + `{"t":"item","raw":{"type":"function_call","call_id":"c"}}` + "\n"))
	f.Add([]byte(`{"t":"meta","info":{"id":"x"}}` + "\n" + `{"t":"cut","length":-5}` + "\n" + `{"t":"compacted","items":[1]}` + "\n{"))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, good, err := load(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		if good > int64(len(data)) {
			t.Fatalf("%d of %d bytes are good", good, len(data))
		}
		for _, raw := range replay(answered(v.items), dropReasoning) {
			_ = textOf(raw)
		}
	})
}
