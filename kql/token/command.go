package token

import (
	"calypso/kql/binder"
	"calypso/kql/command"
)

// This file adds the names of management commands: entities, properties, types, and what the queries inside them hold.

// commandTypes adds the types of a command's names to those that the tree gives.
func commandTypes(b *binder.Bound, types map[int]Token) {
	if b.Command == nil {
		return
	}
	for i := range b.Command.Parts {
		p := &b.Command.Parts[i]
		switch p.Kind {
		case command.Name:
			for _, n := range p.Names {
				types[n.Span.Start] = Token{Span: n.Span, Type: ruleType(p.Rule)}
			}
		case command.Property:
			types[p.Span.Start] = Token{Span: p.Span, Type: Option}
		case command.Type:
			types[p.Span.Start] = Token{Span: p.Span, Type: TypeName}
		case command.Word:
			types[p.Span.Start] = Token{Span: p.Span, Type: Keyword}
		}
	}
	for _, e := range b.Entities {
		typ, mods := symbolType(e.Symbol)
		types[e.Span.Start] = Token{Span: e.Span, Type: typ, Mods: mods}
	}
	for _, e := range b.Embedded {
		for at, t := range nameTypes(e.Bound) {
			at += e.Start
			t.Span.Start, t.Span.End = t.Span.Start+e.Start, t.Span.End+e.Start
			if at >= e.Span.Start && t.Span.End <= e.Span.End {
				types[at] = t
			}
		}
	}
}

// ruleType gives the type of a name that the schema doesn't know.
func ruleType(r command.Rule) Type {
	switch r {
	case command.RuleFunction, command.RuleDBFunction:
		return Function
	case command.RuleColumn, command.RuleTableColumn, command.RuleDBColumn:
		return Column
	case command.RuleDatabase, command.RuleCluster:
		return Namespace
	case command.RuleTable, command.RuleDBTable, command.RuleExternal, command.RuleDBExternal, command.RuleView, command.RuleDBView,
		command.RuleGraph, command.RuleSnapshot:
		return Table
	}
	return Variable
}
