// parse-kv: pairs of key and value. As documented, the first value of a key counts, and white space around keys and values doesn't.
// The ways without delimiters are in parsekv_ways.go.

package exec

import (
	"fmt"
	"strings"

	"calypso/engine/fn"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

type parseKv struct{ node *plan.ParseKv }

func (p *parseKv) apply(c *fn.Context, b *value.Batch, emit func(*value.Batch) error) error {
	o := &p.node.Options
	texts, err := eval(c, p.node.X, b)
	if err != nil {
		return err
	}
	index := make(map[string]int, len(o.Names))
	found := make([]*value.Builder, len(o.Names))
	for i, name := range o.Names {
		index[name] = i
		found[i] = value.NewBuilder(value.String, b.N)
	}
	cells, set := make([]string, len(o.Names)), make([]bool, len(o.Names))
	find := wayOf(o)
	for row := range b.N {
		clear(cells)
		clear(set)
		err := find(o, texts.Strings[row&texts.Mask()], func(key, val string) {
			if i, ok := index[key]; ok && !set[i] {
				cells[i], set[i] = val, true
			}
		})
		if err != nil {
			return err
		}
		for i, cell := range cells {
			found[i].AppendString(cell)
		}
	}
	out := &value.Batch{N: b.N, Cols: append([]*value.Vector(nil), b.Cols...)}
	for i, convert := range o.Converts {
		v := found[i].Vector()
		if convert != nil {
			if v, err = convert.Eval(c, []*value.Vector{v}, b.N); err != nil {
				return err
			}
			if v.Kind != o.Kinds[i] {
				return fmt.Errorf("internal error: parse-kv gave %s, not %s", v.Kind, o.Kinds[i])
			}
		}
		out.Cols = append(out.Cols, v)
	}
	return emit(out)
}

// pairs calls pair for each key and value of a text.
func pairs(o *plan.KvOptions, text string, pair func(key, val string)) error {
	for text != "" {
		key, rest, ok := kvKey(o, text)
		if !ok {
			// No value before the next pair: this one is none.
			_, after, more := strings.Cut(text, o.Pair)
			if !more {
				return nil
			}
			text = after
			continue
		}
		val, after := kvValue(o, rest)
		pair(key, val)
		text = after
	}
	return nil
}

func kvKey(o *plan.KvOptions, text string) (key, rest string, ok bool) {
	text = strings.TrimLeft(text, " \t")
	if o.Open != "" && strings.HasPrefix(text, o.Open) {
		key, rest, ok = quoted(o, text[len(o.Open):])
		if !ok || !strings.HasPrefix(rest, o.Kv) {
			return "", "", false
		}
		return key, rest[len(o.Kv):], true
	}
	at := strings.Index(text, o.Kv)
	if at < 0 {
		return "", "", false
	}
	if next := strings.Index(text, o.Pair); next >= 0 && next < at {
		return "", "", false
	}
	return strings.TrimSpace(text[:at]), text[at+len(o.Kv):], true
}

func kvValue(o *plan.KvOptions, text string) (val, rest string) {
	if !strings.HasPrefix(o.Pair, " ") && !strings.HasPrefix(o.Pair, "\t") {
		text = strings.TrimLeft(text, " \t")
	}
	if o.Open != "" && strings.HasPrefix(text, o.Open) {
		if val, rest, ok := quoted(o, text[len(o.Open):]); ok {
			_, rest, _ = strings.Cut(rest, o.Pair)
			return val, rest
		}
	}
	val, rest, _ = strings.Cut(text, o.Pair)
	return strings.TrimSpace(val), rest
}

// quoted reads up to the closing quote; text begins after the opening one.
func quoted(o *plan.KvOptions, text string) (val, rest string, ok bool) {
	var out strings.Builder
	for text != "" {
		switch {
		case o.Escape != "" && strings.HasPrefix(text, o.Escape+o.Close):
			out.WriteString(o.Close)
			text = text[len(o.Escape)+len(o.Close):]
		case strings.HasPrefix(text, o.Close):
			return out.String(), text[len(o.Close):], true
		default:
			out.WriteByte(text[0])
			text = text[1:]
		}
	}
	return "", "", false
}
