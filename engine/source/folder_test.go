package source

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/engine/exec"
)

// openFolder makes a folder of files and opens it.
func openFolder(t *testing.T, files map[string]string) (*Folder, string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		writeFile(t, dir, name, text)
	}
	return reopen(t, dir), dir
}

func reopen(t *testing.T, dir string) *Folder {
	t.Helper()
	f, err := OpenDir(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// tableOf loads a table by name, and gives its text or its error.
func tableOf(t *testing.T, f *Folder, name string) string {
	t.Helper()
	for _, item := range f.Items() {
		if item.Name() != name {
			continue
		}
		table, err := item.Table(context.Background())
		if err != nil {
			return "error: " + err.Error()
		}
		if table.Name() != name {
			t.Errorf("the table of item %s is named %s", name, table.Name())
		}
		return show(t, table)
	}
	return "no such item"
}

func names(f *Folder) string {
	var all []string
	for _, item := range f.Items() {
		all = append(all, item.Name())
	}
	return strings.Join(all, " ")
}

func TestFolderIsTables(t *testing.T) {
	f, _ := openFolder(t, map[string]string{
		"b.csv": "x\n1\n", "a.ndjson": `{"y":2}`, "logs.csv.gz": "z\nq\n", "notes.md": "no data", ".hidden.csv": "x\n1\n",
		"daily/1.csv": "day,n\nmon,1\n", "daily/2.json": `{"n":1.5,"day":"tue","extra":true}`, "daily/deep/3.csv": "day,n\nwed,\n", "empty/readme.txt": "",
	})
	if got := names(f); got != "a b daily logs" {
		t.Errorf("items: %s", got)
	}
	if got := tableOf(t, f, "b"); got != "x:long\n1\n" {
		t.Errorf("b: %s", got)
	}
	if got, want := tableOf(t, f, "daily"), "day:string|n:real|extra:bool\nmon|1.0|∅\ntue|1.5|true\nwed|∅|∅\n"; got != want {
		t.Errorf("daily:\n%s\nwant\n%s", got, want)
	}
}

// A broken file doesn't keep the others from being used.
func TestFolderKeepsWhatIsSound(t *testing.T) {
	f, _ := openFolder(t, map[string]string{"bad.csv": "a,b\n1,2,3\n", "good.csv": "a\n1\n", "cut.parquet": "PAR1....", "empty.json": ""})
	tables, err := f.Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, table := range tables {
		if _, err := table.Segment(context.Background(), 0, nil); err != nil {
			got[table.Name()] = err.Error()
		}
	}
	want := map[string]string{
		"bad":   "bad.csv:2: more than 2 cells, the number of columns; quote cells that hold a ','",
		"cut":   "cut.parquet: is too short for a Parquet file (8 bytes); copy or download it again",
		"empty": "empty.json: is empty; a table needs at least one JSON object",
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %q, want %q", name, got[name], text)
		}
	}
	if len(got) != len(want) || tableOf(t, f, "good") != "a:long\n1\n" {
		t.Errorf("the sound table doesn't work: %v", got)
	}
	if _, broken := tables[0].(*Broken); !broken {
		t.Errorf("%T instead of a broken table", tables[0])
	}
}

func TestFolderErrors(t *testing.T) {
	f, dir := openFolder(t, map[string]string{
		"x.csv": "a\n1\n", "x.json": `{"a":1}`,
		"mix/1.csv": "a\nx\n", "mix/2.csv": "a\n1\n",
	})
	if got, want := tableOf(t, f, "x"), "error: x.csv: and x.json would both be the table x; rename one"; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got, want := tableOf(t, f, "mix"), `error: mix/2.csv: column "a" is long here, but string in mix/1.csv; give the files one type, or put them in folders of their own`; got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "nowhere"): "no such file or folder; check the path",
		filepath.Join(dir, "x.csv"):   "is a file; give the folder that it is in",
	} {
		if _, err := OpenDir(path, Options{}); err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if _, err := OpenFile(context.Background(), filepath.Join(dir, "no.csv"), Options{}); err == nil || !strings.HasSuffix(err.Error(), "check the path") {
		t.Errorf("a missing file: %v", err)
	}
}

// No link leads out of the folder, and links that go in circles end.
func TestFolderLinks(t *testing.T) {
	outside := t.TempDir()
	writeFile(t, outside, "secret.csv", "a\n1\n")
	_, dir := openFolder(t, map[string]string{"real.csv": "a\n1\n", "sub/1.csv": "a\n2\n"})
	for name, target := range map[string]string{
		"out.csv": filepath.Join(outside, "secret.csv"), "up.csv": "../" + filepath.Base(outside) + "/secret.csv", "in.csv": "real.csv",
		"loop.csv": "loop.csv", "folder": "sub", "sub/self": ".", "gone.csv": "nothing.csv",
	} {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skipf("no links on this system: %v", err)
		}
	}
	f := reopen(t, dir)
	if got := tableOf(t, f, "in"); got != "a:long\n1\n" {
		t.Errorf("a link inside: %s", got)
	}
	for name, want := range map[string]string{
		"out": "put the file itself here", "up": "put the file itself here", "loop": "put the file itself here",
		"folder": "is a link to a folder, which isn't followed; put the folder itself here", "gone": "is a link to nothing; repair or remove it",
		"sub": "sub/self: is a link to a folder, which isn't followed; put the folder itself here",
	} {
		if got := tableOf(t, f, name); !strings.HasPrefix(got, "error: ") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A file swapped for a link after the folder was listed is caught when it is opened.
func TestFolderIsHeldWhenOpening(t *testing.T) {
	outside := writeFile(t, t.TempDir(), "secret.csv", "a\n1\n")
	f, dir := openFolder(t, map[string]string{"a.csv": "a\n1\n"})
	os.Remove(filepath.Join(dir, "a.csv"))
	if err := os.Symlink(outside, filepath.Join(dir, "a.csv")); err != nil {
		t.Skipf("no links on this system: %v", err)
	}
	if got := tableOf(t, f, "a"); !strings.HasPrefix(got, "error: ") {
		t.Errorf("read outside the folder: %s", got)
	}
}

func TestNoPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may read everything")
	}
	_, dir := openFolder(t, map[string]string{"a.csv": "a\n1\n", "sub/b.csv": "a\n1\n"})
	os.Chmod(filepath.Join(dir, "a.csv"), 0)
	os.Chmod(filepath.Join(dir, "sub"), 0)
	defer os.Chmod(filepath.Join(dir, "sub"), 0o755)
	f := reopen(t, dir)
	for _, name := range []string{"a", "sub"} {
		if got := tableOf(t, f, name); !strings.Contains(got, "permission denied; make it readable for this user") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A load that was cancelled is no verdict on the file.
func TestItemAfterCancel(t *testing.T) {
	f, _ := openFolder(t, map[string]string{"a.csv": "a\n1\n"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Items()[0].Table(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if got := tableOf(t, f, "a"); got != "a:long\n1\n" {
		t.Errorf("then: %s", got)
	}
}

// Cut gzip data names the file.
func TestDamagedGzip(t *testing.T) {
	dir := t.TempDir()
	name := writeFile(t, dir, "a.csv.gz", "a,b\n"+strings.Repeat("1,xyz\n", 1000))
	data, _ := os.ReadFile(name)
	for _, cut := range []int{0, 5, len(data) / 2, len(data) - 3} {
		os.WriteFile(name, data[:cut], 0o644)
		_, err := OpenFile(context.Background(), name, Options{})
		var problem *Error
		if !errors.As(err, &problem) || !strings.Contains(problem.Text, "isn't whole gzip data") {
			t.Errorf("cut to %d bytes: %v", cut, err)
		}
	}
}

var _ = []exec.Table{(*stored)(nil), (*joined)(nil), (*Broken)(nil), (*generated)(nil), (*parquetTable)(nil)}

// A folder's tables can be had without loading them: columns are a guess until a table is opened.
func TestFolderTablesAreLazy(t *testing.T) {
	f, _ := openFolder(t, map[string]string{
		"a.csv": "n,e\n1,\n", "b.tsv": "x\ty\n1\tq\n", "bad.json": "[1]", "sub/1.csv": "n\n\n", "sub/2.csv": "n\n2.5\n",
		"late.csv": "n\n" + strings.Repeat("1\n", 200_000) + "x\n", "cut.csv": "a,b\n" + strings.Repeat("1,2\n", 200_000) + "1,2,3\n",
	})
	tables, err := f.Tables(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, table := range tables {
		for _, c := range table.Columns() {
			got[table.Name()] += c.Name + ":" + c.Kind.String() + " "
		}
		opened, err := table.(interface {
			Open(context.Context) (exec.Table, error)
		}).Open(context.Background())
		if err != nil {
			got[table.Name()] += "error: " + err.Error()
			continue
		}
		if _, err := table.Segment(context.Background(), 0, []int{0}); err != nil {
			got[table.Name()] += "error: " + err.Error() + " "
		}
		for _, c := range opened.Columns() {
			got[table.Name()] += c.Name + ":" + c.Kind.String() + " "
		}
	}
	want := map[string]string{
		"a": "n:long e:string n:long e:string ", "b": "x:long y:string x:long y:string ", "sub": "n:real n:real ",
		"bad":  "error: bad.json:1: not a JSON object; the elements of the array must be objects",
		"late": "n:long error: late.csv: has other columns than its first lines suggest; run the query again n:string ",
		"cut":  "a:long b:long error: cut.csv:200002: more than 2 cells, the number of columns; quote cells that hold a ','",
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %q\nwant %q", name, got[name], text)
		}
	}
}
