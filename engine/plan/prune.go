// Prune drops what nobody reads: columns of scans, items of projections, columns that a join gathers. It changes no answer.

package plan

// Prune gives an equivalent plan that computes and reads less. Shared rows are left as they are: others may read them.
func Prune(n Node) Node {
	out, _ := prune(n, everything(n))
	return out
}

func everything(n Node) []bool {
	need := make([]bool, len(n.Columns()))
	for i := range need {
		need[i] = true
	}
	return need
}

// prune gives a node with at least the needed columns, and where each of them is now; -1 for those that are gone. Where all are
// needed all stay in their places.
func prune(n Node, need []bool) (Node, []int) {
	switch n := n.(type) {
	case *Scan:
		return pruneScan(n, need)
	case *Filter:
		in, at := prune(n.In, with(need, n.Cond))
		return &Filter{From{in}, moved(n.Cond, at)}, at
	case *Project:
		return pruneProject(n, need)
	case *Sort:
		in, at := prune(n.In, withKeys(need, n.Keys))
		return &Sort{From{in}, movedKeys(n.Keys, at)}, at
	case *Top:
		in, at := prune(n.In, withKeys(need, n.Keys))
		return &Top{From{in}, movedKeys(n.Keys, at), n.N}, at
	case *Take:
		in, at := prune(n.In, need)
		return &Take{From{in}, n.N}, at
	case *Count:
		in, _ := prune(n.In, make([]bool, len(n.In.Columns())))
		return &Count{n.Shape, From{in}}, identity(n)
	case *Summarize:
		return pruneSummarize(n), identity(n)
	case *Join:
		return pruneJoin(n, need)
	case *Union:
		return pruneUnion(n, need)
	}
	return pruneRest(n), identity(n)
}

// pruneRest prunes below nodes that need all that their input gives.
func pruneRest(n Node) Node {
	switch n := n.(type) {
	case *Reverse:
		return &Reverse{From{Prune(n.In)}}
	case *Sample:
		return &Sample{From{Prune(n.In)}, n.N}
	case *MvExpand:
		c := *n
		c.In = Prune(n.In)
		return &c
	case *Parse:
		c := *n
		c.In = Prune(n.In)
		return &c
	case *ParseKv:
		c := *n
		c.In = Prune(n.In)
		return &c
	case *Plugin:
		c := *n
		c.In = Prune(n.In)
		if n.Other != nil {
			c.Other = Prune(n.Other)
		}
		return &c
	case *Lookup:
		c := *n
		c.In, c.Table = Prune(n.In), Prune(n.Table)
		return &c
	case *Window:
		c := *n
		c.In = Prune(n.In)
		return &c
	case *MakeSeries:
		c := *n
		c.In = Prune(n.In)
		return &c
	}
	return n
}

func identity(n Node) []int {
	at := make([]int, len(n.Columns()))
	for i := range at {
		at[i] = i
	}
	return at
}

func with(need []bool, exprs ...Expr) []bool {
	out := append([]bool(nil), need...)
	reads := map[int]bool{}
	for _, e := range exprs {
		columnsOf(e, reads)
	}
	for c := range reads {
		out[c] = true
	}
	return out
}

func withKeys(need []bool, keys []SortKey) []bool {
	for _, k := range keys {
		need = with(need, k.X)
	}
	return need
}

func moved(e Expr, at []int) Expr {
	return rewrite(e, func(c *Col) Expr { return &Col{at[c.Ordinal], c.Type} })
}

// movedAll moves a list; results of one function of several stay results of one call.
func movedAll(list []Expr, at []int) []Expr {
	out := make([]Expr, len(list))
	calls := map[*Tuple]*Tuple{}
	for i, e := range list {
		out[i] = moved(e, at)
		part, ok := e.(*Part)
		if !ok {
			continue
		}
		if calls[part.Of] == nil {
			calls[part.Of] = out[i].(*Part).Of
		}
		out[i] = &Part{calls[part.Of], part.Index}
	}
	return out
}

func movedKeys(keys []SortKey, at []int) []SortKey {
	out := append([]SortKey(nil), keys...)
	for i := range out {
		out[i].X = moved(out[i].X, at)
	}
	return out
}

// places numbers the needed columns.
func places(need []bool) []int {
	at := make([]int, len(need))
	next := 0
	for i, ok := range need {
		at[i] = -1
		if ok {
			at[i] = next
			next++
		}
	}
	return at
}

func pruneScan(n *Scan, need []bool) (Node, []int) {
	c := *n
	c.Shape, c.Ordinals = nil, nil
	for i, ok := range need {
		if ok {
			c.Shape = append(c.Shape, n.Shape[i])
			c.Ordinals = append(c.Ordinals, n.Ordinals[i])
		}
	}
	return &c, places(need)
}

func pruneProject(n *Project, need []bool) (Node, []int) {
	c := &Project{}
	var items []Expr
	for i, ok := range need {
		if ok {
			c.Shape = append(c.Shape, n.Shape[i])
			items = append(items, n.Items[i])
		}
	}
	in, at := prune(n.In, with(make([]bool, len(n.In.Columns())), items...))
	c.In, c.Items = in, movedAll(items, at)
	return c, places(need)
}

func pruneSummarize(n *Summarize) Node {
	reads := append([]Expr(nil), n.Keys...)
	for _, a := range n.Aggs {
		reads = append(reads, a.Args...)
	}
	c := *n
	in, at := prune(n.In, with(make([]bool, len(n.In.Columns())), reads...))
	c.In, c.Keys, c.Aggs = in, movedAll(n.Keys, at), append([]Aggregate(nil), n.Aggs...)
	for i := range c.Aggs {
		c.Aggs[i].Args = movedAll(c.Aggs[i].Args, at)
	}
	return &c
}

func pruneJoin(n *Join, need []bool) (Node, []int) {
	left, right := make([]bool, len(n.Left.Columns())), make([]bool, len(n.Right.Columns()))
	c := *n
	c.Shape, c.Out = nil, nil
	for i, ok := range need {
		if !ok {
			continue
		}
		c.Shape, c.Out = append(c.Shape, n.Shape[i]), append(c.Out, n.Out[i])
		if n.Out[i].Right {
			right[n.Out[i].Ordinal] = true
		} else {
			left[n.Out[i].Ordinal] = true
		}
	}
	var leftAt, rightAt []int
	c.Left, leftAt = prune(n.Left, with(left, n.LeftKeys...))
	c.Right, rightAt = prune(n.Right, with(right, n.RightKeys...))
	c.LeftKeys, c.RightKeys = movedAll(n.LeftKeys, leftAt), movedAll(n.RightKeys, rightAt)
	for i, o := range c.Out {
		if o.Right {
			c.Out[i].Ordinal = rightAt[o.Ordinal]
		} else {
			c.Out[i].Ordinal = leftAt[o.Ordinal]
		}
	}
	return &c, places(need)
}

// pruneUnion prunes inputs alike: each is a projection, which gives exactly what is needed.
func pruneUnion(n *Union, need []bool) (Node, []int) {
	c := &Union{}
	for i, ok := range need {
		if ok {
			c.Shape = append(c.Shape, n.Shape[i])
		}
	}
	for _, in := range n.Ins {
		p, ok := in.(*Project)
		if !ok {
			return n, identity(n)
		}
		pruned, _ := pruneProject(p, need)
		c.Ins = append(c.Ins, pruned)
	}
	return c, places(need)
}
