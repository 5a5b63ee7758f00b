package tool

// What happens to a query before it runs: it is read and bound against the schema, then the guard judges it. Its errors go back
// to the model with what it needs to repair them.

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/syntax"
	"calypso/kql/text"
	"calypso/kusto/guard"
)

const (
	maxDiagnostics  = 20
	maxTableColumns = 100
)

// Diagnostic is one error or warning of a query, as a model reads it.
type Diagnostic struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Line     int    `json:"line"`   // from 1
	Column   int    `json:"column"` // from 1, in characters
	Text     string `json:"text,omitempty"`
}

// TableColumns are a table's columns, as name: type.
type TableColumns struct {
	Table   string   `json:"table"`
	Columns []string `json:"columns"`
	More    bool     `json:"more,omitempty"`
}

// checked is a query that was read, bound and judged.
type checked struct {
	bound   *binder.Bound
	facts   Facts
	verdict guard.Verdict
	errors  []diag.Diagnostic
	syntax  bool // the text itself can't be read
}

// check reads, binds and judges a query. Where names are wrong it looks at a fresh schema once: the table may be new.
func (s *Set) check(ctx context.Context, query string) (checked, *Failure) {
	if len(query) > s.limits.QueryBytes {
		return checked{}, &Failure{Kind: TooLarge, Message: fmt.Sprintf("the query has %d bytes; at most %d are taken", len(query), s.limits.QueryBytes)}
	}
	c, failure := s.bind(ctx, query, false)
	if failure == nil && len(c.errors) > 0 && !c.syntax {
		if fresh, f := s.bind(ctx, query, true); f == nil {
			c = fresh
		}
	}
	return c, failure
}

func (s *Set) bind(ctx context.Context, query string, fresh bool) (checked, *Failure) {
	facts, err := s.place.Schemas.Schema(ctx, fresh)
	if err != nil {
		return checked{}, kustoFailure(ctx, "", fmt.Errorf("the schema can't be loaded: %w", err))
	}
	tree := syntax.Parse(query)
	c := checked{facts: facts, bound: binder.Bind(tree, facts.Schema)}
	c.verdict = guard.Check(c.bound, s.place.Policy)
	c.syntax = slices.ContainsFunc(tree.Diagnostics, isError)
	for _, d := range c.bound.Diagnostics {
		if isError(d) {
			c.errors = append(c.errors, d)
		}
	}
	return c, nil
}

func isError(d diag.Diagnostic) bool { return d.Severity == diag.Error }

// refusal tells why a query mustn't run; nil when it may. again says that the same text was refused before, for its names only.
func (s *Set) refusal(c checked, again bool) *Failure {
	switch {
	case !c.syntax && !c.verdict.Allowed:
		return &Failure{
			Kind: Denied, Message: "this query isn't allowed", Hint: "write a query that only reads tables of " + s.place.Database,
			Findings: findings(c),
		}
	case len(c.errors) == 0, again && !c.syntax, !c.facts.Complete && !c.syntax:
		return nil
	}
	f := &Failure{
		Kind: Wrong, Message: fmt.Sprintf("the query has %s and did not run", text.Count(len(c.errors), "error")), Hint: "repair it and call again",
		Diagnostics: diagnostics(c.bound.Tree.Text, c.errors), SameTextRuns: !c.syntax,
	}
	if !c.syntax {
		f.Tables = tablesOf(c.bound)
	}
	return f
}

// diagnostics writes findings for a model.
func diagnostics(src string, list []diag.Diagnostic) []Diagnostic {
	file := text.NewFile(src)
	out := []Diagnostic{}
	for _, d := range list[:min(len(list), maxDiagnostics)] {
		line := file.LineAt(d.Span.Start)
		out = append(out, Diagnostic{
			Code: string(d.Code), Severity: d.Severity.String(), Message: d.Message, Line: line + 1,
			Column: len([]rune(src[file.Line(line).Start:d.Span.Start])) + 1, Text: clip(d.Span.Of(src), 100),
		})
	}
	return out
}

func findings(c checked) []Finding {
	var list []Finding
	for _, f := range c.verdict.Findings[:min(len(c.verdict.Findings), maxDiagnostics)] {
		list = append(list, Finding{Code: string(f.Code), Class: f.Class.String(), Message: f.Message, Text: clip(f.Span.Of(c.bound.Tree.Text), 100)})
	}
	return list
}

// tablesOf gives the columns of the tables that a query names.
func tablesOf(b *binder.Bound) []TableColumns {
	var list []TableColumns
	seen := map[string]bool{}
	for _, st := range b.Tree.Statements {
		syntax.Walk(st, func(n syntax.Node) bool {
			ref, ok := n.(*syntax.NameRef)
			if !ok {
				return true
			}
			if sym := b.Refs[ref.Name]; sym.Kind == binder.SymTable && sym.Table != nil && !seen[sym.Name] && len(list) < 5 {
				seen[sym.Name] = true
				list = append(list, tableColumns(sym))
			}
			return true
		})
	}
	return list
}

func tableColumns(sym binder.Symbol) TableColumns {
	list := sym.Table.Columns.List
	shown := min(len(list), maxTableColumns)
	return TableColumns{Table: sym.Name, Columns: columnNames(list[:shown]), More: shown < len(list)}
}

// clip cuts a text to so many characters, with a mark.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	return strings.TrimRight(string(runes[:limit]), " ") + "…"
}
