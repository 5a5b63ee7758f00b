package command

import (
	"strings"
	"testing"

	"calypso/engine"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

func testEnv() env {
	samples := &symbol.Database{
		Name: "Samples", PrettyName: "Sample data", State: symbol.Known,
		Tables: []*symbol.TableSymbol{
			{Name: "StormEvents", Folder: "Weather", Doc: "storms", Columns: symbol.Columns{List: []*symbol.Column{
				{Name: "StartTime", Type: symbol.Datetime}, {Name: "State", Type: symbol.String}, {Name: "odd name", Type: symbol.Dynamic},
			}}},
			{Name: "my table", Columns: symbol.Columns{List: []*symbol.Column{{Name: "n", Type: symbol.Long}}}},
			{Name: "Blobs", Kind: symbol.External},
			{Name: "View", Kind: symbol.MaterializedView, Query: "StormEvents | count"},
		},
		Functions: []*symbol.Function{{Name: "F", Parameters: "(x:long)", Body: "{ StormEvents | where State == x }"}},
	}
	cluster := &symbol.Cluster{State: symbol.Known, Databases: []*symbol.Database{samples, {Name: "Other", State: symbol.Known}}}
	return env{schema: symbol.New(cluster, samples), version: "0.1", rows: func(_, table string) int64 {
		if table == "StormEvents" {
			return 50000
		}
		return -1
	}}
}

// show runs a command that only shows what the environment has.
func show(e env, src string) (*result, error) {
	c := read(e, src)
	h, err := c.handler()
	if err != nil {
		return nil, err
	}
	if c.engine, err = engine.Open(engine.Options{Database: "Samples"}); err != nil {
		return nil, err
	}
	if err := c.admit(h); err != nil {
		return nil, err
	}
	return h.run(c)
}

// printed prints a result, cells parted by commas and rows by semicolons.
func printed(r *result) string {
	var rows []string
	for i := range r.batch.N {
		var cells []string
		for _, v := range r.batch.Cols {
			cells = append(cells, value.DynAt(v, i).Text())
		}
		rows = append(rows, strings.Join(cells, ","))
	}
	return strings.Join(rows, ";")
}

func TestCommands(t *testing.T) {
	for _, c := range []struct{ in, columns, want string }{
		{".show tables", "TableName,DatabaseName,Folder,DocString", "StormEvents,Samples,Weather,storms;my table,Samples,,"},
		{".show tables (['my table'])", "", "my table,Samples,,"},
		{
			".show table StormEvents cslschema", "TableName,Schema,DatabaseName,Folder,DocString",
			"StormEvents,StartTime:datetime,State:string,['odd name']:dynamic,Samples,Weather,storms",
		},
		{".show table ['my table'] schema as json", "", `my table,{"Name":"my table","Folder":"","DocString":"","OrderedColumns":[{"Name":"n","Type":"System.Int64","CslType":"long"}]},Samples,,`},
		{".show functions", "Name,Parameters,Body,Folder,DocString", "F,(x:long),{ StormEvents | where State == x },,"},
		{".show function F", "", "F,(x:long),{ StormEvents | where State == x },,"},
		{".show version", "BuildVersion,BuildTime,ServiceType,ProductVersion", "0.1,,Engine,Calypso 0.1"},
		{".show external tables", "", "Blobs,Blob,,,{},,,"},
		{".show graph_snapshots *", "", ""},
		{".show database Other schema as json", "DatabaseSchema", `{"Databases":{"Other":{"Name":"Other","Tables":{},"ExternalTables":{},"MaterializedViews":{},"EntityGroups":{},"MajorVersion":1,"MinorVersion":0,"Functions":{},"DatabaseAccessMode":"ReadWrite","PrettyName":""}}}`},
	} {
		t.Run(c.in, func(t *testing.T) {
			r, err := show(testEnv(), c.in)
			if err != nil {
				t.Fatal(err)
			}
			var names []string
			for _, col := range r.columns {
				names = append(names, col.Name)
			}
			if got := strings.Join(names, ","); c.columns != "" && got != c.columns {
				t.Errorf("columns: got %s, want %s", got, c.columns)
			}
			if got := printed(r); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestCommandsByPart(t *testing.T) {
	for _, c := range []struct {
		in       string
		rows     int
		contains string
	}{
		{".show databases", 2, "Samples,,v1.0,true,ReadWrite,Sample data,"},
		{".show databases (Samples.'v1.2', Other) schema as json with(Tables=True, Functions=True)", 1, `"Functions":{"F":{"Name":"F","InputParameters":[{"Name":"x","Type":"System.Int64","CslType":"long"}]`},
		{".show databases (['Samples']) schema as json with(Tables=True)", 1, `"MaterializedViews":{},`},
		{".show database identity", 1, "Samples,"},
		{".show database Samples identity", 1, "Samples,"},
		{".show database schema as json", 1, `"StormEvents"`},
		{".show database ['Samples'] schema", 1 + 4 + 4, "Samples,StormEvents,StartTime,System.DateTime"},
		{".show schema as json", 1, `"Other"`},
		{".show tables details", 2, "50000"},
		{".show table StormEvents details", 1, "50000"},
		{".show table StormEvents", 3, "odd name,System.Object"},
		{".show materialized-views", 1, "StormEvents | count"},
		{"  .show   tables // all", 2, "StormEvents"},
	} {
		t.Run(c.in, func(t *testing.T) {
			r, err := show(testEnv(), c.in)
			if err != nil {
				t.Fatal(err)
			}
			if r.batch.N != c.rows || !strings.Contains(printed(r), c.contains) {
				t.Errorf("%d rows: %s", r.batch.N, printed(r))
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for in, want := range map[string]string{
		".alter table StormEvents policy mirroring dataformat=parquet": "command '.alter table StormEvents policy' is not built in the embedded engine",
		".show memory":               "command '.show memory' is not built",
		".show tables policies":      "",
		".show table Nowhere":        "table \"Nowhere\" not found",
		".show database Nope":        "database \"Nope\" not found",
		".show table ['x":            "",
		".show function Nope":        "function \"Nope\" not found",
		".":                          "no command name",
		"StormEvents | take 1":       "not a management command",
		".SHOW tables":               `no known command starts with "SHOW"; did you mean show?`,
		".shwo tables":               `no known command starts with "shwo"; did you mean show?`,
		".nonsense":                  `no known command starts with "nonsense"; the nearest are .`,
		".restore x":                 "the nearest are .",
		".cancel query 'x' for ever": "isn't known as a part",
	} {
		_, err := show(testEnv(), in)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", in, err, want)
		}
	}
}

func FuzzShow(f *testing.F) {
	f.Add(".show databases (a, b.'v1') schema if_later_than \"v\" as json with (Tables=true)")
	f.Add(".show table ['a\\'b'] details | take 1")
	f.Add(".show database schema as csl script")
	empty, err := engine.Open(engine.Options{Database: "Samples"})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c := read(testEnv(), text)
		c.engine = empty
		h, err := c.handler()
		if err != nil || !c.Reads() || c.admit(h) != nil || strings.Contains(c.row.Name, "Quer") || strings.Contains(c.row.Name, "Operations") || strings.Contains(c.row.Name, "Commands") {
			return
		}
		if r, err := h.run(c); err == nil && len(r.batch.Cols) != len(r.columns) {
			t.Fatal("columns without vectors")
		}
	})
}
