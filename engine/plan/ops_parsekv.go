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
	// Pair parts pairs, Kv parts key from value; both are "" where any character that is neither letter nor digit parts. Open and
	// Close quote; Escape keeps a Close inside. The last three may be "".
	Pair, Kv, Open, Close, Escape string
	// Greedy lets a value go on up to the next key.
	Greedy bool
	// Regex finds keys and values as its two groups; nil for the other ways.
	Regex *fn.Regex
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
		if ok && lit.Kind == syntax.LitBool && w.Name.Text == "greedy" {
			o.Greedy = lit.Text == "true"
			continue
		}
		if !ok || lit.Kind != syntax.LitString {
			return e.notBuilt(w, "the option '%s' of parse-kv in this form", w.Name.Text)
		}
		if err := o.set(e, w, lit.Text); err != nil {
			return err
		}
	}
	switch {
	case o.Regex != nil && (o.Pair != "" || o.Kv != "" || o.Open != "" || o.Escape != "" || o.Greedy):
		return e.invalid(op, "parse-kv takes a regex or delimiters, not both")
	case (o.Pair == "") != (o.Kv == ""):
		return e.invalid(op, "parse-kv takes pair_delimiter and kv_delimiter together")
	case o.Greedy && (o.Pair == "" || o.Open != ""):
		return e.notBuilt(op, "greedy parse-kv with quotes or without delimiters")
	}
	return nil
}

// set takes one option that is a text.
func (o *KvOptions) set(e *env, w *syntax.Param, text string) (err error) {
	switch w.Name.Text {
	case "pair_delimiter":
		o.Pair = text
	case "kv_delimiter":
		o.Kv = text
	case "quote":
		if o.Open != "" {
			return e.notBuilt(w, "parse-kv with several quotes")
		}
		switch r := []rune(text); len(r) {
		case 1:
			o.Open, o.Close = string(r), string(r)
		case 2:
			o.Open, o.Close = string(r[0]), string(r[1])
		default:
			return e.invalid(w, "quote takes one or two characters")
		}
	case "escape":
		if o.Escape != "" {
			return e.notBuilt(w, "parse-kv with several escapes")
		}
		o.Escape = text
	case "regex":
		if o.Regex, err = fn.CompileRegex(text); err != nil {
			return e.functionError(w, err)
		}
		if o.Regex.Groups() != 2 {
			return e.invalid(w, "the regex of parse-kv has two groups, for key and value; this one has %d", o.Regex.Groups())
		}
	default:
		return e.notBuilt(w, "the option '%s' of parse-kv", w.Name.Text)
	}
	return nil
}
