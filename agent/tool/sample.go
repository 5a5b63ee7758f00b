package tool

import (
	"context"
	"fmt"

	"calypso/kql/symbol"
)

var sampleTool = definition{
	Tool: define("kusto_sample_table", "Gives a few rows of a table, any of them.",
		`"table_name":{"type":"string","description":"As listed by kusto_list_tables"},`+
			`"rows":{"type":["integer","null"],"description":"1 to 20; null means 5"}`, "table_name", "rows"),
	prepare: (*Set).prepareSample,
}

func (s *Set) prepareSample(ctx context.Context, p *Prepared) *Failure {
	var a struct {
		Table string `json:"table_name"`
		Rows  *int   `json:"rows"`
	}
	if f := decode(p.Arguments, &a); f != nil {
		return f
	}
	rows := 5
	if a.Rows != nil {
		rows = *a.Rows
	}
	if rows < 1 || rows > 20 {
		return &Failure{Kind: BadArguments, Message: fmt.Sprintf("rows is %d", rows), Hint: "ask for 1 to 20 rows"}
	}
	t, f := s.table(ctx, a.Table)
	if f != nil {
		return f
	}
	name := symbol.QuoteName(t.Name)
	if t.Kind == symbol.External {
		return &Failure{Kind: Denied, Message: t.Name + " is an external table: its rows lie outside the database"}
	}
	return s.prepareQuery(ctx, p, fmt.Sprintf("%s\n| take %d", name, rows))
}
