package server

import (
	"fmt"
	"slices"

	"calypso/kql/diag"
	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/session"
)

// A cell of a notebook is sent as it stands, so a let holds for its own cell. Whoever comes from notebooks of other languages expects
// otherwise: the finding says so where another cell has the name.

// unknownNames are the findings of names that a let could give.
var unknownNames = []diag.Code{diag.UnknownColumn, diag.UnknownTable, diag.UnknownFunction, diag.UnknownName}

// nameLets gives the findings of a document; those of a cell say so.
func (s *Server) nameLets(d *session.Document, list []diag.Diagnostic) []diag.Diagnostic {
	unknown := func(f diag.Diagnostic) bool { return slices.Contains(unknownNames, f.Code) }
	if !d.Key.Cell() || !slices.ContainsFunc(list, unknown) {
		return list
	}
	lets := s.letsOfOthers(d)
	list = slices.Clone(list)
	for i, f := range list {
		if name := nameAt(d, f.Span); unknown(f) && lets[name] {
			list[i].Message = fmt.Sprintf("%s; another cell has a let %s, which holds for that cell only: repeat it here", f.Message, name)
		}
	}
	return list
}

func nameAt(d *session.Document, at text.Span) string { return d.File.Text()[at.Start:at.End] }

// letsOfOthers are the names that the other cells of a notebook give by let.
func (s *Server) letsOfOthers(d *session.Document) map[string]bool {
	names := map[string]bool{}
	for other := range s.state.current().Documents {
		if other.Key == d.Key || !other.Key.Beside(d.Key) {
			continue
		}
		for _, at := range navigate.Declared(script.Analyze(other.File.Text(), s.schemas(session.Target{}, other.Key), nil)) {
			names[nameAt(other, at.Span)] = true
		}
	}
	return names
}
