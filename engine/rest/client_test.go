package rest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"calypso/kql/symbol"
	"calypso/kusto"
	"calypso/kusto/value"
)

// Our own client against our own endpoint: every value comes back bit for bit.

func ownClient(t testing.TB) *kusto.Client {
	t.Helper()
	c, err := kusto.Open(kusto.Connection{URL: serve(t).URL, Database: "Samples"}, kusto.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClientReadsAllTypes(t *testing.T) {
	got, err := kusto.Tools{Of: ownClient(t)}.ExecuteQuery(context.Background(), "AllTypes")
	if err != nil {
		t.Fatal(err)
	}
	want, err := allTypes().Segment(context.Background(), 0, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
	if err != nil {
		t.Fatal(err)
	}
	if got.RowCount != 3 || len(got.Columns) != len(kinds) {
		t.Fatalf("%d rows, columns %v", got.RowCount, got.Columns)
	}
	for c := range kinds {
		for row := range 3 {
			if !value.Equal(got.Batches[0].Cols[c], row, want.Cols[c], row) {
				t.Errorf("row %d column %s: got %s", row, got.Columns[c].Name, value.DynAt(got.Batches[0].Cols[c], row))
			}
		}
	}
}

func TestClientTools(t *testing.T) {
	ctx, c := context.Background(), ownClient(t)
	tools := kusto.Tools{Of: c}
	list, err := tools.ListTables(ctx)
	if err != nil || list.Database != "Samples" || len(list.Tables) != 1 || list.Tables[0].Name != "AllTypes" {
		t.Errorf("got %+v %v", list, err)
	}
	table, err := tools.TableSchema(ctx, "AllTypes")
	if err != nil || table.Column("c_decimal").Type != symbol.Decimal || len(table.Columns.List) != 10 {
		t.Errorf("got %+v %v", table, err)
	}
	if _, err := tools.TableSchema(ctx, "alltypes"); err == nil || !strings.Contains(err.Error(), `did you mean "AllTypes"?`) {
		t.Errorf("got %v", err)
	}
	names, err := c.Databases(ctx)
	if err != nil || len(names) != 1 || names[0] != "Samples" {
		t.Errorf("got %v %v", names, err)
	}
	if _, err := c.Database(ctx, "Nope"); err == nil || !strings.Contains(err.Error(), "Nope") {
		t.Errorf("got %v", err)
	}
	cut, err := kusto.Tools{Of: c, MaxRows: 2}.ExecuteQuery(ctx, "AllTypes")
	if err != nil || cut.RowCount != 2 || !cut.Truncated {
		t.Errorf("got %+v %v", cut, err)
	}
	cut, err = tools.ExecuteQuery(ctx, "set truncationmaxrecords=1; AllTypes")
	if err != nil || cut.RowCount != 1 || !cut.Truncated {
		t.Errorf("got %+v %v", cut, err)
	}
}

func TestClientErrors(t *testing.T) {
	c := ownClient(t)
	for query, want := range map[string]kusto.Failure{
		"AllTypes\n| where Nope == 1": {Kind: kusto.BadQuery, Code: "SEM0100", Line: 2, Column: 9},
		"print (":                     {Kind: kusto.BadQuery, Code: "SYN0002", Line: 1, Column: 8},
	} {
		_, err := kusto.Tools{Of: c}.ExecuteQuery(context.Background(), query)
		var f *kusto.Failure
		if !errors.As(err, &f) || f.Kind != want.Kind || f.Code != want.Code || f.Line != want.Line || f.Column != want.Column {
			t.Errorf("%q: got %+v", query, f)
		}
	}
	r, err := c.Query(context.Background(), kusto.Query{Text: "declare query_parameters(s:string); print s", Parameters: map[string]string{"s": `"x'y"`}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	table, err := r.NextTable(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	b, err := table.Next(context.Background())
	if err != nil || b.Cols[0].Strings[0] != "x'y" {
		t.Errorf("got %v %v", b, err)
	}
}

func TestClientChart(t *testing.T) {
	r, err := ownClient(t).Query(context.Background(), kusto.Query{Text: "AllTypes | summarize count() by c_int | render piechart with (title='x')"})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	table, err := r.NextTable(context.Background())
	if err != nil || !strings.Contains(table.Visualization, `"Visualization":"piechart","Title":"x"`) {
		t.Errorf("got %+v %v", table, err)
	}
}
