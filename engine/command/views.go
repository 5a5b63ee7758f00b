package command

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kusto/value"
)

// Materialized views. Here a view is its query over the rows of its table that came in since the view was made, or over all of them; it
// is run when the view is read.

// viewOptions are the properties that views take.
var viewOptions = []string{
	"backfill", "effectivedatetime", "updateextentscreationtime", "autoupdateschema", "folder", "docstring",
	"allowmaterializedviewswithoutrowlevelsecurity",
}

// putView answers .create, .create-or-alter and .alter materialized-view.
func putView(c *call) (*result, error) {
	options, err := c.options(viewOptions...)
	if err != nil {
		return nil, err
	}
	name, err := c.viewName()
	if err != nil {
		return nil, err
	}
	source, err := c.only(reader.RuleTable, "")
	if err != nil {
		return nil, err
	}
	code := c.code()
	if code == nil {
		return nil, &fault{offset: c.Span.End, message: "the view has no query; write it in braces", syntax: true}
	}
	query := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(code.Span.Of(c.tree.Text), "{"), "}"))
	if _, err := c.engine.Explain(c.ctx, engine.Request{Database: c.request.Database, Text: query}); err != nil {
		return nil, &fault{offset: code.Span.Start, message: fmt.Sprintf("the view's query: %s", said(err))}
	}
	err = c.change(func(x *engine.Edit) error {
		old := x.View(name.Text)
		switch {
		case old == nil && c.verb() == "alter":
			return notFound("materialized view", name, ".show materialized-views")
		case old != nil && c.verb() == "create" && c.Has("ifnotexists"):
			return nil
		case old != nil && c.verb() == "create":
			return &fault{offset: name.Span.Start, message: fmt.Sprintf("materialized view '%s' is there already; use .create-or-alter, or add ifnotexists", name.Text)}
		}
		v, err := c.viewMade(x, old, name, source, query, options)
		if err != nil {
			return at(c, source, err)
		}
		return at(c, name, x.PutView(v))
	})
	if err != nil {
		return nil, err
	}
	return c.viewsShown(name.Text)
}

// viewName is the view's name, new or there.
func (c *call) viewName() (reader.Ident, error) {
	if len(c.names(0, "MaterializedViewName")) > 0 {
		return c.only(0, "MaterializedViewName")
	}
	return c.only(reader.RuleView, "")
}

// viewMade makes the view that a command declares.
func (c *call) viewMade(x *engine.Edit, old *store.View, name, source reader.Ident, query string, options map[string]string) (*store.View, error) {
	t, err := x.Table(source.Text)
	if err != nil {
		return nil, err
	}
	if err := c.viewSource(t, options); err != nil {
		return nil, err
	}
	if err := checkView(x.Schema(), source.Text, query); err != nil {
		return nil, &fault{offset: c.code().Span.Start, message: err.Error()}
	}
	columns, err := engine.ViewColumns(x.Schema(), query)
	if err != nil {
		return nil, &fault{offset: c.code().Span.Start, message: err.Error()}
	}
	instant := x.Instant()
	v := &store.View{Name: name.Text, ID: store.NewID(), Created: instant, Since: instant}
	if old != nil {
		if err := c.viewAltered(old, source, query); err != nil {
			return nil, err
		}
		kept := *old
		v = &kept
	}
	v.Source, v.Query, v.Columns = source.Text, query, columns
	if old == nil && yes(options["backfill"]) {
		v.Since = 0
	}
	if text := options["effectivedatetime"]; text != "" {
		ticks, ok := value.ParseDatetime(text)
		if !ok || !yes(options["backfill"]) {
			return nil, &fault{offset: c.Span.Start, message: "effectiveDateTime is a datetime that goes with backfill=true"}
		}
		v.Effective, v.Since = ticks, ticks
	}
	if text, ok := options["folder"]; ok {
		v.Folder = text
	}
	if text, ok := options["docstring"]; ok {
		v.Doc = text
	}
	if text, ok := options["autoupdateschema"]; ok {
		v.AutoUpdate = yes(text)
	}
	return v, nil
}

// viewSource refuses tables that can't have a view.
func (c *call) viewSource(t *store.Table, options map[string]string) error {
	p, _, err := engine.RowSecurityOf(t)
	switch {
	case err != nil:
		return err
	case !t.Remembers():
		return c.badPolicy("table '%s' doesn't remember when rows came in, which a view needs; .alter table %s policy ingestiontime true lets it", t.Name(), t.Name())
	case engine.Restricted(t):
		return c.badPolicy("table '%s' has the policy restricted_view_access, and can't have a view", t.Name())
	case p.IsEnabled && !yes(options["allowmaterializedviewswithoutrowlevelsecurity"]):
		return c.badPolicy("table '%s' has row level security, which the view would go around; add allowMaterializedViewsWithoutRowLevelSecurity=true if that is meant", t.Name())
	case noRowsStay(t):
		return c.badPolicy("table '%s' keeps no rows (its soft delete period is 0), of which a view could be made", t.Name())
	}
	return nil
}

// viewAltered refuses another query for a view that has rows: Kusto leaves what was materialized as it was.
func (c *call) viewAltered(old *store.View, source reader.Ident, query string) error {
	if old.Source != source.Text {
		return &fault{offset: source.Span.Start, message: fmt.Sprintf("materialized view '%s' is of table '%s'; drop it first", old.Name, old.Source)}
	}
	if old.Query == query {
		return nil
	}
	answer, err := c.engine.Query(c.ctx, engine.Request{Database: c.request.Database, Text: "materialized_view(" + quoted(old.Name) + ") | take 1", Unlisted: true})
	rows := 0
	if err == nil {
		defer answer.Close()
		err = rowsIn(c.ctx, answer, func(b *value.Batch) error { rows += b.N; return nil })
	}
	if err != nil {
		return engine.Wrap(err)
	}
	if rows > 0 {
		return &fault{
			offset: source.Span.Start, refused: true,
			message: fmt.Sprintf("another query for materialized view '%s', which has rows, is not built in the embedded engine; drop the view and make it anew", old.Name),
		}
	}
	return nil
}

// editView changes a view that is there.
func (c *call) editView(edit func(x *engine.Edit, v *store.View) error) (string, error) {
	name, err := c.only(reader.RuleView, "")
	if err != nil {
		return "", err
	}
	shown := name.Text
	return shown, c.change(func(x *engine.Edit) error {
		old := x.View(name.Text)
		if old == nil {
			return notFound("materialized view", name, ".show materialized-views")
		}
		next := *old
		if err := edit(x, &next); err != nil {
			return at(c, name, err)
		}
		if next.Name != old.Name {
			x.DropView(old.Name)
		}
		return at(c, name, x.PutView(&next))
	})
}

// describeView sets a view's folder, description, or whether it follows its table.
func describeView(c *call) (*result, error) {
	name, err := c.editView(func(_ *engine.Edit, v *store.View) error {
		for label, to := range map[string]*string{"Folder": &v.Folder, "Documentation": &v.Doc} {
			texts, err := c.values(label)
			if err != nil {
				return err
			}
			for _, s := range texts {
				*to = s
			}
		}
		if c.Has("autoupdateschema") || c.Has("autoUpdateSchema") {
			v.AutoUpdate = c.Has("true")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.viewsShown(name)
}

// switchView answers .enable and .disable: what the view gives stays the same, as in Kusto.
func switchView(c *call) (*result, error) {
	name, err := c.editView(func(_ *engine.Edit, v *store.View) error {
		v.Disabled = c.verb() == "disable"
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.viewsShown(name)
}

// renameView gives a view another name.
func renameView(c *call) (*result, error) {
	to, err := c.only(0, "NewMaterializedViewName")
	if err != nil {
		return nil, err
	}
	_, err = c.editView(func(x *engine.Edit, v *store.View) error {
		if x.View(to.Text) != nil && to.Text != v.Name {
			return &fault{offset: to.Span.Start, message: fmt.Sprintf("materialized view '%s' is there already", to.Text)}
		}
		v.Name = to.Text
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.viewsShown(to.Text)
}

// clearView empties a view: rows that come in from now on are in it.
func clearView(c *call) (*result, error) {
	_, err := c.editView(func(x *engine.Edit, v *store.View) error {
		v.Since = x.Instant()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.table()
}

func dropView(c *call) (*result, error) {
	name, err := c.only(reader.RuleView, "")
	if err != nil {
		return nil, err
	}
	err = c.change(func(x *engine.Edit) error {
		if x.View(name.Text) == nil {
			if c.Has("ifexists") {
				return nil
			}
			return notFound("materialized view", name, ".show materialized-views")
		}
		x.DropView(name.Text)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.viewsShown()
}

// viewsShown answers with views as they are; with all of them where none is named.
func (c *call) viewsShown(names ...string) (*result, error) {
	_, views, _ := c.engine.Settings(c.request.Database)
	var rows []record
	for _, v := range views {
		if len(names) == 0 || slices.Contains(names, v.Name) {
			rows = append(rows, viewRow(v))
		}
	}
	return tableOf(columnsOf(c.row, viewColumns), rows)
}

const viewColumns = "(Name: string, SourceTable: string, Query: string, MaterializedTo: datetime, LastRun: datetime, LastRunResult: string, " +
	"IsHealthy: bool, IsEnabled: bool, Folder: string, DocString: string, AutoUpdateSchema: bool, EffectiveDateTime: datetime, Lookback: timespan, " +
	"LookbackColumn: string)"

// viewRow is a view as results show it: always up to date, as it is run when it is read.
func viewRow(v *store.View) record {
	effective := v.Since
	if v.Effective > 0 {
		effective = v.Effective
	}
	row := record{
		"Name": v.Name, "SourceTable": v.Source, "Query": v.Query, "MaterializedTo": value.UnixEpoch + time.Now().UnixNano()/100,
		"LastRunResult": "Completed", "IsHealthy": true, "IsEnabled": !v.Disabled, "Folder": v.Folder, "DocString": v.Doc,
		"AutoUpdateSchema": v.AutoUpdate,
	}
	if effective > 0 {
		row["EffectiveDateTime"] = effective
	}
	return row
}
