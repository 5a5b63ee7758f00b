package server

import (
	"errors"
	"strconv"

	"calypso/server/session"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// diagnosticPull is textDocument/diagnostic. The result id names all that the findings depend on, so that an unchanged document
// costs nothing.
func diagnosticPull(c *call, p *lsp.DocumentDiagnosticParams) (any, error) {
	d, err := c.document(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	id := c.findingsID(d)
	if p.PreviousResultID != nil && *p.PreviousResultID == id {
		return &lsp.RelatedUnchangedDocumentDiagnosticReport{
			UnchangedDocumentDiagnosticReport: lsp.UnchangedDocumentDiagnosticReport{Kind: "unchanged", ResultID: id},
		}, nil
	}
	sc, err := c.script(d)
	if err == nil {
		err = c.unmoved(d)
	}
	if errors.Is(err, errMoved) {
		return nil, retrigger()
	}
	if err != nil {
		return nil, err
	}
	return &lsp.RelatedFullDocumentDiagnosticReport{FullDocumentDiagnosticReport: lsp.FullDocumentDiagnosticReport{
		Kind: "full", ResultID: &id, Items: c.diagnostics(d, sc, c.snapshot.Settings),
	}}, nil
}

// findingsID differs whenever the findings may: another version, opening, schema, connection or setting.
func (c *call) findingsID(d *session.Document) string {
	target, _ := c.snapshot.Target(d.Key)
	return strconv.FormatInt(d.Serial, 36) + "." + strconv.FormatInt(c.snapshot.Schemas, 36) + "." +
		strconv.FormatInt(c.snapshot.Setting, 36) + "." + target.Connection + "." + target.Database
}

// retrigger says that the text moved on and that the client should ask again.
func retrigger() error {
	data, err := lsp.Marshal(lsp.DiagnosticServerCancellationData{RetriggerRequest: true})
	if err != nil {
		return err
	}
	return &jsonrpc2.Error{Code: codeServerCancelled, Message: errMoved.Error(), Data: data}
}
