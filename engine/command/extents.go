package command

import (
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/store"
	reader "calypso/kql/command"
	"calypso/kusto/value"
)

// .drop extent and .drop extents: rows that go by the pieces that they lie in, as .show table T extents lists them.

func dropExtents(c *call) (*result, error) {
	for _, p := range c.Parts {
		switch p.Word {
		case "older", "trim", "limit", "whatif", "all":
			return nil, &fault{offset: p.Span.Start, refused: true, message: fmt.Sprintf("'%s' of .drop extents is not built in the embedded engine; name the extents, or drop all of a table", p.Word)}
		}
	}
	ids, all, err := c.extentIDs()
	if err != nil {
		return nil, err
	}
	from := ""
	for _, p := range c.names(reader.RuleTable, "") {
		from = p.Names[0].Text
	}
	var rows []record
	err = c.change(func(x *engine.Edit) error {
		rows = nil
		if from != "" {
			if _, err := x.Table(from); err != nil {
				return at(c, c.names(reader.RuleTable, "")[0].Names[0], err)
			}
		}
		for _, t := range x.Tables() {
			if from != "" && t.Name() != from {
				continue
			}
			next, dropped := t.WithoutExtents(func(s *store.Segment) bool { return all || ids[s.ID] })
			for _, s := range dropped {
				rows = append(rows, record{"ExtentId": s.ID, "TableName": t.Name(), "CreatedOn": s.Created})
				delete(ids, s.ID)
			}
			if len(dropped) > 0 {
				if err := x.Put(next); err != nil {
					return err
				}
			}
		}
		for id := range ids {
			return &fault{offset: c.Span.Start, message: fmt.Sprintf("extent '%s' was not found; .show database extents lists them", value.AppendGuid(nil, id))}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return c.table(rows...)
}

// extentIDs gives the extents that the command names, or that its query gives; all tells that it names none and means all of a table.
func (c *call) extentIDs() (ids map[[16]byte]bool, all bool, err error) {
	ids = map[[16]byte]bool{}
	for _, p := range c.Parts {
		if p.Kind != reader.Value {
			continue
		}
		text, err := c.literal(p)
		if err != nil {
			return nil, false, err
		}
		id := constant("guid(" + strings.Trim(text, "'\"") + ")")
		if id == nil || id.IsNull(0) {
			return nil, false, &fault{offset: p.Span.Start, message: "an extent is named by its id, a guid"}
		}
		ids[id.Guids[0]] = true
	}
	q := c.code()
	if q == nil {
		return ids, len(ids) == 0, nil
	}
	answer, err := c.source(q)
	if err != nil {
		return nil, false, err
	}
	defer answer.Close()
	at := -1
	for i, column := range answer.Tables[0].Columns {
		if column.Name == "ExtentId" && column.Kind == value.Guid {
			at = i
		}
	}
	if at < 0 || len(answer.Tables) != 1 {
		return nil, false, &fault{offset: q.Span.Start, message: "the query gives no column ExtentId; end it with .show table T extents and what chooses among them"}
	}
	return ids, false, rowsIn(c.ctx, answer, func(b *value.Batch) error {
		v := value.Flat(b.Cols[at])
		for i := range b.N {
			if !v.IsNull(i) {
				ids[v.Guids[i&v.Mask()]] = true
			}
		}
		return nil
	})
}

// extentChoice reads which extents .show … extents is about: by ids, and by where tags has 'text' and its like.
func (c *call) extentChoice() (func(*store.Segment) bool, error) {
	ids := map[[16]byte]bool{}
	var tests []func(*store.Segment) bool
	for i, p := range c.Parts {
		switch {
		case p.Kind == reader.Property:
			return nil, &fault{offset: p.Span.Start, refused: true, message: fmt.Sprintf("property '%s' of this command is not built in the embedded engine; leave it out", p.Word)}
		case p.Kind != reader.Value:
			continue
		}
		text, err := c.literal(p)
		if err != nil {
			return nil, err
		}
		if p.Label == "Tag" && i > 0 {
			tests = append(tests, tagTest(c.Parts[i-1].Span.Of(c.tree.Text), text))
			continue
		}
		id := constant("guid(" + strings.Trim(text, "'\"") + ")")
		if id == nil || id.IsNull(0) {
			return nil, &fault{offset: p.Span.Start, message: "an extent is named by its id, a guid"}
		}
		ids[id.Guids[0]] = true
	}
	return func(s *store.Segment) bool {
		for _, test := range tests {
			if !test(s) {
				return false
			}
		}
		return len(ids) == 0 || ids[s.ID]
	}, nil
}

// tagTest is one condition on tags: has means a whole tag, contains a part of one, in any case.
func tagTest(word, text string) func(*store.Segment) bool {
	rest, not := strings.CutPrefix(word, "!")
	return func(s *store.Segment) bool {
		found := slices.ContainsFunc(s.Tags, func(tag string) bool {
			if rest == "has" {
				return strings.EqualFold(tag, text)
			}
			return strings.Contains(strings.ToLower(tag), strings.ToLower(text))
		})
		return found != not
	}
}
