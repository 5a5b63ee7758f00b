package engine

import (
	"strings"
	"testing"
)

// TestErrorsHoldNoRows: what a row holds is in no message, which may be logged, or told to a model that sees no rows.
func TestErrorsHoldNoRows(t *testing.T) {
	e := openWith(t, Options{}, 0)
	for _, query := range []string{
		"datatable(d:dynamic)[dynamic(['987654321'])] | mv-expand d to typeof(long)",
		"datatable(d:dynamic)[dynamic('CANARY')] | mv-expand d to typeof(guid)",
		"datatable(d:dynamic)[dynamic({'n': '987654321'})] | where d.n > 1",
		"datatable(d:dynamic)[dynamic({'n': 987654321.5})] | where d.n > 1",
		"datatable(r:real)[987654321e300] | extend l = tolong(r)",
		"datatable(m:decimal)[decimal(98765432198765432198765)] | extend l = tolong(m)",
		"datatable(r:real)[0.1987654321] | extend m = todecimal(r)",
		"datatable(s:string)['CANARY 2020'] | extend d = todatetime(s), g = toguid(s), t = totimespan(s), b = tobool(s), r = toreal(s)",
	} {
		got := rowsText(e, query)
		if strings.Contains(got, "error") && (strings.Contains(got, "CANARY") || strings.Contains(got, "987654321")) {
			t.Errorf("%s: %s", query, got)
		}
	}
}
