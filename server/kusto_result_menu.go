package server

import (
	"slices"
	"strings"

	"calypso/server/protocol"
	"calypso/server/result"
)

// resultMenu is kusto/result/menu: what can be done to a cell, a column or the table. Five actions are the client's own: open, filterBox,
// describe, wider and narrower; all others go back as a change of the sheet.
func resultMenu(c *call, p *protocol.SheetMenuParams) (any, error) {
	r, err := c.results.Result(p.Result)
	if err != nil {
		return nil, expired(err)
	}
	sheet, v, err := c.results.Sheet(c, r, p.Table, nil)
	if err != nil {
		return nil, expired(err)
	}
	items := tableMenu(sheet)
	if p.Column != nil {
		if *p.Column < 0 || *p.Column >= len(v.Table.Columns) {
			return nil, badParams("the table has %d columns, no column %d", len(v.Table.Columns), *p.Column)
		}
		if items = columnMenu(sheet, v.Table, *p.Column); p.Row != nil {
			items = cellMenu()
		}
	}
	return protocol.MenuResult{Items: items}, nil
}

func cellMenu() []protocol.MenuItem {
	return []protocol.MenuItem{
		{Action: "copy.tsv", Label: "Copy", Keys: "Ctrl+C"},
		{Action: "copy.headers", Label: "Copy with Headers", Keys: "Ctrl+Shift+C"},
		{Action: "copy.csv", Label: "Copy as CSV"},
		{Action: "copy.markdown", Label: "Copy as Markdown"},
		{Action: "copy.json", Label: "Copy as JSON"},
		{Action: "copy.datatable", Label: "Copy as datatable"},
		{Action: "copy.in", Label: "Copy as in (…) List"},
		{},
		{Action: "filterTo.same", Label: "Filter by This Value"},
		{Action: "filterTo.other", Label: "Exclude This Value"},
		{Action: "open", Label: "Show Whole Cell", Keys: "Enter"},
		{},
		{Action: "export", Label: "Export…"},
	}
}

func columnMenu(s *result.Sheet, t *result.Table, c int) []protocol.MenuItem {
	sorted := ""
	for _, o := range s.Sort {
		if o.Column == c {
			sorted = map[bool]string{false: "asc", true: "desc"}[o.Descending]
		}
	}
	grouped := slices.Contains(s.Group, c)
	items := []protocol.MenuItem{
		{Action: "sort.asc", Label: "Sort Ascending", Checked: sorted == "asc"},
		{Action: "sort.desc", Label: "Sort Descending", Checked: sorted == "desc"},
		{Action: "sort.none", Label: "Don't Sort", Checked: sorted == ""},
		{Action: "filterBox", Label: "Filter…"},
		{Action: "describe", Label: "Statistics"},
		{},
		{Action: "group", Label: "Group by This Column", Checked: grouped},
	}
	if len(s.Group) > 0 {
		items = append(items, protocol.MenuItem{Action: "ungroup", Label: "Don't Group"})
		if !grouped {
			items = append(append(items, protocol.MenuItem{}), totalsMenu(s, t, c)...)
		}
	}
	return append(items, []protocol.MenuItem{
		{},
		{Action: "pin", Label: "Pin to the Left", Checked: s.Pinned[c]},
		{Action: "hide", Label: "Hide Column"},
		{Action: "move.left", Label: "Move Left", Keys: "Alt+←"},
		{Action: "move.right", Label: "Move Right", Keys: "Alt+→"},
		{Action: "wider", Label: "Wider", Keys: "Shift+Alt+→"},
		{Action: "narrower", Label: "Narrower", Keys: "Shift+Alt+←"},
		{Action: "columns", Label: "Choose Columns…"},
		{},
		{Action: "copyName", Label: "Copy Name"},
		{Action: "copyColumn.tsv", Label: "Copy Values"},
		{Action: "copyColumn.in", Label: "Copy Values as in (…) List"},
	}...)
}

// totalsMenu offers the totals of a column in the headings of groups.
func totalsMenu(s *result.Sheet, t *result.Table, c int) []protocol.MenuItem {
	labels := map[string]string{
		"sum": "Sum", "avg": "Average", "min": "Minimum", "max": "Maximum", "distinct": "Distinct Values", "count": "Values",
	}
	now := s.Total(t, c)
	var items []protocol.MenuItem
	for _, name := range result.Aggregates(t.Columns[c].Kind) {
		items = append(items, protocol.MenuItem{Action: "total." + name, Label: "Total: " + labels[name], Checked: now == name})
	}
	return append(items, protocol.MenuItem{Action: "total.none", Label: "Total: None", Checked: now == ""})
}

func tableMenu(s *result.Sheet) []protocol.MenuItem {
	items := []protocol.MenuItem{
		{Action: "export", Label: "Export…"},
		{Action: "copy.headers", Label: "Copy with Headers"},
		{Action: "copy.markdown", Label: "Copy as Markdown"},
		{Action: "copy.datatable", Label: "Copy as datatable"},
		{},
		{Action: "columns", Label: "Choose Columns…"},
	}
	if len(s.Typed) > 0 {
		items = append(items, protocol.MenuItem{Action: "clearFilters", Label: "Clear Filters"})
	}
	if len(s.Group) > 0 {
		items = append(items, protocol.MenuItem{Action: "ungroup", Label: "Don't Group"})
	}
	return append(items, protocol.MenuItem{Action: "reset", Label: "Reset the View"})
}

// copy puts cells on the clipboard: what is selected, a column, or a column's name.
func (s *sheetAct) copy(t *result.Table, p *protocol.SheetChange, verb, of string) error {
	if verb == "copyName" {
		return s.copyText(s.Context, t.Columns[p.Column].Name)
	}
	sheet, v, err := s.results.Sheet(s.Context, s.result, s.table, nil)
	if err != nil {
		return err
	}
	areas := areasOf(p.Ranges)
	if verb == "copyColumn" {
		at := slices.Index(sheet.Shown(t), p.Column)
		areas = []result.Area{{EndRow: v.Lines(), StartColumn: at, EndColumn: at + 1}}
	}
	if len(areas) == 0 {
		areas = []result.Area{{EndRow: v.Lines(), EndColumn: len(v.Columns())}}
	}
	return s.copyCells(v, areas, of)
}

// copyCells copies cells of a view; headers stands for tab-separated text with names.
func (c *call) copyCells(v *result.View, areas []result.Area, format string) error {
	headers := format != "tsv"
	if format == "headers" {
		format = "tsv"
	}
	text, err := v.Copy(areas, format, headers, protocol.CopyBytes)
	if err != nil {
		return expired(err)
	}
	if format == "tsv" { // a single cell is its text, and pasting a line end is never meant
		if text = strings.TrimSuffix(text, "\n"); !headers && len(areas) == 1 && areas[0].EndRow == areas[0].StartRow+1 && areas[0].EndColumn == areas[0].StartColumn+1 {
			text = v.Text(areas[0].StartRow, areas[0].StartColumn)
		}
	}
	return c.copyText(c.Context, text)
}

// areasOf reads ranges as they come.
func areasOf(ranges []protocol.CellRange) []result.Area {
	areas := make([]result.Area, len(ranges))
	for i, r := range ranges {
		areas[i] = result.Area{StartRow: index(r.StartRow), EndRow: index(r.EndRow), StartColumn: r.StartColumn, EndColumn: r.EndColumn}
	}
	return areas
}
