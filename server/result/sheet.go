package result

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"calypso/kusto/value"
)

// Sheet is how a person looks at a table: sorted, filtered, searched, grouped, with columns hidden, moved and pinned. It outlives
// the grid that shows it. It is a value: With methods give the next one.
type Sheet struct {
	Sort   []Order
	Typed  map[int]string // what the filter boxes hold, by column
	Search string

	Order  []int          // all columns, as a person put them; nil: the table's own order
	Hidden map[int]bool   // by column
	Pinned map[int]bool   // they come first, and stay in sight
	Widths map[int]int    // pixels that a person chose
	Group  []int          // the outermost first
	Totals map[int]string // by column; "" is none, what is missing the usual one
	Opened map[string]bool
}

// clone makes a copy that may be changed.
func (s *Sheet) clone() *Sheet {
	next := *s
	next.Sort, next.Order, next.Group = slices.Clone(s.Sort), slices.Clone(s.Order), slices.Clone(s.Group)
	next.Typed, next.Hidden, next.Pinned, next.Widths = own(s.Typed), own(s.Hidden), own(s.Pinned), own(s.Widths)
	next.Totals, next.Opened = own(s.Totals), own(s.Opened)
	return &next
}

func own[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return maps.Clone(m)
}

// Shown lists the columns in the order in which they stand: those of groups, pinned ones, the rest.
func (s *Sheet) Shown(t *Table) []int {
	rank := func(c int) int {
		switch i := slices.Index(s.Group, c); {
		case i >= 0:
			return i
		case s.Pinned[c]:
			return len(s.Group)
		}
		return len(s.Group) + 1
	}
	shown := slices.DeleteFunc(s.arranged(t), func(c int) bool { return s.Hidden[c] && !slices.Contains(s.Group, c) })
	slices.SortStableFunc(shown, func(a, b int) int { return rank(a) - rank(b) })
	return shown
}

// Fixed tells whether a column stays in sight.
func (s *Sheet) Fixed(c int) bool { return s.Pinned[c] || slices.Contains(s.Group, c) }

func (s *Sheet) arranged(t *Table) []int {
	if len(s.Order) == len(t.Columns) {
		return slices.Clone(s.Order)
	}
	all := make([]int, len(t.Columns))
	for i := range all {
		all[i] = i
	}
	return all
}

// Total is the aggregate of a column in the headings of groups, "" for none.
func (s *Sheet) Total(t *Table, c int) string {
	if name, said := s.Totals[c]; said {
		return name
	}
	switch t.Columns[c].Kind {
	case value.Int, value.Long, value.Real, value.Decimal, value.Timespan:
		return "sum"
	}
	return ""
}

// wish says it as a view takes it.
func (s *Sheet) wish(table int, t *Table) Wish {
	w := Wish{Table: table, Sort: s.Sort, Search: s.Search, Columns: s.Shown(t), Group: s.Group, Opened: s.Opened}
	for c := range t.Columns {
		if f, ok := FilterOf(c, t.Columns[c].Kind, s.Typed[c]); ok {
			w.Filters = append(w.Filters, f)
		}
		if name := s.Total(t, c); name != "" && len(s.Group) > 0 && !slices.Contains(s.Group, c) && !s.Hidden[c] {
			if w.Totals == nil {
				w.Totals = map[int]string{}
			}
			w.Totals[c] = name
		}
	}
	return w
}

// rowsKey tells two sheets apart whose views have other rows, or in another order.
func (w Wish) rowsKey() string {
	return fmt.Sprintf("%v\x00%#v\x00%q\x00%v\x00%v", w.Sort, w.Filters, w.Search, w.Group, w.Totals)
}

// sheetState is what a result keeps of one table's sheet; guarded by the store's mutex.
type sheetState struct {
	sheet Sheet
	key   string
	view  *View
}

// Sheet is how a table is looked at, and the view of it; change, if given, changes it first. The view is made anew only where its rows
// are others; what can't be leaves the sheet as it was.
func (s *Store) Sheet(ctx context.Context, r *Result, table int, change func(*Sheet, *View) error) (*Sheet, *View, error) {
	if table < 0 || table >= len(r.Tables) {
		return nil, nil, badf("the result has %d tables, no table %d", len(r.Tables), table)
	}
	r.changing.Lock()
	defer r.changing.Unlock()
	s.mu.Lock()
	if r.sheets == nil {
		r.sheets = make([]sheetState, len(r.Tables))
	}
	was := r.sheets[table]
	s.mu.Unlock()
	next := was.sheet.clone()
	if change != nil {
		if err := change(next, was.view); err != nil {
			return nil, nil, err
		}
	}
	w := next.wish(table, r.Tables[table])
	key := w.rowsKey()
	var view *View
	var err error
	switch {
	case was.view != nil && was.key == key && slices.Equal(was.view.columns, w.Columns) && maps.Equal(was.sheet.Opened, next.Opened):
		if _, gone := s.View(was.view.ID); gone == nil {
			view = was.view
		}
	case was.view != nil && was.key == key:
		view, err = s.AddView(was.view.again(w.Columns, next.Opened))
	}
	if view == nil && err == nil {
		if view, err = r.View(ctx, w); err == nil {
			view, err = s.AddView(view)
		}
	}
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	r.sheets[table] = sheetState{sheet: *next, key: key, view: view}
	s.mu.Unlock()
	return next, view, nil
}

// SortBy sorts by a column: upwards, then downwards, then not; add keeps the others.
func (s *Sheet) SortBy(c int, add bool) {
	at := slices.IndexFunc(s.Sort, func(o Order) bool { return o.Column == c })
	var now *Order
	if at >= 0 {
		was := s.Sort[at]
		now = &was
	}
	switch {
	case now == nil:
		s.SetSort(c, "asc", add)
	case !now.Descending:
		s.SetSort(c, "desc", add)
	default:
		s.SetSort(c, "", add)
	}
}

// SetSort sorts by a column in a direction: asc, desc, or "" for not. Nulls come first upwards, last downwards, as in Kusto.
func (s *Sheet) SetSort(c int, direction string, add bool) {
	o := Order{Column: c, Descending: direction == "desc", NullsFirst: direction != "desc"}
	at := slices.IndexFunc(s.Sort, func(o Order) bool { return o.Column == c })
	switch {
	case !add && direction == "":
		s.Sort = nil
	case !add:
		s.Sort = []Order{o}
	case direction == "" && at >= 0:
		s.Sort = slices.Delete(s.Sort, at, at+1)
	case at >= 0:
		s.Sort[at] = o
	default:
		s.Sort = append(s.Sort, o)
	}
}

// Move puts a shown column in front of the one that is at a place now.
func (s *Sheet) Move(t *Table, c, to int) {
	shown := s.Shown(t)
	from := slices.Index(shown, c)
	if from < 0 || to < 0 || to >= len(shown) || from == to {
		return
	}
	before := shown[to]
	all := slices.DeleteFunc(s.arranged(t), func(x int) bool { return x == c })
	at := slices.Index(all, before)
	if to > from {
		at++
	}
	s.Order = slices.Insert(all, at, c)
}

// Chars is how wide a column's texts are, in characters: its name, its type, and the first rows.
func (t *Table) Chars(c int) int {
	const sampled, most = 60, 48
	width := columnsOf(t.Columns[c].Name) + utf8.RuneCountInString(t.Columns[c].Kind.String()) + 4
	for row := 0; row < min(sampled, t.Rows()) && width < most; row++ {
		b, i := t.at(row)
		text, _ := clip(cellText(b.Cols[c], i), most)
		width = max(width, columnsOf(text))
	}
	return min(max(width, 6), most)
}

// columnsOf is the width of a text in a grid of characters: wide letters and pictures take two.
func columnsOf(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r >= 0x1100 {
			n++
		}
	}
	return n
}

// SetFilter says what a filter box holds.
func (s *Sheet) SetFilter(c int, typed string) {
	if strings.TrimSpace(typed) == "" {
		delete(s.Typed, c)
	} else {
		s.Typed[c] = typed
	}
}

// FilterFor is what one types to have the rows with the value of a cell, or those without.
func (v *View) FilterFor(line, column int, same bool) (string, error) {
	cell, i, err := v.cell(line, column)
	if err != nil {
		return "", err
	}
	not := "!"
	if same {
		not = ""
	}
	switch {
	case empty(cell, i):
		return not + "null", nil
	case cell.Kind == value.Dynamic:
		text := cellText(cell, i)
		return not + `"` + text + `"`, nil
	case cell.Kind == value.String:
		return strings.Replace(not+"=", "=", "=\"", 1) + cellText(cell, i) + `"`, nil
	}
	return not + "=" + cellText(cell, i), nil
}

// Reset makes the sheet as it was at first.
func (s *Sheet) Reset() { *s = *(&Sheet{}).clone() }
