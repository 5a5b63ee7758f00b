package fn

import (
	"slices"
	"testing"

	"calypso/kql/builtin"
	"calypso/kusto/value"
)

// engineSays are result types where the real engine differs from the official library's signatures. Each was seen in the
// suites' typed answers.
var engineSays = map[string]value.Kind{}

func TestEveryNameIsKnownToTheLanguage(t *testing.T) {
	names := Names()
	for _, n := range slices.Concat(names.Scalars, names.Windows) {
		if n[0] >= 'a' && n[0] <= 'z' && builtin.FindFunction(n) == nil && comparisonWord(n) == false {
			t.Errorf("function %s isn't in the language", n)
		}
	}
	for _, n := range names.Aggregates {
		if builtin.FindAggregate(n) == nil {
			t.Errorf("aggregate %s isn't in the language", n)
		}
	}
	t.Logf("%d scalar functions and operators, %d aggregates, %d window functions", len(names.Scalars), len(names.Aggregates), len(names.Windows))
}

func comparisonWord(n string) bool {
	words := []string{"and", "or", "not", "neg", "pos", "in", "in~", "between", "matches regex", "has_any", "has_all"}
	for _, t := range textTests {
		words = append(words, t.name)
	}
	return slices.Contains(words, n)
}
