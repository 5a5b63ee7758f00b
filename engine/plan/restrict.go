// restrict access to (…): which tables and views the statements behind it may name. What a view that they may name reads is its own
// affair.

package plan

import (
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// restriction is what may be named: tables, functions of the database, and let variables by their identity.
type restriction struct {
	at     *syntax.RestrictStatement
	tables map[*symbol.TableSymbol]bool
	stored map[*symbol.Function]bool
	lets   map[*binder.Variable]bool
}

// restrict reads the statement.
func (p *builder) restrict(e *env, s *syntax.RestrictStatement) (*restriction, error) {
	if len(s.With) > 0 {
		return nil, e.notBuilt(s, "restrict access with options")
	}
	r := &restriction{s, map[*symbol.TableSymbol]bool{}, map[*symbol.Function]bool{}, map[*binder.Variable]bool{}}
	for _, x := range s.Entities {
		if path, ok := x.(*syntax.Path); ok {
			x = path.Selector
		}
		var symbols []binder.Symbol
		switch x := x.(type) {
		case *syntax.Wildcard:
			for _, entry := range e.scope.TableSets[x] {
				symbols = append(symbols, entry.Symbol)
			}
		case *syntax.NameRef:
			symbols = append(symbols, e.scope.Refs[x.Name])
		case *syntax.Call:
			symbols = append(symbols, e.scope.Refs[x.Fun])
		}
		if len(symbols) == 0 {
			return nil, e.notBuilt(x, "this entity of restrict access")
		}
		for _, s := range symbols {
			r.tables[s.Table], r.stored[s.Func], r.lets[s.Let] = true, true, true
		}
	}
	return r, nil
}

// allows tells whether statements may name a table or a view. A let behind the restriction may be named: its body is restricted.
func (r *restriction) allows(s binder.Symbol) bool {
	switch {
	case r == nil:
		return true
	case s.Table != nil:
		return r.tables[s.Table]
	case s.Func != nil:
		return r.stored[s.Func]
	case s.Let != nil:
		return r.lets[s.Let] || !r.frees(s.Let)
	}
	return true
}

// frees tells whether a let stands before the restriction, so that its body may name what it wants.
func (r *restriction) frees(v *binder.Variable) bool {
	return r != nil && v.Decl != nil && v.X != nil && v.Decl.Span().Start < r.at.Span().Start
}

// permitted refuses a name that the restriction leaves out.
func (p *builder) permitted(e *env, at syntax.Node, s binder.Symbol) error {
	if p.freed > 0 || p.restricted.allows(s) {
		return nil
	}
	return e.invalid(at, "'%s' isn't among what 'restrict access to' allows", s.Name)
}

// within is called before the body of a let or a function is planned, and what it gives behind it.
func (p *builder) within(s binder.Symbol) (leave func()) {
	if p.restricted == nil || s.Kind != binder.SymStored && (s.Let == nil || !p.restricted.frees(s.Let)) {
		return func() {}
	}
	p.freed++
	return func() { p.freed-- }
}
