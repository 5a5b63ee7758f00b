package server

import (
	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// schemaChanged is called by the backend when a schema was loaded, is loading, or was refused. When its version rose, all that was
// said about texts is stale.
func (s *Server) schemaChanged(p protocol.SchemaChanged) {
	changed := false
	if p.State != protocol.StateLoading { // that changes nothing yet
		before, seen := s.schemaVersions.Swap(p.Connection, p.Version)
		changed = !seen || before != p.Version || p.Version == 0
	}
	if changed {
		s.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithSchemas() })
	}
	if changed {
		s.index.rederive()
	}
	s.tellOurs(protocol.MethodSchemaChanged, p)
	if p.State != protocol.StateLoading {
		s.treeChanged(connectionsView, "")
	}
	if p.Note != "" && !s.can.Kusto {
		s.tell(lsp.MethodWindowLogMessage, &lsp.LogMessageParams{Type: lsp.MessageTypeInfo, Message: "Kusto: " + p.Note})
	}
	if changed {
		s.refresh()
	}
}

// connectionsChanged is called by the backend when connections were added, removed or changed state.
func (s *Server) connectionsChanged(p protocol.ConnectionsChanged) {
	s.tellOurs(protocol.MethodConnectionsChanged, p)
	s.treeChanged(connectionsView, "")
}

// refresh has the client ask again for what depends on schemas and settings. It is a request to the client, so it never waits in
// the read loop; many changes at once make few requests.
func (s *Server) refresh() {
	if !s.gate.serving() {
		return
	}
	s.pusher.all()
	if s.refreshing.Add(1) > 1 {
		return // the one under way will go round again
	}
	go func() {
		defer s.recovered("refresh", func(error) { s.refreshing.Store(0) })
		for {
			asked := s.refreshing.Load()
			if s.can.DiagnosticRefresh && s.can.PullDiagnostics {
				s.ask(lsp.MethodWorkspaceDiagnosticRefresh, nil, nil)
			}
			if s.can.TokenRefresh {
				s.ask(lsp.MethodWorkspaceSemanticTokensRefresh, nil, nil)
			}
			if s.can.HintRefresh {
				s.ask(lsp.MethodWorkspaceInlayHintRefresh, nil, nil)
			}
			if s.can.LensRefresh {
				s.ask(lsp.MethodWorkspaceCodeLensRefresh, nil, nil)
			}
			if s.can.TextContent {
				s.refreshEntities()
			}
			if s.refreshing.CompareAndSwap(asked, 0) {
				return
			}
		}
	}()
}

// refreshLenses has the client ask again for the lenses only: a run changes what its lens says.
func (s *Server) refreshLenses() {
	if !s.can.LensRefresh {
		return
	}
	go func() {
		defer s.recovered(lsp.MethodWorkspaceCodeLensRefresh, func(error) {})
		s.ask(lsp.MethodWorkspaceCodeLensRefresh, nil, nil)
	}()
}

// refreshEntities has the client ask again for the texts of our scheme that it shows.
func (s *Server) refreshEntities() {
	for d := range s.state.current().Documents {
		if u, err := uri.Parse(d.URI); err == nil && u.Scheme() == scheme {
			s.ask(lsp.MethodWorkspaceTextDocumentContentRefresh, &lsp.TextDocumentContentRefreshParams{URI: u}, nil)
		}
	}
}
