package lint_test

import (
	"fmt"
	"hash/fnv"
	"os"
	"testing"

	"calypso/internal/corpus"
	"calypso/kql/diag"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

// often are the rules that may speak about more than one query in twelve of people's own queries: they describe cost that those
// queries do have. Every other rule that speaks that often is a false alarm waiting to be found.
var often = map[diag.Code]float64{diag.NoTimeFilter: 0.6, diag.ContainsForHas: 0.2, diag.JoinUnfiltered: 0.12}

// TestCorpus runs the rules over real detections: none speaks too often, and nothing panics. CALYPSO_HITS=CODE prints a sample of
// a rule's findings, to be read by a person.
func TestCorpus(t *testing.T) {
	body, err := os.ReadFile(corpus.File(t, "schema", "loganalytics.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := symbol.ParseFile(body)
	if err != nil {
		t.Fatal(err)
	}
	queries, hits := 0, map[diag.Code]int{}
	for _, name := range []string{"hunting-bertjanp", "hunting-alexverboon", "kql-jkerai1", "m365d-hunting"} {
		for _, row := range corpus.Lines[struct{ ID, Query string }](t, corpus.File(t, "corpus", "kql", name+".jsonl")) {
			queries++
			s := script.Analyze(row.Query, func(string) *symbol.Schema { return schema }, nil)
			seen := map[diag.Code]bool{}
			for _, d := range lint.Check(s, lint.Options{}).Diagnostics {
				if d.Code < "CAL5" || d.Code >= "CAL7" {
					continue
				}
				if !seen[d.Code] {
					seen[d.Code] = true
					hits[d.Code]++
				}
				sample(row.ID, row.Query, d)
			}
		}
	}
	for _, rule := range lint.Rules() {
		limit := 1.0 / 12
		if l, ok := often[rule.Code]; ok {
			limit = l
		}
		rate := float64(hits[rule.Code]) / float64(queries)
		t.Logf("%s %-22s %4d of %d queries, %.1f%%", rule.Code, rule.Row().Slug, hits[rule.Code], queries, 100*rate)
		if rate > limit {
			t.Errorf("%s speaks about %.1f%% of all queries", rule.Code, 100*rate)
		}
	}
}

// sample prints about one finding in CALYPSO_HITS_OF, the same ones each time.
func sample(id, query string, d diag.Diagnostic) {
	if os.Getenv("CALYPSO_HITS") != string(d.Code) {
		return
	}
	h := fnv.New32()
	fmt.Fprint(h, id, d.Span)
	if of := os.Getenv("CALYPSO_HITS_OF"); of != "" {
		var n uint32
		fmt.Sscan(of, &n)
		if n > 0 && h.Sum32()%n != 0 {
			return
		}
	}
	from, to := max(d.Span.Start-300, 0), min(d.Span.End+200, len(query))
	fmt.Printf("=== %s %s\n%s«%s»%s\n", id, d.Message, query[from:d.Span.Start], d.Span.Of(query), query[d.Span.End:to])
}
