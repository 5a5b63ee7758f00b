package lint

// Rules for expressions that have a faster twin.

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// hasFor is the operator on whole terms for each that looks inside words.
var hasFor = map[string]string{
	"contains": "has", "contains_cs": "has_cs", "!contains": "!has", "!contains_cs": "!has_cs",
	"notcontains": "!has", "notcontains_cs": "!has_cs",
}

// containsForHas speaks only where has could do: in a filter, for a text whose words are long enough for the index.
func containsForHas(p *pass, n syntax.Node) {
	x := n.(*syntax.Binary)
	to := hasFor[x.Op]
	if to == "" || !p.inFilter(x) || p.wide(x.X) {
		return
	}
	if s, ok := p.constant(x.Y); ok && (longestTerm(s) < 4 || isIPv4(s)) {
		return
	}
	p.say(x.OpAt, x.Op, to)
}

// wide tells that an operand isn't one text column: a dynamic value is searched as a whole, for which has is no twin.
func (p *pass) wide(x syntax.Expr) bool {
	t := p.typ(x)
	return t != symbol.String && t != symbol.Unknown
}

// longestTerm gives the length of the longest run of letters and digits, in characters.
func longestTerm(s string) int {
	longest, run := 0, 0
	for _, r := range s {
		if r >= utf8.RuneSelf || unicode.IsLetter(r) || unicode.IsDigit(r) {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// shortTerm is silent where another part of the text is in the index, and where another condition finds the rows.
func shortTerm(p *pass, n syntax.Node) {
	if !p.inFilter(n) || p.narrowed(n) {
		return
	}
	check := func(x syntax.Expr) {
		if s, ok := p.constant(x); ok && s != "" && longestTerm(s) < 3 && longestTerm(s) > 0 {
			p.say(x.Span(), s)
		}
	}
	switch x := n.(type) {
	case *syntax.Binary:
		if x.Op == "has" || x.Op == "has_cs" {
			check(x.Y)
		}
	case *syntax.In:
		if x.Op == "has_any" {
			for _, item := range x.List {
				check(item)
			}
		}
	}
}

// narrowed tells whether rows must also meet a condition that the index serves, in the same filter or one before.
func (p *pass) narrowed(n syntax.Node) bool {
	at := n
	var op *syntax.WhereOp
	for op == nil && at != nil {
		at = p.parents[at]
		op, _ = at.(*syntax.WhereOp)
	}
	if op == nil {
		return false
	}
	list := []syntax.Operator{op}
	if parent, i := p.placeOf(op); parent != nil {
		list = parent.Ops[:i+1]
	}
	for _, other := range list {
		where, ok := other.(*syntax.WhereOp)
		if !ok {
			continue
		}
		for _, cond := range parts(where.Cond, "and") {
			if !overlap(cond.Span(), n.Span()) && p.indexed(cond) {
				return true
			}
		}
	}
	return false
}

// indexed tells whether the index on terms can find the rows that meet a condition.
func (p *pass) indexed(cond syntax.Expr) bool {
	switch x := cond.(type) {
	case *syntax.Binary:
		switch x.Op {
		case "==", "=~":
			return true
		case "has", "has_cs", "hasprefix", "hasprefix_cs", "startswith", "startswith_cs":
			s, ok := p.constant(x.Y)
			return !ok || longestTerm(s) >= 3
		}
	case *syntax.In:
		return x.Op == "in" || x.Op == "in~" || x.Op == "has_all"
	}
	return false
}

func formatInFilter(p *pass, n syntax.Node) {
	c := p.call(n, "format_datetime")
	if c == nil || len(c.Args) == 0 || len(p.columns(c.Args[0])) == 0 || !p.inFilter(c) {
		return
	}
	p.say(c.Span())
}

func viewWithoutCall(p *pass) {
	for _, ref := range p.tables {
		if t := p.bound.Refs[ref.Name].Table; t.Kind == symbol.MaterializedView {
			p.say(ref.Span(), t.Name)
		}
	}
}

func legacyPartition(p *pass, n syntax.Node) {
	op := n.(*syntax.PartitionOp)
	if keyword(op) == "partition" && op.Param("hint.strategy") == nil {
		p.say(op.Keyword.Span())
	}
}

func addressAsText(p *pass, n syntax.Node) {
	say := func(at text.Span, x syntax.Expr, twin string) bool {
		s, ok := p.constant(x)
		if ok && isIPv4(s) {
			p.say(at, s, twin)
		}
		return ok && isIPv4(s)
	}
	switch x := n.(type) {
	case *syntax.Binary:
		if x.Op == "has" || x.Op == "has_cs" || x.Op == "contains" || x.Op == "contains_cs" {
			say(x.OpAt, x.Y, "has_ipv4")
		}
	case *syntax.In:
		if x.Op != "has_any" {
			return
		}
		for _, item := range x.List {
			if say(x.OpAt, item, "has_any_ipv4") {
				return
			}
		}
	}
}

// isIPv4 tells whether a text is four numbers up to 255 with dots between.
func isIPv4(s string) bool {
	numbers := strings.Split(s, ".")
	if len(numbers) != 4 {
		return false
	}
	for _, part := range numbers {
		if len(part) == 0 || len(part) > 3 || strings.Trim(part, "0123456789") != "" || len(part) == 3 && part > "255" {
			return false
		}
	}
	return true
}

// twins are the estimates of exact aggregates.
var twins = map[string]string{"count_distinct": "dcount", "count_distinctif": "dcountif"}

func fasterTwin(p *pass, n syntax.Node) {
	c := n.(*syntax.Call)
	if p.bound.Refs[c.Fun].Kind != binder.SymAggregate {
		return
	}
	if f := builtin.FindAggregate(c.Fun.Text); f != nil && f.Flags.Has(builtin.HasOptimized) && twins[f.Name] != "" {
		p.say(c.Fun.Span(), f.Name, twins[f.Name])
	}
}

// unfolded is what compares without regard to case for each operator that regards it.
var unfolded = map[string]string{"==": "=~", "!=": "!~", "in": "in~", "!in": "!in~"}

// caseFoldedCompare wants a text on the other side that is all in that case; neverTrue speaks about others.
func caseFoldedCompare(p *pass, n syntax.Node) {
	var x syntax.Expr
	var op string
	var texts []syntax.Expr
	switch n := n.(type) {
	case *syntax.Binary:
		x, op, texts = n.X, n.Op, []syntax.Expr{n.Y}
	case *syntax.In:
		x, op, texts = n.X, n.Op, n.List
	}
	c := p.call(x, "tolower", "toupper")
	if c == nil || len(c.Args) != 1 || unfolded[op] == "" || len(p.columns(c)) == 0 {
		return
	}
	change := strings.ToLower
	if c.Fun.Text == "toupper" {
		change = strings.ToUpper
	}
	for _, item := range texts {
		if s, ok := p.constant(item); !ok || change(s) != s {
			return
		}
	}
	p.say(n.Span(), c.Fun.Text, unfolded[op])
}

// operatorWords are the operators that have two names.
var operatorWords = map[string]string{"filter": "where", "limit": "take", "order": "sort"}

func operatorSynonym(p *pass) {
	for n := range p.parents {
		if op, ok := n.(syntax.Operator); ok && operatorWords[keyword(op)] != "" {
			p.now = diag.OperatorSynonym
			p.say(op.Head().Keyword.Span(), keyword(op), operatorWords[keyword(op)])
		}
	}
}
