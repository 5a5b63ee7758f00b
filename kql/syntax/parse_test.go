package syntax_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"calypso/internal/golden"
	"calypso/kql/diag"
	"calypso/kql/syntax"
)

// TestParse reads the cases: what is parsed, the tree, and what is said about it.
func TestParse(t *testing.T) {
	golden.Run(t, "testdata/parse/*.txtar", func(t *testing.T, c *golden.Case) {
		src := strings.TrimSuffix(c.Text("in.kql"), "\n")
		tree := syntax.Parse(src)
		checkTree(t, tree)
		c.Want(t, "want.tree", dump(tree))
		c.Want(t, "want.diag", diagnostics(tree))
	})
}

// diagnostics prints each finding with the text that it is about.
func diagnostics(t *syntax.Tree) string {
	var b strings.Builder
	for _, d := range t.Diagnostics {
		fmt.Fprintf(&b, "%d-%d %s %s\n", d.Span.Start, d.Span.End, d.Code, d.Message)
	}
	return b.String()
}

// checkTree holds what is true of every tree: the tokens tile the text, nodes lie within their parents, each Walk sees what
// Children gives, and diagnostics lie in the text.
func checkTree(t *testing.T, tree *syntax.Tree) {
	t.Helper()
	checkTokens(t, tree.Text, tree.Tokens)
	for _, d := range tree.Diagnostics {
		if d.Span.Start < 0 || d.Span.End > len(tree.Text) || d.Span.Start > d.Span.End {
			t.Errorf("%q: %s at %v lies outside", tree.Text, d.Code, d.Span)
		}
	}
	for _, s := range tree.Statements {
		checkSpans(t, tree.Text, s)
	}
	if tree.Command != nil {
		checkSpans(t, tree.Text, tree.Command)
	}
}

func checkSpans(t *testing.T, src string, root syntax.Node) {
	t.Helper()
	syntax.Walk(root, func(n syntax.Node) bool {
		span := n.Span()
		if span.Start < 0 || span.End > len(src) || span.Start > span.End {
			t.Fatalf("%q: %T has span %v", src, n, span)
		}
		for _, c := range syntax.Children(n) {
			if in := c.Span(); in.Start < span.Start && in.Len() > 0 || in.End > span.End {
				t.Fatalf("%q: %T %v lies outside its parent %T %v", src, c, in, n, span)
			}
		}
		return true
	})
}

func checkTokens(t *testing.T, src string, tokens []syntax.Token) {
	t.Helper()
	if len(tokens) == 0 || tokens[len(tokens)-1].Kind != syntax.TokEnd || tokens[len(tokens)-1].End != len(src) {
		t.Fatalf("%q: the last token isn't the end", src)
	}
	end := 0
	for i, tok := range tokens {
		if tok.Start < end || tok.End < tok.Start || tok.End == tok.Start && tok.Kind != syntax.TokEnd {
			t.Fatalf("%q: token %d is %v after %d", src, i, tok, end)
		}
		end = tok.End
	}
}

// TestExamples runs the examples of the codes that the parser reports.
func TestExamples(t *testing.T) {
	for _, row := range diag.Rows() {
		if !strings.HasPrefix(string(row.Code), "CAL1") {
			continue
		}
		if !has(syntax.Parse(row.Bad), row.Code) {
			t.Errorf("%s: %q doesn't give it but %s", row.Code, row.Bad, diagnostics(syntax.Parse(row.Bad)))
		}
		if n := len(syntax.Parse(row.Bad).Diagnostics); n != 1 {
			t.Errorf("%s: %q gives %d diagnostics, want one: %s", row.Code, row.Bad, n, diagnostics(syntax.Parse(row.Bad)))
		}
		if got := syntax.Parse(row.Good).Diagnostics; len(got) > 0 {
			t.Errorf("%s: %q gives %v", row.Code, row.Good, got)
		}
	}
}

func has(t *syntax.Tree, code diag.Code) bool {
	for _, d := range t.Diagnostics {
		if d.Code == code {
			return true
		}
	}
	return false
}

// hang is what no text of a few KB takes, however busy the machine is; how long one takes is the benchmarks' matter.
const hang = 10 * time.Second

// TestLimits parses what nobody writes: it must neither overflow the stack nor take long.
func TestLimits(t *testing.T) {
	const n = 10_000
	tests := []struct {
		name, src string
		want      diag.Code // one of the findings; "" for any or none
	}{
		{"open brackets", "print " + strings.Repeat("(", n), diag.TooDeep},
		{"closed brackets", "print " + strings.Repeat("(", n) + "1" + strings.Repeat(")", n), diag.TooDeep},
		{"calls", "print " + strings.Repeat("f(", n) + strings.Repeat(")", n), diag.TooDeep},
		{"subqueries", strings.Repeat("T | join (", n) + strings.Repeat(")", n), diag.TooDeep},
		{"functions", strings.Repeat("let f = () { ", n) + strings.Repeat("}", n), diag.TooDeep},
		{"json", "print dynamic(" + strings.Repeat("[", n) + strings.Repeat("]", n) + ")", diag.TooDeep},
		{"bags", "print dynamic(" + strings.Repeat(`{"a":`, n) + strings.Repeat("}", n) + ")", diag.TooDeep},
		{"elements", "print " + strings.Repeat("a[", n), diag.TooDeep},
		{"a long sum", "print 1" + strings.Repeat("+1", 100*n), diag.TooDeep},
		{"a long path", "print a" + strings.Repeat(".a", 100*n), diag.TooDeep},
		{"many pipes", "T" + strings.Repeat("| take 1", 10*n), ""},
		{"many statements", strings.Repeat("let a = 1;", 10*n), ""},
		{"many mistakes", strings.Repeat("T | wher (", n), ""},
		{"closing brackets", strings.Repeat(")", 10*n), ""},
		{"signs", "print " + strings.Repeat("-", 10*n), ""},
		{"quotes", strings.Repeat("'", 10*n), ""},
		{"strings side by side", "print " + strings.Repeat("'a' ", 10*n), ""},
		{"a name of strings", "print [" + strings.Repeat("'a' ", 10*n) + "]", ""},
		{"tuples", "print " + strings.Repeat("(a, b, ", n), ""},
		{"dashes", "print a" + strings.Repeat("-a", n), ""},
		{"patterns", "T | project-away a" + strings.Repeat("*a", 10*n), ""},
		{"closers of another kind", "print " + strings.Repeat("([", n) + strings.Repeat(")", 2*n), ""},
		{"commas", "T | project " + strings.Repeat(",", 10*n), ""},
		{"pipes alone", strings.Repeat("|", 10*n), ""},
		{"dots", "." + strings.Repeat(" .", n), ""},
		{"too long", strings.Repeat("// comment\n", syntax.MaxBytes/10), diag.TooLong},
		{"not text", strings.Repeat("\x00\xff\x80", 10*n), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			tree := syntax.Parse(tt.src)
			took := time.Since(start)
			if limit := hang + 50*time.Millisecond*time.Duration(len(tt.src)/1024); took > limit {
				t.Errorf("took %v, want at most %v", took, limit)
			}
			checkTokens(t, tree.Text, tree.Tokens)
			if tt.want != "" && !has(tree, tt.want) {
				t.Errorf("want %s, got %d others", tt.want, len(tree.Diagnostics))
			}
			count := 0
			for _, s := range tree.Statements {
				syntax.Walk(s, func(syntax.Node) bool { count++; return true })
			}
			syntax.Blocks(tt.src)
		})
	}
}

// TestOneErrorEach holds that one mistake is one error, and that what follows it is still read.
func TestOneErrorEach(t *testing.T) {
	tests := []struct {
		src  string
		code diag.Code
		ops  int // operators of the last pipe
	}{
		{"T | wher a == 1 | take 5", diag.UnknownOperator, 2},
		{"T | project-awy a | take 5", diag.UnknownOperator, 2},
		{"T | where f(a, | take 5", diag.Expected, 2},
		{"T | where f(a\n| take 5", diag.UnclosedBracket, 2},
		{"T | where (a > 1\n| take 5", diag.UnclosedBracket, 2},
		{"T | where\n| take 5", diag.Expected, 2},
		{"T | project a b | take 5", diag.Expected, 2},
		{"T | project a, | take 5", diag.Expected, 2},
		{"T | take 1 2 3 | take 5", diag.Unexpected, 2},
		{"T | where a == 1\nproject a\n| take 5", diag.Expected, 3},
		{"T | where a == 'x\n| take 5", diag.UnclosedString, 2},
		{"T | where a in (1, 2\n| take 5", diag.UnclosedBracket, 2},
		{"T | | take 5", diag.Expected, 2},
		{"T |", diag.Expected, 1},
		{"T | summarize count( by a | take 5", diag.Expected, 2},
		{"T | where a = = 1 | take 5", diag.Expected, 2},
		{"let x = ;\nT | take x", diag.Expected, 1},
		{"let = 1;\nT | take 1", diag.Expected, 1},
		{"let x = 1\nT | take x", diag.Expected, 1},
		{"let f = (a:long { T };\nT | take 5", diag.UnclosedBracket, 1},
		{"T | join kind inner (U) on a | take 5", diag.Expected, 2},
		{"T | where a and (b or\n| take 5", diag.Expected, 2},
		{"T | where a == 1 AND b == 2 | take 5", diag.ForeignSyntax, 2},
		{"T | where a == 1 || b == 2 | take 5", diag.ForeignSyntax, 2},
		{"T | extend x = dynamic({\"a\": }) | take 5", diag.Expected, 2},
		{"T | where t > datetime(yesterday) | take 5", diag.BadLiteral, 2},
		{"T | where t > datetime(2020-01-01 | take 5\n| take 5", diag.UnclosedBracket, 2},
		{"T | top 5 by a asc, b desc, c | take 5", diag.Unexpected, 2},
		{"T | top 5 by a, | take 5", diag.Expected, 2},
		// Rows are handed to a query in these brackets: it starts with an operator.
		{"T | fork (U | take 1) (count | extend b = 1) | take 5", diag.UnknownOperator, 2},
		{"T | fork (wher a == 1) (count) | take 5", diag.UnknownOperator, 2},
		{"T | facet by a with (U) | take 5", diag.UnknownOperator, 2},
		{"T | mv-apply d on (database('x').U | take 1) | take 5", diag.UnknownOperator, 2},
		{"T | partition by a (datatable(b:long)[1]) | take 5", diag.UnknownOperator, 2},
		{"T | fork () (count) | take 5", diag.Expected, 2},
	}
	for _, tt := range tests {
		tree := syntax.Parse(tt.src)
		if len(tree.Diagnostics) != 1 || tree.Diagnostics[0].Code != tt.code {
			t.Errorf("%q: want one %s, got\n%s", tt.src, tt.code, diagnostics(tree))
		}
		ops := -1
		if len(tree.Statements) > 0 {
			if q, ok := tree.Statements[len(tree.Statements)-1].(*syntax.QueryStatement); ok {
				if pipe, ok := q.X.(*syntax.Pipe); ok {
					ops = len(pipe.Ops)
				}
			}
		}
		if ops != tt.ops {
			t.Errorf("%q: %d operators, want %d", tt.src, ops, tt.ops)
		}
	}
}

func TestPathAt(t *testing.T) {
	tests := []struct{ src, want string }{ // $0 is the caret
		{"T | where Sta$0te == 1", "QueryStatement Pipe WhereOp Binary NameRef Name"},
		{"T | where State$0 == 1", "QueryStatement Pipe WhereOp Binary NameRef Name"},
		{"T | whe$0re a", "QueryStatement Pipe WhereOp Name"},
		{"T | where f(a,$0 b)", "QueryStatement Pipe WhereOp Call"},
		{"T | $0", ""},
		{"$0T", "QueryStatement NameRef Name"},
		{".show tables | take$0 1", "Command TakeOp Name"},
	}
	for _, tt := range tests {
		at := strings.Index(tt.src, "$0")
		tree := syntax.Parse(strings.Replace(tt.src, "$0", "", 1))
		var names []string
		for _, n := range syntax.PathAt(tree, at) {
			names = append(names, strings.TrimPrefix(fmt.Sprintf("%T", n), "*syntax."))
		}
		if got := strings.Join(names, " "); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.src, got, tt.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, row := range diag.Rows() {
		f.Add(row.Bad)
		f.Add(row.Good)
	}
	for _, src := range seeds {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if len(src) > 4096 {
			return
		}
		start := time.Now()
		tree := syntax.Parse(src)
		if took := time.Since(start); took > hang {
			t.Fatalf("took %v", took)
		}
		checkTree(t, tree)
		for offset := 0; offset <= len(src); offset += 1 + len(src)/8 {
			syntax.PathAt(tree, offset)
		}
	})
}

// FuzzBlocks holds that blocks tile a document, and that each is parsed as what its kind says.
func FuzzBlocks(f *testing.F) {
	for _, src := range seeds {
		f.Add(src + "\n\n" + src)
	}
	f.Add(".show tables\n.show databases\n\n#connect 'x'\nT\n\n| take 1")
	f.Fuzz(func(t *testing.T, src string) {
		end := 0
		for _, b := range syntax.Blocks(src) {
			if b.Span.Start != end || b.Span.End <= b.Span.Start {
				t.Fatalf("%q: block %v after %d", src, b.Span, end)
			}
			end = b.Span.End
			if tree := syntax.Parse(b.Span.Of(src)); (tree.Command != nil) != (b.Kind == syntax.CommandBlock) {
				t.Errorf("%q: %s block %q has command %v", src, b.Kind, b.Span.Of(src), tree.Command)
			}
			for _, d := range b.Directives {
				if d.From < b.Span.Start || d.To > b.Span.End {
					t.Errorf("%q: directive %v outside its block %v", src, d, b.Span)
				}
			}
		}
		if end != len(src) {
			t.Fatalf("%q: blocks end at %d", src, end)
		}
	})
}

// seeds are texts from which fuzzing starts: one for each corner of the grammar.
var seeds = []string{
	"let f = (T:(*), a:long = 1) { T | where x == a }; f(U, 2)",
	"declare pattern app = (a:string)[b:string] { (\"x\").[\"y\"] = { print 1 }; }; app(\"x\").y",
	"T | make-graph a --> b with N on id | graph-match (x)-[e*1..3]->(y)<--(z) where x.a == 1 project x.a",
	"T | mv-apply a = b to typeof(long) limit 3 on (summarize sum(a)) | mv-expand c, d",
	"T | scan with_match_id=m declare (x:long=0) with (step s1 output=last: a > 1 => x = a; step s2: true;)",
	"T | parse kind=regex s with * 'a' b:long 'c' * | parse-kv s as (a:long) with (quote='\"')",
	"T | summarize hint.strategy=shuffle a=count(), (b, c)=arg_max(d, *) by bin(t, 1h), e",
	"datatable(a:long, b:dynamic)[1, dynamic({'x': [1, -2.5, null, datetime(2020-01-01)]}),]",
	"externaldata(a:string)[h@'https://x/y;z'] with (format='csv', ignoreFirstRecord=true)",
	"T | fork a=(take 1) (count) | facet by x with (take 3)",
	"find in (T, database('d').U*) where a has 'x' project a, b:long, pack(*)",
	"search kind=case_sensitive in (T) * == 1 and x:'y'",
	"macro-expand entity_group [cluster('a').database('b')] as X ( X.T | take 1 )",
	"T | join kind=inner hint.remote=auto (U | where a !in~ ('x', 'y')) on $left.a == $right.b, c",
	"print 1..2, 0x1f, 1e3, 1.5h, 3ticks, @'a''b', h\"c\\n\", ```d```, ~~~e~~~, 'f' 'g', guid(null)",
	"T | render timechart with (title=strcat('a', 'b'), ycolumns=a, b, kind=stacked)",
	"['my table'] | where ['a b'].c['d'][0] between (1 .. 2) | project-away a*, *b | order by x asc nulls last",
	"alias database d = cluster('c').database('d'); restrict access to (T*, d.*); set notruncation; T | top-nested 2 of a with others='x' by sum(b)",
	".create-or-alter function with (folder='x') f(a:long) { T | take a }",
	".ingest inline into table T <| 1,'a\n2,\"b",
	"#connect cluster('x').database('y')\nT // comment 'quote\n| take 5",
}
