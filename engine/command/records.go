package command

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"calypso/engine"
	"calypso/engine/exec"
	"calypso/engine/store"
	"calypso/kql/binder"
	reader "calypso/kql/command"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

// Rows that go: .delete table T records and .purge table T records. What goes is what a query on the table itself gives, of where,
// extend and project only, as Kusto has it.

// rowNumber is the column that numbers a table's rows while the query runs.
const rowNumber = "$row"

// numbered is a table with its rows numbered, by a column before its own.
type numbered struct {
	exec.Table
	columns []value.Column
	starts  []int64 // the number of each segment's first row
}

func newNumbered(t exec.Table) *numbered {
	n := &numbered{Table: t, columns: append([]value.Column{{Name: rowNumber, Kind: value.Long}}, t.Columns()...)}
	for i := range t.Segments() {
		n.starts = append(n.starts, int64(i)*exec.SegmentRows)
	}
	return n
}

// Columns gives names and types.
func (n *numbered) Columns() []value.Column { return n.columns }

// Segment reads columns of a segment.
func (n *numbered) Segment(ctx context.Context, i int, columns []int) (*value.Batch, error) {
	var own []int
	for _, c := range columns {
		if c > 0 {
			own = append(own, c-1)
		}
	}
	b, err := n.Table.Segment(ctx, i, own)
	if err != nil {
		return nil, err
	}
	out, at := &value.Batch{N: b.N}, 0
	for _, c := range columns {
		if c > 0 {
			out.Cols = append(out.Cols, b.Cols[at])
			at++
			continue
		}
		numbers := make([]int64, b.N)
		for k := range numbers {
			numbers[k] = n.starts[i] + int64(k)
		}
		out.Cols = append(out.Cols, &value.Vector{Kind: value.Long, N: b.N, Ints: numbers})
	}
	return out, nil
}

// Stats tells what is known of a column in a segment.
func (n *numbered) Stats(segment, column int) (exec.Stats, bool) {
	if column == 0 {
		return exec.Stats{}, false
	}
	return n.Table.Stats(segment, column-1)
}

// deleteRecords answers .delete table T records.
func deleteRecords(c *call) (*result, error) {
	options, err := c.options("whatif")
	if err != nil {
		return nil, err
	}
	name, err := c.only(reader.RuleTable, "")
	if err != nil {
		return nil, err
	}
	q := c.code()
	if q == nil {
		return nil, &fault{offset: c.Span.End, message: "no query follows; write one behind '<|'", syntax: true}
	}
	out, err := c.removeRecords(name, q.Span.Of(c.tree.Text), q.Span.Start, yes(options["whatif"]))
	if err != nil {
		return nil, err
	}
	var rows []record
	for _, r := range out.replaced {
		row := record{"OriginalExtentId": r.Old.ID, "RecordsMatchPredicate": r.Old.Rows()}
		if r.New != nil {
			row["ResultExtentId"], row["RecordsMatchPredicate"] = r.New.ID, r.Old.Rows()-r.New.Rows()
		}
		rows = append(rows, row)
	}
	if yes(options["whatif"]) {
		rows = []record{{"RecordsMatchPredicate": out.count}}
	}
	return tableOf(columnsOf(c.row, "(OriginalExtentId: guid, ResultExtentId: guid, RecordsMatchPredicate: long)"), rows)
}

// removal is what came of taking rows out.
type removal struct {
	count    int64
	replaced []store.Replaced
}

// removeRecords takes the rows out that a query on the table gives, or only counts them.
func (c *call) removeRecords(name reader.Ident, query string, offset int, only bool) (removal, error) {
	var out removal
	have, ok := c.engine.Table(c.request.Database, name.Text)
	t, kept := have.(*store.Table)
	if !ok || !kept {
		return out, c.change(func(x *engine.Edit) error {
			_, err := x.Table(name.Text)
			return at(c, name, err)
		})
	}
	predicate, err := c.predicate(t, query)
	if err != nil {
		if f, ok := err.(*fault); ok {
			f.offset = offset
		}
		return out, err
	}
	gone, err := c.matching(t, predicate)
	if err != nil {
		return out, err
	}
	for _, rows := range gone {
		out.count += int64(len(rows))
	}
	if only || out.count == 0 {
		return out, nil
	}
	return out, c.change(func(x *engine.Edit) error {
		now, err := x.Table(name.Text)
		if err != nil {
			return at(c, name, err)
		}
		if !slices.Equal(now.Extents(), t.Extents()) || !slices.Equal(now.Shape(), t.Shape()) {
			return &fault{offset: name.Span.Start, message: fmt.Sprintf("table '%s' was changed by another command meanwhile; run this one again", name.Text)}
		}
		next, replaced, err := x.Remove(c.ctx, now, gone)
		if err != nil {
			return err
		}
		out.replaced = replaced
		return x.Put(next)
	})
}

// predicate makes the query that gives the numbers of the rows to take out. A query may stand without the table before it.
func (c *call) predicate(t *store.Table, query string) (string, error) {
	if p, ok, err := engine.RowSecurityOf(t); err != nil || ok && p.IsEnabled {
		return "", &fault{refused: true, message: fmt.Sprintf("taking rows out of table '%s', which has row level security, is not built in the embedded engine; disable the policy first", t.Name())}
	}
	if strings.HasPrefix(strings.TrimSpace(query), "where ") {
		query = symbol.QuoteName(t.Name()) + " | " + query
	}
	tree := syntax.Parse(query)
	bound := binder.Bind(tree, c.schema)
	if err := engine.Diagnosed(query, bound.Diagnostics); err != nil {
		return "", &fault{message: fmt.Sprintf("the query of the records: %s", said(err))}
	}
	if len(tree.Statements) != 1 {
		return "", &fault{message: "the query of the records is to be one pipeline on the table"}
	}
	q, _ := tree.Statements[0].(*syntax.QueryStatement)
	var pipe *syntax.Pipe
	if q != nil {
		pipe, _ = q.X.(*syntax.Pipe)
	}
	if pipe == nil || pipe.Source == nil {
		return "", &fault{message: "the query of the records is to be " + t.Name() + " | where …"}
	}
	source, _ := pipe.Source.(*syntax.NameRef)
	uses := engine.UsesOf(bound)
	if source == nil || source.Name.Text != t.Name() || len(uses.Tables) != 1 || uses.Foreign != "" || len(uses.Functions) > 0 {
		return "", &fault{message: fmt.Sprintf("the query of the records may read table '%s' only, and call no stored function", t.Name())}
	}
	return predicateText(tree.Text, pipe)
}

// predicateText rewrites a pipeline so that it gives the numbers of its rows: projections become extensions, as a column that is gone
// isn't named behind them.
func predicateText(src string, pipe *syntax.Pipe) (string, error) {
	var b strings.Builder
	b.WriteString(pipe.Source.Span().Of(src))
	wheres := 0
	for _, op := range pipe.Ops {
		switch op := op.(type) {
		case *syntax.WhereOp:
			wheres++
			b.WriteString(" | " + op.Span().Of(src))
		case *syntax.ExtendOp:
			b.WriteString(" | " + op.Span().Of(src))
		case *syntax.ProjectOp:
			var made []string
			for _, item := range op.Items {
				if named, ok := item.(*syntax.Named); ok {
					made = append(made, named.Span().Of(src))
				}
			}
			if len(made) > 0 {
				b.WriteString(" | extend " + strings.Join(made, ", "))
			}
		default:
			return "", &fault{message: fmt.Sprintf("the query of the records has the operator '%s'; where, extend and project are allowed", op.Head().Keyword.Text)}
		}
	}
	if wheres == 0 {
		return "", &fault{message: "the query of the records has no where; .clear table T data takes all rows out"}
	}
	return b.String() + " | project " + symbol.QuoteName(rowNumber), nil
}

// matching gives the rows that a predicate's query finds, for each segment of the table.
func (c *call) matching(t *store.Table, query string) ([][]uint32, error) {
	answer, err := c.engine.Query(c.ctx, engine.Request{
		Database: c.request.Database, Text: query, Tables: []exec.Table{newNumbered(t)}, Unlisted: true,
		Properties: map[string]any{"notruncation": true, "servertimeout": "01:00:00"},
	})
	if err != nil {
		return nil, &fault{message: fmt.Sprintf("the query of the records: %s", said(err))}
	}
	defer answer.Close()
	gone := make([][]uint32, t.Segments())
	err = rowsIn(c.ctx, answer, func(b *value.Batch) error {
		v := value.Flat(b.Cols[0])
		for i := range b.N {
			n := v.Ints[i&v.Mask()]
			gone[n/exec.SegmentRows] = append(gone[n/exec.SegmentRows], uint32(n%exec.SegmentRows))
		}
		return nil
	})
	if err != nil {
		return nil, engine.Wrap(err)
	}
	for _, rows := range gone {
		slices.Sort(rows)
	}
	return gone, nil
}
