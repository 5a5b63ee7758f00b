package server

import (
	"calypso/kql/diag"
	"calypso/kql/script"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// maxDiagnostics are shown for one document; a binary file opened by mistake would have millions.
const maxDiagnostics = 1000

// diagnostics gives a document's findings in the form of the wire.
func (s *Server) diagnostics(d *session.Document, sc *script.Script, set session.Settings) []lsp.Diagnostic {
	list := []lsp.Diagnostic{}
	if set.DiagnosticsOff {
		return list
	}
	at := s.places(d)
	for _, f := range sc.Diagnostics() {
		if len(list) == maxDiagnostics {
			break
		}
		list = append(list, s.diagnostic(d, at, f))
	}
	return list
}

func (s *Server) diagnostic(d *session.Document, at *places, f diag.Diagnostic) lsp.Diagnostic {
	out := lsp.Diagnostic{
		Range:    at.of(f.Span),
		Severity: lsp.DiagnosticSeverity(f.Severity),
		Code:     lsp.String(f.Code),
		Source:   lsp.NewOptional("calypso"),
		Message:  lsp.String(f.Message),
	}
	if f.Unneeded && s.can.DiagnosticUnneeded {
		out.Tags = lsp.NewDiagnosticTags(lsp.DiagnosticTagUnnecessary)
	}
	if s.can.DiagnosticRelated {
		for _, r := range f.Related {
			out.RelatedInformation = append(out.RelatedInformation, lsp.DiagnosticRelatedInformation{
				Location: lsp.Location{URI: uri.URI(d.URI), Range: at.of(r.Span)}, Message: r.Message,
			})
		}
	}
	return out
}
