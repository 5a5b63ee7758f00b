// join, lookup, union: several inputs.

package plan

import (
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

// union lays its inputs' columns out as the binder did.
func (p *builder) union(e *env, in *relation, op *syntax.UnionOp) (*relation, error) {
	out := e.scope.Out[op]
	if out == nil || out.Open || len(out.Legs) == 0 {
		return nil, e.notBuilt(op, "a union of tables whose columns aren't known")
	}
	source, _ := paramWord(op, "withsource")
	return p.stack(e, op, in, out, source)
}

// macroExpand plans the body once for each member of the group, as the binder bound it, and stacks what they give.
func (p *builder) macroExpand(e *env, op *syntax.MacroExpandOp) (*relation, error) {
	for _, param := range op.Params {
		if word, _ := paramWord(op, "kind"); param.Name.Text != "kind" || word != "outer" {
			return nil, e.notBuilt(param, "macro-expand with '%s'", param.Name.Text)
		}
	}
	out := e.scope.Out[op]
	if out == nil || out.Open || len(out.Legs) == 0 {
		return nil, e.notBuilt(op.Keyword, "macro-expand over a group whose tables aren't known")
	}
	return p.stack(e, op, nil, out, "")
}

// stack makes the union of the binder's legs; source names the column that tells where a row is from, "" for none.
func (p *builder) stack(e *env, at syntax.Node, in *relation, out *binder.Table, source string) (*relation, error) {
	shape, err := e.shapeOf(at, out.List)
	if err != nil {
		return nil, err
	}
	union := &Union{Shape: shape}
	for i := range out.Legs {
		l := &out.Legs[i]
		r, err := p.leg(e, at, in, l)
		if err != nil {
			return nil, err
		}
		name := legName(e, l, r)
		if name == "" {
			name = "union_arg" + itoa(i)
		}
		items, err := legItems(e, at, r, l, shape, source, name)
		if err != nil {
			return nil, err
		}
		union.Ins = append(union.Ins, &Project{Shape: shape, From: From{r.node}, Items: items})
	}
	return &relation{union, out.List}, nil
}

// legName is what withsource says of an input: a table's or view's name, or the name that as gave; "" for others.
func legName(e *env, l *binder.Leg, r *relation) string {
	if l.Name != "" {
		return l.Name
	}
	if s, ok := r.node.(*Share); ok && s.As {
		return s.Name
	}
	x := l.X
	if call, ok := x.(*syntax.Call); ok {
		if s := e.scope.Refs[call.Fun]; s.Let != nil && s.Let.Func != nil && s.Let.Func.View {
			return s.Name
		}
	}
	if ref, ok := x.(*syntax.NameRef); ok {
		if s := e.scope.Refs[ref.Name]; s.Let != nil && s.Let.Func != nil && s.Let.Func.View {
			return s.Name
		}
	}
	return ""
}

// leg plans one input of a union with the binder's columns.
func (p *builder) leg(e *env, at syntax.Node, in *relation, l *binder.Leg) (r *relation, err error) {
	inner := &env{scope: e.scope, src: e.src}
	switch {
	case l.Scope != nil:
		r, err = p.table(e.in(l.Scope, e.src), l.X)
	case l.X != nil:
		r, err = p.table(inner, l.X)
	case p.restricted != nil && p.freed == 0 && l.Symbol.Kind != 0:
		return nil, e.notBuilt(at, "a pattern of names behind 'restrict access to'")
	case l.Symbol.Kind == binder.SymTable:
		r, err = p.scanOf(inner, at, l.Symbol)
	case l.Symbol.Kind == binder.SymFunction && l.Symbol.Let != nil:
		r, err = p.declaredView(inner, at, l.Symbol.Let)
	case l.Symbol.Kind == 0 && in != nil:
		r = in
	default:
		return nil, e.notBuilt(at, "'%s' in a union", l.Symbol.Name)
	}
	if err != nil {
		return nil, err
	}
	return e.adopt(at, r, l.Table)
}

// declaredView plans a view of a let statement that a pattern of names stands for.
func (p *builder) declaredView(e *env, at syntax.Node, v *binder.Variable) (*relation, error) {
	if v.Declared == nil || len(v.Declared.Params) > 0 {
		return nil, e.notBuilt(at, "the view '%s' with parameters in a union", v.Name)
	}
	inv := *v.Declared
	inv.Symbol = binder.Symbol{Kind: binder.SymFunction, Name: v.Name, Let: v}
	return p.invokeTable(e, v.X, &inv)
}

// legItems gives what each output column is of one input.
func legItems(e *env, at syntax.Node, r *relation, l *binder.Leg, shape Shape, source, name string) ([]Expr, error) {
	columns := l.Columns
	if source != "" && len(columns) == len(shape)-1 && len(shape) > 0 && shape[0].Name == source {
		columns = append([]*symbol.Column{nil}, columns...)
	}
	if len(columns) != len(shape) {
		return nil, e.notBuilt(at, "a union with %d columns where the binder has %d", len(shape), len(columns))
	}
	ordinals := make(map[*symbol.Column]int, len(r.cols))
	for i, c := range r.cols {
		ordinals[c] = i
	}
	items := make([]Expr, len(shape))
	for i, c := range shape {
		o, ok := ordinals[columns[i]]
		switch {
		case columns[i] == nil && source != "" && c.Name == source:
			items[i] = stringConst(name)
		case columns[i] == nil:
			items[i] = &Const{value.NewNull(c.Kind, 1)}
		case ok && r.node.Columns()[o].Kind == c.Kind:
			items[i] = &Col{o, c.Kind}
		default:
			return nil, e.notBuilt(at, "column '%s' of a union, of unknown origin,", c.Name)
		}
	}
	return items, nil
}
