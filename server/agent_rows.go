package server

import (
	"fmt"
	"slices"

	"calypso/agent"
	"calypso/kql/text"
	"calypso/kusto/value"
	"calypso/server/chart"
	"calypso/server/result"
	"calypso/server/svg"
)

// The first rows of a result as a chat shows them, and a small picture where its query renders one: the Results panel's, still; its numbers
// stand in the table below it. The Results panel has all of it. Threads keep none of this.

const (
	cardCharacters = 200 // of a cell
	pictureWidth   = 320 // in units of server/svg: letters stay readable
	pictureBytes   = 64 << 10
)

// withRows gives what a query came to with its first rows in place of what is at hand of them, or says that they are gone.
func (s *Server) withRows(run *agent.CommandResult) *agent.CommandResult {
	if run == nil || run.ResultID == "" {
		return run
	}
	out := *run
	r, err := s.results.Result(run.ResultID)
	if err != nil || len(r.Tables) == 0 {
		out.ResultID = ""
		out.Blocks = append(slices.Clone(run.Blocks), agent.Block{Text: "The rows are no longer kept: run the query again to see them."})
		return &out
	}
	out.Blocks = resultBlocks(r.Tables[0])
	if v := r.Tables[0].Chart; v != nil && v.Kind != "table" {
		if drawn := s.picture(r); drawn != "" {
			out.Blocks = append([]agent.Block{{Svg: drawn}}, out.Blocks...)
		}
	}
	return &out
}

func resultBlocks(t *result.Table) []agent.Block {
	table := agent.Block{Label: "First rows", Rows: t.First(cardRows, cardCharacters)}
	for i, c := range t.Columns {
		table.Columns = append(table.Columns, c.Name)
		if numeric(c.Kind) {
			table.Right = append(table.Right, i)
		}
	}
	number := agent.Block{Text: text.Count(t.Rows(), "row")}
	if len(table.Rows) == 0 {
		return []agent.Block{number}
	}
	if t.Rows() > len(table.Rows) {
		number.Text = fmt.Sprintf("%d of %s", len(table.Rows), number.Text)
	}
	blocks := []agent.Block{table, number}
	return blocks
}

func numeric(k value.Kind) bool {
	return slices.Contains([]value.Kind{value.Int, value.Long, value.Real, value.Decimal}, k)
}

// picture draws the table as the Results panel would, small; "" where there is nothing to draw, or too much for a card.
func (s *Server) picture(r *result.Result) string {
	v, err := r.View(s.ctx, result.Wish{Table: 0})
	if err != nil {
		return ""
	}
	made, err := chart.Make(s.ctx, tableOf(v), wishOf(v), chart.Options{Width: pictureWidth})
	if err != nil {
		return ""
	}
	if drawn := svg.Draw(made, pictureWidth); len(drawn) <= pictureBytes {
		return drawn
	}
	return ""
}
