package rest

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"

	"calypso/engine"
	"calypso/engine/command"
)

// Streaming ingestion: POST /v1/rest/ingest/DATABASE/TABLE?streamFormat=csv&mappingName=M, the rows in the body.

// maxStreamed bounds the rows of one request once they are unpacked; clients keep to Kusto's limit, which is smaller.
const maxStreamed = 64 << 20

// ingest serves a request to stream rows into a table.
func (c *call) ingest(target string) {
	database, table, _ := strings.Cut(strings.TrimSuffix(target, "/"), "/")
	c.serve(func() (request, error) {
		in := request{Request: engine.Request{Database: database}}
		if c.r.Method != http.MethodPost {
			return in, &badRequest{http.StatusMethodNotAllowed, "method " + c.r.Method + " isn't known here; use POST"}
		}
		if table == "" {
			return in, bad("the address names no table; write /v1/rest/ingest/database/table")
		}
		if c.r.URL.Query().Get("sourceKind") == "uri" {
			return in, bad("the embedded engine reads nothing from a network; send the rows themselves")
		}
		c.identify(&in)
		return in, nil
	}, func(ctx context.Context, r request) error {
		data, err := c.streamed()
		if err != nil {
			return err
		}
		q := c.r.URL.Query()
		answer, err := command.Ingest(ctx, c.server.engine, r.Request, command.Streamed{
			Table: table, Format: q.Get("streamFormat"), Mapping: q.Get("mappingName"), Data: data,
		})
		if err != nil {
			return err
		}
		return c.answerV1(ctx, answer, false)
	})
}

// streamed reads the rows, unpacked.
func (c *call) streamed() (string, error) {
	var in io.Reader = http.MaxBytesReader(c.w, c.r.Body, maxStreamed)
	if strings.EqualFold(c.r.Header.Get("Content-Encoding"), "gzip") {
		unzipped, err := gzip.NewReader(in)
		if err != nil {
			return "", bad("the body is no gzip data: %v", err)
		}
		in = unzipped
	}
	data, err := io.ReadAll(io.LimitReader(in, maxStreamed+1))
	switch {
	case err != nil:
		return "", bad("the body can't be read: %v", err)
	case len(data) > maxStreamed:
		return "", bad("the rows take more than %d MB; send them in several requests", maxStreamed>>20)
	}
	return string(data), nil
}
