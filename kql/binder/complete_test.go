package binder_test

// This file holds the promise that a plan never has to look at names: on a query without errors each name, expression and
// operator is in the side tables.

import (
	"fmt"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func TestSideTables(t *testing.T) {
	holes := map[string]int{}
	for _, suite := range []string{"kustainer-fuzz-a", "kustainer-docs", "docs-sampletables"} {
		for _, c := range corpus.Lines[engineCase](t, corpus.File(t, "corpus", "engine", suite+".jsonl")) {
			schema := emptySchema()
			if suite == "docs-sampletables" {
				schema = samplesSchema(t)
			}
			bound := binder.Bind(syntax.Parse(c.Query), schema)
			if firstError(bound.Diagnostics) != "" || c.Expected.Error != "" {
				continue
			}
			for _, hole := range sideTableHoles(bound) {
				if holes[hole]++; holes[hole] == 1 {
					t.Errorf("%s: %s\n        %s", c.ID, hole, oneLine(c.Query))
				}
			}
		}
	}
}

// sideTableHoles lists what the side tables lack, by kind.
func sideTableHoles(bound *binder.Bound) []string {
	var holes []string
	keys := map[syntax.Node]bool{}
	left := map[int]bool{} // where isfuzzy leaves a table out
	for _, d := range bound.Diagnostics {
		left[d.Span.Start] = d.Code == diag.FuzzyMissing
	}
	for _, s := range bound.Tree.Statements {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Param, *syntax.RowSchema, *syntax.Function, *syntax.DeclarePattern, *syntax.DynamicLit, *syntax.FindColumn:
				return false
			case *syntax.Path:
				if bound.Types[n.X] == symbol.Dynamic || bound.Types[n.X] == symbol.Unknown {
					keys[n.Selector] = true // a key of a dynamic value, not a column
				}
			}
			if keys[n] || isOpen(bound, n) || left[n.Span().Start] {
				return false
			}
			holes = append(holes, nodeHoles(bound, n)...)
			return true
		})
	}
	return holes
}

// isOpen tells operators on columns that aren't known: names there may stay open.
func isOpen(bound *binder.Bound, n syntax.Node) bool {
	op, ok := n.(syntax.Operator)
	return ok && bound.In[op] != nil && bound.In[op].Open
}

func nodeHoles(bound *binder.Bound, n syntax.Node) []string {
	switch n := n.(type) {
	case syntax.Operator:
		if open := bound.In[n] != nil && bound.In[n].Open; !open && bound.Out[n] == nil && bound.Outs[n] == nil {
			return []string{fmt.Sprintf("no Out for %T", n)}
		}
	case *syntax.NameRef:
		if _, ok := bound.Refs[n.Name]; !ok {
			return []string{fmt.Sprintf("no Refs for a name %q", n.Name.Text)}
		}
	case *syntax.Call:
		if bound.Calls[n] == nil && n.Fun.Text != "database" && n.Fun.Text != "cluster" {
			return []string{"no Calls for " + n.Fun.Text}
		}
	case syntax.Expr:
		if _, ok := bound.Types[n]; !ok {
			return []string{fmt.Sprintf("no Types for %T", n)}
		}
	}
	return nil
}
