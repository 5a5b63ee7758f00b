package command

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/engine/store"
	"calypso/kusto/value"
)

// Update policies: what is made of rows that come into a table, and put into others in the same change.

// arrival is rows that come into a table.
type arrival struct {
	table   *store.Table // as it was when they were gathered
	rows    *store.Segment
	replace bool // they take the place of what is there
}

// arrivals gives the rows that come into a table and into all that its update policies fill. The path are the tables that these came
// from: a policy that leads back to one of them is left out, as in Kusto. After an error the caller forgets the rows of the list.
func (c *call) arrivals(t *store.Table, rows *store.Segment, replace bool, path []string) ([]arrival, error) {
	list := []arrival{{t, rows, replace}}
	if rows == nil && !replace {
		return list, nil
	}
	rows.Stamp(remembered(t, value.UnixEpoch+time.Now().UnixNano()/100)) // what the policies' queries see; arrive says when it was
	path = append(slices.Clone(path), t.Name())
	tables, _ := c.engine.Tables(c.request.Database)
	for _, other := range tables {
		to, ok := other.(*store.Table)
		if !ok || slices.Contains(path, to.Name()) {
			continue
		}
		policies, err := updatesOf(to)
		if err != nil {
			return list, &fault{message: err.Error()}
		}
		for _, p := range policies {
			if !p.IsEnabled || p.Source != t.Name() {
				continue
			}
			more, err := c.derived(p, t, to, rows, replace, path)
			switch {
			case err == nil:
				list = append(list, more...)
				continue
			case !p.IsTransactional && c.ctx.Err() == nil:
				c.engine.NoteFailure(engine.IngestionFailure{Database: c.databaseName(), Table: to.Name(), Details: err.Error(), Update: true, User: c.request.User})
			}
			for _, a := range more {
				c.engine.Forget(a.rows)
			}
			if p.IsTransactional || c.ctx.Err() != nil {
				return list, err
			}
		}
	}
	return list, nil
}

// remembered is an instant for a table that remembers when rows come in, else none.
func remembered(t *store.Table, instant int64) int64 {
	if t.Remembers() {
		return instant
	}
	return 0
}

// derived runs one update policy over new rows of its source, and then what follows from the rows that it makes.
func (c *call) derived(p updatePolicy, source, to *store.Table, rows *store.Segment, replace bool, path []string) ([]arrival, error) {
	made, err := c.updated(p, source, to, rows)
	if p.PropagateIngestionProperties && rows != nil {
		made.Tag(rows.Tags)
	}
	if err != nil {
		var e *engine.Error
		if errors.As(err, &e) && e.Kind == engine.Cancelled || c.ctx.Err() != nil {
			return nil, err
		}
		return nil, &fault{message: fmt.Sprintf("the update policy of table '%s' failed, from source '%s': %s", to.Name(), source.Name(), said(err))}
	}
	list, err := c.arrivals(to, made, replace, path)
	return list, err
}

// updated gives the rows that a policy's query makes of new rows.
func (c *call) updated(p updatePolicy, source, to *store.Table, rows *store.Segment) (*store.Segment, error) {
	answer, err := c.engine.Query(c.ctx, engine.Request{
		Database: c.request.Database, Text: p.Query, Tables: []exec.Table{source.Only(rows)}, Unlisted: true,
		Properties: map[string]any{"notruncation": true, "servertimeout": "00:10:00"},
	})
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	if len(answer.Tables) != 1 {
		return nil, fmt.Errorf("its query gives %d tables, and the rows of one are wanted", len(answer.Tables))
	}
	if err := sameTypes(answer.Tables[0].Columns, to); err != nil {
		return nil, err
	}
	out := c.engine.NewRows(to)
	defer out.Abort()
	if err := rowsIn(c.ctx, answer, func(b *value.Batch) error { return out.Append(b) }); err != nil {
		return nil, err
	}
	made, err := out.Finish()
	return made, engine.Wrap(err)
}

// arrive puts rows into their tables, all at one instant.
func (c *call) arrive(x *engine.Edit, to *target, list []arrival) error {
	instant := x.Instant()
	cleared := map[string]bool{}
	for i, a := range list {
		var now *store.Table
		var err error
		if i == 0 {
			if now, err = to.latest(x, a.table); err == nil && to.there(to.before(x)) {
				err = errUnchanged
			}
		} else {
			now, err = c.unchanged(x, a, cleared)
		}
		if err != nil {
			return err
		}
		rows := a.rows
		if noRowsStay(now) {
			rows = nil
		}
		rows.Stamp(remembered(now, instant))
		if now, err = x.Append(c.ctx, now, rows); err != nil {
			return err
		}
		if err := x.Put(now); err != nil {
			return at(c, to.name, err)
		}
	}
	return nil
}

// before is the table that rows come to as it is before they do.
func (to *target) before(x *engine.Edit) *store.Table {
	have, _ := x.Any(to.name.Text)
	t, _ := have.(*store.Table)
	return t
}

// unchanged gives a table that an update policy fills, as it is by now; its columns must be those that the rows have.
func (c *call) unchanged(x *engine.Edit, a arrival, cleared map[string]bool) (*store.Table, error) {
	name := a.table.Name()
	now, err := x.Table(name)
	if err != nil {
		return nil, err
	}
	if now.ID != a.table.ID || !slices.Equal(now.Shape(), a.table.Shape()) {
		return nil, &fault{message: fmt.Sprintf("table '%s', which an update policy fills, was changed by another command meanwhile; run this one again", name)}
	}
	if a.replace && !cleared[name] {
		cleared[name] = true
		now = now.Cleared()
	}
	return now, nil
}
