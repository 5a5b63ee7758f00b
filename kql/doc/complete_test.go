package doc

import (
	"slices"
	"strings"
	"testing"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// signs are the operators of expressions as they are written; builtin knows them by kind only.
var signs = strings.Fields(`== != <> =~ !~ < <= > >= + - * / % and or in !in in~ !in~ between !between has !has has_cs !has_cs
	has_any has_all hasprefix !hasprefix hasprefix_cs !hasprefix_cs hassuffix !hassuffix hassuffix_cs !hassuffix_cs
	contains !contains contains_cs !contains_cs startswith !startswith startswith_cs !startswith_cs endswith !endswith
	endswith_cs !endswith_cs like !like likecs !likecs : ..`)

// operatorsOf are the words of the operators to which a table of parameters belongs.
var operatorsOf = map[string]string{
	"AsParameters": "as", "ConsumeParameters": "consume", "DistinctParameters": "distinct", "EvaluateParameters": "evaluate",
	"FindParameters": "find", "GraphMatchParameters": "graph-match", "GraphShortestPathsParameters": "graph-shortest-paths",
	"JoinParameters": "join", "GraphMarkComponentsParameters": "graph-mark-components", "LookupParameters": "lookup",
	"MakeSeriesParameters": "make-series", "MvApplyParameters": "mv-apply", "MvExpandParameters": "mv-expand",
	"ParseParameters": "parse", "ParseKvWithProperties": "parse-kv", "PartitionByParameters": "partition",
	"PartitionParameters": "partition", "ReduceParameters": "reduce", "ReduceWithParameters": "reduce",
	"GraphToTableEdgesParameters": "graph-to-table", "GraphToTableNodesParameters": "graph-to-table",
	"GraphMakeParameters": "make-graph", "RenderWithProperties": "render", "ScanParameters": "scan",
	"SearchParameters": "search", "SortParameters": "sort", "SummarizeParameters": "summarize", "TopParameters": "top",
	"UnionParameters": "union", "MacroExpandParameters": "macro-expand",
}

// TestEverythingIsDocumented: each function, aggregate, plugin, operator, join kind, chart, parameter, option and type has an
// entry.
func TestEverythingIsDocumented(t *testing.T) {
	want(t, Function, functionNames(builtin.Functions()))
	want(t, Aggregate, functionNames(builtin.Aggregates()))
	want(t, Plugin, functionNames(builtin.Plugins()))
	want(t, Operator, append(syntax.OperatorNames(), "filter", "datatable", "externaldata", "order"))
	want(t, Scalar, append(signs, "matches regex"))
	want(t, JoinKind, builtin.Words("JoinKinds"))
	want(t, Chart, builtin.Words("ChartTypes"))
	want(t, Keyword, strings.Fields("let set declare alias restrict pattern query_parameters view materialize toscalar totable typeof"))
	for _, o := range builtin.Options() {
		want(t, Option, []string{o.Name})
	}
	for typ := symbol.Bool; typ <= symbol.Dynamic; typ++ {
		want(t, Type, []string{typ.String()})
	}
	for table, operator := range operatorsOf {
		if len(builtin.Parameters(table)) == 0 {
			t.Errorf("no parameters %s", table)
		}
		for _, p := range builtin.Parameters(table) {
			if _, ok := FindParameter(operator, p.Name); !ok && !p.Flags.Has(builtin.Hidden) {
				t.Errorf("no entry for parameter %s of %s", p.Name, operator)
			}
		}
	}
}

func want(t *testing.T, kind Kind, names []string) {
	t.Helper()
	for _, name := range names {
		if _, ok := Find(kind, name); !ok {
			t.Errorf("no entry for %s %s", kind, name)
		}
	}
}

func functionNames(list []builtin.Function) []string {
	var names []string
	for _, f := range list {
		names = append(names, f.Name)
	}
	return names
}

// TestEntriesHaveSubjects: nothing is documented that the language doesn't have.
func TestEntriesHaveSubjects(t *testing.T) {
	known := map[Kind]func(string) bool{
		Function:  func(s string) bool { return builtin.FindFunction(s) != nil },
		Aggregate: func(s string) bool { return builtin.FindAggregate(s) != nil },
		// The engine has schema_merge, the facts don't.
		Plugin: func(s string) bool { return builtin.FindPlugin(s) != nil || s == "schema_merge" },
		Option: func(s string) bool { return builtin.FindOption(s) != nil },
		Chart:  func(s string) bool { return slices.Contains(builtin.Words("ChartTypes"), s) },
		JoinKind: func(s string) bool {
			return slices.Contains(builtin.Words("JoinKinds"), s)
		},
		Operator: isOperatorWord,
	}
	for kind, isKnown := range known {
		for _, name := range Names(kind) {
			if !isKnown(name) {
				t.Errorf("%s %s is documented and doesn't exist", kind, name)
			}
		}
	}
}

// isOperatorWord asks the parser: behind a pipe, or at the start, the word begins an operator and isn't taken for a name.
func isOperatorWord(word string) bool {
	if slices.Contains(syntax.OperatorNames(), word) {
		return true
	}
	found := false
	for _, src := range []string{"T | " + word + " x", word + " (a:long) [1]", "T | " + word + " on (take 1)"} {
		for _, s := range syntax.Parse(src).Statements {
			syntax.Walk(s, func(n syntax.Node) bool {
				switch n := n.(type) {
				case syntax.Operator:
					_, bad := n.(*syntax.BadOp)
					found = found || !bad && n.Head().Keyword != nil && n.Head().Keyword.Text == word
				case *syntax.DataTable, *syntax.ExternalData, *syntax.InlineExternalTable:
					found = true
				}
				return true
			})
		}
	}
	return found
}
