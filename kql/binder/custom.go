package binder

// This file holds the results that no declared type describes: functions and aggregates of several columns, and those whose
// type depends on more than one argument.

import (
	"strconv"
	"strings"

	"calypso/kql/diag"
	"calypso/kql/symbol"
)

// parts are the columns that a function gives; the types by letter: r real, l long, d dynamic.
type parts struct {
	names []string
	types string
}

// seriesParts are the functions of series that give several columns, named function_series_part.
var seriesParts = map[string]parts{
	"series_stats":    {[]string{"min", "min_idx", "max", "max_idx", "avg", "stdev", "variance"}, "rlrlrrr"},
	"series_fft":      {[]string{"real", "imag"}, "dd"},
	"series_ifft":     {[]string{"real", "imag"}, "dd"},
	"series_fit_poly": {[]string{"rsquare", "coefficients", "variance", "rvariance", "poly_fit"}, "rdrrd"},
	"series_fit_line": {[]string{"rsquare", "slope", "variance", "rvariance", "interception", "line_fit"}, "rrrrrd"},
	"series_fit_2lines": {[]string{
		"rsquare", "split_idx", "variance", "rvariance", "line_fit", "right_rsquare", "right_slope",
		"right_interception", "right_variance", "right_rvariance", "left_rsquare", "left_slope", "left_interception",
		"left_variance", "left_rvariance",
	}, "rlrrdrrrrrrrrrr"},
	"series_periods_detect":      {[]string{"periods", "scores"}, "dd"},
	"series_periods_validate":    {[]string{"periods", "scores"}, "dd"},
	"series_decompose_forecast":  {[]string{"baseline", "seasonal", "trend", "residual"}, "dddd"},
	"series_decompose":           {[]string{"baseline", "seasonal", "trend", "residual"}, "dddd"},
	"series_decompose_anomalies": {[]string{"ad_flag", "ad_score", "baseline"}, "ddd"},
}

func partType(letter byte) symbol.Type {
	switch letter {
	case 'r':
		return symbol.Real
	case 'l':
		return symbol.Long
	}
	return symbol.Dynamic
}

// custom gives the result of a signature that computes it.
func (c *callCheck) custom() value {
	name := c.f.Name
	if p, ok := seriesParts[name]; ok {
		return c.seriesTuple(p)
	}
	switch name {
	case "bin_auto":
		return scalar(c.argType(0))
	case "array_sort_asc", "array_sort_desc":
		return c.sortedArrays()
	case "percentile", "percentiles":
		return c.percentiles(1)
	case "percentilew", "percentilesw":
		return c.percentiles(2)
	case "percentiles_array", "percentilesw_array":
		return c.tupleOf(&symbol.Column{Name: "percentiles_" + c.argName(0), Type: symbol.Dynamic})
	case "arg_min", "argmin":
		return c.argExtreme("min", name == "argmin")
	case "arg_max", "argmax":
		return c.argExtreme("max", name == "argmax")
	case "take_any":
		return c.anyOf("")
	case "any":
		return c.anyOf("any_")
	}
	if c.inv.Symbol.Kind == SymPlugin {
		return c.plugin()
	}
	return scalar(symbol.Dynamic)
}

func (c *callCheck) tupleOf(columns ...*symbol.Column) value {
	v := value{tuple: columns}
	if len(columns) > 0 {
		v.typ = columns[0].Type
	} else {
		v.tuple = []*symbol.Column{} // * where every column is a key: no column, not one without a name
	}
	return v
}

// argName is the name that an argument gives.
func (c *callCheck) argName(i int) string {
	if i < len(c.x.Args) {
		return c.b.resultName(c.x.Args[i])
	}
	return ""
}

func (c *callCheck) seriesTuple(p parts) value {
	prefix := c.f.Name + "_" + c.argName(0) + "_"
	var columns []*symbol.Column
	for i, part := range p.names {
		columns = append(columns, &symbol.Column{Name: prefix + part, Type: partType(p.types[i])})
	}
	return c.tupleOf(columns...)
}

// sortedArrays: one array gives it, several give a column each.
func (c *callCheck) sortedArrays() value {
	n := len(c.args)
	if n > 0 && c.args[n-1].typ == symbol.Bool {
		n--
	}
	if n <= 1 {
		return scalar(symbol.Dynamic)
	}
	var columns []*symbol.Column
	for i := range n {
		name := c.argName(i)
		if name == "" {
			name = "array" + strconv.Itoa(i)
		}
		columns = append(columns, &symbol.Column{Name: name + "_sorted", Type: symbol.Dynamic})
	}
	return c.tupleOf(columns...)
}

// percentiles gives a column for each percentage from argument first on: percentile_x_99_9.
func (c *callCheck) percentiles(first int) value {
	t := c.argType(0)
	if t == symbol.Int {
		t = symbol.Long
	}
	if t == symbol.Decimal {
		t = symbol.Real
	}
	var columns []*symbol.Column
	for i := first; i < len(c.args); i++ {
		name := "percentile_" + c.argName(0) + "_" + nameFragment(c.b.constant(argument(c.x.Args[i])))
		columns = append(columns, &symbol.Column{Name: name, Type: t})
	}
	if len(columns) == 0 {
		return scalar(t)
	}
	return c.tupleOf(columns...)
}

// argExtreme gives what arg_max and arg_min give: the value looked for, then what is asked for at its row. * stands for all
// columns that aren't keys and aren't asked for by name. The old argmax puts max_ before each name.
func (c *callCheck) argExtreme(what string, old bool) value {
	given := map[*symbol.Column]bool{}
	for _, a := range c.args {
		if a.column != nil {
			given[a.column] = true
		}
	}
	var columns []*symbol.Column
	for i, a := range c.args {
		if isStar(argument(c.x.Args[i])) {
			columns = append(columns, c.starColumns(given)...)
			continue
		}
		name := c.argName(i)
		if name == "" {
			name = what + "_"
			if i > 0 {
				name += c.argName(0) + "_arg" + strconv.Itoa(i)
			}
		}
		columns = append(columns, a.named(name))
	}
	if old {
		for i, col := range columns {
			if i > 0 {
				col.Name = columns[0].Name + "_" + col.Name
			}
		}
		for _, col := range columns {
			col.Name = what + "_" + col.Name
		}
	}
	return c.tupleOf(columns...)
}

// starColumns gives copies of the row's columns that are neither keys nor given, and records the originals.
func (c *callCheck) starColumns(given map[*symbol.Column]bool) []*symbol.Column {
	var columns []*symbol.Column
	if c.b.rows == nil {
		return nil
	}
	for _, col := range c.b.rows.left.List {
		if given[col] || c.b.by[col] {
			continue
		}
		c.inv.Star = append(c.inv.Star, col)
		columns = append(columns, col.Renamed(col.Name))
	}
	return columns
}

// anyOf gives what take_any gives: each column asked for under its own name, any with any_ before.
func (c *callCheck) anyOf(prefix string) value {
	var columns []*symbol.Column
	given := map[*symbol.Column]bool{}
	for _, a := range c.args {
		if a.column != nil {
			given[a.column] = true
		}
	}
	for i, a := range c.args {
		if isStar(argument(c.x.Args[i])) {
			for _, col := range c.starColumns(given) {
				col.Name = prefix + col.Name
				columns = append(columns, col)
			}
			continue
		}
		name := c.argName(i)
		if name == "" {
			columns = append(columns, a.named("any_arg"+strconv.Itoa(i)))
			continue
		}
		columns = append(columns, a.named(prefix+name))
	}
	return c.tupleOf(columns...)
}

// engineCall holds the calls that the engine takes otherwise than the signatures say.
func (b *binder) engineCall(c *callCheck) (value, bool) {
	switch c.f.Name {
	case "count":
		if c.inv.Symbol.Kind == SymAggregate && len(c.args) <= 1 {
			return scalar(symbol.Long), true // count(x) counts rows, whatever x is
		}
	case "datetime_diff":
		if part, ok := b.stringConst(c.x, 0); ok && equalFold(part, "week") {
			c.check(&c.f.Signatures[0])
			return scalar(symbol.Real), true
		}
	case "not":
		if b.search && len(c.args) == 1 && c.args[0].typ == symbol.String {
			return scalar(symbol.Bool), true
		}
	case "extract_all", "extractall":
		b.needGroup(c)
	case "format_datetime":
		b.checkFormat(c, "dfFhHmMsyt")
	case "format_timespan":
		b.checkFormat(c, "dhHmsfF")
	case "repeat":
		if len(c.args) > 0 && c.args[0].typ == symbol.Dynamic {
			b.reportAs(diag.WrongType, "", c.x.Args[0].Span(), "a scalar that isn't dynamic", "dynamic")
		}
	case "series_fit_poly":
		if len(c.args) == 3 && c.args[2].typ == symbol.Long { // the engine takes a long degree
			c.args[2].typ = symbol.Int
		}
	case "row_number", "row_cumsum", "row_rank_dense", "row_rank_min", "row_window_session", "prev", "next":
		b.needOrder(c)
	case "column_ifexists", "columnifexists":
		return b.columnIfExists(c), true
	case "make_timespan":
		return scalar(symbol.Timespan), len(c.args) == 4
	case "bag_unpack":
		if c.inv.Symbol.Kind == SymPlugin {
			if len(c.args) == 0 {
				b.report(diag.ArgumentCount, c.x.Fun.Span(), c.f.Name, "at least 1 argument", 0)
			}
			return tabular(b.unpacked(c)), true
		}
	}
	return value{}, false
}

// checkFormat says which letter of a format the engine doesn't know; digits and signs are separators.
func (b *binder) checkFormat(c *callCheck, letters string) {
	format, ok := b.stringConst(c.x, 1)
	if !ok {
		return
	}
	for _, r := range format {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if r == '%' || letter && !strings.ContainsRune(letters, r) {
			b.report(diag.BadFormat, c.x.Args[1].Span(), string(r), c.f.Name)
			return
		}
	}
}

// needGroup says that extract_all needs a group to extract.
func (b *binder) needGroup(c *callCheck) {
	regex, ok := b.stringConst(c.x, 0)
	if ok && !strings.Contains(regex, "(") {
		b.report(diag.NeedsGroup, c.x.Args[0].Span(), c.f.Name)
	}
}

// needOrder says that a window function stands where rows have no order.
func (b *binder) needOrder(c *callCheck) {
	if b.scanning {
		b.report(diag.WindowInScan, c.x.Fun.Span(), c.f.Name)
		return
	}
	if offset, ok := b.constArg(c.x, 1).(int64); ok && offset == 0 && (c.f.Name == "prev" || c.f.Name == "next") {
		b.reportAs(diag.WrongValue, "", c.x.Args[1].Span(), "1, 2, …")
		return
	}
	if b.rows == nil || b.rows.left.Serialized || b.rows.left.vague || b.rows.left.Open {
		return
	}
	b.report(diag.NeedsOrder, c.x.Fun.Span(), c.f.Name)
}

// columnIfExists gives the column that the text names, where there is one.
func (b *binder) columnIfExists(c *callCheck) value {
	c.check(&c.f.Signatures[0])
	name, ok := b.stringConst(c.x, 0)
	if ok && b.rows != nil {
		if col := b.rows.left.find(name); col != nil {
			return value{typ: col.Type, column: nil}
		}
		if b.rows.left.Open {
			return value{}
		}
	}
	return scalar(c.argType(1))
}
