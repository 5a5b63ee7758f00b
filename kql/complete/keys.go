// Keys of dynamic values: what is known of the inside of a column or variable from the expression that makes it.

package complete

import (
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// key is a property of a bag.
type key struct {
	name  string
	value syntax.Expr // nil when it isn't known
	typ   symbol.Type
}

// deep is how far from one expression to the next keys are looked for; a variable can't lead back to itself, but lists can be long.
const deep = 20

// lookLimit bounds the work on bags merged of bags, each of which is named several times.
const lookLimit = 1000

// keyItems lists the keys of a dynamic value, as names behind a dot or as texts in brackets.
func (p *place) keyItems(x syntax.Expr, bracket bool) []Item {
	var items []Item
	for i, k := range p.keysOf(x, deep) {
		it := Item{Label: k.name, Kind: Column, Insert: k.name, Rank: 10, seq: i + 1}
		if k.typ != symbol.Unknown {
			it.Detail = k.typ.String()
		}
		if q := quoted(k.name); !bracket && q != k.name {
			it.Insert = q
		}
		items = append(items, it)
	}
	return items
}

// keysOf gives the keys of a value; none when its inside isn't known.
func (p *place) keysOf(x syntax.Expr, left int) []key {
	if p.looked++; p.looked > lookLimit {
		return nil
	}
	switch x := p.resolve(x, left).(type) {
	case *syntax.JSONBag:
		keys := make([]key, 0, len(x.Pairs))
		for _, pair := range x.Pairs {
			if pair.Key != nil {
				keys = append(keys, key{pair.Key.Text, pair.Value, p.typeOf(pair.Value)})
			}
		}
		return keys
	case *syntax.Call:
		return p.keysOfCall(x, left-1)
	}
	return nil
}

// resolve follows names, brackets and paths to the expression that a value is made by; nil when that isn't known.
func (p *place) resolve(x syntax.Expr, left int) syntax.Expr {
	for ; left > 0; left-- {
		switch n := x.(type) {
		case *syntax.DynamicLit:
			x = n.Value
		case *syntax.Paren:
			x = n.X
		case *syntax.Named:
			x = n.X
		case *syntax.NameRef:
			x = p.maker(n.Name)
		case *syntax.Path:
			ref, ok := n.Selector.(*syntax.NameRef)
			if !ok {
				return nil
			}
			x = p.inside(n.X, ref.Name.Text, left-1)
		case *syntax.Index:
			if l, ok := n.I.(*syntax.Literal); ok && l.Kind == syntax.LitString {
				x = p.inside(n.X, l.Text, left-1)
			} else {
				x = p.element(n.X, left-1)
			}
		default:
			return x
		}
	}
	return nil
}

func (p *place) typeOf(x syntax.Expr) symbol.Type {
	switch x := x.(type) {
	case *syntax.JSONBag, *syntax.JSONArray:
		return symbol.Dynamic
	case *syntax.Literal:
		if x.Kind == syntax.LitString {
			return symbol.String
		}
	}
	return p.bound.Types[x]
}

// inside gives what a key of a value stands for.
func (p *place) inside(x syntax.Expr, name string, left int) syntax.Expr {
	for _, k := range p.keysOf(x, left) {
		if k.name == name {
			return k.value
		}
	}
	return nil
}

// element gives the first element of an array that is written out: the others are taken to be like it.
func (p *place) element(x syntax.Expr, left int) syntax.Expr {
	switch n := p.resolve(x, left).(type) {
	case *syntax.JSONArray:
		if len(n.Items) > 0 {
			return n.Items[0]
		}
	case *syntax.Call:
		if n.Fun != nil && (n.Fun.Text == "pack_array" || n.Fun.Text == "make_list" || n.Fun.Text == "make_set") && len(n.Args) > 0 {
			return n.Args[0]
		}
	}
	return nil
}

// keysOfCall gives the keys of bags that functions make of written names.
func (p *place) keysOfCall(x *syntax.Call, left int) []key {
	if x.Fun == nil {
		return nil
	}
	var keys []key
	switch x.Fun.Text {
	case "bag_pack", "pack", "pack_dictionary":
		for i := 0; i+1 < len(x.Args); i += 2 {
			if l, ok := x.Args[i].(*syntax.Literal); ok && l.Kind == syntax.LitString {
				keys = append(keys, key{l.Text, x.Args[i+1], p.bound.Types[x.Args[i+1]]})
			}
		}
	case "bag_merge":
		for _, arg := range x.Args {
			keys = append(keys, p.keysOf(arg, left)...)
		}
	case "pack_all":
		for _, c := range p.columns() {
			keys = append(keys, key{name: c.Name, typ: c.Type})
		}
	case "bag_set_key":
		if len(x.Args) == 3 {
			keys = p.keysOf(x.Args[0], left)
			if l, ok := x.Args[1].(*syntax.Literal); ok {
				keys = append(keys, key{l.Text, x.Args[2], p.bound.Types[x.Args[2]]})
			}
		}
	case "bag_pack_columns":
		for _, arg := range x.Args {
			if ref, ok := arg.(*syntax.NameRef); ok {
				keys = append(keys, key{ref.Name.Text, arg, p.bound.Types[arg]})
			}
		}
	case "todynamic", "parse_json", "toobject", "materialize", "coalesce", "any", "take_any":
		if len(x.Args) > 0 {
			keys = p.keysOf(x.Args[0], left)
		}
	}
	return keys
}

// maker gives the expression that a name stands for: a variable's, or the item that makes a column. nil when there is none.
func (p *place) maker(n *syntax.Name) syntax.Expr {
	sym := p.bound.Refs[n]
	if sym.Let != nil {
		return sym.Let.X
	}
	if sym.Column == nil {
		return nil
	}
	for x, made := range p.bound.Made {
		for _, c := range made {
			if _, passes := x.(*syntax.NameRef); c == sym.Column && !passes {
				return x
			}
		}
	}
	return nil
}
