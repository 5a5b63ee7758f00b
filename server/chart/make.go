package chart

import (
	"context"
	"errors"

	"calypso/kql/text"
)

// The limits of a picture: what a screen can show and a message can carry.
const (
	SeriesLimit   = 50
	PointLimit    = 4000 // of one series
	AllPoints     = 24_000
	CategoryLimit = 1000
	SliceLimit    = 40
	NodeLimit     = 500
	SpanLimit     = 500
	PanelLimit    = 5
	AxisLimit     = 4
	PivotRows     = 200
	PivotColumns  = 50
	CardLimit     = 60
)

// Options say how the picture is to be seen.
type Options struct {
	Width int    // of the screen, in pixels; 0: 1000
	Range *Range // only this part of x; nil: all
}

// maker makes one picture.
type maker struct {
	ctx   context.Context
	table Table
	spec  spec
	roles roles
	chart *Chart
	width int
	part  *Range
}

// Make makes the picture that a wish asks for. What can't be drawn is a chart with a problem; an error is one of the context.
func Make(ctx context.Context, t Table, w Wish, o Options) (*Chart, error) {
	if w.Kind == "" {
		w.Kind = guess(t)
	}
	m := &maker{ctx: ctx, table: t, roles: roles{x: -1}, part: o.Range, width: o.Width}
	if m.width <= 0 {
		m.width = 1000
	}
	m.width = min(max(m.width, 100), 1300)
	if m.part != nil && !(m.part.From < m.part.To) {
		m.part = nil
	}
	m.chart = &Chart{Kind: w.Kind, Title: w.Title, Axes: []Axis{}, Series: []Series{}, Panels: 1, Render: w.render(t.Columns)}
	err := m.make(w)
	var none *Problem
	if errors.As(err, &none) {
		m.chart.Form, m.chart.Problem = "", none
	} else if err != nil {
		return nil, err
	}
	m.chart.Notes = append([]string{}, m.spec.notes...)
	m.chart.Controls = m.controls(w)
	m.chart.Summary = m.summary()
	m.chart.Numbers = m.numbers()
	return m.chart, nil
}

func (m *maker) make(w Wish) error {
	var err error
	if m.spec, err = w.read(m.table.Columns); err != nil {
		return err
	}
	if k := m.spec.kind; k.why != "" {
		return problem(k.why, k.next)
	}
	if m.spec.stack == onMap && m.spec.kind.form == FormPie {
		return problem("pies on a map aren't drawn", "use scatterchart with (kind=map)")
	}
	if m.roles, err = rolesOf(&m.spec, m.table); err != nil {
		return err
	}
	if m.table.Rows == 0 {
		return problem("there are no rows to draw", "run a query that gives rows, or clear the filters")
	}
	m.chart.Form = m.spec.kind.form
	m.chart.Flat = m.spec.kind.flat
	switch m.spec.kind.form {
	case FormCard:
		return m.card()
	case FormLadder:
		return m.ladder()
	case FormTreemap:
		return m.treemap()
	}
	f, err := m.read()
	if err != nil {
		return err
	}
	switch {
	case m.spec.kind.form == FormPie:
		return m.pie(f)
	case m.spec.kind.form == FormPivot:
		return m.pivot(f)
	case m.spec.kind.lanes():
		return m.lanes(f)
	}
	return m.plane(f)
}

// read gets the values, and says which have no place.
func (m *maker) read() (*flat, error) {
	read := flatten
	if m.spec.stack == onMap {
		read = flattenMap
		m.spec.note("places are drawn on a plain grid: a map would have to come from the network")
	}
	f, err := read(m.ctx, m.table, m.roles, &m.spec)
	if err != nil {
		return nil, err
	}
	if f.odd > 0 {
		m.spec.note("%s NaN or infinite, drawn as a gap", count(f.odd, "value is", "values are"))
	}
	if f.lost > 0 {
		m.spec.note("%s no value for x and no place", count(f.lost, "row has", "rows have"))
	}
	return f, nil
}

func problem(message, next string) *Problem { return &Problem{Message: message, Next: next} }

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return text.Number(n) + " " + many
}

// guess chooses a kind for a table that no render operator speaks of.
func guess(t Table) string {
	all := shapeOf(t)
	numbers := all.count(isMeasure)
	switch {
	case all.first(isTimes) >= 0 && all.first(isNumbers) >= 0, all.first(isTime) >= 0 && numbers > 0:
		return "timechart"
	case numbers > 1 && all.first(isText) < 0:
		return "linechart"
	case numbers > 0 && all.first(notMeasure) >= 0:
		return "columnchart"
	case numbers > 0 && t.Rows == 1:
		return "card"
	}
	return "table"
}
