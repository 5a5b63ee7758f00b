package server

import (
	"encoding/json"
	"slices"

	"calypso/server/protocol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// clientCan is what the client declared, flat: the capability structs are pointers to pointers, and most of them are nil in some
// client. It is made at initialize and never changed.
type clientCan struct {
	Encoding session.Encoding
	Window   string // its window's name, "" for none

	Kusto         bool // it understands kusto/*: else it gets none of our messages
	Untrusted     bool // its window isn't trusted, as it begins
	UI            bool // it answers ui/*
	Agent         bool // it shows agent/* events
	AgentApprove  bool // it answers agent/approve
	Auth          bool // it is told of auth/*
	AuthPrompt    bool // it answers auth/prompt
	AuthVSCode    bool // it answers auth/getVSCodeToken
	AuthStorage   bool // it answers auth/storageKey and auth/getSecret
	AuthBrowser   bool // a page that it opens can answer to this machine
	Configuration bool // it answers workspace/configuration
	WatchSettings bool // didChangeConfiguration can be registered
	WatchFiles    bool // didChangeWatchedFiles can be
	Progress      bool // window/workDoneProgress/create
	ShowDocument  bool

	PullDiagnostics    bool
	DiagnosticVersion  bool // pushed diagnostics may carry a version
	DiagnosticRelated  bool
	DiagnosticUnneeded bool // the tag
	DiagnosticRefresh  bool
	TokenRefresh       bool
	HintRefresh        bool
	LensRefresh        bool

	TextContent     bool // texts of our own scheme
	DefinitionLinks bool // places with the name that was asked about
	DocumentChanges bool // edits that name a document's version
	PrepareRename   bool
	CodeActions     bool // as edits, not only as commands
	PreferredAction bool // one of them may be marked as the best
	SymbolResolve   bool // places of workspace symbols may come later
	MarkdownHelp    bool // in signature help
	HelpOffsets     bool // parameters as places in the label

	MarkdownHover bool
	MarkdownDocs  bool // of completion items
	Snippets      bool
	LabelDetails  bool
	CommitChars   bool // of completion items
	Deprecated    bool // the tag of completion items
	NestedSymbols bool
	FoldLines     bool // whole lines only
	FoldLimit     int  // 0: none
}

func canOf(p *lsp.InitializeParams) clientCan {
	c := p.Capabilities
	can := clientCan{Encoding: encodingOf(c.General)}
	can.ours(c.Experimental)
	if w := c.Workspace; w != nil {
		can.Configuration = is(w.Configuration)
		can.WatchSettings = w.DidChangeConfiguration != nil && is(w.DidChangeConfiguration.DynamicRegistration)
		can.WatchFiles = w.DidChangeWatchedFiles != nil && is(w.DidChangeWatchedFiles.DynamicRegistration)
		can.DiagnosticRefresh = w.Diagnostics != nil && is(w.Diagnostics.RefreshSupport)
		can.TokenRefresh = w.SemanticTokens != nil && is(w.SemanticTokens.RefreshSupport)
		can.HintRefresh = w.InlayHint != nil && is(w.InlayHint.RefreshSupport)
		can.LensRefresh = w.CodeLens != nil && is(w.CodeLens.RefreshSupport)
		can.TextContent = w.TextDocumentContent != nil
		can.SymbolResolve = w.Symbol != nil && slices.Contains(w.Symbol.ResolveSupport.Properties, "location.range")
		can.DocumentChanges = w.WorkspaceEdit != nil && is(w.WorkspaceEdit.DocumentChanges)
	}
	if w := c.Window; w != nil {
		can.Progress = is(w.WorkDoneProgress)
		can.ShowDocument = w.ShowDocument != nil && w.ShowDocument.Support
	}
	if t := c.TextDocument; t != nil {
		can.text(t)
	}
	return can
}

func (can *clientCan) text(t *lsp.TextDocumentClientCapabilities) {
	related := func(d lsp.DiagnosticsCapabilities) {
		can.DiagnosticRelated = can.DiagnosticRelated || is(d.RelatedInformation)
		can.DiagnosticUnneeded = can.DiagnosticUnneeded || slices.Contains(d.TagSupport.ValueSet, lsp.DiagnosticTagUnnecessary)
	}
	if d := t.Diagnostic; d != nil {
		can.PullDiagnostics = true
		related(d.DiagnosticsCapabilities)
	}
	if d := t.PublishDiagnostics; d != nil {
		can.DiagnosticVersion = is(d.VersionSupport)
		related(d.DiagnosticsCapabilities)
	}
	if h := t.Hover; h != nil {
		can.MarkdownHover = slices.Contains(h.ContentFormat, lsp.MarkupKindMarkdown)
	}
	if c := t.Completion; c != nil && c.CompletionItem != nil {
		i := c.CompletionItem
		can.Snippets = is(i.SnippetSupport)
		can.LabelDetails = is(i.LabelDetailsSupport)
		can.CommitChars = is(i.CommitCharactersSupport)
		can.MarkdownDocs = slices.Contains(i.DocumentationFormat, lsp.MarkupKindMarkdown)
		can.Deprecated = slices.Contains(i.TagSupport.ValueSet, lsp.CompletionItemTagDeprecated)
	}
	can.navigation(t)
	if a := t.CodeAction; a != nil {
		can.CodeActions = len(a.CodeActionLiteralSupport.CodeActionKind.ValueSet) > 0
		can.PreferredAction = is(a.IsPreferredSupport)
	}
	if d := t.DocumentSymbol; d != nil {
		can.NestedSymbols = is(d.HierarchicalDocumentSymbolSupport)
	}
	if f := t.FoldingRange; f != nil {
		can.FoldLines = is(f.LineFoldingOnly)
		if f.RangeLimit != nil {
			can.FoldLimit = int(min(*f.RangeLimit, 1<<20))
		}
	}
}

func (can *clientCan) navigation(t *lsp.TextDocumentClientCapabilities) {
	can.DefinitionLinks = t.Definition != nil && is(t.Definition.LinkSupport)
	can.PrepareRename = t.Rename != nil && is(t.Rename.PrepareSupport)
	if h := t.SignatureHelp; h != nil && h.SignatureInformation != nil {
		i := h.SignatureInformation
		can.MarkdownHelp = slices.Contains(i.DocumentationFormat, lsp.MarkupKindMarkdown)
		can.HelpOffsets = i.ParameterInformation != nil && is(i.ParameterInformation.LabelOffsetSupport)
	}
}

// encodingOf picks UTF-8 where it is offered, because our offsets are bytes.
func encodingOf(g *lsp.GeneralClientCapabilities) session.Encoding {
	if g != nil && slices.Contains(g.PositionEncodings, lsp.PositionEncodingKindUTF8) {
		return session.UTF8
	}
	return session.UTF16
}

func (can *clientCan) ours(experimental []byte) {
	var e protocol.ClientExperimental
	if len(experimental) == 0 || json.Unmarshal(experimental, &e) != nil {
		return
	}
	can.Kusto = e.Kusto != nil && e.Kusto.Version == protocol.Version
	if e.Kusto != nil {
		can.Untrusted, can.Window = e.Kusto.Untrusted, e.Kusto.Window
	}
	can.UI = can.Kusto && e.UI != nil && e.UI.Version == protocol.UIVersion
	can.Agent = can.Kusto && e.Agent != nil
	can.AgentApprove = can.Agent && e.Agent.Approve
	if can.Auth = can.Kusto && e.Auth != nil; can.Auth {
		can.AuthPrompt, can.AuthVSCode, can.AuthStorage, can.AuthBrowser = e.Auth.Prompt, e.Auth.VSCodeAccount, e.Auth.StorageKey, e.Auth.Browser
	}
}

// tellsAgain tells whether findings that come later reach the client without a change of its text.
func (can *clientCan) tellsAgain() bool { return !can.PullDiagnostics || can.DiagnosticRefresh }

func is(b *bool) bool { return b != nil && *b }
