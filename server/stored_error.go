package server

import (
	"slices"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// An error in a stored function's body is told at the call; from there it leads to the place in the body.

// storedPlaces leads from a finding at a call to the error in the body: in the command of this document or another file that creates the
// function, else in the text of what the database has, where the client can show that.
func (s *Server) storedPlaces(d *session.Document, sc *script.Script, f diag.Diagnostic) []lsp.DiagnosticRelatedInformation {
	b, _ := sc.Innermost(f.Span.Start)
	i := slices.IndexFunc(b.Bound.StoredErrors, func(e binder.StoredError) bool { return b.Shift(e.At) == f.Span })
	if i < 0 {
		return nil
	}
	e := b.Bound.StoredErrors[i]
	target, _ := s.state.current().Target(d.Key)
	place, ok := s.bodyPlace(d, sc, e, s.targetOf(b, target))
	if !ok {
		return nil
	}
	return []lsp.DiagnosticRelatedInformation{{Location: place, Message: "in the stored function " + e.Function.Name + ": " + e.Message}}
}

// bodyPlace finds where the error stands.
func (s *Server) bodyPlace(d *session.Document, sc *script.Script, e binder.StoredError, t Target) (lsp.Location, bool) {
	if name, created := sc.Creation(nil, e.Function); created {
		span, ok := inCommand(sc.Text, name, e)
		if !ok {
			span = name
		}
		return lsp.Location{URI: uri.URI(d.URI), Range: s.can.Encoding.Range(d.File, span)}, true
	}
	if place, ok := s.placeInFile(e, t); ok {
		return place, true
	}
	if !s.can.TextContent {
		return lsp.Location{}, false
	}
	where := entity{target: t, function: e.Function}
	schema := s.backend.Schema(t)
	if schema == nil || schema.Function(e.Function.Name) != e.Function {
		where.cluster, where.database = ownerOf(schema, e.Function)
		if where.cluster+where.database == "" {
			return lsp.Location{}, false
		}
	}
	u, err := s.entityURI(where)
	if err != nil {
		return lsp.Location{}, false
	}
	src := s.shown(where)
	span, ok := src.InBody(e.Function, e.Span)
	if !ok {
		span = src.At[""]
	}
	return lsp.Location{URI: u, Range: s.can.Encoding.Range(text.NewFile(src.shown), src.place(span))}, true
}

// placeInFile finds the error in the file of the workspace that creates the function.
func (s *Server) placeInFile(e binder.StoredError, t Target) (lsp.Location, bool) {
	for _, at := range s.index.creators(t, nil, e.Function) {
		if at.file.offers[at.offer].Function != e.Function {
			continue
		}
		src, file := "", (*text.File)(nil)
		if d := s.state.current().Document(at.file.uri); d != nil {
			src, file = d.File.Text(), d.File
		} else if closed, ok := s.readClosed(at.file.key); ok {
			src, file = closed, text.NewFile(closed)
		}
		if file == nil {
			continue
		}
		place := lsp.Location{URI: uri.URI(at.file.uri), Range: at.file.ranges[at.offer]}
		if span, ok := inCommand(src, at.file.offers[at.offer].Span, e); ok {
			place.Range = s.can.Encoding.Range(file, span)
		}
		return place, true
	}
	return lsp.Location{}, false
}

// inCommand finds the error in a command that creates the function; name is the function's there.
func inCommand(src string, name text.Span, e binder.StoredError) (text.Span, bool) {
	return navigate.InCreated(src, name, e.Function, e.Span)
}

// ownerOf finds the database of a schema that has a function, "" for the current ones.
func ownerOf(s *symbol.Schema, f *symbol.Function) (cluster, database string) {
	if s == nil {
		return "", ""
	}
	for _, c := range s.Clusters {
		for _, db := range c.Databases {
			if db.Function(f.Name) != f {
				continue
			}
			if c != s.Cluster {
				cluster = c.Name
			}
			return cluster, db.Name
		}
	}
	return "", ""
}
