// Explain: a plan as text, a node a line, inputs indented below.

package plan

import (
	"fmt"
	"strings"

	"calypso/kusto/value"
)

// Explain prints a node and what it reads.
func Explain(n Node) string { return ExplainWith(n, nil) }

// ExplainWith is Explain with a remark on each step, where note isn't nil and gives one.
func ExplainWith(n Node, note func(Node) string) string {
	e := &explainer{note: note, seen: map[*Share]bool{}}
	e.print(n, 0)
	return e.out.String()
}

type explainer struct {
	out  strings.Builder
	note func(Node) string
	seen map[*Share]bool
}

func (e *explainer) print(n Node, depth int) {
	b := &e.out
	fmt.Fprintf(b, "%s%s", strings.Repeat("  ", depth), title(n))
	if s, ok := n.(*Share); ok {
		if e.seen[s] {
			b.WriteString(" (above)\n")
			return
		}
		e.seen[s] = true
	}
	b.WriteString(" → ")
	for i, c := range n.Columns() {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(b, "%s:%s", c.Name, c.Kind)
	}
	if e.note != nil {
		if text := e.note(n); text != "" {
			fmt.Fprintf(b, "  [%s]", text)
		}
	}
	b.WriteByte('\n')
	switch n := n.(type) {
	case *Apply:
		e.print(n.Sub, depth+2)
	case *Partition:
		e.print(n.Sub, depth+2)
	}
	for _, in := range n.Inputs() {
		e.print(in, depth+1)
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
