package server

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"calypso/server/session"
)

// naive is the simplest model of a document: UTF-16 code units or bytes, lines found anew for each edit.
type naive struct {
	utf8 bool
	text string
}

// edit applies a change by the letter of the protocol.
func (n *naive) edit(startLine, startChar, endLine, endChar int, text string) {
	start, end := n.offset(startLine, startChar), n.offset(endLine, endChar)
	n.text = n.text[:start] + text + n.text[max(start, end):]
}

func (n *naive) offset(line, char int) int {
	at := 0
	for ; line > 0; line-- {
		i := strings.IndexAny(n.text[at:], "\r\n")
		if i < 0 {
			return len(n.text)
		}
		at += i + 1
		if n.text[at-1] == '\r' && strings.HasPrefix(n.text[at:], "\n") {
			at++
		}
	}
	row := n.text[at:]
	if i := strings.IndexAny(row, "\r\n"); i >= 0 {
		row = row[:i]
	}
	for i, r := range row {
		width := len(string(r))
		if !n.utf8 {
			width = len(utf16.Encode([]rune{r}))
		}
		if char < width {
			return at + i
		}
		char -= width
	}
	return at + len(row)
}

// pieces are what random edits put in.
var pieces = []string{"", "x", "| where", "\n", "\r\n", "\r", "é", "😀", "\n\n", "a\nb\r\nc", "𝔘", "\t"}

// 10,000 edits arrive in order and leave the text that the client has; in both encodings, with every kind of line end, astral
// characters, places inside of them and beyond the end.
func TestTenThousandEdits(t *testing.T) {
	for _, encoding := range []string{"utf-16", "utf-8"} {
		t.Run(encoding, func(t *testing.T) {
			p := dial(t, Options{})
			p.hello(`{"general":{"positionEncodings":["` + encoding + `","utf-16"]}}`)
			const uri = "untitled:Untitled-1"
			model := &naive{utf8: encoding == "utf-8", text: "StormEvents\n| where State == '😀'\r\n| take 10\n"}
			p.open(uri, model.text)
			rnd := rand.New(rand.NewPCG(7, 7))
			version := 1
			for range 10_000 {
				version += 1 + rnd.IntN(3)
				line, char := rnd.IntN(strings.Count(model.text, "\n")+3), rnd.IntN(20)
				endLine, endChar := line+rnd.IntN(2), rnd.IntN(20)
				if endLine == line {
					endChar = char + rnd.IntN(4)
				}
				text := pieces[rnd.IntN(len(pieces))]
				if len(model.text) > 2000 {
					endLine, text = line+40, ""
				}
				model.edit(line, char, endLine, endChar, text)
				p.notify("textDocument/didChange", json.RawMessage(fmt.Sprintf(
					`{"textDocument":{"uri":%q,"version":%d},"contentChanges":[{"range":{"start":{"line":%d,"character":%d},"end":{"line":%d,"character":%d}},"text":%s}]}`,
					uri, version, line, char, endLine, endChar, quote(text))))
			}
			p.call("x/y", nil) // answered behind all edits
			d := p.document(uri)
			if d.File.Text() != model.text {
				t.Fatalf("texts differ: server\n%q\nmodel\n%q", d.File.Text(), model.text)
			}
			if int(d.Version) != version {
				t.Errorf("version %d, want %d", d.Version, version)
			}
		})
	}
}

// FuzzEdit holds one edit against the naive model.
func FuzzEdit(f *testing.F) {
	f.Add("a\r\n😀b\n", 1, 1, 2, 0, "x\r", true)
	f.Add("a\rb", 0, 1, 1, 0, "\n", false)
	f.Fuzz(func(t *testing.T, src string, startLine, startChar, endLine, endChar int, text string, asUTF8 bool) {
		if !utf8.ValidString(src) || !utf8.ValidString(text) {
			t.Skip("the codec lets no other text in")
		}
		const most = 1 << 20
		limit := func(n int) int { return int(uint(n) % most) }
		startLine, startChar, endLine, endChar = limit(startLine), limit(startChar), limit(endLine), limit(endChar)
		model := &naive{utf8: asUTF8, text: src}
		model.edit(startLine, startChar, endLine, endChar, text)
		enc := session.UTF16
		if asUTF8 {
			enc = session.UTF8
		}
		got := session.NewDocument("file:///a", "kql", 1, src).Edit(2, []session.Change{{Range: area(startLine, startChar, endLine, endChar), Text: text}}, enc)
		if got.File.Text() != model.text {
			t.Fatalf("got %q, want %q", got.File.Text(), model.text)
		}
	})
}

// Odd things that clients do to documents.
func TestSync(t *testing.T) {
	p := dial(t, Options{})
	p.hello(`{}`)
	text := func(uri string) string {
		p.call("x/y", nil)
		if d := p.document(uri); d != nil {
			return d.File.Text()
		}
		return "(closed)"
	}
	change := func(uri string, version int, changes string) {
		p.notify("textDocument/didChange", json.RawMessage(fmt.Sprintf(
			`{"textDocument":{"uri":%q,"version":%d},"contentChanges":%s}`, uri, version, changes)))
	}
	want := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	p.open("file:///C:/x y+.kql", "one")
	want("another spelling of the URI", text("file:///c%3A/x%20y%2B.kql"), "one")
	change("file:///c%3A/x%20y%2B.kql", 2, `[{"text":"two"}]`)
	want("a whole text", text("file:///C:/x y+.kql"), "two")
	change("file:///c%3A/x%20y%2B.kql", 3, `[{"range":null,"text":"three"}]`)
	want("a null range", text("file:///C:/x y+.kql"), "three")
	change("file:///c%3A/x%20y%2B.kql", 9, `[{"range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}},"text":"T"},{"range":{"start":{"line":0,"character":5},"end":{"line":0,"character":5}},"text":"!"}]`)
	want("two changes", text("file:///C:/x y+.kql"), "Three!")
	change("file:///c%3A/x%20y%2B.kql", 10, `[{"range":{"start":{"line":0,"character":3},"end":{"line":0,"character":1}},"text":"-"}]`)
	want("a range that ends before it starts", text("file:///C:/x y+.kql"), "Thr-ee!")
	change("file:///c%3A/x%20y%2B.kql", 11, `[{"rangeLength":3}]`)
	want("a change without text", text("file:///C:/x y+.kql"), "Thr-ee!")
	change("file:///c%3A/x%20y%2B.kql", 12, `[{"text":"lone \ud83d surrogate"}]`)
	want("a lone surrogate", text("file:///C:/x y+.kql"), "lone \ufffd surrogate")
	change("file:///never-opened.kql", 2, `[{"text":"x"}]`)
	want("a change to a closed document", text("file:///never-opened.kql"), "(closed)")
	for _, odd := range []string{"", "untitled:Untitled-1", "vscode-notebook-cell:/x#W0", "%%%", "no scheme at all", "git:/x?{\"a\":1}"} {
		p.open(odd, "odd")
		want("the URI "+odd, text(odd), "odd")
		p.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": odd}})
		want("closed "+odd, text(odd), "(closed)")
	}
	p.open("file:///C:/x y+.kql", "again")
	want("opened twice", text("file:///C:/x y+.kql"), "again")
}
