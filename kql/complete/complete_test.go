package complete

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
)

func schemas(t testing.TB) script.Schemas { return bench.Known(t, bench.Schema) }

// TestComplete: in.kql has the caret as $0; want lists the first items as label, detail, and what is put in when it differs.
// Each *.txtar holds several carets, in sections case.kql and case.want.
func TestComplete(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			query, at, found := golden.Caret(in)
			if !found {
				t.Fatalf("%s has no $0", name)
			}
			list := At(script.Analyze(query, known, nil), at)
			c.Want(t, name+".want", show(list, query[:at]))
		})
	})
}

// shown is how many items a case looks at.
const shown = 8

func show(list List, before string) string {
	var out strings.Builder
	fmt.Fprintf(&out, "replaces %q\n", before[list.Replace.Start:])
	for i, it := range list.Items {
		if i == shown {
			fmt.Fprintf(&out, "… %d in all\n", len(list.Items))
			break
		}
		fmt.Fprintf(&out, "%s", it.Label)
		if it.Detail != "" {
			fmt.Fprintf(&out, " : %s", it.Detail)
		}
		if it.Insert != it.Label {
			fmt.Fprintf(&out, " → %s", it.Insert)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// TestEverywhere asks at every offset of a query and of a command that has one, whole and cut off there, as it is while being
// typed: no panic, and what is replaced ends at the caret.
func TestEverywhere(t *testing.T) {
	known := schemas(t)
	command := ".export async to csv ('a', 'b') with (namePrefix='n') <| let n = 1; StormEvents | where EventId == n"
	for _, whole := range []string{bench.Query, command} {
		for at := 0; at <= len(whole); at++ {
			for _, src := range []string{whole, whole[:at]} {
				list := At(script.Analyze(src, known, nil), at)
				if list.Replace.End != at || list.Replace.Start > at {
					t.Fatalf("at %d: replaces %v", at, list.Replace)
				}
			}
		}
	}
}

func FuzzComplete(f *testing.F) {
	known := schemas(f)
	f.Add(bench.Query, 100)
	f.Add("T | where ['", 10)
	f.Add("let a = bag_merge(a, a); print a.b[0][\"", 39)
	f.Add("database('x').table(\"a", 22)
	f.Add("T | join kind=inner (U) on $left.a == $right.", 45)
	f.Add("range x from", 8)
	f.Fuzz(func(_ *testing.T, src string, at int) {
		if at >= 0 && at <= len(src) && len(src) < 4096 {
			At(script.Analyze(src, known, nil), at)
		}
	})
}
