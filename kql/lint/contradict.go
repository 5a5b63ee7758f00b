package lint

// Rules for conditions that can't be true, or can't be false: what is compared with constants is gathered by its text.

import (
	"fmt"
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// chainLimit bounds how many conditions and values are compared with each other.
const chainLimit = 200

// demand is one condition on a value: that it is one of some texts, or a bound on a number or time.
type demand struct {
	x     syntax.Expr // what is compared, as written
	node  syntax.Expr
	op    string
	texts []string // of == =~ in in~ and their negations
	fold  bool     // texts are compared without regard to case
	bound *measure
}

// demandOf reads a condition; ok is false for any other kind.
func (p *pass) demandOf(x syntax.Expr) (d demand, ok bool) {
	switch x := bare(x).(type) {
	case *syntax.Binary:
		d = demand{x: bare(x.X), node: x, op: x.Op, fold: x.Op == "=~" || x.Op == "!~"}
		if s, isText := p.constant(x.Y); isText {
			d.texts = []string{s}
		} else if m, isMeasure := p.measure(x.Y); isMeasure {
			d.bound = &m
		} else {
			return d, false
		}
	case *syntax.In:
		d = demand{x: bare(x.X), node: x, op: x.Op, fold: x.Op == "in~" || x.Op == "!in~"}
		if len(x.List) > chainLimit {
			return d, false
		}
		for _, item := range x.List {
			s, isText := p.constant(item)
			if !isText {
				return d, false
			}
			d.texts = append(d.texts, s)
		}
	default:
		return d, false
	}
	return d, p.steady(d.x)
}

// steady tells whether an expression has one value for a row however often it is computed, and stands for one value only.
func (p *pass) steady(x syntax.Expr) bool {
	switch x := x.(type) {
	case *syntax.NameRef:
		return true
	case *syntax.Path:
		return p.steady(x.X)
	}
	return false
}

func (d demand) equality() bool {
	return len(d.texts) > 0 && (d.op == "==" || d.op == "=~" || d.op == "in" || d.op == "in~")
}

// neverTrue starts at the top of each chain of and, and looks at comparisons of tolower with texts that aren't lower case.
func neverTrue(p *pass, n syntax.Node) {
	if why, ok := p.wrongCase(n.(syntax.Expr)); ok {
		p.say(n.Span(), why)
		return
	}
	x, ok := n.(*syntax.Binary)
	if !ok || x.Op != "and" || p.inChain(x) {
		return
	}
	var seen []demand
	for _, part := range parts(x, "and") {
		d, ok := p.demandOf(part)
		if !ok {
			continue
		}
		for _, before := range seen {
			if p.text(before.x) == p.text(d.x) && excludes(before, d) {
				p.say(d.node.Span(), fmt.Sprintf("%s is demanded too", short(p.text(before.node))))
				return
			}
		}
		if seen = append(seen, d); len(seen) > chainLimit {
			return
		}
	}
}

// inChain tells whether the same operator goes on above, round brackets aside.
func (p *pass) inChain(x *syntax.Binary) bool {
	parent := p.parents[x]
	for {
		paren, ok := parent.(*syntax.Paren)
		if !ok {
			break
		}
		parent = p.parents[paren]
	}
	up, ok := parent.(*syntax.Binary)
	return ok && up.Op == x.Op
}

func excludes(a, b demand) bool {
	switch {
	case a.equality() && b.equality():
		return !meet(a, b)
	case a.bound != nil && b.bound != nil && a.bound.kind == b.bound.kind:
		return boundsExclude(a, b) || boundsExclude(b, a)
	}
	return false
}

// meet tells whether two lists of texts have one in common.
func meet(a, b demand) bool {
	for _, s := range a.texts {
		for _, t := range b.texts {
			if s == t || (a.fold || b.fold) && strings.EqualFold(s, t) {
				return true
			}
		}
	}
	return false
}

// boundsExclude tells whether low's lower bound lies above high's upper bound.
func boundsExclude(low, high demand) bool {
	l, h := low.bound.value, high.bound.value
	switch low.op {
	case "==":
		switch high.op {
		case "==":
			return l != h
		case "<":
			return l >= h
		case "<=":
			return l > h
		case ">":
			return l <= h
		case ">=":
			return l < h
		}
	case ">":
		return (high.op == "<" || high.op == "<=") && l >= h
	case ">=":
		return high.op == "<" && l >= h || high.op == "<=" && l > h
	}
	return false
}

// wrongCase finds tolower(x) == "ABC".
func (p *pass) wrongCase(x syntax.Expr) (why string, ok bool) {
	d := demand{}
	switch x := x.(type) {
	case *syntax.Binary:
		d.x, d.op = x.X, x.Op
		if s, isText := p.constant(x.Y); isText {
			d.texts = []string{s}
		}
	case *syntax.In:
		d.x, d.op = x.X, x.Op
		for _, item := range x.List {
			s, isText := p.constant(item)
			if !isText {
				return "", false
			}
			d.texts = append(d.texts, s)
		}
	}
	if len(d.texts) == 0 || d.op != "==" && d.op != "in" && d.op != "has_cs" && d.op != "contains_cs" && d.op != "startswith_cs" {
		return "", false
	}
	c := p.call(d.x, "tolower", "toupper")
	if c == nil {
		return "", false
	}
	change, name := strings.ToLower, "lower"
	if c.Fun.Text == "toupper" {
		change, name = strings.ToUpper, "upper"
	}
	for _, s := range d.texts {
		if change(s) == s {
			return "", false
		}
	}
	return fmt.Sprintf("%s gives %s-case text, and %q isn't; use =~ or write it in %s case", c.Fun.Text, name, d.texts[0], name), true
}

// alwaysTrue finds x != 'a' or x != 'b'.
func alwaysTrue(p *pass, n syntax.Node) {
	x := n.(*syntax.Binary)
	if x.Op != "or" || p.inChain(x) {
		return
	}
	var seen []demand
	for _, part := range parts(x, "or") {
		d, ok := p.demandOf(part)
		if !ok || d.op != "!=" && d.op != "!~" && d.op != "!in" && d.op != "!in~" {
			continue
		}
		for _, before := range seen {
			same := d.bound != nil && before.bound != nil && *d.bound == *before.bound
			if p.text(before.x) == p.text(d.x) && !same && (d.bound == nil) == (before.bound == nil) && !meet(before, d) {
				p.say(d.node.Span(), fmt.Sprintf("%s is accepted too", short(p.text(before.node))))
				return
			}
		}
		if seen = append(seen, d); len(seen) > chainLimit {
			return
		}
	}
}

// measure is a constant that can be compared with others of its kind.
type measure struct {
	kind  string // "number", "time", "span", "now": a time as its distance from now
	value float64
}

// measure reads numbers, times, spans, and times told from now, through variables.
func (p *pass) measure(x syntax.Expr) (measure, bool) { return p.measureDeep(x, 0) }

func (p *pass) measureDeep(x syntax.Expr, depth int) (measure, bool) {
	if depth > 8 {
		return measure{}, false
	}
	x = bare(x)
	switch v := p.bound.Consts[x].(type) {
	case int64:
		return measure{"number", float64(v)}, true
	case float64:
		return measure{"number", v}, true
	}
	switch x := x.(type) {
	case *syntax.Literal:
		return literalMeasure(x)
	case *syntax.NameRef:
		if v := p.bound.Refs[x.Name].Let; v != nil && !v.Param && v.X != nil && v.Table == nil && v.Func == nil {
			return p.measureDeep(v.X, depth+1)
		}
	case *syntax.Unary:
		m, ok := p.measureDeep(x.X, depth+1)
		if x.Op == "-" {
			m.value = -m.value
		}
		return m, ok && (m.kind == "number" || m.kind == "span")
	case *syntax.Call:
		return p.fromNow(x, depth)
	case *syntax.Binary:
		return p.moved(x, depth)
	}
	return measure{}, false
}

func literalMeasure(x *syntax.Literal) (measure, bool) {
	v, ok := x.Value()
	if !ok {
		return measure{}, false
	}
	switch v := v.(type) {
	case int32:
		return measure{"number", float64(v)}, true
	case float64:
		return measure{"number", v}, true
	case int64:
		switch x.Kind {
		case syntax.LitDatetime:
			return measure{"time", float64(v)}, true
		case syntax.LitTimespan:
			return measure{"span", float64(v)}, true
		}
		return measure{"number", float64(v)}, true
	}
	return measure{}, false
}

// fromNow reads now(), now(-1d) and ago(1d).
func (p *pass) fromNow(c *syntax.Call, depth int) (measure, bool) {
	if p.call(c, "now", "ago") == nil {
		return measure{}, false
	}
	if len(c.Args) == 0 {
		return measure{"now", 0}, c.Fun.Text == "now"
	}
	m, ok := p.measureDeep(c.Args[0], depth+1)
	if c.Fun.Text == "ago" {
		m.value = -m.value
	}
	return measure{"now", m.value}, ok && m.kind == "span"
}

// moved reads a time or span plus or minus a span.
func (p *pass) moved(x *syntax.Binary, depth int) (measure, bool) {
	a, okA := p.measureDeep(x.X, depth+1)
	b, okB := p.measureDeep(x.Y, depth+1)
	if !okA || !okB || b.kind != "span" || a.kind == "number" {
		return measure{}, false
	}
	switch x.Op {
	case "+":
		return measure{a.kind, a.value + b.value}, true
	case "-":
		return measure{a.kind, a.value - b.value}, true
	}
	return measure{}, false
}

func reversedBetween(p *pass, n syntax.Node) {
	x := n.(*syntax.Between)
	low, okLow := p.measure(x.Low)
	high, okHigh := p.measure(x.High)
	if !okLow || !okHigh {
		return
	}
	switch {
	case low.kind == high.kind && low.value > high.value,
		// A time and a span reach from the time as far as the span.
		p.typ(x.Low) == symbol.Datetime && high.kind == "span" && high.value < 0:
		p.say(x.Low.Span())
	}
}
