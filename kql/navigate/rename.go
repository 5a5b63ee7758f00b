package navigate

import (
	"errors"
	"fmt"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Prepare tells whether the name at an offset can be renamed: variables, functions, parameters and columns that the query makes and
// names. What belongs to the database or the language can't.
func Prepare(s *script.Script, offset int) (span text.Span, name string, err error) {
	if span, to, ok := created(s, offset); ok {
		return span, to.name(), nil
	}
	b, ix, n := blockAt(s, offset)
	if n == nil {
		return text.Span{}, "", errors.New("there is no name here that could be renamed")
	}
	if err := ix.renamable(n); err != nil {
		return text.Span{}, "", err
	}
	return b.Shift(n.Span()), n.Text, nil
}

func (ix *index) renamable(n *syntax.Name) error {
	switch ix.keys[n].(type) {
	case *binder.Variable:
		return nil
	case *symbol.Column:
		for _, other := range ix.same(ix.keys[n]) {
			if ix.decls[other] {
				return nil
			}
		}
		return fmt.Errorf("column %q isn't named in this query: it comes from a table, or its name was made automatically; name it with 'name = …' first", n.Text)
	}
	return fmt.Errorf("%q belongs to the database or the language; it can't be renamed here", n.Text)
}

// Rename gives the edits that rename the name at an offset, in order. A new name that would mean something else is refused.
func Rename(s *script.Script, offset int, name string) ([]text.Edit, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if _, to, ok := created(s, offset); ok {
		return renameEntity(s, to, name)
	}
	b, ix, n := blockAt(s, offset)
	if n == nil {
		return nil, errors.New("there is no name here that could be renamed")
	}
	if err := ix.renamable(n); err != nil {
		return nil, err
	}
	if name == n.Text {
		return nil, nil
	}
	if err := ix.free(n, name); err != nil {
		return nil, err
	}
	written := symbol.QuoteName(name)
	if b.Quoted() && written != name {
		return nil, errQuoted
	}
	var edits []text.Edit
	for _, other := range ix.same(ix.keys[n]) {
		edits = append(edits, text.Edit{Span: other.Span(), NewText: written})
	}
	broken := ""
	if b.Inner() || b.Bound.Command != nil {
		broken = breaksBelow(s, shift(b, edits)) // what the command creates may have lost a column
	} else {
		broken = breaks(b.Bound, edits)
	}
	if broken != "" {
		return nil, breaking(name, broken)
	}
	return shift(b, edits), nil
}

// CheckName tells by an error why a text can't be a name.
func CheckName(name string) error {
	if strings.TrimSpace(name) == "" || strings.ContainsAny(name, "\r\n") {
		return errors.New("a name can't be empty or span lines")
	}
	return nil
}

// breaks binds the block with the edits made and gives the first error that it didn't have, as where an automatic name follows
// the old one.
func breaks(b *binder.Bound, edits []text.Edit) string {
	file := text.NewFile(b.Tree.Text)
	after := binder.Bind(syntax.Parse(file.ApplyAll(edits).Text()), b.Schema)
	return newError(b.Diagnostics, after.Diagnostics)
}

// breaksBelow is breaks for a change that other blocks may see.
func breaksBelow(s *script.Script, edits []text.Edit) string {
	after := script.Analyze(text.NewFile(s.Text).ApplyAll(edits).Text(), s.Schemas, s)
	return newError(s.Diagnostics(), after.Diagnostics())
}

// shift gives the edits of a block as those of the document.
func shift(b *script.Block, edits []text.Edit) []text.Edit {
	list := make([]text.Edit, len(edits))
	for i, e := range edits {
		list[i] = text.Edit{Span: b.Shift(e.Span), NewText: e.NewText}
	}
	return list
}

func breaking(name, broken string) error {
	return fmt.Errorf("renaming to %q would break the query: %s", name, broken)
}

func clash(name string) error {
	return fmt.Errorf("%q already means something else in this query; choose another name", name)
}

// errQuoted says that a name would have to be escaped.
var errQuoted = errors.New("the name stands in a string, where it would have to be escaped; choose one of letters, digits and _")

// free tells whether a name means nothing yet where the renamed one is used.
func (ix *index) free(n *syntax.Name, name string) error {
	for _, other := range ix.names {
		if other.Text == name && ix.keys[other] != ix.keys[n] {
			if _, language := ix.keys[other].(builtin); !language {
				return clash(name)
			}
		}
	}
	if _, column := ix.keys[n].(*symbol.Column); !column {
		return nil
	}
	for _, t := range ix.bound.Out {
		if t == nil || !has(ix, t, ix.keys[n]) {
			continue
		}
		for _, c := range t.List {
			if c.Name == name {
				return clash(name)
			}
		}
	}
	return nil
}

// has tells whether a table has the column of a key.
func has(ix *index, t *binder.Table, key any) bool {
	for _, c := range t.List {
		if ix.join.root(c) == key {
			return true
		}
	}
	return false
}
