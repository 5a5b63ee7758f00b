package command

// This file cuts out the queries and commands that stand inside a command, as texts that the query parser and the binder read on
// their own. Their offsets are the block's minus Start, so what is found in them is found in the block.

import (
	"strings"

	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Embedded is a text of its own inside a command.
type Embedded struct {
	Span  text.Span // what it is in the block
	Start int       // what to add to an offset in Text
	Text  string
	// Policy tells that it is a query in a policy's JSON: one that isn't enabled may name what isn't there.
	Policy bool
}

// functionHead makes a let statement of a function's parameters and body; names that start with _ may be unused.
const functionHead = "let _="

// Embedded gives the bodies, queries, commands of scripts, and queries inside policies. What tree has parsed itself, the query
// behind the first "<|", is left out.
func (c *Command) Embedded(tree *syntax.Tree) []Embedded {
	var all []Embedded
	own := -1
	if len(tree.Statements) > 0 {
		own = tree.Statements[0].Span().Start
	}
	for i := range c.Parts {
		p := &c.Parts[i]
		switch {
		case p.Rule == RuleDeclaration:
			all = append(all, function(tree.Text, p.Span))
		case p.Rule == RuleBody:
			all = append(all, inner(tree.Text, p.Span))
		case p.Rule == RuleQuery && p.Span.Start != own && tree.Text[p.Span.Start] != '[': // [Predicate], to be filled in
			all = append(all, Embedded{Span: p.Span, Start: p.Span.Start, Text: p.Span.Of(tree.Text)})
		case p.Rule == RuleScript:
			all = append(all, scriptCommands(tree, p.Span)...)
		case p.Rule == RuleString && p.Label == "UpdatePolicy":
			all = append(all, policyQueries(decode(tree, p.Span), p.Span)...)
		case p.Rule == RuleString && p.Label == "Query":
			d := decode(tree, p.Span)
			all = append(all, d.embedded(0, len(d.bytes), p.Span))
		}
	}
	return all
}

func function(src string, span text.Span) Embedded {
	head := functionHead
	if src[span.Start] == '{' {
		head += "()"
	}
	return Embedded{Span: span, Start: span.Start - len(head), Text: head + span.Of(src)}
}

// inner is what stands in the braces; the closing one may be missing.
func inner(src string, span text.Span) Embedded {
	span.Start++
	if span.End > span.Start && src[span.End-1] == '}' {
		span.End--
	}
	return Embedded{Span: span, Start: span.Start, Text: span.Of(src)}
}

// scriptCommands cuts a script at each line that starts with a dot and a word.
func scriptCommands(tree *syntax.Tree, span text.Span) []Embedded {
	var all []Embedded
	start := span.Start
	cut := func(end int) {
		all = append(all, Embedded{Span: text.Span{Start: start, End: end}, Start: start, Text: tree.Text[start:end]})
		start = end
	}
	toks := tree.Tokens
	for i := tokenAt(toks, span.Start) + 1; i+1 < len(toks) && toks[i].Start < span.End; i++ {
		if tree.Text[toks[i].Start] == '.' && toks[i+1].Kind == syntax.TokName && toks[i+1].Start == toks[i].End &&
			strings.Contains(tree.Text[toks[i-1].End:toks[i].Start], "\n") {
			cut(toks[i].Start)
		}
	}
	cut(span.End)
	return all
}

// decoded is the text of a string literal, or of what a string in it holds, and where each byte comes from.
type decoded struct {
	bytes []byte
	from  []int // offset in the block of each byte
}

func (d *decoded) add(from int, s string) {
	for i := range len(s) {
		d.bytes = append(d.bytes, s[i])
		d.from = append(d.from, from+i)
	}
}

// embedded puts a piece of the decoded text where its letters stand in the block, with blanks for what escapes take beyond that.
func (d *decoded) embedded(start, end int, span text.Span) Embedded {
	out := []byte(strings.Repeat(" ", span.Len()))
	for i := start; i < end; i++ {
		out[d.from[i]-span.Start] = d.bytes[i]
	}
	e := Embedded{Span: span, Start: span.Start, Text: string(out)}
	if start < end {
		e.Span = text.Span{Start: d.from[start], End: d.from[end-1] + 1}
	}
	return e
}

// decode reads the literals of a part, one or several side by side.
func decode(tree *syntax.Tree, span text.Span) *decoded {
	d := &decoded{}
	for i := tokenAt(tree.Tokens, span.Start); i < len(tree.Tokens) && tree.Tokens[i].End <= span.End; i++ {
		d.literal(tree.Text, tree.Tokens[i])
		if tree.Tokens[i].End == span.End {
			break
		}
	}
	return d
}

// literal reads 'x', "x", @'x', ```x``` and their like.
func (d *decoded) literal(src string, t syntax.Token) {
	at, end := t.Start, t.End
	for at < end && (src[at] == 'h' || src[at] == 'H') {
		at++
	}
	verbatim := at < end && src[at] == '@'
	if verbatim {
		at++
	}
	if at+6 <= end && (src[at:at+3] == "```" || src[at:at+3] == "~~~") {
		d.add(at+3, src[at+3:end-3])
		return
	}
	if at+2 > end {
		return
	}
	quote := src[at]
	for at++; at < end-1; {
		switch {
		case verbatim && src[at] == quote:
			d.add(at, src[at:at+1])
			at += 2
		case !verbatim && src[at] == '\\':
			at += d.escape(src, at, end-1)
		default:
			d.add(at, src[at:at+1])
			at++
		}
	}
}

// escape reads a backslash and what belongs to it, and gives their length.
func (d *decoded) escape(src string, at, end int) int {
	if at+1 >= end {
		return 1
	}
	c := src[at+1]
	switch c {
	case 'n', 'r':
		d.add(at, "\n") // ends a comment
		return 2
	case 't', 'b', 'f', 'v', 'a', '0':
		d.add(at, " ")
		return 2
	case 'u', 'x', 'U':
		n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
		d.add(at, "?")
		return min(2+n, end-at)
	}
	d.add(at, string(c))
	return 2
}

// policyQueries finds the strings under "Query" in a policy's JSON.
func policyQueries(d *decoded, span text.Span) []Embedded {
	var all []Embedded
	s := string(d.bytes)
	for i := 0; i < len(s); {
		if s[i] != '"' {
			i++
			continue
		}
		end := jsonStringEnd(s, i)
		key := s[i+1 : end]
		i = min(end+1, len(s))
		rest := strings.TrimLeft(s[i:], " \t\r\n")
		if !strings.EqualFold(key, "Query") || !strings.HasPrefix(rest, ":") {
			continue
		}
		value := strings.TrimLeft(rest[1:], " \t\r\n")
		i = len(s) - len(value)
		if strings.HasPrefix(value, `"`) {
			end := jsonStringEnd(s, i)
			e := d.jsonString(i+1, end, span)
			e.Policy = true
			all = append(all, e)
			i = min(end+1, len(s))
		}
	}
	return all
}

// jsonStringEnd gives the offset of the closing quote of the string at i, or the text's end.
func jsonStringEnd(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(s)
}

// jsonString decodes a piece of the text once more.
func (d *decoded) jsonString(start, end int, span text.Span) Embedded {
	inner := &decoded{}
	s := string(d.bytes)
	for at := start; at < end; {
		was := len(inner.bytes)
		n := 1
		if s[at] == '\\' {
			n = inner.escape(s, at, end)
		} else {
			inner.add(at, s[at:at+1])
		}
		for i := was; i < len(inner.from); i++ {
			inner.from[i] = d.from[inner.from[i]]
		}
		at += n
	}
	return inner.embedded(0, len(inner.bytes), span)
}
