package schemafile_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"calypso/kql/symbol"
	"calypso/kusto/schemafile"
)

func column(name string, t symbol.Type, doc string) *symbol.Column {
	return &symbol.Column{Name: name, Type: t, Doc: doc}
}

// everything is a database with one of all that a file can hold.
func everything() *symbol.Database {
	return &symbol.Database{
		Name: "All ' of \\ it", PrettyName: "Schön", State: symbol.Known,
		Tables: []*symbol.TableSymbol{
			{Name: "Plain", Folder: "a/b", Doc: "a <b> & \"c\"\nd", Columns: symbol.Columns{List: []*symbol.Column{
				column("b", symbol.Bool, ""), column("i", symbol.Int, ""), column("l", symbol.Long, ""), column("r", symbol.Real, ""),
				column("d", symbol.Decimal, ""), column("s", symbol.String, ""), column("t", symbol.Datetime, ""),
				column("ts", symbol.Timespan, ""), column("g", symbol.Guid, ""), column("dyn", symbol.Dynamic, ""),
				column("a b", symbol.Long, ""), column("it's", symbol.Long, ""), column(`back\slash`, symbol.Long, ""),
				column("two\nlines", symbol.Long, ""), column("a)]': b", symbol.Long, ""), column("é", symbol.Long, ""), column(" x ", symbol.Long, ""),
				column("1st", symbol.Long, ""), column("*", symbol.Long, ""), column("[x]", symbol.Long, ""),
			}}},
			{Name: "With docs", Columns: symbol.Columns{List: []*symbol.Column{column("a", symbol.Long, "the \\ a"), column("b c", symbol.Int, "")}}},
			{Name: "None"},
			{Name: "Open", Columns: symbol.Columns{Open: true, List: []*symbol.Column{column("a", symbol.Long, "")}}},
			{Name: "Ext", Kind: symbol.External, Columns: symbol.Columns{List: []*symbol.Column{column("a", symbol.Long, "")}}},
			{Name: "View", Kind: symbol.MaterializedView, Query: "Plain | summarize n=count() by s", Columns: symbol.Columns{List: []*symbol.Column{column("s", symbol.String, "")}}},
		},
		Functions: []*symbol.Function{
			{Name: "F", Parameters: "(x:long, T:(a:long, *), s:string='it\\'s')", Body: "{\n    T | where a == x\n}", Doc: "d", Folder: "f"},
			{Name: "G", Parameters: "()", Body: "{ 1 }"},
			{Name: "V", Parameters: "()", Body: "{ Plain }", View: true},
		},
		Graphs:       []*symbol.GraphModel{{Name: "M", Edges: []string{"E | take 1", "E2"}, Nodes: []string{"N"}, Snapshots: []string{"S1", "S2"}}},
		EntityGroups: []*symbol.EntityGroup{{Name: "EG", Definition: "[cluster('c').database('d')]"}},
	}
}

// plain gives a database as nested maps without what caches look-ups, so that two can be compared.
func plain(t *testing.T, d *symbol.Database) any {
	t.Helper()
	raw, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var out any
	// null and an empty list say the same.
	if err := json.Unmarshal(bytes.ReplaceAll(raw, []byte(":[]"), []byte(":null")), &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	want := everything()
	other := &symbol.Database{Name: "Other", State: symbol.NotLoaded}
	body := schemafile.Encode("c.kusto.windows.net", want.Name, []*symbol.Database{other, want})
	s, err := symbol.ParseFile(body)
	if err != nil {
		t.Fatalf("%v in\n%s", err, body)
	}
	if s.Cluster.Name != "c.kusto.windows.net" || s.Database.Name != want.Name || s.Database.State != symbol.Known {
		t.Errorf("got %q %q", s.Cluster.Name, s.Database.Name)
	}
	if got := plain(t, s.Database); !reflect.DeepEqual(got, plain(t, want)) {
		t.Errorf("got %v\nwant %v", got, plain(t, want))
	}
	if d := s.Cluster.Find("Other"); d == nil || d.State != symbol.Open {
		t.Errorf("a database that isn't loaded must not make its tables' names errors: %+v", d)
	}
	if again := schemafile.Encode(s.Cluster.Name, want.Name, s.Cluster.Databases); !bytes.Equal(again, body) {
		t.Errorf("written again it is\n%s\nnot\n%s", again, body)
	}
}

// The schemas of the corpora, which come from real clusters.
func TestRoundTripOfRealSchemas(t *testing.T) {
	shared := os.Getenv("CALYPSO_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	files, _ := filepath.Glob(filepath.Join(shared, "schema", "*.json"))
	if len(files) == 0 {
		t.Skipf("no schemas under %s; set CALYPSO_SHARED to the folder of shared test data", shared)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want, err := symbol.ParseFile(data)
		if err != nil {
			t.Fatal(err)
		}
		got, err := symbol.ParseFile(schemafile.Encode(want.Cluster.Name, want.Database.Name, want.Cluster.Databases))
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Cluster.Databases) != len(want.Cluster.Databases) {
			t.Fatalf("%s: %d databases", file, len(got.Cluster.Databases))
		}
		for i, d := range got.Cluster.Databases {
			if !reflect.DeepEqual(plain(t, d), plain(t, want.Cluster.Databases[i])) {
				t.Errorf("%s: database %s differs", file, d.Name)
			}
		}
	}
}

// What the file has no place for must not become an error in a query that is right.
func TestWhatCannotBeWritten(t *testing.T) {
	d := &symbol.Database{Name: "D", State: symbol.Known, Tables: []*symbol.TableSymbol{
		{Name: "T", Columns: symbol.Columns{List: []*symbol.Column{column("a", symbol.Long, ""), column("odd", symbol.Unknown, ""), column("", symbol.Long, "")}}},
		{Name: ""},
	}, Functions: []*symbol.Function{{Name: ""}}}
	s, err := symbol.ParseFile(schemafile.Encode("", "", []*symbol.Database{d, {Name: ""}}))
	if err != nil {
		t.Fatal(err)
	}
	if table := s.Table("T"); table == nil || len(table.Columns.List) != 1 || !table.Columns.Open || len(s.Database.Tables) != 1 || len(s.Database.Functions) != 0 {
		t.Errorf("got %+v", s.Database)
	}
	if s, err = symbol.ParseFile(schemafile.Encode("", "", nil)); err != nil || len(s.Cluster.Databases) != 0 {
		t.Errorf("got %v %v", s, err)
	}
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"externaldata(a:long)[h'https://x/y?sig=abc']": "externaldata(a:long)[h'*****']",
		`[h@"c:\x;key=1", 'plain', H"b\"c"]`:           `[h@"*****", 'plain', H"*****"]`,
		"h```a\nb``` | h~~~x~~~":                       "h```*****``` | h~~~*****~~~",
		"print h'open":                                 "print h'*****",
		"print h''":                                    "print h'*****'",
		"print 'h', oh'x'":                             "print 'h', oh'x'",
		"'https://a.blob.core.windows.net/c?sv=1&sig=abcdefghij%3D&se=2'": "'https://a.blob.core.windows.net/c?sv=1&sig=*****&se=2'",
		"'AccountKey=abcdefghijklmnop==;x=1'":                             "'AccountKey=*****;x=1'",
		"'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc'":           "'Bearer *****'",
		"T | where sig == 5 and design=1":                                 "T | where sig == 5 and design=1",
	} {
		if got := schemafile.Mask(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	d := everything()
	d.Functions[0].Body = "{ externaldata(a:long)[h@'https://x;secret'] }"
	if body := string(schemafile.Encode("", "", []*symbol.Database{d})); strings.Contains(body, "secret") {
		t.Error("a hidden string is in the file")
	}
}

// FuzzMask: any text comes back, and masking twice is masking once.
func FuzzMask(f *testing.F) {
	f.Add("a h'b' c")
	f.Add("h```")
	f.Add("h@\"\"\"\n")
	f.Fuzz(func(t *testing.T, text string) {
		once := schemafile.Mask(text)
		if twice := schemafile.Mask(once); twice != once {
			t.Fatalf("%q gives %q, then %q", text, once, twice)
		}
	})
}
