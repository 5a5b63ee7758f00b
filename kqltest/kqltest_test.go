package kqltest

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The cases are test files themselves, each beside the report that it gives; txtar can't hold them, since it is their own shape.
var update = flag.Bool("update", false, "rewrite the wanted reports")

// stopped is a clock that stands.
func stopped() time.Time { return time.Unix(0, 0) }

func want(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if wanted, _ := os.ReadFile(path); string(wanted) != got {
		t.Errorf("%s differs; got:\n%s", path, got)
	}
}

func TestReports(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.kqltest")
	if len(files) == 0 {
		t.Fatal("no cases")
	}
	runner := NewRunner(Options{Clock: stopped})
	for _, path := range files {
		t.Run(filepath.Base(path), func(t *testing.T) {
			_, results := runner.RunFile(context.Background(), path)
			var out strings.Builder
			if err := WriteText(&out, results, true); err != nil {
				t.Fatal(err)
			}
			out.WriteString(Of(results).Summary() + "\n")
			want(t, strings.TrimSuffix(path, Extension)+".want", filepath.ToSlash(out.String()))
		})
	}
}

// TestMachineReports holds the shape of JSON and JUnit on all statuses that a file can show.
func TestMachineReports(t *testing.T) {
	runner := NewRunner(Options{Clock: stopped})
	var all []*Result
	runner.RunAll(context.Background(), []string{"testdata/errors.kqltest", "testdata/rows.kqltest", "testdata/single.kqltest", "testdata/nowhere.kqltest"},
		func(_ *File, results []*Result) { all = append(all, results...) })
	var j, x bytes.Buffer
	if err := WriteJSON(&j, all); err != nil || !json.Valid(j.Bytes()) {
		t.Errorf("JSON: %v", err)
	}
	if err := WriteJUnit(&x, all); err != nil || xml.Unmarshal(x.Bytes(), &junitSuites{}) != nil {
		t.Errorf("XML: %v", err)
	}
	want(t, "testdata/report.json", filepath.ToSlash(j.String()))
	want(t, "testdata/report.xml", filepath.ToSlash(x.String()))
}

// TestUpdate writes what came, and then all passes that isn't refused; a second update changes nothing.
func TestUpdate(t *testing.T) {
	body, err := os.ReadFile("testdata/update/values.kqltest")
	if err != nil {
		t.Fatal(err)
	}
	for _, ends := range []string{"\n", "\r\n"} {
		runner := NewRunner(Options{Update: true})
		f := ParseFile("values.kqltest", strings.ReplaceAll(string(body), "\n", ends))
		results := runner.RunParsed(context.Background(), f)
		rewrites := f.Rewrites(results)
		if len(rewrites) != 1 {
			t.Fatalf("%d files change", len(rewrites))
		}
		text := rewrites[0].Text
		if strings.Count(text, "\n") != strings.Count(text, ends) {
			t.Errorf("line ends are mixed")
		}
		want(t, "testdata/update/values.want", strings.ReplaceAll(text, "\r\n", "\n"))
		again := ParseFile("values.kqltest", text)
		results = NewRunner(Options{}).RunParsed(context.Background(), again)
		for _, r := range results {
			if r.Status != Passed && r.Status != Refused {
				var out strings.Builder
				r.write(&out)
				t.Errorf("after the update:\n%s", out.String())
			}
		}
		if more := again.Rewrites(results); len(more) != 0 {
			t.Errorf("a second update changes %d files", len(more))
		}
	}
}

// TestUpdateBeside writes into the file that a section names.
func TestUpdateBeside(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.kqltest")
	write := func(name, body string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("a.kqltest", "-- query --\nprint a = 1\n-- rows from want.csv --\n")
	write("want.csv", "a\n2\n")
	f, results := NewRunner(Options{Update: true}).RunFile(context.Background(), path)
	rewrites := f.Rewrites(results)
	if len(rewrites) != 1 || rewrites[0].Path != filepath.Join(dir, "want.csv") || rewrites[0].Text != "a\n1\n" {
		t.Errorf("rewrites are %+v", rewrites)
	}
}

// TestStopped: a run that is ended says so of what it didn't do.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, results := NewRunner(Options{}).RunFile(ctx, "testdata/single.kqltest")
	if len(results) != 1 || results[0].Status != Stopped {
		t.Errorf("results are %+v", results[0])
	}
}

// TestFind finds files below folders once, and says of a folder without any that it has none.
func TestFind(t *testing.T) {
	files, problems := Find([]string{"testdata/update", "testdata/update/values.kqltest", "testdata/beside", "testdata/nowhere"})
	if len(files) != 1 || len(problems) != 2 {
		t.Errorf("files %v, problems %v", files, problems)
	}
}

// FuzzParseFile: any text gives a file; places lie in it; sections tile what stands behind the settings.
func FuzzParseFile(f *testing.F) {
	for _, pattern := range []string{"testdata/*.kqltest", "testdata/update/*.kqltest"} {
		files, _ := filepath.Glob(pattern)
		for _, path := range files {
			body, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(body))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := ParseFile("f.kqltest", text)
		lines := strings.Count(file.outline.text, "\n") + 1
		check := func(m *Mistake) {
			if m.Line < 0 || m.Line > lines || m.Column < 0 || m.Text == "" {
				t.Errorf("mistake %v of %d lines", m, lines)
			}
		}
		for _, m := range file.Mistakes {
			check(m)
		}
		at := len(file.outline.preamble)
		for _, s := range file.outline.sections {
			if s.start < at || s.bodyStart < s.start || s.bodyEnd < s.bodyStart || s.line < 1 || s.line > lines {
				t.Fatalf("section %+v behind %d", s, at)
			}
			if gap := file.outline.text[at:s.start]; strings.TrimSpace(gap) != "" {
				t.Errorf("%q is in no section", gap)
			}
			at = s.bodyEnd
		}
		for _, c := range file.Cases {
			for _, m := range c.mistakes {
				check(m)
			}
			readAll(t, c, check)
		}
	})
}

// readAll reads all rows of a case that stand in its file.
func readAll(t *testing.T, c *Case, check func(*Mistake)) {
	for _, s := range append(append([]*section(nil), c.tables...), c.wants...) {
		if s.from != "" {
			continue
		}
		var err error
		if s.keyword == sectionTable {
			_, err = c.table(context.Background(), s)
		} else {
			_, err = (&Case{path: c.path, wants: []*section{s}}).readWants(false)
		}
		if m, ok := err.(*Mistake); ok {
			check(m)
		} else if err != nil {
			t.Errorf("an error without a place: %v", err)
		}
	}
}

// TestSamples: the tests that people see first pass, and say which cell it is when a row is changed.
func TestSamples(t *testing.T) {
	files, problems := Find([]string{"../samples"})
	if len(files) == 0 || len(problems) > 0 {
		t.Fatalf("files %v, problems %v", files, problems)
	}
	runner := NewRunner(Options{})
	runner.RunAll(context.Background(), files, func(f *File, results []*Result) {
		if n := Of(results); n[Passed] != n.Total() {
			var out strings.Builder
			_ = WriteText(&out, results, false)
			t.Errorf("%s\n%s", n.Summary(), out.String())
		}
	})
	path := "../samples/tests/password-spray.kqltest"
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.Replace(string(body), "08:00:00Z,3,[],low", "08:00:00Z,4,[],low", 1)
	var out strings.Builder
	_ = WriteText(&out, runner.RunParsed(context.Background(), ParseFile(path, changed)), false)
	for _, want := range []string{"FAILED   " + path + ":6: three users", "~ changed " + path + ":15: row 1 is 203.0.113.7,", "Users: got 3, want 4"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the report has no %q:\n%s", want, out.String())
		}
	}
	if strings.Count(out.String(), "FAILED") != 1 {
		t.Errorf("other cases fail too:\n%s", out.String())
	}
}
