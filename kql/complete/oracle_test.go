package complete

// This file compares with the official language library. It needs Node and an installed copy of the oracle: CALYPSO_ORACLE is the
// path to it. Text is cut at the start of a word, as if the word were about to be typed; of the names that the library offers
// there, its first ten must be among ours. Answers are kept under CALYPSO_ORACLE_ANSWERS when that is set.

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// corpora are the files that positions are taken from, with the schema that has most of their tables.
var corpora = []struct{ file, schema string }{
	{"docs-dataexplorer", "help.Samples"},
	{"docs-old-kql-repo", "help.Samples"},
	{"hunting-bertjanp", "loganalytics"},
	{"m365d-hunting", "loganalytics"},
	{"kql-jkerai1", "loganalytics"},
}

// sampled is the number of positions taken of a file, queriesTimes of how many in each query.
const (
	sampled      = 300
	eachQuery    = 3
	namesWatched = 10
)

type askedPosition struct {
	ID        string   `json:"id"`
	Query     string   `json:"query"`
	Want      []string `json:"want"`
	Positions []int    `json:"positions"`

	word string // what the corpus goes on with
}

type offered struct {
	Label, Kind, Order, Before string
}

func (o offered) name() string {
	s := o.Label
	if i := strings.IndexByte(s, '('); i > 0 && o.Kind != "Column" {
		s = s[:i]
	}
	return s
}

// between are words that stand between operands. Where the corpus goes on with one no name can stand; the library offers some there
// all the same, when a bracket before the caret isn't closed.
var between = set("and or in has contains startswith endswith matches between on by asc desc has_any has_all has_cs contains_cs hasprefix" +
	" hassuffix notcontains to from step with nulls of as")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

// TestWrittenWords tells how often the word that the corpus goes on with is among the items, and among the first twenty. Names that are
// made up there, and words of queries that are no KQL, can't be: the figure is for comparing with the last one.
func TestWrittenWords(t *testing.T) {
	if os.Getenv("CALYPSO_ORACLE_MISSES") == "" {
		t.Skip("SKIPPED: CALYPSO_ORACLE_MISSES isn't set; it asks for what completion lacks")
	}
	for _, c := range corpora {
		schema := schemaFile(t, c.schema)
		known := func(string) *symbol.Schema { return schema }
		all, have, first := 0, 0, 0
		for _, a := range positions(t, filepath.Join(sharedDir(), "corpus", "kql", c.file+".jsonl")) {
			all++
			found := -1
			for i, it := range At(script.Analyze(a.Query, known, nil), len(a.Query)).Items {
				if strings.TrimRight(bare(it.Label), "=()") == a.word || strings.HasPrefix(it.Label, a.word+" ") {
					found = i
					break
				}
			}
			switch {
			case found < 0:
				t.Logf("MISS %s %q after %q", a.ID, a.word, lastRunes(a.Query, 100))
			case found < 20:
				first++
			}
			if found >= 0 {
				have++
			}
		}
		t.Logf("%s: %d of %d words, %d among the first twenty", c.file, have, all, first)
	}
}

func schemaFile(t *testing.T, name string) *symbol.Schema {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(sharedDir(), "schema", name+".json"))
	if err != nil {
		t.Skipf("SKIPPED: %v; set CALYPSO_SHARED to the folder that has it", err)
	}
	schema, err := symbol.ParseFile(data)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestOracleRecall counts the names of the library's first ten that ours has.
func TestOracleRecall(t *testing.T) {
	home := os.Getenv("CALYPSO_ORACLE")
	if home == "" {
		t.Skip("SKIPPED: CALYPSO_ORACLE isn't set; it names an installed copy of the oracle (npm install)")
	}
	all, have := 0, 0
	missed := map[string]int{}
	for _, c := range corpora {
		asked := positions(t, filepath.Join(sharedDir(), "corpus", "kql", c.file+".jsonl"))
		answers := ask(t, home, filepath.Join(sharedDir(), "schema", c.schema+".json"), asked)
		schema := schemaFile(t, c.schema)
		known := func(string) *symbol.Schema { return schema }
		fileAll, fileHave := 0, 0
		for i, a := range asked {
			if between[a.word] {
				continue
			}
			ours := map[string]bool{}
			for _, it := range At(script.Analyze(a.Query, known, nil), len(a.Query)).Items {
				ours[bare(it.Label)] = true
			}
			for _, o := range answers[i] {
				fileAll++
				if ours[bare(o.name())] {
					fileHave++
					continue
				}
				missed[o.Kind+" after "+tail(a.Query)]++
				if os.Getenv("CALYPSO_ORACLE_MISSES") != "" {
					t.Logf("MISS %s %s %q in %q", a.ID, o.Kind, o.Label, lastRunes(a.Query, 120))
				}
			}
		}
		all, have = all+fileAll, have+fileHave
		t.Logf("%s: %d of %d (%.1f %%)", c.file, fileHave, fileAll, 100*float64(fileHave)/float64(max(fileAll, 1)))
	}
	recall := 100 * float64(have) / float64(max(all, 1))
	t.Logf("all: %d of %d (%.2f %%)", have, all, recall)
	for _, line := range most(missed, 25) {
		t.Log(line)
	}
	if recall < 98 {
		t.Errorf("recall is %.2f %%, wanted 98", recall)
	}
}

func bare(s string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s, "["), "'"), "']")
}

func tail(s string) string {
	fields := strings.Fields(s)
	return strings.Join(fields[max(0, len(fields)-2):], " ")
}

func lastRunes(s string, n int) string {
	r := []rune(s)
	return string(r[max(0, len(r)-n):])
}

func most(counts map[string]int, n int) []string {
	var keys []string
	for k := range counts {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		return counts[keys[i]] > counts[keys[j]] || counts[keys[i]] == counts[keys[j]] && keys[i] < keys[j]
	})
	var out []string
	for _, k := range keys[:min(n, len(keys))] {
		out = append(out, fmt.Sprintf("%5d %s", counts[k], k))
	}
	return out
}

func sharedDir() string {
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return abs
}

// positions takes places from a corpus file: always the same ones, spread over its queries.
func positions(t *testing.T, file string) []askedPosition {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("SKIPPED: %v; set CALYPSO_SHARED to the folder that has it", err)
	}
	var all []askedPosition
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var q struct{ ID, Query string }
		if json.Unmarshal(lines.Bytes(), &q) != nil || strings.HasPrefix(strings.TrimSpace(q.Query), ".") || len(q.Query) > 6000 {
			continue
		}
		var starts []int
		words := map[int]string{}
		for _, token := range syntax.Scan(q.Query) {
			if token.Kind == syntax.TokName {
				starts = append(starts, token.Start)
				words[token.Start] = token.Span().Of(q.Query)
			}
		}
		for i := 0; i < eachQuery && len(starts) > 0; i++ {
			at := starts[hashed(q.ID, i)%uint32(len(starts))]
			all = append(all, askedPosition{
				ID: fmt.Sprintf("%s@%d", q.ID, at), Query: q.Query[:at], Want: []string{"complete"}, Positions: []int{at}, word: words[at],
			})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return hashed(all[i].ID, 9) < hashed(all[j].ID, 9) })
	return all[:min(len(all), sampled)]
}

func hashed(s string, n int) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%d", s, n)
	return h.Sum32()
}

// ask gives for each place the names that the library offers first.
func ask(t *testing.T, home, schema string, asked []askedPosition) [][]offered {
	t.Helper()
	var input bytes.Buffer
	for _, a := range asked {
		line, err := json.Marshal(a)
		if err != nil {
			t.Fatal(err)
		}
		input.Write(append(line, '\n'))
	}
	kept := ""
	if dir := os.Getenv("CALYPSO_ORACLE_ANSWERS"); dir != "" {
		kept = filepath.Join(dir, fmt.Sprintf("complete.%08x.jsonl", hashed(input.String(), 0)))
	}
	out, err := os.ReadFile(kept)
	if kept == "" || err != nil {
		node := exec.Command("node", "oracle.js", "--schema", schema, "--bytes", "--cache", "--want", "complete")
		node.Dir, node.Stdin = home, &input
		if out, err = node.Output(); err != nil {
			t.Fatalf("running the oracle in %s: %v", home, err)
		}
		if kept != "" {
			if err := os.WriteFile(kept, out, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	var list [][]offered
	for _, line := range bytes.Split(bytes.TrimSpace(out), []byte{'\n'}) {
		var a struct {
			Positions []struct{ Complete struct{ Items []offered } }
		}
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		var names []offered
		if len(a.Positions) > 0 {
			names = firstNames(a.Positions[0].Complete.Items)
		}
		list = append(list, names)
	}
	if len(list) != len(asked) {
		t.Fatalf("%d answers to %d questions", len(list), len(asked))
	}
	return list
}

func firstNames(items []offered) []offered {
	var names []offered
	for _, it := range items {
		switch it.Kind {
		case "Column", "Table", "MaterialiedView", "ExternalTable", "DatabaseFunction", "BuiltInFunction", "LocalFunction", "AggregateFunction",
			"Variable", "Parameter", "Database", "Cluster", "Graph":
			names = append(names, it)
		}
	}
	sort.SliceStable(names, func(i, j int) bool { return names[i].Order < names[j].Order })
	return names[:min(len(names), namesWatched)]
}
