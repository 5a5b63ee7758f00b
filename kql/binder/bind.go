package binder

import (
	"fmt"
	"sort"
	"strings"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Bind gives names and types to a tree. It never fails: what is wrong is in Diagnostics. A nil schema knows nothing, so no
// name is an error under it.
func Bind(tree *syntax.Tree, schema *symbol.Schema) *Bound { return BindLearned(tree, schema, nil) }

// BindLearned binds as Bind does, with columns that a run has found for evaluate operators whose output depends on the data, as
// bag_unpack's and pivot's.
func BindLearned(tree *syntax.Tree, schema *symbol.Schema, learned map[*syntax.EvaluateOp]symbol.Columns) *Bound {
	if schema == nil {
		schema = &symbol.Schema{}
	}
	b := &binder{schema: schema, tree: tree, learned: learned, scope: newScope(len(tree.Tokens))}
	b.bound = &Bound{Tree: tree, Schema: schema, Scope: b.scope}
	b.at = place{schema.Cluster, schema.Database}
	b.end = len(tree.Text)
	b.said = map[text.Span]bool{}
	for _, d := range tree.Diagnostics {
		if d.Severity == diag.Error {
			b.said[d.Span] = true
		}
	}
	if tree.Command != nil {
		b.command(tree)
	} else {
		b.statements(tree.Statements)
	}
	b.unused()
	b.bound.Diagnostics = append(append([]diag.Diagnostic{}, tree.Diagnostics...), b.diagnostics...)
	sort.SliceStable(b.bound.Diagnostics, func(i, j int) bool {
		return b.bound.Diagnostics[i].Span.Start < b.bound.Diagnostics[j].Span.Start
	})
	if n := len(b.bound.Results); n > 0 {
		b.bound.Result = b.bound.Results[n-1]
	}
	return b.bound
}

// functionPlace tells which functions may be called.
type functionPlace uint8

const (
	placeNormal functionPlace = iota
	placeAggregate
	placePlugin
	placeGraph // graph clauses: functions of graphs too
)

// binder is the state of one Bind. What changes on the way down is saved and restored by whoever changes it.
type binder struct {
	bound  *Bound
	schema *symbol.Schema
	tree   *syntax.Tree // that the nodes lie in
	scope  *Scope       // the side tables that are filled
	vars   *varList     // variables in scope
	rows   *rows        // columns in scope; nil where there is no row
	at     place        // the database that names mean
	place  functionPlace
	// fuzzy is set inside union isfuzzy=true: what isn't there is left out.
	fuzzy bool
	// quiet is above 0 while a body is bound for one call: its errors are told at its declaration.
	quiet int
	// lenient is above 0 where a missing column is a warning.
	lenient int
	errors  int      // errors met while quiet
	first   *failure // the first of them in the body being bound for a call
	missing int      // tables that isfuzzy left out so far
	depth   int
	bodies  int // bodies bound so far, against bodyLimit
	// end is where the body or text being bound ends: names declared here reach so far.
	end int
	// calls are the stored and let functions being bound, against recursion.
	calls []any
	// cache keeps the bound bodies of functions without parameters.
	cache map[any]*Invocation
	// by is the summarize keys, which * in arg_max leaves out.
	by map[*symbol.Column]bool
	// search tells that bare terms and * are allowed as conditions.
	search bool
	// restricting is set inside restrict access to (…).
	restricting bool
	// inGraph is set inside the clauses of graph operators, whatever is called there.
	inGraph bool
	// scanning is set inside scan steps, where rows have an order.
	scanning bool
	// wantsTable is the expression that stands at a table's place.
	wantsTable syntax.Expr
	// alone is the query that is being bound, where it is a name and nothing else: the library looks for anything of that name.
	alone *syntax.NameRef
	// learned has columns that a run has found for plugins whose output nobody else knows.
	learned map[*syntax.EvaluateOp]symbol.Columns
	// piped is what invoke hands to the first parameter of the next call.
	piped *Table

	diagnostics []diag.Diagnostic
	said        map[text.Span]bool // spans that have an error: one cause, one error
}

// Limits that keep any text bindable in time.
const (
	depthLimit = 25_000
	bodyLimit  = 2000
)

// report says something about a span, unless an error was said there before.
func (b *binder) report(code diag.Code, span text.Span, args ...any) {
	b.reportAs(code, "", span, args...)
}

// reportAs reports under another official code than the row's first.
func (b *binder) reportAs(code diag.Code, official string, span text.Span, args ...any) {
	d := diag.New(code, span, args...)
	if official != "" {
		d.Official = official
	}
	b.emit(d)
}

// reportTwice reports a second declaration and shows the first.
func (b *binder) reportTwice(code diag.Code, span, first text.Span, name string) {
	d := diag.New(code, span, name)
	d.Related = []diag.Related{{Span: first, Message: fmt.Sprintf("%q is declared here", name)}}
	b.emit(d)
}

func (b *binder) emit(d diag.Diagnostic) {
	if b.quiet > 0 {
		if d.Severity == diag.Error {
			if b.errors++; b.first == nil {
				b.first = &failure{d, b.bodyOf()}
			}
		}
		return
	}
	if b.said[d.Span] {
		return
	}
	if d.Severity <= diag.Warning {
		b.said[d.Span] = true
	}
	b.diagnostics = append(b.diagnostics, d)
}

// knownDatabase tells whether a missing name in the current database is an error.
func (b *binder) knownDatabase() bool {
	return b.at.database != nil && b.at.database.State == symbol.Known
}

// need records that a cluster or database isn't loaded.
func (b *binder) need(cluster, database string, at text.Span) {
	if b.quiet > 0 {
		return
	}
	for _, n := range b.bound.Needs {
		if n.Cluster == cluster && n.Database == database {
			return
		}
	}
	b.bound.Needs = append(b.bound.Needs, Need{Cluster: cluster, Database: database, At: at})
}

// unused says which let variables nothing uses.
func (b *binder) unused() {
	if len(b.bound.Results) == 0 {
		return
	}
	for _, v := range b.bound.Vars {
		if v.used || v.Param || v.Op != nil || v.Decl == nil || v.Decl.Missing || strings.HasPrefix(v.Name, "_") {
			continue
		}
		d := diag.New(diag.UnusedLet, v.Decl.Span(), v.Name)
		d.Unneeded = true
		b.emit(d)
	}
}

// typeName writes a value's type for people.
func typeName(v value) string {
	switch v.kind {
	case SymDatabase:
		return "a database"
	case SymCluster:
		return "a cluster"
	case SymSide:
		return "a side of the join"
	case SymStep:
		return "a scan step"
	}
	switch v.typ {
	case symbol.Table:
		return "a table"
	case symbol.Graph:
		return "a graph"
	case symbol.Group:
		return "several tables"
	}
	return v.typ.String()
}

// wantScalar says that a scalar was wanted.
func (b *binder) wantScalar(x syntax.Expr, v value) {
	if v.bad || b.maybeColumn(x) {
		return
	}
	b.report(diag.ScalarExpected, x.Span(), typeName(v))
}

// maybeColumn tells a name that was found beyond the row, as that of a table or of a function that gives one, but may be a column of
// an open row: columns come first.
func (b *binder) maybeColumn(x syntax.Expr) bool {
	ref, ok := x.(*syntax.NameRef)
	if !ok || b.rows == nil || !b.rows.left.Open && (b.rows.right == nil || !b.rows.right.Open) {
		return false
	}
	switch b.scope.Refs[ref.Name].Kind {
	case SymTable, SymStored, SymFunction, SymLet, SymAs:
		return true
	}
	return false
}

func quoteList(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", w)
	}
	return b.String()
}
