package engine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// externaldata reads files of the allowed folders, by position from text with delimiters and by name from JSON, and nothing else.
func TestExternalData(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	write := func(folder, name, text string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(dir, "a.csv", "1,x\n2,y\n")
	write(dir, "b.csv", "id,name\n3,z\nq,w\n")
	write(dir, "c.json", "{\"name\":\"j\",\"id\":7}\n{\"id\":8}\n")
	write(outside, "secret.csv", "1,x\n")
	if err := os.Symlink(filepath.Join(outside, "secret.csv"), filepath.Join(dir, "link.csv")); err != nil {
		t.Skip(err)
	}
	e, err := Open(Options{ExternalFolders: []string{dir}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ query, want string }{
		{"externaldata(id:long, name:string)['a.csv'] | where id > 1", "id:long | name:string\n2 | y\n"},
		{"externaldata(id:long, name:string)['" + filepath.ToSlash(dir) + "/a.csv'] | count", "Count:long\n2\n"},
		{"externaldata(id:long, name:string)['b.csv'] with (format='csv', ignoreFirstRecord=true)", "id:long | name:string\n3 | z\nnull | w\n"},
		{"externaldata(id:long, name:string)['a.csv', 'c.json'] | summarize max(id), count()", "max_id:long | count_:long\n8 | 4\n"},
		{"externaldata(id:long, name:string)['link.csv']", "error: "},
		{"externaldata(id:long)['../" + filepath.Base(outside) + "/secret.csv']", "error: "},
		{"externaldata(id:long)['" + filepath.ToSlash(outside) + "/secret.csv']", "error: "},
		{"externaldata(id:long)['https://example.com/a.csv']", "error: 1:23: externaldata from an address is not built"},
		{"externaldata(id:long)['a.csv'] with (format='orc')", "error: "},
	} {
		got := rowsText(e, c.query)
		if got != c.want && !(strings.HasPrefix(c.want, "error: ") && strings.HasPrefix(got, c.want)) {
			t.Errorf("%s\n got %s\nwant %s", c.query, got, c.want)
		}
	}
	closed := openWith(t, Options{}, 0)
	if got := rowsText(closed, "externaldata(id:long)['a.csv']"); !strings.Contains(got, "a folder that was allowed") {
		t.Errorf("without folders: %s", got)
	}
}
