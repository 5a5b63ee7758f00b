package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"calypso/engine/fn"
)

func TestZZPanic(t *testing.T) {
	e, _ := Open(Options{Workers: 2})
	src := "let T = datatable(i:long, k:int, s:string, r:real, d:datetime, ts:timespan, b:bool, g:guid, c:decimal, p:dynamic)[1,1,'a',1.5,datetime(2020-01-01),1h,true,guid(74be27de-1e4e-49d9-b579-fe0b331d3642),decimal(1.5),dynamic({'a':1,'b':true,'c':[1,2]}), long(null),int(null),'',real(null),datetime(null),timespan(null),bool(null),guid(null),decimal(null),dynamic(null), -3,0,'{\"x\":1}',real(nan),datetime(2021-05-05),-1d,false,guid(74be27de-1e4e-49d9-b579-fe0b331d3643),decimal(-2),dynamic([1,'x',true])];\n"
	vals := []string{"i", "k", "s", "r", "d", "ts", "b", "g", "c", "p", "p.a", "p.b", "p.c", "p[0]", "1", "'a'", "1.5", "true", "datetime(2020-01-01)", "1h", "dynamic([1,2])", "dynamic({'a':1})", "dynamic(true)", "long(null)", "typeof(long)", "-1", "0", "2", "'%'", "i > 0", "p.b and b", "decimal(2)", "now()"}
	r := rand.New(rand.NewPCG(11, 2))
	inv := fn.Names()
	seen := map[string]bool{}
	ran, ok := 0, 0
	try := func(q string) {
		ran++
		out := rowsText(e, src+q)
		if !strings.Contains(out, "error:") {
			ok++
		}
		if strings.Contains(out, "internal error") {
			key := out
			if len(key) > 160 {
				key = key[len(key)-160:]
			}
			if !seen[q] {
				seen[q] = true
				t.Errorf("%s\n   %.300s", q, out)
			}
		}
	}
	pick := func() string { return vals[r.IntN(len(vals))] }
	call := func(f string) string {
		n := r.IntN(5)
		a := make([]string, n)
		for i := range a {
			a[i] = pick()
		}
		return f + "(" + strings.Join(a, ", ") + ")"
	}
	for range 40 {
		for _, f := range inv.Scalars {
			if f == "assert" || strings.HasPrefix(f, "__") || !(f[0] >= 'a' && f[0] <= 'z') {
				continue
			}
			c := call(f)
			switch r.IntN(6) {
			case 0, 1, 2:
				try("T | extend x = " + c)
			case 3:
				try("T | where " + c + " == " + pick())
			case 4:
				try("T | where " + c + " and " + pick())
			case 5:
				try("T | summarize count() by x = " + c)
			}
		}
		for _, f := range inv.Aggregates {
			try("T | summarize x = " + call(f) + " by " + pick())
			try("T | summarize " + call(f))
		}
		for _, op := range []string{"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "in", "!in", "in~", "has", "contains", "startswith", "=~", "!~", "hasprefix", "matches regex", "and", "or", "between", "has_any", "has_all"} {
			for range 6 {
				x, y := pick(), pick()
				if strings.HasPrefix(op, "in") || op == "!in" || strings.HasPrefix(op, "has_") {
					y = "(" + y + ", " + pick() + ")"
				}
				if op == "between" {
					y = "(" + y + " .. " + pick() + ")"
				}
				try(fmt.Sprintf("T | extend x = %s %s %s", x, op, y))
				try(fmt.Sprintf("T | where %s %s %s", x, op, y))
				try(fmt.Sprintf("T | where not(%s %s %s) and %s", x, op, y, pick()))
			}
		}
		for range 100 {
			x, y := pick(), pick()
			switch r.IntN(16) {
			case 0: try("T | sort by " + x + ", " + y)
			case 1: try("T | top 2 by " + x)
			case 2: try("T | mv-expand x = " + x + ", y = " + y)
			case 3: try("T | mv-expand x = " + x + " to typeof(long)")
			case 4: try("T | mv-apply x = " + x + " on (where " + y + " and x > 0 | summarize count())")
			case 5: try("T | make-series sum(" + x + ") on d from datetime(2020-01-01) to datetime(2020-01-03) step 1d by y=" + y)
			case 6: try("T | make-series sum(i) on " + x + " step " + y)
			case 7: try("T | join kind=inner (T | extend y = " + y + ") on $left.i == $right.k | where " + x)
			case 8: try("T | parse " + x + " with 'a' q:long *")
			case 9: try("T | top-hitters 2 of " + x + " by " + y)
			case 10: try("T | top-nested 2 of " + x + " by sum(" + y + ")")
			case 11: try("T | summarize countif(" + x + "), sumif(i, " + y + "), dcountif(s, " + x + ")")
			case 12: try("T | distinct " + x)
			case 13: try("T | sample-distinct 2 of " + x)
			case 14: try("T | serialize a = prev(" + x + "), c = row_cumsum(" + y + ", " + pick() + "), w = row_window_session(d, 1d, 1h, " + x + ")")
			case 15: try("T | extend x = iff(" + x + ", " + y + ", " + pick() + "), y = case(" + y + ", " + x + ", " + pick() + ")")
			}
		}
	}
	t.Log(ran, ok)
}
