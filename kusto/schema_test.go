package kusto

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"calypso/kql/symbol"
)

const samples = `{"Databases":{"Samples":{"Name":"Samples","Tables":{"StormEvents":{"Name":"StormEvents","Folder":"Storms","DocString":"one storm a row","OrderedColumns":[{"Name":"State","Type":"System.String","CslType":"string"}]}},"ExternalTables":{"Old":{"Name":"Old","OrderedColumns":[]}},"MaterializedViews":{"ByState":{"Name":"ByState","OrderedColumns":[]}},"Functions":{"F":{"Name":"F","InputParameters":[{"Name":"n","CslType":"long"}],"Body":"{ StormEvents | take n }"}},"NewThing":{"a":[1]}}}}`

func TestDatabase(t *testing.T) {
	ctx := context.Background()
	var all heard
	old := false
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		if body := all.note(r); old && strings.Contains(body, "with(Tables") {
			text(400, "application/json", `{"error":{"code":"BadRequest","message":"Syntax error","@message":"Syntax error","innererror":{"code":"SYN0002"}}}`)(w, r)
			return
		}
		oneTable(w, "DatabaseSchema", samples)
	})
	for _, old = range []bool{false, true} {
		d, err := c.Database(ctx, "")
		if err != nil || d.Name != "Samples" || len(d.Tables) != 3 || d.Table("StormEvents").Doc == "" || d.Function("F").Body == "" {
			t.Fatalf("got %+v %v", d, err)
		}
		if d.TableOf(symbol.External, "Old") == nil || d.TableOf(symbol.MaterializedView, "ByState") == nil {
			t.Errorf("tables %v", d.Tables)
		}
	}
	tools := Tools{Of: c}
	table, err := tools.TableSchema(ctx, "StormEvents")
	if err != nil || table.Folder != "Storms" || table.Column("State").Type != symbol.String {
		t.Errorf("got %+v %v", table, err)
	}
	var f *Failure
	if _, err := tools.TableSchema(ctx, "stormevents"); !errors.As(err, &f) || f.Kind != NotFound || !strings.Contains(err.Error(), `did you mean "StormEvents"?`) {
		t.Errorf("got %v", err)
	}
	if list, err := tools.ListTables(ctx); err != nil || list.Database != "Samples" || len(list.Tables) != 3 {
		t.Errorf("got %+v %v", list, err)
	}
}

func TestOddSchemas(t *testing.T) {
	for _, c := range []struct {
		answer http.HandlerFunc
		kind   Kind
		want   string
	}{
		{func(w http.ResponseWriter, _ *http.Request) { oneTable(w, "DatabaseSchema", "<html>") }, Broken, "can't be read"},
		{func(w http.ResponseWriter, _ *http.Request) { oneTable(w, "DatabaseSchema") }, NotFound, "or you may not see it"},
		{func(w http.ResponseWriter, _ *http.Request) { oneTable(w, "DatabaseSchema", `{"Databases":{}}`) }, NotFound, "or you may not see it"},
		{func(w http.ResponseWriter, _ *http.Request) { oneTable(w, "Other", "x") }, NotKusto, "without a column DatabaseSchema"},
		{text(200, "application/json", `{"Tables":[]}`), NotKusto, "without a column DatabaseSchema"},
		{text(200, "application/json", `{"Tables":[{"TableName":"T","Columns":[{"ColumnName":"DatabaseSchema","DataType":"String"}],"Rows":[["x"]`), Broken, "ended too early"},
		{text(200, "application/json", `{"Tables":[],"Exceptions":["Query execution has timed out"]}`), Server, "timed out"},
		{text(400, "application/json", missing), NotFound, "database 'X' not found"},
	} {
		_, err := cluster(t, c.answer).Database(context.Background(), "")
		var f *Failure
		if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %+v, want %q", err, c.want)
		}
	}
}

func TestNamesAreQuoted(t *testing.T) {
	var all heard
	c := cluster(t, func(w http.ResponseWriter, r *http.Request) {
		all.note(r)
		text(400, "application/json", missing)(w, r)
	})
	_, _ = c.Database(context.Background(), `x']) | drop`)
	_ = c.Cancel(context.Background(), "", `id' more`)
	sent := all.all()
	if len(sent) != 2 || !strings.Contains(sent[0], `['x\\']) | drop']`) || !strings.Contains(sent[1], `.cancel query 'id\\' more'`) {
		t.Errorf("sent %q", sent)
	}
}
