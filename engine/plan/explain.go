// Explain: a plan as text, a node a line, inputs indented below.

package plan

import (
	"fmt"
	"strings"

	"calypso/kusto/value"
)

// Explain prints a node and what it reads.
func Explain(n Node) string {
	var b strings.Builder
	explain(&b, n, 0, map[*Share]bool{})
	return b.String()
}

func explain(b *strings.Builder, n Node, depth int, seen map[*Share]bool) {
	fmt.Fprintf(b, "%s%s", strings.Repeat("  ", depth), title(n))
	if s, ok := n.(*Share); ok {
		if seen[s] {
			b.WriteString(" (above)\n")
			return
		}
		seen[s] = true
	}
	b.WriteString(" → ")
	for i, c := range n.Columns() {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%s:%s", c.Name, c.Kind)
	}
	b.WriteByte('\n')
	switch n := n.(type) {
	case *Apply:
		explain(b, n.Sub, depth+2, seen)
	case *Partition:
		explain(b, n.Sub, depth+2, seen)
	}
	for _, in := range n.Inputs() {
		explain(b, in, depth+1, seen)
	}
}

func title(n Node) string {
	switch n := n.(type) {
	case *Scan:
		return fmt.Sprintf("scan %s %v", n.Table, n.Ordinals)
	case *Values:
		return fmt.Sprintf("values %d", n.Batch.N)
	case *Range:
		return fmt.Sprintf("range %d", n.Rows)
	case *Filter:
		return "filter " + ExprText(n.Cond)
	case *Project:
		return "project " + list(n.Items)
	case *Summarize:
		text := "summarize"
		for _, a := range n.Aggs {
			text += " " + a.Name + "(" + list(a.Args) + ")"
		}
		return text + " by " + list(n.Keys)
	case *Sort:
		return "sort " + sortText(n.Keys)
	case *Top:
		return fmt.Sprintf("top %d %s", n.N, sortText(n.Keys))
	case *Take:
		return fmt.Sprintf("take %d", n.N)
	case *Join:
		return fmt.Sprintf("join %s %s = %s", n.Kind, list(n.LeftKeys), list(n.RightKeys))
	case *Share:
		return "share " + n.Name
	case *Window:
		text := "window"
		for _, c := range n.Calls {
			text += " " + c.Name + "(" + list(c.Args) + ")"
		}
		return text
	}
	name := fmt.Sprintf("%T", n)
	return strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
}

func sortText(keys []SortKey) string {
	var parts []string
	for _, k := range keys {
		text := ExprText(k.X) + " asc"
		if k.Desc {
			text = ExprText(k.X) + " desc"
		}
		if k.NullsFirst == k.Desc {
			text += map[bool]string{true: " nulls first", false: " nulls last"}[k.NullsFirst]
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

func list(items []Expr) string {
	var parts []string
	for _, e := range items {
		parts = append(parts, ExprText(e))
	}
	return strings.Join(parts, ", ")
}

// ExprText prints an expression: #0 is a column by ordinal.
func ExprText(e Expr) string {
	switch e := e.(type) {
	case *Col:
		return fmt.Sprintf("#%d", e.Ordinal)
	case *Const:
		return constText(e.V)
	case *Part:
		return fmt.Sprintf("%s(%s).%d", e.Of.Name, list(e.Of.Args), e.Index)
	case *Slot:
		return "slot(" + ExprText(e.X) + ")"
	case *Call:
		return e.Name + "(" + list(e.Args) + ")"
	}
	return "?"
}

func constText(v *value.Vector) string {
	if v.IsNull(0) {
		return v.Kind.String() + "(null)"
	}
	return value.DynAt(v, 0).String()
}
