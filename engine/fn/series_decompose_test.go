package fn

import (
	"bufio"
	"encoding/json"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/kusto/value"
)

// TestDecomposeAgainstRealEngine: the suite's series are random, but its answers hold the series beside what the real engine
// made of them. Their period, which the real engine found by itself, is found here too.
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
		got, err = seriesDecompose("", []value.Dyn{cell(1), anyPeriod, text(trend)})
	case strings.Contains(query, "| extend series_decompose_anomalies(y)") && !strings.Contains(query, "series_multiply"):
		from = 2
		got, err = seriesAnomalies("", []value.Dyn{cell(1), value.DynOfReal(1.5), anyPeriod, text(trend)})
	case strings.Contains(query, "series_decompose_forecast("):
		from = 2
		got, err = seriesForecast("", []value.Dyn{cell(0), long(7 * 24)})
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

// TestClearPeriod: series of the documentation whose periods the real engine's answers show, and noise, in which none may be found.
func TestClearPeriod(t *testing.T) {
	wave := func(n, period int, noise float64, r *rand.Rand) []float64 {
		y := make([]float64, n)
		for i := range y {
			y[i] = float64(i)/10 + 3*math.Sin(2*math.Pi*float64(i)/float64(period)) + noise*r.NormFloat64()
		}
		return y
	}
	r := rand.New(rand.NewSource(1))
	for _, c := range []struct {
		y    []float64
		want int
	}{
		{[]float64{2, 5, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1, 2, 3, 4, 3, 2, 1}, 6},
		{[]float64{8, 12, 14, 12, 10, 10, 12, 14, 12, 10, 10, 12, 14, 12, 10, 10, 12, 14, 12, 10}, 5},
		{[]float64{1, 3, 5, 2, 4, 6, 1, 3, 5, 2, 4, 6}, 0}, // found by nobody
		{wave(240, 24, 0.1, r), 24},
		{wave(90, 24, 0.1, r), 0}, // too few periods
		{wave(240, 24, 9, r), 0},  // too much noise
		{make([]float64, 100), 0},
	} {
		if got, ok := clearPeriod(c.y); got != c.want || ok != (c.want > 0) {
			t.Errorf("%v: found %d, %v", c.y, got, ok)
		}
	}
	for range 300 {
		y, walk := make([]float64, 20+r.Intn(200)), 0.0
		for i := range y {
			walk += r.NormFloat64()
			y[i] = walk
		}
		if got, ok := clearPeriod(y); ok {
			t.Errorf("found %d in noise", got)
		}
	}
}
