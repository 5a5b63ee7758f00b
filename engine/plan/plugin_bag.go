// evaluate bag_unpack: columns that only the data tell.

package plan

import (
	"math/bits"
	"slices"
	"strings"

	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// maxUnpacked is the most columns that bag_unpack and pivot make here.
const maxUnpacked = 1000

func (p *builder) bagUnpack(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	u := &unpacking{e: e, in: in, at: op.Call, conflict: "error"}
	if err := u.arguments(p, op.Call); err != nil {
		return nil, err
	}
	rows, err := p.runWhole(e, in, op)
	if err != nil {
		return nil, err
	}
	if op.Schema != nil {
		err = u.declare(op.Schema)
	} else {
		err = u.learn(rows)
	}
	if err != nil {
		return nil, err
	}
	columns, batch, err := u.unpack(p, rows, op.Schema)
	if err != nil {
		return nil, err
	}
	return p.given(e, op, columns, batch)
}

// unpacking is one bag_unpack.
type unpacking struct {
	e        *env
	in       *relation
	at       syntax.Node
	bag      int // ordinal of the column taken apart
	prefix   string
	conflict string
	ignored  map[string]bool
	keys     []string // properties that become columns, sorted
	kinds    map[string]value.Kind
}

func (u *unpacking) arguments(p *builder, call *syntax.Call) error {
	inner := u.e.over(u.in)
	names := []string{"column", "OutputColumnPrefix", "columnsConflict", "ignoredProperties"}
	for i, a := range call.Args {
		if i >= len(names) {
			return u.e.invalid(a, "bag_unpack takes four arguments at most")
		}
		name := names[i]
		if named, ok := a.(*syntax.Named); ok && len(named.Names) == 1 {
			name, a = named.Names[0].Text, named.X
		}
		x, err := p.scalar(inner, a)
		if err != nil {
			return err
		}
		if name == "column" {
			col, ok := x.(*Col)
			if !ok || x.Kind() != value.Dynamic {
				return u.e.invalid(a, "bag_unpack takes a dynamic column")
			}
			u.bag = col.Ordinal
			continue
		}
		c, ok := x.(*Const)
		if !ok {
			return u.e.invalid(a, "this argument of bag_unpack must be a constant")
		}
		if err := u.option(a, name, c.V); err != nil {
			return err
		}
	}
	if len(call.Args) == 0 {
		return u.e.invalid(call, "bag_unpack takes a dynamic column")
	}
	return nil
}

func (u *unpacking) option(at syntax.Node, name string, v *value.Vector) error {
	switch {
	case name == "OutputColumnPrefix" && v.Kind == value.String:
		u.prefix = v.Strings[0]
	case name == "columnsConflict" && v.Kind == value.String:
		u.conflict = v.Strings[0]
		if u.conflict != "error" && u.conflict != "replace_source" && u.conflict != "keep_source" {
			return u.e.invalid(at, "columnsConflict is error, replace_source or keep_source, not '%s'", u.conflict)
		}
	case name == "ignoredProperties" && v.Kind == value.Dynamic:
		u.ignored = map[string]bool{}
		for _, item := range value.DynAt(v, 0).Items() {
			u.ignored[item.Str()] = true
		}
	default:
		return u.e.invalid(at, "bag_unpack has no argument '%s' of this type", name)
	}
	return nil
}

// learn finds the properties and their types in the rows. A property whose values differ in type is dynamic, as documented; whether
// long and real do isn't shown.
func (u *unpacking) learn(rows *value.Batch) error {
	met := map[string]uint{} // the kinds of a property's values, as bits
	bags := rows.Cols[u.bag]
	for i := range rows.N {
		d := value.DynAt(bags, i)
		if d.Kind() != value.DynBag {
			if d.IsNull() {
				continue
			}
			return u.e.notBuilt(u.at, "bag_unpack of a value that is no bag")
		}
		items := d.Items()
		for k, key := range d.Keys() {
			if u.ignored[key] {
				continue
			}
			kinds, known := met[key]
			if !known {
				u.keys = append(u.keys, key)
			}
			if kind := kindOfDyn(items[k]); kind != value.Invalid {
				kinds |= 1 << kind
			}
			met[key] = kinds
		}
		if len(u.keys) > maxUnpacked {
			return u.e.invalid(u.at, "the bags have more than %d properties; name the columns behind the call", maxUnpacked)
		}
	}
	slices.Sort(u.keys)
	u.kinds = map[string]value.Kind{}
	for _, key := range u.keys {
		const number = 1<<value.Long | 1<<value.Real | 1<<value.Decimal
		kinds := met[key]
		switch {
		case bits.OnesCount(kinds) == 1:
			u.kinds[key] = value.Kind(bits.TrailingZeros(kinds))
		case kinds != 0 && kinds&^number == 0:
			return u.e.notBuilt(u.at, "bag_unpack of property '%s', whose numbers differ in type (name its type behind the call),", key)
		default:
			u.kinds[key] = value.Dynamic
		}
	}
	return nil
}

func kindOfDyn(d value.Dyn) value.Kind {
	switch d.Kind() {
	case value.DynBool:
		return value.Bool
	case value.DynLong:
		return value.Long
	case value.DynReal:
		return value.Real
	case value.DynDecimal:
		return value.Decimal
	case value.DynString:
		return value.String
	case value.DynDatetime:
		return value.Datetime
	case value.DynTimespan:
		return value.Timespan
	case value.DynGuid:
		return value.Guid
	case value.DynArray, value.DynBag:
		return value.Dynamic
	}
	return value.Invalid
}

// declare takes the columns from the schema behind the call.
func (u *unpacking) declare(schema *syntax.RowSchema) error {
	u.kinds = map[string]value.Kind{}
	for _, c := range schema.Columns {
		kind, ok := value.KindOf(c.Type.Name)
		if !ok {
			return u.e.invalid(c, "'%s' is no type", c.Type.Name)
		}
		if !schema.Star && columnNamed(u.in, c.Name.Text) != nil {
			return u.e.notBuilt(c, "bag_unpack whose schema names a column of the source")
		}
		key, ok := strings.CutPrefix(c.Name.Text, u.prefix)
		if !ok {
			return u.e.invalid(c, "column '%s' doesn't begin with '%s'", c.Name.Text, u.prefix)
		}
		u.keys = append(u.keys, key)
		u.kinds[key] = kind
	}
	return nil
}

// unpack makes the rows: the source's other columns, then the properties.
func (u *unpacking) unpack(p *builder, rows *value.Batch, schema *syntax.RowSchema) ([]value.Column, *value.Batch, error) {
	var columns []value.Column
	out := &value.Batch{N: rows.N}
	place := map[string]int{}
	for i, c := range u.in.node.Columns() {
		if i == u.bag || schema != nil && !schema.Star {
			continue
		}
		place[c.Name] = len(columns)
		columns, out.Cols = append(columns, c), append(out.Cols, rows.Cols[i])
	}
	for _, key := range u.keys {
		name := u.prefix + key
		at, clash := place[name]
		if clash && u.conflict == "keep_source" {
			continue
		}
		if clash && u.conflict == "error" {
			return nil, nil, u.e.invalid(u.at, "bag_unpack makes column '%s', which the source has; say columnsConflict='replace_source' or 'keep_source'", name)
		}
		v, err := u.property(p, rows, key)
		if err != nil {
			return nil, nil, err
		}
		if clash {
			columns[at], out.Cols[at] = value.Column{Name: name, Kind: v.Kind}, v
			continue
		}
		columns, out.Cols = append(columns, value.Column{Name: name, Kind: v.Kind}), append(out.Cols, v)
	}
	return columns, out, nil
}

func (u *unpacking) property(p *builder, rows *value.Batch, key string) (*value.Vector, error) {
	b := value.NewBuilder(value.Dynamic, rows.N)
	bags := rows.Cols[u.bag]
	for i := range rows.N {
		b.AppendDyn(value.DynAt(bags, i).Lookup(key))
	}
	v := b.Vector()
	kind := u.kinds[key]
	if kind == value.Dynamic {
		return v, nil
	}
	x, err := p.convert(u.e, u.at, &Col{0, value.Dynamic}, kind)
	if err != nil {
		return nil, err
	}
	v, err = x.(*Call).Over.Eval(p.opts.Context, []*value.Vector{v}, rows.N)
	if err != nil {
		return nil, u.e.functionError(u.at, err)
	}
	return v, nil
}
