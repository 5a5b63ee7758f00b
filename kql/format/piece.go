// Pieces: a statement's tokens with their comments, nested by brackets.

package format

import (
	"sort"
	"strings"
	"unicode/utf8"

	"calypso/kql/syntax"
)

// piece is a token, or a group when it is an opening bracket that is closed.
type piece struct {
	text   string
	start  int
	space  bool     // a space before it when it doesn't start a line
	before []string // comments on lines of their own before it; "" is an empty line after one
	behind string   // the comment after it on its line
	group  *group
	blank  bool // an empty line stood before it
	breaks bool // it began a line
}

// group is what stands between two brackets.
type group struct {
	items []piece
	close piece
	body  bool // statements
	rows  int  // a datatable's values in a row, 0 for others
	wide  bool // can't be on one line: a pipe, a comment, statements
}

// pieces cuts tokens first to last-1.
func pieces(tree *syntax.Tree, m *marks, o Options, first, last int) []piece {
	c := &cutter{tree: tree, marks: m, options: o, at: first, end: last}
	sort.Slice(m.atoms, func(i, j int) bool { return m.atoms[i].Start < m.atoms[j].Start })
	return c.list(first)
}

type cutter struct {
	tree    *syntax.Tree
	marks   *marks
	options Options
	at, end int
}

// list cuts up to the end or a closing bracket that no opening one in it belongs to.
func (c *cutter) list(first int) []piece {
	var items []piece
	for c.at < c.end {
		p := c.piece(first)
		if p.text == ")" || p.text == "]" || p.text == "}" {
			return items
		}
		c.at++
		if p.text == "(" || p.text == "[" || p.text == "{" {
			c.group(&p, first)
		}
		items = append(items, p)
	}
	return items
}

// group reads on to the closing bracket.
func (c *cutter) group(p *piece, first int) {
	g := &group{body: c.marks.body[p.start], rows: c.marks.rows[p.start]}
	g.items = c.list(first)
	if c.at < c.end {
		g.close = c.piece(first)
		c.at++
	}
	g.wide = g.isWide(c.options) || p.behind != ""
	p.group = g
}

// isWide tells whether the group needs several lines.
func (g *group) isWide(o Options) bool {
	if len(g.close.before) > 0 || pipesBreak(g.items, o) {
		return true
	}
	for i, p := range g.items {
		if p.behind != "" || len(p.before) > 0 || p.group != nil && p.group.wide {
			return true
		}
		if g.body && p.text == ";" && i < len(g.items)-1 {
			return true
		}
	}
	return g.rows > 1 && commas(g.items) >= g.rows
}

// pipesBreak tells whether a pipe of a pipeline begins a line, whatever its length.
func pipesBreak(items []piece, o Options) bool {
	n, broken := 0, false
	for _, p := range items {
		if p.text == "|" {
			n++
			broken = broken || p.breaks
		}
	}
	switch o.Pipes {
	case PipesSeveral:
		return n > 1
	case PipesKeep:
		return broken
	}
	return n > 0
}

func commas(items []piece) int {
	n := 0
	for _, p := range items {
		if p.text == "," {
			n++
		}
	}
	return n
}

// piece makes the piece of the token at hand.
func (c *cutter) piece(first int) piece {
	t := c.tree.Tokens[c.at]
	p := piece{text: t.Span().Of(c.tree.Text), start: t.Start}
	if c.at > first {
		p.space = c.spaced(c.tree.Tokens[c.at-1], t)
		p.before, p.blank = ownLines(c.trivia(c.at))
		p.breaks = strings.Contains(c.trivia(c.at), "\n")
	}
	if c.at+1 < c.end {
		p.behind = sameLine(c.trivia(c.at + 1))
	}
	return p
}

func (c *cutter) trivia(i int) string {
	return c.tree.Text[c.tree.Tokens[i-1].End:c.tree.Tokens[i].Start]
}

// sameLine gives the comment that stands on the line of the token before.
func sameLine(trivia string) string {
	line, _, _ := strings.Cut(trivia, "\n")
	return strings.TrimSpace(line)
}

// ownLines gives the comments on lines of their own, and whether an empty line stands first.
func ownLines(trivia string) (lines []string, blank bool) {
	_, rest, found := strings.Cut(trivia, "\n")
	if !found {
		return nil, false
	}
	parts := strings.Split(rest, "\n")
	for i, line := range parts {
		line = strings.TrimSpace(line)
		switch {
		case line != "":
			lines = append(lines, line)
		case i == len(parts)-1: // what stands before the token on its own line
		case len(lines) == 0:
			blank = true
		case lines[len(lines)-1] != "":
			lines = append(lines, "")
		}
	}
	return lines, blank
}

// spaced decides on the space between two tokens.
func (c *cutter) spaced(a, b syntax.Token) bool {
	if c.inAtom(a, b) || c.marks.tight[b.Start] || c.marks.tightTo[a.Start] {
		return false
	}
	left, right := a.Span().Of(c.tree.Text), b.Span().Of(c.tree.Text)
	switch {
	case c.marks.spaced[a.Start], c.marks.spaced[b.Start], c.marks.after[a.Start]:
		return true
	case right == "," || right == ";" || right == ")" || right == "]" || right == "." || left == "." || left == "(" || left == "[":
		return false
	case c.marks.body[a.Start], c.marks.body[b.Start]:
		return true
	case right == "}":
		return c.closesBody(b)
	case left == "{":
		return false
	case right == ":" || left == ":":
		return false
	}
	return true
}

// closesBody tells whether a "}" ends statements rather than a bag.
func (c *cutter) closesBody(b syntax.Token) bool {
	depth := 0
	for i := c.at - 1; i >= 0; i-- {
		switch c.tree.Tokens[i].Span().Of(c.tree.Text) {
		case "}":
			depth++
		case "{":
			if depth--; depth < 0 {
				return c.marks.body[c.tree.Tokens[i].Start]
			}
		}
	}
	return false
}

// longestAtom bounds the search backwards: no name or pattern is longer in practice, and a miss only costs a space.
const longestAtom = 4096

// inAtom tells whether two tokens belong to one name or pattern.
func (c *cutter) inAtom(a, b syntax.Token) bool {
	atoms := c.marks.atoms
	i := sort.Search(len(atoms), func(i int) bool { return atoms[i].Start > a.Start })
	for i--; i >= 0 && atoms[i].Start > a.Start-longestAtom; i-- {
		if atoms[i].End >= b.End {
			return true
		}
	}
	return false
}

// flat gives the width of pieces on one line; ok is false when they need several.
func flat(items []piece) (width int, ok bool) {
	for i, p := range items {
		if p.behind != "" && i < len(items)-1 || len(p.before) > 0 && i > 0 || strings.Contains(p.text, "\n") {
			return 0, false
		}
		if p.space && i > 0 {
			width++
		}
		width += utf8.RuneCountInString(p.text)
		if p.group == nil {
			continue
		}
		if p.group.wide {
			return 0, false
		}
		inner, ok := flat(p.group.items)
		if !ok {
			return 0, false
		}
		width += inner + utf8.RuneCountInString(p.group.close.text)
		if len(p.group.items) > 0 && p.group.items[0].space {
			width++
		}
		if p.group.close.space {
			width++
		}
	}
	return width, true
}
