package server

import (
	"context"

	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// What the methods about one document share: finding it, its analysis, and the way from bytes to positions.

// document gives the document that a request is about, as it was when the request was read.
func (c *call) document(uri string) (*session.Document, error) {
	if d := c.snapshot.Document(uri); d != nil {
		return d, nil
	}
	return nil, failf(protocol.ErrorNotFound, "open the document", "the document isn't open: %s", uri)
}

// script gives the document's analysis with the schemas of the request's snapshot.
func (c *call) script(d *session.Document) (*script.Script, error) {
	return c.analyze(c, d, c.snapshot)
}

// opened gives both at once.
func (c *call) opened(uri string) (*session.Document, *script.Script, error) {
	d, err := c.document(uri)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.script(d)
	return d, s, err
}

// unmoved tells by an error that the text has changed since the request, so that an answer about it would be drawn at the wrong
// places.
func (c *call) unmoved(d *session.Document) error {
	if c.state.current().Document(d.URI) != d {
		return errMoved
	}
	return nil
}

func (s *Server) analyze(ctx context.Context, d *session.Document, snap *session.Snapshot) (*script.Script, error) {
	target, _ := snap.Target(d.Key)
	sc, err := s.analyzer.Analyze(ctx, d, session.Stamp{Schemas: snap.Schemas, Target: target}, s.schemas(target, d.Key))
	if err != nil {
		return nil, err
	}
	for _, b := range sc.Blocks {
		for _, need := range b.Bound.Needs {
			s.backend.Want(s.targetOf(b, target), need.Cluster, need.Database)
		}
	}
	return sc, nil
}

// nothing is the schema where there is no connection: nothing is known, so nothing is an error.
var nothing = &symbol.Schema{}

// targetOf gives the connection of one block; the zero Target when its directive can't be read.
func (s *Server) targetOf(b *script.Block, own Target) Target {
	if b.Connect == "" {
		return own
	}
	t, _ := s.backend.Resolve(b.Connect)
	return t
}

// places turns spans of one document that come in rising order into ranges.
type places struct {
	file  *text.File
	enc   session.Encoding
	start *text.Cursor
}

func (s *Server) places(d *session.Document) *places {
	return &places{file: d.File, enc: s.can.Encoding, start: text.NewCursor(d.File, s.can.Encoding == session.UTF8)}
}

// of gives a span's range; spans may come in any order.
func (p *places) of(s text.Span) lsp.Range { return p.enc.Range(p.file, s) }

// next gives the position of an offset that isn't before the last one.
func (p *places) next(offset int) lsp.Position {
	at := p.start.To(offset)
	return lsp.Position{Line: uint32(at.Line), Character: uint32(at.Column)}
}
