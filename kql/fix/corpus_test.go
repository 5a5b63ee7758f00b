package fix_test

import (
	"os"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/diag"
	"calypso/kql/fix"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
)

// TestCorpus applies every fix, and refactorings at many places, to real detections: the whole document never has more errors after
// them, and a preferred fix for a finding of the linter removes it.
func TestCorpus(t *testing.T) {
	body, err := os.ReadFile(corpus.File(t, "schema", "loganalytics.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := symbol.ParseFile(body)
	if err != nil {
		t.Fatal(err)
	}
	c := &trial{t: t, known: func(string) *symbol.Schema { return schema }, titles: map[string]int{}}
	for _, name := range []string{"hunting-bertjanp", "hunting-alexverboon", "kql-jkerai1", "m365d-hunting"} {
		for n, row := range corpus.Lines[struct{ ID, Query string }](t, corpus.File(t, "corpus", "kql", name+".jsonl")) {
			if n%5 == 0 {
				c.query(row.ID, row.Query)
			}
		}
	}
	t.Logf("%d actions tried: %v", c.actions, c.titles)
}

type trial struct {
	t       *testing.T
	known   script.Schemas
	actions int
	titles  map[string]int
}

func (c *trial) query(id, query string) {
	s := script.Analyze(query, c.known, nil)
	for _, d := range lint.Check(s, lint.Options{}).Diagnostics {
		for _, a := range fix.Quick(s, d) {
			after := c.apply(id, s, a)
			if a.Preferred && !a.Ignores && d.Code >= "CAL5" && count(after, d.Code) >= count(s, d.Code) {
				c.t.Errorf("%s: %s doesn't remove %s", id, a.Title, d.Code)
			}
			if a.Ignores && count(after, d.Code) != count(s, d.Code)-1 && count(after, diag.UnusedSuppression) > 0 {
				c.t.Errorf("%s: %s hides nothing", id, a.Title)
			}
		}
	}
	for at := 0; at < len(query); at += 97 {
		for _, a := range fix.Refactor(s, text.Span{Start: at, End: at}) {
			c.apply(id, s, a)
		}
	}
}

func (c *trial) apply(id string, s *script.Script, a fix.Action) *script.Script {
	c.actions++
	c.titles[string(a.Kind)]++
	after := script.Analyze(text.NewFile(s.Text).ApplyAll(a.Edits).Text(), c.known, nil)
	if total(after) > total(s) {
		c.t.Errorf("%s: after %q: %v, before: %v", id, a.Title, errors(after), errors(s))
	}
	return after
}

// total is the number of errors; a syntax error that is removed may have hidden one of another kind.
func total(s *script.Script) (n int) {
	for _, d := range s.Diagnostics() {
		if d.Severity == diag.Error {
			n++
		}
	}
	return n
}

func count(s *script.Script, code diag.Code) (n int) {
	for _, d := range lint.Check(s, lint.Options{}).Diagnostics {
		if d.Code == code {
			n++
		}
	}
	return n
}
