package kusto

import (
	"context"
	"fmt"
	"strings"
	"time"

	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// The three tools: what a model may ask of a database. They give facts; how much of them a model sees is for others to decide.

// QueryResult is the answer of ExecuteQuery.
type QueryResult struct {
	Columns         []value.Column
	Batches         []value.Batch
	RowCount        int64
	Truncated       bool // more rows exist than were kept, by the caller's limit or the cluster's
	ClientRequestID string
	Duration        time.Duration
}

// ExecuteQuery runs a query and keeps at most maxRows rows of its first result; 0 means all that the cluster gives.
func (c *Client) ExecuteQuery(ctx context.Context, query string, maxRows int64) (*QueryResult, error) {
	began := time.Now()
	r, err := c.Query(ctx, Query{Text: query})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	out := &QueryResult{ClientRequestID: r.ClientRequestID}
	t, err := r.NextTable(ctx)
	if err != nil {
		return nil, err
	}
	if t == nil {
		return out, nil
	}
	out.Columns = t.Columns
	err = out.keep(ctx, t, maxRows)
	if err == nil && !out.Truncated {
		err = rest(ctx, r)
	}
	out.Duration = time.Since(began)
	if f, ok := err.(*Failure); ok && f.Kind == Limit && out.RowCount > 0 {
		out.Truncated = true
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

func (q *QueryResult) keep(ctx context.Context, t *Table, maxRows int64) error {
	for {
		b, err := t.Next(ctx)
		if err != nil || b == nil {
			return err
		}
		if maxRows > 0 && q.RowCount+int64(b.N) > maxRows {
			cut := value.SliceBatch(*b, 0, int(maxRows-q.RowCount))
			b, q.Truncated = &cut, true
		}
		q.Batches = append(q.Batches, *b)
		q.RowCount += int64(b.N)
		if q.Truncated {
			return nil
		}
	}
}

// rest reads what follows the first result: some clusters tell errors only at the answer's end.
func rest(ctx context.Context, r *Result) error {
	for {
		if t, err := r.NextTable(ctx); err != nil || t == nil {
			return err
		}
	}
}

// TableSchema gives a table, view or external table of the connection's database.
func (c *Client) TableSchema(ctx context.Context, name string) (*symbol.TableSymbol, error) {
	d, err := c.Database(ctx, "")
	if err != nil {
		return nil, err
	}
	if t := d.Table(name); t != nil {
		return t, nil
	}
	message := fmt.Sprintf("table %s isn't in database %s", quote(name), quote(d.Name))
	for _, t := range d.Tables {
		if strings.EqualFold(t.Name, name) {
			return nil, &Failure{Kind: NotFound, Message: message + fmt.Sprintf("; did you mean %s?", quote(t.Name))}
		}
	}
	return nil, &Failure{Kind: NotFound, Message: message + "; list the tables to see which are"}
}

// ListTables gives the tables, views and external tables of the connection's database.
func (c *Client) ListTables(ctx context.Context) (database string, tables []*symbol.TableSymbol, err error) {
	d, err := c.Database(ctx, "")
	if err != nil {
		return "", nil, err
	}
	return d.Name, d.Tables, nil
}
