package engine

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"calypso/engine/fn"
)

// argTable has a column of each type and rows with values, nulls and odd values; args are what stands for an argument.
const argTable = `let T = datatable(i:long, k:int, s:string, r:real, d:datetime, ts:timespan, b:bool, g:guid, c:decimal, p:dynamic)[
1, 1, 'a', 1.5, datetime(2020-01-01), 1h, true, guid(74be27de-1e4e-49d9-b579-fe0b331d3642), decimal(1.5), dynamic({'a':1,'b':true,'c':[1,2]}),
long(null), int(null), '', real(null), datetime(null), timespan(null), bool(null), guid(null), decimal(null), dynamic(null),
-3, 0, '{"x":1}', real(nan), datetime(2021-05-05), -1d, false, guid(74be27de-1e4e-49d9-b579-fe0b331d3643), decimal(-2), dynamic([1,'x',true])];
`

var args = []string{
	"i", "k", "s", "r", "d", "ts", "b", "g", "c", "p", "p.a", "p.b", "p.c", "p[0]", "1", "'a'", "1.5", "true", "datetime(2020-01-01)", "1h",
	"dynamic([1,2])", "dynamic({'a':1})", "dynamic(true)", "long(null)", "typeof(long)", "-1", "0", "2", "'%'", "i > 0", "p.b and b", "decimal(2)",
}

// argPlaces are queries around a call C, or arguments A and B.
var argPlaces = []string{
	"T | extend x = C", "T | where C == A", "T | where C and A", "T | summarize count() by x = C", "T | summarize G by A",
	"T | where A and B", "T | where not(A) or B", "T | where A O B and C", "T | extend x = A O B", "T | where (A O B) and A",
	"T | sort by A, B", "T | top 2 by A", "T | mv-expand x = A, y = B", "T | mv-expand x = A to typeof(long)",
	"T | mv-apply x = A on (where B and x > 0 | summarize count())", "T | make-series sum(A) on i from 0 to 3 step 1 by y = B",
	"T | join kind=inner (T | extend y = A) on $left.i == $right.k | where B", "T | parse A with 'a' q:long *", "T | top-hitters 2 of A by B",
	"T | summarize countif(A), sumif(i, B), dcountif(s, A)", "T | distinct A", "T | extend x = iff(A, B, A), y = case(B, A, B)",
	"T | serialize a = prev(A), c = row_cumsum(B, A)",
}

var argOperators = []string{
	"+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "has", "contains", "startswith", "=~", "!~", "hasprefix", "matches regex", "and", "or",
}

// TestAnyArguments: whatever stands where, a query is answered or refused; an internal error is a bug.
func TestAnyArguments(t *testing.T) {
	e, err := Open(Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	arg := func() string { return args[r.IntN(len(args))] }
	call := func(names []string) string {
		list := make([]string, r.IntN(4))
		for i := range list {
			list[i] = arg()
		}
		return fmt.Sprintf("%s(%s)", names[r.IntN(len(names))], strings.Join(list, ", "))
	}
	var named []string // scalars that are called by a name
	for _, name := range fn.Names().Scalars {
		if name[0] >= 'a' && name[0] <= 'z' {
			named = append(named, name)
		}
	}
	for range 8000 {
		query := strings.NewReplacer("A", arg(), "B", arg(), "C", call(named), "G", call(fn.Names().Aggregates),
			"O", argOperators[r.IntN(len(argOperators))]).Replace(argPlaces[r.IntN(len(argPlaces))])
		if text := rowsText(e, argTable+query); strings.Contains(text, "internal error") {
			t.Errorf("%s\n%s", query, text)
		}
	}
}
