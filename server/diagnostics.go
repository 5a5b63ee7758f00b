package server

import (
	"calypso/kql/diag"
	"calypso/kql/lint"
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
	for _, f := range findings(sc, set) {
		if len(list) == maxDiagnostics {
			break
		}
		list = append(list, s.diagnostic(d, at, f))
	}
	return list
}

// findings are the language's own, and the linter's unless it is off. Whoever runs a query from an editor looks at its time range,
// so a missing time filter is no finding; what only costs is a hint, since a squiggle under a valid query makes people look away.
func findings(sc *script.Script, set session.Settings) []diag.Diagnostic {
	if set.LintOff {
		return sc.Diagnostics()
	}
	list := lint.Check(sc, lint.Options{Timed: true}).Diagnostics
	for i := range list {
		if list[i].Severity == diag.Info {
			list[i].Severity = diag.Hint
		}
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
