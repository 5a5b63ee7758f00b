package result

import (
	"context"
	"slices"
	"strconv"

	"calypso/engine/fn"
	"calypso/kql/text"
	"calypso/kusto/value"
)

// Groups of rows with totals. The rows of a view are sorted so that each group lies in one piece; a heading stands above it, and a
// last heading for all rows below. Totals are the engine's own aggregates, so that they say what summarize would.

// maxGroups is how many groups a view may have: more are no overview, and their totals take memory.
const maxGroups = 200_000

// groups are those of a view, level by level.
type groups struct {
	columns []int // of the table, the outermost first
	list    []group
	top     []int32                 // the outermost groups, in the order in which they are shown
	totals  []map[int]*value.Vector // by level, then by column of the table: a row for each group of the level
	all     map[int]*value.Vector   // of all rows, one row each
	keys    []*value.Vector         // of the group columns, by row of the table
	rows    int
}

// group is one group: rows[start:end] of the view.
type group struct {
	level, ordinal int
	start, end     int
	first          uint32  // the table's row that has its key
	path           string  // names it among all: its keys and those above it
	inner          []int32 // groups of the next level
	last           bool    // the heading of all rows
}

func (g *groups) bytes() int64 {
	if g == nil {
		return 0
	}
	return int64(len(g.list)) * 120
}

// Aggregates lists the totals that a column of a kind can have, the usual one first.
func Aggregates(k value.Kind) []string {
	switch k {
	case value.Int, value.Long, value.Real, value.Timespan:
		return []string{"sum", "avg", "min", "max", "distinct", "count"}
	case value.Decimal: // its mean has more digits than the engine vouches for
		return []string{"sum", "min", "max", "distinct", "count"}
	case value.Datetime:
		return []string{"min", "max", "distinct", "count"}
	case value.Dynamic:
		return []string{"count"}
	}
	return []string{"distinct", "count"}
}

// group makes the groups of sorted rows.
func (v *View) group(ctx context.Context, w Wish) (*groups, error) {
	g := &groups{columns: w.Group, totals: make([]map[int]*value.Vector, len(w.Group)), all: map[int]*value.Vector{}, rows: v.Rows()}
	if g.rows == 0 {
		return g, nil
	}
	for _, c := range w.Group {
		g.keys = append(g.keys, v.Table.column(c))
	}
	members, err := g.split(ctx, v)
	if err != nil {
		return nil, err
	}
	for column, name := range w.Totals {
		if err := g.total(ctx, v, column, name, members); err != nil {
			return nil, err
		}
	}
	g.arrange(w.Sort)
	g.list = append(g.list, group{end: g.rows, last: true})
	return g, nil
}

// split finds where the key of each level changes. members has, by level, the ordinal of each row's group in that level.
func (g *groups) split(ctx context.Context, v *View) (members [][]uint32, err error) {
	levels := len(g.columns)
	open := make([]int32, levels) // the group of each level that the row before belongs to
	count := make([]int, levels)
	members = make([][]uint32, levels)
	for l := range members {
		members[l] = make([]uint32, g.rows)
	}
	for i, row := range v.rows {
		if i%often == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		from := 0
		if i > 0 {
			for from < levels && value.Equal(g.keys[from], int(v.rows[i-1]), g.keys[from], int(row)) {
				from++
			}
		}
		for l := range from {
			g.list[open[l]].end = i + 1
		}
		for l := from; l < levels; l++ {
			if len(g.list) >= maxGroups {
				return nil, badf("there are more than %d groups; group by a column with fewer values", maxGroups)
			}
			n := int32(len(g.list))
			made := group{level: l, ordinal: count[l], start: i, end: i + 1, first: row}
			if l == 0 {
				g.top = append(g.top, n)
			} else {
				above := &g.list[open[l-1]]
				above.inner = append(above.inner, n)
				made.path = above.path
			}
			made.path += strconv.Quote(cellText(g.keys[l], int(row)))
			g.list = append(g.list, made)
			open[l], count[l] = n, count[l]+1
		}
		for l := range levels {
			members[l][i] = uint32(g.list[open[l]].ordinal)
		}
	}
	return members, nil
}

// total computes the totals of one column, at each level and over all.
func (g *groups) total(ctx context.Context, v *View, column int, name string, members [][]uint32) error {
	kind := v.Table.Columns[column].Kind
	if !slices.Contains(Aggregates(kind), name) {
		return badf("the column %s is %s and has no %s", v.Table.Columns[column].Name, kind, name)
	}
	whole := v.Table.column(column)
	for l, groups := range append(members, nil) {
		vector, err := aggregate(ctx, name, whole, v.rows, groups)
		if err != nil {
			return err
		}
		if l == len(members) {
			g.all[column] = vector
			continue
		}
		if g.totals[l] == nil {
			g.totals[l] = map[int]*value.Vector{}
		}
		g.totals[l][column] = vector
	}
	return nil
}

// aggregate runs an aggregate of the engine over some rows of a column; row rows[i] belongs to groups[i], or to group 0.
func aggregate(ctx context.Context, name string, column *value.Vector, rows, groups []uint32) (*value.Vector, error) {
	args := []fn.Arg{{Kind: column.Kind}}
	switch name {
	case "count": // of the values that are there
		name, args[0].Kind = "countif", value.Bool
	case "distinct":
		name = "count_distinct"
	}
	over, err := fn.Aggregate(name, args)
	if err != nil {
		return nil, badf("%s", err)
	}
	state := over.New()
	last := uint32(0)
	for _, g := range groups {
		last = max(last, g)
	}
	state.Grow(int(last) + 1)
	c := &fn.Context{Done: ctx.Err}
	for from := 0; from < len(rows); from += often {
		to := min(len(rows), from+often)
		part := value.Flat(value.Gather(column, rows[from:to]))
		if name == "countif" {
			part = present(part)
		}
		var of []uint32
		if groups != nil {
			of = groups[from:to]
		}
		if err := state.Add(c, []*value.Vector{part}, of, to-from); err != nil {
			return nil, err
		}
	}
	out, err := state.Finish(c)
	if err != nil {
		return nil, err
	}
	return out[0], nil
}

// present tells for each row whether it has a value.
func present(v *value.Vector) *value.Vector {
	b := value.NewBuilder(value.Bool, v.N)
	for i := range v.N {
		b.AppendBool(!empty(v, i))
	}
	return b.Vector()
}

// arrange puts the groups of each level into the order that the sort asks for: by their key, or by a total.
func (g *groups) arrange(sort []Order) {
	g.order(g.top, sort)
	for i := range g.list {
		g.order(g.list[i].inner, sort)
	}
}

func (g *groups) order(list []int32, sort []Order) {
	slices.SortStableFunc(list, func(x, y int32) int {
		a, b := &g.list[x], &g.list[y]
		for _, o := range sort {
			c := 0
			if o.Column == g.columns[a.level] {
				c = o.compare(g.keys[a.level], int(a.first), int(b.first))
			} else if totals := g.totals[a.level][o.Column]; totals != nil {
				c = o.compare(totals, a.ordinal, b.ordinal)
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
}

// linesOf lists what is shown: headings, and the rows of opened groups.
func (g *groups) linesOf(opened map[string]bool) []int32 {
	var lines []int32
	var show func(list []int32)
	show = func(list []int32) {
		for _, n := range list {
			lines = append(lines, -1-n)
			of := &g.list[n]
			if !opened[of.path] {
				continue
			}
			if of.inner != nil {
				show(of.inner)
				continue
			}
			for row := of.start; row < of.end; row++ {
				lines = append(lines, int32(row))
			}
		}
	}
	show(g.top)
	if g.rows > 0 {
		lines = append(lines, -int32(len(g.list))) // all rows
	}
	return lines
}

// headingCells are the cells of a heading: its key and count in the column of its level, totals in the others.
func (v *View) headingCells(g *group, into []*value.Vector) []*value.Vector {
	label, totals, ordinal := "Total", v.groups.all, 0
	if !g.last {
		totals, ordinal = v.groups.totals[g.level], g.ordinal
		if label = cellText(v.groups.keys[g.level], int(g.first)); v.groups.keys[g.level].IsNull(int(g.first)) {
			label = "null"
		}
	}
	label += " (" + text.Number(g.end-g.start) + ")"
	for i := range v.Columns() {
		c := v.column(i)
		switch level := slices.Index(v.groups.columns, c); {
		case level >= 0 && level == g.level:
			into = append(into, value.ConstString(label, 1))
		case level < 0 && totals[c] != nil:
			into = append(into, value.ConstOf(totals[c], ordinal, 1))
		default:
			into = append(into, value.ConstString("", 1))
		}
	}
	return into
}

// Toggle gives the path of the group whose heading is at a line, "" when there is none that could open.
func (v *View) Toggle(line int) string {
	if v.groups == nil || line < 0 || line >= len(v.lines) || v.lines[line] >= 0 {
		return ""
	}
	return v.groups.list[-1-v.lines[line]].path
}
