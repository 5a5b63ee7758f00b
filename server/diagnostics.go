package server

import (
	"maps"
	"slices"

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
	if isTests(d) {
		return testFindings(d)
	}
	at := s.places(d)
	for _, f := range s.nameLets(d, s.findings(d, sc, set)) {
		if len(list) == maxDiagnostics {
			break
		}
		out := s.diagnostic(d, at, f)
		if f.Code == diag.FunctionHasErrors && len(f.Related) == 0 && s.can.DiagnosticRelated {
			out.RelatedInformation = s.storedPlaces(d, sc, f)
		}
		list = append(list, out)
	}
	return list
}

// findings are the language's own, and the linter's unless it is off, with the severities of the settings. Whoever runs a query from an
// editor looks at its time range, so a missing time filter is no finding; what only costs is a hint, since a squiggle under a valid
// query makes people look away. A rule that the settings name is as they say.
func (s *Server) findings(d *session.Document, sc *script.Script, set session.Settings) []diag.Diagnostic {
	o := lint.Options{Severity: s.severities(d, set)}
	if set.LintOff {
		o.Severity[diag.UnusedSuppression] = lint.Off // what it silences isn't looked for
		return lint.Apply(sc, sc.Diagnostics(), o).Diagnostics
	}
	_, timed := o.Severity[diag.NoTimeFilter]
	o.Timed = !timed
	list := lint.Check(sc, o).Diagnostics
	if s.index.unsure() {
		list = slices.DeleteFunc(list, func(f diag.Diagnostic) bool {
			return f.Code == diag.UnknownFunction && f.Severity != diag.Error // a file that isn't read yet may create it
		})
	}
	for i := range list {
		if _, named := o.Severity[list[i].Code]; list[i].Severity == diag.Info && !named {
			list[i].Severity = diag.Hint
		}
	}
	return list
}

// severities joins those of config.toml for the document's file and those of the editor.
func (s *Server) severities(d *session.Document, set session.Settings) map[diag.Code]diag.Severity {
	all := map[diag.Code]diag.Severity{}
	if s.opt.Severity != nil {
		maps.Copy(all, s.opt.Severity(s.pathOf(d)))
	}
	maps.Copy(all, set.Rules)
	return all
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
