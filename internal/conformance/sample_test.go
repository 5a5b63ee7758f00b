package main

// This file holds the comparison inside go test, where there is no Node: a sample of the corpora with recorded verdicts, and the
// real engine's answers whole.

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// sharedFolder is where corpus and schema lie; the test is skipped without them.
func sharedFolder(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("CALYPSO_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "corpus")); err != nil {
		t.Skipf("no query corpus at %s: set CALYPSO_SHARED to the folder that holds it", dir)
	}
	return dir
}

// TestSample holds what was recorded: the sample has only texts on which we agreed with the library, so each must agree still.
func TestSample(t *testing.T) {
	dir := sharedFolder(t)
	lines, err := readLines[sampleLine](filepath.Join("testdata", "sample.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for _, corpus := range append(slices.Clone(corpora), blocksCorpus) {
		queries, err := corpusQueries(dir, corpus)
		if err != nil {
			t.Fatal(err)
		}
		for _, q := range queries {
			texts[hash(q.Query)] = q.Query
		}
	}
	schemas := map[string]*symbol.Schema{}
	for _, name := range schemaNames {
		if schemas[name], err = readSchema(dir, name); err != nil {
			t.Fatal(err)
		}
	}
	compared := 0
	for _, line := range lines {
		text, ok := texts[line.Query]
		if !ok {
			t.Errorf("%s %s: no such text in %s any more; npm run conformance -- --write renews the sample", line.Schema, line.Query, line.Corpus)
			continue
		}
		compared++
		line.check(t, text, schemas[line.Schema])
	}
	if compared < 300 {
		t.Errorf("only %d texts were compared", compared)
	}
}

func (line *sampleLine) check(t *testing.T, text string, schema *symbol.Schema) {
	bound := binder.Bind(syntax.Parse(text), schema)
	ours, ofSyntax := ourErrors(bound.Diagnostics), syntaxErrors(bound)
	switch {
	case line.Syntax != (len(ofSyntax) > 0):
		t.Errorf("%s %s: syntax errors for the library: %v; ours: %s\n%s", line.Schema, line.Corpus, line.Syntax, ourFirst(ofSyntax), text)
	case line.Error != (len(ours) > 0):
		t.Errorf("%s %s: errors for the library: %v; ours: %s\n%s", line.Schema, line.Corpus, line.Error, ourFirst(ours), text)
	case line.Columns != "" && bound.Result != nil && line.Columns != hash(ourColumns(bound.Result)):
		t.Errorf("%s %s: other columns than recorded: %s\n%s", line.Schema, line.Corpus, ourColumns(bound.Result), text)
	}
}

// TestEngine holds the real engine's answers, all of them, against the lines of known.jsonl.
func TestEngine(t *testing.T) {
	dir := sharedFolder(t)
	known, err := readKnown("testdata")
	if err != nil {
		t.Fatal(err)
	}
	total := &tally{}
	for _, d := range compareEngine(dir, total) {
		if _, ok := known.line(d); !ok {
			t.Errorf("new difference: %s", d)
		}
	}
	t.Logf("%d answered: %d equal, %d open, %d errors of ours; %d refused, %d of them not by us", total.engine.answered,
		total.engine.equal, total.engine.open, total.engine.falseErrors, total.engine.refused, total.engine.missed)
}

// TestKnown holds that the list settles exactly: a difference without a line is new, a line without a difference is stale.
func TestKnown(t *testing.T) {
	list := &knownList{lines: map[knownKey]knownLine{}, used: map[knownKey]bool{}}
	for _, line := range []knownLine{{ID: "a", Aspect: aspectFalse, Right: "us", Reason: "x"}, {Schema: "s", ID: "b", Aspect: aspectColumns, Right: "us", Reason: "x"}} {
		key := knownKey{line.Schema, line.ID, line.Aspect}
		list.lines[key], list.order = line, append(list.order, key)
	}
	fresh, stale := list.settle([]difference{{Schema: "s", ID: "a", Aspect: aspectFalse}, {Schema: "t", ID: "b", Aspect: aspectColumns}})
	if len(fresh) != 1 || fresh[0].Schema != "t" {
		t.Errorf("new: %v", fresh)
	}
	if len(stale) != 1 || stale[0].ID != "b" {
		t.Errorf("stale: %v", stale)
	}
}
