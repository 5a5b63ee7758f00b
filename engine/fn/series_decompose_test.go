package fn

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/kusto/value"
)

// TestDecomposeAgainstRealEngine: the suite's series are random, but its answers hold the series beside what the real engine
// made of them. Their period, which the real engine found by itself, is a week of hours.
func TestDecomposeAgainstRealEngine(t *testing.T) {
	shared := os.Getenv("CALYPSO_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "shared")
	}
	file, err := os.Open(filepath.Join(shared, "corpus", "engine", "kustainer-docs.jsonl"))
	if err != nil {
		t.Skipf("no suite: %v; set CALYPSO_SHARED to the folder that holds corpus/engine", err)
	}
	defer file.Close()
	scan := bufio.NewScanner(file)
	scan.Buffer(nil, 1<<26)
	compared := 0
	for scan.Scan() {
		var c struct {
			ID, Query string
			Expected  struct{ Rows [][]json.RawMessage }
		}
		if err := json.Unmarshal(scan.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		if got, from := decomposed(t, c.Query, c.Expected.Rows); got != nil {
			compared++
			for i, d := range got {
				sameSeries(t, c.ID, d, value.ParseDyn(string(c.Expected.Rows[0][from+i])))
			}
		}
	}
	t.Logf("%d answers compared", compared)
}

// decomposed does what a query of the suite does to its series; it also tells which column of the answer is the first made.
func decomposed(t *testing.T, query string, rows [][]json.RawMessage) (got []value.Dyn, from int) {
	const week = 168
	cell := func(i int) value.Dyn { return value.ParseDyn(string(rows[0][i])) }
	trend := "avg"
	if strings.Contains(query, "linefit") {
		trend = "linefit"
	}
	long, text := value.DynOfLong, value.DynOfString
	var err error
	switch {
	case strings.Contains(query, "| extend series_decompose(y"):
		from = 2
		got, err = seriesDecompose("", []value.Dyn{cell(1), long(week), text(trend)})
	case strings.Contains(query, "| extend series_decompose_anomalies(y)") && !strings.Contains(query, "series_multiply"):
		from = 2
		got, err = seriesAnomalies("", []value.Dyn{cell(1), value.DynOfReal(1.5), long(week), text(trend)})
	case strings.Contains(query, "series_decompose_forecast("):
		from = 2
		got, err = seriesForecast("", []value.Dyn{cell(0), long(week), long(week)})
		got = got[:1]
	case strings.Contains(query, "series_outliers("):
		from = 2
		var x, scores []float64
		if x, err = complete("", cell(1)); err == nil {
			scores, err = outlierScores("", x)
			got = []value.Dyn{realArray(scores)}
		}
	case strings.Contains(query, "series_fit_poly(y, x, 5)"):
		from = 2
		got, err = seriesFitPoly("", []value.Dyn{cell(1), cell(0), long(5)})
		got = got[4:]
	}
	if err != nil {
		t.Fatal(err)
	}
	return got, from
}

func sameSeries(t *testing.T, id string, got, want value.Dyn) {
	t.Helper()
	if got.Len() != want.Len() || got.Len() == 0 {
		t.Fatalf("%s: %d elements, want %d", id, got.Len(), want.Len())
	}
	for i := range got.Items() {
		a, _ := dynReal(got.Index(i))
		b, _ := dynReal(want.Index(i))
		if math.Abs(a-b) > 1e-9*max(1, math.Abs(b)) {
			t.Fatalf("%s: element %d is %v, want %v", id, i, a, b)
		}
	}
}
