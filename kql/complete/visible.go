// Which variables and parameters are visible at the caret: lets above it, and the parameters of the functions around it.

package complete

import (
	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// variable is a let, function or parameter in scope.
type variable struct {
	name     string
	typ      symbol.Type
	tabular  bool
	function *syntax.Function
	param    bool
}

func (v variable) item(rank int) Item {
	it := Item{Label: v.name, Kind: Variable, Detail: v.typ.String(), Insert: quoted(v.name), Rank: rank}
	switch {
	case v.param:
		it.Kind = Parameter
	case v.function != nil:
		it.Kind, it.Detail, it.Snippet = Function, parameterList(v.function), true
		it.Insert = callSnippet(quoted(v.name), it.Detail)
	case v.tabular:
		it.Kind, it.Detail = Table, "let"
	}
	return it
}

func parameterList(f *syntax.Function) string {
	text := "("
	for i, param := range f.Params {
		if i > 0 {
			text += ", "
		}
		text += param.Name.Text
		if param.Type != nil {
			text += ":" + param.Type.Name
		}
	}
	return text + ")"
}

// visible lists what is in scope, innermost first.
func (p *place) visible() []variable {
	var found []variable
	for i := len(p.path) - 1; i >= 0; i-- {
		switch n := p.path[i].(type) {
		case *syntax.Body:
			found = append(found, p.declared(n.Statements)...)
		case *syntax.Function:
			found = append(found, p.parameters(n.Params)...)
		}
	}
	return append(found, p.declared(p.bound.Tree.Statements)...)
}

// declared lists the declarations that end before the caret.
func (p *place) declared(statements []syntax.Statement) []variable {
	var found []variable
	for _, st := range statements {
		if st.Span().End > p.replace.Start {
			break
		}
		switch st := st.(type) {
		case *syntax.LetStatement:
			found = append(found, p.variable(st))
		case *syntax.DeclareParams:
			found = append(found, p.parameters(st.Params)...)
		}
	}
	return found
}

func (p *place) variable(st *syntax.LetStatement) variable {
	v := variable{name: st.Name.Text}
	v.function, _ = st.X.(*syntax.Function)
	if sym, ok := p.bound.Refs[st.Name]; ok {
		v.typ = sym.Type
		v.tabular = sym.Type == symbol.Table || v.function != nil && sym.Kind == binder.SymFunction && sym.Type != symbol.Unknown && !scalar(sym.Type)
	} else if t, ok := p.bound.Types[st.X]; ok {
		v.typ, v.tabular = t, t == symbol.Table
	}
	if v.function != nil && v.typ == symbol.Unknown {
		v.tabular = true // what it gives isn't known: offer it in both places
	}
	return v
}

func scalar(t symbol.Type) bool { return t >= symbol.Bool && t <= symbol.Dynamic }

func (p *place) parameters(params []*syntax.FuncParam) []variable {
	var found []variable
	for _, param := range params {
		v := variable{name: param.Name.Text, param: true, tabular: param.Schema != nil}
		if sym, ok := p.bound.Refs[param.Name]; ok {
			v.typ = sym.Type
		}
		found = append(found, v)
	}
	return found
}

// lets lists the scalar variables and functions in scope, those of a wanted type first.
func (p *place) lets(want builtin.TypeSet) []Item {
	var items []Item
	for _, v := range p.visible() {
		if !v.tabular || v.function != nil {
			rank := 30
			if v.function == nil {
				rank += fit(want, v.typ)
			}
			items = append(items, v.item(rank))
		}
	}
	return items
}

// tabularLets lists the tables in scope that a let makes: in (T) compares with their first column.
func (p *place) tabularLets() []Item {
	var items []Item
	for _, v := range p.visible() {
		if v.tabular && v.function == nil {
			items = append(items, v.item(7))
		}
	}
	return items
}
