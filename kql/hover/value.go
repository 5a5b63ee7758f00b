package hover

// This file shows the values of constant expressions. What a function gives isn't this package's matter: it writes the expression,
// with the lets that it needs, as a query that prints it, and the caller's Fold computes that. Nothing that depends on the clock, on
// chance or on data is asked for.

import (
	"fmt"
	"slices"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// foldLimit bounds the query that is made: beyond it no value is shown.
const foldLimit = 4096

// valueLimit is the most characters of a value that are shown.
const valueLimit = 300

// changing are functions that the facts call foldable, because a query sees one value of them, and that give another to each query.
var changing = map[string]bool{"now": true, "ago": true, "rand": true, "geo_info_from_ip_address": true}

// constant collects the lets that a constant expression needs.
type constant struct {
	bound *binder.Bound
	lets  []*binder.Variable // each after those it needs
}

// is tells whether a node's value is known before the query runs.
func (c *constant) is(n syntax.Node, depth int) bool {
	if depth > 50 {
		return false
	}
	switch n := n.(type) {
	case *syntax.NameRef:
		return c.variable(n.Name, depth)
	case *syntax.Call:
		sym := c.bound.Refs[n.Fun]
		f := builtin.FindFunction(sym.Name)
		if n.Fun == nil || sym.Kind != binder.SymBuiltin || f == nil || !f.Flags.Has(builtin.Foldable) || changing[f.Name] {
			return false
		}
		return !slices.ContainsFunc(n.Args, func(a syntax.Expr) bool { return !c.is(a, depth+1) })
	case *syntax.Literal:
		return n.Kind != syntax.LitDatetime || !strings.Contains(n.Span().Of(c.bound.Tree.Text), "now")
	case *syntax.DynamicLit:
		return true
	case *syntax.Path:
		return c.is(n.X, depth+1)
	case *syntax.Paren, *syntax.Unary, *syntax.Binary, *syntax.In, *syntax.Between, *syntax.Index:
		return !slices.ContainsFunc(syntax.Children(n), func(part syntax.Node) bool { return !c.is(part, depth+1) })
	}
	return false
}

// variable tells whether a name is a let of a constant, and keeps it.
func (c *constant) variable(n *syntax.Name, depth int) bool {
	v := c.bound.Refs[n].Let
	if v == nil || v.Param || v.Func != nil || v.Table != nil || v.X == nil || v.Op != nil || v.Scope != c.bound.Scope || !v.Type.Scalar() {
		return false
	}
	if slices.Contains(c.lets, v) {
		return true
	}
	if !c.is(v.X, depth+1) {
		return false
	}
	c.lets = append(c.lets, v)
	return true
}

// valueOf gives the value of an expression as text; false when it isn't known or is what the text says anyway.
func valueOf(b *binder.Bound, x syntax.Expr, o Options) (string, bool) {
	if o.Fold == nil || x == nil || !b.Types[x].Scalar() {
		return "", false
	}
	c := &constant{bound: b}
	if !c.is(x, 0) {
		return "", false
	}
	var query strings.Builder
	for _, v := range c.lets {
		fmt.Fprintf(&query, "let %s = %s;\n", symbol.QuoteName(v.Name), v.X.Span().Of(b.Tree.Text))
	}
	source := x.Span().Of(b.Tree.Text)
	query.WriteString("print Value = " + source)
	if query.Len() > foldLimit {
		return "", false
	}
	value, ok := o.Fold(query.String())
	if !ok || value == strings.Trim(source, `'"`) {
		return "", false
	}
	return clip(oneLine(value), valueLimit), true
}

// withValue puts the value of the expression that a hover is about under its head: of a call at its function's name, of a let at its
// name, of an operator at its sign, of a literal that can be written in other ways.
func withValue(b *binder.Bound, path []syntax.Node, body string, o Options) string {
	x := meant(b, path)
	if x == nil {
		return body
	}
	value, ok := valueOf(b, x, o)
	if !ok {
		return body
	}
	if strings.Contains(body, " = "+value+"\n") {
		return body // a let whose value the binder knows
	}
	head, rest, _ := strings.Cut(body, "\n```\n")
	return head + "\n```\n= `" + strings.ReplaceAll(value, "`", "'") + "`\n" + rest
}

// meant gives the expression whose value a person pointing at the end of a path wants to know.
func meant(b *binder.Bound, path []syntax.Node) syntax.Expr {
	last := path[len(path)-1]
	switch n := last.(type) {
	case *syntax.Literal:
		if n.Kind == syntax.LitTimespan || n.Kind == syntax.LitDatetime || n.Kind == syntax.LitDecimal {
			return n
		}
	case *syntax.Binary, *syntax.In, *syntax.Between, *syntax.Index, *syntax.Path:
		return n.(syntax.Expr)
	case *syntax.Name:
		if v := b.Refs[n].Let; v != nil && v.Scope == b.Scope && !v.Param && v.Func == nil && v.Table == nil {
			return v.X
		}
		if call, ok := path[max(len(path)-2, 0)].(*syntax.Call); ok && call.Fun == n {
			return call
		}
	}
	return nil
}
