package binder

// This file knows what evaluate's plugins give. A plugin without a rule gives an open table, never an error.

import (
	"strconv"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

func columnsOf(pairs ...any) []*symbol.Column {
	var list []*symbol.Column
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, &symbol.Column{Name: pairs[i].(string), Type: pairs[i+1].(symbol.Type)})
	}
	return list
}

// plugin gives the table of a plugin whose signature computes it.
func (c *callCheck) plugin() value {
	in := &Table{} // evaluate may stand first
	if c.b.rows != nil {
		in = c.b.rows.left
	}
	switch c.f.Name {
	case "identity", "identity_v3", "rows_near", "preview":
		return tabular(in.withList(in.List))
	case "estimate_rows_count":
		return tabular(&Table{Columns: symbol.Columns{List: columnsOf("EstimatedRowsCount", symbol.Long)}})
	case "python", "r", "csharp":
		return c.typedScript(in)
	case "ipv4_lookup", "geo_polygon_lookup", "geo_line_lookup":
		return c.lookupTable(in, 1)
	case "ipv6_lookup":
		return c.lookupTable(in, 0)
	case "pivot":
		return c.pivot(in)
	case "rolling_percentile":
		return c.rollingPercentile()
	case "dcount_intersect":
		return c.intersections(in)
	case "autocluster", "basket":
		return c.segments(in, columnsOf("SegmentId", symbol.Long, "Count", symbol.Long, "Percent", symbol.Real))
	case "diffpatterns":
		return c.segments(in, columnsOf("SegmentId", symbol.Long, "CountA", symbol.Long, "CountB", symbol.Long, "PercentA", symbol.Real,
			"PercentB", symbol.Real, "PercentDiffAB", symbol.Real))
	case "ai_embed_text":
		return c.asked(in, "_embedding", symbol.Dynamic)
	case "ai_embeddings":
		return c.asked(in, "_embeddings", symbol.Dynamic)
	case "ai_chat_completion", "ai_chat_completion_prompt":
		return c.asked(in, "_completion", symbol.String)
	case "sequence_detect":
		return c.detected()
	}
	if t := c.activity(in); t != nil {
		return tabular(t)
	}
	return tabular(openTable())
}

// typedScript is the output that typeof(…) declares; * in it stands for the source's columns.
func (c *callCheck) typedScript(in *Table) value {
	if len(c.x.Args) == 0 {
		return tabular(openTable())
	}
	t, ok := argument(c.x.Args[0]).(*syntax.TypeOf)
	if !ok || t.Schema == nil {
		return tabular(openTable())
	}
	list := newColumnList(len(in.List))
	if t.Schema.Star {
		for _, col := range in.List {
			list.add(col, true)
		}
	}
	for _, col := range symbol.SchemaColumns(t.Schema).List {
		list.add(col, true)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: t.Schema.Star && in.Open}})
}

// lookupTable is the lookup table's columns and the source's: the engine puts the source first when first is 1.
func (c *callCheck) lookupTable(in *Table, first int) value {
	if len(c.args) == 0 || c.args[0].table == nil {
		return tabular(openTable())
	}
	other := c.args[0].table
	a, z := other, in
	if first == 1 {
		a, z = in, other
	}
	list := newColumnList(len(a.List) + len(z.List))
	extra := map[string]bool{} // keys that both sides have stand once
	for i := 3; i < len(c.args) && c.f.Name == "ipv4_lookup"; i++ {
		if col := c.args[i].column; col != nil {
			extra[col.Name] = true
		}
	}
	away := c.lookupKeyAway()
	for _, t := range []*Table{a, z} {
		for _, col := range t.List {
			if (!extra[col.Name] || !list.has(col.Name)) && (t != other || col != away) {
				list.add(col, false)
			}
		}
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: a.Open || z.Open}})
}

// lookupKeyAway is the lookup table's column of shapes where geo_polygon_lookup or geo_line_lookup leaves it out: the real engine
// shows it only if return_lookup_key is true.
func (c *callCheck) lookupKeyAway() *symbol.Column {
	const place = 7 // of return_lookup_key without its name
	if c.f.Name != "geo_polygon_lookup" && c.f.Name != "geo_line_lookup" || len(c.args) < 2 {
		return nil
	}
	for i, a := range c.x.Args {
		named, ok := a.(*syntax.Named)
		if !ok && i != place || ok && (len(named.Names) != 1 || named.Names[0].Text != "return_lookup_key") {
			continue
		}
		if shown, ok := c.b.constant(argument(a)).(bool); ok && shown {
			return nil
		}
	}
	return c.args[1].column
}

// pivot is the columns asked for, or the source's without the one that is turned and those that are aggregated, and a column
// for each value, which nobody knows yet.
func (c *callCheck) pivot(in *Table) value {
	used := map[*symbol.Column]bool{}
	if len(c.args) > 1 {
		if agg, ok := argument(c.x.Args[1]).(*syntax.Call); ok && len(agg.Args) > 0 {
			if ref, ok := argument(agg.Args[0]).(*syntax.NameRef); ok {
				used[c.b.scope.Refs[ref.Name].Column] = true
			}
		}
	}
	t := openTable()
	if len(c.args) > 2 {
		for _, a := range c.args[2:] {
			if a.column != nil {
				t.List = append(t.List, a.column)
			}
		}
		return tabular(t)
	}
	for _, col := range in.List {
		if !used[col] && (len(c.args) == 0 || col != c.args[0].column) {
			t.List = append(t.List, col)
		}
	}
	return tabular(t)
}

// rollingPercentile is the index, the dimensions and a column named after the window, the value and the percentage.
func (c *callCheck) rollingPercentile() value {
	if len(c.args) < 5 {
		return tabular(openTable())
	}
	name := "rolling_" + nameFragment(c.b.constArg(c.x, 4)) + "_percentile_" + c.argName(0) + "_" + nameFragment(c.b.constArg(c.x, 1))
	return tabular(c.timeline(2, 5, []*symbol.Column{{Name: name, Type: c.args[0].typ}}))
}

func (c *callCheck) intersections(in *Table) value {
	list := listOf(in)
	for i := range c.args {
		list.add(&symbol.Column{Name: "s" + strconv.Itoa(i), Type: symbol.Long}, true)
	}
	return tabular(in.withList(list.list))
}

// asked is the source and what a model answers, and its errors when they are asked for.
func (c *callCheck) asked(in *Table, suffix string, t symbol.Type) value {
	list := listOf(in)
	name := c.argName(0)
	list.add(&symbol.Column{Name: name + suffix, Type: t}, false)
	if errors, ok := c.b.constArg(c.x, 3).(bool); ok && errors {
		list.add(&symbol.Column{Name: name + suffix + "_error", Type: symbol.String}, false)
	}
	return tabular(in.withList(list.list))
}

// detected are the dimensions, the time of each step named after it, and how long the sequence took.
func (c *callCheck) detected() value {
	if len(c.args) < 4 {
		return tabular(openTable())
	}
	list := newColumnList(len(c.args))
	for _, a := range c.args[3:] {
		if a.column != nil && a.typ != symbol.Bool {
			list.add(&symbol.Column{Name: a.column.Name, Type: a.typ}, false)
		}
	}
	for i := 3; i < len(c.args) && (c.args[i].typ == symbol.Bool || i == 3); i++ {
		name := c.argName(0)
		if step := c.argName(i); step != "" {
			name = step + "_" + name
		}
		list.add(&symbol.Column{Name: name, Type: c.args[0].typ}, false)
	}
	list.add(&symbol.Column{Name: "Duration", Type: symbol.Timespan}, false)
	return tabular(&Table{Columns: symbol.Columns{List: list.list}})
}

// segments are the fixed columns of autocluster and its like, then the source's.
func (c *callCheck) segments(in *Table, fixed []*symbol.Column) value {
	list := newColumnList(len(in.List) + len(fixed))
	for _, col := range fixed {
		list.add(col, false)
	}
	for _, col := range in.List {
		list.add(col, false)
	}
	return tabular(&Table{Columns: symbol.Columns{List: list.list, Open: in.Open}})
}

// activity are the plugins that give a timeline, dimensions and fixed measures.
func (c *callCheck) activity(in *Table) *Table {
	switch c.f.Name {
	case "active_users_count":
		return c.timeline(1, 8, columnsOf("dcount", symbol.Long))
	case "activity_counts_metrics":
		return c.timeline(1, 5, columnsOf("count", symbol.Long, "dcount", symbol.Long, "new_dcount", symbol.Long, "aggregated_dcount", symbol.Long))
	case "activity_metrics":
		return c.timeline(1, 5, columnsOf("dcount_values", symbol.Long, "dcount_newvalues", symbol.Long, "retention_rate", symbol.Real,
			"churn_rate", symbol.Real))
	case "activity_engagement":
		from := 6
		if len(c.args) < 6 {
			from = len(c.args)
		}
		return c.timeline(1, from, columnsOf("dcount_activities_inner", symbol.Long, "dcount_activities_outer", symbol.Long, "activity_ratio", symbol.Real))
	case "new_activity_metrics":
		if len(c.args) < 2 || c.args[1].column == nil {
			return nil
		}
		name, t := c.args[1].column.Name, c.args[1].column.Type
		return &Table{Columns: symbol.Columns{Open: len(c.args) > 6, List: columnsOf("from_"+name, t, "to_"+name, t,
			"dcount_new_values", symbol.Long, "dcount_retained_values", symbol.Long, "dcount_churn_values", symbol.Long,
			"retention_rate", symbol.Real, "churn_rate", symbol.Real)}}
	case "funnel_sequence":
		if len(c.args) < 7 {
			return nil
		}
		return c.timeline(1, len(c.args), columnsOf("prev", c.args[6].typ, "next", c.args[6].typ, "dcount", symbol.Long, "samples", symbol.Dynamic))
	case "funnel_sequence_completion":
		if len(c.args) < 6 {
			return nil
		}
		return c.timeline(1, len(c.args), columnsOf(c.argName(5), symbol.String, "Period", symbol.Timespan, "dcount", symbol.Long))
	case "session_count":
		return c.timeline(1, 6, columnsOf("count_sessions", symbol.Long))
	case "sliding_window_counts":
		return c.timeline(1, 6, columnsOf("Count", symbol.Long, "Dcount", symbol.Long))
	}
	return nil
}

// timeline is the time column, the dimensions from argument first on, then measures.
func (c *callCheck) timeline(at, first int, measures []*symbol.Column) *Table {
	list := newColumnList(8)
	for i, a := range c.args {
		if (i == at || i >= first) && a.column != nil {
			list.add(&symbol.Column{Name: a.column.Name, Type: a.column.Type}, false)
		}
	}
	for _, m := range measures {
		list.add(m, false)
	}
	return &Table{Columns: symbol.Columns{List: list.list}}
}
