package wire

import (
	"strings"
	"testing"

	"calypso/kql/symbol"
)

func TestSchemaJSONRoundTrip(t *testing.T) {
	in := &symbol.Database{
		Name: "Samples", PrettyName: "My samples", State: symbol.Known,
		Tables: []*symbol.TableSymbol{
			{Name: "Zeta", Doc: "last by name, \"first\" here", Folder: "a\\b", Columns: symbol.Columns{List: []*symbol.Column{{Name: "n", Type: symbol.Long, Doc: "count"}, {Name: "odd name", Type: symbol.Decimal}}}},
			{Name: "Alpha", Columns: symbol.Columns{List: []*symbol.Column{{Name: "d", Type: symbol.Dynamic}}}},
			{Name: "Ext", Kind: symbol.External},
			{Name: "View", Kind: symbol.MaterializedView, Query: "Zeta | count"},
		},
		Functions: []*symbol.Function{{Name: "f", Parameters: "(x:long, y:string='z', T:(n: long))", Body: "{ T | where n == x }", Doc: "doc"}},
		EntityGroups: []*symbol.EntityGroup{
			{Name: "G", Definition: "[cluster('c').database('a,b'), database(\"d\")]"}, {Name: "Empty", Definition: "[]"},
		},
	}
	out, err := ParseSchemaJSON(SchemaJSON([]*symbol.Database{in}, Entities{}))
	must(t, err)
	d := out[0]
	if d.Name != in.Name || d.PrettyName != in.PrettyName || len(d.Tables) != 4 || d.Tables[0].Name != "Zeta" {
		t.Fatalf("got %+v", d)
	}
	z := d.Tables[0]
	if z.Doc != in.Tables[0].Doc || z.Folder != `a\b` || z.Columns.String() != in.Tables[0].Columns.String() || z.Columns.List[0].Doc != "count" {
		t.Errorf("got %+v %s", z, z.Columns.String())
	}
	if v := d.TableOf(symbol.MaterializedView, "View"); v == nil || v.Query != "Zeta | count" {
		t.Errorf("view: %+v", v)
	}
	if g := d.EntityGroup("G"); g == nil || g.Definition != in.EntityGroups[0].Definition || d.EntityGroup("Empty").Definition != "[]" {
		t.Errorf("entity groups: %+v", d.EntityGroups)
	}
	f := d.Functions[0]
	if f.Body != in.Functions[0].Body || !strings.Contains(f.Parameters, "x:long") || !strings.Contains(f.Parameters, "T:(n: long)") {
		t.Errorf("function %s %s", f.Parameters, f.Body)
	}
}

func TestSchemaJSONOfClusters(t *testing.T) {
	const in = `{"Databases":{"D":{"Name":"D","Tables":{"T":{"Name":"T","Folder":null,"OrderedColumns":[{"Name":"a","Type":"System.Int64"},{"Name":"b","Type":"System.Weird","CslType":"weird"}]}},"ExternalTables":null,"Functions":{"g":{"InputParameters":[{"Name":"T","Columns":[]}],"Body":"{T}","FunctionKind":"Unknown"}},"Extra":{"x":[1]}}}}`
	out, err := ParseSchemaJSON(in)
	must(t, err)
	table := out[0].Table("T")
	if table == nil || table.Columns.List[0].Type != symbol.Long || table.Columns.List[1].Type != symbol.Unknown {
		t.Errorf("got %+v", table)
	}
	if p := out[0].Function("g").Parameters; p != "(T:(*))" {
		t.Errorf("got %s", p)
	}
	for _, bad := range []string{
		"", "<html>", `{"Databases":[1]}`, `{"Databases":{"D":5}}`, `{"Databases":{}`, `{"Databases":{}} more`,
		`{"Databases":{"D":{"Tables":{"T":{"OrderedColumns":[{"Name":1}]}}}}}`, `{"Databases":{"D":{"Tables":{"T":{"DocString":"cut`,
		`{"Databases":{"D":{"Functions":{"F":{"InputParameters":[{} {}]}}}}}`,
	} {
		if _, err := ParseSchemaJSON(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func FuzzSchemaJSON(f *testing.F) {
	f.Add(`{"Databases":{"D":{"EntityGroups":{"G":["database('a')","cluster('b')"],"H":{"Entities":["x"]},"I":5}}}}`)
	f.Add(`{"Databases":{"D":{"Tables":{"T":{"OrderedColumns":[{"Name":"a","CslType":"long"}]}}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		list, err := ParseSchemaJSON(text)
		if err != nil {
			return
		}
		again, err := ParseSchemaJSON(SchemaJSON(list, Entities{}))
		if err != nil || len(again) != len(list) {
			t.Errorf("written and read: %v, %d of %d databases", err, len(again), len(list))
		}
	})
}
