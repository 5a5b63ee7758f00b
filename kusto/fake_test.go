package kusto

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"calypso/kusto/value"
	"calypso/kusto/wire"
)

// cluster is a server that answers everything with one function.
func cluster(t testing.TB, answer http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	c, err := Open(Connection{URL: s.URL, Database: "Samples"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// text answers with one text.
func text(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// heard keeps the bodies of requests to a path.
type heard struct {
	mu     sync.Mutex // guards bodies
	bodies []string
}

func (h *heard) note(r *http.Request) string {
	raw, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.bodies = append(h.bodies, string(raw))
	return string(raw)
}

func (h *heard) all() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.bodies
}

func isCommand(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/mgmt") }

// numbers writes an answer of results with rows 0 … rows-1, each ended with its error.
func numbers(w io.Writer, rows int, errs ...[]*wire.Error) {
	v2 := wire.NewV2Writer(w, wire.V2Options{Newlines: true, Fragmented: true, Errors: wire.EndOfTable})
	_ = v2.Start()
	_ = v2.Properties([]wire.Property{
		{Table: 1, Key: "Visualization", Value: `{"Visualization":"piechart"}`},
		{Table: 2, Key: "Visualization", Value: `{"Visualization":null}`},
	})
	for i, e := range errs {
		_ = v2.BeginTable(fmt.Sprintf("Result%d", i), []value.Column{{Name: "n", Kind: value.Long}})
		vector := &value.Vector{Kind: value.Long, N: rows, Ints: make([]int64, rows)}
		for n := range rows {
			vector.Ints[n] = int64(n)
		}
		_ = v2.Rows(value.Batch{N: rows, Cols: []*value.Vector{vector}})
		_ = v2.EndTable(e)
	}
	_ = v2.Finish(wire.Completion{Payload: "{}"})
}

// oneTable writes a command's answer of one text column.
func oneTable(w io.Writer, column string, cells ...string) {
	fmt.Fprintf(w, `{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":%q,"DataType":"String"}],"Rows":[`, column)
	for i, c := range cells {
		if i > 0 {
			_, _ = io.WriteString(w, ",")
		}
		fmt.Fprintf(w, `[%s]`, quoteJSON(c))
	}
	_, _ = io.WriteString(w, `]}]}`)
}

func quoteJSON(s string) string {
	out, _ := json.Marshal(s)
	return string(out)
}
