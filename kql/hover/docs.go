// Our documentation under what a hover says, and hovers over what has nothing but documentation: operators of expressions,
// parameters and their words, keywords, types.

package hover

import (
	"sort"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/doc"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// documented puts the entry of a word below a hover's head; a word without an entry leaves the head as it is.
func documented(head string, e doc.Entry, found bool) string {
	if !found {
		return head
	}
	parts := []string{head + "\n" + e.Text + "\n"}
	if e.Trap != "" {
		parts = append(parts, "**Note:** "+e.Trap+"\n")
	}
	if e.Example != "" {
		parts = append(parts, code(e.Example))
	}
	if e.Link != "" {
		parts = append(parts, "[Documentation]("+e.Link+")\n")
	}
	return strings.Join(parts, "\n")
}

// describeEntry is a hover that consists of an entry; "" when there is none.
func describeEntry(kind doc.Kind, name string) string {
	e, found := doc.Find(kind, name)
	if !found {
		return ""
	}
	return documented(code("("+kind.String()+") "+name), e, true)
}

// describeWordOf tells about a name that has its meaning from what holds it: a parameter and its word, a chart, an option, the
// name of toscalar and its like.
func describeWordOf(n *syntax.Name, path []syntax.Node) string {
	switch holder := path[len(path)-2].(type) {
	case *syntax.Param:
		if holder.Name == n {
			return describeParameter(n.Text, path)
		}
	case *syntax.NameRef:
		return describeParameterWord(n.Text, path)
	case *syntax.RenderOp:
		return describeEntry(doc.Chart, n.Text)
	case *syntax.SetStatement:
		return describeEntry(doc.Option, n.Text)
	case *syntax.Call:
		if holder.Fun == n {
			return describeEntry(doc.Keyword, n.Text)
		}
	}
	return ""
}

func describeParameter(name string, path []syntax.Node) string {
	e, found := doc.FindParameter(operatorAround(path), name)
	if !found {
		return ""
	}
	return documented(code("(parameter) "+name), e, true)
}

// describeParameterWord tells about inner in kind=inner; words of other parameters are told about with the parameter.
func describeParameterWord(word string, path []syntax.Node) string {
	if len(path) < 3 {
		return ""
	}
	param, ok := path[len(path)-3].(*syntax.Param)
	if !ok || param.Name == nil {
		return ""
	}
	if op := operatorAround(path); param.Name.Text == "kind" && (op == "join" || op == "lookup") {
		return describeEntry(doc.JoinKind, word)
	}
	return describeParameter(param.Name.Text, path)
}

// operatorAround gives the word of the innermost operator of a path.
func operatorAround(path []syntax.Node) string {
	for i := len(path) - 1; i >= 0; i-- {
		if op, ok := path[i].(syntax.Operator); ok && op.Head().Keyword != nil {
			return op.Head().Keyword.Text
		}
	}
	return ""
}

// describeSign tells about the operator of an expression when the pointer is at its sign: ==, has, between.
func describeSign(n syntax.Node, at int) (text.Span, string) {
	op, span := "", text.Span{}
	switch n := n.(type) {
	case *syntax.Binary:
		op, span = n.Op, n.OpAt
	case *syntax.In:
		op, span = n.Op, n.OpAt
	case *syntax.Between:
		if op, span = "between", n.OpAt; n.Not {
			op = "!between"
		}
	}
	if op == "" || !span.Touches(at) {
		return text.Span{}, ""
	}
	return span, describeEntry(doc.Scalar, op)
}

// describeKeyword tells about a word of the grammar that no node stands for: let, by, asc, a type after a colon. It is asked
// last, when nothing else was found; a name that the author chose is never one.
func describeKeyword(b *binder.Bound, path []syntax.Node, at int) (text.Span, string) {
	t, ok := wordAt(b.Tree, at)
	if !ok || len(path) == 0 {
		return text.Span{}, ""
	}
	word := t.Span().Of(b.Tree.Text)
	switch path[len(path)-1].(type) {
	case *syntax.Name:
		return text.Span{}, ""
	case *syntax.TypeRef, *syntax.TypeOf, *syntax.ColumnDecl, *syntax.FuncParam, *syntax.RowSchema:
		if body := describeEntry(doc.Type, word); body != "" {
			return t.Span(), body
		}
	}
	return t.Span(), describeEntry(doc.Keyword, word)
}

// wordAt gives the word that an offset is in, or behind.
func wordAt(t *syntax.Tree, at int) (syntax.Token, bool) {
	i := sort.Search(len(t.Tokens), func(i int) bool { return t.Tokens[i].End >= at })
	if i == len(t.Tokens) || t.Tokens[i].Start > at {
		return syntax.Token{}, false
	}
	if i+1 < len(t.Tokens) && t.Tokens[i].End == at && t.Tokens[i+1].Start == at && t.Tokens[i+1].Kind == syntax.TokName {
		i++
	}
	return t.Tokens[i], t.Tokens[i].Kind == syntax.TokName
}
