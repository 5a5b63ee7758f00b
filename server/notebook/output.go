package notebook

import (
	"encoding/json"
	"fmt"
	"slices"

	"calypso/server/protocol"
)

// Outputs in the file: what a cell showed, so that it shows the same when the file is opened again. A row is a line, and so is a series
// of a chart: git shows what changed. What comes out of a file was written by anybody: it is made sound before it is drawn.

// rowBytes is how much text of one table's rows stands in a file.
const rowBytes = 64 << 10

// kept gives what of an output goes into a file: nothing of what is private, and no name of a result, as that is gone by then.
func kept(outputs []protocol.NotebookOutput) []protocol.NotebookOutput {
	var out []protocol.NotebookOutput
	for _, o := range outputs {
		if o.Private {
			continue
		}
		o.Result, o.Tables = "", slices.Clone(o.Tables)
		for i := range o.Tables {
			o.Tables[i] = keptTable(o.Tables[i])
		}
		out = append(out, o)
	}
	return out
}

// shown gives what of an output goes into another form: nothing of what is private, and charts that can be drawn.
func shown(outputs []protocol.NotebookOutput) []protocol.NotebookOutput {
	var out []protocol.NotebookOutput
	for _, o := range outputs {
		if !o.Private {
			mend(&o)
			out = append(out, o)
		}
	}
	return out
}

func keptTable(t protocol.NotebookTable) protocol.NotebookTable {
	t.View = ""
	bytes := 0
	for i, row := range t.Rows {
		for _, cell := range row {
			bytes += len(cell)
		}
		if bytes > rowBytes {
			t.Rows, t.Summary = t.Rows[:i], fmt.Sprintf("%s · %d kept in the file", t.Summary, i)
			break
		}
	}
	if t.Chart != nil {
		c := *t.Chart
		c.Controls = nil // they work on a result
		t.Chart = &c
	}
	return t
}

// mend makes an output out of a file such as one of ours: rows as long as there are columns, no more than a cell shows, charts that can
// be drawn.
func mend(o *protocol.NotebookOutput) {
	o.Result, o.Private = "", false
	o.Tables = append([]protocol.NotebookTable{}, o.Tables...)
	for i := range o.Tables {
		t := &o.Tables[i]
		t.View = ""
		t.Columns = append([]protocol.ResultColumn{}, t.Columns[:min(len(t.Columns), protocol.NotebookColumns)]...)
		t.Rows = append([][]string{}, t.Rows[:min(len(t.Rows), protocol.NotebookRows)]...)
		for i, row := range t.Rows {
			t.Rows[i] = append(slices.Clone(row), make([]string, len(t.Columns))...)[:len(t.Columns)]
		}
		if t.Chart != nil && !sound(t.Chart) {
			t.Chart = nil
		}
	}
}

// sound tells a chart that can be drawn, and gives it the lists that it lacks.
func sound(c *protocol.Chart) bool {
	c.Controls, c.Notes = []protocol.ChartControl{}, append([]string{}, c.Notes...)
	c.Axes, c.Series = append([]protocol.ChartAxis{}, c.Axes...), append([]protocol.ChartSeries{}, c.Series...)
	if c.Problem != nil {
		return true
	}
	switch c.Form {
	case protocol.ChartCard, protocol.ChartPivot:
		return len(c.Cells) > 0
	case protocol.ChartPie, protocol.ChartTreemap:
		return len(c.Tree) > 0 && len(c.Axes) > 0
	case protocol.ChartLine, protocol.ChartArea, protocol.ChartBar, protocol.ChartScatter, protocol.ChartLadder:
		return len(c.Axes) > 0 && (c.Panels == 1 || c.Panels == len(c.Axes)) && soundSeries(c) && (c.Form != protocol.ChartLadder || len(c.Spans) > 0)
	}
	return false
}

func soundSeries(c *protocol.Chart) bool {
	var x protocol.Numbers
	for _, s := range c.Series {
		if s.X != nil {
			x = s.X
		}
		if s.Axis < 0 || s.Axis >= len(c.Axes) || len(s.Y) != len(x) {
			return false
		}
	}
	return true
}

// written lays an output out for the file.
func written(o protocol.NotebookOutput, indent string) ([]byte, error) {
	var tables [][]byte
	for _, t := range o.Tables {
		table := object{indent: indent + step + step}
		if t.Title != "" {
			table.field("title", t.Title)
		}
		compact(&table, "columns", t.Columns)
		compact(&table, "rows", t.Rows)
		table.field("summary", t.Summary)
		if t.Count != "" {
			table.field("count", t.Count)
		}
		if t.Chart != nil {
			body, err := writtenChart(*t.Chart, table.indent+step)
			table.value("chart", body, err)
		}
		body, err := table.end()
		if err != nil {
			return nil, err
		}
		tables = append(tables, body)
	}
	out := object{indent: indent}
	out.field("ms", o.Ms)
	out.list("tables", tables)
	return out.end()
}

// compact adds a list with a line for each value.
func compact[T any](o *object, name string, values []T) {
	var entries [][]byte
	for _, v := range values {
		line, err := plain(v)
		if o.err == nil {
			o.err = err
		}
		entries = append(entries, line)
	}
	o.list(name, entries)
}

// writtenChart lays a chart out: a line for each of its members, and for each series. What is absent isn't written.
func writtenChart(c protocol.Chart, indent string) ([]byte, error) {
	series := c.Series
	c.Series = nil
	whole, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(whole, &members); err != nil {
		return nil, err
	}
	out := object{indent: indent}
	for _, name := range sortedNames(members) {
		if text := string(members[name]); text != "null" && text != "false" && text != "[]" {
			line, err := plain(members[name])
			out.value(name, line, err)
		}
	}
	if len(series) > 0 {
		compact(&out, "series", series)
	}
	return out.end()
}
