package main

// This file writes queries, an operator at a time over the columns that there are, and commands from their notation.

import (
	"strings"

	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func (v *variation) bound(text string) *binder.Bound {
	return binder.Bind(syntax.Parse(text), v.schema)
}

func clean(b *binder.Bound) bool { return len(ourErrors(b.Diagnostics)) == 0 }

// sources are what a query starts with, beside tables; for their marks see fill.
var sources = []string{
	"print %n = %f, b = %f", "print %f, %f", "range x from 1 to 10 step 1", "range t from %D to %D step %T",
	"datatable(a:long, b:string, c:dynamic, d:datetime, e:real, f:timespan, g:guid, h:bool, i:int, k:decimal)[1,'x',dynamic({'a':1}),datetime(2024-01-01),1.5,1h,guid(null),true,int(1),decimal(1)]",
	"datatable(k:string, ['v 1']:%y)['a', %f]", "union %t, %t", "union withsource=Src %t, (%q)", "union kind=inner %t, %t", "search in (%t) 'x'",
	"find in (%t, %t) where %b", "find in (%t) where %b project %c, %c", "let T = %q; T", "let x = %L; let s = 'a'; %t | extend q = x, w = s",
	"let f = (a:long, b:string='x') { print r = a, z = b }; f(%L)", "let g = (T:(*)) { T | take 1 }; g(%t)", "let v = view () { %q }; v()",
	"let m = materialize(%q); union m, m", "let s = toscalar(%q); print s", "externaldata(a:long, b:%y)['https://x/y'] with (format='csv')",
	"let f = (T:(a:long), n:long) { T | where a > n | extend z = a * n }; datatable(a:long, b:string)[1, 'x'] | invoke f(%L)",
	"let h = (d:dynamic, x:%y) { tostring(d.a) }; print q = h(%d, %f)", "union isfuzzy=true (%q), (%q)", "database('Samples').StormEvents", "table('StormEvents')",
}

// table gives a table's name, or a short query in its place.
func (v *variation) table() string {
	tables := v.schema.Database.Tables
	if v.IntN(3) == 0 {
		tables = tables[:min(8, len(tables))]
	}
	return symbol.QuoteName(pick(v, tables).Name)
}

// source writes the start of a query.
func (v *variation) source() string {
	v.columns = nil
	if v.IntN(5) < 2 {
		return v.table()
	}
	return v.fill(pick(v, sources))
}

// query writes a query that stands inside another one.
func (v *variation) query() string {
	columns := v.columns
	defer func() { v.columns = columns }()
	if v.depth > 2 {
		return v.table() + " | take 5"
	}
	v.depth++
	defer func() { v.depth-- }()
	return v.pipe(v.table(), 1)
}

// pipe goes on with a query; each operator is written over the columns that the ones before give.
func (v *variation) pipe(text string, n int) string {
	for range n {
		b := v.bound(text)
		v.columns = nil
		if b.Result != nil {
			v.columns = b.Result.List
		}
		for v.depth = 0; ; {
			next := strings.TrimRight(text, " \n\t;") + pick(v, []string{" | ", "\n| "}) + v.fill(v.operator())
			if clean(v.bound(next)) || v.IntN(4) == 0 {
				text = next
				break
			}
		}
	}
	return text
}

// operator gives an operator's pattern.
func (v *variation) operator() string {
	if v.IntN(12) == 0 {
		plugin := pick(v, builtin.Plugins())
		return "evaluate " + v.call(plugin)
	}
	return pick(v, pipes)
}

// pipes are the operators' patterns; for their marks see fill.
var pipes = []string{
	"where %b", "where %b", "filter %b and %b", "extend %n = %f", "extend %n = %f, %f", "extend %f", "extend (%n, %n) = %f", "project %c, %n = %f", "project %f, %f",
	"project-away %c, %c", "project-keep %c", "project-rename nn = %c", "project-reorder %c, *", "project-reorder %c asc",
	"summarize %A by %c", "summarize %A, %A by %c, %c", "summarize %n = %A by %n = %f", "summarize %A by bin(%m, 1h)", "summarize by %c, %c", "summarize count(), %A",
	"summarize %n = %A + %A by %c", "summarize (a1, a2) = %A", "summarize arg_max(%c, *) by %c", "summarize make_list(%c), make_set(%f), dcount(%c)", "summarize hint.shufflekey=%c count() by %c",
	"summarize take_any(*), percentiles(%l, 50, 90.5) by %c", "summarize hint.strategy=shuffle hint.num_partitions=4 %A by %c",
	"distinct %c, %c", "distinct *", "distinct %f", "top %L by %f", "top 3 by %c desc nulls first", "sort by %c asc, %f", "order by %c nulls last", "take %L", "limit 10", "sample 3", "sample-distinct 3 of %c",
	"count", "count as Total", "mv-expand %j", "mv-expand %n = %d to typeof(%y)", "mv-expand kind=array with_itemindex=ix %j limit 5", "mv-expand bagexpansion=array %j, %n = %d", "mv-apply %j on (take 1)",
	"mv-apply %n = %d to typeof(%y) on (%o)", "mv-apply e = %j on (extend z = e | summarize count() by z)", "mv-apply with_itemindex=i e = %d limit 3 on (where i < 1)",
	"parse %k with * 'a' p1:%y 'b' *", "parse kind=regex flags=i %k with @'x' p2 @'\\d' z", "parse-where %k with 'a' p3", "parse-kv %k as (ka:%y, kb:long) with (pair_delimiter=';', kv_delimiter='=')",
	"parse-kv %k as (ks:string) with (quote='\"')", "parse kind=relaxed %k with pa:%y ',' pb:%y", "parse-kv %k as (u:%y) with (regex=@'(\\w)=(\\w)')",
	"make-series %A on %m step 1h", "make-series %n = %A default=0 on %m from ago(1d) to now() step 1h by %c", "make-series kind=nonempty count(), %A on %l in range(1, 10, 1) by %c, %n = %f",
	"join (%q) on %c", "join kind=inner (%t) on $left.%c == $right.%c", "join kind=leftouter (%q) on %c, %c", "join kind=rightanti (%q) on %c", "join kind=leftsemi %t on %c", "join hint.strategy=broadcast kind=fullouter (%t) on %c",
	"join kind=innerunique (%q | extend k = 1) on $left.%c == $right.k", "join (%t) on $left.%c == $right.%c and $left.%c == $right.%c", "join kind=rightsemi (datatable(a:long,b:string)[]) on $left.%c == $right.a", "lookup %t on %c", "lookup kind=inner (%q) on %c", "lookup (datatable(a:long, b:string)[]) on $left.%c == $right.b",
	"union %t", "union withsource=S (%q)", "union kind=inner (%q), (%q)", "union (%q), %t", "top-nested 3 of %c by %A", "top-nested 3 of %c with others='o' by %A, top-nested 2 of %f by %n = %A", "top-nested of %n = %c by %A desc", "top-hitters 3 of %c", "top-hitters 3 of %c by %l",
	"scan declare (n:long=0, q:%y) with (step s1: true => n = s1.n + 1;)", "scan with_match_id=mid with (step a: %b; step b output=none: %b => ;)", "sort by %c | scan partition by %c declare (z:long) with (step s1 output=last: %b => z = 1;)", "reduce by %k", "reduce by %k with threshold=0.2, characters='x'", "reduce kind=source by %k",
	"getschema", "serialize", "serialize %n = %f", "serialize r = row_number(), p = prev(%c, 1), row_cumsum(%l)", "partition by %c (%o)", "partition hint.strategy=native by %c (top 1 by %c)", "partition by %c { %t | where %c == %c }", "fork (%o) (%o)", "fork a=(%o) b=(count)", "facet by %c, %c", "facet by %c with (%o)",
	"render timechart", "render columnchart with (title='x', kind=stacked)", "render piechart with (xcolumn=%c, ycolumns=%c)", "as hint.materialized=true A1 | union A1", "as X | join (X) on %c", "consume", "consume decodeblocks=true",
	"assert-schema (a:long)", "make-graph %c --> %c with %t on %c | graph-match (a)-[e]->(b) where a.%c == b.%c project a.%c, e.%c, n = b.%c", "make-graph %c --> %c | graph-match (a)-[e*1..3]->(b) project a.%c, x = e.%c", "make-graph %c --> %c with_node_id=id | graph-to-table nodes", "make-graph %c --> %c | graph-to-table edges as E with_source_id=s, nodes as N", "make-graph %c --> %c with_node_id=nid | graph-shortest-paths (a)-[e*1..3]->(b) project a.nid",
	"make-graph %c --> %c with_node_id=q | graph-mark-components kind=weak with_component_id=cid | graph-to-table nodes", "invoke f()", "execute-and-cache", "where %c in ((%q | project %c))", "where %c in (%q)", "extend z = toscalar(%q | summarize max(%c))", "extend z = toscalar(%t | count), y = %f", "where * has 'x'", "search 'x' or %b", "search %k:'y'", "search kind=case_sensitive 'z' | count",
	"mv-expand %j to typeof(long), z = %j", "extend %n = case(%b, %s, %b, %s, %s)", "extend %n = iff(%b, %f, %f)", "extend %n = coalesce(%s, %s), m = max_of(%L, %R)", "extend %n = bag_pack('a', %f, 'b', %f) | extend z = %n.a, y = tostring(%n.b)", "extend x = pack_array(%f, %f) | mv-expand x", "evaluate bag_unpack(%j)", "evaluate bag_unpack(%j, 'p_')", "evaluate pivot(%c)", "evaluate pivot(%c, %A)", "evaluate narrow()",
	"extend d = bag_pack('a', %f, 'b', %f) | evaluate bag_unpack(d)", "evaluate bag_unpack(%j) : (*, a:long)", "evaluate autocluster()", "where %c == %f", "where %f == %f", "extend q = %f %f", "where %b or %b and not(%b)", "extend %f = %f", "project-smart %c", "sort %c", "summarize %c by %c", "summarize %f", "where %A > 1", "extend %n = %A", "join %t on %c == %c",
}

// wrapped puts a query into another one.
func (v *variation) wrapped(text string) string {
	text = strings.TrimRight(text, " \n\t;")
	lets, last := "", text
	if i := strings.LastIndex(text, ";"); i >= 0 {
		lets, last = text[:i+1], text[i+1:]
	}
	around := pick(v, []string{
		"let W = @; W | count", "let W = materialize(@); W | join kind=inner (W) on $left.a == $right.a", "let F = (p:long=1) { @ }; F(2)", "let F = () { @ }; union F(), (F() | take 1)",
		"union (@), (print w = 1)", "print s = toscalar(@)", "@ | as Q | union (Q)", "let V = view () { @ }; union V*", "(@) | take 3", "range w from 1 to 2 step 1 | join kind=leftouter (@) on $left.w == $right.w",
		"set notruncation; @", "declare query_parameters(p:long = 1); @", "@ | where 1 in (p)", "union (@ | extend w = 1), (@ | extend w = 'x')", "macro-expand entity_group [cluster('help').database('Samples')] as s ( @ )",
		"@; print 1", "let a = 1; @ | extend q = a", "alias database d = cluster('help').database('Samples'); @", "@ // end", "let W = (@); W\n\n| count", "@ | fork (count) (take 1)",
	})
	return lets + strings.ReplaceAll(around, "@", last)
}
