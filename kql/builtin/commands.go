package builtin

// This file gives the management commands of the engine: what may be written, what comes back, whether it only reads. The rows
// are texts until somebody asks for them; commands.txt explains their notation, package command reads it.

import (
	_ "embed"
	"strings"
	"sync"

	"calypso/kql/symbol"
)

//go:embed commands.txt
var commandText string

//go:embed commands_more.txt
var moreCommandText string

// Command is a management command. Several rows may share a name: ways to write the same.
type Command struct {
	Name   string // in CamelCase: ShowTables
	Syntax string // in the notation of commands.txt, without the leading dot
	// Reads tells that the command changes nothing, in the database or elsewhere.
	Reads bool
	// Beyond tells that the language library rejects the command, which the engine's documentation shows.
	Beyond bool
	result string // the columns' line, or ""
}

// Columns gives the columns of what the command shows; Open and empty where nobody knows them.
func (c *Command) Columns() symbol.Columns {
	if c == nil || c.result == "" {
		return symbol.Columns{Open: true}
	}
	var list []*symbol.Column
	for _, field := range strings.Fields(c.result) {
		name, typ, typed := strings.Cut(field, ":")
		column := &symbol.Column{Name: name, Type: symbol.String}
		if typed {
			column.Type, _ = symbol.ParseType(typ)
		}
		list = append(list, column)
	}
	return symbol.Columns{List: list}
}

// commandTable is what the two texts hold; made at first use, never written again.
type commandTable struct {
	rows    []Command
	byWord  map[string][]int // rows by the first word they may start with
	byName  map[string]int   // the first row of each name
	starts  []string         // the first words, in the order of the table
	results map[string]string
}

var commands = sync.OnceValue(func() *commandTable {
	t := &commandTable{byWord: map[string][]int{}, byName: map[string]int{}, results: map[string]string{}}
	t.read(commandText, false)
	t.read(moreCommandText, true)
	return t
})

func (t *commandTable) read(text string, beyond bool) {
	for line := range strings.Lines(text) {
		kind, rest, _ := strings.Cut(strings.TrimRight(line, "\n"), " ")
		switch kind {
		case "=":
			name, columns, _ := strings.Cut(rest, " ")
			t.results[name] = columns
		case "r", "w":
			name, rest, _ := strings.Cut(rest, " ")
			result, syntax, _ := strings.Cut(rest, " ")
			t.add(Command{Name: name, Syntax: syntax, Reads: kind == "r", Beyond: beyond, result: t.results[result]})
		}
	}
}

func (t *commandTable) add(c Command) {
	i := len(t.rows)
	t.rows = append(t.rows, c)
	if _, ok := t.byName[c.Name]; !ok {
		t.byName[c.Name] = i
	}
	first, _, _ := strings.Cut(c.Syntax, " ")
	for _, word := range strings.Split(strings.Trim(first, "<>"), "|") {
		word = strings.TrimPrefix(word, "!")
		if t.byWord[word] == nil {
			t.starts = append(t.starts, word)
		}
		t.byWord[word] = append(t.byWord[word], i)
	}
}

// Commands gives all commands in the order of the table. The caller doesn't change them.
func Commands() []Command { return commands().rows }

// FindCommand finds a command by name, nil when there is none.
func FindCommand(name string) *Command {
	t := commands()
	if i, ok := t.byName[name]; ok {
		return &t.rows[i]
	}
	return nil
}

// CommandWords gives the words that a command may start with: show, create, set-or-append.
func CommandWords() []string { return commands().starts }

// CommandsFrom gives the commands that may start with a word.
func CommandsFrom(word string) []*Command {
	t := commands()
	rows := make([]*Command, len(t.byWord[word]))
	for i, at := range t.byWord[word] {
		rows[i] = &t.rows[at]
	}
	return rows
}
