package agent

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// TestGroundingOnQuestions: of public questions with an expert's query, how often are the query's tables among the first that the
// model is told of? Without a model this is the only measure of grounding; it must not get worse.
func TestGroundingOnQuestions(t *testing.T) {
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(dir, "corpus", "nl2kql", "sentinel.jsonl"))
	if err != nil {
		t.Skipf("no public questions at %s; set CALYPSO_SHARED", dir)
	}
	defer file.Close()
	schema := largest(t, filepath.Join(dir, "schema"))
	index := newTableIndex(schema.Database)
	within := map[int]int{5: 0, 20: 0, 60: 0}
	total := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		var q struct{ Context, Baseline string }
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			t.Fatal(err)
		}
		wanted := tablesIn(q.Baseline, schema)
		if len(wanted) == 0 {
			continue
		}
		total++
		ranked := index.rank(q.Context)
		for k := range within {
			if containsAll(ranked[:min(k, len(ranked))], wanted) {
				within[k]++
			}
		}
	}
	t.Logf("of %d questions on %d tables, all tables of the query are among the first 5: %d, 20: %d, 60: %d",
		total, len(schema.Database.Tables), within[5], within[20], within[60])
	if total == 0 || within[60]*100 < total*floorOf60 {
		t.Errorf("%d of %d questions have their tables among the first 60; at least %d %% are wanted", within[60], total, floorOf60)
	}
}

// floorOf60 is what was reached, less a little.
const floorOf60 = 80

// largest gives the schema file with most tables.
func largest(t *testing.T, dir string) *symbol.Schema {
	paths, _ := filepath.Glob(filepath.Join(dir, "*.json"))
	var best *symbol.Schema
	for _, path := range paths {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := symbol.ParseFile(body)
		if err == nil && s.Database != nil && (best == nil || len(s.Database.Tables) > len(best.Database.Tables)) {
			best = s
		}
	}
	if best == nil {
		t.Skip("no schema file can be read in " + dir)
	}
	return best
}

func tablesIn(query string, schema *symbol.Schema) map[string]bool {
	b := binder.Bind(syntax.Parse(query), schema)
	found := map[string]bool{}
	for _, sym := range b.Refs {
		if sym.Kind == binder.SymTable {
			found[sym.Name] = true
		}
	}
	return found
}

func containsAll(list []*symbol.TableSymbol, wanted map[string]bool) bool {
	n := 0
	for _, t := range list {
		if wanted[t.Name] {
			n++
		}
	}
	return n == len(wanted)
}
