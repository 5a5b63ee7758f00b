// evaluate pivot: the values of a column become columns. The rows are grouped first; the columns stand in the order in which
// their values are first met: the documentation's tables (pivot-plugin, examples 2 to 4) have ARKANSAS, whose rows come first, before
// ARIZONA.

package plan

import (
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// pivoting is one pivot: groups by the kept columns and the turned one, with one aggregate.
type pivoting struct {
	e       *env
	op      *syntax.EvaluateOp
	keys    Shape // kept columns
	agg     string
	kind    value.Kind // of the aggregate
	grouped Node       // keys, the turned column, the aggregate
}

// emptyCells are aggregates whose value is 0 where there is no row. What others give in a cell without rows isn't known.
var emptyCells = map[string]bool{"count": true, "countif": true, "sum": true, "sumif": true, "dcount": true, "dcountif": true}

func (p *builder) pivot(e *env, in *relation, op *syntax.EvaluateOp) (*relation, error) {
	v := &pivoting{e: e, op: op}
	if err := v.group(p, in); err != nil {
		return nil, err
	}
	rows, err := p.runWhole(e, &relation{node: v.grouped}, op)
	if err != nil {
		return nil, err
	}
	columns, batch, err := v.turn(rows)
	if err != nil {
		return nil, err
	}
	if op.Schema != nil {
		if columns, batch, err = v.declared(columns, batch); err != nil {
			return nil, err
		}
	}
	return p.given(e, op, columns, batch)
}

// group plans the groups.
func (v *pivoting) group(p *builder, in *relation) error {
	args := v.op.Call.Args
	if len(args) == 0 {
		return v.e.invalid(v.op.Call, "pivot takes the column to turn")
	}
	g := &grouping{made: map[*symbol.Column]Expr{}, inner: v.e.over(in)}
	turned, err := p.scalar(g.inner, args[0])
	if err != nil {
		return err
	}
	text, err := p.convert(v.e, args[0], turned, value.String)
	if err != nil {
		return err
	}
	kept, err := v.kept(p, g.inner, in, turned)
	if err != nil {
		return err
	}
	for _, c := range kept {
		if c.Type == value.Dynamic {
			return v.e.invalid(v.op, "pivot can't group by a dynamic column; convert it first, as in tostring(…)")
		}
		v.keys = append(v.keys, in.node.Columns()[c.Ordinal])
		g.keys = append(g.keys, c)
	}
	g.keys = append(g.keys, text)
	g.post = &env{scope: v.e.scope, src: v.e.src, groups: &groups{input: g.inner, first: len(g.keys), keys: g.made}}
	g.inner.windows = &windows{}
	agg, err := v.aggregate(p, g)
	if err != nil {
		return err
	}
	v.kind = agg.Kind()
	v.grouped = g.node(in.node, true)
	return nil
}

// aggregate plans the aggregate asked for, or count().
func (v *pivoting) aggregate(p *builder, g *grouping) (Expr, error) {
	if len(v.op.Call.Args) == 1 {
		v.agg = "count"
		return firstResult(p.aggregate(g.post, &syntax.Call{Fun: &syntax.Name{Text: "count"}}))
	}
	call, ok := v.op.Call.Args[1].(*syntax.Call)
	if !ok || !isAggregate(v.e.scope, call) {
		return nil, v.e.notBuilt(v.op.Call.Args[1], "pivot by what is no aggregate")
	}
	v.agg = call.Fun.Text
	return firstResult(p.aggregate(g.post, call))
}

func firstResult(results []Expr, err error) (Expr, error) {
	if err != nil {
		return nil, err
	}
	return results[0], nil
}

// kept are the columns that stay: those named, or all but the turned one and those that the aggregate reads.
func (v *pivoting) kept(p *builder, inner *env, in *relation, turned Expr) ([]*Col, error) {
	args := v.op.Call.Args
	var out []*Col
	if len(args) > 2 {
		for _, a := range args[2:] {
			x, err := p.scalar(inner, a)
			if err != nil {
				return nil, err
			}
			c, ok := x.(*Col)
			if !ok {
				return nil, v.e.invalid(a, "pivot keeps columns only")
			}
			out = append(out, c)
		}
		return out, nil
	}
	used := map[int]bool{}
	columnsOf(turned, used)
	if len(args) == 2 {
		syntax.Walk(args[1], func(n syntax.Node) bool {
			if ref, ok := n.(*syntax.NameRef); ok {
				if c, ok := inner.cols[v.e.scope.Refs[ref.Name].Column].(*Col); ok {
					used[c.Ordinal] = true
				}
			}
			return true
		})
	}
	for i, c := range in.node.Columns() {
		if !used[i] {
			out = append(out, &Col{i, c.Kind})
		}
	}
	return out, nil
}

// turn lays the groups out: a row for each combination of kept values, a column for each turned value.
func (v *pivoting) turn(rows *value.Batch) ([]value.Column, *value.Batch, error) {
	n := len(v.keys)
	columns := append([]value.Column(nil), v.keys...)
	at, of := map[string]int{}, make([]int, rows.N)
	for i := range rows.N {
		name := rows.Cols[n].Strings[i&rows.Cols[n].Mask()]
		if name == "" {
			return nil, nil, v.e.notBuilt(v.op.Call, "pivot of an empty or null value")
		}
		for _, k := range v.keys {
			if k.Name == name {
				return nil, nil, v.e.notBuilt(v.op.Call, "pivot of the value '%s', which is a column's name too,", name)
			}
		}
		c, ok := at[name]
		if !ok {
			c = len(at)
			at[name] = c
			columns = append(columns, value.Column{Name: name, Kind: v.kind})
			if len(at) > maxUnpacked {
				return nil, nil, v.e.invalid(v.op.Call, "pivot gives more than %d columns; filter first", maxUnpacked)
			}
		}
		of[i] = c
	}
	firsts, cells := v.rows(rows, of, len(at))
	out := value.GatherBatch(value.Batch{N: rows.N, Cols: rows.Cols[:n]}, firsts)
	for c := range len(at) {
		b := value.NewBuilder(v.kind, len(firsts))
		for r := range firsts {
			cell := cells[r*len(at)+c]
			if cell < 0 && !emptyCells[v.agg] {
				return nil, nil, v.e.notBuilt(v.op.Call, "pivot by '%s' where a combination has no row", v.agg)
			}
			if cell < 0 {
				appendZero(b, v.kind)
			} else {
				b.AppendFrom(rows.Cols[n+1], cell)
			}
		}
		out.Cols = append(out.Cols, b.Vector())
	}
	return columns, &out, nil
}

// rows numbers the combinations of kept values: the first group of each, and for each combination and column its group, or -1.
func (v *pivoting) rows(rows *value.Batch, of []int, width int) (firsts []uint32, cells []int) {
	n := len(v.keys)
	number := map[uint64][]int{}
	for i := range rows.N {
		var h uint64
		for _, k := range rows.Cols[:n] {
			h = h*31 + value.HashAt(k, i)
		}
		row := -1
		for _, r := range number[h] {
			if value.EqualRows(rows.Cols[:n], int(firsts[r]), rows.Cols[:n], i) {
				row = r
			}
		}
		if row < 0 {
			row = len(firsts)
			number[h] = append(number[h], row)
			firsts = append(firsts, uint32(i))
			for range width {
				cells = append(cells, -1)
			}
		}
		cells[row*width+of[i]] = i
	}
	return firsts, cells
}

func appendZero(b *value.Builder, kind value.Kind) {
	switch kind {
	case value.Real:
		b.AppendReal(0)
	case value.Decimal:
		zero, _ := value.ParseDecimal("0")
		b.AppendDecimal(zero)
	default:
		b.AppendInt(0)
	}
}

// declared keeps the columns that a schema names; each must be there with its type.
func (v *pivoting) declared(columns []value.Column, rows *value.Batch) ([]value.Column, *value.Batch, error) {
	var kept []value.Column
	out := &value.Batch{N: rows.N}
	if v.op.Schema.Star {
		return nil, nil, v.e.notBuilt(v.op.Schema, "pivot with * in its schema")
	}
	for _, want := range v.op.Schema.Columns {
		kind, _ := value.KindOf(want.Type.Name)
		found := false
		for i, c := range columns {
			if c.Name == want.Name.Text && c.Kind == kind {
				kept, out.Cols, found = append(kept, c), append(out.Cols, rows.Cols[i]), true
			}
		}
		if !found {
			return nil, nil, v.e.notBuilt(want, "pivot whose schema names a column that the rows don't make")
		}
	}
	return kept, out, nil
}
