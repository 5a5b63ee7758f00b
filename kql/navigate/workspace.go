package navigate

// This file follows a table or stored function beyond one document. What a name means there is a matter of the name and of where the
// text runs: each document has symbols of its own for what others create.

import (
	"calypso/kql/binder"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
)

// IsEntity tells whether a target is a table or function as a whole, and neither a column nor a variable.
func (to Target) IsEntity() bool { return to.isEntity() }

// Name is that of the target's table or function.
func (to Target) Name() string { return to.name() }

// Here tells whether an unqualified name, or one of that cluster and database, under a #connect directive's argument means an entity
// of the place that is looked for.
type Here func(connect, cluster, database string) bool

// NamedReferences lists all places of a script where a table or stored function of the target's name and kind stands that lies here;
// commands that create it write it.
func NamedReferences(s *script.Script, to Target, here Here) []Reference {
	return entityReferences(s, func(b *script.Block, sym binder.Symbol) bool {
		return to.sameName(sym.Table, sym.Func) && here(b.Connect, sym.Cluster, sym.Database)
	}, func(c script.Created) bool {
		return to.sameName(c.Table, c.Function) && here(connectAt(s, c.Span.Start), "", "")
	})
}

// EntityEdits renames a table or function at its references in one of the documents that have some. A name that means something there
// already is refused.
func EntityEdits(s *script.Script, references []Reference, name string) ([]text.Edit, error) {
	written := symbol.QuoteName(name)
	var edits []text.Edit
	for _, r := range references {
		if b, _ := s.Innermost(r.Span.Start); b.Quoted() && written != name {
			return nil, errQuoted
		}
		edits = append(edits, text.Edit{Span: r.Span, NewText: written})
	}
	if taken(s, name) {
		return nil, clash(name)
	}
	return edits, nil
}

// Broken tells by an error that a document after a rename has one that it didn't have before.
func Broken(was, is *script.Script, name string) error {
	if broken := newError(was.Diagnostics(), is.Diagnostics()); broken != "" {
		return breaking(name, broken)
	}
	return nil
}
