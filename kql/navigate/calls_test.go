package navigate

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/script"
	"calypso/kql/symbol"
)

func withFunctions(t testing.TB) script.Schemas {
	t.Helper()
	return bench.Known(t, strings.Replace(bench.Schema, `"tables": [`, `"functions": [
		{"name": "Near", "parameters": "(n:long)", "body": "{ StormEvents | take n }"},
		{"name": "Far", "parameters": "()", "body": "{\n  let Self = 1;\n  union Near(1), (Near(2) | where Self > 0)\n}"},
		{"name": "Self", "parameters": "()", "body": "{ Far }"}], "tables": [`, 1))
}

// TestCalls: in case.kql the caret is at $0. case.want has the function there, who calls it (<) and what it calls (>), with the
// text at each place.
func TestCalls(t *testing.T) {
	known := withFunctions(t)
	golden.Run(t, "testdata/calls/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			query, at, _ := golden.Caret(in)
			s := script.Analyze(query, known, nil)
			c.Want(t, name+".want", showCalls(s, at, known("").Database))
		})
	})
}

func showCalls(s *script.Script, at int, db *symbol.Database) string {
	of, ok := CallerAt(s, at)
	if !ok {
		return "no function\n"
	}
	var out strings.Builder
	show := func(mark string, e Edge, src string) {
		fmt.Fprintf(&out, "%s %s:", mark, e.Name)
		for _, span := range e.At {
			fmt.Fprintf(&out, " %d %q", strings.Count(src[:span.Start], "\n")+1, span.Of(src))
		}
		out.WriteByte('\n')
	}
	fmt.Fprintf(&out, "%s stored=%v\n", of.Name, of.Function != nil)
	for _, e := range Incoming(s, of) {
		show("<", e, s.Text)
	}
	if of.Function == nil || of.Created {
		for _, e := range Outgoing(s, of) {
			show(">", e, s.Text)
		}
		return out.String()
	}
	for _, e := range StoredIncoming(db, of) {
		show("<", e, FunctionSource(e.Function).Text)
	}
	for _, e := range StoredOutgoing(db, of) {
		show(">", e, FunctionSource(of.Function).Text)
	}
	return out.String()
}

// TestLinks: case.want has each place with its address.
func TestLinks(t *testing.T) {
	known := withFunctions(t)
	golden.Run(t, "testdata/links/*.txtar", func(t *testing.T, c *golden.Case) {
		var out strings.Builder
		s := script.Analyze(c.Text("in.kql"), known, nil)
		for _, l := range Links(s) {
			fmt.Fprintf(&out, "%s %s\n", l.Span.Of(s.Text), l.URL)
		}
		c.Want(t, "want", out.String())
	})
}

// TestSources: the text of every entity of a schema can be read, and each name in it is where At says.
func TestSources(t *testing.T) {
	db := withFunctions(t)("").Database
	db.Tables = append(db.Tables, &symbol.TableSymbol{Name: "V w", Kind: symbol.MaterializedView, Query: "T | count"},
		&symbol.TableSymbol{Name: "E", Kind: symbol.External, Doc: "two\nlines"})
	for _, table := range db.Tables {
		src := TableSource(table)
		if got := src.At[""].Of(src.Text); got != symbol.QuoteName(table.Name) {
			t.Errorf("%s: its name is %q in\n%s", table.Name, got, src.Text)
		}
		for _, c := range table.Columns.List {
			if got := src.At[c.Name].Of(src.Text); got != symbol.QuoteName(c.Name) {
				t.Errorf("%s: column %s is %q", table.Name, c.Name, got)
			}
		}
		if s := script.Analyze(src.Text, func(string) *symbol.Schema { return nil }, nil); len(s.Diagnostics()) > 0 && table.Query == "" {
			t.Errorf("%v in\n%s", s.Diagnostics(), src.Text)
		}
	}
	for _, f := range db.Functions {
		src := FunctionSource(f)
		if src.At[""].Of(src.Text) != f.Name || !strings.HasPrefix(src.Text[src.body:], "{") {
			t.Errorf("%s", src.Text)
		}
	}
}

// TestCallsEverywhere asks at every offset of a query, whole and cut off: no panic, and whoever calls a function is found again.
func TestCallsEverywhere(t *testing.T) {
	known := withFunctions(t)
	for at := 0; at <= len(bench.Query); at += 2 {
		for _, src := range []string{bench.Query, bench.Query[:at]} {
			s := script.Analyze(src, known, nil)
			of, ok := CallerAt(s, at)
			if !ok {
				continue
			}
			for _, e := range Incoming(s, of) {
				if again, ok := CallerOver(s, e.Span.Start); !ok || again != e.Caller {
					t.Fatalf("at %d: %+v isn't found again", at, e.Caller)
				}
			}
			Outgoing(s, of)
		}
		Links(script.Analyze(bench.Query[:at], known, nil))
	}
}
