package server

import (
	"context"

	"calypso/server/protocol"
	"calypso/server/session"

	"go.uber.org/zap"
)

// Which connection a document uses: a directive in it, what was chosen for it, or the default, in this order.

// activeConnection is kusto/activeConnection.
func activeConnection(c *call, p *protocol.ActiveConnectionParams) (any, error) {
	now, err := c.activeFor(p.URI)
	if err != nil {
		return nil, err
	}
	return now, nil
}

func (c *call) activeFor(uri string) (protocol.ActiveConnectionResult, error) {
	if d := c.snapshot.Document(uri); d != nil {
		sc, err := c.script(d)
		if err != nil {
			return protocol.ActiveConnectionResult{}, err
		}
		for _, b := range sc.Blocks {
			if b.Connect == "" {
				break // the directive, if there is one, is for later blocks only
			}
			if t, ok := c.backend.Resolve(b.Connect); ok {
				return c.active(t, protocol.FromDirective), nil
			}
		}
	}
	return c.chosen(c.snapshot, session.KeyOf(uri)), nil
}

// setActiveConnection is kusto/setActiveConnection.
func setActiveConnection(c *call, p *protocol.SetActiveConnectionParams) (any, error) {
	t := Target{Connection: p.Connection, Database: p.Database}
	if t.Connection != "" {
		known, err := c.connection(t.Connection)
		if err != nil {
			return nil, err
		}
		if t.Database == "" {
			t.Database = known.Database
		}
	}
	if p.URI == "" {
		if err := c.setDefault(c, t); err != nil {
			return nil, err
		}
		return c.active(t, protocol.FromDefault), nil
	}
	if t.Connection == "" {
		t = Target{}
	}
	c.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithTarget(session.KeyOf(p.URI), t) })
	if err := c.backend.Choose(string(session.KeyOf(p.URI)), t); err != nil {
		c.log.Warn("the document's connection isn't kept", zap.String("error", c.quiet(err))) // it holds for this session
	}
	c.warm(t)
	now := c.chosen(c.state.current(), session.KeyOf(p.URI))
	c.tellActive(p.URI, now)
	c.refresh()
	return now, nil
}

// setDefault takes another default connection, remembers it for this workspace, and tells everybody.
func (s *Server) setDefault(ctx context.Context, t Target) error {
	if err := s.backend.SetDefault(ctx, t); err != nil {
		return err
	}
	if key := s.workspaceKey(); key != "" {
		if err := s.backend.Choose(key, t); err != nil {
			s.log.Warn("the default connection isn't kept", zap.String("error", s.quiet(err))) // it holds for this session
		}
	}
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithDefault(t) })
	s.warm(t)
	s.tellActive("", s.active(t, protocol.FromDefault))
	s.refresh()
	return nil
}

// workspaceKey is what a workspace's default connection is remembered under; "" without a folder.
func (s *Server) workspaceKey() string {
	if roots := s.rootList(); len(roots) > 0 {
		return "workspace:" + roots[0]
	}
	return ""
}

// resumeDefault takes the default connection that was chosen in this workspace before, also when the server had to be started again.
// Settings of the editor that name another come later, and win.
func (s *Server) resumeDefault(ctx context.Context) {
	t, kept := s.backend.Chosen(s.workspaceKey())
	if !kept || s.backend.SetDefault(ctx, t) != nil {
		return
	}
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithDefault(t) })
}

// forget takes a removed connection out of all choices.
func (s *Server) forget(id string) {
	next := s.backend.Default()
	s.schemaVersions.Delete(id) // one to the same address counts from the start
	s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithoutConnection(id, next) })
	s.tellActive("", s.active(next, protocol.FromDefault))
	s.refresh()
}

// warm has the schema loaded before it is needed.
func (s *Server) warm(t Target) {
	if t.Connection != "" {
		s.backend.Schema(t)
	}
}

func (s *Server) tellActive(uri string, a protocol.ActiveConnectionResult) {
	s.tellOurs(protocol.MethodActiveConnChanged, protocol.ActiveConnectionChanged{
		URI: uri, Connection: a.Connection, Name: a.Name, Database: a.Database, From: a.From,
	})
}

func (s *Server) chosen(snap *session.Snapshot, k session.Key) protocol.ActiveConnectionResult {
	t, own := snap.Target(k)
	if own {
		return s.active(t, protocol.FromDocument)
	}
	return s.active(t, protocol.FromDefault)
}

// active names a target as it is shown.
func (s *Server) active(t Target, from protocol.ConnectionFrom) protocol.ActiveConnectionResult {
	if t.Connection == "" {
		return protocol.ActiveConnectionResult{From: protocol.FromNone, Text: "Connect", Tooltip: "No Kusto connection: choose where queries run"}
	}
	out := protocol.ActiveConnectionResult{Connection: t.Connection, Name: t.Connection, Database: t.Database, From: from}
	if known, err := s.connection(t.Connection); err == nil {
		out.Name, out.Note = known.Name, known.Note
		if out.Database == "" {
			out.Database = known.Database
		}
	}
	out.Text = joined([]string{out.Name, out.Database}, "/")
	out.Tooltip = joined([]string{"Queries run on " + out.Text + " (" + fromText[from] + ")", out.Note}, "; ") + ". Click to change."
	return out
}

var fromText = map[protocol.ConnectionFrom]string{
	protocol.FromDirective: "set by a #connect line", protocol.FromDocument: "set for this document", protocol.FromDefault: "the default",
}
