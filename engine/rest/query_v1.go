package rest

import (
	"context"
	"strconv"
	"time"

	"calypso/kusto/value"
	"calypso/kusto/wire"
)

// v1 answers: the results, then what surrounds them, then the table of contents.

var (
	propertyColumns = []value.Column{{Name: "Value", Kind: value.String}}
	statusColumns   = []value.Column{
		{Name: "Timestamp", Kind: value.Datetime},
		{Name: "Severity", Kind: value.Int},
		{Name: "SeverityName", Kind: value.String},
		{Name: "StatusCode", Kind: value.Int},
		{Name: "StatusDescription", Kind: value.String},
		{Name: "Count", Kind: value.Int},
		{Name: "RequestId", Kind: value.Guid},
		{Name: "ActivityId", Kind: value.Guid},
		{Name: "SubActivityId", Kind: value.Guid},
		{Name: "ClientActivityId", Kind: value.String},
	}
)

// sendV1 writes the results; full adds the tables around them, which a command's answer lacks.
func (c *call) sendV1(ctx context.Context, list []*reader, full bool) error {
	w := wire.NewV1Writer(c)
	var toc []wire.TOC
	for i, r := range list {
		failed, err := c.send(ctx, w, "Table_"+strconv.Itoa(i), r)
		if err != nil {
			return err
		}
		toc = append(toc, wire.TOC{Kind: "QueryResult", Name: r.table.Name, ID: string(value.AppendGuid(nil, newGUID()))})
		if failed != nil {
			full = false // what follows the broken table would be taken for a whole answer
			break
		}
	}
	if full {
		if err := c.surround(w, list, toc); err != nil {
			return err
		}
	}
	return w.Finish()
}

func (c *call) surround(w *wire.V1Writer, list []*reader, toc []wire.TOC) error {
	b := value.NewBuilder(value.String, len(list))
	for _, r := range list {
		b.AppendString(visualization(r.table))
	}
	if err := writeTable(w, len(toc), propertyColumns, value.Batch{N: len(list), Cols: []*value.Vector{b.Vector()}}); err != nil {
		return err
	}
	toc = append(toc, wire.TOC{Kind: "QueryProperties", Name: "@ExtendedProperties", ID: string(value.AppendGuid(nil, newGUID()))})
	if err := writeTable(w, len(toc), statusColumns, value.Batch{N: 1, Cols: []*value.Vector{
		value.ConstInt(value.Datetime, wire.TicksOf(time.Now()), 1), value.ConstInt(value.Int, 4, 1), value.ConstString("Info", 1),
		value.ConstInt(value.Int, 0, 1), value.ConstString("Query completed successfully", 1), value.ConstInt(value.Int, 1, 1),
		value.ConstGuid(c.activity, 1), value.ConstGuid(c.activity, 1), value.ConstGuid(c.activity, 1), value.ConstString(c.client, 1),
	}}); err != nil {
		return err
	}
	toc = append(toc, wire.TOC{Kind: "QueryStatus", Name: "QueryStatus", ID: string(value.AppendGuid(nil, newGUID()))})
	return w.Contents(toc)
}

func writeTable(w *wire.V1Writer, n int, columns []value.Column, b value.Batch) error {
	if err := w.BeginTable("Table_"+strconv.Itoa(n), columns); err != nil {
		return err
	}
	if err := w.Rows(b); err != nil {
		return err
	}
	return w.EndTable(nil)
}
