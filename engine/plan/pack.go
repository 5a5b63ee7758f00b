// pack_all: a bag of the whole row, with or without what is null or empty.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// packAll makes a bag of the whole row.
func (p *builder) packAll(e *env, x *syntax.Call) (Expr, error) {
	var args []Expr
	for i, c := range e.list {
		args = append(args, stringConst(c.Name), &Col{i, c.Kind})
	}
	bag, err := p.call(e, x, "bag_pack", args)
	if err != nil || len(x.Args) == 0 {
		return bag, err
	}
	option, err := p.constant(e, x.Args[0])
	if err != nil {
		return nil, err
	}
	if option.Kind != value.Bool || option.IsNull(0) {
		return nil, e.invalid(x.Args[0], "pack_all takes true or false")
	}
	if !option.Bools[0] {
		return bag, nil
	}
	return p.fold(e, x, &Call{Name: "pack_all", Over: &withoutEmpty, Args: []Expr{bag}})
}

// withoutEmpty drops the properties of a bag that are null or the empty string.
var withoutEmpty = fn.Overload{
	Result: value.Dynamic,
	Eval: func(c *fn.Context, args []*value.Vector, n int) (*value.Vector, error) {
		b := value.NewBuilder(value.Dynamic, n)
		for i := range n {
			d := value.DynAt(args[0], i)
			var keys []string
			var items []value.Dyn
			for j, item := range d.Items() {
				if (item.Kind() == value.DynArray || item.Kind() == value.DynBag) && item.Len() == 0 {
					return nil, &fn.NotBuilt{Name: "pack_all", Detail: "an empty array or bag where empty values are left out"}
				}
				if item.IsNull() || item.Kind() == value.DynString && item.Str() == "" {
					continue
				}
				keys, items = append(keys, d.Keys()[j]), append(items, item)
			}
			b.AppendDyn(value.NewBag(keys, items))
		}
		return b.Vector(), nil
	},
}
