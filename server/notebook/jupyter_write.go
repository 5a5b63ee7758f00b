package notebook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"strings"

	"calypso/server/protocol"
	"calypso/server/svg"
)

// A notebook of ours as a Jupyter notebook, nbformat 4.5, with a Kusto kernel as Azure Data Studio names it. What cells show is in it as
// Jupyter's own kinds: rows as HTML and as text, charts as SVG. Reading it again gives the cells and the connection, not the outputs.

// jupyterPlace is where the queries run, in the file's metadata; other programs leave it alone.
type jupyterPlace struct {
	Cluster  string `json:"cluster,omitzero"`
	Database string `json:"database,omitzero"`
}

// Jupyter gives the text of the .ipynb file. What is private isn't in it.
func (f File) Jupyter() ([]byte, error) {
	cells := []map[string]any{}
	for i, c := range f.Cells {
		cell := map[string]any{"cell_type": "markdown", "id": fmt.Sprintf("cell-%d", i+1), "metadata": map[string]any{}, "source": sourceLines(c.Text)}
		if c.Kind == KQL {
			cell["cell_type"], cell["execution_count"], cell["metadata"] = "code", nil, map[string]any{"language": "kusto", "vscode": map[string]string{"languageId": "kql"}}
			cell["outputs"] = jupyterOutputs(c)
		}
		cells = append(cells, cell)
	}
	metadata := map[string]any{
		"kernelspec":    map[string]string{"name": "Kusto", "display_name": "Kusto", "language": "kusto"},
		"language_info": map[string]string{"name": "kusto", "file_extension": ".kql"},
	}
	if f.Cluster != "" || f.Database != "" {
		metadata["calypso"] = jupyterPlace{f.Cluster, f.Database}
	}
	body, err := plain(map[string]any{"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
	if err != nil {
		return nil, err
	}
	return indented(body)
}

// jupyterOutputs are what a cell shows, an entry for each table and each chart.
func jupyterOutputs(c Cell) []map[string]any {
	out := []map[string]any{}
	add := func(kind, body, words string) {
		out = append(out, map[string]any{"output_type": "display_data", "metadata": map[string]any{}, "data": map[string]any{kind: sourceLines(body), "text/plain": sourceLines(words)}})
	}
	for _, o := range shown(c.Outputs) {
		for _, t := range o.Tables {
			if drawn := chartOf(t); drawn != "" {
				add("image/svg+xml", drawn, t.Chart.Summary)
			}
			if len(t.Columns) > 0 {
				add("text/html", rowsHTML(t)+"<p>"+html.EscapeString(t.Summary)+"</p>", markdownTable(t))
			}
		}
	}
	return out
}

func chartOf(t protocol.NotebookTable) string {
	if t.Chart == nil {
		return ""
	}
	return svg.Standalone(t.Chart)
}

// sourceLines is a text as they keep it: lines with their ends.
func sourceLines(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if last := len(lines) - 1; lines[last] == "" {
		lines = lines[:last]
	}
	return lines
}

// indented lays JSON out by one space, as Jupyter does: git shows no other lines when it saves the file.
func indented(body []byte) ([]byte, error) {
	var out bytes.Buffer
	if err := json.Indent(&out, body, "", " "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
