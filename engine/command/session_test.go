package command

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/engine"
	"calypso/internal/golden"
	"calypso/kusto/value"
)

// unlike are columns that differ from run to run.
var unlike = []string{
	"ExtentId", "OriginalExtentId", "ResultExtentId", "OperationId", "Duration", "LastUpdatedOn", "MaterializedTo", "EffectiveDateTime", "VerificationToken",
	"ScheduledTime", "EngineStartTime", "EngineDuration", "EngineOperationId", "CreatedOn",
}

// ask runs a query or command and prints its rows: cells parted by |, rows by line ends; or the error.
func ask(t testing.TB, e *engine.Engine, database, text string) string {
	t.Helper()
	r := engine.Request{Database: database, Text: text}
	var answer *engine.Answer
	var err error
	if strings.HasPrefix(strings.TrimSpace(text), ".") {
		answer, err = Run(context.Background(), e, r)
	} else {
		answer, err = e.Query(context.Background(), r)
	}
	if err != nil {
		return "error: " + err.Error() + "\n"
	}
	defer answer.Close()
	var out strings.Builder
	if answer.Note != "" {
		out.WriteString("note: " + answer.Note + "\n")
	}
	for _, table := range answer.Tables {
		var names []string
		for _, c := range table.Columns {
			names = append(names, c.Name)
		}
		out.WriteString(strings.Join(names, "|") + "\n")
		for {
			b, err := table.Next(context.Background())
			if err != nil {
				return out.String() + "error: " + err.Error() + "\n"
			}
			if b == nil {
				break
			}
			for i := range b.N {
				var cells []string
				for k, v := range b.Cols {
					cell := value.DynAt(v, i).Text()
					if n := names[min(k, len(names)-1)]; cell != "" && slices.Contains(unlike, n) {
						cell = "#"
					}
					cells = append(cells, cell)
				}
				out.WriteString(strings.Join(cells, "|") + "\n")
			}
		}
	}
	return out.String()
}

// TestSessions runs the sessions of testdata/*.txtar: a line that begins with a dot or a letter in column one begins a query or
// command, lines that begin with a blank go on with it; NAME.want has what each answers. Each session runs twice: in memory, and in a
// folder that is closed and opened again before each step, which must make no difference.
func TestSessions(t *testing.T) {
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		files := t.TempDir()
		for _, name := range c.Sections() {
			if rest, ok := strings.CutPrefix(name, "files/"); ok {
				if err := os.WriteFile(filepath.Join(files, rest), []byte(c.Text(name)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, name := range c.Sections() {
			stem, ok := strings.CutSuffix(name, ".kql")
			if !ok {
				continue
			}
			steps := steps(c.Text(name))
			inMemory, onDisk := "", ""
			e, err := engine.Open(engine.Options{Database: "Main", ExternalFolders: []string{files}})
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range steps {
				inMemory += s + "\n" + indented(ask(t, e, "", s))
			}
			dir := filepath.Join(t.TempDir(), "db")
			for _, s := range steps {
				e, err := engine.Open(engine.Options{Database: "Main", Dir: dir, ExternalFolders: []string{files}})
				if err != nil {
					t.Fatal(err)
				}
				onDisk += s + "\n" + indented(ask(t, e, "", s))
				if err := e.Close(); err != nil {
					t.Fatal(err)
				}
			}
			inMemory, onDisk = strings.ReplaceAll(inMemory, files, "DIR"), strings.ReplaceAll(onDisk, files, "DIR")
			c.Want(t, stem+".want", inMemory)
			if onDisk != inMemory && !strings.HasPrefix(stem, "memory") {
				t.Errorf("a folder that is opened anew for each step answers\n%s", onDisk)
			}
		}
	})
}

// What stands in a table's place does so in queries of other databases too.
func TestStandInsFromElsewhere(t *testing.T) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct{ database, text, want string }{
		{"", ".create database B", "true"},
		{"", ".create table T (a: long)", "T|"},
		{"", ".append T <| print long(100)", "|1"},
		{"B", ".create table T (a: long)", "T|"},
		{"B", ".create materialized-view V on table T { T | summarize sum(a) by a }", "V|T|"},
		{"B", ".set-or-append T <| range a from 1 to 3 step 1", "|3"},
		{"", "database('B').V | count", "Count\n3"},
		{"", "union database('B').V, T | count", "Count\n4"},
		{"", "T | join kind=rightouter (database('B').T | where a == 2) on a | count", "Count\n1"},
		{"B", ".alter table T policy row_level_security enable with (allowMaterializedViewsWithoutRowLevelSecurity=true) 'T | where a > 1'", "RowLevel"},
		{"", "database('B').T | summarize make_list(a)", "[2,3]"},
		{"", "database('B').T* | count", "error"},
		{"", "union database('B').* | summarize count()", "count_\n2"},
		{"", "T", "a\n100"},
		{"B", "database('Samples').T", "a\n100"},
	} {
		if got := ask(t, e, s.database, s.text); !strings.Contains(got, s.want) {
			t.Errorf("%s: %s", s.text, got)
		}
	}
}

func steps(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, " ") && len(out) > 0 {
			out[len(out)-1] += "\n" + strings.TrimPrefix(line, " ")
		} else if line != "" {
			out = append(out, line)
		}
	}
	return out
}

func indented(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(s, "\n"), "\n", "\n    ") + "\n"
}

// Commands change the database that the request names, and no other.
func TestOtherDatabase(t *testing.T) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct{ database, text, want string }{
		{"", ".create database B", "true"},
		{"B", ".create table T (a: long)", "T|"},
		{"B", ".show tables | project TableName", "T"},
		{"", ".show tables | count", "Count\n0"},
		{"b", ".append T <| print 'x'", "error"},
		{"b", ".append T <| print long(1)", "|1"},
		{"", "database('B').T", "a\n1"},
		{"", ".alter column B.T.a type=string", "a|System.String"},
		{"Nope", ".create table T (a: long)", "error"},
		{"Nope", ".show databases | count", "2"},
		{"", ".drop database B", "T|1"},
		{"B", ".show tables", "error"},
		{"", ".drop database Samples", "stays"},
		{"", ".create database X persist (@'/x')", "--db DIR"},
	} {
		if got := ask(t, e, s.database, s.text); !strings.Contains(got, s.want) {
			t.Errorf("%s: %s: got %s, want %q", s.database, s.text, got, s.want)
		}
	}
}

// What comes from files, and a request that may only read, isn't changed.
func TestReadOnly(t *testing.T) {
	e := open(t)
	for _, text := range []string{".drop table Other", ".append Other <| Other", ".clear table Other data", ".alter-merge table Other (x: long)", ".rename table Other to Else"} {
		if got := ask(t, e, "", text); !strings.Contains(got, "is only read") {
			t.Errorf("%s: got %s", text, got)
		}
	}
	for _, option := range []string{"request_readonly", "request_readonly_hardline"} {
		for text, fine := range map[string]bool{".create table N (a: long)": false, ".set N <| Other": false, ".show tables": true, ".cancel query 'x'": false} {
			a, err := Run(t.Context(), e, engine.Request{Text: text, Properties: map[string]any{option: true}})
			if err == nil {
				a.Close()
			}
			if (err == nil) != fine {
				t.Errorf("%s with %s: %v", text, option, err)
			}
		}
	}
	if err := e.Protect("Files", "is made of files; start with --db DIR"); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, e, "", ".show databases | project DatabaseName, DatabaseAccessMode"); got != "DatabaseName|DatabaseAccessMode\nSamples|ReadWrite\nFiles|ReadOnly\n" {
		t.Errorf("got %s", got)
	}
	if got := ask(t, e, "Files", ".create table N (a: long)"); !strings.Contains(got, "start with --db DIR") {
		t.Errorf("got %s", got)
	}
}

// Inline data is taken as it is, whatever it would mean in a query.
func TestInlineDataIsNoLanguage(t *testing.T) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	ask(t, e, "", ".create table T (s: string)")
	for data, want := range map[string]string{
		"<| http://example.com/a":              "http://example.com/a",
		"<|\nx\nhttp://example.com/a\n// note": "x\nhttp://example.com/a\n// note",
		"<| // first\nsecond":                  "// first\nsecond",
		"<|\n@'x":                              "@'x",
		"<|\n```\nx":                           "```\nx",
		"<| a;b":                               "a;b",
		"<| .show tables":                      ".show tables",
		"<|\r\n[1]\r\n":                        "[1]",
		"<|  two  ":                            "two  ",
		"<|\n  indented":                       "  indented",
		"[a//b\n]":                             "a//b",
		"[plain]":                              "plain",
	} {
		ask(t, e, "", ".clear table T data")
		if got := ask(t, e, "", ".ingest inline into table T "+data); strings.HasPrefix(got, "error") {
			t.Errorf("%q: %s", data, got)
		}
		if got := ask(t, e, "", "T"); got != "s\n"+want+"\n" {
			t.Errorf("%q: got %q", data, got)
		}
	}
}

// A command that is too long to be read says so.
func TestLongCommand(t *testing.T) {
	e := open(t)
	ask(t, e, "", ".create table T (a: string)")
	if got := ask(t, e, "", ".ingest inline into table T <|\n"+strings.Repeat("some text\n", 1<<20)); !strings.Contains(got, "several commands") {
		t.Errorf("got %.200s", got)
	}
}

// Many appends at once all arrive, whatever their order.
func TestConcurrentAppends(t *testing.T) {
	for _, dir := range []string{"", t.TempDir()} {
		e, err := engine.Open(engine.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		ask(t, e, "", ".create table T (n: long)")
		done := make(chan string)
		for w := range 4 {
			go func() {
				for i := range 10 {
					if got := ask(t, e, "", fmt.Sprintf(".append T <| print n = long(%d)", w*10+i)); strings.HasPrefix(got, "error") {
						done <- got
						return
					}
				}
				done <- ""
			}()
		}
		for range 4 {
			if failure := <-done; failure != "" {
				t.Error(failure)
			}
		}
		if got := ask(t, e, "", "T | summarize count(), sum(n), dcount(n)"); got != "count_|sum_n|dcount_n\n40|780|40\n" {
			t.Errorf("got %s", got)
		}
		if err := e.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzRun runs any text as a command on a small engine: no panic, no hang, and an engine that still answers.
func FuzzRun(f *testing.F) {
	for _, file := range []string{"tables", "ingest", "functions"} {
		text, err := os.ReadFile(filepath.Join("testdata", file+".txtar"))
		if err != nil {
			f.Fatal(err)
		}
		commands, _, _ := strings.Cut(string(text), ".want --")
		for _, s := range steps(commands) {
			f.Add(s)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 2000 || !strings.HasPrefix(text, ".") {
			return
		}
		began := time.Now()
		e, err := engine.Open(engine.Options{Database: "Main", QueryMemory: 64 << 20, OperatorMemory: 32 << 20})
		if err != nil {
			t.Fatal(err)
		}
		ask(t, e, "", ".create table T (a: long, ['b c']: string)")
		ask(t, e, "", ".append T <| print long(1), 'x'")
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		defer cancel()
		a, err := Run(ctx, e, engine.Request{Text: text, Properties: map[string]any{"servertimeout": "00:00:02"}})
		if err == nil {
			a.Close()
		} else if strings.Contains(err.Error(), "internal error") || strings.Contains(err.Error(), "has no column \"") && strings.Contains(err.Error(), "the command") {
			t.Fatalf("%q: %v", text, err)
		}
		if got := ask(t, e, "", ".show databases | count"); strings.HasPrefix(got, "error") {
			t.Fatalf("after %q: %s", text, got)
		}
		if took := time.Since(began); took > time.Minute {
			t.Fatalf("%q took %v", text, took)
		}
	})
}

// The script that a database gives makes it anew in another: its script is the same.
func TestScriptMakesTheSame(t *testing.T) {
	golden.Run(t, "testdata/script.txtar", func(t *testing.T, c *golden.Case) {
		script := func(e *engine.Engine) string { return ask(t, e, "", ".show database schema as csl script") }
		first, err := engine.Open(engine.Options{Database: "Main"})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range steps(c.Text("script.kql")) {
			ask(t, first, "", s)
		}
		second, err := engine.Open(engine.Options{Database: "Other"})
		if err != nil {
			t.Fatal(err)
		}
		want := script(first)
		for _, s := range strings.Split(strings.TrimSpace(want), "\n")[1:] {
			if got := ask(t, second, "", s); strings.HasPrefix(got, "error") {
				t.Errorf("%s: %s", s, got)
			}
		}
		if got := script(second); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
}

// Clients that append at the same time, while another makes a view and queries: what update policies make and what views give is always
// that of whole changes, and nothing is lost.
func TestDerivedTablesUnderLoad(t *testing.T) {
	e, err := engine.Open(engine.Options{Dir: filepath.Join(t.TempDir(), "db")})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for _, s := range []string{
		".create tables A (k: long, n: long), B (k: long, n: long)",
		`.alter table B policy update @'[{"Source": "A", "Query": "A | extend n = -n", "IsTransactional": true}]'`,
		".create materialized-view All on table A { A | summarize count(), sum(n) by k }",
	} {
		if got := ask(t, e, "", s); strings.HasPrefix(got, "error") {
			t.Fatal(s, got)
		}
	}
	const clients, each = 4, 15
	var work sync.WaitGroup
	for client := range clients {
		work.Go(func() {
			for i := range each {
				if got := ask(t, e, "", fmt.Sprintf(".append A <| range n from 1 to %d step 1 | project k = long(%d), n", i+1, client)); strings.HasPrefix(got, "error") {
					t.Error(got)
				}
			}
		})
	}
	work.Go(func() {
		for i := range each {
			name := fmt.Sprintf("V%d", i)
			ask(t, e, "", ".create materialized-view "+name+" on table A { A | summarize count() by k }")
			if got := ask(t, e, "", "A | summarize a = count() | extend b = toscalar(B | count), v = toscalar(All | summarize sum(count_)) | where a != b or a != v | count"); got != "Count\n0\n" {
				t.Error(got)
			}
			// What came in before the view was made isn't in it, what comes later is.
			if got := ask(t, e, "", "print toscalar("+name+" | summarize sum(count_)) > toscalar(A | count)"); strings.Contains(got, "true") {
				t.Error(got)
			}
		}
	})
	work.Wait()
	want := clients * each * (each + 1) / 2
	if got := ask(t, e, "", "union (A | count), (B | count), (All | summarize Count = sum(count_)) | summarize min(Count), max(Count)"); got != fmt.Sprintf("min_Count|max_Count\n%d|%d\n", want, want) {
		t.Error(got)
	}
}
