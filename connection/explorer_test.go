package connection

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/server/protocol"
)

// Files of Kusto Explorer and of our own, what comes of them, and why what is left out is.
func TestImport(t *testing.T) {
	golden.Run(t, "testdata/import/*.txtar", func(t *testing.T, c *golden.Case) {
		b := openBook(t, t.TempDir())
		mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://known.kusto.windows.net", Name: "known"})
		before := len(b.List())
		got, err := b.Import(context.Background(), []byte(c.Text("in")), "Imported")
		var out strings.Builder
		if err != nil {
			out.WriteString("error: " + err.Error() + "\n")
		}
		for _, k := range b.List()[before:] {
			body, _ := json.Marshal(k)
			out.WriteString(string(body) + "\n")
		}
		body, _ := json.Marshal(got)
		out.WriteString(string(body) + "\n")
		c.Want(t, "want", out.String())
		for _, secret := range strings.Fields(c.Text("secret")) {
			if strings.Contains(out.String(), secret) {
				t.Errorf("%q was taken over", secret)
			}
		}
	})
}

// What is exported imports again, and its TOML is what config.toml takes.
func TestExport(t *testing.T) {
	b := openBook(t, t.TempDir())
	mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://a.kusto.windows.net", Name: `a "quoted" name`, Database: "db", Group: "g", Tenant: "contoso.com"})
	body, err := b.Export("json")
	if err != nil {
		t.Fatal(err)
	}
	other := openBook(t, t.TempDir())
	got, err := other.Import(context.Background(), body, "")
	if err != nil || len(got.Added) != 1 || len(got.Known) != 1 {
		t.Errorf("imported %+v %v", got, err)
	}
	if got := shown(other); !strings.HasSuffix(got, `g/a "quoted" name`) {
		t.Error(got)
	}
	lines, err := b.Export("toml")
	want := "[kusto.clusters.\"set.kusto.windows.net\"]\ncluster_url = \"https://set.kusto.windows.net\"\n\n" +
		"[kusto.clusters.\"a \\\"quoted\\\" name\"]\ncluster_url = \"https://a.kusto.windows.net\"\ndatabase = \"db\"\ntenant_id = \"contoso.com\"\n\n"
	if err != nil || string(lines) != want {
		t.Errorf("toml: %v\n%s", err, lines)
	}
}

func FuzzExplorer(f *testing.F) {
	f.Add([]byte(`<ArrayOfServerDescriptionBase><ServerDescriptionBase><Name>a</Name><ConnectionString>Data Source=https://h;Initial Catalog="a;b"</ConnectionString></ServerDescriptionBase></ArrayOfServerDescriptionBase>`))
	f.Add([]byte(`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`))
	f.Add([]byte(`{"connections":[{"url":"https://x"},{"url":"file:///etc"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		list, _, err := readShared(body)
		if err != nil {
			return
		}
		for _, c := range list {
			if isFolder(c.URL) {
				t.Errorf("a file names the folder %s", c.URL)
			}
		}
	})
}
