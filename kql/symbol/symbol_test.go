package symbol_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/kql/symbol"
)

const sample = `{
 "cluster": "help.kusto.windows.net", "database": "Samples",
 "databases": [ { "name": "Samples", "alternateName": "Demo",
   "tables": [ { "name": "T", "columns": "(a: long, ['b c']: string)", "description": "rows" },
               { "name": "E", "columns": [ { "name": "a", "type": "int64" } ], "kind": "external" },
               { "name": "M", "columns": "(n: real)", "kind": "materializedView", "query": "T | summarize by a" },
               { "name": "O" } ],
   "functions": [ { "name": "F", "parameters": "(x: long, X:(*), y: string = 'z')", "body": "{ T | where a == x }" } ],
   "graphModels": [ { "name": "G", "edges": ["T"], "nodes": ["T"], "snapshots": [] } ],
   "entityGroups": [ { "name": "EG", "definition": "[cluster('c').database('d')]" } ] },
   { "name": "Open", "open": true } ] }`

func TestParseFile(t *testing.T) {
	s, err := symbol.ParseFile([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Table("T").Columns.String(); got != "(a: long, ['b c']: string)" {
		t.Errorf("T is %s", got)
	}
	if c := s.Table("T").Column("b c"); c == nil || c.Type != symbol.String {
		t.Errorf("column 'b c' is %+v", c)
	}
	if s.Table("E").Kind != symbol.External || s.Database.TableOf(symbol.External, "E") == nil || s.Database.TableOf(symbol.Plain, "E") != nil {
		t.Error("E should be an external table only")
	}
	if s.Database.TableOf(symbol.MaterializedView, "M") == nil || !s.Table("O").Columns.Open {
		t.Error("M should be a view, O open")
	}
	params := s.Function("F").Params()
	if len(params) != 3 || params[1].Type != symbol.Table || !params[1].Columns.Open || params[2].Default != "'z'" {
		t.Errorf("parameters of F: %+v", params)
	}
	if s.Database.Graph("G") == nil || s.Database.EntityGroup("EG") == nil || s.Table("nope") != nil {
		t.Error("lookups of other entities")
	}
	if s.Cluster.Find("demo") != s.Database || s.Cluster.Find("open").State != symbol.Open {
		t.Error("databases are found by name and pretty name in any case")
	}
}

func TestParseFileErrors(t *testing.T) {
	for text, want := range map[string]string{
		`{"databses": []}`: `unknown field "databses"`,
		`{"databases": [{"name": "d", "tables": [{}]}]}`:        `"name" is missing`,
		`{"databases": [{"name": 5}]}`:                          `can't hold a JSON number`,
		`{"database": "x", "databases": [{"name": "d"}]}`:       `isn't among the databases`,
		`{"databases": [{"name": "d"}]} x`:                      `follows`,
		"{\n \"databases\": [}":                                 "2:16",
		table(`"columns": "(a: lng)"`):                          `unknown type "lng"`,
		table(`"columns": "a long"`):                            `expected`,
		table(`"columns": [{"name": "a"}]`):                     `column 1`,
		table(`"columns": [{"name": "a", "typ": "long"}]`):      `unknown field "typ"`,
		table(`"columns": 5`):                                   `write (name: type, …)`,
		table(`"columns": "(a: long)", "kind": "materialized"`): `"kind" is "materialized"`,
	} {
		if _, err := symbol.ParseFile([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %q", text, err, want)
		}
	}
}

func table(fields string) string {
	return `{"databases": [{"name": "d", "tables": [{"name": "T", ` + fields + `}]}]}`
}

func TestTypes(t *testing.T) {
	for typ := symbol.Bool; typ <= symbol.Dynamic; typ++ {
		if back, ok := symbol.ParseType(typ.String()); !ok || back != typ {
			t.Errorf("%v reads back as %v", typ, back)
		}
		if back, ok := symbol.ParseType(typ.CLR()); !ok || back != typ {
			t.Errorf("%v is %s, which reads back as %v", typ, typ.CLR(), back)
		}
	}
	for alias, want := range map[string]symbol.Type{
		"date": symbol.Datetime, "time": symbol.Timespan, "double": symbol.Real,
		"uuid": symbol.Guid, "int64": symbol.Long, "boolean": symbol.Bool,
	} {
		if got, _ := symbol.ParseType(alias); got != want {
			t.Errorf("%s is %v", alias, got)
		}
	}
	if _, ok := symbol.ParseType("strng"); ok {
		t.Error("strng is no type")
	}
}

func TestClusterNames(t *testing.T) {
	c := &symbol.Cluster{Name: "help.kusto.windows.net"}
	for name, want := range map[string]bool{
		"help": true, "https://help.kusto.windows.net": true, "HTTPS://Help.Kusto.Windows.Net/": true,
		"hel": false, "help2": false, "help.westeurope": false, "": false,
	} {
		if symbol.SameCluster(c, name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
}

func TestWith(t *testing.T) {
	old, err := symbol.ParseFile([]byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	next := old.WithDatabase("help", old.Database.WithTable(&symbol.TableSymbol{Name: "New"}))
	if old.Table("New") != nil || next.Table("New") == nil || next.Table("T") == nil || next.Version <= old.Version {
		t.Error("WithDatabase should give a next version and leave the old one alone")
	}
	other := next.WithCurrent("https://other.example.org", "db")
	if other.Database.Name != "db" || other.Database.State != symbol.NotLoaded || next.Database.Name != "Samples" {
		t.Errorf("WithCurrent gives %+v", other.Database)
	}
	if f := old.Database.WithFunction(&symbol.Function{Name: "F", Parameters: "()", Body: "{ 1 }"}); len(f.Functions) != 1 || len(f.Function("F").Params()) != 0 {
		t.Error("WithFunction should put the new F in the old one's place")
	}
	var none *symbol.Schema
	if none.Table("T") != nil || none.WithCurrent("c", "").Cluster == nil {
		t.Error("a nil schema knows nothing and can be built on")
	}
}

func TestSampleSchemas(t *testing.T) {
	root := os.Getenv("CALYPSO_SHARED")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared")
	}
	for file, tables := range map[string]int{"help.Samples.json": 115, "loganalytics.json": 751} {
		data, err := os.ReadFile(filepath.Join(root, "schema", file))
		if err != nil {
			t.Skipf("%v; set CALYPSO_SHARED to the folder that holds schema/", err)
		}
		s, err := symbol.ParseFile(data)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(s.Database.Tables); n != tables {
			t.Errorf("%s has %d tables, want %d", file, n, tables)
		}
		for _, f := range s.Database.Functions {
			if _, decl := f.Parsed(); decl == nil {
				t.Errorf("%s: function %s can't be read", file, f.Name)
			}
		}
	}
}

func TestQuoteName(t *testing.T) {
	for name, want := range map[string]string{"a_1": "a_1", "1a": "['1a']", "b c": "['b c']", "it's": `['it\'s']`, "": "['']"} {
		if got := symbol.QuoteName(name); got != want {
			t.Errorf("%q is written %s", name, got)
		}
		if columns, err := symbol.ParseColumns("(" + want + ": long)"); name != "" && (err != nil || columns.List[0].Name != name) {
			t.Errorf("%s reads back as %v, %v", want, columns, err)
		}
	}
}

func FuzzParseFile(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte(table(`"columns": [{"name": "a", "type": "long"}]`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := symbol.ParseFile(data); err == nil && s.Cluster == nil {
			t.Error("a schema without a cluster")
		}
	})
}

func FuzzParseColumns(f *testing.F) {
	f.Add("(a: long, ['b c']: string, *)")
	f.Fuzz(func(t *testing.T, text string) {
		if columns, err := symbol.ParseColumns(text); err == nil {
			if _, err := symbol.ParseColumns(columns.String()); err != nil && !strings.Contains(text, "*") {
				t.Errorf("%q is written %s, which gives %v", text, columns.String(), err)
			}
		}
	})
}
