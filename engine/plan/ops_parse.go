// parse, parse-where, parse-kv: text taken apart.

package plan

import (
	"calypso/engine/fn"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// ParseMode is how parse reads its pattern.
type ParseMode uint8

// The modes: literals as they are with types that must fit, literals with types that may fail alone, regular expressions.
const (
	ParseSimple ParseMode = iota
	ParseRelaxed
	ParseRegex
)

// ParsePattern is what parse looks for.
type ParsePattern struct {
	Mode  ParseMode
	Flags string // of a regex: i, m, s, U
	Parts []ParsePart
	// Where drops rows that don't fit.
	Where bool
	// Readings are the regular expressions that the pattern may mean; where they disagree on a text, it is refused. A column
	// is the group named c and its number.
	Readings []*fn.Regex
}

// ParsePart is one part of a pattern: a star, a text to find, or a column.
type ParsePart struct {
	Star    bool
	Literal string
	// Column is the number of the new column it fills; -1 for others.
	Column  int
	Kind    value.Kind
	Convert *fn.Overload // from string; nil for a string column
}

func (p *builder) parse(e *env, in *relation, op *syntax.ParseOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "this parse")
	}
	x, err := p.scalar(e.over(in), op.X)
	if err != nil {
		return nil, err
	}
	if x.Kind() != value.String {
		if x, err = p.convert(e, op.X, x, value.String); err != nil {
			return nil, err
		}
	}
	pattern := &ParsePattern{Where: op.Keyword.Text == "parse-where"}
	if err := p.parseMode(e, op, pattern); err != nil {
		return nil, err
	}
	var fresh Shape
	for _, part := range op.Pattern {
		planned := ParsePart{Column: -1}
		switch {
		case part.Star:
			planned.Star = true
		case part.Literal != nil:
			planned.Literal = part.Literal.Text
		case part.Column != nil:
			planned.Column, planned.Kind = len(fresh), value.String
			if part.Type != nil {
				planned.Kind, _ = value.KindOf(part.Type.Name)
			}
			if planned.Kind == value.Invalid {
				return nil, e.invalid(part, "'%s' is no type", part.Type.Name)
			}
			if planned.Kind != value.String {
				if planned.Convert, err = fn.Convert(planned.Kind, fn.Arg{Kind: value.String}); err != nil {
					return nil, e.functionError(part, err)
				}
			}
			fresh = append(fresh, value.Column{Name: part.Column.Text, Kind: planned.Kind})
		default:
			return nil, e.invalid(part, "this is no part of a pattern")
		}
		pattern.Parts = append(pattern.Parts, planned)
	}
	node := &Parse{Shape: append(append(Shape(nil), in.node.Columns()...), fresh...), From: From{in.node}, X: x, Pattern: pattern}
	if err := checkPattern(e, op, pattern); err != nil {
		return nil, err
	}
	if pattern.Mode == ParseRegex {
		if err := pattern.compile(); err != nil {
			return nil, e.functionError(op, err)
		}
	}
	return p.replaceColumns(e, op, in, node, fresh, out.List)
}

func (p *builder) parseMode(e *env, op *syntax.ParseOp, pattern *ParsePattern) error {
	word, param := paramWord(op, "kind")
	switch word {
	case "", "simple":
	case "relaxed":
		pattern.Mode = ParseRelaxed
	case "regex":
		pattern.Mode = ParseRegex
	default:
		return e.invalid(param, "'%s' is no kind of parse; it takes simple, relaxed or regex", word)
	}
	flags, param := paramWord(op, "flags")
	if param != nil && pattern.Mode != ParseRegex {
		return e.invalid(param, "flags belong to kind=regex")
	}
	for _, f := range flags {
		switch f {
		case 'i', 'm', 's', 'U':
		default:
			return e.notBuilt(param, "the flag '%c' of parse", f)
		}
	}
	pattern.Flags = flags
	return nil
}

// checkPattern refuses patterns whose meaning isn't sure.
func checkPattern(e *env, op *syntax.ParseOp, pattern *ParsePattern) error {
	for i, a := range pattern.Parts {
		whole := a.Kind == value.Int || a.Kind == value.Long
		if a.Column >= 0 && pattern.Mode == ParseRegex && a.Kind == value.Dynamic {
			return e.notBuilt(op, "parse kind=regex of %s", a.Kind)
		}
		if i+1 == len(pattern.Parts) {
			continue
		}
		b := pattern.Parts[i+1]
		switch {
		case a.Column >= 0 && b.Column >= 0 && a.Kind == value.String:
			return e.invalid(op, "parse needs a text between two columns")
		case a.Column >= 0 && b.Column >= 0, a.Column >= 0 && b.Star && !whole:
			return e.notBuilt(op, "parse of a column that ends at no text")
		case a.Star && b.Column >= 0:
			return e.notBuilt(op, "parse of a column that begins at no text")
		case a.Star && b.Star:
			return e.notBuilt(op, "parse with two stars in a row")
		}
	}
	return nil
}

// replaceColumns puts new columns where the binder has them: a new name last, an existing one in its place.
func (p *builder) replaceColumns(e *env, at syntax.Node, in *relation, node Node, fresh Shape, list []*symbol.Column) (*relation, error) {
	shape, err := e.shapeOf(at, list)
	if err != nil {
		return nil, err
	}
	old := map[*symbol.Column]int{}
	for i, c := range in.cols {
		old[c] = i
	}
	items := make([]Expr, len(list))
	for i, c := range list {
		o, ok := old[c]
		if !ok {
			o = -1
			for j, f := range fresh {
				if f.Name == c.Name {
					o = len(in.cols) + j
				}
			}
		}
		if o < 0 || node.Columns()[o].Kind != shape[i].Kind {
			return nil, e.notBuilt(at, "column '%s', of unknown origin,", c.Name)
		}
		items[i] = &Col{o, shape[i].Kind}
	}
	return &relation{&Project{Shape: shape, From: From{node}, Items: items}, list}, nil
}
