package format

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

func analyze(src string) *script.Script {
	return script.Analyze(src, func(string) *symbol.Schema { return &symbol.Schema{} }, nil)
}

// formatted formats once and holds what must always hold: a second time changes nothing.
func formatted(t *testing.T, src string) string {
	t.Helper()
	return styled(t, src, Options{})
}

func styled(t *testing.T, src string, o Options) string {
	t.Helper()
	once := Apply(src, Document(analyze(src), o))
	if twice := Apply(once, Document(analyze(once), o)); twice != once {
		t.Errorf("formatting twice differs\n--- once ---\n%s\n--- twice ---\n%s", once, twice)
	}
	return once
}

// TestFormat: in.kql becomes want.kql.
func TestFormat(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Want(t, "want.kql", formatted(t, c.Text("in.kql")))
	})
}

// styles has each option in each of its values but the house's.
var styles = map[string]Options{
	"indent":        {Indent: 2},
	"width":         {Width: 40},
	"pipes several": {Pipes: PipesSeveral},
	"pipes keep":    {Pipes: PipesKeep},
	"lists several": {Lists: ListsSeveral},
	"lists keep":    {Lists: ListsKeep},
	"brackets":      {OwnBrackets: true},
	"braces":        {OwnBraces: true},
	"semicolon":     {OwnSemicolon: true},
	"equals":        {TightEquals: true},
	"all":           {Indent: 3, Width: 60, Pipes: PipesSeveral, Lists: ListsSeveral, OwnBrackets: true, OwnBraces: true, OwnSemicolon: true, TightEquals: true},
}

// TestStyles: in.kql in each style.
func TestStyles(t *testing.T) {
	golden.Run(t, "testdata/style/*.txtar", func(t *testing.T, c *golden.Case) {
		for _, name := range slices.Sorted(maps.Keys(styles)) {
			c.Want(t, name, styled(t, c.Text("in.kql"), styles[name]))
		}
	})
}

// TestLineEnds: a CRLF file keeps CRLF.
func TestLineEnds(t *testing.T) {
	got := formatted(t, "T|where a==1\r\n|take 5\r\n")
	if got != "T\r\n| where a == 1\r\n| take 5\r\n" {
		t.Errorf("got %q", got)
	}
}

// TestCut formats a query cut off anywhere: what can't be parsed stays as it is.
func TestCut(t *testing.T) {
	for cut := 0; cut <= len(bench.Query); cut += 7 {
		formatted(t, bench.Query[:cut])
	}
}

func FuzzFormat(f *testing.F) {
	f.Add(bench.Query)
	f.Add(".create function f(a:long){T|where a==1 // x\n|take 1}\n\n.execute database script <|\n.create function g(){1}")
	f.Add("T // c\n| where a /* */ == 'x\\'y' // d\n| take 5")
	f.Add(".create materialized-view V on table T { T|where a>1 // why\n|count }")
	f.Add(".alter table T policy update @'[{\"Query\":\"T|take 1\"}]'")
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 4096 || strings.Contains(src, "\r") {
			return
		}
		formatted(t, src)
		styled(t, src, styles["all"])
	})
}
