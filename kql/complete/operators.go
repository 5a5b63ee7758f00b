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
	{word: "execute-and-cache"},
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
		if param.Flags.Has(builtin.Hidden) || op != nil && op.Head().Param(param.Name) != nil {
			continue
		}
		items = append(items, Item{Label: param.Name + "=", Kind: Parameter, Rank: 450, Again: len(param.Values) > 0})
	}
	return items
}

// paramTables has the fact table of each operator's parameters.
var paramTables = map[string]string{
	"join": "JoinParameters", "lookup": "LookupParameters", "union": "UnionParameters", "summarize": "SummarizeParameters",
	"distinct": "DistinctParameters", "mv-expand": "MvExpandParameters", "mv-apply": "MvApplyParameters", "parse": "ParseParameters",
	"parse-where": "ParseParameters", "sort": "SortParameters", "order": "SortParameters", "top": "TopParameters",
	"render": "RenderWithProperties", "search": "SearchParameters", "evaluate": "EvaluateParameters", "find": "FindParameters",
	"make-series": "MakeSeriesParameters", "partition": "PartitionParameters", "scan": "ScanParameters", "reduce": "ReduceParameters",
	"as": "AsParameters", "parse-kv": "ParseKvWithProperties", "macro-expand": "MacroExpandParameters", "graph-match": "GraphMatchParameters",
}

// paramValues lists the words that a parameter takes.
func (p *place) paramValues(param *syntax.Param) []Item {
	op := p.operator()
	if op == nil || op.Head().Keyword == nil || param.Name == nil {
		return nil
	}
	for _, known := range builtin.Parameters(paramTables[op.Head().Keyword.Text]) {
		if known.Name != param.Name.Text {
			continue
		}
		values := known.Values
		if known.Value == builtin.ValueBoolLiteral {
			values = []string{"true", "false"}
		}
		var items []Item
		for _, v := range values {
			items = append(items, Item{Label: v, Kind: Value})
		}
		if known.Value == builtin.ValueColumn {
			items = append(items, columnItems(p.columns(), symbol.Unknown)...)
		}
		return items
	}
	return nil
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
		items = append(items, Item{Label: o.Name, Kind: Keyword})
	}
	return items
}

func types() []Item {
	var items []Item
	for t := symbol.Bool; t <= symbol.Dynamic; t++ {
		items = append(items, Item{Label: t.String(), Kind: Type})
	}
	return items
}
