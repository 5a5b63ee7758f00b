package tool

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"calypso/kusto"
)

// Reading on in a result whose preview left rows out: the same columns, the same bounds, the same choice of the person to share rows
// or not. Nothing is asked of the cluster.

var readTool = definition{
	Tool: define("kusto_read_result", "Reads more rows of an earlier result that was cut: resultId of kusto_execute_query or kusto_sample_table. Prefer a query "+
		"that summarizes; the last few results are kept.",
		`"result_id":{"type":"string","description":"resultId of the result"},`+
			`"start":{"type":"integer","description":"The first row, from 0"},`+
			`"count":{"type":["integer","null"],"description":"How many rows; null means as many as fit"}`, "result_id", "start", "count"),
	prepare: (*Set).prepareRead,
}

// keptResults is how many results can be read on; each is bounded by Limits.Bytes.
const keptResults = 4

type keptResult struct {
	id, query string
	rows      *kusto.QueryResult
}

// keep holds a result for reading on and gives its name.
func (s *Set) keep(query string, rows *kusto.QueryResult) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial++
	id := "r" + strconv.Itoa(s.serial)
	s.kept = append(s.kept, keptResult{id, query, rows})
	if len(s.kept) > keptResults {
		s.kept = slices.Delete(s.kept, 0, 1)
	}
	return id
}

func (s *Set) prepareRead(_ context.Context, p *Prepared) *Failure {
	var a struct {
		ID    string `json:"result_id"`
		Start int    `json:"start"`
		Count *int   `json:"count"`
	}
	if f := decode(p.Arguments, &a); f != nil {
		return f
	}
	if s.limits.NoRows {
		return &Failure{Kind: Denied, Message: "rows aren't shared here", Hint: "work with columns and counts, or write a query for the person to look at"}
	}
	s.mu.Lock()
	at := slices.IndexFunc(s.kept, func(k keptResult) bool { return k.id == a.ID })
	if at < 0 {
		s.mu.Unlock()
		return &Failure{Kind: Expired, Message: fmt.Sprintf("the result %q isn't kept", clip(a.ID, 40)), Hint: "run the query again"}
	}
	of := s.kept[at]
	s.mu.Unlock()
	count := s.limits.PreviewRows
	if a.Count != nil {
		count = *a.Count
	}
	switch {
	case count < 1 || count > s.limits.PreviewRows:
		return &Failure{Kind: BadArguments, Message: fmt.Sprintf("count is %d", count), Hint: fmt.Sprintf("ask for 1 to %d rows", s.limits.PreviewRows)}
	case a.Start < 0 || int64(a.Start) >= of.rows.RowCount:
		return &Failure{Kind: BadArguments, Message: fmt.Sprintf("start is %d, and the result has %d rows", a.Start, of.rows.RowCount), Hint: "start within them"}
	}
	p.Purpose, p.Of, p.Start, p.Count = Reads, of.query, a.Start, int(min(int64(count), of.rows.RowCount-int64(a.Start)))
	p.run = func(context.Context) Outcome {
		shown, rows, columns := s.preview(of.rows, p.Start, p.Count)
		shown.ResultID = of.id
		return Outcome{Output: marshal(shown), SentRows: rows, SentColumns: columns}
	}
	return nil
}
