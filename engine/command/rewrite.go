package command

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kql/syntax"
)

// .update table T delete D append A: rows that go and rows that come in one step. The command's text is let statements, of which one says
// what goes, as for .delete, and one what comes.

const updateColumns = "(Table: string, Action: string, ExtentId: guid, RowCount: long)"

func updateTable(c *call) (*result, error) {
	options, err := c.options("whatif")
	if err != nil {
		return nil, err
	}
	name, err := c.only(reader.RuleTable, "")
	if err != nil {
		return nil, err
	}
	deletes, err := c.only(0, "DeleteIdentifier")
	if err != nil {
		return nil, err
	}
	appends, err := c.only(0, "AppendIdentifier")
	if err != nil {
		return nil, err
	}
	q := c.code()
	if q == nil {
		return nil, &fault{offset: c.Span.End, message: "no let statements follow; write them behind '<|'", syntax: true}
	}
	to, err := c.target(name)
	if err != nil {
		return nil, err
	}
	if letOf(q.Span.Of(c.tree.Text), appends.Text) == nil {
		return nil, &fault{offset: appends.Span.Start, message: fmt.Sprintf("no let statement says what '%s' is", appends.Text)}
	}
	gone, count, err := c.deleted(to.old, q, deletes)
	if err != nil {
		return nil, err
	}
	rows, err := c.appended(to.old, q, appends)
	if err != nil {
		return nil, err
	}
	defer rows.Abort()
	added, err := rows.Finish()
	if err != nil {
		return nil, engine.Wrap(err)
	}
	var out []record
	if yes(options["whatif"]) {
		c.engine.Forget(added)
		out = append(out, record{"Table": name.Text, "Action": "Delete", "RowCount": count})
		if added != nil {
			out = append(out, record{"Table": name.Text, "Action": "Create", "RowCount": added.Rows()})
		}
		return tableOf(columnsOf(c.row, updateColumns), out)
	}
	if out, err = c.replaceRows(to, gone, added); err != nil {
		return nil, err
	}
	return tableOf(columnsOf(c.row, updateColumns), out)
}

// deleted gives the rows that the let statement of a name says are to go, by segment, and their number.
func (c *call) deleted(t *store.Table, q *reader.Part, name reader.Ident) (gone [][]uint32, count int64, err error) {
	src := q.Span.Of(c.tree.Text)
	x := letOf(src, name.Text)
	if x == nil {
		return nil, 0, &fault{offset: name.Span.Start, message: fmt.Sprintf("no let statement says what '%s' is", name.Text)}
	}
	query, err := c.predicate(t, x.Span().Of(src))
	if err == nil {
		gone, err = c.matching(t, query)
	}
	var f *fault
	if errors.As(err, &f) {
		f.offset = q.Span.Start + x.Span().Start
	}
	for _, rows := range gone {
		count += int64(len(rows))
	}
	return gone, count, err
}

// letOf gives what a let statement of a text says a name is, nil for none.
func letOf(src, name string) syntax.Expr {
	for _, s := range syntax.Parse(src).Statements {
		if let, ok := s.(*syntax.LetStatement); ok && let.Name != nil && let.Name.Text == name {
			return let.X
		}
	}
	return nil
}

// appended gathers the rows that the let statement of a name gives.
func (c *call) appended(t *store.Table, q *reader.Part, name reader.Ident) (*store.Rows, error) {
	src := strings.TrimRight(q.Span.Of(c.tree.Text), " \t\r\n;")
	part := *q
	sub := *c
	sub.tree = syntax.Parse(c.tree.Text[:q.Span.Start] + src + ";\n" + name.Text)
	part.Span.End = len(sub.tree.Text)
	answer, err := sub.source(&part)
	if err != nil {
		return nil, err
	}
	defer answer.Close()
	if len(answer.Tables) != 1 {
		return nil, &fault{offset: q.Span.Start, message: "let statements only may stand behind '<|'"}
	}
	if err := sameTypes(answer.Tables[0].Columns, t); err != nil {
		return nil, &fault{offset: q.Span.Start, message: err.Error()}
	}
	rows := c.engine.NewRows(t)
	if err := rowsIn(c.ctx, answer, rows.Append); err != nil {
		rows.Abort()
		return nil, engine.Wrap(err)
	}
	return rows, nil
}

// replaceRows takes rows out and puts others in, in one change, with what update policies make of those that come.
func (c *call) replaceRows(to *target, gone [][]uint32, added *store.Segment) ([]record, error) {
	var out []record
	list, err := c.arrivals(to.old, added, false, nil)
	if err == nil {
		err = c.change(func(x *engine.Edit) error {
			out = nil
			now, err := to.latest(x, to.old)
			if err != nil {
				return err
			}
			if !slices.Equal(now.Extents(), to.old.Extents()) {
				return &fault{offset: to.name.Span.Start, message: fmt.Sprintf("table '%s' was changed by another command meanwhile; run this one again", to.name.Text)}
			}
			next, replaced, err := x.Remove(c.ctx, now, gone)
			if err != nil {
				return err
			}
			for _, r := range replaced {
				row := record{"Table": to.name.Text, "Action": "Delete", "ExtentId": r.Old.ID, "RowCount": r.Old.Rows()}
				if r.New != nil {
					row["RowCount"] = r.Old.Rows() - r.New.Rows()
				}
				out = append(out, row)
			}
			if err := x.Put(next); err != nil {
				return err
			}
			return c.arrive(x, to, list)
		})
	}
	if err != nil {
		for _, a := range list {
			c.engine.Forget(a.rows)
		}
		c.engine.Forget(added)
		return nil, err
	}
	for _, a := range list { // those that update policies made too
		if a.rows != nil {
			out = append(out, record{"Table": a.table.Name(), "Action": "Create", "ExtentId": a.rows.ID, "RowCount": a.rows.Rows()})
		}
	}
	return out, nil
}
