package server

import (
	"errors"
	"strings"

	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

type didChangeParams struct {
	TextDocument struct {
		URI     string `json:"uri"`
		Version *int32 `json:"version"`
	} `json:"textDocument"`
	ContentChanges []struct {
		Range *lsp.Range `json:"range"`
		Text  *string    `json:"text"`
	} `json:"contentChanges"`
}

var errNotOpen = errors.New("a change to a document that isn't open")

// didChange is textDocument/didChange: it makes the next version and stores it. Versions needn't be consecutive; one that doesn't
// rise is stored all the same, since the text is what the client has.
func didChange(s *Server, p *didChangeParams) error {
	d := s.state.current().Document(p.TextDocument.URI)
	if d == nil {
		return errNotOpen
	}
	version := d.Version
	if p.TextDocument.Version != nil {
		version = *p.TextDocument.Version
	}
	changes := make([]session.Change, len(p.ContentChanges))
	for i, c := range p.ContentChanges {
		if c.Text == nil {
			return badParams("params.contentChanges[%d].text is missing", i)
		}
		changes[i] = session.Change{Range: c.Range, Text: strings.Clone(*c.Text)}
	}
	s.earlier.add(d)
	next := d.Edit(version, changes, s.can.Encoding)
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithDocument(next) })
	s.filled(d, next)
	s.pusher.touch(next.Key)
	s.index.touch(next.Key, indexSettle)
	s.padTouched(next.URI)
	return nil
}
