package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// maxAnalyzeLine bounds one request.
const maxAnalyzeLine = 64 << 20

// analysis is one answer of `calypso analyze`.
type analysis struct {
	ID          json.RawMessage  `json:"id,omitempty"`
	Diagnostics []analyzedDiag   `json:"diagnostics"`
	Columns     []analyzedColumn `json:"columns"`
	Open        bool             `json:"open"`
	Error       string           `json:"error,omitempty"` // the request couldn't be read
}

type analyzedDiag struct {
	Code     diag.Code `json:"code"`
	Official string    `json:"official"`
	Severity string    `json:"severity"`
	Start    int       `json:"start"`
	Length   int       `json:"length"`
	Message  string    `json:"message"`
}

type analyzedColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

func analyzeCommand() *cobra.Command {
	var schemaFile string
	cmd := &cobra.Command{
		Use:   "analyze [--schema FILE]",
		Short: "diagnostics and result columns of queries, as JSON lines",
		Long: `Reads JSON lines {"id", "query"} from standard input and answers each with a line
{"id", "diagnostics": [{"code", "official", "severity", "start", "length", "message"}], "columns": [{"name", "type"}], "open"}.

A query is taken as one block: one query or one management command. start and length count bytes of UTF-8. columns are those of
the last tabular statement; open says that there may be more. Without --schema no name is an error.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := readSchema(schemaFile)
			if err != nil {
				return err
			}
			return analyzeLines(cmd.InOrStdin(), cmd.OutOrStdout(), schema)
		},
	}
	cmd.Flags().StringVar(&schemaFile, "schema", "", "schema `FILE` (JSON)")
	return cmd
}

func analyzeLines(in io.Reader, out io.Writer, schema *symbol.Schema) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(make([]byte, 0, 1<<20), maxAnalyzeLine)
	w := bufio.NewWriter(out)
	answers := json.NewEncoder(w)
	answers.SetEscapeHTML(false)
	for lines.Scan() {
		if len(lines.Bytes()) == 0 {
			continue
		}
		if err := answers.Encode(analyzeLine(lines.Bytes(), schema)); err != nil {
			return failed(err)
		}
		if err := w.Flush(); err != nil {
			return failed(err)
		}
	}
	if err := lines.Err(); err != nil {
		if errors.Is(err, bufio.ErrTooLong) {
			err = fmt.Errorf("a request is longer than %d MB", maxAnalyzeLine>>20)
		}
		return failed(fmt.Errorf("read requests: %w", err))
	}
	return nil
}

func analyzeLine(line []byte, schema *symbol.Schema) analysis {
	a := analysis{Diagnostics: []analyzedDiag{}, Columns: []analyzedColumn{}}
	var request struct {
		ID    json.RawMessage `json:"id"`
		Query *string         `json:"query"`
	}
	if err := json.Unmarshal(line, &request); err != nil {
		a.Error = "the line is no JSON object as {\"id\": 1, \"query\": \"T | count\"}"
		var broken *json.SyntaxError
		if errors.As(err, &broken) {
			a.Error += fmt.Sprintf(": byte %d: %v", broken.Offset, err)
		}
		return a
	}
	a.ID = request.ID
	if request.Query == nil {
		a.Error = `the request has no "query"`
		return a
	}
	bound := binder.Bind(syntax.Parse(*request.Query), schema)
	for _, d := range bound.Diagnostics {
		a.Diagnostics = append(a.Diagnostics, analyzedDiag{d.Code, d.Official, d.Severity.String(), d.Span.Start, d.Span.Len(), d.Message})
	}
	if bound.Result != nil {
		for _, c := range bound.Result.List {
			a.Columns = append(a.Columns, analyzedColumn{c.Name, c.Type.String()})
		}
		a.Open = bound.Result.Open
	}
	return a
}
