// parse-kv: key-value text taken apart.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// KvOptions is what parse-kv looks for.
type KvOptions struct {
	Names    []string
	Kinds    []value.Kind
	Converts []*fn.Overload // from string; nil for a string column
	// Pair parts pairs, Kv parts key from value. Open and Close quote; Escape keeps a Close inside. The last three may be "".
	Pair, Kv, Open, Close, Escape string
}

func (p *builder) parseKv(e *env, in *relation, op *syntax.ParseKvOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || op.As == nil {
		return nil, e.notBuilt(op, "this parse-kv")
	}
	x, err := p.scalar(e.over(in), op.X)
	if err != nil {
		return nil, err
	}
	if x.Kind() != value.String {
		return nil, e.notBuilt(op.X, "parse-kv of %s", x.Kind())
	}
	node := &ParseKv{From: From{in.node}, X: x}
	if err := p.kvOptions(e, op, &node.Options); err != nil {
		return nil, err
	}
	var fresh Shape
	for _, c := range op.As.Columns {
		kind := value.String
		if c.Type != nil {
			kind, _ = value.KindOf(c.Type.Name)
		}
		var convert *fn.Overload
		if kind != value.String {
			if convert, err = fn.Convert(kind, fn.Arg{Kind: value.String}); err != nil {
				return nil, e.functionError(c, err)
			}
		}
		node.Options.Names = append(node.Options.Names, c.Name.Text)
		node.Options.Kinds = append(node.Options.Kinds, kind)
		node.Options.Converts = append(node.Options.Converts, convert)
		fresh = append(fresh, value.Column{Name: c.Name.Text, Kind: kind})
	}
	node.Shape = append(append(Shape(nil), in.node.Columns()...), fresh...)
	return p.replaceColumns(e, op, in, node, fresh, out.List)
}

func (p *builder) kvOptions(e *env, op *syntax.ParseKvOp, o *KvOptions) error {
	for _, w := range op.With {
		lit, ok := w.Value.(*syntax.Literal)
		if !ok || lit.Kind != syntax.LitString {
			return e.notBuilt(w, "the option '%s' of parse-kv in this form", w.Name.Text)
		}
		switch w.Name.Text {
		case "pair_delimiter":
			o.Pair = lit.Text
		case "kv_delimiter":
			o.Kv = lit.Text
		case "quote":
			switch r := []rune(lit.Text); len(r) {
			case 1:
				o.Open, o.Close = string(r), string(r)
			case 2:
				o.Open, o.Close = string(r[0]), string(r[1])
			default:
				return e.invalid(w, "quote takes one or two characters")
			}
		case "escape":
			o.Escape = lit.Text
		default:
			return e.notBuilt(w, "the option '%s' of parse-kv", w.Name.Text)
		}
	}
	if o.Pair == "" || o.Kv == "" {
		return e.notBuilt(op, "parse-kv without pair_delimiter and kv_delimiter")
	}
	return nil
}
