package tool

import (
	"math"
	"testing"

	"calypso/kusto/value"
)

// TestCells: no number is lost, nothing is longer than it may be.
func TestCells(t *testing.T) {
	for want, v := range map[string]*value.Vector{
		`"1152921504606846976"`: value.ConstInt(value.Long, 1<<60, 1), `5`: value.ConstInt(value.Long, 5, 1), `"NaN"`: value.ConstReal(math.NaN(), 1),
		`"-Infinity"`: value.ConstReal(math.Inf(-1), 1), `"ab…"`: value.ConstString("abcdef", 1), `null`: value.NewNull(value.Real, 1),
		`{"a":1}`: value.ConstDyn(value.ParseDyn(`{"a":1}`), 1), `"{\"…"`: value.ConstDyn(value.ParseDyn(`{"abcdefgh":1}`), 1),
		`"00:00:01"`: value.ConstInt(value.Timespan, 10_000_000, 1), `true`: value.ConstBool(true, 1),
	} {
		limit := 2
		if want == `{"a":1}` {
			limit = 20
		}
		if got := string(cell(v, 0, limit)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
