// Package corpus finds the data that tests read and that isn't part of the repository: public queries, schemas, recorded answers, in the
// folder that CALYPSO_SHARED names, else beside the checkout. Tests only; what the data means is their business. Start at File.
package corpus

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// File gives the path of a file or folder of the data; a test is skipped where it isn't there.
func File(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("CALYPSO_SHARED")
	if root == "" {
		root = filepath.Join(beside(t), "shared")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s isn't there; set CALYPSO_SHARED to the folder that holds %s", path, filepath.Join(elem...))
	}
	return path
}

// beside is the folder that the checkout is in; tests run in the folder of their package.
func beside(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for from := dir; filepath.Dir(from) != from; from = filepath.Dir(from) {
		if _, err := os.Stat(filepath.Join(from, "go.mod")); err == nil {
			return filepath.Dir(from)
		}
	}
	t.Fatalf("%s is in no module", dir)
	return ""
}

// Lines reads a file of one JSON value a line, packed by gzip or not.
func Lines[T any](t testing.TB, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	var list []T
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20)
	for n := 1; lines.Scan(); n++ {
		if len(strings.TrimSpace(lines.Text())) == 0 {
			continue
		}
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s:%d: %v", path, n, err)
		}
		list = append(list, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return list
}
