package kusto

import (
	"context"
	"strconv"
)

// TableSize is how large a table or materialized view is.
type TableSize struct {
	Rows   int64
	Bytes  int64 // of the data as it came; 0 when the cluster doesn't say
	Packed int64 // that it takes in the cluster; 0 when the cluster doesn't say
}

// TableSizes asks how large the tables of a database are, with views its materialized views too; "" means the connection's database. It
// gives what it was told before an error.
func (c *Client) TableSizes(ctx context.Context, database string, views bool) (map[string]TableSize, error) {
	out := map[string]TableSize{}
	err := c.sizes(ctx, database, ".show tables details", "TableName", out)
	if err == nil && views {
		err = c.sizes(ctx, database, ".show materialized-views details", "MaterializedViewName", out)
	}
	return out, err
}

func (c *Client) sizes(ctx context.Context, database, command, name string, into map[string]TableSize) error {
	answer, err := c.Mgmt(ctx, Query{Database: database, Text: command + " | project " + name + ", TotalRowCount, TotalOriginalSize, TotalExtentSize"})
	if err != nil {
		return err
	}
	names, ok := answer.column(name)
	if !ok {
		return c.unexpected(answer, name, command)
	}
	rows, ok := answer.column("TotalRowCount")
	if !ok {
		return c.unexpected(answer, "TotalRowCount", command)
	}
	bytes, _ := answer.column("TotalOriginalSize")
	packed, _ := answer.column("TotalExtentSize")
	for i, n := range names {
		if whole(rows, i) >= 0 {
			into[n] = TableSize{Rows: whole(rows, i), Bytes: max(whole(bytes, i), 0), Packed: max(whole(packed, i), 0)}
		}
	}
	return nil
}

// whole reads a number, which may be a real one; -1 for none.
func whole(cells []string, i int) int64 {
	if i >= len(cells) {
		return -1
	}
	if n, err := strconv.ParseInt(cells[i], 10, 64); err == nil {
		return n
	}
	f, err := strconv.ParseFloat(cells[i], 64)
	if err != nil || !(f >= 0 && f < 1<<62) {
		return -1
	}
	return int64(f)
}
