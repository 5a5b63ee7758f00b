package server

import (
	"calypso/server/session"
)

type documentParams struct {
	TextDocument struct {
		URI string `json:"uri"`
	} `json:"textDocument"`
}

// didClose is textDocument/didClose. Its squiggles go with it.
func didClose(s *Server, p *documentParams) error {
	d := s.state.current().Document(p.TextDocument.URI)
	if d == nil {
		return nil
	}
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithoutDocument(d.Key) })
	if nameless(d) {
		s.closed.Store(d)
	}
	s.tokens.forget(d.Key)
	s.earlier.forget(d.Key)
	s.pusher.closed(d)
	s.index.touch(d.Key, 0)
	return nil
}

// didSave is textDocument/didSave. There is nothing to do: what counts is the text that was sent.
func didSave(*Server, *documentParams) error { return nil }
