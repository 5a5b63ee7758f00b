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
	if left == 0 {
		return nil
	}
	switch x := x.(type) {
	case *syntax.DynamicLit:
		return p.keysOf(x.Value, left-1)
	case *syntax.Paren:
		return p.keysOf(x.X, left-1)
	case *syntax.Named:
		return p.keysOf(x.X, left-1)
	case *syntax.JSONBag:
		keys := make([]key, 0, len(x.Pairs))
		for _, pair := range x.Pairs {
			if pair.Key != nil {
				keys = append(keys, key{pair.Key.Text, pair.Value, p.typeOf(pair.Value)})
			}
		}
		return keys
	case *syntax.NameRef:
		return p.keysOf(p.maker(x.Name), left-1)
	case *syntax.Path:
		if ref, ok := x.Selector.(*syntax.NameRef); ok {
			return p.keysOf(p.inside(x.X, ref.Name.Text, left-1), left-1)
		}
	case *syntax.Index:
		if l, ok := x.I.(*syntax.Literal); ok && l.Kind == syntax.LitString {
			return p.keysOf(p.inside(x.X, l.Text, left-1), left-1)
		} else if a, ok := p.element(x.X, left-1); ok {
			return p.keysOf(a, left-1)
		}
	case *syntax.Call:
		return p.keysOfCall(x, left-1)
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

// element gives the first element of an array that is written out.
func (p *place) element(x syntax.Expr, left int) (syntax.Expr, bool) {
	for ; left > 0; left-- {
		switch n := x.(type) {
		case *syntax.DynamicLit:
			x = n.Value
		case *syntax.NameRef:
			x = p.maker(n.Name)
		case *syntax.Named:
			x = n.X
		case *syntax.JSONArray:
			if len(n.Items) == 0 {
				return nil, false
			}
			return n.Items[0], true
		default:
			return nil, false
		}
	}
	return nil, false
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
