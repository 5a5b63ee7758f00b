package fn

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"calypso/kusto/value"
)

// expected is a real engine's answer.
type expected struct {
	Query    string
	Expected struct {
		Error string
		Rows  [][]any
		// Complete is absent in one of the suites, where all answers are.
		Complete *bool
	}
	Nondet bool
}

// TestAgainstRealEngine runs those queries of the suites that the test interpreter can run, and compares with what the real
// engine answered. Refusals are fair, other answers are not.
func TestAgainstRealEngine(t *testing.T) {
	shared := os.Getenv("CALYPSO_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	for _, name := range []string{"kustainer-fuzz-a.jsonl", "kustainer-docs.jsonl"} {
		t.Run(name, func(t *testing.T) {
			file, err := os.Open(filepath.Join(shared, "corpus", "engine", name))
			if err != nil {
				t.Skipf("no suite: %v; set CALYPSO_SHARED to the folder that holds corpus/engine", err)
			}
			defer file.Close()
			tally(t, file)
		})
	}
}

func tally(t *testing.T, file *os.File) {
	refused := map[string]int{}
	equal, beyond := 0, 0
	scan := bufio.NewScanner(file)
	scan.Buffer(nil, 1<<24)
	seen := map[string]bool{}
	for scan.Scan() {
		var c expected
		if err := json.Unmarshal(scan.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if seen[c.Query] || c.Nondet || c.Expected.Complete != nil && !*c.Expected.Complete || volatile(c.Query) {
			continue
		}
		seen[c.Query] = true
		got, err := run(c.Query)
		var missing *NotBuilt
		switch {
		case errors.Is(err, errBeyond):
			beyond++
		case errors.As(err, &missing):
			refused[missing.Name+" "+missing.Detail]++
		case err != nil && c.Expected.Error == "":
			t.Errorf("%s\n\terror %v\n\twant %v", c.Query, err, c.Expected.Rows)
		case err == nil && c.Expected.Error != "":
			t.Logf("accepted what the engine refuses: %s", c.Query)
		case err == nil:
			tolerance = toleranceOf(c.Query)
			if diff := differ(got, c.Expected.Rows); diff != "" {
				t.Errorf("%s\n\t%s", c.Query, diff)
				continue
			}
			equal++
		}
	}
	t.Logf("equal %d, beyond the interpreter %d, refused: %v", equal, beyond, refused)
}

// tolerances are relative, for queries that name a function of the family; the first that fits counts.
var tolerances = []struct {
	named    string
	relative float64
	reason   string
}{
	{"geo_", 1e-9, "points go through sines and arctangents several times; geo_polygon_buffer is off by 2e-12"},
	{"series_", 1e-9, "sums and fits over many elements; series_fit_poly is off by 2e-13"},
	{"", 1e-12, "sums of reals and maths functions: another order, another library; cot(1) is off by an ulp"},
}

// tolerance is the one of the query at hand.
var tolerance float64

func toleranceOf(query string) float64 {
	for _, t := range tolerances {
		if strings.Contains(query, t.named) {
			return t.relative
		}
	}
	return 0
}

func volatile(q string) bool {
	for _, f := range []string{"now(", "ago(", "rand(", "new_guid", "cluster", "database", "principal", "cursor"} {
		if strings.Contains(q, f) {
			return true
		}
	}
	return false
}

func differ(f *frame, want [][]any) string {
	if len(want) != f.n {
		return fmt.Sprintf("%d rows, want %d", f.n, len(want))
	}
	got := make([][]any, f.n)
	for i := range got {
		for _, v := range f.cols {
			got[i] = append(got[i], plain(v, i))
		}
	}
	if rowsEqual(got, want) {
		return ""
	}
	byText := func(rows [][]any) [][]any {
		rows = append([][]any(nil), rows...)
		sort.Slice(rows, func(i, j int) bool { return fmt.Sprint(rows[i]) < fmt.Sprint(rows[j]) })
		return rows
	}
	if rowsEqual(byText(got), byText(want)) {
		return ""
	}
	return fmt.Sprintf("got  %v\n\twant %v", got, want)
}

func rowsEqual(got, want [][]any) bool {
	for i := range got {
		if len(got[i]) != len(want[i]) {
			return false
		}
		for j := range got[i] {
			if !cellEqual(got[i][j], want[i][j]) {
				return false
			}
		}
	}
	return true
}

// plain gives a cell as decoded JSON would be.
func plain(v *value.Vector, i int) any {
	d := value.DynAt(v, i)
	switch v.Kind {
	case value.Datetime, value.Timespan, value.Decimal, value.Guid:
		if d.IsNull() {
			return nil
		}
		return d.Text()
	}
	var out any
	if err := json.Unmarshal([]byte(d.String()), &out); err != nil {
		return err.Error()
	}
	return out
}

func cellEqual(got, want any) bool {
	switch w := want.(type) {
	case float64:
		g, ok := got.(float64)
		if s, isText := got.(string); isText { // decimals are text here and numbers in one suite
			g, ok = value.ParseReal(s)
		}
		return ok && (g == w || math.Abs(g-w) <= tolerance*math.Abs(w))
	case string:
		g, ok := got.(string)
		if !ok || g == w {
			return ok
		}
		a, okA := value.ParseDatetime(g)
		b, okB := value.ParseDatetime(w)
		return okA && okB && a == b
	case []any:
		g, ok := got.([]any)
		return ok && len(g) == len(w) && rowsEqual([][]any{g}, [][]any{w})
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for k, x := range w {
			if y, has := g[k]; !has || !cellEqual(y, x) {
				return false
			}
		}
		return true
	}
	return got == want
}
