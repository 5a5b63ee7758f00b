// Inside strings: names of databases, tables and clusters, texts that a parameter takes, keys of a dynamic value, and names in
// brackets.

package complete

import (
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/signature"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// stringLiteral is a string around the caret: the places of its first character and behind its last, and how it is quoted.
type stringLiteral struct {
	start, content, end int
	quote               string
	closed              bool
	tokenEnd            int
}

// stringAt finds the string that an offset is inside of; one that isn't closed reaches to its end.
func stringAt(tree *syntax.Tree, at int) (stringLiteral, bool) {
	for _, t := range tree.Tokens {
		if t.Start >= at {
			break
		}
		if t.End < at || t.Kind != syntax.TokString && t.Kind != syntax.TokBad {
			continue
		}
		lit, ok := literalOf(t.Span().Of(tree.Text))
		if !ok {
			continue
		}
		lit.start, lit.tokenEnd = t.Start, t.End
		lit.content += t.Start
		lit.end += t.Start
		if at >= lit.content && at <= lit.end && (at < t.End || !lit.closed) {
			return lit, true
		}
	}
	return stringLiteral{}, false
}

// literalOf takes a string's text apart.
func literalOf(body string) (stringLiteral, bool) {
	open := strings.IndexAny(body, "'\"`~")
	if open < 0 || open > 2 {
		return stringLiteral{}, false
	}
	quote := body[open : open+1]
	if long := strings.Repeat(quote, 3); quote == "`" || quote == "~" {
		if !strings.HasPrefix(body[open:], long) {
			return stringLiteral{}, false
		}
		quote = long
	}
	lit := stringLiteral{content: open + len(quote), end: len(body), quote: quote}
	rest := body[lit.content:]
	if strings.HasSuffix(rest, quote) {
		before := strings.TrimSuffix(rest, quote)
		slashes := len(before) - len(strings.TrimRight(before, `\`))
		if verbatim := strings.Contains(body[:open], "@"); verbatim || len(quote) > 1 || slashes%2 == 0 {
			lit.closed, lit.end = true, len(body)-len(quote)
		}
	}
	return lit, true
}

// locateInString finds the place of an offset inside a string: the mark becomes its whole content. What an unclosed string swallowed
// behind the caret is text of the query again.
func locateInString(b *binder.Bound, lit stringLiteral, at int) (*place, bool) {
	src := b.Tree.Text
	if strings.ContainsAny(src[lit.content:at], "\r\n") {
		return nil, false
	}
	behind := src[lit.tokenEnd:]
	if !lit.closed {
		if behind = src[at:]; inBrackets(src[:lit.start]) && !strings.HasPrefix(behind, "]") {
			behind = "]" + behind
		}
	}
	marked := syntax.Parse(src[:lit.content] + mark + lit.quote + behind)
	p := &place{
		bound: bindUpTo(marked, lit.content, b), replace: text.Span{Start: lit.content, End: at}, prefix: src[lit.content:at], quote: lit.quote,
	}
	p.path = syntax.PathAt(marked, lit.content)
	start := lit.start
	if inBrackets(src[:start]) {
		start = strings.LastIndexByte(src[:start], '[')
	}
	p.lookBack(start)
	return p, len(p.path) > 0
}

func inBrackets(before string) bool { return strings.HasSuffix(strings.TrimRight(before, " \t"), "[") }

// inString lists what fits in the string around the caret.
func (p *place) inString() []Item {
	var items []Item
	switch p.path[len(p.path)-1].(type) {
	case *syntax.Name:
		items = p.bracketed()
	case *syntax.Literal:
		items = p.inLiteral()
	}
	kept := items[:0]
	for _, it := range items {
		it.Insert, it.Snippet, it.Again, it.Commit = p.escaped(it.Label), false, false, nil
		kept = append(kept, it)
	}
	return kept
}

// escaped writes a text so that it can stand in the string.
func (p *place) escaped(s string) string {
	if len(p.quote) > 1 {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, p.quote, `\`+p.quote).Replace(s)
}

// bracketed lists names for ['…'].
func (p *place) bracketed() []Item {
	quote := p.quote
	p.quote = ""
	all := p.candidates()
	p.quote = quote
	var items []Item
	for _, it := range all {
		switch it.Kind {
		case Column, Table, Variable:
			items = append(items, it)
		}
	}
	return items
}

func (p *place) inLiteral() []Item {
	switch holder := p.parent(1).(type) {
	case *syntax.Index:
		return p.keyItems(holder.X, true)
	case *syntax.Call:
		if items := p.entityNames(holder); items != nil {
			return items
		}
		return p.parameterValues()
	}
	return nil
}

// parameterValues lists the texts that the parameter at the caret takes.
func (p *place) parameterValues() []Item {
	h, ok := signature.Of(p.bound, p.replace.Start)
	if !ok || h.Param < 0 {
		return nil
	}
	var items []Item
	for i, v := range h.Signatures[h.Active].Params[h.Param].Values {
		items = append(items, Item{Label: v, Kind: Value, seq: i + 1})
	}
	return items
}

// entityNames lists what database('…'), table('…') and their like can name.
func (p *place) entityNames(call *syntax.Call) []Item {
	schema := p.bound.Schema
	if call.Fun == nil || schema == nil || len(call.Args) != 1 {
		return nil
	}
	var items []Item
	add := func(name, detail string, kind Kind) {
		items = append(items, Item{Label: name, Kind: kind, Detail: detail})
	}
	db, cluster := schema.Database, schema.Cluster
	if path, ok := p.parent(2).(*syntax.Path); ok && path.Selector == syntax.Expr(call) {
		if found, named := p.databaseOf(path.X); named {
			db = found
		}
		if found := p.clusterOf(path.X); found != nil {
			cluster = found
		}
	}
	switch call.Fun.Text {
	case "cluster":
		for _, c := range schema.Clusters {
			if c.Name != "" {
				add(c.Name, "cluster", Database)
			}
		}
	case "database":
		if cluster != nil {
			for _, d := range cluster.Databases {
				add(d.Name, d.PrettyName, Database)
			}
		}
	case "table":
		p.tableNames(db, add, symbol.Plain, symbol.MaterializedView)
	case "external_table":
		p.tableNames(db, add, symbol.External)
	case "materialized_view":
		p.tableNames(db, add, symbol.MaterializedView)
	case "graph":
		if db != nil {
			for _, g := range db.Graphs {
				add(g.Name, "graph", Table)
			}
		}
	case "entity_group", "stored_query_result":
		if db != nil && call.Fun.Text == "entity_group" {
			for _, g := range db.EntityGroups {
				add(g.Name, "entity group", Database)
			}
		}
	default:
		return nil
	}
	return items
}

func (p *place) tableNames(db *symbol.Database, add func(name, detail string, kind Kind), kinds ...symbol.TableKind) {
	if db == nil {
		return
	}
	wanted := func(k symbol.TableKind) bool { return slices.Contains(kinds, k) }
	for _, t := range p.shortlisted(db.Tables, wanted) {
		add(t.Name, tableDetail(t.Kind), Table)
	}
}
