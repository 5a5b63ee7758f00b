package hover

import (
	"fmt"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/command"
	"calypso/kql/text"
)

// This file tells about management commands: the syntax of the one under the pointer, what it gives, what its names refer to.

// inCommand describes what stands at an offset of a command itself; false elsewhere.
func inCommand(b *binder.Bound, at int, o Options) (text.Span, string, bool) {
	c := b.Command
	if c == nil {
		return text.Span{}, "", false
	}
	for _, e := range b.Entities {
		if e.Span.Start <= at && at <= e.Span.End {
			return e.Span, describeSymbol(b, e.Symbol, o), true
		}
	}
	p := c.At(at)
	if p == nil || p.Kind >= command.Code || p.Kind == command.Sign || c.Row == nil {
		return text.Span{}, "", false
	}
	body := code(command.Syntax(c.Row))
	if p.Kind == command.Value && p.Label != "" {
		body = fmt.Sprintf("*%s* (%s)\n", p.Label, p.Rule) + body
	}
	if columns := c.Row.Columns(); len(columns.List) > 0 {
		var names []string
		for i, col := range columns.List {
			if i == ShownColumns {
				names = append(names, fmt.Sprintf("… %d in all", len(columns.List)))
				break
			}
			names = append(names, col.Name+": "+col.Type.String())
		}
		body += "\nGives " + strings.Join(names, ", ") + "\n"
	}
	if !c.Reads() {
		body += "\nMay change data or settings.\n"
	}
	return p.Span, body, true
}
