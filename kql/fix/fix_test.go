package fix_test

import (
	"fmt"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kql/diag"
	"calypso/kql/fix"
	"calypso/kql/format"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
)

func schemas(t testing.TB) script.Schemas {
	t.Helper()
	table := func(name, columns string, kind symbol.TableKind) *symbol.TableSymbol {
		list, err := symbol.ParseColumns(columns)
		if err != nil {
			t.Fatal(err)
		}
		return &symbol.TableSymbol{Name: name, Columns: list, Kind: kind}
	}
	schema := symbol.ForDatabase(&symbol.Database{Name: "Test", State: symbol.Known, Tables: []*symbol.TableSymbol{
		table("Events", "(Time: datetime, State: string, Count: long, Size: real, Bag: dynamic)", symbol.Plain),
		table("People", "(State: string, Count: long)", symbol.Plain),
		table("Daily", "(State: string, n: long)", symbol.MaterializedView),
	}})
	return func(string) *symbol.Schema { return schema }
}

// all switches every rule on.
func all() lint.Options {
	o := lint.Options{Severity: map[diag.Code]diag.Severity{}}
	for _, rule := range lint.Rules() {
		o.Severity[rule.Code] = rule.Row().Severity
	}
	return o
}

func errors(s *script.Script) map[string]bool {
	found := map[string]bool{}
	for _, d := range s.Diagnostics() {
		if d.Severity == diag.Error {
			found[d.Message] = true
		}
	}
	return found
}

// TestQuick: a section CODE.kql holds queries parted by a line of dashes; CODE.want each of them after each fix for the first
// diagnostic of that code. Fixes for the comment that ignores a rule are shown in ignore.kql only.
func TestQuick(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/quick.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			code, _, _ := strings.Cut(name, "-")
			var out strings.Builder
			for query := range strings.SplitSeq(in, "---\n") {
				query = strings.TrimSuffix(query, "\n")
				s := script.Analyze(query, known, nil)
				for _, d := range lint.Check(s, all()).Diagnostics {
					if string(d.Code) == code || code == "ignore" && strings.HasPrefix(string(d.Code), "CAL5") {
						show(t, &out, s, fix.Quick(s, d), known, code == "ignore")
						break
					}
				}
			}
			if out.Len() == 0 {
				out.WriteString("no fix\n")
			}
			c.Want(t, name+".want", out.String())
		})
	})
}

// TestRefactor: in case.kql the caret is at $0, or the selection between «and»; case.want has the text after each refactoring.
func TestRefactor(t *testing.T) {
	known := schemas(t)
	golden.Run(t, "testdata/refactor.txtar", func(t *testing.T, c *golden.Case) {
		c.Each(".kql", func(name, in string) {
			query, at := selection(strings.TrimSuffix(in, "\n"))
			s := script.Analyze(query, known, nil)
			var out strings.Builder
			show(t, &out, s, fix.Refactor(s, at), known, true)
			if out.Len() == 0 {
				out.WriteString("nothing\n")
			}
			c.Want(t, name+".want", out.String())
		})
	})
}

func selection(marked string) (query string, at text.Span) {
	if before, after, ok := strings.Cut(marked, "$0"); ok {
		return before + after, text.Span{Start: len(before), End: len(before)}
	}
	before, rest, _ := strings.Cut(marked, "«")
	inside, after, _ := strings.Cut(rest, "»")
	return before + inside + after, text.Span{Start: len(before), End: len(before) + len(inside)}
}

// show writes each action's title and result, and holds it to the promise that it brings no new error.
func show(t *testing.T, out *strings.Builder, s *script.Script, list []fix.Action, known script.Schemas, comments bool) {
	t.Helper()
	before := errors(s)
	for _, a := range list {
		if !comments && strings.HasPrefix(a.Title, "Ignore ") {
			continue
		}
		result := format.Apply(s.Text, a.Edits)
		preferred := ""
		if a.Preferred {
			preferred = " (preferred)"
		}
		fmt.Fprintf(out, "# %s%s\n%s\n", a.Title, preferred, result)
		if a.Name.Len() > 0 && strings.ContainsAny(a.Name.Of(result), " =;\n") {
			t.Errorf("%s: the made-up name is said to be %q", a.Title, a.Name.Of(result))
		}
		after := errors(script.Analyze(result, known, nil))
		for m := range after {
			if !before[m] && len(after) >= max(len(before), 1) {
				t.Errorf("%s brings a new error: %s\n%s", a.Title, m, result)
			}
		}
	}
}
