package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calypso/internal/golden"
	"calypso/kql/binder"
	"calypso/kql/command"
	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// testSchema is the database that cases and examples are bound with.
func testSchema(t testing.TB) *symbol.Schema {
	t.Helper()
	table := func(name, columns string, kind symbol.TableKind) *symbol.TableSymbol {
		list, err := symbol.ParseColumns(columns)
		if err != nil {
			t.Fatal(err)
		}
		return &symbol.TableSymbol{Name: name, Columns: list, Kind: kind}
	}
	d := &symbol.Database{
		Name: "Test", State: symbol.Known, Tables: []*symbol.TableSymbol{
			table("T", "(a: long, b: string, c: datetime)", symbol.Plain),
			table("U", "(a: long, e: real)", symbol.Plain),
			table("MV", "(a: long)", symbol.MaterializedView),
			table("Ext", "(a: long)", symbol.External),
		}, Functions: []*symbol.Function{{Name: "F", Parameters: "(x: long)", Body: "{ T | where a == x }"}},
		Graphs: []*symbol.GraphModel{{Name: "M", Snapshots: []string{"Latest"}}},
	}
	return symbol.ForDatabase(d)
}

var kinds = map[command.Kind]string{
	command.Word: "word", command.Sign: "sign", command.Name: "name", command.Property: "property",
	command.Value: "value", command.Type: "type", command.Code: "code", command.Data: "data",
}

// TestCases reads the commands of testdata/*.txtar: x.want has the command, its parts but for words and signs, its result, and
// the findings.
func TestCases(t *testing.T) {
	schema := testSchema(t)
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		for _, section := range c.Sections() {
			if name, ok := strings.CutSuffix(section, ".kql"); ok {
				c.Want(t, name+".want", describe(strings.TrimSuffix(c.Text(section), "\n"), schema))
			}
		}
	})
}

func describe(src string, schema *symbol.Schema) string {
	b := binder.Bind(syntax.Parse(src), schema)
	var out strings.Builder
	c := b.Command
	if c == nil {
		return "no command\n"
	}
	if c.Row != nil {
		fmt.Fprintf(&out, "%s reads=%v\n", c.Row.Name, c.Reads())
	}
	for _, p := range c.Parts {
		if p.Kind == command.Word || p.Kind == command.Sign {
			continue
		}
		fmt.Fprintf(&out, "%s", kinds[p.Kind])
		if p.Rule != command.RuleNone {
			fmt.Fprintf(&out, " %s", p.Rule)
		}
		if p.Label != "" {
			fmt.Fprintf(&out, "/%s", p.Label)
		}
		for _, n := range p.Names {
			fmt.Fprintf(&out, " %q", n.Text)
		}
		if len(p.Names) == 0 {
			fmt.Fprintf(&out, " %s", strings.ReplaceAll(p.Span.Of(src), "\n", "↵"))
		}
		out.WriteByte('\n')
	}
	if b.Result != nil {
		fmt.Fprintf(&out, "gives %s\n", b.Result.Columns.String())
	}
	for _, d := range b.Diagnostics {
		fmt.Fprintf(&out, "%d-%d %s %s %q: %s\n", d.Span.Start, d.Span.End, d.Severity, d.Code, d.Span.Of(src), d.Message)
	}
	return out.String()
}

// TestExamples runs the example of each code of commands.
func TestExamples(t *testing.T) {
	schema := testSchema(t)
	gives := func(src string, code diag.Code) bool {
		for _, d := range binder.Bind(syntax.Parse(src), schema).Diagnostics {
			if d.Code == code {
				return true
			}
		}
		return false
	}
	for _, row := range diag.Rows() {
		if row.Code < "CAL4" || row.Code >= "CAL5" {
			continue
		}
		if !gives(row.Bad, row.Code) {
			t.Errorf("%s: %q doesn't give it", row.Code, row.Bad)
		}
		if gives(row.Good, row.Code) {
			t.Errorf("%s: %q gives it", row.Code, row.Good)
		}
	}
}

// TestNext asks what may follow half a command.
func TestNext(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{".show tables ", "( details"},
		{".show table T policy ", "caching retention update"},
		{".alter table T policy caching ", "hot hotdata"},
		{".create ", "table function database async"},
		{".drop table ", "<table>"},
		{".create table T (a:", "<type>"},
		{".create function with (", "docstring folder skipvalidation"},
		{".set-or-append T ", "with <|"},
		{".", "show create set-or-append"},
		{".drop column T.", "<column>"},
		{".show table Test.", "<table>"},
	} {
		p, ok := command.Next(syntax.Parse(c.src), len(c.src))
		if !ok {
			t.Errorf("%q: nothing may follow", c.src)
			continue
		}
		have := map[string]bool{}
		for _, x := range p.Expect {
			have[x.String()] = true
		}
		for _, want := range strings.Fields(c.want) {
			if !have[want] {
				t.Errorf("%q: %q is missing in %v", c.src, want, p.Expect)
			}
		}
	}
	for _, src := range []string{"T | where ", ".show tables | where ", ".create function f() { T | ", ".create function f(a:", ".nothing at "} {
		if _, ok := command.Next(syntax.Parse(src), len(src)); ok {
			t.Errorf("%q: a part of a command may follow", src)
		}
	}
}

var seeds = []string{
	".show tables", ".show table T details | where TableName == 'a'", ".create function with (folder='x') f(a:long) { T | where a == 1 }",
	".create table ['a b'] (x:long, y:string) with (docstring='d')", ".set-or-append T <| U | take 1", ".execute database script <|\n.show tables\n.drop table T",
	".alter table T policy update @'[{\"Query\": \"T | where b == \\\"x\\\"\"}]'", ".ingest inline into table T [1,2,3]", ".replace extents in table T <| {.show tables}, {print 1}",
	".purge table T records in database Test <| where a == 1", ".show tables; $command_results | count", ".set a <| .set b <| .show tables", ".show database ['x",
}

// FuzzCommand binds any text as a command and asks at every few offsets what fits: no panic, no hang, parts in order and inside.
func FuzzCommand(f *testing.F) {
	schema := testSchema(f)
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 2000 {
			return
		}
		tree := syntax.Parse("." + strings.TrimLeft(src, "."))
		began := time.Now()
		b := binder.Bind(tree, schema)
		if c := b.Command; c != nil {
			end := 0
			for _, p := range c.Parts {
				if p.Span.Start < end || p.Span.End < p.Span.Start || p.Span.End > len(tree.Text) {
					t.Fatalf("part %v after %d in a text of %d", p.Span, end, len(tree.Text))
				}
				end = p.Span.End
			}
		}
		for _, d := range b.Diagnostics {
			if d.Span.Start < 0 || d.Span.End > len(tree.Text) || d.Span.Start > d.Span.End {
				t.Fatalf("%s at %v in a text of %d", d.Code, d.Span, len(tree.Text))
			}
		}
		for at := 0; at <= len(tree.Text); at += 1 + len(tree.Text)/20 {
			command.Next(tree, at)
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Fatalf("took %v", took)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	tree := syntax.Parse(".create-or-alter function with (docstring = 'd', folder = 'f') F(a:long, b:string) { T | where a == 1 | summarize count() by b }")
	for b.Loop() {
		command.Parse(tree)
	}
}

func BenchmarkShow(b *testing.B) {
	tree := syntax.Parse(".show table T details | where TotalRowCount > 5")
	for b.Loop() {
		command.Parse(tree)
	}
}

// BenchmarkWide reads a table of 1,000 columns.
func BenchmarkWide(b *testing.B) {
	tree := syntax.Parse(".create table T (" + strings.TrimSuffix(strings.Repeat("column_name:string, ", 1000), ", ") + ")")
	for b.Loop() {
		command.Parse(tree)
	}
}
