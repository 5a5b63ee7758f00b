package server

import (
	"fmt"
	"strings"

	"calypso/server/notebook"
	"calypso/server/protocol"
	"calypso/server/session"
)

// Notebooks: the client shows their cells, each of which is a document like any; here are the file, what a cell shows of its result,
// and the connection that the cells share.

// notebookRead is kusto/notebook/read.
func notebookRead(_ *call, p *protocol.NotebookReadParams) (any, error) {
	f, err := notebook.Read([]byte(p.Text))
	if err != nil {
		return nil, failf(protocol.ErrorOther, "mend the file as text: it stays as it is", "the notebook can't be read: %s", err)
	}
	out := protocol.NotebookFile{
		Place: protocol.NotebookPlace{Cluster: f.Cluster, Database: f.Database}, Cells: []protocol.NotebookCell{}, Extra: f.Extra,
	}
	for _, c := range f.Cells {
		out.Cells = append(out.Cells, protocol.NotebookCell{Kind: protocol.NotebookCellKind(c.Kind), Text: c.Text, Output: c.Output, Extra: c.Extra})
	}
	return out, nil
}

// notebookWrite is kusto/notebook/write.
func notebookWrite(_ *call, p *protocol.NotebookWriteParams) (any, error) {
	f := notebook.File{Cluster: p.Notebook.Place.Cluster, Database: p.Notebook.Place.Database, Extra: p.Notebook.Extra}
	for i, c := range p.Notebook.Cells {
		if c.Kind != protocol.NotebookKQL && c.Kind != protocol.NotebookMarkdown {
			return nil, badParams("params.notebook.cells[%d].kind is %q", i, c.Kind)
		}
		f.Cells = append(f.Cells, notebook.Cell{Kind: notebook.Kind(c.Kind), Text: c.Text, Output: c.Output, Extra: c.Extra})
	}
	switch p.Form {
	case protocol.NotebookFormFile:
		body, err := f.Write()
		return protocol.NotebookWriteResult{Text: string(body)}, err
	case protocol.NotebookFormQueries:
		return protocol.NotebookWriteResult{Text: f.Queries()}, nil
	case protocol.NotebookFormMarkdown:
		return protocol.NotebookWriteResult{Text: f.Page()}, nil
	}
	return nil, badParams("params.form is %q", p.Form)
}

// notebookOutput is kusto/notebook/output.
func notebookOutput(c *call, p *protocol.NotebookOutputParams) (any, error) {
	r, err := c.results.Result(p.Result)
	if err != nil {
		return nil, expired(err)
	}
	info := infoOf(r)
	out := protocol.NotebookOutput{Result: r.ID, Ms: info.Stats.Ms, Tables: []protocol.NotebookTable{}}
	for i, t := range r.Tables {
		shown := protocol.NotebookTable{
			Columns: info.Tables[i].Columns[:min(protocol.NotebookColumns, len(t.Columns))],
			Rows:    t.Preview(protocol.NotebookRows, protocol.NotebookColumns, protocol.NotebookCharacters),
			Summary: tableSummary(info.Tables[i]),
		}
		if len(r.Tables) > 1 {
			shown.Title = t.Name
		}
		out.Tables = append(out.Tables, shown)
		out.Markdown = strings.TrimPrefix(out.Markdown+"\n\n"+markdownTable(shown), "\n\n")
	}
	return out, nil
}

// tableSummary says how much of a table there is and how much of it is shown.
func tableSummary(t protocol.ResultTable) string {
	parts := []string{fmt.Sprintf("%d rows", t.Rows)}
	if t.Rows == 1 {
		parts[0] = "1 row"
	}
	if t.Rows > protocol.NotebookRows {
		parts[0] = fmt.Sprintf("first %d of %d rows", protocol.NotebookRows, t.Rows)
	}
	if n := len(t.Columns); n > protocol.NotebookColumns {
		parts = append(parts, fmt.Sprintf("first %d of %d columns", protocol.NotebookColumns, n))
	}
	if t.Truncated {
		parts = append(parts, "cut at a limit")
	}
	if v := t.Visualization; v != nil && v.Kind != "table" {
		parts = append(parts, v.Kind+" in Results")
	}
	return strings.Join(parts, " · ")
}

// markdownMarks are those that mean something in a cell of a Markdown table; a value must not become a link, an image or a tag.
var markdownMarks = strings.NewReplacer(
	`\`, `\\`, `|`, `\|`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `\<`, `>`, `\>`, `!`, `\!`, `$`, `\$`, `&`, `\&`, `~`, `\~`, `:`, `\:`,
	"\r\n", " ", "\n", " ", "\r", " ",
)

func markdownTable(t protocol.NotebookTable) string {
	var b strings.Builder
	row := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + markdownMarks.Replace(c) + " ")
		}
		b.WriteString("|\n")
	}
	var names, rule []string
	for _, c := range t.Columns {
		names = append(names, c.Name)
		rule = append(rule, "---")
	}
	if t.Title != "" {
		b.WriteString("**" + markdownMarks.Replace(t.Title) + "**\n\n")
	}
	if len(names) > 0 {
		row(names)
		b.WriteString("|" + strings.Join(rule, "|") + "|\n")
		for _, r := range t.Rows {
			row(r)
		}
		b.WriteString("\n")
	}
	return b.String() + t.Summary
}

// notebookPlace is kusto/notebook/place.
func notebookPlace(c *call, p *protocol.NotebookPlaceParams) (any, error) {
	t, chosen := c.snapshot.Target(session.KeyOf(p.URI))
	if !chosen || t.Connection == "" {
		return protocol.NotebookPlace{}, nil
	}
	known, err := c.connection(t.Connection)
	if err != nil {
		return nil, err
	}
	return protocol.NotebookPlace{Cluster: known.URL, Database: c.databaseOf(t)}, nil
}

// notebookSetPlace is kusto/notebook/setPlace: what a file says is taken as a #connect line would be.
func notebookSetPlace(c *call, p *protocol.NotebookSetPlaceParams) (any, error) {
	if p.Place.Cluster == "" {
		return nil, nil
	}
	t, ok := c.clusterOf(p.Place.Cluster)
	if !ok {
		return nil, failf(protocol.ErrorNotFound, "choose a connection", "the notebook names a cluster of no known form")
	}
	if p.Place.Database != "" {
		t.Database = p.Place.Database
	}
	key := session.KeyOf(p.URI)
	c.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithTarget(key, t) })
	c.warm(t)
	c.tellActive(p.URI, c.chosen(c.state.current(), key))
	c.refresh()
	return nil, nil
}

// clusterOf gives the saved connection with an address, else what a #connect line with it would mean.
func (s *Server) clusterOf(address string) (Target, bool) {
	for _, known := range s.backend.List() {
		if known.URL == address {
			return Target{Connection: known.ID, Database: known.Database}, true
		}
	}
	return s.backend.Resolve(address)
}
