package binder_test

import (
	"strings"
	"testing"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// TestNoSchema: where nothing is known, no name is an error; what the text itself shows still is.
func TestNoSchema(t *testing.T) {
	for query, want := range map[string]string{
		"T | where a == 1 | join (U) on b | extend c = f(a)": "",
		"cluster('c').database('d').T | where x > ago(1d)":   "",
		"print strlen(1)":                                                   "CAL3002",
		"T | project a | where b == 1":                                      "CAL2001",
		"let f = (x:long) { x }; print f(1, 2)":                             "CAL3006",
		"T | summarize arg_max(t, *) by k | where anything == 1 | union U*": "",
	} {
		got := ""
		for _, d := range binder.Bind(syntax.Parse(query), nil).Diagnostics {
			if d.Severity <= 2 { // errors and warnings
				got += string(d.Code)
			}
		}
		if got != want {
			t.Errorf("%s gives %q, want %q", query, got, want)
		}
	}
}

// TestLearned: what a run has found of bag_unpack's columns makes the rest of the query known.
func TestLearned(t *testing.T) {
	tree := syntax.Parse("T | evaluate bag_unpack(d) | project x, y")
	op := tree.Statements[0].(*syntax.QueryStatement).X.(*syntax.Pipe).Ops[0].(*syntax.EvaluateOp)
	if open := binder.Bind(tree, testSchema(t)); !open.Out[op].Open {
		t.Error("bag_unpack should be open before a run")
	}
	columns := symbol.Columns{List: []*symbol.Column{{Name: "x", Type: symbol.Long}, {Name: "y", Type: symbol.String}}}
	bound := binder.BindLearned(tree, testSchema(t), map[*syntax.EvaluateOp]symbol.Columns{op: columns})
	if got := bound.Result.Columns.String(); got != "(x: long, y: string)" {
		t.Errorf("got %s", got)
	}
}

// TestVisible: $0 is the caret; the names that may be used there, the latest first.
func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"let x = 1; let y = $02; print x":                          "x",
		"let f = (a:long) { let b = a; b$0 }; print 1":             "b a",
		"let f = (a:long) { a }; let g = 1; print $0":              "g f",
		"T | as X | where a > 1 | union $0X":                       "X",
		"declare query_parameters(n:long); let x = n; T | take $0": "x n",
		"let x = 1; let f = () { let y = x; y }; T | where a > $0": "f x",
		"let x = 1; let x = 2; print $0":                           "x",
		"let f = (T:(*), n:long = 5) { T | where a$0 > n }; f(T)":  "n T",
		"$0let x = 1; print x":                                     "",
	} {
		offset := strings.Index(text, "$0")
		bound := binder.Bind(syntax.Parse(strings.Replace(text, "$0", "", 1)), testSchema(t))
		var names []string
		for _, v := range bound.Visible(offset) {
			names = append(names, v.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestIdentity: each reference to a table has columns of its own, and an operator that passes a column on passes its pointer.
func TestIdentity(t *testing.T) {
	bound := binder.Bind(syntax.Parse("T | where a > 1 | join (T) on a | project a, a1, b"), testSchema(t))
	pipe := bound.Tree.Statements[0].(*syntax.QueryStatement).X.(*syntax.Pipe)
	join := pipe.Ops[1]
	seen := map[*symbol.Column]bool{}
	for _, c := range bound.Out[join].List {
		if seen[c] {
			t.Errorf("column %s stands twice", c.Name)
		}
		seen[c] = true
	}
	out := bound.Out[join]
	if len(out.Origin) != len(out.List) || out.Origin[0] != bound.In[join].List[0] || out.List[0] != out.Origin[0] || out.List[4] == out.Origin[4] {
		t.Error("Origin should lead to both sides; columns that keep their name keep their identity")
	}
	if keys := bound.Keys[join]; len(keys) != 1 || keys[0].Left == keys[0].Right || keys[0].Left.Name != "a" {
		t.Errorf("keys: %+v", keys)
	}
	if bound.Result.List[0] != out.List[0] || bound.Result.List[1] != out.List[4] {
		t.Error("project passes columns on")
	}
}

// TestCallsDontShare: two calls of a function mean different rows, so their side tables are different.
func TestCallsDontShare(t *testing.T) {
	bound := binder.Bind(syntax.Parse("let f = (x:long) { x + 1 }; T | extend y = f(f(a))"), testSchema(t))
	scopes := map[*binder.Scope]bool{}
	for _, inv := range bound.Calls {
		if inv.Symbol.Kind == binder.SymFunction {
			scopes[inv.Scope] = true
			if len(inv.Params) != 1 || len(inv.Args) != 1 || inv.Args[0].Scope != bound.Scope || inv.ResultX == nil {
				t.Errorf("invocation %+v", inv)
			}
		}
	}
	if len(scopes) != 2 {
		t.Errorf("%d side tables for two calls", len(scopes))
	}
}
