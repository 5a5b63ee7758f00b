package config

import (
	"slices"
	"strings"

	"calypso/kql/format"
)

// Format is how queries are laid out: the table [format], and the editor's settings format.…, by the same words. A zero field says
// nothing: then what is under it holds, at last the formatter's own.
//
//	[format]
//	indent = 2
//	pipes = "several"
type Format struct {
	Indent    int    `toml:"indent" json:"indent"` // spaces a level
	Width     int    `toml:"width" json:"width"`   // characters
	Pipes     string `toml:"pipes" json:"pipes"`
	Lists     string `toml:"lists" json:"lists"`
	Brackets  string `toml:"brackets" json:"brackets"`
	Braces    string `toml:"braces" json:"braces"`
	Semicolon string `toml:"semicolon" json:"semicolon"`
	Equals    string `toml:"equals" json:"equals"`
}

// The words of the layout, the formatter's own first.
var (
	FormatPipes  = []string{"always", "several", "keep"}
	FormatLists  = []string{"long", "several", "keep"}
	FormatPlaces = []string{"same line", "own line"}
	FormatEquals = []string{"spaced", "tight"}
)

const (
	maxIndent          = 16
	minWidth, maxWidth = 20, 1000
)

var formatKeys = []Key{
	{Path: "format.indent", Type: "integer", Default: "4", Editor: "format.indent", Text: "Spaces for each level."},
	{Path: "format.width", Type: "integer", Default: "100", Editor: "format.width", Text: "Characters from which on a line is broken where it can be."},
	{Path: "format.pipes", Type: "string", Default: "always", Values: FormatPipes, Editor: "format.pipes", Text: "When a pipe begins a line: always, when the query has several or doesn't fit, or where it does already."},
	{Path: "format.lists", Type: "string", Default: "long", Values: FormatLists, Editor: "format.lists", Text: "When the items of an operator have a line each: when they don't fit, when there are several, or when one begins a line already."},
	{Path: "format.brackets", Type: "string", Default: "same line", Values: FormatPlaces, Editor: "format.brackets", Text: "Where the opening bracket of a query in brackets stands."},
	{Path: "format.braces", Type: "string", Default: "same line", Values: FormatPlaces, Editor: "format.braces", Text: "Where the opening brace of a function's body stands."},
	{Path: "format.semicolon", Type: "string", Default: "same line", Values: FormatPlaces, Editor: "format.semicolon", Text: "Where the semicolon behind a statement of several lines stands."},
	{Path: "format.equals", Type: "string", Default: "spaced", Values: FormatEquals, Editor: "format.equals", Text: "Whether spaces stand around the equals sign that names a column."},
}

// Over lays a layout over one that is under it.
func (f Format) Over(under Format) Format {
	if f.Indent == 0 {
		f.Indent = under.Indent
	}
	if f.Width == 0 {
		f.Width = under.Width
	}
	for _, word := range []struct {
		to   *string
		from string
	}{
		{&f.Pipes, under.Pipes},
		{&f.Lists, under.Lists},
		{&f.Brackets, under.Brackets},
		{&f.Braces, under.Braces},
		{&f.Semicolon, under.Semicolon},
		{&f.Equals, under.Equals},
	} {
		if *word.to == "" {
			*word.to = word.from
		}
	}
	return f
}

// check tells which value can't be.
func (f Format) check() error {
	_, err := f.Options()
	return err
}

// Options gives the formatter's options.
func (f Format) Options() (format.Options, error) {
	if f.Indent < 0 || f.Indent > maxIndent {
		return format.Options{}, wrong("format.indent", "%d spaces can't be; choose 1 to %d", f.Indent, maxIndent)
	}
	if f.Width != 0 && (f.Width < minWidth || f.Width > maxWidth) {
		return format.Options{}, wrong("format.width", "%d characters can't be; choose %d to %d", f.Width, minWidth, maxWidth)
	}
	o := format.Options{Indent: f.Indent, Width: f.Width}
	for _, c := range []struct {
		name, word string
		words      []string
		take       func(int)
	}{
		{"pipes", f.Pipes, FormatPipes, func(i int) { o.Pipes = format.Pipes(i) }},
		{"lists", f.Lists, FormatLists, func(i int) { o.Lists = format.Lists(i) }},
		{"brackets", f.Brackets, FormatPlaces, func(i int) { o.OwnBrackets = i == 1 }},
		{"braces", f.Braces, FormatPlaces, func(i int) { o.OwnBraces = i == 1 }},
		{"semicolon", f.Semicolon, FormatPlaces, func(i int) { o.OwnSemicolon = i == 1 }},
		{"equals", f.Equals, FormatEquals, func(i int) { o.TightEquals = i == 1 }},
	} {
		if c.word == "" {
			continue
		}
		i := slices.Index(c.words, c.word)
		if i < 0 {
			return format.Options{}, wrong("format."+c.name, "%q can't be; choose %s", c.word, strings.Join(c.words, ", "))
		}
		c.take(i)
	}
	return o, nil
}
