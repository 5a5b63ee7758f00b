package kusto

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"

	"calypso/kusto/value"
	"calypso/kusto/wire"
)

// Answer is a management command's table.
type Answer struct {
	ClientRequestID string
	Columns         []value.Column
	Batches         []value.Batch
}

// Mgmt runs a management command and reads its first table whole. azkustodata has no raw stream for these, and its decoder
// knows less than ours, so the request is made here.
func (c *Client) Mgmt(ctx context.Context, q Query) (*Answer, error) {
	id := q.RequestID
	if id == "" {
		id = NewRequestID()
	}
	out, err := c.mgmt(ctx, id, q)
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return nil, failure(c.where, id, err)
	}
	return out, nil
}

func (c *Client) mgmt(ctx context.Context, id string, q Query) (*Answer, error) {
	options := map[string]any{"servertimeout": clock(c.timeLimit(ctx, q.Timeout, commandTime))}
	for name, v := range q.Options {
		options[name] = v
	}
	properties := map[string]any{"Options": options}
	if len(q.Parameters) > 0 {
		properties["Parameters"] = q.Parameters
	}
	body, err := json.Marshal(map[string]any{"db": c.database(q.Database), "csl": q.Text, "properties": properties})
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, inside+"/v1/rest/mgmt", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, v := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Accept": "application/json",
		"x-ms-client-request-id": id, "x-ms-app": ascii(c.opts.Application), "x-ms-user": ascii(c.opts.User), "x-ms-version": "2024-12-12",
	} {
		r.Header.Set(name, v)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	out := &Answer{ClientRequestID: id}
	return out, out.read(wire.NewV1Decoder(&bounded{resp.Body, c.answerLimit}))
}

// bounded reads so many bytes and fails at the next.
type bounded struct {
	from io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, &Failure{Kind: Limit, Message: "the command's answer is too large to be kept", Hint: "put a pipeline behind the command, as | take 1000"}
	}
	n, err := b.from.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// ascii is a text that a header may hold.
func ascii(s string) string {
	out := []byte(nil)
	for _, r := range s {
		if r < ' ' || r > '~' {
			r = '?'
		}
		out = append(out, byte(r))
	}
	return string(out)
}

// read takes the first table; others tell how the command went.
func (a *Answer) read(d *wire.Decoder) error {
	first := -1
	for {
		e, err := d.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch {
		case e.Kind == wire.TableStart && first < 0:
			first, a.Columns = e.Table.ID, e.Table.Columns
		case e.Kind == wire.Rows && e.Table.ID == first:
			a.Batches = append(a.Batches, e.Batch)
		case len(e.Errors) > 0:
			return e.Errors[0]
		}
	}
}

// column gives a text column's cells by name; false when the answer has none of that name.
func (a *Answer) column(name string) ([]string, bool) {
	at := -1
	for i, c := range a.Columns {
		if c.Name == name {
			at = i
		}
	}
	if at < 0 {
		return nil, false
	}
	var out []string
	for _, b := range a.Batches {
		for i := range b.N {
			out = append(out, value.DynAt(b.Cols[at], i).Text())
		}
	}
	return out, true
}
