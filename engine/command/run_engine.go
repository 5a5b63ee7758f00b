package command

import (
	"context"
	"errors"
	"runtime/debug"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// tableName is what a command's table is called while its pipeline runs.
const tableName = "command result"

// Run answers the management command that r.Text is: its table, after the pipeline that may follow it. All errors are
// *engine.Error, their places in r.Text.
func Run(ctx context.Context, e *engine.Engine, r engine.Request) (*engine.Answer, error) {
	schema := e.Schema(r.Database)
	if schema == nil {
		schema = e.Schema("") // commands about the cluster need no database, and what needs one names it
	}
	tree := syntax.Parse(r.Text)
	out, err := show(env{schema: schema, version: version(), rows: rowsOf(e)}, tree)
	if err != nil {
		return nil, asError(r.Text, err)
	}
	t, err := memory(out)
	if err != nil {
		return nil, asError(r.Text, err)
	}
	head := symbol.QuoteName(tableName)
	query := engine.Request{Database: databaseOf(schema), Text: head, Properties: r.Properties, Tables: []exec.Table{t}}
	if out.pipe >= 0 {
		query.Text += " " + r.Text[out.pipe:]
	}
	answer, err := e.Query(ctx, query)
	var failure *engine.Error
	if errors.As(err, &failure) && out.pipe >= 0 && failure.Line > 0 {
		return nil, moved(failure, r.Text, out.pipe-len(head)-1)
	}
	if err != nil {
		return nil, err
	}
	for _, t := range answer.Tables {
		t.Name = "Table_0"
	}
	return answer, nil
}

func databaseOf(s *symbol.Schema) string {
	if s == nil || s.Database == nil {
		return ""
	}
	return s.Database.Name
}

// rowsOf looks row counts up.
func rowsOf(e *engine.Engine) func(database, table string) int64 {
	return func(database, table string) int64 {
		tables, _ := e.Tables(database)
		for _, t := range tables {
			if t.Name() == table {
				return t.Rows()
			}
		}
		return -1
	}
}

// memory makes a table of a command's result.
func memory(r *result) (exec.Table, error) {
	b := exec.NewMemory(tableName, r.columns)
	if r.batch.N > 0 {
		if err := b.Append(&r.batch); err != nil {
			return nil, err
		}
	}
	return b.Table(), nil
}

// moved gives an error whose place is shifted by so many bytes, into the command's text.
func moved(e *engine.Error, src string, shift int) error {
	out := *e
	out.Span = text.Span{Start: e.Span.Start + shift, End: e.Span.End + shift}
	p := text.NewFile(src).UTF8(out.Span.Start)
	out.Line, out.Column = p.Line+1, p.Column+1
	out.Column16 = text.NewFile(src).UTF16(out.Span.Start).Column + 1
	return &out
}

func asError(src string, err error) error {
	var f *fault
	if !errors.As(err, &f) {
		return &engine.Error{Kind: engine.Internal, Code: "General_InternalServerError", Inner: "E_UNEXPECTED", Message: err.Error(), Cause: err}
	}
	out := &engine.Error{
		Kind: engine.Semantic, Code: "General_BadRequest", Inner: "SEM0100", Message: f.message, Permanent: true,
		Span: text.Span{Start: f.offset, End: f.offset},
	}
	switch {
	case f.syntax:
		out.Kind, out.Inner = engine.Syntax, "SYN0002"
	case f.refused:
		out.Kind, out.Inner = engine.NotBuilt, "SEM0001"
	}
	p := text.NewFile(src).UTF8(f.offset)
	out.Line, out.Column = p.Line+1, p.Column+1
	out.Column16 = text.NewFile(src).UTF16(f.offset).Column + 1
	return out
}

// version is the program's, as the build wrote it down.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
