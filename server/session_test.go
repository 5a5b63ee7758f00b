package server

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"calypso/internal/golden"
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// Sessions are txtar files. in has a line for each step:
//
//	hello CAPABILITIES           initialize, initialized
//	open URI TEXT                didOpen; TEXT is a JSON string
//	call METHOD PARAMS           a request; its answer goes into want
//	begin METHOD PARAMS          a request that isn't waited for; end writes its answer, cancel cancels it
//	stop PARAMS                  kusto/query/cancel, beside what was begun
//	notify METHOD PARAMS
//	await METHOD                 waits for a notification
//	asked METHOD ANSWER          waits for a request of the server's and answers it
//	findings                     waits for pushed findings; what they say is the language's own tests' matter
//	aged                         what is in the folder of scratch pads was changed an hour ago
//
// want has all that the server sent, in order; ids that the server made, and times, are replaced, and may be used in in. What comes at
// a time of its own (see own) stands there only where it is awaited.

func TestSessions(t *testing.T) {
	golden.Run(t, "testdata/session/*.txtar", func(t *testing.T, c *golden.Case) {
		pads := filepath.Join(t.TempDir(), "pads")
		s := &play{t: t, peer: dial(t, Options{CacheDir: t.TempDir(), ScratchFolder: pads}), pads: pads, real: map[string]string{}, names: map[string]string{}, told: map[string]bool{}}
		for _, line := range strings.Split(strings.TrimSpace(c.Text("in")), "\n") {
			s.step(line)
		}
		c.Want(t, "want", s.out.String())
		s.leaks(c.Text("secret"))
	})
}

// play plays a session.
type play struct {
	*peer
	t     *testing.T
	out   strings.Builder
	begun string
	ran   int               // entries of the history
	real  map[string]string // by name in the file
	names map[string]string // by real id
	told  map[string]bool   // tokens of which a report was seen
	dir   string
	pads  string
}

func (s *play) step(line string) {
	s.t.Helper()
	word, rest, _ := strings.Cut(line, " ")
	what, params, _ := strings.Cut(rest, " ")
	params = s.expand(params)
	switch word {
	case "", "//":
	case "hello":
		s.hello(rest)
	case "open":
		var src string
		if err := json.Unmarshal([]byte(params), &src); err != nil {
			s.t.Fatal(err)
		}
		s.open(what, src)
	case "call":
		s.answer(what, s.end(s.begin(what, raw(params))))
	case "begin":
		s.begun = s.begin(what, raw(params))
	case "cancel":
		s.notify("$/cancelRequest", map[string]any{"id": json.RawMessage(s.begun)})
	case "stop":
		s.peer.end(s.begin("kusto/query/cancel", raw(s.expand(rest))))
	case "end":
		s.printAnswer("begun", s.end(s.begun)) // what else came has no fixed order: await it
	case "notify":
		s.notify(what, raw(params))
	case "findings":
		m := s.wait(pushed)
		if m == nil {
			s.t.Fatal("no findings came")
		}
		var p struct {
			URI         string
			Diagnostics []any
		}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			s.t.Fatal(err)
		}
		fmt.Fprintf(&s.out, "findings in %s: %v\n", p.URI, len(p.Diagnostics) > 0)
	case "await":
		m := s.wait(func(m message) bool { return m.Method == what })
		if m == nil {
			s.t.Fatalf("no %s came", what)
		}
		s.print("~ "+what, m.Params)
	case "aged":
		s.age()
	case "asked":
		m := s.wait(func(m message) bool { return m.Method == what && m.ID != nil })
		if m == nil {
			s.t.Fatalf("no %s came", what)
		}
		s.print("? "+what, m.Params)
		s.frame(`{"jsonrpc":"2.0","id":` + string(*m.ID) + `,"result":` + params + `}`)
	default:
		s.t.Fatalf("no step %q", word)
	}
}

func raw(params string) any {
	if params == "" {
		return nil
	}
	return json.RawMessage(params)
}

// age makes all scratch pads an hour older: the clock of a file system is too coarse to tell which of two was made first.
func (s *play) age() {
	files, err := filepath.Glob(filepath.Join(s.pads, "*"))
	if err != nil || len(files) == 0 {
		s.t.Fatalf("nothing to age: %v", err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err == nil {
			before := info.ModTime().Add(-time.Hour)
			err = os.Chtimes(file, before, before)
		}
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// own tells that a message comes at a time of its own, or as often as the machine is slow: findings that are pushed once a text stands
// still, requests to ask again, reports behind the first, and how far a run is.
func (s *play) own(m message) bool {
	var p struct {
		Token json.RawMessage
		Value struct{ Kind string }
		Tabs  []protocol.ResultTab
	}
	switch {
	case m.Method == lsp.MethodClientRegisterCapability || m.Method == lsp.MethodWorkspaceConfiguration:
		return true // asked beside everything else, in no order
	case m.Method == lsp.MethodTextDocumentPublishDiagnostics || strings.HasPrefix(m.Method, "workspace/") && strings.HasSuffix(m.Method, "/refresh"):
		return true
	case m.Method != lsp.MethodProgress && m.Method != protocol.MethodTabsChanged || json.Unmarshal(m.Params, &p) != nil:
		return false
	case m.Method == lsp.MethodProgress && p.Value.Kind == "report":
		again := s.told[string(p.Token)]
		s.told[string(p.Token)] = true
		return again
	}
	return slices.ContainsFunc(p.Tabs, func(t protocol.ResultTab) bool { return t.Status == protocol.TabRunning && t.Text != "" })
}

// answer prints the notifications that came before an answer, then the answer.
func (s *play) answer(what string, m message) {
	s.mu.Lock()
	var early, rest []message
	for _, n := range s.inbox {
		if n.Method != "" && n.at < m.at && !s.own(n) {
			early = append(early, n)
		} else {
			rest = append(rest, n) // the answer to what was begun, what came since, or what may be awaited
		}
	}
	s.inbox = rest
	s.mu.Unlock()
	for _, n := range early {
		s.print("~ "+n.Method, n.Params)
	}
	s.printAnswer(what, m)
}

func (s *play) printAnswer(what string, m message) {
	if m.Error != nil {
		s.print(fmt.Sprintf("! %s %d %s", what, m.Error.Code, m.Error.Message), m.Error.Data)
		return
	}
	s.print("= "+what, m.Result)
}

var (
	madeID   = regexp.MustCompile(`\b([rvqp])[0-9A-Za-z]{6,8}-\d+\b`)
	idName   = regexp.MustCompile(`\$[a-z]\d+`)
	varying  = regexp.MustCompile(`"(ms|age)":[0-9.e-]+`)
	started  = regexp.MustCompile(`"started":"[^"]*"`)
	clock    = regexp.MustCompile(`, \d\d:\d\d:\d\d"`)
	minute   = regexp.MustCompile(`(Today|Yesterday) \d\d:\d\d · `)
	ranID    = regexp.MustCompile(`\b[A-Z2-7]{16}\b`)
	duration = regexp.MustCompile(`(CPU )?\b(under |\d+ min )?\d+(\.\d+)? (ms|s)\b`)
	inFolder = regexp.MustCompile(`/[^" ]*/TestSessions[^" ]*/`)
)

// expand puts real ids in the place of names.
func (s *play) expand(line string) string {
	line = idName.ReplaceAllStringFunc(line, func(name string) string { return cmp.Or(s.real[name[1:]], name) })
	if strings.Contains(line, "$DIR") {
		if s.dir == "" {
			s.dir = s.t.TempDir()
		}
		line = strings.ReplaceAll(line, "$DIR", s.dir)
	}
	if strings.Contains(line, "$FILES") { // what is in the folder
		files, err := os.ReadDir(s.dir)
		s.out.WriteString(fmt.Sprint("files ", files, err, "\n"))
	}
	if strings.Contains(line, "$FILE(") { // the contents of a file, as a check that it is there
		i := strings.Index(line, "$FILE(")
		name := line[i+6 : i+strings.Index(line[i:], ")")]
		b, err := os.ReadFile(filepath.Join(s.dir, name))
		s.out.WriteString(fmt.Sprintf("file %s %v\n%s", name, err != nil, b))
	}
	return line
}

func (s *play) print(head string, body json.RawMessage) {
	var v any
	text := string(body)
	if json.Unmarshal(body, &v) == nil {
		b, _ := json.Marshal(v)
		text = string(b)
	}
	text = madeID.ReplaceAllStringFunc(text, func(id string) string {
		if s.names[id] == "" {
			n := 1
			for s.real[id[:1]+fmt.Sprint(n)] != "" {
				n++
			}
			s.names[id] = id[:1] + fmt.Sprint(n)
			s.real[s.names[id]] = id
		}
		return s.names[id]
	})
	text = ranID.ReplaceAllStringFunc(minute.ReplaceAllString(text, "TIME · "), func(id string) string {
		if s.names[id] == "" {
			s.ran++
			s.names[id] = fmt.Sprint("h", s.ran)
			s.real[s.names[id]] = id
		}
		return s.names[id]
	})
	text = varying.ReplaceAllString(text, `"$1":0`)
	text = started.ReplaceAllString(text, `"started":"…"`)
	text = clock.ReplaceAllString(text, `, TIME"`)
	text = duration.ReplaceAllStringFunc(text, func(took string) string {
		if strings.HasPrefix(took, "CPU ") {
			return took // the cluster's word
		}
		return "0 ms"
	})
	text = inFolder.ReplaceAllString(text, "DIR/")
	if len(text) > 1500 {
		text = text[:700] + " … " + fmt.Sprint(len(text)) + " bytes … " + text[len(text)-200:]
	}
	s.out.WriteString(strings.TrimSpace(inFolder.ReplaceAllString(head, "DIR/")+" "+text) + "\n")
}

// leaks looks for words that must not be in the log.
func (s *play) leaks(words string) {
	for _, word := range strings.Fields(words) {
		if strings.Contains(s.log.String(), word) {
			s.t.Errorf("the log holds %q", word)
		}
	}
}

// The legend is part of what clients keep: a theme colours by its names, and a wrong order miscolours everything.
func TestLegend(t *testing.T) {
	golden.Run(t, "testdata/legend.txtar", func(t *testing.T, c *golden.Case) {
		b, err := lsp.Marshal(legend())
		if err != nil {
			t.Fatal(err)
		}
		c.Want(t, "want", string(b))
	})
}

// All that is advertised is there, and the list of methods of ours is what the table answers.
func TestCapabilities(t *testing.T) {
	golden.Run(t, "testdata/capabilities.txtar", func(t *testing.T, c *golden.Case) {
		p := dial(t, Options{})
		var result json.RawMessage
		p.ask("initialize", json.RawMessage(c.Text("in")), &result)
		var v any
		if err := json.Unmarshal(result, &v); err != nil {
			t.Fatal(err)
		}
		b, _ := json.MarshalIndent(v, "", "  ")
		c.Want(t, "want", string(b))
	})
}

func area(startLine, startChar, endLine, endChar int) *lsp.Range {
	return &lsp.Range{
		Start: lsp.Position{Line: uint32(startLine), Character: uint32(startChar)},
		End:   lsp.Position{Line: uint32(endLine), Character: uint32(endChar)},
	}
}

func TestTokenEdits(t *testing.T) {
	for _, c := range [][2][]uint32{{{}, {}}, {{1, 2, 3}, {1, 2, 3}}, {{1, 2, 3}, {1, 9, 3}}, {{}, {4, 5}}, {{4, 5}, {}}, {{1, 1}, {1, 1, 1}}} {
		got := append([]uint32{}, c[0]...)
		for _, e := range tokenEdits(c[0], c[1]) {
			got = append(append(append([]uint32{}, got[:e.Start]...), e.Data...), got[e.Start+e.DeleteCount:]...)
		}
		if fmt.Sprint(got) != fmt.Sprint(c[1]) {
			t.Errorf("%v to %v gives %v", c[0], c[1], got)
		}
	}
}
