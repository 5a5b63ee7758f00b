package binder

// This file finds what is known of the inside of dynamic values: what paths lead to and what functions make.

import (
	"sort"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// selected gives the shape behind a dot.
func selected(s *symbol.Shape, selector syntax.Expr) *symbol.Shape {
	if ref, ok := selector.(*syntax.NameRef); ok {
		inner, _ := s.Prop(ref.Name.Text)
		return inner
	}
	return nil
}

// declaredShape is the shape that the facts give for a dynamic result; of make_bag they only say that it is a bag.
func (c *callCheck) declaredShape(sig *builtin.Signature) *symbol.Shape {
	switch {
	case sig.Type != symbol.Dynamic || sig.Shape == "":
		return nil
	case sig.Shape == "bag{}" && c.argShape(0) != nil:
		return c.argShape(0)
	}
	return symbol.ParseShape(sig.Shape)
}

func (c *callCheck) argShape(i int) *symbol.Shape {
	if i < len(c.args) && c.args[i].typ == symbol.Dynamic {
		return c.args[i].shape
	}
	return nil
}

// argInside gives what is known of an argument once it stands in a dynamic value.
func (c *callCheck) argInside(i int) *symbol.Shape {
	if i < len(c.args) {
		return c.args[i].inside()
	}
	return nil
}

// bagOf is the bag of a row.
func bagOf(t *Table) *symbol.Shape {
	if t == nil {
		return nil
	}
	bag := symbol.BagOf()
	for _, c := range t.List {
		v := value{typ: c.Type, shape: c.Shape}
		bag.Props = append(bag.Props, symbol.Property{Name: c.Name, Shape: v.inside()})
	}
	return bag
}

// customShape gives the shape of a dynamic result of the functions whose facts say only that they compute it.
func (c *callCheck) customShape() *symbol.Shape {
	switch c.f.Name {
	case "bag_pack", "pack", "pack_dictionary":
		return c.packed()
	case "bag_pack_columns":
		return c.packedColumns()
	case "pack_all":
		if c.b.rows != nil {
			return bagOf(c.b.rows.left)
		}
	case "bag_merge":
		return c.merged(false)
	case "bag_set_key":
		if key, ok := c.b.stringConst(c.x, 1); ok {
			return c.argShape(0).With(key, c.argInside(2))
		}
	case "bag_remove_keys":
		return c.withoutKeys()
	case "pack_array":
		return symbol.ArrayOf(c.common())
	case "array_concat", "set_union":
		return c.merged(true)
	case "array_iff", "array_iif":
		return symbol.ArrayOf(symbol.MergeShapes(c.element(1), c.element(2)))
	case "set_intersect", "set_difference", "array_sort_asc", "array_sort_desc":
		return c.argShape(0)
	}
	return nil
}

// packed is the bag of keys and values that stand in pairs.
func (c *callCheck) packed() *symbol.Shape {
	bag := symbol.BagOf()
	for i := 0; i+1 < len(c.args); i += 2 {
		if key, ok := c.b.stringConst(c.x, i); ok {
			bag = bag.With(key, c.argInside(i+1))
		}
	}
	return bag
}

func (c *callCheck) packedColumns() *symbol.Shape {
	bag := symbol.BagOf()
	for i := range c.args {
		if name := c.argName(i); name != "" {
			bag = bag.With(name, c.argInside(i))
		}
	}
	return bag
}

// merged is what all arguments are together. Of arrays, one of unknown elements makes all unknown.
func (c *callCheck) merged(arrays bool) *symbol.Shape {
	var shape *symbol.Shape
	for i := range c.args {
		next := c.argShape(i)
		switch {
		case i == 0:
			shape = next
		case next != nil && shape != nil:
			shape = symbol.MergeShapes(shape, next)
		case arrays:
			return nil
		case shape == nil:
			shape = next
		}
	}
	return shape
}

func (c *callCheck) withoutKeys() *symbol.Shape {
	shape := c.argShape(0)
	if len(c.x.Args) > 1 {
		for _, key := range c.b.namesIn(argument(c.x.Args[1])) {
			shape = shape.Without(key)
		}
	}
	return shape
}

// common is what every argument is.
func (c *callCheck) common() *symbol.Shape {
	var shape *symbol.Shape
	for i := range c.args {
		if i == 0 {
			shape = c.argInside(0)
		} else {
			shape = symbol.MergeShapes(shape, c.argInside(i))
		}
	}
	return shape
}

// element is what is known of an argument's elements, or of the argument itself where it is no array.
func (c *callCheck) element(i int) *symbol.Shape {
	if shape := c.argShape(i); shape != nil && shape.Kind == symbol.Array {
		return shape.Elem
	}
	if i < len(c.args) && c.args[i].typ != symbol.Dynamic {
		return c.argInside(i)
	}
	return nil
}

// addSeen adds what one cell of a data table shows of its column.
func addSeen(c *symbol.Column, seen *symbol.Shape) {
	switch {
	case seen == nil || c.Type != symbol.Dynamic:
	case c.Shape == nil:
		c.Shape = seen
	default:
		c.Shape = symbol.MergeShapes(c.Shape, seen)
	}
}

// unpacked is what bag_unpack gives: the source without the column that is taken apart, then the properties known, by name. It
// stays open: only the rows tell which properties there are.
func (b *binder) unpacked(c *callCheck) *Table {
	t := openTable()
	if b.rows == nil || len(c.args) == 0 {
		return t
	}
	list := newColumnList(len(b.rows.left.List))
	for _, col := range b.rows.left.List {
		if col != c.args[0].column {
			list.add(col, false)
		}
	}
	if bag := c.argShape(0); bag != nil && bag.Kind == symbol.Bag {
		c.addProperties(list, bag)
	}
	t.List = list.list
	return t
}

// addProperties adds a column for each property of a bag, as the arguments of bag_unpack ask: with a prefix, without some, and
// in a column's place or not where the source has one of the name.
func (c *callCheck) addProperties(list *columnList, bag *symbol.Shape) {
	prefix, _ := c.b.constant(c.argument("OutputColumnPrefix", 1)).(string)
	conflict, _ := c.b.constant(c.argument("columnsConflict", 2)).(string)
	ignored := map[string]bool{}
	for _, name := range c.b.namesIn(c.argument("ignoredProperties", 3)) {
		ignored[name] = true
	}
	props := append([]symbol.Property{}, bag.Props...)
	sort.SliceStable(props, func(i, j int) bool { return props[i].Name < props[j].Name })
	for _, p := range props {
		if ignored[p.Name] || list.has(prefix+p.Name) && conflict == "keep_source" {
			continue
		}
		v := shaped(p.Shape)
		if p.Shape != nil && p.Shape.Kind == symbol.Primitive {
			v.typ = p.Shape.Type
		}
		list.add(v.named(prefix+p.Name), true)
	}
}

// argument gives the argument of a name, or the one at a place when that has no name; nil when there is none.
func (c *callCheck) argument(name string, at int) syntax.Expr {
	for i, a := range c.x.Args {
		n, ok := a.(*syntax.Named)
		switch {
		case ok && len(n.Names) == 1 && equalFold(n.Names[0].Text, name):
			return n.X
		case !ok && i == at:
			return a
		}
	}
	return nil
}
