package server

import (
	"strings"
	"testing"

	"calypso/server/protocol"
)

// A size is said in rows and bytes, and how far it is packed where it is.
func TestSizeText(t *testing.T) {
	for _, c := range []struct {
		size TableSize
		want string
	}{
		{TableSize{}, "empty"},
		{TableSize{Rows: 1}, "1 row"},
		{TableSize{Rows: 1500, Bytes: 54_000, Packed: 54_000}, "1,500 rows, 52.7 KB"},
		{TableSize{Rows: 1500, Bytes: 54_000, Packed: 2_048}, "1,500 rows, 52.7 KB (2.0 KB compressed)"},
		{TableSize{Rows: 1500, Packed: 2_048}, "1,500 rows (2.0 KB compressed)"},
		{TableSize{Rows: -1, Problem: "a.csv is broken"}, "a.csv is broken"},
	} {
		if got := sizeTextOf(c.size).all; got != c.want {
			t.Errorf("%+v is %q, want %q", c.size, got, c.want)
		}
	}
}

// Tables lie in the folders that their database files them in, whichever divider it writes; those of other kinds and folders don't.
func TestFolders(t *testing.T) {
	var nodes []protocol.SchemaNode
	for _, line := range []string{"table a", "table b Sales", `table c Sales\Europe`, "table d Sales/Europe/", `table e /Sales//Asia`, "table f Salesmen", "function g Sales", "table h sales"} {
		part := append(strings.Fields(line), "")
		nodes = append(nodes, protocol.SchemaNode{Kind: protocol.NodeKind(part[0]), Label: part[1], Folder: part[2]})
	}
	for folder, want := range map[string]string{
		"":                "Sales (4 tables) sales (1 table) Salesmen (1 table) a",
		"Sales":           "Asia (1 table) Europe (2 tables) b",
		`Sales\Europe`:    "c d",
		`Sales\Nowhere`:   "",
		`Sales\Europe\It`: "",
	} {
		var got []string
		for _, n := range filed(nodes, "db", protocol.NodeTable, folder) {
			if got = append(got, n.Label); n.Kind == protocol.NodeFolder {
				got[len(got)-1] += " (" + n.Detail + ")"
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q holds %q, want %q", folder, strings.Join(got, " "), want)
		}
	}
	for id, want := range map[string]levelPath{
		"":                         {},
		"db":                       {database: "db"},
		"db/table/t":               {database: "db", kind: "table", name: "t"},
		`db/in/table/Sales%5CAsia`: {database: "db", folders: true, kind: "table", folder: `Sales\Asia`},
	} {
		if got, err := levelPathOf(id); err != nil || got != want {
			t.Errorf("%q is %+v, %v", id, got, err)
		}
	}
	for _, bad := range []string{"a/b", "a/b/c/d", "a/in/c/d/e", "%zz"} {
		if _, err := levelPathOf(bad); err == nil {
			t.Errorf("%q was taken for a level", bad)
		}
	}
}
