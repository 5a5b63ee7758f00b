package main

// This file compares one query: what we say with what the oracle says.

import (
	"fmt"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// aspect is what two answers are compared in.
type aspect string

const (
	aspectSyntax  aspect = "syntax"  // whether the text is KQL at all
	aspectFalse   aspect = "false"   // an error of ours on a text that is right
	aspectMissed  aspect = "missed"  // no error of ours on a text that is wrong
	aspectColumns aspect = "columns" // the columns of the result
)

// difference is one aspect of one query in which we differ from a judge.
type difference struct {
	Schema string `json:"schema"` // "engine" where the real engine is the judge
	ID     string `json:"id"`
	Aspect aspect `json:"aspect"`
	Theirs string `json:"theirs"`
	Ours   string `json:"ours"`
	Text   string `json:"text,omitempty"` // of a varied text
}

func (d difference) String() string {
	return fmt.Sprintf("%s %s %s\n    theirs: %s\n    ours:   %s", d.Schema, d.ID, d.Aspect, d.Theirs, d.Ours)
}

// comparison is one query under one schema. run fills in what is below query and answer.
type comparison struct {
	schema string
	corpus string
	query  query
	answer *answer

	engine    bool // the real engine answered the same text: it is the judge of errors and columns, see engine.go
	skipped   bool // the library failed on it
	command   bool
	theirs    []finding // errors of the library
	ours      []diag.Diagnostic
	syntaxBad [2]bool // the text is refused: by the library, by us
	columns   [2]string
	judged    bool // columns were compared
	equal     bool // and are equal
	found     []difference
}

func (c *comparison) run(schema *symbol.Schema) {
	if c.answer.Error != "" {
		c.skipped = true
		return
	}
	tree := syntax.Parse(c.query.Query)
	bound := binder.Bind(tree, schema)
	c.command = c.answer.Kind == "Command"
	c.theirs, c.ours = errorsIn(c.answer.Diagnostics), ourErrors(bound.Diagnostics)
	ours := syntaxErrors(bound)
	c.syntaxBad = [2]bool{len(errorsIn(c.answer.Syntax)) > 0, len(ours) > 0}
	if c.syntaxBad[0] != c.syntaxBad[1] {
		c.differ(aspectSyntax, theirFirst(errorsIn(c.answer.Syntax)), ourFirst(ours))
	}
	switch {
	case c.engine:
	case len(c.theirs) == 0 && len(c.ours) > 0:
		c.differ(aspectFalse, "no error", ourFirst(c.ours))
	case len(c.theirs) > 0 && len(c.ours) == 0:
		c.differ(aspectMissed, theirFirst(c.theirs), "no error")
	case len(c.theirs) == 0:
		c.compareColumns(bound)
	}
}

// compareColumns compares the result where the library knows one. Where its list is open, which means that there may be more,
// ours has to have what is in it, in the same order.
func (c *comparison) compareColumns(bound *binder.Bound) {
	theirs := c.answer.columns()
	if theirs == "" || bound.Result == nil {
		return
	}
	c.judged = true
	c.columns = [2]string{theirs, ourColumns(bound.Result)}
	c.equal = c.columns[0] == c.columns[1] || c.answer.Result.Open && isWithin(c.columns[0], c.columns[1])
	if !c.equal {
		c.differ(aspectColumns, c.columns[0], c.columns[1])
	}
}

// isWithin tells whether the columns of an open list stand in another one in the same order.
func isWithin(open, list string) bool {
	have := strings.Split(list, ", ")
	for _, want := range strings.Split(open, ", ") {
		if want == "*" {
			continue
		}
		i := slices.Index(have, want)
		if i < 0 {
			return false
		}
		have = have[i+1:]
	}
	return true
}

func (c *comparison) differ(a aspect, theirs, ours string) {
	c.found = append(c.found, difference{Schema: c.schema, ID: c.query.ID, Aspect: a, Theirs: theirs, Ours: ours})
}

// places counts the errors of the library that we have at the same place, and of these those of the same code.
func (c *comparison) places() (placed, coded int) {
	ours := map[[2]int]string{}
	for _, d := range c.ours {
		ours[[2]int{d.Span.Start, d.Span.End}] = d.Official
	}
	for _, f := range c.theirs {
		official, ok := ours[[2]int{f.Start, f.End}]
		if ok {
			placed++
		}
		if ok && official == f.Code {
			coded++
		}
	}
	return placed, coded
}

// syntaxErrors gives what is wrong with the text whatever the names in it are: in its tree, in the command, and in the queries
// and commands inside that.
func syntaxErrors(b *binder.Bound) []diag.Diagnostic {
	list := ourErrors(b.Tree.Diagnostics)
	if b.Command == nil {
		return list
	}
	list = append(list, ourErrors(b.Command.Diagnostics)...)
	for _, e := range b.Embedded {
		list = append(list, syntaxErrors(e.Bound)...)
	}
	return list
}

func ourErrors(list []diag.Diagnostic) []diag.Diagnostic {
	var errors []diag.Diagnostic
	for _, d := range list {
		if d.Severity == diag.Error {
			errors = append(errors, d)
		}
	}
	return errors
}

func ourColumns(t *binder.Table) string {
	var list []string
	for _, c := range t.List {
		list = append(list, c.Name+":"+c.Type.String())
	}
	if t.Open {
		list = append(list, "*")
	}
	return strings.Join(list, ", ")
}

func theirFirst(list []finding) string {
	if len(list) == 0 {
		return "no error"
	}
	f := list[0]
	return fmt.Sprintf("%s %d-%d %s", f.Code, f.Start, f.End, f.Message)
}

func ourFirst(list []diag.Diagnostic) string {
	if len(list) == 0 {
		return "no error"
	}
	d := list[0]
	return fmt.Sprintf("%s %d-%d %s", d.Code, d.Span.Start, d.Span.End, d.Message)
}
