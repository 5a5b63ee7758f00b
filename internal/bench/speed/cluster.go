package main

// A cluster that has a schema and nothing else, over HTTP on loopback: so that the real language server can be measured under
// the schema of a real database.

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"calypso/kql/symbol"
	"calypso/kusto/wire"
)

// serveSchema prints its address and answers until input ends.
func serveSchema(db *symbol.Database, input io.Reader, output io.Writer) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: schemaHandler(db), ReadHeaderTimeout: 10 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	fmt.Fprintf(output, "http://%s\n", l.Addr())
	if _, err := io.Copy(io.Discard, input); err != nil {
		return err
	}
	_ = server.Close()
	if err := <-failed; err != http.ErrServerClosed {
		return err
	}
	return nil
}

// schemaHandler answers the two commands that load a schema, and refuses all else.
func schemaHandler(db *symbol.Database) http.Handler {
	all := wire.SchemaJSON([]*symbol.Database{db}, wire.Entities{})
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/rest/mgmt", func(w http.ResponseWriter, r *http.Request) {
		var ask struct{ CSL string }
		if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		switch {
		case strings.TrimSpace(ask.CSL) == ".show databases":
			answer(w, "DatabaseName", db.Name)
		case strings.Contains(ask.CSL, "schema as json"):
			answer(w, "DatabaseSchema", all)
		default:
			http.Error(w, "this cluster has a schema and nothing else", http.StatusNotImplemented)
		}
	})
	return mux
}

// answer writes a table of one cell.
func answer(w http.ResponseWriter, column, cell string) {
	w.Header().Set("Content-Type", "application/json")
	out := map[string]any{"Tables": []any{map[string]any{
		"TableName": "Table_0", "Columns": []any{map[string]any{"ColumnName": column, "DataType": "String"}}, "Rows": []any{[]string{cell}},
	}}}
	_ = json.NewEncoder(w).Encode(out) // the reader went away: there is nobody to tell
}
