package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"calypso/kql/symbol"
	"calypso/kql/text"

	lsp "go.lsp.dev/protocol"
)

// A function that is kept on one line is shown on several, and every token of it is found there; what has lines of its own, or can't be
// laid out, is shown as it is.
func TestShown(t *testing.T) {
	s := dial(t, Options{}).server
	for _, c := range []struct{ name, body, want string }{
		{"a pipeline", "{ StormEvents | where State == 'T' and Nope > n | summarize count() by State, EventType | take 3 }", "{\n    StormEvents\n    | where State == 'T' and Nope > n\n    | summarize count() by State, EventType\n    | take 3\n}"},
		{"without braces", "let x = 1; StormEvents | take x", "{\n    let x = 1;\n    StormEvents\n    | take x\n}"},
		{"letters of two bytes", "{ StormEvents | where State == 'Ünï 👩' | take 1 }", "{\n    StormEvents\n    | where State == 'Ünï 👩'\n    | take 1\n}"},
		{"lines of its own", "{StormEvents|take 1\n}", "{StormEvents|take 1\n}"},
		{"a fault", "{ StormEvents | where | take }", "{ StormEvents | where | take }"},
		{"no body", "", "{ }"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := s.shown(entity{function: &symbol.Function{Name: "F", Parameters: "(n:long)", Body: c.body, Doc: "it's, so", Folder: `a\b`}})
			if _, body, _ := strings.Cut(got.shown, " F(n:long) "); body != c.want+"\n" {
				t.Errorf("got %q", body)
			}
			for _, token := range got.kept {
				span := token.Span()
				if at := got.place(span); at.Of(got.shown) != span.Of(got.Text) {
					t.Errorf("%q is found as %q", span.Of(got.Text), at.Of(got.shown))
				}
			}
			if at := got.place(got.At[""]); at.Of(got.shown) != "F" {
				t.Errorf("the name is found as %q", at.Of(got.shown))
			}
		})
	}
}

// A place is found however little of a token it has, and none leads out of the text.
func TestShownPlaces(t *testing.T) {
	got := dial(t, Options{}).server.shown(entity{function: &symbol.Function{Name: "F", Parameters: "()", Body: "{ StormEvents   |   take 3 }"}})
	for _, c := range []struct{ span, want string }{
		{"torm", "torm"},
		{"StormEvents   |   take 3", "StormEvents\n    | take 3"},
		{"   |  ", "|"},
		{"  |   ta", "| ta"},
	} {
		start := strings.Index(got.Text, c.span)
		if at := got.place(text.Span{Start: start, End: start + len(c.span)}).Of(got.shown); at != c.want {
			t.Errorf("%q is found as %q", c.span, at)
		}
	}
	for start := range got.Text {
		for end := start; end <= len(got.Text); end++ {
			if at := got.place(text.Span{Start: start, End: end}); at.Start < 0 || at.Start > at.End || at.End > len(got.shown) {
				t.Fatalf("%d to %d is at %+v", start, end, at)
			}
		}
	}
}

// Calls from one stored function to another are told by their places in what is shown.
func TestShownCalls(t *testing.T) {
	fake := newFake()
	schema := fake.Schema(fake.Default())
	db := schema.Database.WithAll(nil, []*symbol.Function{
		{Name: "Inner", Parameters: "(n:long)", Body: "{ StormEvents | take n }"},
		{Name: "Outer", Parameters: "()", Body: "{ let x = 1; Inner(x) | where State == 'T' | union Inner(2) }"},
	})
	fake.schemas[fake.Default()] = schema.WithDatabase("", db)
	p := dial(t, Options{Backend: fake})
	p.hello(`{"workspace":{"textDocumentContent":{}}}`)
	p.open(docURI, "Inner(1)")
	var items []json.RawMessage
	p.ask("textDocument/prepareCallHierarchy", place(0, 1), &items)
	if len(items) != 1 {
		t.Fatalf("got %s", items)
	}
	var calls []lsp.CallHierarchyIncomingCall
	p.ask("callHierarchy/incomingCalls", json.RawMessage(fmt.Sprintf(`{"item":%s}`, items[0])), &calls)
	var found []string
	for _, c := range calls {
		if c.From.Name != "Outer" {
			continue
		}
		var content lsp.TextDocumentContentResult
		p.ask("workspace/textDocumentContent", map[string]any{"uri": c.From.URI}, &content)
		lines := strings.Split(content.Text, "\n")
		for _, r := range c.FromRanges {
			found = append(found, lines[r.Start.Line][r.Start.Character:])
		}
	}
	if got := strings.Join(found, "; "); got != "Inner(x); Inner(2)" {
		t.Errorf("got %q of %+v", got, calls)
	}
}
