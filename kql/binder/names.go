package binder

// This file makes the names of columns that the query doesn't name: the rules of Kusto, by the kind of expression and the
// function that is called.

import (
	"strconv"
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// resultName gives the name that an expression gives to its column, "" when it gives none.
func (b *binder) resultName(x syntax.Expr) string {
	switch x := x.(type) {
	case *syntax.Paren:
		return b.resultName(x.X)
	case *syntax.NameRef:
		return x.Name.Text
	case *syntax.Ordered:
		return b.resultName(x.X)
	case *syntax.Named:
		if len(x.Names) == 1 {
			return x.Names[0].Text
		}
		return ""
	case *syntax.Path:
		return b.pathName(x.X, b.resultName(x.Selector))
	case *syntax.Index:
		return b.pathName(x.X, indexName(x.I))
	case *syntax.Call:
		return b.callName(x)
	}
	return ""
}

// pathName joins what stands before a dot or bracket with what stands behind: d.a → d_a. In front of a dynamic value only: a
// database or a side of a join gives no name.
func (b *binder) pathName(left syntax.Expr, right string) string {
	if t := b.scope.Types[left]; t != symbol.Dynamic && t != symbol.Unknown {
		return right
	}
	if name := b.resultName(left); name != "" {
		if ref, ok := left.(*syntax.NameRef); ok && (ref.Name.Text == "$left" || ref.Name.Text == "$right") {
			return right
		}
		return name + "_" + right
	}
	return right
}

// indexName gives what an index in brackets adds to a name: a string's or a number's text.
func indexName(x syntax.Expr) string {
	switch x := x.(type) {
	case *syntax.Literal:
		if x.Kind == syntax.LitString || x.Kind == syntax.LitLong || x.Kind == syntax.LitInt {
			return x.Text
		}
	case *syntax.Unary:
		if l, ok := x.X.(*syntax.Literal); ok && x.Op == "-" && (l.Kind == syntax.LitLong || l.Kind == syntax.LitInt) {
			return "-" + l.Text
		}
	}
	return ""
}

// callName gives the name that a call gives to its column.
func (b *binder) callName(x *syntax.Call) string {
	inv := b.scope.Calls[x]
	if inv == nil {
		return ""
	}
	f := builtinOf(inv.Symbol)
	if f == nil {
		return ""
	}
	first := ""
	if len(x.Args) > 0 {
		first = b.resultName(x.Args[0])
	}
	switch f.Result {
	case builtin.NameFirstArgument:
		return first
	case builtin.NameOnlyArgument:
		if len(x.Args) == 1 {
			return first
		}
	case builtin.NamePrefixFirst:
		if strings.HasPrefix(f.Name, "covariance") && len(x.Args) > 1 { // so the engine; the library leaves the second out
			return f.Prefix + "_" + first + "_" + b.resultName(x.Args[1])
		}
		return f.Prefix + "_" + first
	case builtin.NameNameFirst:
		return f.Name + "_" + first
	case builtin.NamePrefixOnly:
		return f.Prefix
	case builtin.NameFirstValueIfColumn:
		if name, ok := b.stringConst(x, 0); ok && b.rows != nil && b.rows.left.find(name) != nil {
			return name
		}
	}
	return ""
}

// builtinOf gives the facts about a built-in symbol, nil for others.
func builtinOf(s Symbol) *builtin.Function {
	switch s.Kind {
	case SymBuiltin:
		return builtin.FindFunction(s.Name)
	case SymAggregate:
		return builtin.FindAggregate(s.Name)
	case SymPlugin:
		return builtin.FindPlugin(s.Name)
	}
	return nil
}

// stringConst gives the constant string that a call's argument is.
func (b *binder) stringConst(x *syntax.Call, i int) (string, bool) {
	if i >= len(x.Args) {
		return "", false
	}
	s, ok := b.constant(argument(x.Args[i])).(string)
	return s, ok
}

// constArg gives the constant that a call's argument is, nil when it is none.
func (b *binder) constArg(x *syntax.Call, i int) any {
	if i >= len(x.Args) {
		return nil
	}
	return b.constant(argument(x.Args[i]))
}

// argument looks through the name of a named argument.
func argument(x syntax.Expr) syntax.Expr {
	if n, ok := x.(*syntax.Named); ok {
		return n.X
	}
	return x
}

// nameFragment makes a constant fit into a name, as percentiles do: 99.9 → 99_9.
func nameFragment(v any) string {
	text := ""
	switch v := v.(type) {
	case string:
		text = v
	case int64:
		text = strconv.FormatInt(v, 10)
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		text = strconv.FormatBool(v)
	}
	return strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, text)
}

// defaultName gives Column1, Column2 … for a column that nothing names. In extend, names of the row are passed over.
func (b *binder) defaultName(l *columnList, withRow bool) string {
	for {
		name := "Column" + strconv.Itoa(l.unnamed)
		l.unnamed++
		if withRow && b.rows != nil && b.rows.left.find(name) != nil {
			continue
		}
		return name
	}
}
