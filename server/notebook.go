package server

import (
	"encoding/json"
	"fmt"
	"strings"

	"calypso/kql/text"
	"calypso/server/chart"
	"calypso/server/notebook"
	"calypso/server/protocol"
	"calypso/server/result"
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
		out.Cells = append(out.Cells, protocol.NotebookCell{Kind: protocol.NotebookCellKind(c.Kind), Text: c.Text, Outputs: c.Outputs, Extra: c.Extra})
	}
	return out, nil
}

// notebookOf gives the notebook that a client sent. What cells show goes without what may not be stored: a connection can have become
// private since the run.
func (c *call) notebookOf(p protocol.NotebookFile) (notebook.File, error) {
	f := notebook.File{Cluster: p.Place.Cluster, Database: p.Place.Database, Extra: p.Extra}
	place := c.snapshot.Default
	if f.Cluster != "" {
		place, _ = c.clusterOf(f.Cluster)
	}
	for i, one := range p.Cells {
		if one.Kind != protocol.NotebookKQL && one.Kind != protocol.NotebookMarkdown {
			return f, badParams("params.notebook.cells[%d].kind is %q", i, one.Kind)
		}
		cell := notebook.Cell{Kind: notebook.Kind(one.Kind), Text: one.Text, Outputs: one.Outputs, Extra: one.Extra}
		if len(cell.Outputs) > 0 && c.keepsNothing(place.Connection, f.Cluster+" "+one.Text) {
			cell.Outputs = nil
		}
		f.Cells = append(f.Cells, cell)
	}
	return f, nil
}

// notebookWrite is kusto/notebook/write.
func notebookWrite(c *call, p *protocol.NotebookWriteParams) (any, error) {
	f, err := c.notebookOf(p.Notebook)
	if err != nil {
		return nil, err
	}
	body, err := f.Write()
	return protocol.NotebookWriteResult{Text: string(body)}, err
}

// notebookOutput is kusto/notebook/output.
func notebookOutput(c *call, p *protocol.NotebookOutputParams) (any, error) {
	r, err := c.results.Result(p.Result)
	if err != nil {
		return nil, expired(err)
	}
	info := infoOf(r)
	ran, _ := r.Stats().(ranPart)
	out := protocol.NotebookOutput{Result: r.ID, Ms: info.Stats.Ms, Private: ran.private, Tables: []protocol.NotebookTable{}}
	for i, t := range r.Tables {
		shown := protocol.NotebookTable{
			Columns: info.Tables[i].Columns[:min(protocol.NotebookColumns, len(t.Columns))],
			Rows:    t.Preview(protocol.NotebookRows, protocol.NotebookColumns, protocol.NotebookCharacters),
			Summary: tableSummary(info.Tables[i]),
		}
		if len(r.Tables) > 1 {
			shown.Title = t.Name
		}
		if v := info.Tables[i].Visualization; v != nil && v.Kind != "table" {
			if err := c.addChart(&shown, r, i); err != nil {
				return nil, err
			}
		}
		out.Tables = append(out.Tables, shown)
	}
	return out, nil
}

// addChart gives an output the chart of its table: how to ask for it, and the picture that stays when the result is gone. That has few
// points, as it may stand in a file; the widest that fits is taken.
func (c *call) addChart(shown *protocol.NotebookTable, r *result.Result, table int) error {
	v, err := r.View(c, result.Wish{Table: table})
	if err == nil {
		v, err = c.results.AddView(v)
	}
	if err != nil {
		return expired(err)
	}
	shown.View, shown.Count = v.ID, text.Count(r.Tables[table].Rows(), "row")
	for _, width := range []int{800, 400, 100} {
		made, err := chart.Make(c, tableOf(v), wishOf(v), chart.Options{Width: width})
		if err != nil {
			return err
		}
		if body, err := json.Marshal(made); err == nil && len(body) <= protocol.NotebookChartBytes {
			shown.Chart = made
			return nil
		}
	}
	return nil
}

// tableSummary says how much of a table there is and how much of it is shown.
func tableSummary(t protocol.ResultTable) string {
	parts := []string{text.Count(t.Rows, "row")}
	if t.Rows > protocol.NotebookRows {
		parts[0] = fmt.Sprintf("first %d of %s rows", protocol.NotebookRows, text.Number(t.Rows))
	}
	if n := len(t.Columns); n > protocol.NotebookColumns {
		parts = append(parts, fmt.Sprintf("first %d of %d columns", protocol.NotebookColumns, n))
	}
	if t.Truncated {
		parts = append(parts, "cut at a limit")
	}
	return strings.Join(parts, " · ")
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
