// Candidates inside management commands: the next words, entities of the right kind, properties and values.

package complete

import (
	"math/bits"

	"calypso/kql/binder"
	"calypso/kql/command"
	"calypso/kql/symbol"
	"calypso/kql/text"
)

// inCommand lists what fits at an offset of a command; false where the caret is in no command, or in a query of one.
func inCommand(b *binder.Bound, at int) (*place, []Item, bool) {
	if b.Tree.Command == nil || at <= b.Tree.Command.From {
		return nil, nil, false
	}
	if _, in := stringAt(b.Tree, at); in || inCommentOrLiteral(b.Tree, at) {
		return nil, nil, false
	}
	src := b.Tree.Text
	start := at
	for start > 0 && (isWordRune(rune(src[start-1])) || src[start-1] == '-') {
		start--
	}
	next, ok := command.Next(b.Tree, start)
	if !ok {
		return nil, nil, false
	}
	p := &place{bound: b, replace: text.Span{Start: start, End: at}, prefix: src[start:at]}
	var items []Item
	for _, x := range next.Expect {
		if x.Rule == command.RuleQuery || x.Rule == command.RuleScript || x.Rule == command.RuleData {
			return nil, nil, false
		}
		if len(next.Path) > 0 {
			items = append(items, p.commandMembers(x.Rule, next.Path)...)
		} else {
			items = append(items, p.commandItems(x, next.Parts)...)
		}
	}
	wordsFirst(items)
	return p, items, true
}

// Ranks of a command's next words, the one before many commands first, and of names; manyNames would push words out of sight.
const (
	wordRank  = 200
	nameRank  = 100
	manyNames = 20
)

// wordsFirst puts words before names where there are fewer of them and many names.
func wordsFirst(items []Item) {
	words, names := 0, 0
	for _, it := range items {
		if it.Kind == Keyword {
			words++
		} else {
			names++
		}
	}
	if names <= max(manyNames, words) {
		return
	}
	for i := range items {
		if items[i].Kind == Keyword {
			items[i].Rank -= wordRank - nameRank
		}
	}
}

// commandMembers lists what may stand behind the dots of a path: tables of a database, columns of a table, snapshots of a graph model.
func (p *place) commandMembers(r command.Rule, path []command.Ident) []Item {
	if p.bound.Schema == nil || p.bound.Schema.Database == nil {
		return nil
	}
	db, first := p.bound.Schema.Database, path[0].Text
	columns := r == command.RuleTableColumn || r == command.RuleDBColumn
	switch {
	case r == command.RuleSnapshot:
		var items []Item
		if g := db.Graph(first); g != nil {
			for _, name := range g.Snapshots {
				items = append(items, Item{Label: name, Kind: Variable, Detail: "snapshot", Insert: symbol.QuoteName(name), Rank: nameRank})
			}
		}
		return items
	case columns && len(path) == 1 && db.Table(first) != nil:
		return columnItems(db.Table(first).Columns.List, 0)
	case !db.Is(first):
		db = p.bound.Schema.Cluster.Find(first)
	}
	switch {
	case db == nil:
		return nil
	case columns && len(path) == 2 && db.Table(path[1].Text) != nil:
		return columnItems(db.Table(path[1].Text).Columns.List, 0)
	case len(path) == 1:
		return p.entitiesOf(db, r)
	}
	return nil
}

// commandItems turns one possibility into items.
func (p *place) commandItems(x command.Expect, parts []command.Part) []Item {
	switch {
	case x.Word != "" && x.Key:
		return []Item{{Label: x.Word, Kind: Parameter, Insert: x.Word + "=", Rank: 100, Again: true}}
	case x.Word == "with":
		return []Item{{Label: "with", Kind: Keyword, Insert: "with ($0)", Snippet: true, Rank: 300, Again: true}}
	case x.Word == "<|":
		return []Item{{Label: "<|", Kind: Keyword, Insert: "<|\n", Rank: 250, Again: true}}
	case x.Word != "" && isWordRune(rune(x.Word[0])):
		return []Item{{Label: x.Word, Kind: Keyword, Rank: wordRank - bits.Len(uint(x.Rows)), Again: x.Row == nil}}
	case x.Rule == command.RuleNone || x.Key:
		return nil
	case x.Rule.IsName():
		return p.commandNames(x.Rule, parts)
	}
	return p.commandValues(x)
}

// commandNames lists the entities that a rule means.
func (p *place) commandNames(r command.Rule, parts []command.Part) []Item {
	if p.bound.Schema == nil {
		return nil
	}
	db, cluster := p.bound.Schema.Database, p.bound.Schema.Cluster
	switch {
	case r == command.RuleDatabase && cluster != nil:
		var items []Item
		for _, d := range cluster.Databases {
			items = append(items, Item{Label: d.Name, Kind: Database, Detail: "database", Insert: symbol.QuoteName(d.Name), Rank: nameRank})
		}
		return items
	case r == command.RuleDatabase || db == nil:
		return nil
	case r == command.RuleColumn:
		return columnItems(tableOf(db, parts), 0)
	}
	return p.entitiesOf(db, r)
}

// entitiesOf lists what a database has of the kind that a rule means.
func (p *place) entitiesOf(db *symbol.Database, r command.Rule) []Item {
	var items []Item
	add := func(name string, kind Kind, detail string) {
		items = append(items, Item{Label: name, Kind: kind, Detail: detail, Insert: symbol.QuoteName(name), Rank: nameRank})
	}
	switch r {
	case command.RuleFunction, command.RuleDBFunction:
		for _, f := range db.Functions {
			add(f.Name, Function, f.Parameters)
		}
	case command.RuleGroup, command.RuleDBGroup:
		for _, g := range db.EntityGroups {
			add(g.Name, Variable, "entity group")
		}
	case command.RuleGraph, command.RuleSnapshot:
		for _, g := range db.Graphs {
			add(g.Name, Table, "graph model")
		}
	default:
		for _, t := range p.shortlisted(db.Tables, func(k symbol.TableKind) bool { return wantsTable(r, k) }) {
			add(t.Name, Table, tableDetail(t.Kind))
		}
	}
	return items
}

// wantsTable tells whether a table of a kind fits a rule.
func wantsTable(r command.Rule, kind symbol.TableKind) bool {
	switch r {
	case command.RuleTable, command.RuleDBTable, command.RuleTableColumn, command.RuleDBColumn:
		return kind == symbol.Plain
	case command.RuleExternal, command.RuleDBExternal:
		return kind == symbol.External
	case command.RuleView, command.RuleDBView:
		return kind == symbol.MaterializedView
	}
	return false
}

// tableOf gives the columns of the table that the command has named last.
func tableOf(db *symbol.Database, parts []command.Part) []*symbol.Column {
	for i := len(parts) - 1; i >= 0; i-- {
		if n := len(parts[i].Names); n > 0 && parts[i].Rule != command.RuleColumn {
			if t := db.Table(parts[i].Names[n-1].Text); t != nil {
				return t.Columns.List
			}
		}
	}
	return nil
}

// commandValues lists values and bodies.
func (p *place) commandValues(x command.Expect) []Item {
	switch x.Rule {
	case command.RuleType:
		return types()
	case command.RuleBool, command.RuleValue:
		return []Item{
			{Label: "true", Kind: Value, Rank: 100},
			{Label: "false", Kind: Value, Rank: 101},
			{Label: `"…"`, Kind: Value, Insert: `"$0"`, Snippet: true, Rank: 102},
		}
	case command.RuleString:
		return []Item{{Label: `"…"`, Kind: Value, Detail: x.Label, Insert: `"$0"`, Snippet: true, Rank: 100}}
	case command.RuleTimespan:
		return []Item{
			{Label: "1d", Kind: Value, Rank: 100},
			{Label: "7d", Kind: Value, Rank: 101},
			{Label: "30d", Kind: Value, Rank: 102},
			{Label: "365d", Kind: Value, Rank: 103},
		}
	case command.RuleDatetime:
		return []Item{{Label: "datetime(…)", Kind: Value, Insert: "datetime($0)", Snippet: true, Rank: 100}}
	case command.RuleDeclaration:
		return []Item{{Label: "(parameters) { body }", Kind: Snippet, Insert: "(${1}) {\n    $0\n}", Snippet: true, Rank: 100}}
	case command.RuleBody:
		return []Item{{Label: "{ query }", Kind: Snippet, Insert: "{\n    $0\n}", Snippet: true, Rank: 100}}
	}
	return nil
}
