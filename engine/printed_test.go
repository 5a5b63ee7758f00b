// The suite of answers as documentation prints them: text, rounded and at times reordered. Where the real engine's answer is known
// the case counts in its suite instead. Print has errors of its own: those are listed, each with what is wrong with it.

package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"calypso/kusto/value"
)

// misprints are cases whose printed table can't be right, by id.
var misprints = map[string]string{
	"docs/query/node-id#00":                     "column manager1 is printed as manager_1",
	"docs/query/node-degree-out#01":             "the printed columns are those of another query",
	"docs/query/scalar-data-types/string#02":    "a no-break space is printed as a space",
	"docs/query/scalar-data-types/string#04":    "line ends are printed as spaces",
	"docs/query/asin-function#00":               unnamed,
	"docs/query/atan-function#00":               unnamed,
	"docs/query/binary-not-function#00":         unnamed,
	"docs/query/binary-shift-left-function#00":  unnamed,
	"docs/query/binary-shift-right-function#00": unnamed,
	"docs/query/binary-xor-function#00":         unnamed,
	"docs/query/binary-xor-function#01":         unnamed,
	"docs/query/day-of-month-function#00":       unnamed,
	"docs/query/day-of-year-function#00":        unnamed,
}

const unnamed = "column print_0 is printed as result"

// undefinedLibrary matches the refusal of a function of the documentation's library that a case calls without defining it.
var undefinedLibrary = regexp.MustCompile(`function "\w+_fl" not found`)

// minPrinted is the share of equal answers below which the suite fails.
const minPrinted = 0.90

func TestPrintedAnswers(t *testing.T) {
	dir := sharedDir(t)
	e, err := Open(Options{Database: "NetDefaultDB"})
	if err != nil {
		t.Fatal(err)
	}
	run := newSuiteRun("docs-selfcontained.jsonl")
	for _, c := range readSuite(t, filepath.Join(dir, run.Suite)) {
		run.take(t, c, func() verdict { return checkPrinted(e, c) })
	}
	run.finish(t, minPrinted)
}

// checkPrinted holds a case against the real engine's answer where it is known, else against what is printed.
func checkPrinted(e *Engine, c suiteCase) verdict {
	if len(c.Kustainer) > len("null") {
		var known suiteCase
		d := json.NewDecoder(bytes.NewReader(c.Kustainer))
		d.UseNumber()
		if err := d.Decode(&known.Expected); err != nil {
			return verdict{kind: "wrong", detail: err.Error()}
		}
		return check(e, suiteCase{ID: c.ID, Query: c.Query, Expected: known.Expected})
	}
	for _, flag := range []string{"nondet", "truncated", "python", "multi_output"} {
		if slices.Contains(c.Flags, flag) {
			return verdict{kind: "skipped", detail: "the printed table is no whole, fixed answer"}
		}
	}
	if why := misprints[c.ID]; why != "" {
		return verdict{kind: "skipped", detail: "a misprint: " + why}
	}
	v := check(e, suiteCase{ID: c.ID, Query: c.Query, printed: true})
	if undefinedLibrary.MatchString(v.detail) {
		return verdict{kind: "skipped", detail: "the case calls a function that it doesn't define"}
	}
	if v.kind != "wrong" || v.answer == nil {
		return v
	}
	if shapeOnly.MatchString(c.Query) {
		return verdict{kind: "skipped", detail: "the answer differs from run to run"}
	}
	if why := comparePrinted(v.answer, c); why != "" {
		return verdict{kind: "wrong", detail: why}
	}
	return verdict{kind: "equal"}
}

// comparePrinted gives the first difference from a printed table.
func comparePrinted(got *answer, c suiteCase) string {
	want := c.Expected
	if len(got.table.Columns) != len(want.Columns) {
		return fmt.Sprintf("columns %v, want %v", got.table.Columns, want.Columns)
	}
	for i, w := range want.Columns {
		if !strings.EqualFold(got.table.Columns[i].Name, w.Name) {
			return fmt.Sprintf("column %d is %s, want %s", i, got.table.Columns[i].Name, w.Name)
		}
	}
	if got.rows.N != len(want.Rows) {
		return fmt.Sprintf("%d rows, want %d\n%s", got.rows.N, len(want.Rows), render(got, want.Rows))
	}
	used := make([]bool, got.rows.N)
	for _, row := range want.Rows {
		found := false
		for i := 0; i < got.rows.N && !found; i++ {
			if !used[i] && samePrintedRow(got, i, row) {
				used[i], found = true, true
			}
		}
		if !found {
			return fmt.Sprintf("row %v is missing\n%s", row, render(got, want.Rows))
		}
	}
	return ""
}

func samePrintedRow(got *answer, i int, row []any) bool {
	for c, v := range got.rows.Cols {
		if c >= len(row) || !samePrinted(v, i, strings.TrimSpace(fmt.Sprint(row[c]))) {
			return false
		}
	}
	return true
}

func samePrinted(v *value.Vector, i int, want string) bool {
	if want == "<nil>" {
		want = ""
	}
	if v.IsNull(i) {
		return slices.Contains([]string{"", "null", "&nbsp;", "nan", "NaN"}, want)
	}
	switch v.Kind {
	case value.Bool:
		b, ok := value.ParseBool(want)
		return ok && b == v.Bools[i]
	case value.Int, value.Long, value.Real, value.Decimal:
		x, err := strconv.ParseFloat(strings.ReplaceAll(want, ",", ""), 64)
		y := value.DynAt(v, i).Real()
		if v.Kind == value.Decimal {
			y = v.Decimals[i].Float64()
		}
		if y != y {
			return want == "" || strings.EqualFold(want, "nan")
		}
		return err == nil && (x == y || math.Abs(x-y) <= 1e-3*math.Max(1, math.Abs(y)))
	case value.Datetime:
		t, ok := value.ParseDatetime(want)
		return ok && (t == v.Ints[i] || strings.HasPrefix(string(value.AppendDatetime(nil, v.Ints[i])), strings.Replace(strings.TrimSuffix(want, "Z"), " ", "T", 1)))
	case value.Timespan:
		t, ok := value.ParseTimespan(want)
		return ok && t == v.Ints[i]
	case value.Dynamic:
		return samePrintedDynamic(v.Dynamics[i], want)
	}
	return strings.TrimSpace(value.DynAt(v, i).Text()) == want
}

func samePrintedDynamic(d value.Dyn, want string) bool {
	var w any
	dec := json.NewDecoder(strings.NewReader(want))
	dec.UseNumber()
	if dec.Decode(&w) == nil && (&matcher{tolerance: 1e-3}).sameDynamic(d, w) {
		return true
	}
	return strings.Join(strings.Fields(d.Text()), "") == strings.Join(strings.Fields(want), "")
}
