// Package script keeps a document as its blocks, each parsed and bound. A block is what the engine gets at once: one query or
// one management command; syntax.Blocks says where they are parted. After an edit, blocks whose text and schema are the same
// keep their tree and binding, so that a key press costs one block and not the file.
//
// It is the one way from a document to a Bound: the server, the checker and the features all start at Analyze.
package script

import (
	"sort"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Script is one version of a document. It is immutable and safe for many readers.
type Script struct {
	Text   string
	Blocks []*Block // in order; they tile the text; at least one
	// Created has what the document's commands make, in order; the blocks below each command know it.
	Created []Created

	offers   []Offer
	overlays map[overlay]*symbol.Schema
}

// Block is a part of a script. Offsets in its Bound count from Start.
type Block struct {
	syntax.Block
	Start int
	Bound *binder.Bound
	// Connect is the argument of the #connect directive in force here, or "".
	Connect string

	schema *symbol.Schema // that it is bound with
	base   *symbol.Schema // that without what the blocks above create
	inner  *inner         // of a text inside a command; nil for a block
}

// Schemas gives the schema for the argument of a #connect directive; "" asks for the document's own.
type Schemas func(connect string) *symbol.Schema

// Schemas gives the schemas that the document was analysed with, for analysing a changed one.
func (s *Script) Schemas(connect string) *symbol.Schema {
	for _, b := range s.Blocks {
		if b.Connect == connect {
			return b.base
		}
	}
	return s.Blocks[0].base
}

// Analyze parses and binds a document. What prev (may be nil) has of it is used again.
func Analyze(src string, schemas Schemas, prev *Script) *Script {
	old := make(map[string]*Block)
	if prev != nil {
		for _, b := range prev.Blocks {
			old[b.Span.Of(prev.Text)] = b
		}
	}
	s := &Script{Text: src}
	known := newChain(prev)
	s.overlays = known.kept
	connect := ""
	parts := syntax.Blocks(src)
	if len(parts) == 0 {
		parts = []syntax.Block{{}} // so that an empty document has a place for completion too
	}
	for _, part := range parts {
		for _, d := range part.Directives {
			if to, ok := d.Connect(); ok {
				connect = to
			}
		}
		base := schemas(connect)
		b := known.bind(src, part, connect, known.schema(base), old)
		b.base = base
		s.Blocks = append(s.Blocks, b)
		s.Created = append(s.Created, known.take(b, base)...)
	}
	s.offers = known.offers
	return s
}

func (c *chain) bind(src string, part syntax.Block, connect string, schema *symbol.Schema, old map[string]*Block) *Block {
	b := &Block{Block: part, Start: part.Span.Start, Connect: connect, schema: schema}
	body := part.Span.Of(src)
	if was := old[body]; was != nil && was.schema == schema {
		b.Bound = was.Bound
		return b
	}
	b.Bound = binder.Bind(syntax.Parse(body), schema)
	if isScript(b.Bound) {
		b.Bound = c.inOrder(b)
	}
	return b
}

// At finds the block at an offset and the offset within it. A caret at the border of two blocks belongs to the later one,
// unless that one is empty.
func (s *Script) At(offset int) (*Block, int) {
	i := sort.Search(len(s.Blocks), func(i int) bool { return s.Blocks[i].Start > offset }) - 1
	b := s.Blocks[max(i, 0)]
	return b, offset - b.Start
}

// Diagnostics gives all findings with offsets of the document.
func (s *Script) Diagnostics() []diag.Diagnostic {
	var all []diag.Diagnostic
	for _, b := range s.Blocks {
		for _, d := range b.Bound.Diagnostics {
			all = append(all, b.shifted(d))
		}
	}
	return all
}

// shifted is Shift for all of a finding.
func (b *Block) shifted(d diag.Diagnostic) diag.Diagnostic {
	d.Span = b.Shift(d.Span)
	related := make([]diag.Related, len(d.Related))
	for i, r := range d.Related {
		related[i] = diag.Related{Span: b.Shift(r.Span), Message: r.Message}
	}
	d.Related = related
	return d
}

// Shift turns a span of the block's tree into one of the document.
func (b *Block) Shift(s text.Span) text.Span {
	return text.Span{Start: s.Start + b.Start, End: s.End + b.Start}
}
