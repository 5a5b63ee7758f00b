// search: rows in which a term stands in any column, and other conditions, over one or several tables.

package plan

import (
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

func (p *builder) search(e *env, in *relation, op *syntax.SearchOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || len(out.Legs) == 0 || len(out.List) == 0 {
		return nil, e.notBuilt(op, "search of tables whose columns aren't known")
	}
	exact := false
	if word, param := paramWord(op, "kind"); param != nil {
		switch word {
		case "case_sensitive":
			exact = true
		case "default", "case_insensitive":
		default:
			return nil, e.invalid(param, "'%s' is no kind of search", word)
		}
	}
	shape, err := e.shapeOf(op, out.List)
	if err != nil {
		return nil, err
	}
	union := &Union{Shape: shape}
	for i := range out.Legs {
		l := &out.Legs[i]
		r, err := p.leg(e, op, in, l)
		if err != nil {
			return nil, err
		}
		s := searching{p: p, e: e.over(r), exact: exact}
		s.e.byName = true
		cond, err := s.condition(op.Cond)
		if err != nil {
			return nil, err
		}
		name := l.Name
		if name == "" {
			name = "search_arg" + itoa(i)
		}
		items, err := legItems(e, op, r, l, shape, shape[0].Name, name)
		if err != nil {
			return nil, err
		}
		found := &Filter{From{r.node}, cond}
		union.Ins = append(union.Ins, &Project{Shape: shape, From: From{found}, Items: items})
	}
	return &relation{union, out.List}, nil
}

// searching plans the condition over one table.
type searching struct {
	p     *builder
	e     *env
	exact bool
	// star are the columns that a term may stand in; nil means all of the table.
	star []Expr
}

func (s *searching) condition(x syntax.Expr) (Expr, error) {
	switch x := x.(type) {
	case *syntax.Paren:
		return s.condition(x.X)
	case *syntax.Literal:
		if x.Kind != syntax.LitString {
			return nil, s.e.notBuilt(x, "search of a value that is no string")
		}
		return s.term(x, x.Text)
	case *syntax.Binary:
		switch x.Op {
		case "and", "or":
			a, err := s.condition(x.X)
			if err != nil {
				return nil, err
			}
			b, err := s.condition(x.Y)
			if err != nil {
				return nil, err
			}
			return s.p.call(s.e, x, x.Op, []Expr{a, b})
		case ":":
			return s.columnTerm(x)
		}
		if _, star := x.X.(*syntax.Wildcard); star {
			return s.anyColumn(x)
		}
	case *syntax.Call:
		if x.Fun.Text == "not" && len(x.Args) == 1 {
			inner, err := s.condition(x.Args[0])
			if err != nil {
				return nil, err
			}
			return s.p.call(s.e, x, "not", []Expr{inner})
		}
	}
	return s.p.condition(s.e, x)
}

// columnTerm plans column:"term".
func (s *searching) columnTerm(x *syntax.Binary) (Expr, error) {
	lit, ok := x.Y.(*syntax.Literal)
	if !ok || lit.Kind != syntax.LitString {
		return nil, s.e.notBuilt(x, "search of a value that is no string")
	}
	col, err := s.p.scalar(s.e, x.X)
	if err != nil {
		return nil, err
	}
	return s.test(x, col, lit.Text)
}

// wordOperators are the tests of text that any column may be put to.
var wordOperators = map[string]bool{
	"has": true, "hasprefix": true, "hassuffix": true, "contains": true, "has_cs": true,
	"hasprefix_cs": true, "hassuffix_cs": true, "contains_cs": true,
}

// anyColumn plans * has "word".
func (s *searching) anyColumn(x *syntax.Binary) (Expr, error) {
	lit, ok := x.Y.(*syntax.Literal)
	if !ok || lit.Kind != syntax.LitString || !wordOperators[x.Op] || lit.Text == "" {
		return nil, s.e.notBuilt(x, "'*' with this condition")
	}
	return s.any(x, func(col Expr) (Expr, error) { return s.holds(x, col, x.Op, lit.Text) })
}

// starTest plans where * has "word", which the documentation of search gives as the meaning of search "word".
func (p *builder) starTest(e *env, x *syntax.Binary, star *syntax.Wildcard) (Expr, error) {
	s := searching{p: p, e: e, star: []Expr{}}
	for _, c := range e.scope.Columns[star] {
		col, err := p.column(e, star, c)
		if err != nil {
			return nil, err
		}
		s.star = append(s.star, col)
	}
	return s.anyColumn(x)
}

// term plans a bare term: it stands in any column.
func (s *searching) term(at syntax.Node, text string) (Expr, error) {
	return s.any(at, func(col Expr) (Expr, error) { return s.test(at, col, text) })
}

// any plans that a test holds for one column at least.
func (s *searching) any(at syntax.Node, test func(Expr) (Expr, error)) (Expr, error) {
	columns := s.star
	if columns == nil {
		for i, c := range s.e.list {
			columns = append(columns, &Col{i, c.Kind})
		}
	}
	var any Expr = &Const{value.ConstBool(false, 1)}
	for _, c := range columns {
		x, err := test(c)
		if err != nil {
			return nil, err
		}
		if any, err = s.p.call(s.e, at, "or", []Expr{any, x}); err != nil {
			return nil, err
		}
	}
	return any, nil
}

// test plans one column against a term: word, word*, *word or *word*.
func (s *searching) test(at syntax.Node, col Expr, text string) (Expr, error) {
	word := strings.Trim(text, "*")
	if word == "" || strings.Contains(word, "*") {
		return nil, s.e.notBuilt(at, "the search term '%s'", text)
	}
	op := "has"
	switch front, back := strings.HasPrefix(text, "*"), strings.HasSuffix(text, "*"); {
	case front && back:
		op = "contains"
	case front:
		op = "hassuffix"
	case back:
		op = "hasprefix"
	}
	if s.exact {
		op += "_cs"
	}
	return s.holds(at, col, op, word)
}

// holds plans a test of one column's text.
func (s *searching) holds(at syntax.Node, col Expr, op, word string) (Expr, error) {
	switch col.Kind() {
	case value.String, value.Int, value.Long, value.Dynamic:
	default:
		// How a cluster writes these values when it searches isn't known; a word that no such value holds matches none.
		if mayStandInValue(word) {
			return nil, s.e.notBuilt(at, "search of '%s' in a column of %s", word, col.Kind())
		}
		return &Const{value.ConstBool(false, 1)}, nil
	}
	col, err := s.p.convert(s.e, at, col, value.String)
	if err != nil {
		return nil, err
	}
	return s.p.call(s.e, at, op, []Expr{col, stringConst(word)})
}

// mayStandInValue tells whether the text of a number, a time, a guid or a bool could hold a word.
func mayStandInValue(word string) bool {
	if strings.ContainsAny(word, "0123456789") || strings.Trim(strings.ToLower(word), "abcdef") == "" {
		return true
	}
	lower := strings.ToLower(word)
	for _, text := range []string{"true", "false", "nan", "infinity", "t", "z", "am", "pm"} {
		if strings.Contains(text, lower) {
			return true
		}
	}
	return false
}

// columnByName finds a column of a search's table by name: the binder's columns there stand for those of all tables.
func (e *env) columnByName(c *symbol.Column) (Expr, bool) {
	kind := kindOf(c.Type)
	for i, have := range e.list {
		if have.Name == c.Name {
			return &Col{i, have.Kind}, have.Kind == kind
		}
	}
	if kind == value.Invalid {
		return nil, false
	}
	return &Const{value.NewNull(kind, 1)}, true
}
