package server

import (
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// capabilities is what the server says it can do. What isn't built yet isn't in it.
func (s *Server) capabilities() lsp.ServerCapabilities {
	c := forAll()
	c.PositionEncoding = s.can.Encoding.Kind()
	if s.can.PullDiagnostics {
		c.DiagnosticProvider = &lsp.DiagnosticOptions{Identifier: ptr("calypso")}
	}
	if s.can.CodeActions {
		c.CodeActionProvider = &lsp.CodeActionOptions{CodeActionKinds: codeActionKinds}
	}
	if s.can.PrepareRename {
		c.RenameProvider = &lsp.RenameOptions{PrepareProvider: ptr(true)}
	}
	c.Workspace = &lsp.WorkspaceOptions{WorkspaceFolders: &lsp.WorkspaceFoldersServerCapabilities{
		Supported: ptr(true), ChangeNotifications: lsp.Boolean(true),
	}}
	if s.can.TextContent {
		c.Workspace.TextDocumentContent = &lsp.TextDocumentContentOptions{Schemes: []string{scheme}}
	}
	return c
}

// forAll is what doesn't depend on the client.
func forAll() lsp.ServerCapabilities {
	return lsp.ServerCapabilities{
		TextDocumentSync: &lsp.TextDocumentSyncOptions{
			OpenClose: ptr(true),
			Change:    ptr(lsp.TextDocumentSyncKindIncremental),
			Save:      &lsp.SaveOptions{IncludeText: ptr(false)},
		},
		CompletionProvider: &lsp.CompletionOptions{
			TriggerCharacters: []string{"|", " ", ".", "(", "'", "\"", "[", "$", "=", ","},
			ResolveProvider:   ptr(true),
			CompletionItem:    &lsp.ServerCompletionItemOptions{LabelDetailsSupport: ptr(true)},
		},
		HoverProvider:          lsp.Boolean(true),
		DocumentSymbolProvider: lsp.Boolean(true),
		FoldingRangeProvider:   lsp.Boolean(true),

		DefinitionProvider:        lsp.Boolean(true),
		ReferencesProvider:        lsp.Boolean(true),
		DocumentHighlightProvider: lsp.Boolean(true),
		RenameProvider:            lsp.Boolean(true),
		SelectionRangeProvider:    lsp.Boolean(true),
		CallHierarchyProvider:     lsp.Boolean(true),
		InlayHintProvider:         lsp.Boolean(true),
		DocumentLinkProvider:      &lsp.DocumentLinkOptions{},
		WorkspaceSymbolProvider:   &lsp.WorkspaceSymbolOptions{ResolveProvider: ptr(true)},
		CodeLensProvider:          &lsp.CodeLensOptions{ResolveProvider: ptr(true)},
		SignatureHelpProvider: &lsp.SignatureHelpOptions{
			TriggerCharacters: []string{"(", ","}, RetriggerCharacters: []string{")"},
		},
		DocumentOnTypeFormattingProvider: lsp.DocumentOnTypeFormattingOptions{FirstTriggerCharacter: "|"},

		DocumentFormattingProvider:      lsp.Boolean(true),
		DocumentRangeFormattingProvider: lsp.Boolean(true),
		SemanticTokensProvider: &lsp.SemanticTokensOptions{
			Legend: legend(),
			Range:  lsp.Boolean(true),
			Full:   &lsp.SemanticTokensFullDelta{Delta: ptr(true)},
		},
		ExecuteCommandProvider: lsp.ExecuteCommandOptions{
			Commands: []string{
				protocol.CommandRun, protocol.CommandSetConnection, protocol.CommandChooseConnection,
				protocol.CommandReferences, protocol.CommandShowResult, protocol.CommandRunTest,
				protocol.CommandRefreshSchema,
			},
		},
	}
}

func ptr[T any](v T) *T { return &v }
