package syntax_test

import (
	"fmt"
	"reflect"
	"strings"

	"calypso/kql/syntax"
)

// dump prints a tree, a node a line: its type, its own fields that are set, and its text.
func dump(t *syntax.Tree) string {
	var b strings.Builder
	if t.Command != nil {
		dumpNode(&b, t.Text, t.Command, 0)
		return b.String()
	}
	for _, s := range t.Statements {
		dumpNode(&b, t.Text, s, 0)
	}
	return b.String()
}

func dumpNode(b *strings.Builder, src string, n syntax.Node, depth int) {
	fmt.Fprintf(b, "%s%s%s", strings.Repeat("  ", depth), reflect.TypeOf(n).Elem().Name(), fields(n))
	excerpt := n.Span().Of(src)
	if i := strings.IndexByte(excerpt, '\n'); i >= 0 {
		excerpt = excerpt[:i] + "…"
	}
	if r := []rune(excerpt); len(r) > 50 {
		excerpt = string(r[:50]) + "…"
	}
	fmt.Fprintf(b, " `%s`\n", excerpt)
	for _, c := range syntax.Children(n) {
		dumpNode(b, src, c, depth+1)
	}
}

// fields prints the strings, numbers and switches of a node.
func fields(n syntax.Node) string {
	var b strings.Builder
	v := reflect.ValueOf(n).Elem()
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if f.IsZero() || !v.Type().Field(i).IsExported() {
			continue
		}
		switch f.Kind() {
		case reflect.String:
			fmt.Fprintf(&b, " %s=%q", name, f.String())
		case reflect.Bool:
			fmt.Fprintf(&b, " %s", name)
		case reflect.Uint8:
			fmt.Fprintf(&b, " %s=%d", name, f.Uint())
		}
	}
	return b.String()
}
