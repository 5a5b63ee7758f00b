// What a run of a suite adds up to: printed by each test, held against what must be reached, and written for the page in docs
// when CALYPSO_CONFORMANCE_REPORT names a file (scripts/conformance-engine.mjs).

package engine

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// suiteRun counts how the cases of a suite went.
type suiteRun struct {
	Suite   string         `json:"suite"`
	Cases   int            `json:"cases"`
	Equal   int            `json:"equal"`
	Wrong   int            `json:"wrong"`
	Refused map[string]int `json:"refused"` // why → how often
	Skipped map[string]int `json:"skipped"`
	// Errors are the cases that the real engine refuses and that are refused here as wrong too; they are among Equal.
	Errors int `json:"errors"`
	// Tolerances are the lines that any suite may use.
	Tolerances []toleranceLine `json:"tolerances"`
}

type toleranceLine struct {
	Functions string  `json:"functions"`
	Relative  float64 `json:"relative"`
	Reason    string  `json:"reason"`
}

func newSuiteRun(file string) *suiteRun {
	r := &suiteRun{Suite: file, Refused: map[string]int{}, Skipped: map[string]int{}}
	for _, t := range tolerances {
		r.Tolerances = append(r.Tolerances, toleranceLine{t.function.String(), t.relative, t.forcedBy})
	}
	return r
}

// take runs one case, unless CALYPSO_CASE asks for others. CALYPSO_REFUSED shows the queries whose refusal has that text.
func (r *suiteRun) take(t *testing.T, c suiteCase, check func() verdict) {
	t.Helper()
	if only := os.Getenv("CALYPSO_CASE"); only != "" && !strings.Contains(c.ID, only) && !strings.Contains(c.Query, only) {
		return
	}
	start := time.Now()
	v := check()
	if took := time.Since(start); took > time.Second {
		t.Logf("slow: %s took %v", c.ID, took)
	}
	r.Cases++
	switch v.kind {
	case "equal":
		r.Equal++
		if c.Expected.Error != "" {
			r.Errors++
		}
	case "refused":
		r.Refused[v.detail]++
		if show := os.Getenv("CALYPSO_REFUSED"); show != "" && strings.Contains(v.detail, show) {
			t.Logf("refused %s: %s\n%s", c.ID, v.detail, c.Query)
		}
	case "wrong":
		r.Wrong++
		t.Errorf("wrong answer: %s\n%s\n%s", c.ID, c.Query, v.detail)
	default:
		r.Skipped[v.detail]++
	}
}

// checked is the number of cases that can be held against an answer.
func (r *suiteRun) checked() int { return r.Equal + r.Wrong + total(r.Refused) }

// finish prints the run, fails below the share that must be equal, and writes the report.
func (r *suiteRun) finish(t *testing.T, least float64) {
	t.Helper()
	t.Logf("%s: %d equal, %d refused, %d wrong, %d skipped of %d", r.Suite, r.Equal, total(r.Refused), r.Wrong, total(r.Skipped), r.Cases)
	logCommonest(t, "refused", r.Refused)
	logCommonest(t, "skipped", r.Skipped)
	if os.Getenv("CALYPSO_CASE") != "" {
		return
	}
	if share := float64(r.Equal) / float64(max(1, r.checked())); share < least {
		t.Errorf("%.1f%% of %d equal, want at least %.0f%%", 100*share, r.checked(), 100*least)
	}
	path := os.Getenv("CALYPSO_CONFORMANCE_REPORT")
	if path == "" {
		return
	}
	line, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(append(line, '\n')); err != nil {
		t.Fatal(err)
	}
}

func total(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

func logCommonest(t *testing.T, what string, counts map[string]int) {
	t.Helper()
	names := slices.Sorted(maps.Keys(counts))
	sort.SliceStable(names, func(i, j int) bool { return counts[names[i]] > counts[names[j]] })
	for _, name := range names {
		t.Logf("%s %4d × %s", what, counts[name], name)
	}
}
