package binder_test

// This file compares with the official language library over the query corpora. It needs Node and an installed copy of the
// oracle: CALYPSO_ORACLE is the path to it. What it prints drives fixes; where the engine is known to answer otherwise than
// the library, ours is the engine's.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

type oracleAnswer struct {
	ID          string
	Kind        string
	Error       string
	Diagnostics []struct {
		Code, Severity, Message string
		Start, End              int
	}
	Result *struct {
		Kind    string
		Columns []struct{ Name, Type string }
		Open    bool
	}
}

// firstError gives the first error of an answer, "" when there is none.
func (a *oracleAnswer) firstError() string {
	for _, d := range a.Diagnostics {
		if d.Severity == "Error" {
			return fmt.Sprintf("%s at %d: %s", d.Code, d.Start, d.Message)
		}
	}
	return ""
}

// syntaxError tells whether the library refuses the text before it binds it.
func (a *oracleAnswer) syntaxError() bool {
	for _, d := range a.Diagnostics {
		if d.Severity == "Error" && (strings.HasPrefix(d.Code, "KS00") || d.Code == "KS300") {
			return true
		}
	}
	return false
}

// askOracle gives the oracle's answers on a file of queries; answers are kept under CALYPSO_ORACLE_ANSWERS when that is set.
func askOracle(t *testing.T, file, schema string) []oracleAnswer {
	t.Helper()
	home := os.Getenv("CALYPSO_ORACLE")
	if home == "" {
		t.Skip("CALYPSO_ORACLE isn't set; it names an installed copy of the oracle (npm install)")
	}
	kept := ""
	if dir := os.Getenv("CALYPSO_ORACLE_ANSWERS"); dir != "" {
		kept = filepath.Join(dir, schema+"."+filepath.Base(file))
		if _, err := os.Stat(kept); err == nil {
			return jsonLines[oracleAnswer](t, kept)
		}
	}
	input, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer input.Close()
	node := exec.Command("node", "oracle.js", "--schema", mustAbs(t, shared(t, "schema", schema+".json")), "--bytes", "--cache",
		"--want", "diagnostics,result")
	node.Dir, node.Stdin = home, input
	out, err := node.Output()
	if err != nil {
		t.Fatalf("running the oracle in %s: %v", home, err)
	}
	if kept != "" {
		if err := os.WriteFile(kept, out, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var list []oracleAnswer
	for _, line := range bytes.Split(bytes.TrimSpace(out), []byte{'\n'}) {
		var a oracleAnswer
		if err := json.Unmarshal(line, &a); err != nil {
			t.Fatal(err)
		}
		list = append(list, a)
	}
	return list
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

type comparison struct {
	clean, falseErrors   int
	wrong, missed        int
	columns, equal, open int
	errors               int // of the library
	placed, coded        int // of these, those that ours have at the place, with the code
	byCode               map[string]int
}

// TestOracle compares all corpora under the Samples schema, and the hunting queries under that of Log Analytics, where more of
// their tables are known.
func TestOracle(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(shared(t, "corpus"), "kql", "*.jsonl"))
	more, _ := filepath.Glob(filepath.Join(shared(t, "corpus"), "engine", "*.jsonl"))
	for _, name := range []string{"help.Samples", "loganalytics"} {
		total := comparison{byCode: map[string]int{}}
		schema := namedSchema(t, name)
		for _, file := range append(files, more...) {
			base := strings.TrimSuffix(filepath.Base(file), ".jsonl")
			if hunting := strings.Contains(base, "hunting") || strings.Contains(base, "jkerai"); name == "loganalytics" && !hunting {
				continue
			}
			t.Run(name+"/"+base, func(t *testing.T) {
				answers := askOracle(t, file, name)
				queries := jsonLines[engineCase](t, file)
				for i := range min(len(answers), len(queries)) {
					total.compare(t, &answers[i], queries[i].Query, schema)
				}
			})
		}
		total.print(t)
	}
}

func (c *comparison) compare(t *testing.T, a *oracleAnswer, query string, schema *symbol.Schema) {
	if a.Error != "" || a.Kind != "Query" {
		return
	}
	tree := syntax.Parse(query)
	if tree.Command != nil {
		return // commands have their own rules
	}
	bound := binder.Bind(tree, schema)
	ours := firstError(bound.Diagnostics)
	if theirs := a.firstError(); theirs != "" {
		if a.syntaxError() {
			return
		}
		c.wrong++
		c.compareErrors(t, a, query, bound)
		if ours == "" {
			c.missed++
			c.byCode["missed "+theirs[:5]]++
			t.Logf("MISSED %s: %s\n        %s", a.ID, theirs, oneLine(query))
		}
		return
	}
	c.clean++
	if ours != "" {
		c.falseErrors++
		c.byCode["false "+ours[:7]]++
		t.Logf("FALSE %s: %s\n        %s", a.ID, ours, around(query, bound))
		return
	}
	c.compareResult(t, a, query, bound)
}

// compareErrors counts which of the library's errors ours say too: the same place, and the same code.
func (c *comparison) compareErrors(t *testing.T, a *oracleAnswer, query string, bound *binder.Bound) {
	ours, theirs := map[[2]int]string{}, map[[2]int]bool{}
	for _, d := range a.Diagnostics {
		theirs[[2]int{d.Start, d.End}] = true
	}
	for _, d := range bound.Diagnostics {
		place := [2]int{d.Span.Start, d.Span.End}
		ours[place] = d.Official
		if d.Severity == diag.Error && !theirs[place] {
			c.byCode["ours only "+string(d.Code)]++
			t.Logf("EXTRA %s: %s %d-%d %s\n        %s", a.ID, d.Code, d.Span.Start, d.Span.End, d.Message,
				oneLine(strings.ToValidUTF8(query[max(0, d.Span.Start-60):min(len(query), d.Span.End+40)], "")))
		}
	}
	for _, d := range a.Diagnostics {
		if d.Severity != "Error" {
			continue
		}
		c.errors++
		official, placed := ours[[2]int{d.Start, d.End}]
		switch {
		case !placed:
			c.byCode["not placed "+d.Code]++
			t.Logf("PLACE %s: %s %d-%d %s; ours %v\n        %s", a.ID, d.Code, d.Start, d.End, d.Message, brief(bound),
				oneLine(strings.ToValidUTF8(query[max(0, d.Start-60):min(len(query), d.End+40)], "")))
		case official != d.Code:
			c.placed++
			c.byCode["as "+official+" "+d.Code]++
		default:
			c.placed++
			c.coded++
		}
	}
}

func brief(bound *binder.Bound) string {
	text := ""
	for _, d := range bound.Diagnostics {
		if d.Severity == diag.Error && len(text) < 200 {
			text += fmt.Sprintf("%s/%s %d-%d; ", d.Code, d.Official, d.Span.Start, d.Span.End)
		}
	}
	return text
}

// around shows the text near the first error.
func around(query string, bound *binder.Bound) string {
	for _, d := range bound.Diagnostics {
		if d.Severity == diag.Error {
			from, to := max(0, d.Span.Start-80), min(len(query), d.Span.End+60)
			return oneLine(strings.ToValidUTF8(query[from:to], ""))
		}
	}
	return ""
}

func (c *comparison) compareResult(t *testing.T, a *oracleAnswer, query string, bound *binder.Bound) {
	if a.Result == nil || a.Result.Kind != "table" || a.Result.Open || bound.Result == nil {
		return
	}
	c.columns++
	var want, have []string
	for _, col := range a.Result.Columns {
		want = append(want, col.Name+":"+col.Type)
	}
	for _, col := range bound.Result.List {
		have = append(have, col.Name+":"+col.Type.String())
	}
	w, h := strings.Join(want, ", "), strings.Join(have, ", ")
	switch {
	case bound.Result.Open:
		c.open++
		t.Logf("OPEN %s: library %s\n        ours    %s\n        %s", a.ID, w, h, oneLine(query))
	case w == h:
		c.equal++
	default:
		t.Logf("COLUMNS %s: library %s\n        ours    %s\n        %s", a.ID, w, h, oneLine(query))
	}
}

func (c *comparison) print(t *testing.T) {
	t.Logf("clean for the library: %d, of them errors of ours: %d; wrong for it: %d, of them clean for us: %d; results: %d, equal %d, open %d",
		c.clean, c.falseErrors, c.wrong, c.missed, c.columns, c.equal, c.open)
	t.Logf("errors of the library: %d, ours at the same place: %d, with the same code: %d", c.errors, c.placed, c.coded)
	var keys []string
	for k := range c.byCode {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return c.byCode[keys[i]] > c.byCode[keys[j]] })
	for _, k := range keys {
		t.Logf("%5d %s", c.byCode[k], k)
	}
}
