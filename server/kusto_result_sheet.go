package server

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"calypso/server/protocol"
	"calypso/server/result"
)

// resultSheet is kusto/result/sheet: how a table is looked at. What a person does to it comes as a change.
func resultSheet(c *call, p *protocol.SheetParams) (any, error) {
	r, err := c.results.Result(p.Result)
	if err != nil {
		return nil, expired(err)
	}
	if p.Table < 0 || p.Table >= len(r.Tables) {
		return nil, badParams("the result has %d tables, no table %d", len(r.Tables), p.Table)
	}
	s := &sheetAct{call: c, result: r, table: p.Table, shown: p.View}
	if p.Change != nil {
		if s.change, err = s.changes(p.Change); err != nil {
			return nil, quietly(expired(err))
		}
	}
	return s.state()
}

// quietly leaves out that the person left.
func quietly(err error) error {
	if errors.Is(err, errDismissed) {
		return failf(protocol.ErrorStopped, "", "nothing was changed")
	}
	return err
}

// sheetAct is one change of a sheet.
type sheetAct struct {
	*call
	result *result.Result
	table  int
	shown  string                                  // the view that the client has, "" for none
	change func(*result.Sheet, *result.View) error // nil: none
}

// state gives the sheet, changed, and of another view than the one shown its first lines: they are asked for next.
func (s *sheetAct) state() (*protocol.SheetState, error) {
	ctx, cancel := context.WithTimeout(s.Context, sorting)
	defer cancel()
	sheet, v, err := s.results.Sheet(ctx, s.result, s.table, s.change)
	if err != nil {
		return nil, expired(err)
	}
	if s.change != nil {
		s.windowChanged()
	}
	out := sheetStateOf(s.result, s.table, sheet, v)
	if why := s.kept.why(s.result.ID); why != "" {
		out.Foot = append(out.Foot, protocol.SheetPart{Text: "Not kept over a reload", Tip: why})
	}
	if v.ID != s.shown {
		if out.First.RawMessage, err = v.Page(0, protocol.FirstRows, nil, pageLimits); err != nil {
			return nil, expired(err)
		}
	}
	return out, nil
}

// firstSheet is how a table looks whose run has just ended; nil where a client has to ask, and is told why there is none.
func (c *call) firstSheet(one tab) *protocol.SheetState {
	r, err := c.results.Result(one.Result)
	if err != nil || one.Table >= len(r.Tables) {
		return nil
	}
	out, err := (&sheetAct{call: c, result: r, table: one.Table}).state()
	if err != nil {
		return nil
	}
	return out
}

func sheetStateOf(r *result.Result, table int, sheet *result.Sheet, v *result.View) *protocol.SheetState {
	t := r.Tables[table]
	info := infoOf(r)
	out := &protocol.SheetState{
		View: v.ID, Rows: int64(v.Lines()), Columns: []protocol.SheetColumn{}, Search: sheet.Search,
		Foot: footOf(v, t, info.Stats), Error: info.Error, Visualization: info.Tables[table].Visualization,
	}
	if at := ranAt(r); !at.IsZero() {
		out.Foot = slices.Insert(out.Foot, 0, protocol.SheetPart{Text: keptText(at), Tip: "The rows are those of that run; run again for new ones"})
	}
	switch {
	case t.Rows() == 0:
		out.Empty = "The query gave no rows."
	case v.Rows() == 0:
		out.Empty = "No row passes the filters."
	}
	for _, c := range sheet.Shown(t) {
		column := protocol.SheetColumn{
			Column: c, Name: t.Columns[c].Name, Type: protocol.ColumnType(t.Columns[c].Kind.String()), Chars: t.Chars(c),
			Width: sheet.Widths[c], Fixed: sheet.Fixed(c), Filter: sheet.Typed[c], Hint: result.FilterHint(t.Columns[c].Kind),
		}
		if slices.Contains(sheet.Group, c) {
			column.Chars += len(" > ()") + len(countText(int64(t.Rows()))) // room for the count behind a heading, and what opens it
		} else if len(sheet.Group) > 0 {
			column.Total = sheet.Total(t, c)
		}
		for i, o := range sheet.Sort {
			if o.Column != c {
				continue
			}
			if column.Sort = "asc"; o.Descending {
				column.Sort = "desc"
			}
			if len(sheet.Sort) > 1 {
				column.Place = i + 1
			}
		}
		out.Columns = append(out.Columns, column)
	}
	if len(t.Columns) == 0 && t.Rows() > 0 {
		out.Rows, out.Empty = 0, "The rows have no columns." // rows of nothing would look as if they were on their way
	}
	return out
}

// changes gives what an action changes in a sheet; nil for an action that changes nothing, which is done then.
func (s *sheetAct) changes(p *protocol.SheetChange) (func(*result.Sheet, *result.View) error, error) {
	t := s.result.Tables[s.table]
	if p.Column < 0 || p.Column >= len(t.Columns) {
		return nil, badParams("the table has %d columns, no column %d", len(t.Columns), p.Column)
	}
	verb, of, _ := strings.Cut(p.Action, ".")
	switch verb {
	case "copy", "copyColumn", "copyName":
		return nil, s.copy(t, p, verb, of)
	case "export":
		return nil, s.export(of)
	case "columns":
		return s.chooseColumns(t)
	case "filterTo":
		return filterTo(p, of == "same"), nil
	}
	change, ok := sheetChanges[verb]
	if !ok {
		return nil, badParams("there is no action %q on a table", p.Action)
	}
	return func(sheet *result.Sheet, v *result.View) error {
		change(sheet, t, v, p, of)
		return nil
	}, nil
}

// sheetChanges are the changes that need nothing but the sheet; of is what follows the point in the action.
var sheetChanges = map[string]func(s *result.Sheet, t *result.Table, v *result.View, p *protocol.SheetChange, of string){
	"sort": func(s *result.Sheet, _ *result.Table, _ *result.View, p *protocol.SheetChange, of string) {
		if of == "" {
			s.SortBy(p.Column, p.Add)
		} else {
			s.SetSort(p.Column, map[string]string{"asc": "asc", "desc": "desc"}[of], p.Add || of == "none")
		}
	},
	"filter": func(s *result.Sheet, _ *result.Table, _ *result.View, p *protocol.SheetChange, _ string) {
		s.SetFilter(p.Column, p.Text)
	},
	"clearFilters": func(s *result.Sheet, _ *result.Table, _ *result.View, _ *protocol.SheetChange, _ string) {
		clear(s.Typed)
	},
	"search": func(s *result.Sheet, _ *result.Table, _ *result.View, p *protocol.SheetChange, _ string) {
		s.Search = p.Text
	},
	"width": func(s *result.Sheet, _ *result.Table, _ *result.View, p *protocol.SheetChange, _ string) {
		s.Widths[p.Column] = min(max(p.To, 32), 4000)
	},
	"move": func(s *result.Sheet, t *result.Table, _ *result.View, p *protocol.SheetChange, of string) {
		to := p.To
		if step, ok := map[string]int{"left": -1, "right": 1}[of]; ok {
			to = slices.Index(s.Shown(t), p.Column) + step
		}
		s.Move(t, p.Column, to)
	},
	"hide": func(s *result.Sheet, t *result.Table, _ *result.View, p *protocol.SheetChange, _ string) {
		if len(s.Shown(t)) > 1 {
			s.Hidden[p.Column] = true
		}
	},
	"pin": func(s *result.Sheet, _ *result.Table, _ *result.View, p *protocol.SheetChange, _ string) {
		s.Pinned[p.Column] = !s.Pinned[p.Column]
	},
	"group": func(s *result.Sheet, _ *result.Table, _ *result.View, p *protocol.SheetChange, _ string) {
		if i := slices.Index(s.Group, p.Column); i >= 0 {
			s.Group = slices.Delete(s.Group, i, i+1)
		} else {
			s.Group = append(s.Group, p.Column)
		}
		clear(s.Opened)
	},
	"ungroup": func(s *result.Sheet, _ *result.Table, _ *result.View, _ *protocol.SheetChange, _ string) {
		s.Group = nil
	},
	"total": func(s *result.Sheet, _ *result.Table, _ *result.View, p *protocol.SheetChange, of string) {
		s.Totals[p.Column] = strings.TrimPrefix(of, "none")
	},
	"toggle": func(s *result.Sheet, _ *result.Table, v *result.View, p *protocol.SheetChange, _ string) {
		if path := v.Toggle(index(p.Row)); path != "" {
			s.Opened[path] = !s.Opened[path]
		}
	},
	"reset": func(s *result.Sheet, _ *result.Table, _ *result.View, _ *protocol.SheetChange, _ string) { s.Reset() },
}

// filterTo filters by the value of a cell.
func filterTo(p *protocol.SheetChange, same bool) func(*result.Sheet, *result.View) error {
	return func(sheet *result.Sheet, v *result.View) error {
		typed, err := v.FilterFor(index(p.Row), p.Column, same)
		if err == nil {
			sheet.SetFilter(p.Column, typed)
		}
		return err
	}
}

// chooseColumns asks which columns are shown.
func (s *sheetAct) chooseColumns(t *result.Table) (func(*result.Sheet, *result.View) error, error) {
	sheet, _, err := s.results.Sheet(s.Context, s.result, s.table, nil)
	if err != nil {
		return nil, err
	}
	p := protocol.UIPickParams{Title: "Columns that are shown", Placeholder: "Type to find a column", Many: true}
	for c, column := range t.Columns {
		p.Items = append(p.Items, protocol.UIPickItem{
			ID: strconv.Itoa(c), Label: column.Name, Description: column.Kind.String(), Picked: !sheet.Hidden[c],
		})
	}
	chosen, err := s.pick(s.Context, p)
	if err != nil {
		return nil, err
	}
	if len(chosen) == 0 {
		return nil, failf(protocol.ErrorOther, "choose one column at least", "a table without columns shows nothing")
	}
	return func(sheet *result.Sheet, _ *result.View) error {
		for c := range t.Columns {
			sheet.Hidden[c] = !slices.Contains(chosen, strconv.Itoa(c))
		}
		return nil
	}, nil
}
