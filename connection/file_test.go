package connection

import (
	"os"
	"path/filepath"
	"testing"
)

// FuzzFiles reads anything as the file of connections, of choices, and of somebody's export: what can't be is told, what is taken can be
// a connection.
func FuzzFiles(f *testing.F) {
	for _, seed := range []string{
		``, `{}`, `[]`, `{"connections":[{"name":"x","url":"https://help.kusto.windows.net","tenant":"a"},{"url":"file:///x"},null]}`,
		`{"documents":[{"uri":"file:///a","connection":"x"},null]}`, `<x/>`, "{\"connections\":[{\"url\":\"https://\u0000\"}]}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		path := filepath.Join(t.TempDir(), "f.json")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := readFile(path)
		for _, c := range s.Connections {
			if err != nil || checkAddress(c.URL) != nil || c.Name == "" || c.ID == "" {
				t.Errorf("taken: %+v, %v", c, err)
			}
		}
		_, _ = readChosen(path)
		_, _, _ = readShared(body)
	})
}
