// Which type fits best at the caret: that of the other side of a comparison, or that of the parameter an argument is for.

package complete

import (
	"calypso/kql/builtin"
	"calypso/kql/signature"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// How much worse an item ranks by its type.
const (
	exactType = 0
	closeType = 5  // an int where a long is wanted, a type that isn't known
	otherType = 50 // behind everything that fits
)

// wanted gives the types that fit best; 0 when all do.
func (p *place) wanted() builtin.TypeSet {
	for i := len(p.path) - 1; i > 0; i-- {
		switch n := p.path[i-1].(type) {
		case *syntax.Binary:
			return p.wantedBeside(n, p.path[i])
		case *syntax.In:
			if n.X != p.path[i] {
				return one(p.bound.Types[n.X])
			}
			return 0
		case *syntax.Between:
			if n.X != p.path[i] {
				return one(p.bound.Types[n.X])
			}
			return 0
		case *syntax.Call:
			h, ok := signature.Of(p.bound, p.replace.Start)
			if !ok || h.Call != n || h.Param < 0 {
				return 0
			}
			return h.Signatures[h.Active].Params[h.Param].Types
		case syntax.Operator:
			return 0
		}
	}
	return 0
}

// wantedBeside gives the types that fit beside the other side of an operator.
func (p *place) wantedBeside(n *syntax.Binary, side syntax.Node) builtin.TypeSet {
	other := n.X
	if n.X == side {
		other = n.Y
	}
	switch n.Op {
	case "==", "!=", "<>", "<", "<=", ">", ">=", "=~", "!~":
		return one(p.bound.Types[other])
	case "and", "or", "+", "-", "*", "/", "%":
		return 0
	}
	return one(symbol.String) // has, contains, matches regex and their like
}

func one(t symbol.Type) builtin.TypeSet {
	if t < symbol.Bool || t > symbol.Dynamic {
		return 0
	}
	return 1 << t
}

// fit grades a type where some are wanted.
func fit(want builtin.TypeSet, t symbol.Type) int {
	if want == 0 || want.Has(t) {
		return exactType
	}
	if t == symbol.Unknown || t == symbol.Dynamic {
		return closeType
	}
	for to := symbol.Bool; to <= symbol.Dynamic; to++ {
		if want.Has(to) && (builtin.Promotable(t, to) || builtin.Promotable(to, t)) {
			return closeType
		}
	}
	return otherType
}

// columnWanted tells whether the argument at the caret must be a column.
func (p *place) columnWanted() bool {
	h, ok := signature.Of(p.bound, p.replace.Start)
	return ok && h.Param >= 0 && h.Signatures[h.Active].Params[h.Param].Column
}

// namedArguments lists the parameters of a let or stored function that can be given by name here.
func (p *place) namedArguments() []Item {
	call, ok := p.parent(2).(*syntax.Call)
	if !ok {
		return nil
	}
	h, ok := signature.Of(p.bound, p.replace.Start)
	if !ok || h.Call != call || h.Function != nil {
		return nil
	}
	given := map[string]bool{}
	for i, arg := range call.Args {
		switch n := arg.(type) {
		case *syntax.Named:
			given[n.Names[0].Text] = true
		default:
			if i < h.Argument && i < len(h.Signatures[0].Params) {
				given[h.Signatures[0].Params[i].Name] = true
			}
		}
	}
	var items []Item
	for i, param := range h.Signatures[0].Params {
		if !given[param.Name] && !param.Types.Has(symbol.Table) {
			items = append(items, Item{Label: param.Name + "=", Kind: Parameter, Insert: quoted(param.Name) + "=", Rank: 8, Again: true, seq: i + 1})
		}
	}
	return items
}

// literals are values that are often written where a type is wanted: before columns in a comparison, behind those that fit in a call.
func (p *place) literals(want builtin.TypeSet) []Item {
	var items []Item
	rank := 15
	switch p.parent(2).(type) {
	case *syntax.Binary, *syntax.In, *syntax.Between:
		rank = 6
	}
	add := func(label, insert string) {
		it := Item{Label: label, Kind: Value, Rank: rank, seq: len(items) + 1}
		if insert != "" {
			it.Kind, it.Insert, it.Snippet = Snippet, insert, true
		}
		items = append(items, it)
	}
	if want == 0 {
		return nil
	}
	if want == one(symbol.Bool) {
		add("true", "")
		add("false", "")
	}
	if want == one(symbol.Datetime) {
		add("ago(1h)", "ago(${1:1h})$0")
		add("now()", "now()$0")
		add("datetime()", "datetime(${1:2026-01-01})$0")
		add("startofday(now())", "startofday(now())$0")
	}
	if want == one(symbol.Timespan) {
		add("1h", "")
		add("1d", "")
		add("timespan()", "timespan(${1:1.00:00:00})$0")
	}
	if want == one(symbol.String) {
		add(`""`, `"$0"`)
	}
	if want == one(symbol.Guid) {
		add("guid()", "guid($0)")
	}
	if want == one(symbol.Dynamic) {
		add("dynamic([])", "dynamic([$0])")
	}
	return items
}
