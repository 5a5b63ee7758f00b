package binder

// This file binds calls: what the name means, the arguments, which signature fits, the type that comes out.

import (
	"fmt"
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// call binds f(…). Built-in functions come before let functions, and those before stored ones.
func (b *binder) call(x *syntax.Call) value {
	name := x.Fun.Text
	if x.Fun.Missing {
		b.callArgs(x, placeNormal)
		return badValue
	}
	switch name {
	case "toscalar", "totable", "materialize":
		return b.tableFunction(x)
	}
	if f, kind := b.builtinNamed(name); f != nil {
		return b.builtinCall(x, f, kind)
	}
	if v := b.vars.find(name); v != nil {
		return b.variableCall(x, v)
	}
	if f := b.at.database.Function(name); f != nil {
		if b.calling(f) {
			b.callArgs(x, placeNormal)
			return value{}
		}
		b.scope.Refs[x.Fun] = b.storedSymbol(f, b.at)
		return b.callUser(x, userFunction{stored: f, name: name, at: b.at}, x.Args, x.Fun.Span())
	}
	if b.place == placePlugin && name == "schema_merge" {
		return b.schemaMerge(x)
	}
	return b.unknownCall(x)
}

// schemaMerge is a plugin that the engine has and the facts don't: it merges the rows of getschema.
func (b *binder) schemaMerge(x *syntax.Call) value {
	b.callArgs(x, placeNormal)
	t := &Table{Columns: symbol.Columns{List: columnsOf("ColumnName", symbol.String, "ColumnOrdinal", symbol.Long,
		"DataType", symbol.String, "ColumnType", symbol.String)}}
	inv := &Invocation{Symbol: Symbol{Kind: SymPlugin, Name: x.Fun.Text, Type: symbol.Table}, Type: symbol.Table, Table: t, Signature: -1}
	b.scope.Refs[x.Fun], b.scope.Calls[x] = inv.Symbol, inv
	return tabular(t)
}

// builtinNamed finds what may be called at this place.
func (b *binder) builtinNamed(name string) (*builtin.Function, SymbolKind) {
	switch b.place {
	case placeAggregate:
		if f := builtin.FindAggregate(name); f != nil {
			return f, SymAggregate
		}
	case placePlugin:
		if f := builtin.FindPlugin(name); f != nil {
			return f, SymPlugin
		}
		return nil, 0
	}
	if f := builtin.FindFunction(name); f != nil && (b.inGraph || !f.Flags.Has(builtin.GraphOnly)) {
		return f, SymBuiltin
	}
	return nil, 0
}

func (b *binder) variableCall(x *syntax.Call, v *Variable) value {
	v.used = true
	if v.pattern != nil {
		b.scope.Refs[x.Fun] = Symbol{Kind: SymPattern, Name: v.Name, Let: v}
		return b.patternCall(x, v)
	}
	if v.Func == nil {
		b.scope.Refs[x.Fun] = Symbol{Kind: SymLet, Name: v.Name, Type: v.Type, Let: v}
		b.callArgs(x, placeNormal)
		b.report(diag.NotAFunction, x.Fun.Span(), v.Name)
		return badValue
	}
	b.scope.Refs[x.Fun] = Symbol{Kind: SymFunction, Name: v.Name, Let: v}
	return b.callUser(x, userFunction{variable: v, name: v.Name}, x.Args, x.Fun.Span())
}

// callArgs binds arguments and gives their values. Inside an aggregate's arguments the place is a normal one again.
func (b *binder) callArgs(x *syntax.Call, at functionPlace) []value {
	saved := b.place
	b.place = at
	values := make([]value, len(x.Args))
	for i, a := range x.Args {
		if w, ok := argument(a).(*syntax.Wildcard); ok {
			values[i] = b.starArgument(w)
			continue
		}
		values[i] = asDynamic(b.value(a))
		if len(values[i].tuple) > 0 {
			values[i].typ = values[i].tuple[0].Type
		}
	}
	b.place = saved
	return values
}

func (b *binder) starArgument(w *syntax.Wildcard) value {
	b.scope.Types[w] = symbol.Unknown
	if b.rows != nil {
		b.scope.Columns[w] = b.matching(w, b.rows.left)
	}
	return value{}
}

// unknownCall is a call of a name that means nothing.
func (b *binder) unknownCall(x *syntax.Call) value {
	name := x.Fun.Text
	b.callArgs(x, placeNormal)
	switch {
	case builtin.FindAggregate(name) != nil && b.place != placeAggregate:
		b.scope.Refs[x.Fun] = Symbol{Kind: SymAggregate, Name: name}
		b.report(diag.AggregateNotHere, x.Fun.Span(), name)
	case builtin.FindPlugin(name) != nil && b.place != placePlugin:
		b.scope.Refs[x.Fun] = Symbol{Kind: SymPlugin, Name: name}
		b.report(diag.PluginNotHere, x.Fun.Span(), name)
	case b.fuzzy, strings.HasPrefix(name, "__"):
	case b.place == placePlugin:
		b.unknownPlugin(x.Fun)
	default:
		b.unknownFunction(x.Fun)
	}
	if b.rows == nil {
		return value{typ: symbol.Table, table: openTable(), bad: true}
	}
	return badValue
}

// productFunctions are functions that the documentation of a product lists and that no schema of its databases does, nor the library:
// where they run, they are there.
var productFunctions = map[string]string{
	"_GetWatchlist":       "Microsoft Sentinel",
	"_GetWatchlistAlias":  "Microsoft Sentinel",
	"AssignedIPAddresses": "advanced hunting in Microsoft Defender",
	"DeviceFromIP":        "advanced hunting in Microsoft Defender",
	"FileProfile":         "advanced hunting in Microsoft Defender",
	"SeenBy":              "advanced hunting in Microsoft Defender",
}

// unknownFunction is an error where the database is known, since it may be a stored function else.
func (b *binder) unknownFunction(name *syntax.Name) {
	hint := b.suggestFunction(name.Text)
	if f := builtin.FindFunction(name.Text); f != nil && f.Flags.Has(builtin.GraphOnly) {
		hint = " here; it stands in the clauses of graph-match and its like"
	}
	product := productFunctions[name.Text]
	if product != "" {
		hint = " in the schema; " + product + " has it, so its columns aren't known here"
	}
	d := diag.New(diag.UnknownFunction, name.Span(), name.Text, hint)
	if !b.knownDatabase() {
		d.Severity = diag.Warning
		if b.at.database == nil {
			return
		}
	}
	if product != "" {
		d.Severity = diag.Info
	}
	b.emit(d)
}

// builtinCall binds a call of a built-in function, aggregate or plugin.
func (b *binder) builtinCall(x *syntax.Call, f *builtin.Function, kind SymbolKind) value {
	s := Symbol{Kind: kind, Name: f.Name}
	b.scope.Refs[x.Fun] = s
	if kind == SymBuiltin {
		if v, ok := b.entityCall(x, b.at); ok {
			return v
		}
		if f.Flags.Has(builtin.GraphOnly) {
			return b.graphCall(x, f)
		}
	}
	args := b.builtinArgs(x, f, kind)
	inv := &Invocation{Symbol: s, Signature: -1}
	b.scope.Calls[x] = inv
	v := b.builtinResult(x, f, args, inv)
	if len(inv.Tuple) == 0 {
		inv.Tuple = v.tuple
	}
	v.inv, inv.Type, inv.Table = inv, v.typ, v.table
	s.Type = v.typ
	inv.Symbol, b.scope.Refs[x.Fun] = s, s
	if f.Flags.Has(builtin.Obsolete) && f.Alternative != "" {
		b.report(diag.ObsoleteFunction, x.Fun.Span(), f.Name, f.Alternative)
	}
	return v
}

func (b *binder) builtinResult(x *syntax.Call, f *builtin.Function, args []value, inv *Invocation) value {
	c := &callCheck{b: b, x: x, f: f, args: args, inv: inv}
	if special, ok := b.engineCall(c); ok {
		return special
	}
	sig := c.choose()
	if sig == nil {
		v := c.unresolved()
		return v
	}
	before := b.count()
	c.check(sig)
	v := c.result(sig)
	b.foldCall(x, f.Name)
	v.bad = b.count() > before && v.typ == symbol.Unknown
	if v.column == nil {
		v.column = b.noopColumn(x, args, v.typ)
	}
	return v
}

// count is the number of errors so far, told or kept quiet.
func (b *binder) count() int { return len(b.diagnostics) + b.errors }

// noopColumn gives the column that a conversion to the column's own type passes on.
func (b *binder) noopColumn(x *syntax.Call, args []value, t symbol.Type) *symbol.Column {
	if len(args) != 1 || args[0].column == nil || args[0].column.Type != t {
		return nil
	}
	switch x.Fun.Text {
	case "tobool", "toboolean", "todatetime", "todecimal", "todouble", "toreal", "toguid", "toint", "tolong", "tostring",
		"totimespan", "totime":
		return args[0].column
	}
	return nil
}

// builtinArgs binds the arguments of a built-in function. A scalar function around aggregates leaves them aggregates.
func (b *binder) builtinArgs(x *syntax.Call, f *builtin.Function, kind SymbolKind) []value {
	if kind == SymPlugin && len(f.Signatures) == 1 && len(f.Signatures[0].Params) > 0 && f.Signatures[0].Params[0].Kind == builtin.KindTabular {
		return b.lookupArgs(x, &f.Signatures[0])
	}
	if kind == SymPlugin {
		return b.pluginArgs(x, f)
	}
	inner := placeNormal
	if kind == SymBuiltin && (b.place == placeGraph || b.place == placeAggregate) {
		inner = b.place
	}
	return b.callArgs(x, inner)
}

// pluginArgs binds the arguments of a plugin: pivot takes an aggregate among them.
func (b *binder) pluginArgs(x *syntax.Call, f *builtin.Function) []value {
	values := make([]value, len(x.Args))
	saved := b.place
	for i, a := range x.Args {
		b.place = placeNormal
		if p := f.Signatures[0].Params; i < len(p) && p[i].Arg == builtin.ArgAggregate {
			b.place = placeAggregate
		}
		values[i] = b.value(a)
	}
	b.place = saved
	return values
}

// lookupArgs binds the arguments of a plugin that looks things up in a table: some of them are columns of that table.
func (b *binder) lookupArgs(x *syntax.Call, sig *builtin.Signature) []value {
	values := make([]value, len(x.Args))
	savedRows, savedPlace := b.rows, b.place
	b.place = placeNormal
	var other *Table
	for i, a := range x.Args {
		b.rows = savedRows
		switch {
		case i == 0:
			values[i] = b.table(a)
			other = values[i].table
			continue
		case i < len(sig.Params) && sig.Params[i].Arg == builtin.ArgColumnParameter0:
			b.rows = &rows{left: other}
		}
		values[i] = b.value(a)
	}
	b.rows, b.place = savedRows, savedPlace
	return values
}

// callCheck is the matching of one call with the signatures of its function.
type callCheck struct {
	b      *binder
	x      *syntax.Call
	f      *builtin.Function
	args   []value
	inv    *Invocation
	params []*builtin.Param // for each argument, with the signature being looked at
}

// choose picks the signature that fits best, nil when none or several do.
func (c *callCheck) choose() *builtin.Signature {
	sigs := c.f.Signatures
	if len(sigs) == 1 {
		return &sigs[0]
	}
	candidates := c.byCount(sigs)
	best, bestCount := []int{}, 0
	for _, i := range candidates {
		n := c.matches(&sigs[i])
		switch {
		case n > bestCount || len(best) == 0:
			best, bestCount = []int{i}, n
		case n == bestCount:
			best = append(best, i)
		}
	}
	if len(best) == 0 {
		return nil
	}
	pick := best[0]
	for _, i := range best[1:] {
		if c.better(&sigs[i], &sigs[pick]) > 0 {
			pick = i
		}
	}
	for _, i := range best {
		if i != pick && c.better(&sigs[pick], &sigs[i]) <= 0 {
			return nil
		}
	}
	c.inv.Signature = pick
	return &sigs[pick]
}

// byCount gives the signatures that take this many arguments, else those that come nearest.
func (c *callCheck) byCount(sigs []builtin.Signature) []int {
	n := len(c.args)
	var list []int
	most := 0
	for i := range sigs {
		if n >= int(sigs[i].Min) && n <= int(sigs[i].Max) {
			list = append(list, i)
		}
		most = max(most, int(sigs[i].Max))
	}
	if len(list) > 0 {
		return list
	}
	for i := range sigs {
		if int(sigs[i].Max) == most {
			list = append(list, i)
		}
	}
	return list
}

func (c *callCheck) matches(sig *builtin.Signature) int {
	c.params = layout(sig, c.x.Args, c.args)
	n := 0
	for i := range c.args {
		if c.match(c.params[i], i) != matchNone {
			n++
		}
	}
	return n
}

// better compares two signatures: first their worst match, then their best.
func (c *callCheck) better(a, z *builtin.Signature) int {
	aLow, aHigh := c.extremes(a)
	zLow, zHigh := c.extremes(z)
	if aLow != zLow {
		return int(aLow) - int(zLow)
	}
	return int(aHigh) - int(zHigh)
}

func (c *callCheck) extremes(sig *builtin.Signature) (low, high matchKind) {
	c.params = layout(sig, c.x.Args, c.args)
	low = matchExact
	for i := range c.args {
		m := c.match(c.params[i], i)
		low, high = min(low, m), max(high, m)
	}
	return low, high
}

func (c *callCheck) unknownArgs() bool {
	for _, a := range c.args {
		if a.bad || a.typ == symbol.Unknown {
			return true
		}
	}
	return false
}

// unresolved is a call that no signature fits, or several fit alike.
func (c *callCheck) unresolved() value {
	low, high := c.argRange()
	switch {
	case len(c.args) < low || len(c.args) > high:
		c.b.reportAs(diag.ArgumentCount, "KS120", c.x.Fun.Span(), c.f.Name, countText(low, high), len(c.args))
	case !c.unknownArgs():
		c.b.report(diag.NoOverload, c.x.Fun.Span(), c.f.Name, typeList(c.args))
	}
	return value{typ: c.commonResult(), bad: true}
}

func (c *callCheck) argRange() (low, high int) {
	low = 1 << 20
	for i := range c.f.Signatures {
		low, high = min(low, int(c.f.Signatures[i].Min)), max(high, int(c.f.Signatures[i].Max))
	}
	return low, high
}

// commonResult is the type that all signatures give, Unknown when they differ.
func (c *callCheck) commonResult() symbol.Type {
	t := c.f.Signatures[0].Type
	for i := range c.f.Signatures {
		s := &c.f.Signatures[i]
		if s.Return != builtin.ReturnDeclared || s.Type != t {
			return symbol.Unknown
		}
	}
	return t
}

func typeList(args []value) string {
	var names []string
	for _, a := range args {
		names = append(names, typeName(a))
	}
	return strings.Join(names, ", ")
}

// countText words how many arguments are taken.
func countText(low, high int) string {
	switch {
	case low == high && low == 0:
		return "no arguments"
	case low == high && low == 1:
		return "1 argument"
	case low == high:
		return fmt.Sprintf("%d arguments", low)
	case high > 60:
		return fmt.Sprintf("at least %d arguments", low)
	}
	return fmt.Sprintf("%d to %d arguments", low, high)
}
