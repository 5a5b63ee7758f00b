package command

// This file writes a command's syntax for people.

import (
	"strings"

	"calypso/kql/builtin"
)

// Syntax writes what may be written for a command, with its dot: .show tables [( <table>, … )] [details]. Words that aren't
// offered are left out.
func Syntax(row *builtin.Command) string {
	p, err := readSyntax(row.Syntax)
	if err != nil {
		return "." + row.Syntax
	}
	var b strings.Builder
	b.WriteByte('.')
	b.WriteString(p.describe())
	return b.String()
}

func (p *part) describe() string {
	switch p.op {
	case opWord:
		return p.text
	case opRule:
		return Expect{Rule: p.rule, Label: p.label}.String()
	case opOpt:
		return "[" + p.kids[0].alternatives() + "]"
	case opAlt:
		s := p.alternatives()
		if strings.Contains(s, " | ") {
			s = "(" + s + ")"
		}
		return s
	case opList:
		switch p.sep {
		case ",":
			return p.kids[0].describe() + ", …"
		case "":
			return p.kids[0].describe() + " …"
		}
		return p.kids[0].describe() + " " + p.sep + " …"
	}
	var b strings.Builder
	tight := true
	for _, k := range p.kids {
		s := k.describe()
		if s == "" {
			continue
		}
		if !tight && !strings.Contains(")=,.:", s[:1]) {
			b.WriteByte(' ')
		}
		b.WriteString(s)
		tight = s == "(" || s == "=" || s == "."
	}
	return b.String()
}

// alternatives writes a part where brackets stand around it already.
func (p *part) alternatives() string {
	if p.op != opAlt {
		return p.describe()
	}
	var kids []string
	for _, k := range p.kids {
		if !k.hidden {
			kids = append(kids, k.describe())
		}
	}
	return strings.Join(kids, " | ")
}
