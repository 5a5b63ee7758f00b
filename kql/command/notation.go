package command

// This file reads the notation of builtin/commands.txt into a tree of parts. The notation is ours and the table is part of the
// program, so that a mistake in it is a broken invariant: a test reads every row.

import (
	"fmt"
	"strings"
)

type partOp uint8

const (
	opWord partOp = iota // a word or punctuation
	opRule               // a name, a value, a body
	opSeq                // kids one after the other
	opAlt                // one of kids
	opOpt                // kids[0] or nothing
	opList               // kids[0] once or more, sep between
)

// part is a node of a command's syntax.
type part struct {
	op     partOp
	text   string // the word
	rule   Rule
	label  string
	sep    string // of a list; "" when nothing parts its items
	hidden bool   // works, but isn't offered
	key    bool   // names a property: what stands before = in with (…)
	kids   []*part
}

// properties is what %props stands for; the keys are put in.
const properties = "with ({%s=$value})"

// readSyntax reads one row.
func readSyntax(s string) (*part, error) {
	r := &syntaxReader{s: s}
	p := r.alternatives()
	if r.skip(); r.err == nil && r.i < len(r.s) {
		r.fail("surplus")
	}
	return p, r.err
}

type syntaxReader struct {
	s   string
	i   int
	err error
}

func (r *syntaxReader) fail(what string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s at %q", what, r.s[min(r.i, len(r.s)):])
	}
	r.i = len(r.s)
}

func (r *syntaxReader) skip() {
	for r.i < len(r.s) && r.s[r.i] == ' ' {
		r.i++
	}
}

func (r *syntaxReader) eat(c byte) bool {
	r.skip()
	if r.i < len(r.s) && r.s[r.i] == c {
		r.i++
		return true
	}
	return false
}

func (r *syntaxReader) need(c byte) {
	if !r.eat(c) {
		r.fail(string(c) + " expected")
	}
}

func (r *syntaxReader) alternatives() *part {
	p := &part{op: opAlt, kids: []*part{r.sequence()}}
	for r.eat('|') {
		p.kids = append(p.kids, r.sequence())
	}
	if len(p.kids) == 1 {
		return p.kids[0]
	}
	return p
}

func (r *syntaxReader) sequence() *part {
	p := &part{op: opSeq}
	for r.err == nil {
		e := r.element()
		if e == nil {
			break
		}
		if e.op == opSeq && !e.hidden {
			p.kids = append(p.kids, e.kids...)
		} else {
			p.kids = append(p.kids, e)
		}
	}
	markKeys(p.kids)
	if len(p.kids) == 1 {
		return p.kids[0]
	}
	return p
}

// markKeys finds with ( {key = …} ) in a sequence and marks the keys.
func markKeys(kids []*part) {
	for i := 2; i < len(kids); i++ {
		if kids[i-2].text != "with" || kids[i-1].text != "(" {
			continue
		}
		item := kids[i]
		for item.op == opOpt || item.op == opList {
			item = item.kids[0]
		}
		switch {
		case item.op == opSeq && len(item.kids) > 1 && item.kids[1].text == "=":
			markKey(item.kids[0])
		case i+1 < len(kids) && kids[i+1].text == "=":
			markKey(item)
		}
	}
}

func markKey(p *part) {
	p.key = true
	for _, k := range p.kids {
		markKey(k)
	}
}

func (r *syntaxReader) element() *part {
	hidden := r.eat('!')
	p := r.primary()
	if p != nil {
		p.hidden = p.hidden || hidden
	}
	return p
}

func (r *syntaxReader) primary() *part {
	r.skip()
	if r.i >= len(r.s) {
		return nil
	}
	if w := r.word(); w != "" {
		return &part{op: opWord, text: w}
	}
	switch c := r.s[r.i]; c {
	case '$':
		return r.ruleRef()
	case '%':
		return r.macro()
	case '<':
		r.i++
		p := r.alternatives()
		r.need('>')
		return p
	case '[':
		r.i++
		p := &part{op: opOpt, kids: []*part{r.alternatives()}}
		r.need(']')
		return p
	case '{':
		return r.list()
	}
	return nil
}

// word reads a word, a sign, or an escaped sign.
func (r *syntaxReader) word() string {
	rest := r.s[r.i:]
	for _, sign := range []string{"<|", "..", "(", ")", "=", ",", ":", ".", "*"} {
		if strings.HasPrefix(rest, sign) {
			r.i += len(sign)
			return sign
		}
	}
	if rest[0] == '\\' {
		end := 2
		for end < len(rest) && isWordByte(rest[end]) {
			end++
		}
		r.i += min(end, len(rest))
		return rest[1:min(end, len(rest))]
	}
	end := 0
	for end < len(rest) && (isWordByte(rest[end]) || rest[end] == '-') {
		end++
	}
	r.i += end
	return rest[:end]
}

func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

func (r *syntaxReader) ruleRef() *part {
	r.i++
	name := r.word()
	rule, ok := ruleNamed(name)
	if !ok {
		r.fail("unknown rule " + name)
	}
	p := &part{op: opRule, rule: rule}
	if r.i < len(r.s) && r.s[r.i] == '/' {
		r.i++
		p.label = r.word()
	}
	return p
}

// macro reads %props or %props<a|b>.
func (r *syntaxReader) macro() *part {
	r.i++
	if name := r.word(); name != "props" {
		r.fail("unknown macro " + name)
	}
	keys := "$name"
	if r.i < len(r.s) && r.s[r.i] == '<' {
		end := strings.IndexByte(r.s[r.i:], '>')
		if end < 0 {
			r.fail("> expected")
			return nil
		}
		keys = r.s[r.i:r.i+end] + "|$name>"
		r.i += end + 1
	}
	p, err := readSyntax(fmt.Sprintf(properties, keys))
	if err != nil {
		r.fail(err.Error())
	}
	return p
}

func (r *syntaxReader) list() *part {
	r.i++
	p := &part{op: opList, kids: []*part{r.alternatives()}, sep: ","}
	if r.eat(';') {
		r.skip()
		p.sep = ""
		if r.i < len(r.s) && r.s[r.i] != '}' {
			p.sep = r.word()
		}
	}
	r.need('}')
	return p
}
