// Package command reads the inside of management commands: which command it is, what its words, names, values, properties,
// bodies and queries are, and what could stand at a place. It walks the table of commands in package builtin and is no second
// parser of queries: a query in a command is handed on as a text (Embedded) whose offsets are the block's own.
//
// It never fails: what doesn't fit is a diagnostic, and Parts holds what did. Start at Parse; Next serves completion.
package command

import (
	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Kind tells what a part of a command is.
type Kind uint8

// The kinds of part.
const (
	Word     Kind = iota + 1 // a word of the command
	Sign                     // = ( ) , : . <|
	Name                     // a name; Rule tells of what
	Property                 // a property's name in with (…)
	Value                    // a literal
	Type                     // a column type
	Code                     // a function, a body, a query, a script; Rule tells which
	Data                     // data to ingest
)

// Part is a piece of a command that was understood.
type Part struct {
	Kind  Kind
	Rule  Rule
	Label string // what a value or name is for: Path, NewTableName; "" where its rule says so
	Span  text.Span
	Word  string  // of a Word, a Sign, a Property: its text
	Names []Ident // of a Name: one, or several with dots between
}

// Ident is a name as it stands in a command.
type Ident struct {
	Text   string // without brackets and quotes
	Span   text.Span
	Filled bool // a placeholder that the client fills in, or a pattern: not to be looked up
}

// Command is one management command, read.
type Command struct {
	Span text.Span // from the dot to the end of what belongs to the command itself
	// Row is which command it is; nil for one that nobody knows or that isn't complete.
	Row   *builtin.Command
	Parts []Part // in order
	// Diagnostics has what is wrong in the command itself; what is wrong in its queries and in commands inside it isn't here.
	Diagnostics []diag.Diagnostic
}

// Reads tells whether the command surely changes nothing. A command that nobody knows counts as writing.
func (c *Command) Reads() bool {
	return c != nil && c.Row != nil && c.Row.Reads
}

// Has tells whether a word is among the command's: ifexists, async.
func (c *Command) Has(word string) bool {
	for i := range c.Parts {
		if c.Parts[i].Kind == Word && c.Parts[i].Word == word {
			return true
		}
	}
	return false
}

// Property gives the text of a property's value in with (…), as it is written.
func (c *Command) Property(name, src string) (string, bool) {
	for i := range c.Parts {
		if c.Parts[i].Kind == Property && c.Parts[i].Word == name && i+2 < len(c.Parts) && c.Parts[i+1].Word == "=" {
			return c.Parts[i+2].Span.Of(src), true
		}
	}
	return "", false
}

// At gives the part at an offset, nil for none. A border belongs to the part that begins there.
func (c *Command) At(offset int) *Part {
	for i := range c.Parts {
		p := &c.Parts[i]
		last := i+1 == len(c.Parts) || c.Parts[i+1].Span.Start > p.Span.End
		if p.Span.Start <= offset && (offset < p.Span.End || offset == p.Span.End && last) {
			return p
		}
	}
	return nil
}

// Parse reads the command of a tree; nil when the tree is no command.
func Parse(tree *syntax.Tree) *Command {
	if tree.Command == nil {
		return nil
	}
	dot := tokenAt(tree.Tokens, tree.Command.From)
	return parse(tree.Text, tree.Tokens[dot:])
}

// tokenAt gives the index of the token that starts at an offset.
func tokenAt(toks []syntax.Token, offset int) int {
	lo, hi := 0, len(toks)-1
	for lo < hi {
		if mid := (lo + hi) / 2; toks[mid].Start < offset {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
