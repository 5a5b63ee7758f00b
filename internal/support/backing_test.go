package support

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"calypso/kql/syntax"
)

// backed finds the words that a test case of the engine holds down: operators, functions, aggregates and plugins of queries that run to
// the rows wanted. Those cases are engine/testdata/ops, a query with its rows, and engine/fn/testdata, an expression a line.
func backed(t *testing.T) map[string]bool {
	words := map[string]bool{}
	for _, c := range cases(t, "engine", "testdata", "ops") {
		if !strings.Contains(c["want"], "error: ") {
			note(words, c["in.kql"])
		}
	}
	for _, c := range cases(t, "engine", "fn", "testdata") {
		in, want := lines(c["in"]), lines(c["want"])
		for i, line := range in {
			if i >= len(want) || line == "" || line[0] == '#' {
				continue
			}
			if got, ok := strings.CutPrefix(want[i], line+" = "); !ok || strings.HasPrefix(got, "refused: ") || strings.HasPrefix(got, "error: ") {
				continue
			}
			if !strings.HasPrefix(line, "datatable") && !strings.HasPrefix(line, "print") {
				line = "print " + line
			}
			note(words, line)
		}
	}
	return words
}

func lines(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

// cases reads the sections of a folder's txtar files.
func cases(t *testing.T, folder ...string) []map[string]string {
	paths, err := filepath.Glob(filepath.Join(append(append([]string{"..", ".."}, folder...), "*.txtar")...))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %v: %v", folder, err)
	}
	var all []map[string]string
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sections := map[string]string{}
		for _, f := range txtar.Parse(body).Files {
			sections[f.Name] = string(f.Data)
		}
		all = append(all, sections)
	}
	return all
}

// note adds the words of a query.
func note(words map[string]bool, query string) {
	tree := syntax.Parse(query)
	for _, s := range tree.Statements {
		syntax.Walk(s, func(n syntax.Node) bool {
			switch n := n.(type) {
			case *syntax.Call:
				words[n.Fun.Text] = true
			case *syntax.DataTable:
				words["datatable"] = true
			case syntax.Operator:
				words[n.Head().Keyword.Text] = true
			}
			return true
		})
	}
}
