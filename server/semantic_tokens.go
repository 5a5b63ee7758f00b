package server

import (
	"strconv"
	"sync"

	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/kql/token"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// Semantic tokens: full, delta and range. All three begin with the same array of five numbers a token.

// legend names the token kinds of kql/token in its order, by the names that themes colour.
func legend() lsp.SemanticTokensLegend {
	return lsp.SemanticTokensLegend{
		TokenTypes: []string{
			token.Comment:   "comment",
			token.Keyword:   "keyword",
			token.Operator:  "operator",
			token.String:    "string",
			token.Number:    "number",
			token.Function:  "function",
			token.Variable:  "variable",
			token.Parameter: "parameter",
			token.Column:    "property",
			token.Table:     "class",
			token.Namespace: "namespace",
			token.TypeName:  "type",
			token.Option:    "enumMember",
			token.Directive: "macro",
		},
		TokenModifiers: []string{"declaration", "defaultLibrary", "deprecated"},
	}
}

// semanticTokensFull is textDocument/semanticTokens/full.
func semanticTokensFull(c *call, p *lsp.SemanticTokensParams) (any, error) {
	d, data, err := c.tokenData(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	id := c.tokens.keep(d, data)
	return &lsp.SemanticTokens{ResultID: &id, Data: data}, nil
}

// semanticTokensDelta is textDocument/semanticTokens/full/delta: one edit, from the first number that differs to the last.
func semanticTokensDelta(c *call, p *lsp.SemanticTokensDeltaParams) (any, error) {
	d, data, err := c.tokenData(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	before, ok := c.tokens.kept(d.Key, p.PreviousResultID)
	id := c.tokens.keep(d, data)
	if !ok {
		return &lsp.SemanticTokens{ResultID: &id, Data: data}, nil
	}
	return &lsp.SemanticTokensDelta{ResultID: &id, Edits: tokenEdits(before, data)}, nil
}

// semanticTokensRange is textDocument/semanticTokens/range.
func semanticTokensRange(c *call, p *lsp.SemanticTokensRangeParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	data := c.encodeTokens(d, sc, c.can.Encoding.Span(d.File, p.Range))
	if err := c.unmoved(d); err != nil {
		return nil, err
	}
	return &lsp.SemanticTokens{Data: data}, nil
}

func (c *call) tokenData(uri string) (*session.Document, []uint32, error) {
	d, sc, err := c.opened(uri)
	if err != nil {
		return nil, nil, err
	}
	data := c.encodeTokens(d, sc, text.Span{Start: 0, End: d.File.Len()})
	return d, data, c.unmoved(d)
}

// encodeTokens gives the tokens that lie in a span: line and column relative to the token before, length, type, modifiers. A
// token over several lines becomes one a line, because most clients can't draw the other.
func (c *call) encodeTokens(d *session.Document, sc *script.Script, within text.Span) []uint32 {
	at := c.places(d)
	data := []uint32{}
	var last lsp.Position
	put := func(s text.Span, t token.Token) {
		start := at.next(s.Start)
		end := at.next(s.End)
		if end.Line != start.Line || end.Character <= start.Character {
			return
		}
		column := start.Character
		if start.Line == last.Line {
			column -= last.Character
		}
		data = append(data, start.Line-last.Line, column, end.Character-start.Character, uint32(t.Type), uint32(t.Mods))
		last = start
	}
	done := 0 // tokens that overlap would give negative numbers
	for _, t := range token.Classify(sc) {
		if t.Span.Start < done || t.Span.End <= within.Start || t.Span.Start >= within.End {
			continue
		}
		done = t.Span.End
		for s := range lines(d.File, t.Span) {
			put(s, t)
		}
	}
	return data
}

// lines cuts a span at line ends.
func lines(f *text.File, s text.Span) func(func(text.Span) bool) {
	return func(yield func(text.Span) bool) {
		for line := f.LineAt(s.Start); s.Start < s.End; line++ {
			part := f.Line(line)
			part.Start, part.End = max(part.Start, s.Start), min(part.End, s.End)
			if part.Len() > 0 && !yield(part) {
				return
			}
			if line+1 >= f.LineCount() {
				return
			}
			s.Start = max(s.Start, f.Line(line+1).Start)
		}
	}
}

func tokenEdits(before, after []uint32) []lsp.SemanticTokensEdit {
	head := 0
	for head < len(before) && head < len(after) && before[head] == after[head] {
		head++
	}
	tail := 0
	for tail < len(before)-head && tail < len(after)-head && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	if head == len(before) && head == len(after) {
		return []lsp.SemanticTokensEdit{}
	}
	return []lsp.SemanticTokensEdit{{
		Start: uint32(head), DeleteCount: uint32(len(before) - head - tail), Data: after[head : len(after)-tail],
	}}
}

// tokenCache keeps the last tokens of each document, for the next delta.
type tokenCache struct {
	mu   sync.Mutex // guards what follows
	last map[session.Key]keptTokens
	next int64
}

type keptTokens struct {
	id   string
	data []uint32
}

func (t *tokenCache) keep(d *session.Document, data []uint32) (id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last == nil {
		t.last = map[session.Key]keptTokens{}
	}
	t.next++
	id = strconv.FormatInt(t.next, 36)
	t.last[d.Key] = keptTokens{id, data}
	return id
}

func (t *tokenCache) kept(k session.Key, id string) ([]uint32, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	kept, ok := t.last[k]
	return kept.data, ok && kept.id == id
}

func (t *tokenCache) forget(k session.Key) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.last, k)
}
