// Tabular operators after a pipe, their parameters, and the words that may follow a whole operand.

package complete

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// tabularOperator is an operator as it is offered: its word, and what is written after it.
type tabularOperator struct {
	word   string
	rest   string // snippet text after the word
	common bool   // offered before the others
	starts bool   // needs no source
	again  bool   // ask for the next word at once
}

var tabularOperators = []tabularOperator{
	{word: "where", rest: " $0", common: true, again: true},
	{word: "summarize", rest: " ${1:count()} by $0", common: true},
	{word: "project", rest: " $0", common: true, again: true},
	{word: "extend", rest: " ${1:name} = $0", common: true},
	{word: "take", rest: " ${1:10}", common: true},
	{word: "count", common: true},
	{word: "sort by", rest: " $0", common: true, again: true},
	{word: "top", rest: " ${1:10} by $0", common: true},
	{word: "join", rest: " kind=${1|inner,innerunique,leftouter,rightouter,fullouter,leftanti,rightanti,leftsemi,rightsemi|} (${2:table}) on $0", common: true},
	{word: "distinct", rest: " $0", common: true, again: true},
	{word: "render", rest: " $0", common: true, again: true},
	{word: "union", rest: " $0", common: true, starts: true, again: true},
	{word: "mv-expand", rest: " $0", common: true, again: true},
	{word: "parse", rest: " ${1:column} with ${2:*} \"${3:text}\" ${4:name}$0", common: true},
	{word: "limit", rest: " ${1:10}"},
	{word: "order by", rest: " $0", again: true},
	{word: "filter", rest: " $0", again: true},
	{word: "project-away", rest: " $0", again: true},
	{word: "project-keep", rest: " $0", again: true},
	{word: "project-rename", rest: " ${1:new} = $0"},
	{word: "project-reorder", rest: " $0", again: true},
	{word: "project-by-names", rest: " $0"},
	{word: "lookup", rest: " kind=${1|leftouter,inner|} (${2:table}) on $0"},
	{word: "make-series", rest: " ${1:count()} on ${2:Timestamp} from ${3:ago(1d)} to ${4:now()} step ${5:1h} by $0"},
	{word: "mv-apply", rest: " ${1:item} = ${2:array} on ($0)"},
	{word: "parse-where", rest: " ${1:column} with ${2:*} \"${3:text}\" ${4:name}$0"},
	{word: "parse-kv", rest: " ${1:column} as (${2:name}:${3:string}) with (pair_delimiter=' ', kv_delimiter='=')$0"},
	{word: "evaluate", rest: " $0", starts: true, again: true},
	{word: "sample", rest: " ${1:10}"},
	{word: "sample-distinct", rest: " ${1:10} of $0", again: true},
	{word: "serialize", rest: "$0"},
	{word: "scan", rest: " declare (${1:name}:${2:long}) with (step ${3:s}: ${4:true};)$0"},
	{word: "top-nested", rest: " ${1:5} of ${2:column} by ${3:count()}$0"},
	{word: "top-hitters", rest: " ${1:5} of $0", again: true},
	{word: "as", rest: " ${1:name}$0"},
	{word: "getschema"},
	{word: "invoke", rest: " $0", again: true},
	{word: "partition", rest: " by ${1:column} ($0)"},
	{word: "fork", rest: " ($0)"},
	{word: "facet by", rest: " $0", again: true},
	{word: "reduce by", rest: " $0", again: true},
	{word: "consume"},
	{word: "assert-schema", rest: " ($0)"},
	{word: "search", rest: " \"$0\"", starts: true},
	{word: "find", rest: " where $0", starts: true},
	{word: "print", rest: " $0", starts: true, again: true},
	{word: "range", rest: " ${1:x} from ${2:1} to ${3:10} step ${4:1}$0", starts: true},
	{word: "datatable", rest: " (${1:name}:${2:string}) [$0]", starts: true},
	{word: "externaldata", rest: " (${1:name}:${2:string}) [$0]", starts: true},
	{word: "macro-expand", rest: " ${1:group} as ${2:name} ($0)", starts: true},
	{word: "make-graph", rest: " ${1:source} --> ${2:target} with ${3:nodes} on ${4:id}$0"},
	{word: "graph-match", rest: " (${1:a})-[${2:e}]->(${3:b}) project $0"},
	{word: "graph-shortest-paths", rest: " (${1:a})-[${2:e}*1..5]->(${3:b}) project $0"},
	{word: "graph-to-table", rest: " ${1|nodes,edges|}"},
	{word: "graph-mark-components"},
	{word: "graph-where-nodes", rest: " $0"},
	{word: "graph-where-edges", rest: " $0"},
}

// item makes the proposal; common operators come first, in the order of the table.
func (op tabularOperator) item(rank int) Item {
	if !op.common {
		rank += 50
	}
	return Item{Label: op.word, Kind: Operator, Insert: op.word + op.rest, Snippet: op.rest != "", Rank: rank, Again: op.again}
}

// tabularOperators lists what may follow a pipe.
func (p *place) tabularOperators() []Item {
	graph := p.sourceIsGraph()
	var items []Item
	for i, op := range tabularOperators {
		if op.word == "print" || op.word == "range" || op.word == "datatable" || op.word == "externaldata" || op.word == "find" || op.word == "macro-expand" {
			continue
		}
		if graph != strings.HasPrefix(op.word, "graph-") {
			continue
		}
		it := op.item(0)
		if op.common {
			it.Rank += i
		}
		items = append(items, it)
	}
	return items
}

// sourceIsGraph tells whether a graph flows through the pipe before the caret.
func (p *place) sourceIsGraph() bool {
	op := p.operator()
	if op == nil {
		return false
	}
	for i := len(p.path) - 1; i >= 0; i-- {
		pipe, ok := p.path[i].(*syntax.Pipe)
		if !ok {
			continue
		}
		for j, o := range pipe.Ops {
			if o == op && j > 0 {
				switch pipe.Ops[j-1].(type) {
				case *syntax.MakeGraphOp, *syntax.GraphMarkComponentsOp, *syntax.GraphWhereNodesOp, *syntax.GraphWhereEdgesOp:
					return true
				}
			}
		}
	}
	return false
}

// params lists an operator's parameters that aren't given yet.
func (p *place) params(table string) []Item {
	op := p.operator()
	var items []Item
	for _, param := range builtin.Parameters(table) {
		if param.Flags.Has(builtin.Hidden) || op != nil && op.Head().Param(param.Name) != nil && !param.Flags.Has(builtin.Repeatable) {
			continue
		}
		items = append(items, Item{Label: param.Name + "=", Kind: Parameter, Rank: 450, Again: len(param.Values) > 0 || param.Value == builtin.ValueBoolLiteral})
	}
	return items
}

// operatorParams lists the parameters of the operator around the caret.
func (p *place) operatorParams() []Item {
	if op := p.operator(); op != nil && op.Head().Keyword != nil {
		return p.params(paramTables[op.Head().Keyword.Text])
	}
	return nil
}

// paramsFit tells whether the caret is where the operator's parameters stand: behind its keyword or another parameter.
func (p *place) paramsFit() bool {
	op := p.operator()
	if op == nil || op.Head().Keyword == nil {
		return false
	}
	if p.prev == op.Head().Keyword.Text {
		return true
	}
	for i := len(p.before) - 1; i > 0; i-- {
		if _, param := p.before[i].(*syntax.Param); param {
			return p.before[i-1] == syntax.Node(op)
		}
	}
	return false
}

// withTables has the fact table of what stands in an operator's with (…).
func withTable(op syntax.Operator) string {
	switch op.(type) {
	case *syntax.RenderOp:
		return "RenderWithProperties"
	case *syntax.ParseKvOp:
		return "ParseKvWithProperties"
	case *syntax.ReduceOp:
		return "ReduceWithParameters"
	}
	return ""
}

// paramNames lists the names for a parameter that is being typed, without those that stand beside it.
func (p *place) paramNames(at *syntax.Param) []Item {
	op := p.operator()
	if op == nil {
		return nil
	}
	var given []*syntax.Param
	table := ""
	switch op := op.(type) {
	case *syntax.RenderOp:
		given = op.With
	case *syntax.ParseKvOp:
		given = op.With
	case *syntax.ReduceOp:
		given = op.With
	}
	for _, g := range given {
		if g == at {
			table = withTable(op)
		}
	}
	if table == "" {
		return p.operatorParams()
	}
	var items []Item
	for _, it := range p.params(table) {
		taken := false
		for _, g := range given {
			taken = taken || g.Name != nil && g.Name.Text+"=" == it.Label
		}
		if !taken {
			it.Rank = 0
			items = append(items, it)
		}
	}
	return items
}

// paramTables has the fact table of each operator's parameters.
var paramTables = map[string]string{
	"join": "JoinParameters", "lookup": "LookupParameters", "union": "UnionParameters", "summarize": "SummarizeParameters",
	"distinct": "DistinctParameters", "mv-expand": "MvExpandParameters", "mv-apply": "MvApplyParameters", "parse": "ParseParameters",
	"parse-where": "ParseParameters", "sort": "SortParameters", "order": "SortParameters", "top": "TopParameters",
	"render": "RenderParameters", "search": "SearchParameters", "evaluate": "EvaluateParameters", "find": "FindParameters",
	"make-series": "MakeSeriesParameters", "partition": "PartitionParameters", "scan": "ScanParameters", "reduce": "ReduceParameters",
	"as": "AsParameters", "macro-expand": "MacroExpandParameters", "graph-match": "GraphMatchParameters",
}

// paramValues lists the words that a parameter takes.
func (p *place) paramValues(param *syntax.Param) []Item {
	op := p.operator()
	if op == nil || op.Head().Keyword == nil || param.Name == nil {
		return nil
	}
	known := append(append([]builtin.Parameter{}, builtin.Parameters(paramTables[op.Head().Keyword.Text])...), builtin.Parameters(withTable(op))...)
	for _, k := range known {
		if k.Name != param.Name.Text {
			continue
		}
		var items []Item
		for i, v := range valuesOf(k) {
			items = append(items, Item{Label: v, Kind: Value, seq: i + 1})
		}
		if k.Value == builtin.ValueColumn || k.Value == builtin.ValueColumnList {
			items = append(items, columnItems(p.columns(), 0)...)
		}
		return items
	}
	return nil
}

func valuesOf(k builtin.Parameter) []string {
	if k.Value == builtin.ValueBoolLiteral {
		return []string{"true", "false"}
	}
	return k.Values
}

// optionValues lists what an option of set may be.
func optionValues(st *syntax.SetStatement) []Item {
	if st.Option == nil {
		return nil
	}
	o := builtin.FindOption(st.Option.Text)
	if o == nil {
		return nil
	}
	var items []Item
	for _, e := range o.Examples {
		items = append(items, Item{Label: e, Kind: Value, Detail: "example", seq: len(items) + 1})
	}
	if o.Types.Has(symbol.Bool) {
		for _, e := range []string{"true", "false"} {
			items = append(items, Item{Label: e, Kind: Value, seq: len(items) + 1})
		}
	}
	return items
}

func charts() []Item {
	var items []Item
	for _, c := range builtin.Words("VisibleChartTypes") {
		items = append(items, Item{Label: c, Kind: Value})
	}
	return items
}

func options() []Item {
	var items []Item
	for _, o := range builtin.Options() {
		it := Item{Label: o.Name, Kind: Keyword, Detail: optionDetail(&o)}
		if len(o.Examples) > 0 || o.Types != 0 && !o.Types.Has(symbol.Bool) {
			it.Insert, it.Again = o.Name+"=", true
		}
		items = append(items, it)
	}
	return items
}

func optionDetail(o *builtin.Option) string {
	var names []string
	for t := symbol.Bool; t <= symbol.Dynamic; t++ {
		if o.Types.Has(t) {
			names = append(names, t.String())
		}
	}
	return strings.Join(names, "|")
}

func types() []Item {
	var items []Item
	for t := symbol.Bool; t <= symbol.Dynamic; t++ {
		items = append(items, Item{Label: t.String(), Kind: Type})
	}
	return items
}
