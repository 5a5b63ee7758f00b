package engine

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"calypso/engine/exec"
	"calypso/engine/source"
)

// openOn makes an engine whose tables are files that nobody has used yet.
func openOn(t *testing.T, files map[string]string) *Engine {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := source.OpenDir(dir, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	tables, err := folder.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	e := openWith(t, Options{}, 0)
	if err := e.Load("", tables...); err != nil {
		t.Fatal(err)
	}
	return e
}

// loadedNames tells which of the folder's tables were loaded.
func loadedNames(e *Engine) string {
	var names []string
	tables, _ := e.Tables("")
	for _, table := range tables {
		if _, closed := table.(unopened); !closed && table.Name() != "Logs" {
			names = append(names, table.Name())
		}
	}
	sort.Strings(names)
	return strings.Join(names, " ")
}

var someFiles = map[string]string{
	"good.csv": "a,s\n1,x\n2,y\n", "other.csv": "a\n7\n",
	"bad.csv":  "a,b\n1,2,3\n",
	"cut.csv":  "a,b\n" + strings.Repeat("1,2\n", 200_000) + "1,2,3\n",
	"late.csv": "n\n" + strings.Repeat("1\n", 200_000) + "x\n",
}

// A query reads the files that it uses, however it names them, and no others.
func TestOnlyUsedTablesAreOpened(t *testing.T) {
	for q, want := range map[string]struct{ loaded, rows string }{
		"good | where a > 1 | project s":                            {"good", "s:string\ny\n"},
		"good | extend bad = a | where bad > 1 | project other = s": {"good", "other:string\ny\n"},
		"good | where s != 'other' | count":                         {"good", "Count:long\n2\n"},
		"table('good') | count":                                     {"good", "Count:long\n2\n"},
		"['good'] | count":                                          {"good", "Count:long\n2\n"},
		"database('Samples').good | count":                          {"good", "Count:long\n2\n"},
		"let f = (x:long) { good | where a > x }; f(1) | count":     {"good", "Count:long\n1\n"},
		"good | where a in (other) | count":                         {"good other", "Count:long\n0\n"},
		"good | join kind=inner (good | where a > 1) on a | count":  {"good", "Count:long\n1\n"},
		"union g*, other | count":                                   {"good other", "Count:long\n3\n"},
		"search in (good, other) 'x' | count":                       {"good other", "Count:long\n1\n"},
		"late | summarize c = count() by n | where n == 'x'":        {"late", "n:string | c:long\nx | 1\n"},
		"print 1":        {"", "print_0:long\n1\n"},
		"good | where (": {"", "syntax"},
	} {
		e := openOn(t, someFiles)
		got := rowsText(e, q)
		if want.rows != "syntax" && got != want.rows {
			t.Errorf("%s: got %s", q, got)
		}
		if loaded := loadedNames(e); loaded != want.loaded {
			t.Errorf("%s: loaded %q, want %q", q, loaded, want.loaded)
		}
	}
}

// A file that is no table says itself what is wrong with it.
func TestBrokenTableTellsWhy(t *testing.T) {
	e := openOn(t, someFiles)
	for q, want := range map[string]string{
		"bad | where a > 1":         "table 'bad' can't be used: bad.csv:2: more than 2 cells, the number of columns; quote cells that hold a ','",
		"good | join bad on a":      "bad.csv:2: more than 2 cells",
		"union withsource=t b*":     "bad.csv:2: more than 2 cells",
		"cut | take 1":              "cut.csv:200002: more than 2 cells",
		"let f = () { bad }; good":  "bad.csv:2: more than 2 cells",
		"find in (b*) where a == 1": "bad.csv:2: more than 2 cells",
	} {
		_, err := e.Query(context.Background(), Request{Text: q})
		var fault *Error
		if !errors.As(err, &fault) || fault.Kind != NotFound || !strings.Contains(fault.Message, want) {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// A query's own tables hide files, and a cancelled load is tried again.
func TestUnopenedTablesAside(t *testing.T) {
	e := openOn(t, someFiles)
	own := exec.NewMemory("bad", nil).Table()
	if a, err := e.Query(context.Background(), Request{Text: "bad | count", Tables: []exec.Table{own}}); err != nil {
		t.Error(err)
	} else {
		a.Close()
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.Query(ctx, Request{Text: "good | count"}); asError(t, err).Kind != Cancelled {
		t.Error(err)
	}
	if got := rowsText(e, "good | count"); got != "Count:long\n2\n" {
		t.Error(got)
	}
}
