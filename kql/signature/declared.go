package signature

// This file makes signatures of declarations: let and stored functions.

import (
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// stored takes the signature of a stored function; false when its text can't be read.
func (h *Help) stored(f *symbol.Function) bool {
	if f == nil {
		return false
	}
	tree, decl := f.Parsed()
	if decl == nil {
		return false
	}
	h.Doc = f.Doc
	return h.declared(tree.Text, decl, f.Name)
}

// declared takes the signature of a function whose declaration lies in src.
func (h *Help) declared(src string, f *syntax.Function, name string) bool {
	if f == nil {
		return false
	}
	out := Signature{}
	var label strings.Builder
	label.WriteString(symbol.QuoteName(name) + "(")
	for i, p := range f.Params {
		if i > 0 {
			label.WriteString(", ")
		}
		start := label.Len()
		label.WriteString(oneLine(p.Span().Of(src)))
		out.Params = append(out.Params, Param{
			Name: p.Name.Text, Types: DeclaredTypes(p), Optional: p.Default != nil,
			Label: text.Span{Start: start, End: label.Len()},
		})
	}
	label.WriteByte(')')
	out.Label = label.String()
	h.Signatures = append(h.Signatures, out)
	return true
}

// DeclaredTypes gives the types that fit a declared parameter; 0 when its type isn't known.
func DeclaredTypes(p *syntax.FuncParam) builtin.TypeSet {
	if p.Schema != nil {
		return set(symbol.Table)
	}
	if p.Type == nil {
		return 0
	}
	t, ok := symbol.ParseType(p.Type.Name)
	if !ok {
		return 0
	}
	return set(t)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
