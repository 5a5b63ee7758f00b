// Package hover says what stands under the pointer: a column and its type, a table and its columns, a function and its
// signature, a variable and its value, a literal spelled out.
//
// Start at At. The text is Markdown; the server strips it for editors that want plain text.
package hover

import (
	"fmt"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/doc"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// ShownColumns is how many columns of a table a hover lists.
const ShownColumns = 20

// Hover is what to show, and the text that it is about in offsets of the document.
type Hover struct {
	Span     text.Span
	Markdown string
}

// Options are what a hover may ask for. The zero value works.
type Options struct {
	// Fold gives the value of a query that prints one constant, as text; false when it isn't known. It is called for each hover over
	// a constant expression, so it must be quick. nil: values are shown only where the binder knows them.
	Fold func(query string) (string, bool)
	// Facts tells what is known of a table beside its schema; cluster and database are "" for the current ones. nil: nothing.
	Facts func(t *symbol.TableSymbol, cluster, database string) Facts
}

// Facts is how large a table is. The zero value knows nothing.
type Facts struct {
	Known bool
	Rows  int64
	Bytes int64 // 0: not known
}

// At describes what stands at an offset; false when there is nothing to say.
func At(s *script.Script, offset int, o Options) (Hover, bool) {
	b, at := s.Innermost(offset)
	h, ok := inBlock(b, at, o)
	h.Span = b.Shift(h.Span)
	return h, ok
}

// inBlock is At with offsets of the block.
func inBlock(b *script.Block, at int, o Options) (Hover, bool) {
	if span, body, ok := inCommand(b.Bound, at, o); ok && body != "" {
		return Hover{Span: span, Markdown: body}, true
	}
	path := syntax.PathAt(b.Bound.Tree, at)
	for i := len(path) - 1; i >= 0; i-- {
		body := describe(b.Bound, path[:i+1], o)
		if body != "" {
			return Hover{Span: path[i].Span(), Markdown: withValue(b.Bound, path[:i+1], body, o)}, true
		}
		if span, body := describeSign(path[i], at); body != "" {
			return Hover{Span: span, Markdown: withValue(b.Bound, path[:i+1], body, o)}, true
		}
		if span, body := describeBar(b.Bound, path[i], at); body != "" {
			return Hover{Span: span, Markdown: body}, true
		}
		if _, isOperator := path[i].(syntax.Operator); isOperator {
			break
		}
	}
	if span, body := describeKeyword(b.Bound, path, at); body != "" {
		return Hover{Span: span, Markdown: body}, true
	}
	return Hover{}, false
}

// describe tells about the last node of a path; "" when there is nothing to say about it.
func describe(b *binder.Bound, path []syntax.Node, o Options) string {
	switch n := path[len(path)-1].(type) {
	case *syntax.Name:
		return describeName(b, n, path, o)
	case *syntax.Literal:
		return describeLiteral(n)
	case *syntax.Index, *syntax.Path:
		x := n.(syntax.Expr)
		if t, ok := b.Types[x]; ok && t != symbol.Unknown {
			return code(fmt.Sprintf("%s: %s", oneLine(x.Span().Of(b.Tree.Text)), t))
		}
	}
	return ""
}

func describeName(b *binder.Bound, n *syntax.Name, path []syntax.Node, o Options) string {
	if sym, ok := b.Refs[n]; ok {
		return describeSymbol(b, sym, o)
	}
	if len(path) < 2 {
		return ""
	}
	switch holder := path[len(path)-2].(type) {
	case syntax.Operator:
		if holder.Head().Keyword == n {
			return describeOperator(b, holder)
		}
	case *syntax.Named:
		return describeMade(b, holder, n)
	case *syntax.ColumnDecl:
		if holder.Type != nil {
			return code(fmt.Sprintf("(column) %s: %s", n.Text, holder.Type.Name))
		}
	}
	return describeWordOf(n, path)
}

// describeMade tells about a column that an item makes: extend x = …
func describeMade(b *binder.Bound, item *syntax.Named, n *syntax.Name) string {
	for _, c := range b.Made[item] {
		if c.Name == n.Text {
			return describeColumn(c)
		}
	}
	if t, ok := b.Types[item.X]; ok && t != symbol.Unknown {
		return code(fmt.Sprintf("%s: %s", n.Text, t))
	}
	return ""
}

func describeSymbol(b *binder.Bound, sym binder.Symbol, o Options) string {
	switch sym.Kind {
	case binder.SymColumn:
		return describeColumn(sym.Column)
	case binder.SymTable:
		return describeTable(sym, o)
	case binder.SymBuiltin:
		return describeFunction(doc.Function, sym.Name, builtin.FindFunction(sym.Name))
	case binder.SymAggregate:
		return describeFunction(doc.Aggregate, sym.Name, builtin.FindAggregate(sym.Name))
	case binder.SymPlugin:
		return describeFunction(doc.Plugin, sym.Name, builtin.FindPlugin(sym.Name))
	case binder.SymStored:
		return describeStored(sym.Func)
	case binder.SymLet, binder.SymFunction, binder.SymParam, binder.SymAs:
		return describeVariable(b, sym)
	case binder.SymDatabase:
		return code("(database) " + sym.Name)
	case binder.SymCluster:
		return code("(cluster) " + sym.Name)
	}
	return ""
}

func describeColumn(c *symbol.Column) string {
	if c == nil {
		return ""
	}
	body := code(fmt.Sprintf("(column) %s: %s", c.Name, c.Type))
	if c.Doc != "" {
		body += "\n" + c.Doc
	}
	return body
}

func describeTable(sym binder.Symbol, o Options) string {
	t := sym.Table
	if t == nil {
		return ""
	}
	kind := "table"
	switch t.Kind {
	case symbol.External:
		kind = "external table"
	case symbol.MaterializedView:
		kind = "materialized view"
	}
	body := code(fmt.Sprintf("(%s) %s", kind, t.Name))
	if t.Doc != "" {
		body += "\n" + t.Doc + "\n"
	}
	if summary := summaryOf(sym, o); summary != "" {
		body += "\n" + summary + "\n"
	}
	return body + "\n" + columnTable(t.Columns)
}

// summaryOf says in a line how large a table is and where it is kept.
func summaryOf(sym binder.Symbol, o Options) string {
	var parts []string
	if o.Facts != nil {
		if f := o.Facts(sym.Table, sym.Cluster, sym.Database); f.Known {
			parts = append(parts, text.Count(f.Rows, "row"))
			if f.Bytes > 0 {
				parts = append(parts, byteCount(f.Bytes))
			}
		}
	}
	parts = append(parts, text.Count(len(sym.Table.Columns.List), "column"))
	if sym.Table.Folder != "" {
		parts = append(parts, "folder `"+strings.ReplaceAll(sym.Table.Folder, "`", "'")+"`")
	}
	return strings.Join(parts, " · ")
}

func byteCount(n int64) string {
	size, unit := float64(n), 0
	for size >= 1024 && unit < 4 {
		size, unit = size/1024, unit+1
	}
	if unit == 0 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%.1f %s", size, [...]string{"", "KB", "MB", "GB", "TB"}[unit])
}

// describeBar tells at a "|" what passes through it.
func describeBar(b *binder.Bound, n syntax.Node, at int) (text.Span, string) {
	pipe, ok := n.(*syntax.Pipe)
	if !ok {
		return text.Span{}, ""
	}
	for i, bar := range pipe.Bars {
		op := i + len(pipe.Ops) - len(pipe.Bars)
		if bar != at || op < 0 {
			continue
		}
		in := b.In[pipe.Ops[op]]
		if in == nil || in.Graph || len(in.List) == 0 && !in.Open {
			return text.Span{}, ""
		}
		head := fmt.Sprintf("%d columns pass through", len(in.List))
		if in.Open {
			head += ", and possibly more"
		}
		return text.Span{Start: bar, End: bar + 1}, head + "\n\n" + columnTable(in.Columns)
	}
	return text.Span{}, ""
}

// columnTable lists columns as a Markdown table.
func columnTable(columns symbol.Columns) string {
	if len(columns.List) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("| column | type |\n|---|---|\n")
	for i, c := range columns.List {
		if i == ShownColumns {
			fmt.Fprintf(&out, "\n… and %d more columns", len(columns.List)-i)
			break
		}
		fmt.Fprintf(&out, "| %s | %s |\n", escapeCell(c.Name), c.Type)
	}
	return out.String()
}

func escapeCell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "`", "\\`", "<", "&lt;").Replace(s)
}

func describeFunction(kind doc.Kind, name string, f *builtin.Function) string {
	if f == nil {
		// The facts lack a plugin that the engine has, and toscalar, totable and materialize, which the grammar knows.
		if body := describeEntry(kind, name); body != "" {
			return body
		}
		return describeEntry(doc.Keyword, name)
	}
	var lines []string
	for i := range f.Signatures {
		sig := &f.Signatures[i]
		if sig.Flags.Has(builtin.Hidden) && len(f.Signatures) > 1 {
			continue
		}
		lines = append(lines, fmt.Sprintf("(%s) %s", kind, spell(f.Name, sig)))
	}
	body := code(strings.Join(lines, "\n"))
	if f.Flags.Has(builtin.Obsolete) && f.Alternative != "" {
		body += "\nObsolete: use `" + f.Alternative + "`.\n"
	}
	e, found := doc.Find(kind, name)
	return documented(body, e, found)
}

// spell writes a signature: name(param: type, [optional: type]): result.
func spell(name string, sig *builtin.Signature) string {
	params := make([]string, len(sig.Params))
	for i := range sig.Params {
		p := &sig.Params[i]
		params[i] = p.Name
		if types := typeNames(p.Types); types != "" {
			params[i] += ": " + types
		}
		if p.Min == 0 {
			params[i] = "[" + params[i] + "]"
		}
		if p.Max > 1 {
			params[i] += ", …"
		}
	}
	out := name + "(" + strings.Join(params, ", ") + ")"
	if sig.Type != symbol.Unknown {
		out += ": " + sig.Type.String()
	}
	return out
}

func typeNames(set builtin.TypeSet) string {
	var names []string
	for t := symbol.Bool; t <= symbol.Dynamic; t++ {
		if set.Has(t) {
			names = append(names, t.String())
		}
	}
	return strings.Join(names, "|")
}

func describeStored(f *symbol.Function) string {
	if f == nil {
		return ""
	}
	body := code(fmt.Sprintf("(function) %s%s", f.Name, f.Parameters))
	if f.Doc != "" {
		body += "\n" + f.Doc + "\n"
	}
	return body + "\n" + code(clip(f.Body, 1000))
}

func describeVariable(b *binder.Bound, sym binder.Symbol) string {
	kind := "let"
	switch sym.Kind {
	case binder.SymParam:
		kind = "parameter"
	case binder.SymAs:
		kind = "table"
	case binder.SymFunction:
		kind = "function"
	}
	v := sym.Let
	if v == nil {
		return code(fmt.Sprintf("(%s) %s: %s", kind, sym.Name, sym.Type))
	}
	if v.Func != nil {
		return code("(function) " + v.Name + oneLine(signatureText(b, v.Func)))
	}
	if v.Table != nil {
		return code(fmt.Sprintf("(%s) %s", kind, v.Name)) + "\n" + columnTable(v.Table.Columns)
	}
	body := fmt.Sprintf("(%s) %s: %s", kind, v.Name, v.Type)
	if v.X != nil {
		if value, ok := b.Consts[v.X]; ok {
			body += fmt.Sprintf(" = %s", clip(fmt.Sprint(value), 200))
		}
	}
	return code(body)
}

// signatureText cuts a let function's parameter list out of the text it was written in.
func signatureText(b *binder.Bound, f *syntax.Function) string {
	if f.Body == nil || f.Body.LBrace < f.Span().Start {
		return ""
	}
	return text.Span{Start: f.Span().Start, End: f.Body.LBrace}.Of(b.Tree.Text)
}

func describeOperator(b *binder.Bound, op syntax.Operator) string {
	word := op.Head().Keyword.Text
	e, found := doc.Find(doc.Operator, word)
	body := documented(code(word), e, found)
	out := b.Out[op]
	if out == nil {
		return body
	}
	if out.Open {
		return body + "\nAfter it (and possibly more columns):\n\n" + columnTable(out.Columns)
	}
	return body + "\nAfter it:\n\n" + columnTable(out.Columns)
}

func describeLiteral(n *syntax.Literal) string {
	names := map[syntax.LiteralKind]string{
		syntax.LitBool: "bool", syntax.LitInt: "int", syntax.LitLong: "long", syntax.LitReal: "real", syntax.LitDecimal: "decimal",
		syntax.LitString: "string", syntax.LitDatetime: "datetime", syntax.LitTimespan: "timespan", syntax.LitGuid: "guid",
	}
	kind, ok := names[n.Kind]
	if !ok {
		return ""
	}
	if n.Kind == syntax.LitString {
		return code(fmt.Sprintf("(string) %d characters", len([]rune(n.Text))))
	}
	return code(fmt.Sprintf("(%s) %s", kind, clip(n.Text, 200)))
}

// code fences text so that nothing in it is read as Markdown.
func code(s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + "kql\n" + s + "\n" + fence + "\n"
}

func oneLine(s string) string { return clip(strings.Join(strings.Fields(s), " "), 200) }

func clip(s string, n int) string {
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return s
}
