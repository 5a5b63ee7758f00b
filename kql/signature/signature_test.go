package signature

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
)

func schemas(t testing.TB) script.Schemas {
	t.Helper()
	return bench.Known(t, strings.Replace(bench.Schema, `"tables": [`,
		`"functions": [{"name": "Near", "parameters": "(T:(State:string), n:long, kind:string='x')", "body": "{ T | take n }", "description": "those near"}], "tables": [`, 1))
}

// TestSignature: in case.kql the caret is at $0. case.want lists the signatures, the active one with > in front and its active
// parameter in ‹…›.
func TestSignature(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			query, at, _ := golden.Caret(in)
			c.Want(t, name+".want", show(At(script.Analyze(query, known, nil), at)))
		})
	})
}

func show(h Help, ok bool) string {
	if !ok {
		return "nothing\n"
	}
	var out strings.Builder
	for i, s := range h.Signatures {
		label, mark := s.Label, " "
		if i == h.Active {
			mark = ">"
			if h.Param >= 0 {
				at := s.Params[h.Param].Label
				label = label[:at.Start] + "‹" + at.Of(label) + "›" + label[at.End:]
			}
		}
		fmt.Fprintf(&out, "%s %s\n", mark, label)
	}
	return out.String()
}

// TestEverywhere asks at every offset of a query, whole and cut off: no panic, and the active parameter is one of the signature's.
func TestEverywhere(t *testing.T) {
	known := schemas(t)
	for at := 0; at <= len(bench.Query); at++ {
		for _, src := range []string{bench.Query, bench.Query[:at]} {
			h, ok := At(script.Analyze(src, known, nil), at)
			if ok && h.Param >= len(h.Signatures[h.Active].Params) {
				t.Fatalf("at %d: parameter %d of %s", at, h.Param, h.Signatures[h.Active].Label)
			}
		}
	}
}
