package navigate

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/bench"
	"calypso/internal/golden"
	"calypso/kql/format"
	"calypso/kql/script"
)

func schemas(t testing.TB) script.Schemas { return bench.Known(t, bench.Schema) }

// TestNavigate: in case.kql the caret is at $0. case.want shows the definition, the text with every reference in ‹…› (those that
// write in «…»), and the text after a rename to "renamed" or why not.
func TestNavigate(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			query, at, _ := golden.Caret(in)
			s := script.Analyze(query, known, nil)
			c.Want(t, name+".want", definition(s, at)+marked(s, at)+renamed(s, at, known))
		})
	})
}

func definition(s *script.Script, at int) string {
	_, to, ok := Definition(s, at)
	switch {
	case !ok:
		return "no definition\n"
	case to.Table != nil:
		return "table " + to.Table.Name + "\n"
	case to.Function != nil:
		return "function " + to.Function.Name + "\n"
	}
	return fmt.Sprintf("%d: %s\n", strings.Count(s.Text[:to.Span.Start], "\n")+1, to.Span.Of(s.Text))
}

func marked(s *script.Script, at int) string {
	var out strings.Builder
	end := 0
	for _, r := range References(s, at, true) {
		left, right := "‹", "›"
		if r.Write {
			left, right = "«", "»"
		}
		out.WriteString(s.Text[end:r.Span.Start] + left + r.Span.Of(s.Text) + right)
		end = r.Span.End
	}
	return out.String() + s.Text[end:] + "\n"
}

func renamed(s *script.Script, at int, known script.Schemas) string {
	edits, err := Rename(s, at, "renamed")
	if err != nil {
		return "rename: " + err.Error() + "\n"
	}
	after := script.Analyze(format.Apply(s.Text, edits), known, nil)
	if len(after.Diagnostics()) > len(s.Diagnostics()) {
		return fmt.Sprintf("rename makes errors: %v\n%s\n", after.Diagnostics(), after.Text)
	}
	return "rename: fine\n"
}

// TestEverywhere asks at every offset of a query, whole and cut off: no panic, and the name itself is among its references.
func TestEverywhere(t *testing.T) {
	known := schemas(t)
	for at := 0; at <= len(bench.Query); at += 2 {
		for _, src := range []string{bench.Query, bench.Query[:at]} {
			s := script.Analyze(src, known, nil)
			from, _, ok := Definition(s, at)
			if !ok {
				continue
			}
			own := false
			for _, r := range References(s, at, true) {
				own = own || r.Span == from
			}
			if !own {
				t.Fatalf("at %d: %q isn't among its references", at, from.Of(src))
			}
		}
	}
}

// commands is a file of commands that create what those below use.
const commands = ".create-or-alter function with (folder='x') f(n:long, s:string = 'y') { let lim = n * 2; StormEvents | where State has s | take lim }\n\n" +
	".execute database script <|\n.create table T (a:long)\n.create function g() { T | project a }\n\n" +
	".alter table T policy update @'[{\"Query\":\"f(1) | extend a = 1\"}]'\n\n.set U <| g | where a > 1d / 1h\n\nU | join kind=inner (f(2)) on $left.a == $right.State\n"

// TestCommandsEverywhere asks at every offset of a file of commands, whole and cut off: no panic, and the name itself is among its
// references; a rename brings no new error.
func TestCommandsEverywhere(t *testing.T) {
	known := schemas(t)
	for at := 0; at <= len(commands); at++ {
		for _, src := range []string{commands, commands[:at]} {
			s := script.Analyze(src, known, nil)
			from, _, ok := Definition(s, at)
			own := !ok
			for _, r := range References(s, at, true) {
				own = own || r.Span == from
			}
			if !own {
				t.Fatalf("at %d: %q isn't among its references", at, from.Of(src))
			}
			if made := renamed(s, at, known); strings.HasPrefix(made, "rename makes") {
				t.Fatalf("at %d: %s", at, made)
			}
			if of, ok := CallerAt(s, at); ok {
				Incoming(s, of)
				Outgoing(s, of)
			}
		}
		Declared(script.Analyze(commands[:at], known, nil))
	}
}
