package connection

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"

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

// A file is read in each encoding that Windows programs write, and whatever name .NET gives to it.
func TestImportEncodings(t *testing.T) {
	xml := `<?xml version="1.0" encoding="ENCODING"?><ArrayOfServerDescriptionBase><ServerDescriptionBase><Name>Ünï 🐟</Name>` +
		`<ConnectionString>Data Source=https://a.kusto.windows.net</ConnectionString></ServerDescriptionBase></ArrayOfServerDescriptionBase>`
	wide := func(order binary.AppendByteOrder, mark bool) []byte {
		var out []byte
		if mark {
			out = order.AppendUint16(out, 0xfeff)
		}
		for _, unit := range utf16.Encode([]rune(strings.Replace(xml, "ENCODING", "utf-16", 1))) {
			out = order.AppendUint16(out, unit)
		}
		return out
	}
	for name, body := range map[string][]byte{
		"UTF-8":                    []byte(strings.Replace(xml, "ENCODING", "utf-8", 1)),
		"UTF-8 with a mark":        []byte("\ufeff" + strings.Replace(xml, "ENCODING", "UTF-8", 1)),
		"UTF-8, called utf-16":     []byte(strings.Replace(xml, "ENCODING", "utf-16", 1)),
		"UTF-16, little endian":    wide(binary.LittleEndian, true),
		"UTF-16, big endian":       wide(binary.BigEndian, true),
		"little, without a mark":   wide(binary.LittleEndian, false),
		"big, without a mark":      wide(binary.BigEndian, false),
		"little, with half a unit": append(wide(binary.LittleEndian, true), '\n'),
	} {
		list, _, err := readShared(body)
		if err != nil || len(list) != 1 || list[0].Name != "Ünï 🐟" {
			t.Errorf("%s: %+v %v", name, list, err)
		}
	}
	if _, _, err := readShared([]byte(`{"connections":[{"url":5}]}`)); err == nil || !strings.Contains(err.Error(), "connections.url can't be a number; choose") {
		t.Errorf("another program's JSON: %v", err)
	}
	if _, _, err := readShared([]byte(strings.Replace(xml, "ENCODING", "windows-1252", 1))); err == nil || !strings.Contains(err.Error(), "save it as UTF-8") {
		t.Errorf("got %v", err)
	}
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
