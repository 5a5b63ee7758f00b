package binder

// This file binds statements.

import (
	"slices"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

func (b *binder) statements(list []syntax.Statement) {
	for _, s := range list {
		if q, ok := s.(*syntax.QueryStatement); ok {
			b.query(q)
			continue
		}
		b.statement(s)
	}
}

// query binds a statement that is run.
func (b *binder) query(q *syntax.QueryStatement) {
	b.wantsTable = q.X
	b.alone, _ = q.X.(*syntax.NameRef)
	v := b.value(q.X)
	switch {
	case v.group != nil:
		b.bound.Results = append(b.bound.Results, v.group...)
	case v.table != nil:
		b.bound.Results = append(b.bound.Results, v.table)
	case v.kind != 0 && !v.bad:
		b.reportAs(diag.TableExpected, "KS112", q.X.Span(), typeName(v))
	}
}

// statement binds any statement but a query.
func (b *binder) statement(s syntax.Statement) {
	switch s := s.(type) {
	case *syntax.LetStatement:
		b.let(s)
	case *syntax.DeclareParams:
		b.declareParams(s)
	case *syntax.SetStatement:
		b.set(s)
	case *syntax.AliasStatement:
		b.alias(s)
	case *syntax.DeclarePattern:
		b.declarePattern(s)
	case *syntax.RestrictStatement:
		b.restrict(s)
	case *syntax.QueryStatement:
		b.value(s.X)
	}
}

// let binds a let statement.
func (b *binder) let(s *syntax.LetStatement) {
	v := &Variable{Decl: s.Name, X: s.X, Scope: b.scope, tree: b.tree, vars: b.vars, database: b.at}
	if s.Name != nil {
		v.Name = s.Name.Text
	}
	if f, ok := s.X.(*syntax.Function); ok {
		b.letFunction(v, f)
	} else {
		b.letValue(v, s.X)
	}
	b.addVariable(v)
}

// letValue binds the value of a let.
func (b *binder) letValue(v *Variable, x syntax.Expr) {
	got := b.value(x)
	v.Type = got.typ
	v.Table = got.table
	v.Const, v.Shape, v.names = b.constant(x), got.shape, b.namesIn(x)
	switch {
	case got.kind == SymDatabase || got.kind == SymCluster || got.kind == SymGroup:
		v.entity = &got
	case len(got.tuple) > 0:
		v.Type = got.tuple[0].Type
	}
}

// letFunction binds a function as it is declared: its parameters have their declared types, tables more columns than declared.
func (b *binder) letFunction(v *Variable, f *syntax.Function) {
	v.Func = f
	list := make([]given, len(f.Params))
	scalars := false
	for i, p := range f.Params {
		list[i] = given{param: p, x: p.Default, scope: b.scope, v: value{typ: declaredType(p)}}
		if p.Schema == nil {
			scalars = true
		} else if scalars {
			b.report(diag.TabularFirst, p.Name.Span())
		}
	}
	before := b.count()
	inv := b.bindBody(userFunction{variable: v, name: v.Name}, b.tree, f, list, false)
	v.broken = b.count() > before
	v.Type, v.Table, v.Declared = inv.Type, inv.Result, inv
	b.scope.Types[f] = inv.Type
}

// kind is what the name of a variable is, by what declared it.
func (v *Variable) kind() SymbolKind {
	switch {
	case v.pattern != nil:
		return SymPattern
	case v.Func != nil:
		return SymFunction
	case v.Param:
		return SymParam
	case v.Op != nil:
		return SymAs
	}
	return SymLet
}

// addVariable makes a variable visible from here on.
func (b *binder) addVariable(v *Variable) {
	if v.Decl == nil || v.Decl.Missing || v.Name == "" {
		return
	}
	if old := b.vars.find(v.Name); old != nil && old.tree == b.tree && v.Op == nil && b.quiet == 0 && !b.shadows(old) {
		b.reportTwice(diag.AlreadyDeclared, v.Decl.Span(), old.Decl.Span(), v.Name)
	}
	v.In = text.Span{Start: v.Decl.To, End: b.end}
	if v.X != nil {
		v.In.Start = max(v.In.Start, v.X.Span().End)
	}
	b.scope.Refs[v.Decl] = Symbol{Kind: v.kind(), Name: v.Name, Type: v.Type, Let: v}
	b.vars = &varList{v: v, next: b.vars}
	if b.quiet == 0 {
		b.bound.Vars = append(b.bound.Vars, v)
	}
}

// shadows tells whether a variable may be declared anew: inside a body names of outside may be used again.
func (b *binder) shadows(old *Variable) bool {
	return len(b.calls) > 0 || old.Op != nil
}

func (b *binder) declareParams(s *syntax.DeclareParams) {
	for _, p := range s.Params {
		if p.Name == nil {
			continue
		}
		v := &Variable{
			Name: p.Name.Text, Decl: p.Name, Param: true, ParamDefault: p.Default, Type: b.typeRef(p.Type), Scope: b.scope,
			tree: b.tree,
		}
		if p.Schema != nil {
			v.Type, v.Table = symbol.Table, &Table{Columns: b.rowSchema(p.Schema)}
		}
		if p.Default != nil {
			b.value(p.Default)
		}
		b.addVariable(v)
	}
}

func (b *binder) set(s *syntax.SetStatement) {
	if s.Value != nil {
		if ref, ok := s.Value.(*syntax.NameRef); ok {
			b.scope.Types[ref] = symbol.String
		} else {
			b.value(s.Value)
		}
	}
	if s.Option != nil && !s.Option.Missing && builtin.FindOption(s.Option.Text) == nil {
		b.report(diag.UnknownOption, s.Option.Span(), s.Option.Text)
	}
}

func (b *binder) alias(s *syntax.AliasStatement) {
	got := b.value(s.X)
	if got.kind == 0 {
		got = value{kind: SymDatabase, at: place{database: &symbol.Database{State: symbol.Open}}}
	}
	b.addVariable(&Variable{Name: s.Name.Text, Decl: s.Name, X: s.X, Scope: b.scope, entity: &got, tree: b.tree, used: true})
}

func (b *binder) restrict(s *syntax.RestrictStatement) {
	b.restricting = true
	defer func() { b.restricting = false }()
	for _, x := range s.Entities {
		if w, ok := x.(*syntax.Wildcard); ok {
			b.wildcardTables(w, b.at)
			continue
		}
		b.value(x)
	}
}

// declarePattern binds a pattern: each case's body with the pattern's parameters.
func (b *binder) declarePattern(s *syntax.DeclarePattern) {
	v := &Variable{Name: s.Name.Text, Decl: s.Name, pattern: s, tree: b.tree, used: true}
	saved := b.vars
	params := s.Args
	if s.Path != nil {
		params = append(params[:len(params):len(params)], s.Path)
	}
	var declared []*Variable
	for _, p := range params {
		if p.Name != nil {
			arg := &Variable{Name: p.Name.Text, Decl: p.Name, Param: true, Type: b.typeRef(p.Type), tree: b.tree, used: true}
			declared = append(declared, arg)
			b.addVariable(arg)
		}
	}
	for _, c := range s.Cases {
		for _, x := range c.Values {
			b.value(x)
		}
		if c.Path != nil {
			b.value(c.Path)
		}
		inner := b.vars
		got := b.body(c.Body, &Invocation{})
		b.vars = inner
		bound := patternCase{table: got.table, params: declared, scope: b.scope}
		for _, x := range c.Values {
			bound.values = append(bound.values, b.constant(x))
		}
		if c.Path != nil {
			bound.path = b.constant(c.Path)
		}
		v.cases = append(v.cases, bound)
	}
	b.vars = saved
	b.addVariable(v)
}

// patternCall is a call of a pattern: any of its cases may answer.
func (b *binder) patternCall(x *syntax.Call, v *Variable) value {
	b.bindArgs(x.Args)
	inv := &Invocation{Symbol: b.scope.Refs[x.Fun], Type: symbol.Table, Signature: -1}
	b.scope.Calls[x] = inv
	var texts []any
	for _, a := range x.Args {
		texts = append(texts, b.constant(argument(a)))
		inv.Args = append(inv.Args, Argument{X: argument(a)})
	}
	match := &patternMatch{variable: v, values: texts, inv: inv}
	if v.pattern.Path != nil {
		return value{kind: SymPattern, match: match}
	}
	result := match.with(nil)
	if inv.Body == nil && !slices.Contains(texts, nil) {
		b.report(diag.NoPatternCase, x.Fun.Span(), v.Name)
	}
	return result
}

// patternMatch is a pattern's call that waits for its path.
type patternMatch struct {
	variable *Variable
	values   []any
	inv      *Invocation // of the call; it gets the body of the case that fits
}

// with gives the table of the case that fits constants; an open one when none does, or when they aren't constant.
func (m *patternMatch) with(path any) value {
	v := m.variable
	for i, c := range v.pattern.Cases {
		if i >= len(v.cases) || len(c.Values) != len(m.values) {
			continue
		}
		fits := v.cases[i].path == path
		for j := range m.values {
			fits = fits && m.values[j] != nil && v.cases[i].values[j] == m.values[j]
		}
		if !fits || v.cases[i].table == nil {
			continue
		}
		m.inv.Body, m.inv.Scope, m.inv.Params = c.Body, v.cases[i].scope, v.cases[i].params
		if c.Path != nil {
			m.inv.Args = append(m.inv.Args[:len(m.values):len(m.values)], Argument{X: c.Path, Scope: v.cases[i].scope})
		}
		return tabular(copyTable(v.cases[i].table))
	}
	return tabular(openTable())
}

// patternCase is one case of a pattern as bound.
type patternCase struct {
	values []any
	path   any
	table  *Table
	params []*Variable // of the pattern: its arguments, then its path
	scope  *Scope      // that the body was bound in
}

func (b *binder) addResult(v value) {
	switch {
	case v.group != nil:
		b.bound.Results = append(b.bound.Results, v.group...)
	case v.table != nil:
		b.bound.Results = append(b.bound.Results, v.table)
	}
}
