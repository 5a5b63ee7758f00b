package navigate

// This file follows tables and stored functions: from the queries and commands that name them to the command of the document that
// creates them, where there is one.

import (
	"slices"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
)

// entityAt finds the table or function that a name of a command at an offset stands for, and the name's span in the document. Names
// in queries are the index's matter.
func entityAt(s *script.Script, b *script.Block, at int) (text.Span, Target, bool) {
	for _, e := range b.Bound.Entities {
		if e.Span.Touches(at) && (e.Symbol.Table != nil || e.Symbol.Func != nil) {
			return b.Shift(e.Span), targetOf(s, b, e.Symbol), true
		}
	}
	for _, c := range s.Created {
		if c.Span.Touches(at + b.Start) {
			return c.Span, Target{Span: c.Span, Created: true, Table: c.Table, Function: c.Function, Connect: b.Connect}, true
		}
	}
	return text.Span{}, Target{}, false
}

// targetOf leads to an entity: to the command that creates it, or to what the database has.
func targetOf(s *script.Script, b *script.Block, sym binder.Symbol) Target {
	to := Target{Table: sym.Table, Function: sym.Func, Connect: b.Connect, Cluster: sym.Cluster, Database: sym.Database}
	if to.Table != nil {
		to.Function = nil
	}
	to.Span, to.Created = s.Creation(to.Table, to.Function)
	return to
}

// isEntity tells whether a target is a table or function as a whole.
func (to Target) isEntity() bool { return to.Column == "" && (to.Table != nil || to.Function != nil) }

// is tells whether a symbol in a block is the entity. Below a command that creates or alters it, the document has a symbol of its own
// for it, so the name decides there.
func (to Target) is(s *script.Script, b *script.Block, sym binder.Symbol) bool {
	if to.Table != nil && sym.Table == to.Table || to.Function != nil && sym.Func == to.Function {
		return true
	}
	if b.Connect != to.Connect || sym.Cluster != to.Cluster || sym.Database != to.Database {
		return false
	}
	return to.sameName(sym.Table, sym.Func) && slices.ContainsFunc(s.Created, func(c script.Created) bool {
		return to.sameName(c.Table, c.Function)
	})
}

func (to Target) sameName(t *symbol.TableSymbol, f *symbol.Function) bool {
	if to.Table != nil {
		return t != nil && t.Name == to.Table.Name && t.Kind == to.Table.Kind
	}
	return to.Function != nil && f != nil && f.Name == to.Function.Name
}

// EntityReferences lists all places of a script where a table or stored function stands, in queries and in commands; the commands
// that create it write it.
func EntityReferences(s *script.Script, to Target) []Reference {
	return entityReferences(s, func(b *script.Block, sym binder.Symbol) bool { return to.is(s, b, sym) }, func(c script.Created) bool {
		return to.sameName(c.Table, c.Function) && connectAt(s, c.Span.Start) == to.Connect && to.Cluster == "" && to.Database == ""
	})
}

// entityReferences lists the names that mean the entity, and the commands that create it, in the order of the text.
func entityReferences(s *script.Script, is func(*script.Block, binder.Symbol) bool, creates func(script.Created) bool) []Reference {
	var all []Reference
	for b := range s.All() {
		for n, sym := range b.Bound.Refs {
			if !n.Missing && is(b, sym) {
				all = append(all, Reference{Span: b.Shift(n.Span())})
			}
		}
		for _, e := range b.Bound.Entities {
			if is(b, e.Symbol) {
				all = append(all, Reference{Span: b.Shift(e.Span)})
			}
		}
	}
	for _, c := range s.Created {
		if creates(c) {
			all = append(all, Reference{Span: c.Span, Write: true})
		}
	}
	// A name that "alter table" both looks up and changes is there twice: as what it writes.
	slices.SortFunc(all, func(a, b Reference) int {
		if a.Span.Start != b.Span.Start || a.Write == b.Write {
			return a.Span.Start - b.Span.Start
		}
		if a.Write {
			return -1
		}
		return 1
	})
	return slices.CompactFunc(all, func(a, b Reference) bool { return a.Span == b.Span })
}

func connectAt(s *script.Script, offset int) string {
	b, _ := s.At(offset)
	return b.Connect
}

// renameEntity renames a function or table that the document itself creates, in all of its blocks.
func renameEntity(s *script.Script, to Target, name string) ([]text.Edit, error) {
	if name == to.name() {
		return nil, nil
	}
	edits, err := EntityEdits(s, EntityReferences(s, to), name)
	if err != nil {
		return nil, err
	}
	if broken := breaksBelow(s, edits); broken != "" {
		return nil, breaking(name, broken)
	}
	return edits, nil
}

// taken tells whether a table or function of that name is known anywhere in the document.
func taken(s *script.Script, name string) bool {
	for _, b := range s.Blocks {
		if b.Bound.Schema.Table(name) != nil || b.Bound.Schema.Function(name) != nil {
			return true
		}
	}
	return false
}

// newError gives the first error that wasn't there before a change.
func newError(was, is []diag.Diagnostic) string {
	before := make(map[string]int)
	for _, d := range was {
		before[d.Message]++
	}
	for _, d := range is {
		if before[d.Message]--; d.Severity == diag.Error && before[d.Message] < 0 {
			return d.Message
		}
	}
	return ""
}

// created finds the entity at an offset that a command of the document makes.
func created(s *script.Script, offset int) (text.Span, Target, bool) {
	span, to, ok := Definition(s, offset)
	return span, to, ok && to.Created && to.isEntity()
}

func (to Target) name() string {
	if to.Table != nil {
		return to.Table.Name
	}
	return to.Function.Name
}
