package binder_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"calypso/internal/corpus"
	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/syntax"
)

// FuzzBind holds that any text can be bound, soon, and that findings lie inside it.
func FuzzBind(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		for _, section := range txtar.Parse(data).Files {
			if filepath.Ext(section.Name) == ".kql" {
				f.Add(string(section.Data))
			}
		}
	}
	for _, row := range diag.Rows() {
		f.Add(row.Bad)
	}
	schema := testSchema(f)
	f.Fuzz(func(t *testing.T, query string) {
		tree := syntax.Parse(query)
		start := time.Now()
		bound := binder.Bind(tree, schema)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("binding took %v", took)
		}
		for _, d := range bound.Diagnostics {
			if d.Span.Start < 0 || d.Span.Start > d.Span.End || d.Span.End > len(query) {
				t.Errorf("%s at %v lies outside the text of %d bytes", d.Code, d.Span, len(query))
			}
		}
		bound.Visible(len(query) / 2)
		binder.Bind(tree, nil)
	})
}

// TestMangledCorpus binds the corpus's queries cut, with tokens dropped and doubled: nothing panics.
func TestMangledCorpus(t *testing.T) {
	schema := samplesSchema(t)
	for _, file := range []string{"docs-dataexplorer", "m365d-hunting"} {
		for i, c := range corpus.Lines[engineCase](t, corpus.File(t, "corpus", "kql", file+".jsonl")) {
			q := c.Query
			if len(q) > 4000 {
				q = q[:4000]
			}
			tokens := syntax.Parse(q).Tokens
			at := tokens[(i*7)%len(tokens)]
			for _, mangled := range []string{q[:at.Start], q[at.Start:], q[:at.Start] + q[at.End:], q[:at.End] + q[at.Start:]} {
				binder.Bind(syntax.Parse(mangled), schema)
			}
		}
	}
}
