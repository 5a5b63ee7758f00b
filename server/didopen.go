package server

import (
	"strings"

	"calypso/server/protocol"
	"calypso/server/session"

	"go.uber.org/zap"
)

// The parameters of the document notifications are decoded by types of our own: the library's change every URI into its
// canonical form, and take "range": null for 0:0–0:0 where it means the whole text.

type didOpenParams struct {
	TextDocument struct {
		URI        string `json:"uri"`
		LanguageID string `json:"languageId"`
		Version    int32  `json:"version"`
		Text       string `json:"text"`
	} `json:"textDocument"`
}

// didOpen is textDocument/didOpen. Opening what is open already replaces it.
func didOpen(s *Server, p *didOpenParams) error {
	t := p.TextDocument
	d := session.NewDocument(strings.Clone(t.URI), strings.Clone(t.LanguageID), t.Version, strings.Clone(t.Text))
	s.state.swap(func(old *session.Snapshot) *session.Snapshot {
		if target, ours := s.targetOfEntity(t.URI); ours {
			old = old.WithTarget(d.Key, target)
		} else if target, kept := s.backend.Chosen(string(d.Key)); kept && !fresh(d) {
			old = old.WithTarget(d.Key, target)
		} else if target, from := s.savedFrom(old, d); from {
			old = old.WithTarget(d.Key, target)
			go s.keepPlace(d.Key, target) // it writes a file
		}
		return old.WithDocument(d)
	})
	s.log.Debug("open", zap.Int32("version", t.Version), zap.Int("bytes", len(t.Text)))
	s.pusher.touch(d.Key)
	s.index.touch(d.Key, 0)
	return nil
}

// savedFrom gives the place of the document without a name that a file was saved from: an editor opens the file, with the same text or to be
// filled with it, before it closes that one, or just after.
func (s *Server) savedFrom(now *session.Snapshot, d *session.Document) (t Target, found bool) {
	if !strings.HasPrefix(d.URI, "file:") || strings.TrimSpace(d.File.Text()) == "" {
		return Target{}, false
	}
	look := func(u *session.Document) {
		if u != nil && nameless(u) && u.File.Text() == d.File.Text() && !found {
			t, found = now.Target(u.Key)
		}
	}
	now.Documents(func(u *session.Document) bool {
		look(u)
		return !found
	})
	look(s.closed.Load())
	return t, found
}

// filled gives a file the place of the document that it was saved from where the editor opened it empty, and wrote the text then.
func (s *Server) filled(before, d *session.Document) {
	now := s.state.current()
	if _, own := now.Target(d.Key); own || before.File.Text() != "" {
		return
	}
	target, from := s.savedFrom(now, d)
	if !from {
		return
	}
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithTarget(d.Key, target) })
	go s.keepPlace(d.Key, target)
	s.tellActive(d.URI, s.active(target, protocol.FromDocument))
	s.refresh()
}

func (s *Server) keepPlace(k session.Key, t Target) {
	defer s.recovered("keeping a document's connection", func(error) {})
	if err := s.backend.Choose(string(k), t); err != nil {
		s.log.Warn("the document's connection isn't kept", zap.String("error", s.quiet(err)))
	}
}

func nameless(d *session.Document) bool { return strings.HasPrefix(d.URI, "untitled:") }

// fresh tells a new document, which is called as others were before. One that the editor restores has a text.
func fresh(d *session.Document) bool {
	return nameless(d) && strings.TrimSpace(d.File.Text()) == ""
}
