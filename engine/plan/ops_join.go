// join, lookup, union: several inputs.

package plan

import (
	"strconv"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

var joinKinds = map[string]JoinKind{
	"innerunique": InnerUnique, "inner": Inner, "leftouter": LeftOuter, "rightouter": RightOuter, "fullouter": FullOuter,
	"leftsemi": LeftSemi, "rightsemi": RightSemi, "leftanti": LeftAnti, "anti": LeftAnti, "leftantisemi": LeftAnti,
	"rightanti": RightAnti, "rightantisemi": RightAnti,
}

// paramWord gives a parameter that is written as a word; "" when it isn't there.
func paramWord(op syntax.Operator, name string) (string, *syntax.Param) {
	param := op.Head().Param(name)
	if param == nil {
		return "", nil
	}
	switch v := param.Value.(type) {
	case *syntax.NameRef:
		return v.Name.Text, param
	case *syntax.Literal:
		return v.Text, param
	}
	return "", param
}

func (p *builder) join(e *env, in *relation, op *syntax.JoinOp) (*relation, error) {
	kind := InnerUnique
	if word, param := paramWord(op, "kind"); param != nil {
		var ok bool
		if kind, ok = joinKinds[word]; !ok {
			return nil, e.invalid(param, "'%s' is no kind of join", word)
		}
	}
	if op.Where != nil {
		return nil, e.notBuilt(op.Where, "join with where")
	}
	return p.joinSides(e, in, op, kind, op.Right, op.On)
}

func (p *builder) lookup(e *env, in *relation, op *syntax.LookupOp) (*relation, error) {
	kind := LeftOuter
	if word, param := paramWord(op, "kind"); param != nil {
		switch word {
		case "leftouter":
		case "inner":
			kind = Inner
		default:
			return nil, e.invalid(param, "'%s' is no kind of lookup; it takes leftouter or inner", word)
		}
	}
	return p.joinSides(e, in, op, kind, op.Right, op.On)
}

func (p *builder) joinSides(e *env, in *relation, op syntax.Operator, kind JoinKind, side syntax.Expr, on []syntax.Expr) (*relation, error) {
	right, err := p.table(&env{scope: e.scope, src: e.src}, side)
	if err != nil {
		return nil, err
	}
	out := e.scope.Out[op]
	if out == nil || len(out.Origin) != len(out.List) {
		return nil, e.notBuilt(op, "this join")
	}
	node := &Join{Left: in.node, Right: right.node, Kind: kind}
	for _, cond := range on {
		if err := p.joinKey(e, in, right, cond, node); err != nil {
			return nil, err
		}
	}
	if node.Shape, err = e.shapeOf(op, out.List); err != nil {
		return nil, err
	}
	at := map[*symbol.Column]JoinColumn{}
	for i, c := range right.cols {
		at[c] = JoinColumn{true, i}
	}
	for i, c := range in.cols {
		at[c] = JoinColumn{false, i}
	}
	for i, c := range out.Origin {
		from, ok := at[c]
		if !ok {
			return nil, e.notBuilt(op, "column '%s' of a join, of unknown origin,", out.List[i].Name)
		}
		node.Out = append(node.Out, from)
	}
	return &relation{node, out.List}, nil
}

// joinKey adds one condition: a common name, or $left.a == $right.b, or several with and.
func (p *builder) joinKey(e *env, left, right *relation, cond syntax.Expr, node *Join) error {
	switch x := cond.(type) {
	case *syntax.Paren:
		return p.joinKey(e, left, right, x.X, node)
	case *syntax.NameRef:
		return p.addKey(e, x, left, right, x.Name.Text, x.Name.Text, node)
	case *syntax.Binary:
		if x.Op == "and" {
			if err := p.joinKey(e, left, right, x.X, node); err != nil {
				return err
			}
			return p.joinKey(e, left, right, x.Y, node)
		}
		sideX, nameX := sideOf(x.X)
		sideY, nameY := sideOf(x.Y)
		switch {
		case x.Op != "==":
		case sideX == "$left" && sideY == "$right":
			return p.addKey(e, x, left, right, nameX, nameY, node)
		case sideX == "$right" && sideY == "$left":
			return p.addKey(e, x, left, right, nameY, nameX, node)
		}
	}
	return e.notBuilt(cond, "this condition of a join")
}

// sideOf takes $left.a apart.
func sideOf(x syntax.Expr) (side, name string) {
	switch x := x.(type) {
	case *syntax.Paren:
		return sideOf(x.X)
	case *syntax.Path:
		of, ok := x.X.(*syntax.NameRef)
		sel, ok2 := x.Selector.(*syntax.NameRef)
		if ok && ok2 {
			return of.Name.Text, sel.Name.Text
		}
	case *syntax.Index:
		of, ok := x.X.(*syntax.NameRef)
		sel, ok2 := x.I.(*syntax.Literal)
		if ok && ok2 && sel.Kind == syntax.LitString {
			return of.Name.Text, sel.Text
		}
	}
	return "", ""
}

func (p *builder) addKey(e *env, at syntax.Node, left, right *relation, l, r string, node *Join) error {
	lx, rx := columnNamed(left, l), columnNamed(right, r)
	if lx == nil || rx == nil {
		return e.invalid(at, "the join has no column '%s' on the left or '%s' on the right", l, r)
	}
	a, b := lx.Kind(), rx.Kind()
	if a == value.Dynamic || b == value.Dynamic {
		return e.invalid(at, "a join can't compare dynamic values; convert '%s' first, as in tostring(…)", l)
	}
	if a != b && !(isInteger(a) && isInteger(b)) {
		return e.notBuilt(at, "a join of %s with %s", a, b)
	}
	node.LeftKeys = append(node.LeftKeys, lx)
	node.RightKeys = append(node.RightKeys, rx)
	return nil
}

func isInteger(k value.Kind) bool { return k == value.Int || k == value.Long }

func columnNamed(r *relation, name string) Expr {
	for i, c := range r.cols {
		if c.Name == name {
			return &Col{i, r.node.Columns()[i].Kind}
		}
	}
	return nil
}

// union lays its inputs' columns out by name and type.
func (p *builder) union(e *env, in *relation, op *syntax.UnionOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open {
		return nil, e.notBuilt(op, "a union of tables whose columns aren't known")
	}
	legs, err := p.legs(e, in, op)
	if err != nil {
		return nil, err
	}
	source, _ := paramWord(op, "withsource")
	return p.stack(e, op, legs, out, source)
}

// leg is one input of a union with the name it goes by.
type leg struct {
	*relation
	name string
}

func (p *builder) legs(e *env, in *relation, op *syntax.UnionOp) ([]leg, error) {
	var legs []leg
	if in != nil {
		legs = append(legs, leg{in, "union_arg0"})
	}
	for _, x := range op.Tables {
		if w, ok := x.(*syntax.Wildcard); ok {
			more, err := p.wildcardTables(e, w)
			if err != nil {
				return nil, err
			}
			legs = append(legs, more...)
			continue
		}
		r, err := p.table(&env{scope: e.scope, src: e.src}, x)
		if err != nil {
			return nil, err
		}
		legs = append(legs, leg{r, p.legName(e, x, len(legs))})
	}
	if len(legs) == 0 {
		return nil, e.invalid(op, "the union has no table")
	}
	return legs, nil
}

// legName is what withsource says of an input: the table's name, the name that as gave, else its number.
func (p *builder) legName(e *env, x syntax.Expr, i int) string {
	switch x := x.(type) {
	case *syntax.Paren:
		return p.legName(e, x.X, i)
	case *syntax.NameRef:
		if s, ok := e.scope.Refs[x.Name]; ok && s.Kind == binder.SymTable {
			return s.Name
		}
	case *syntax.Pipe:
		for j := len(x.Ops) - 1; j >= 0; j-- {
			if as, ok := x.Ops[j].(*syntax.AsOp); ok && j == len(x.Ops)-1 {
				return as.Name.Text
			}
		}
	}
	return "union_arg" + strconv.Itoa(i)
}

// wildcardTables are the tables of the current database that a pattern fits, by name.
func (p *builder) wildcardTables(e *env, w *syntax.Wildcard) ([]leg, error) {
	if p.bound.Schema == nil || p.bound.Schema.Database == nil {
		return nil, e.notBuilt(w, "a wildcard of tables")
	}
	var legs []leg
	for _, t := range p.bound.Schema.Database.Tables {
		if !fits(w.Text, t.Name) {
			continue
		}
		r, err := p.scanOf(e, w, binder.Symbol{Kind: binder.SymTable, Name: t.Name, Table: t})
		if err != nil {
			return nil, err
		}
		legs = append(legs, leg{r, t.Name})
	}
	return legs, nil
}

// stack makes the union of legs with the binder's columns.
func (p *builder) stack(e *env, at syntax.Node, legs []leg, out *binder.Table, source string) (*relation, error) {
	shape, err := e.shapeOf(at, out.List)
	if err != nil {
		return nil, err
	}
	union := &Union{Shape: shape}
	for _, l := range legs {
		items := make([]Expr, len(shape))
		used := 0
		for i, c := range shape {
			if c.Name == source && source != "" {
				items[i] = stringConst(l.name)
				continue
			}
			x := legColumn(l.relation, c)
			if x == nil {
				x = &Const{value.NewNull(c.Kind, 1)}
			} else {
				used++
			}
			items[i] = x
		}
		if used == 0 && len(l.cols) > 0 && len(shape) > 0 && source == "" {
			return nil, e.notBuilt(at, "a union whose columns don't fit its tables")
		}
		union.Ins = append(union.Ins, &Project{Shape: shape, From: From{l.node}, Items: items})
	}
	return &relation{union, out.List}, nil
}

// legColumn finds what an input gives to a column of the union: the same name and type, or the name before _type.
func legColumn(r *relation, c value.Column) Expr {
	for i, have := range r.node.Columns() {
		if have.Kind == c.Kind && (have.Name == c.Name || have.Name+"_"+have.Kind.String() == c.Name) {
			return &Col{i, have.Kind}
		}
	}
	return nil
}

// fits tells whether a name fits a pattern whose * stands for any text.
func fits(pattern, name string) bool {
	star, mark, i, j := -1, 0, 0, 0
	for j < len(name) {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, mark = i, j
			i++
		case i < len(pattern) && pattern[i] == name[j]:
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(pattern) && pattern[i] == '*' {
		i++
	}
	return i == len(pattern)
}
