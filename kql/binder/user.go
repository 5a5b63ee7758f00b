package binder

// This file binds calls of let and stored functions: each call with the columns and types it is given, once for each different
// list of them.

import (
	"strings"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// userFunction is a let function or a stored one.
type userFunction struct {
	variable *Variable
	stored   *symbol.Function
	name     string
	at       place // the database that a stored function lies in
}

// key identifies the function itself.
func (f *userFunction) key() any {
	if f.variable != nil {
		return f.variable.Func
	}
	return f.stored
}

// calling tells whether a function is being bound: a call of it then is a recursion.
func (b *binder) calling(f any) bool {
	for _, c := range b.calls {
		if c == f {
			return true
		}
	}
	return false
}

// callUser binds a call; args is nil for a name without brackets. x is the Call or the NameRef.
func (b *binder) callUser(x syntax.Expr, f userFunction, args []syntax.Expr, at text.Span) value {
	var tree *syntax.Tree
	var decl *syntax.Function
	if f.variable != nil {
		tree, decl = f.variable.tree, f.variable.Func
	} else {
		tree, decl = f.stored.Parsed()
	}
	piped := b.piped
	b.piped = nil
	values := b.bindArgs(args)
	if decl == nil || b.calling(f.key()) {
		return value{}
	}
	given, ok := b.arrange(f.name, decl, args, values, at, piped)
	if !ok {
		return b.opaqueCall()
	}
	inv := b.invocation(f, tree, decl, given)
	if inv == nil {
		return value{}
	}
	own := *inv
	own.Symbol = b.callSymbol(x)
	own.Args = make([]Argument, len(given))
	for i, g := range given {
		own.Args[i] = Argument{X: g.x, Scope: g.scope}
		if g.x == g.param.Default {
			own.Args[i].Scope = inv.Scope
		}
	}
	if inv.Result != nil {
		own.Table = copyTable(inv.Result)
	}
	b.scope.Calls[x] = &own
	if inv.failure != nil {
		b.noteFailure(f, inv.failure, at)
	}
	v := value{typ: own.Type, table: own.Table, shape: inv.shape, inv: &own, bad: inv.failure != nil && own.Type == symbol.Unknown}
	if inv.group != nil {
		v.group = inv.group
	}
	return v
}

// failure is the first error of a body, and the stored function whose body it stands in; nil for a body of the text.
type failure struct {
	diag.Diagnostic
	stored *symbol.Function
}

// bodyOf gives the stored function whose body is being bound.
func (b *binder) bodyOf() *symbol.Function {
	for i := len(b.calls) - 1; i >= 0; i-- {
		if f, ok := b.calls[i].(*symbol.Function); ok {
			if tree, _ := f.Parsed(); tree == b.tree {
				return f
			}
		}
	}
	return nil
}

// noteFailure says at a call that the body has errors with its arguments. A let function that is wrong whatever it is given says
// so itself; a stored one, or one that gets names as text, may look wrong only because the schema lacks something.
func (b *binder) noteFailure(f userFunction, failure *failure, at text.Span) {
	if b.quiet > 0 && b.first == nil {
		b.first = failure // the function that calls it has it too
	}
	d := diag.New(diag.FunctionHasErrors, at, f.name, failure.Message)
	if failure.stored == nil && f.stored == nil {
		d.Related = []diag.Related{{Span: failure.Span, Message: failure.Message}}
	}
	if failure.stored != nil && b.quiet == 0 {
		b.bound.StoredErrors = append(b.bound.StoredErrors, StoredError{at, failure.stored, failure.Span, failure.Message})
	}
	switch {
	case f.stored == nil && f.variable.broken:
		return
	case f.stored != nil || len(f.variable.Func.Params) == 0 || f.variable.Func.Params[0].Schema == nil:
		d.Severity = diag.Info
	}
	b.emit(d)
}

func (b *binder) callSymbol(x syntax.Expr) Symbol {
	switch x := x.(type) {
	case *syntax.Call:
		return b.scope.Refs[x.Fun]
	case *syntax.NameRef:
		return b.scope.Refs[x.Name]
	}
	return Symbol{}
}

// opaqueCall is a call whose arguments don't fit: its result is open, so that nothing else is complained about.
func (b *binder) opaqueCall() value {
	if b.rows == nil {
		return value{typ: symbol.Table, table: openTable(), bad: true}
	}
	return badValue
}

func (b *binder) bindArgs(args []syntax.Expr) []value {
	saved := b.place
	if saved != placeAggregate {
		b.place = placeNormal
	}
	values := make([]value, len(args))
	for i, a := range args {
		values[i] = b.value(a)
	}
	b.place = saved
	return values
}

// given is what one parameter gets.
type given struct {
	param *syntax.FuncParam
	x     syntax.Expr
	v     value
	scope *Scope
	fold  any
	names []string // that it holds, as for project-by-names
	piped bool     // the rows that invoke hands on; x is nil
}

// span is where the argument stands, at for one that has no text.
func (g *given) span(at text.Span) text.Span {
	if g.x == nil {
		return at
	}
	return g.x.Span()
}

// arrange lays arguments over parameters by position and by name, and fills in defaults. ok is false after an error.
func (b *binder) arrange(name string, decl *syntax.Function, args []syntax.Expr, values []value, at text.Span, piped *Table) ([]given, bool) {
	params := decl.Params
	list := make([]given, len(params))
	first := 0
	if piped != nil {
		first = 1
	}
	if len(args)+first > len(params) {
		b.report(diag.ArgumentCount, at, name, countText(requiredParams(params), len(params)), len(args)+first)
		return nil, false
	}
	if piped != nil {
		list[0] = given{param: params[0], v: tabular(piped), scope: b.scope, piped: true}
	}
	ordered := true
	for i, a := range args {
		at := i + first
		if n, ok := a.(*syntax.Named); ok && len(n.Names) == 1 {
			if at = paramIndex(params, n.Names[0].Text); at < 0 {
				b.report(diag.UnknownArgument, n.Names[0].Span(), n.Names[0].Text, suggestParam(n.Names[0].Text, params))
				return nil, false
			}
			b.scope.Refs[n.Names[0]] = Symbol{Kind: SymParam, Name: n.Names[0].Text}
			ordered = ordered && at == i+first
			a = n.X
		} else if !ordered {
			b.report(diag.PositionAfterName, a.Span())
			return nil, false
		}
		list[at] = given{param: params[at], x: a, v: values[i], scope: b.scope, fold: b.constant(a), names: b.namesIn(a)}
	}
	return list, b.fillDefaults(name, decl, list, at, len(args)+first)
}

// fillDefaults puts defaults where nothing was given, checks what was, and reports what is missing.
func (b *binder) fillDefaults(name string, decl *syntax.Function, list []given, at text.Span, n int) bool {
	for i, p := range decl.Params {
		if list[i].x == nil && !list[i].piped {
			if p.Default == nil {
				b.missingParam(name, decl, p, at, n)
				return false
			}
			list[i] = given{param: p, x: p.Default, v: value{typ: declaredType(p)}, scope: b.scope}
			continue
		}
		if !b.fitsParam(p, &list[i], at) {
			return false
		}
	}
	return true
}

func (b *binder) missingParam(name string, decl *syntax.Function, p *syntax.FuncParam, at text.Span, n int) {
	low := requiredParams(decl.Params)
	if n < low {
		b.report(diag.ArgumentCount, at, name, countText(low, len(decl.Params)), n)
		return
	}
	b.report(diag.MissingArgument, at, p.Name.Text)
}

func requiredParams(params []*syntax.FuncParam) int {
	n := 0
	for _, p := range params {
		if p.Default == nil {
			n++
		}
	}
	return n
}

func paramIndex(params []*syntax.FuncParam, name string) int {
	for i, p := range params {
		if p.Name != nil && p.Name.Text == name {
			return i
		}
	}
	return -1
}

func suggestParam(name string, params []*syntax.FuncParam) string {
	return didYouMean(suggestion(name, func(yield func(string) bool) {
		for _, p := range params {
			if !yield(p.Name.Text) {
				return
			}
		}
	}))
}

// fitsParam checks one argument: a table with the columns that the parameter names, or a scalar. Scalars are converted.
func (b *binder) fitsParam(p *syntax.FuncParam, g *given, at text.Span) bool {
	if p.Schema == nil {
		if g.v.typ.Tabular() {
			if !g.v.bad {
				b.report(diag.ScalarExpected, g.span(at), typeName(g.v))
			}
			return g.v.bad
		}
		return true
	}
	if g.v.typ == symbol.Unknown && g.v.kind == 0 {
		g.v = tabular(openTable())
		return true
	}
	if g.v.typ != symbol.Table {
		b.report(diag.TableExpected, g.span(at), typeName(g.v))
		return false
	}
	var lacks []string
	for _, want := range symbol.SchemaColumns(p.Schema).List {
		have := g.v.table.find(want.Name)
		if have == nil && !g.v.table.Open || have != nil && have.Type != want.Type && have.Type != symbol.Unknown && want.Type != symbol.Unknown {
			lacks = append(lacks, want.Name+": "+want.Type.String())
		}
	}
	if len(lacks) > 0 {
		b.report(diag.MissingColumns, g.span(at), strings.Join(lacks, ", "))
		return false
	}
	return true
}

func declaredType(p *syntax.FuncParam) symbol.Type {
	if p.Schema != nil {
		return symbol.Table
	}
	if p.Type == nil {
		return symbol.Unknown
	}
	t, _ := symbol.ParseType(p.Type.Name)
	return t
}

// invocation gives the body bound for one call. Two calls of a function with parameters never share side tables: a name in
// them means other rows. A function without parameters always means the same and is bound once, a stored one once a snapshot.
func (b *binder) invocation(f userFunction, tree *syntax.Tree, decl *syntax.Function, list []given) *Invocation {
	if len(list) > 0 {
		if b.bodies++; b.bodies > bodyLimit {
			return nil
		}
		return b.bindBody(f, tree, decl, list, true)
	}
	key := f.key()
	if inv := b.cache[key]; inv != nil {
		return inv
	}
	if b.cache == nil {
		b.cache = map[any]*Invocation{}
	}
	inv := b.plainBody(f, tree, decl)
	b.cache[key] = inv
	return inv
}

// snapshotKey is the key of a stored function's body that a snapshot keeps.
type snapshotKey struct {
	function *symbol.Function
	at       place
}

// plainBody binds a body without parameters. Inside other bodies a call may be a recursion, so what comes out isn't kept.
func (b *binder) plainBody(f userFunction, tree *syntax.Tree, decl *syntax.Function) *Invocation {
	if f.stored == nil || len(b.calls) > 0 {
		return b.bindBody(f, tree, decl, nil, true)
	}
	inv := b.schema.Memo(snapshotKey{f.stored, f.at}, func() any { return b.bindBody(f, tree, decl, nil, true) })
	return inv.(*Invocation)
}

func declaredOr(g given) symbol.Type {
	if t := declaredType(g.param); t != symbol.Unknown {
		return t
	}
	return g.v.typ
}

// bindBody binds a function's body with its parameters. With own set it gets side tables of its own and errors in it stay with
// it; else it is the declaration in the text.
func (b *binder) bindBody(f userFunction, tree *syntax.Tree, decl *syntax.Function, list []given, own bool) *Invocation {
	inv := &Invocation{Symbol: Symbol{Kind: SymFunction, Name: f.name}, Body: decl.Body, BodyTree: tree}
	saved := *b
	if f.variable != nil {
		b.vars, b.at = f.variable.vars, f.variable.database
	} else {
		b.vars, b.at = nil, f.at
	}
	if own {
		b.scope = newScope(16)
		b.quiet++
	}
	if own {
		b.first = nil
	}
	b.tree, b.rows, b.place, b.by, b.search, b.fuzzy = tree, nil, placeNormal, nil, false, false
	b.calls = append(b.calls[:len(b.calls):len(b.calls)], f.key())
	if decl.Body != nil {
		b.end = decl.Body.To
	}
	for _, g := range list {
		v := b.parameter(g)
		inv.Params = append(inv.Params, v)
	}
	inv.Scope = b.scope
	result := b.body(decl.Body, inv)
	inv.Type, inv.Result, inv.group, inv.shape = result.typ, result.table, result.group, result.shape
	if own {
		inv.failure = b.first
		b.first = saved.first
	}
	b.restore(saved)
	return inv
}

// restore puts back what a body changes; what grows (diagnostics, counters, caches) stays.
func (b *binder) restore(saved binder) {
	b.tree, b.scope, b.vars, b.rows, b.at, b.place = saved.tree, saved.scope, saved.vars, saved.rows, saved.at, saved.place
	b.fuzzy, b.quiet, b.calls, b.by, b.search, b.scanning = saved.fuzzy, saved.quiet, saved.calls, saved.by, saved.search, saved.scanning
	b.end = saved.end
}

// parameter makes the variable of a parameter.
func (b *binder) parameter(g given) *Variable {
	v := &Variable{
		Name: g.param.Name.Text, Decl: g.param.Name, Param: true, ParamDefault: g.param.Default, Type: declaredOr(g),
		tree: b.tree, Const: g.fold, Shape: g.v.shape, names: g.names, used: true,
	}
	if g.param.Type != nil {
		b.typeRef(g.param.Type)
	}
	if g.param.Schema != nil {
		declared := b.rowSchema(g.param.Schema)
		v.Type = symbol.Table
		v.Table = &Table{Columns: declared}
		if g.v.table != nil {
			v.Table = g.v.table
		}
	}
	if g.param.Default != nil {
		b.value(g.param.Default)
		if v.Const == nil && (g.x == nil || g.x == g.param.Default) {
			v.Const = b.constant(g.param.Default)
		}
	}
	v.In = text.Span{Start: g.param.To, End: b.end}
	b.scope.Refs[g.param.Name] = Symbol{Kind: SymParam, Name: v.Name, Type: v.Type, Let: v}
	b.vars = &varList{v: v, next: b.vars}
	if b.quiet == 0 {
		b.bound.Vars = append(b.bound.Vars, v)
	}
	return v
}

// body binds the statements of a body and gives what its last query gives.
func (b *binder) body(body *syntax.Body, inv *Invocation) value {
	var last value
	if body == nil {
		return last
	}
	for _, s := range body.Statements {
		if q, ok := s.(*syntax.QueryStatement); ok {
			last = b.value(q.X)
			inv.ResultX = q.X
			continue
		}
		b.statement(s)
	}
	return last
}
