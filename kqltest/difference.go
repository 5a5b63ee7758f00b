// What differs, told in the terms of the test file: columns, then rows that are missing, extra, changed or in another place.

package kqltest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"calypso/kusto/value"
)

// Difference is how one result table differs from what is wanted of it.
type Difference struct {
	// Table is the number of the result, from 1; 0 when the query gives only one.
	Table int `json:"table,omitempty"`
	// Columns says what is wrong with the columns, a sentence each; rows aren't compared then.
	Columns []string `json:"columns,omitempty"`
	// GotRows and WantRows are numbers of rows.
	GotRows  int       `json:"gotRows"`
	WantRows int       `json:"wantRows"`
	Rows     []RowDiff `json:"rows,omitempty"`
	// Left is how many more rows differ than Rows shows.
	Left int `json:"left,omitempty"`
}

// RowDiff is one row that differs.
type RowDiff struct {
	// Kind is missing (wanted, not there), extra (there, not wanted), changed, or moved (there, in another place).
	Kind string `json:"kind"`
	// Row is the row's number in the result, from 1; 0 for a missing one.
	Row int `json:"row,omitempty"`
	// Path and Line are where the wanted row is written; Line is 0 for an extra one.
	Path string `json:"path,omitempty"`
	Line int    `json:"line,omitempty"`
	// Cells are those that differ, of a changed row.
	Cells []CellDiff `json:"cells,omitempty"`
	// Text is the row as CSV: the one that is there, or the missing one. Instead is the wanted one in the place of a moved row.
	Text    string `json:"text"`
	Instead string `json:"instead,omitempty"`
}

// CellDiff is one cell that differs.
type CellDiff struct {
	Column string `json:"column"`
	Got    string `json:"got"`
	Want   string `json:"want"`
}

// shownRows is the number of rows that a difference tells of at most.
const shownRows = 40

// compareRows holds a result against wanted rows; nil when they are the same.
func compareRows(ctx context.Context, r *result, want *records, tolerance float64) *Difference {
	d := &Difference{GotRows: r.rows.N, WantRows: len(want.rows)}
	places, columns := columnsOf(r.columns, want)
	if len(columns) > 0 {
		d.Columns = columns
		return d
	}
	m := newComparer(ctx, r, want, places, tolerance)
	extra, missing := m.match(span(0, r.rows.N), span(0, len(want.rows)))
	if len(extra)+len(missing) == 0 {
		at := m.misplaced(r)
		if at < 0 {
			return nil
		}
		d.Rows = []RowDiff{{
			Kind: "moved", Row: at + 1, Path: want.place.Path, Line: want.rows[at][0].line, Text: rowText(r.rows, at),
			Instead: recordText(want, at, places),
		}}
		return d
	}
	d.show(m.explain(r, want, places, extra, missing))
	return d
}

// show keeps the first rows: half of the room is for extra ones, so that many missing ones don't hide them.
func (d *Difference) show(rows []RowDiff) {
	extra := 0
	for _, row := range rows {
		switch {
		case row.Kind == "extra" && extra < shownRows/2:
			extra++
			d.Rows = append(d.Rows, row)
		case row.Kind != "extra" && len(d.Rows) < shownRows/2:
			d.Rows = append(d.Rows, row)
		default:
			d.Left++
		}
	}
}

// columnsOf finds the wanted cell of each column, and what is wrong with the columns.
func columnsOf(got []value.Column, want *records) (places []int, wrong []string) {
	places = make([]int, len(got))
	for i, col := range got {
		places[i] = slices.Index(want.names, col.Name)
		if places[i] < 0 {
			wrong = append(wrong, fmt.Sprintf("column '%s' (%s) is extra", col.Name, col.Kind))
		} else if kind := want.types[places[i]]; kind != value.Invalid && kind != col.Kind {
			wrong = append(wrong, fmt.Sprintf("column '%s' is %s, want %s", col.Name, col.Kind, kind))
		}
	}
	for i, name := range want.names {
		if !slices.Contains(places, i) {
			wrong = append(wrong, fmt.Sprintf("column '%s' is missing", name))
		}
	}
	if len(wrong) == 0 && want.ordered && !slices.IsSorted(places) {
		var names []string
		for _, col := range got {
			names = append(names, col.Name)
		}
		wrong = []string{fmt.Sprintf("columns come in another order: %s; want %s", strings.Join(names, ", "), strings.Join(want.names, ", "))}
	}
	return places, wrong
}

// pairable is the number of rows up to which missing and extra ones are looked through for changed ones.
const pairable = 200

// likeness is how many cells an extra and a missing row share.
type likeness struct{ equal, away, extra, missing int }

// explain makes pairs of extra and missing rows that are mostly the same, and tells of the others as they are.
func (m *comparer) explain(r *result, want *records, places, extra, missing []int) []RowDiff {
	partner := m.partners(extra, missing)
	var out []RowDiff
	paired := map[int]bool{}
	for _, j := range missing {
		row := RowDiff{Kind: "missing", Path: want.place.Path, Line: want.rows[j][0].line, Text: recordText(want, j, places)}
		if i, ok := partner[j]; ok {
			paired[i] = true
			row.Kind, row.Row, row.Text, row.Cells = "changed", i+1, rowText(r.rows, i), m.cells(r, want, places, i, j)
		}
		out = append(out, row)
	}
	for _, i := range extra {
		if !paired[i] {
			out = append(out, RowDiff{Kind: "extra", Row: i + 1, Text: rowText(r.rows, i)})
		}
	}
	return out
}

// partners gives the extra row for each missing one that became it: at least half of the cells are equal, or both are alone.
func (m *comparer) partners(extra, missing []int) map[int]int {
	partner := map[int]int{}
	if len(extra) > pairable || len(missing) > pairable {
		return partner
	}
	var all []likeness
	for _, j := range missing {
		for _, i := range extra {
			equal := 0
			for k := range m.got.Cols {
				if m.sameCell(k, i, j) {
					equal++
				}
			}
			if equal > 0 && 2*equal >= len(m.got.Cols) || len(extra)+len(missing) == 2 {
				all = append(all, likeness{equal, max(i-j, j-i), i, j})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b likeness) int { return cmp.Or(cmp.Compare(b.equal, a.equal), cmp.Compare(a.away, b.away)) })
	used := map[int]bool{}
	for _, l := range all {
		if _, done := partner[l.missing]; !done && !used[l.extra] {
			partner[l.missing], used[l.extra] = l.extra, true
		}
	}
	return partner
}

func (m *comparer) cells(r *result, want *records, places []int, i, j int) []CellDiff {
	var out []CellDiff
	for k, col := range r.columns {
		if m.sameCell(k, i, j) {
			continue
		}
		d := CellDiff{col.Name, quotedCell(r.rows.Cols[k], i), quotedCell(m.want.Cols[k], j)}
		if m.bad[[2]int{j, k}] {
			d.Want = fmt.Sprintf("%s, which is no %s", want.rows[j][places[k]].shown(), col.Kind)
		}
		out = append(out, d)
	}
	return out
}

// quotedCell shows a cell so that an empty text and spaces at its ends can be seen.
func quotedCell(v *value.Vector, i int) string {
	text := cellText(v, i)
	if v.Kind == value.String && (text == "" || text == nullWord || strings.TrimSpace(text) != text || strings.ContainsAny(text, "\n\r\t")) {
		return fmt.Sprintf("%q", text)
	}
	return text
}

func rowText(b *value.Batch, i int) string {
	cells := make([]string, len(b.Cols))
	for k, v := range b.Cols {
		cells[k] = csvCell(cellText(v, i), len(b.Cols) == 1)
	}
	return strings.Join(cells, ",")
}

// recordText is a wanted row as CSV, in the order of the result's columns.
func recordText(r *records, j int, places []int) string {
	cells := make([]string, len(places))
	for k, at := range places {
		cells[k] = csvCell(r.rows[j][at].shown(), len(places) == 1)
	}
	return strings.Join(cells, ",")
}

// csvCell quotes a cell where CSV needs it; alone tells that the row has no other cell, so that an empty one would be an empty line.
func csvCell(text string, alone bool) string {
	if text == "" && alone || strings.ContainsAny(text, ",\"\r\n") || strings.TrimSpace(text) != text || strings.HasPrefix(text, "--") {
		return `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
	}
	return text
}
