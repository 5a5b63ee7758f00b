package server

import (
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
)

// table lists every method that the server knows; all others are -32601, or ignored when they are notifications. A method's file
// has its name.
func table() []method {
	return append(append(lifeCycle(), language()...), kustoMethods()...)
}

func lifeCycle() []method {
	start := request(lsp.MethodInitialize, 0, initialize, "capabilities")
	start.inLoop = true
	stop := plain(lsp.MethodShutdown, 0, shutdown)
	stop.inLoop = true
	return []method{
		start,
		stop,
		notification(lsp.MethodInitialized, initialized),
		{name: lsp.MethodExit, note: exit},
		{name: lsp.MethodCancelRequest, note: cancelRequest},
		notification(lsp.MethodWindowWorkDoneProgressCancel, progressCancel, "token"),
		notification(lsp.MethodTextDocumentDidOpen, didOpen, "textDocument.uri", "textDocument.text"),
		notification(lsp.MethodTextDocumentDidChange, didChange, "textDocument.uri", "contentChanges"),
		notification(lsp.MethodTextDocumentDidSave, didSave, "textDocument.uri"),
		notification(lsp.MethodTextDocumentDidClose, didClose, "textDocument.uri"),
		notification(lsp.MethodWorkspaceDidChangeConfiguration, didChangeConfiguration),
		notification(lsp.MethodWorkspaceDidChangeWatchedFiles, didChangeWatchedFiles, "changes"),
		notification(lsp.MethodWorkspaceDidChangeWorkspaceFolders, didChangeWorkspaceFolders, "event"),
	}
}

func language() []method {
	list := languageMethods()
	for i, m := range list {
		list[i] = queriesOnly(m)
	}
	return list
}

func languageMethods() []method {
	doc, at := "textDocument.uri", []string{"textDocument.uri", "position.line", "position.character"}
	area := []string{doc, "range.start.line", "range.start.character", "range.end.line", "range.end.character"}
	return []method{
		request(lsp.MethodTextDocumentCompletion, interactive, completion, at...),
		request(lsp.MethodCompletionItemResolve, interactive, completionResolve, "label"),
		request(lsp.MethodTextDocumentHover, interactive, hoverAt, at...),
		request(lsp.MethodTextDocumentDiagnostic, interactive, diagnosticPull, doc),
		request(lsp.MethodTextDocumentSemanticTokensFull, interactive, semanticTokensFull, doc),
		request(lsp.MethodTextDocumentSemanticTokensFullDelta, interactive, semanticTokensDelta, doc, "previousResultId"),
		request(lsp.MethodTextDocumentSemanticTokensRange, interactive, semanticTokensRange, area...),
		request(lsp.MethodTextDocumentDocumentSymbol, interactive, documentSymbol, doc),
		request(lsp.MethodTextDocumentFoldingRange, interactive, folding, doc),
		request(lsp.MethodTextDocumentCodeAction, interactive, codeAction, append([]string{"context"}, area...)...),
		request(lsp.MethodTextDocumentFormatting, formattingTime, formatting, doc),
		request(lsp.MethodTextDocumentRangeFormatting, formattingTime, rangeFormatting, area...),
		request(lsp.MethodTextDocumentDefinition, interactive, definition, at...),
		request(lsp.MethodTextDocumentReferences, interactive, references, append([]string{"context.includeDeclaration"}, at...)...),
		request(lsp.MethodTextDocumentDocumentHighlight, interactive, documentHighlight, at...),
		request(lsp.MethodTextDocumentPrepareRename, interactive, prepareRename, at...),
		request(lsp.MethodTextDocumentRename, interactive, rename, append([]string{"newName"}, at...)...),
		request(lsp.MethodWorkspaceTextDocumentContent, interactive, textDocumentContent, "uri"),
		request(lsp.MethodTextDocumentSignatureHelp, interactive, signatureHelp, at...),
		request(lsp.MethodTextDocumentInlayHint, interactive, inlayHint, area...),
		request(lsp.MethodTextDocumentSelectionRange, interactive, selectionRange, doc, "positions"),
		request(lsp.MethodTextDocumentDocumentLink, interactive, documentLink, doc),
		request(lsp.MethodTextDocumentOnTypeFormatting, interactive, onTypeFormatting, append([]string{"ch", "options"}, at...)...),
		request(lsp.MethodTextDocumentCodeLens, interactive, codeLens, doc),
		request(lsp.MethodCodeLensResolve, interactive, codeLensResolve, "range.start.line", "range.end.line"),
		request(lsp.MethodTextDocumentPrepareCallHierarchy, interactive, prepareCallHierarchy, at...),
		request(lsp.MethodCallHierarchyIncomingCalls, interactive, incomingCalls, "item"),
		request(lsp.MethodCallHierarchyOutgoingCalls, interactive, outgoingCalls, "item"),
		request(lsp.MethodWorkspaceSymbol, interactive, workspaceSymbol, "query"),
		request(lsp.MethodWorkspaceSymbolResolve, interactive, workspaceSymbolResolve, "name", "location"),
		request(lsp.MethodWorkspaceExecuteCommand, 0, executeCommand, "command"),
	}
}

func kustoMethods() []method {
	return []method{
		plain(protocol.MethodConnectionsList, interactive, connectionsList),
		request(protocol.MethodConnectionsAdd, interactive, connectionsAdd, "url"),
		request(protocol.MethodConnectionsRemove, interactive, connectionsRemove, "id"),
		request(protocol.MethodConnectionsTest, 0, connectionsTest, "id"),
		request(protocol.MethodActiveConnection, interactive, activeConnection, "uri"),
		request(protocol.MethodSetActiveConnection, interactive, setActiveConnection, "connection"),
		request(protocol.MethodSchemaRead, loading, schemaRead, "connection"),
		request(protocol.MethodSchemaRefresh, 0, schemaRefresh, "connection"),
		request(protocol.MethodSchemaChildren, loading, schemaChildren, "connection"),
		request(protocol.MethodQueryBlocks, interactive, queryBlocks, "uri"),
		request(protocol.MethodQueryRun, 0, queryRun),
		request(protocol.MethodQueryCancel, interactive, queryCancel, "query"),
		plain(protocol.MethodQueryList, interactive, queryList),
		request(protocol.MethodResultInfo, interactive, resultInfo, "result"),
		request(protocol.MethodResultView, sorting, resultView, "result", "table"),
		request(protocol.MethodResultRead, interactive, resultRead, "view", "start", "count"),
		request(protocol.MethodResultCell, interactive, resultCell, "view", "row", "column"),
		request(protocol.MethodResultCopy, interactive, resultCopy, "view", "ranges", "format"),
		request(protocol.MethodResultExport, 0, resultExport, "view", "format", "target"),
		request(protocol.MethodResultChart, drawing, resultChart, "view"),
		request(protocol.MethodResultImage, 0, resultImage, "view", "format", "data"),
		request(protocol.MethodLink, interactive, link),
		request(protocol.MethodResultClose, interactive, resultClose, "result"),
		request(protocol.MethodResultSheet, 0, resultSheet, "result", "table"),
		request(protocol.MethodResultMenu, sorting, resultMenu, "result", "table"),
		request(protocol.MethodResultSelect, interactive, resultSelect, "view", "ranges"),
		request(protocol.MethodResultColumn, sorting, resultColumn, "view", "column"),
		request(protocol.MethodResultNodes, interactive, resultNodes, "view", "row", "column", "path"),
		plain(protocol.MethodTabsList, interactive, tabsList),
		request(protocol.MethodTabsAct, 0, tabsAct, "tab", "action"),
		request(protocol.MethodTabsMenu, interactive, tabsMenu, "tab"),
		request(protocol.MethodTabsShow, interactive, tabsShow, "result"),
		plain(protocol.MethodServerStatus, interactive, serverStatus),
		plain(protocol.MethodTrusted, interactive, trusted),
		request(protocol.MethodQueryParameters, interactive, queryParameters, "uri", "range"),
		request(protocol.MethodQuerySetParameters, interactive, querySetParameters, "uri", "range", "values"),
		request(protocol.MethodNotebookRead, interactive, notebookRead, "text"),
		request(protocol.MethodNotebookWrite, interactive, notebookWrite, "notebook.cells"),
		request(protocol.MethodNotebookExport, 0, notebookExport, "uri", "notebook.cells"),
		request(protocol.MethodNotebookOutput, drawing, notebookOutput, "result"),
		request(protocol.MethodNotebookPlace, interactive, notebookPlace, "uri"),
		request(protocol.MethodNotebookSetPlace, interactive, notebookSetPlace, "uri", "place"),
		request(protocol.MethodHistoryList, interactive, historyList),
		request(protocol.MethodHistoryRemove, interactive, historyRemove, "ids"),
		plain(protocol.MethodHistoryClear, interactive, historyClear),
		request(protocol.MethodUICommand, 0, uiCommandRun, "command"),
		request(protocol.MethodUITree, loading, uiTree, "view"),
		request(protocol.MethodUITyped, interactive, uiTyped, "live"),
	}
}
