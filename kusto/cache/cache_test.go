package cache

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/internal/bench"
	"calypso/kql/symbol"
)

var when = time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)

func database(name string, tables int) *symbol.Database {
	d := &symbol.Database{Name: name, State: symbol.Known, Functions: []*symbol.Function{
		{Name: "F", Parameters: "(n:long)", Body: "{ T0 | take n }"},
		{Name: "V", Parameters: "()", Body: "{ T0 }", View: true},
	}}
	for i := range tables {
		d.Tables = append(d.Tables, &symbol.TableSymbol{
			Name: fmt.Sprintf("T%d", i), Columns: symbol.Columns{List: []*symbol.Column{{Name: "a", Type: symbol.Long}}},
		})
	}
	return d
}

func entry(name string, tables int) Entry {
	return Entry{Key: KeyOf("https://Help.kusto.windows.net/", name), Fetched: when, Schema: database(name, tables)}
}

func TestWriteAndRead(t *testing.T) {
	f := &Folder{Dir: filepath.Join(t.TempDir(), "a", "schema")}
	e := entry("My Database", 3)
	if got, err := f.Read(e.Key); got != nil || err != nil {
		t.Fatalf("got %+v %v of an empty cache", got, err)
	}
	if err := f.Write(e); err != nil {
		t.Fatal(err)
	}
	got, err := f.Read(KeyOf("https://HELP.kusto.windows.net", "my database"))
	if err != nil || !got.Fetched.Equal(when) || len(got.Schema.Tables) != 3 || !got.Schema.Function("V").View || got.Schema.Function("F").View {
		t.Fatalf("got %+v %v", got, err)
	}
	if got.Sum != Sum(e.Schema) || got.Sum != Sum(got.Schema) || got.Sum == Sum(database("My Database", 4)) {
		t.Error("sums don't tell schemas apart")
	}
	if !f.Fetched(e.Key).Equal(when) || !f.Fetched(KeyOf("https://x", "y")).IsZero() {
		t.Error("the age is wrong")
	}
	list, _ := os.ReadDir(f.Dir)
	if len(list) != 1 || !strings.HasPrefix(list[0].Name(), "help.kusto.windows.net_my_database-") {
		t.Errorf("files %v", list)
	}
	if runtime.GOOS != "windows" {
		dir, _ := os.Stat(f.Dir)
		file, _ := list[0].Info()
		if dir.Mode().Perm() != 0o700 || file.Mode().Perm() != 0o600 {
			t.Errorf("rights %v %v", dir.Mode(), file.Mode())
		}
	}
	f.Remove(e.Key)
	if got, err := f.Read(e.Key); got != nil || err != nil {
		t.Errorf("got %+v %v after removal", got, err)
	}
}

func TestListOfDatabases(t *testing.T) {
	f := &Folder{Dir: t.TempDir()}
	key := KeyOf("http://localhost:8080", "")
	if err := f.Write(Entry{Key: key, Fetched: when, Databases: []string{"B", "A"}}); err != nil {
		t.Fatal(err)
	}
	if e, err := f.Read(key); err != nil || e.Schema != nil || strings.Join(e.Databases, " ") != "B A" {
		t.Errorf("got %+v %v", e, err)
	}
}

// Who removes a connection wants its traces gone, and those of others kept.
func TestForget(t *testing.T) {
	f := &Folder{Dir: t.TempDir()}
	other := Entry{Key: KeyOf("https://other.net", "D"), Fetched: when, Schema: database("D", 1)}
	for _, e := range []Entry{entry("D", 1), entry("E", 1), {Key: KeyOf("https://help.kusto.windows.net", ""), Fetched: when, Databases: []string{"D", "E"}}, other} {
		if err := f.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(f.Dir, "junk"+ending), []byte("junk"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.Forget("https://HELP.kusto.windows.net/")
	left, _ := filepath.Glob(filepath.Join(f.Dir, "*"))
	if e, err := f.Read(other.Key); e == nil || err != nil || len(left) != 2 {
		t.Errorf("left %v, %v", left, err)
	}
	(&Folder{Dir: filepath.Join(f.Dir, "none")}).Forget("https://help.kusto.windows.net")
}

// What an address may carry besides the place is a secret, and must not be in a file or its name.
func TestKeyHasNoSecret(t *testing.T) {
	for address, want := range map[string]string{
		"https://user:secret@Host.net/Db/?token=secret#secret": "https://host.net/db",
		" HTTPS://Host.net ":  "https://host.net",
		"https://h.net?":      "https://h.net",
		"https://h%zz/secret": "h%zz",
	} {
		if got := KeyOf(address, "D").Cluster; got != want {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
	f := &Folder{Dir: "d"}
	for _, name := range []string{"../../x", "CON", "a/b\\c:d", strings.Repeat("x", 500), ".", "日本"} {
		if base := filepath.Base(f.path(KeyOf("https://h.net", name))); filepath.Dir(f.path(KeyOf("https://h.net", name))) != "d" || len(base) > 120 || base[0] == '.' {
			t.Errorf("%s is kept as %s", name, base)
		}
	}
}

// Whatever is in the file: a message, the file out of the way, and the next read and write work.
func TestUnreadable(t *testing.T) {
	good, err := encode(ptr(entry("D", 2)))
	if err != nil {
		t.Fatal(err)
	}
	swap := func(old, next string) []byte { return bytes.Replace(good, []byte(old), []byte(next), 1) }
	for want, body := range map[string][]byte{
		"no first line":       nil,
		"can't be read":       []byte("<html>\n"),
		"no schema cache":     []byte("{}\n"),
		"version 2":           swap(`"version":1`, `"version":2`),
		"about another":       swap(`"database":"D"`, `"database":"E"`),
		"in place of":         good[:len(good)-5],
		"changed or damaged":  swap(`"T1"`, `"T2"`),
		"its first line can'": append([]byte{0}, good...),
	} {
		f := &Folder{Dir: t.TempDir()}
		key := entry("D", 0).Key
		if err := os.WriteFile(f.path(key), body, 0o600); err != nil {
			t.Fatal(err)
		}
		e, err := f.Read(key)
		var u *Unreadable
		if e != nil || !errors.As(err, &u) || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "kept as") {
			t.Errorf("%s: got %+v %v", want, e, err)
			continue
		}
		if kept, err := os.ReadFile(u.Aside); err != nil || !bytes.Equal(kept, body) {
			t.Errorf("%s: what was kept is %q, %v", want, kept, err)
		}
		if e, err := f.Read(key); e != nil || err != nil {
			t.Errorf("%s: the second read gives %+v %v", want, e, err)
		}
		if err := f.Write(entry("D", 1)); err != nil {
			t.Error(err)
		}
		if e, err := f.Read(key); err != nil || len(e.Schema.Tables) != 1 {
			t.Errorf("%s: after writing it gives %+v %v", want, e, err)
		}
	}
}

func TestFolderThatCannotBe(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	f := &Folder{Dir: filepath.Join(file, "schema")}
	if err := f.Write(entry("D", 1)); err == nil || !strings.HasPrefix(err.Error(), "schema cache: ") {
		t.Errorf("got %v", err)
	}
	f = &Folder{Dir: t.TempDir()}
	key := entry("D", 0).Key
	if err := os.Mkdir(f.path(key), 0o700); err != nil {
		t.Fatal(err)
	}
	var u *Unreadable
	if _, err := f.Read(key); !errors.As(err, &u) {
		t.Errorf("got %v", err)
	}
}

func TestBoundedSize(t *testing.T) {
	f := &Folder{Dir: t.TempDir(), MaxBytes: 10_000}
	old := filepath.Join(f.Dir, ".calypso-new-123")
	if err := os.WriteFile(old, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(old, when, when); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		e := entry(fmt.Sprintf("D%d", i), 20) // 1.2 KB each
		if err := f.Write(e); err != nil {
			t.Fatal(err)
		}
		used := time.Now().Add(time.Duration(i-100) * time.Minute)
		if err := os.Chtimes(f.path(e.Key), used, used); err != nil {
			t.Fatal(err)
		}
		if _, err := f.Read(entry("D0", 0).Key); err != nil { // D0 is in use all the time
			t.Fatal(err)
		}
	}
	list, _ := os.ReadDir(f.Dir)
	var total int64
	for _, d := range list {
		info, _ := d.Info()
		total += info.Size()
	}
	if total > 10_000 || len(list) < 4 {
		t.Errorf("%d files with %d bytes", len(list), total)
	}
	for name, want := range map[string]bool{"D0": true, "D19": true, "D1": false} {
		if e, err := f.Read(entry(name, 0).Key); (e != nil) != want || err != nil {
			t.Errorf("%s: got %v %v", name, e != nil, err)
		}
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("what a killed writer left is still there")
	}
}

// A schema that is larger than all that may be kept is kept alone: it is the one in use.
func TestOneLargeSchema(t *testing.T) {
	f := &Folder{Dir: t.TempDir(), MaxBytes: 100}
	for _, name := range []string{"D", "E"} {
		if err := f.Write(entry(name, 20)); err != nil {
			t.Fatal(err)
		}
	}
	d, _ := f.Read(entry("D", 0).Key)
	if e, err := f.Read(entry("E", 0).Key); e == nil || d != nil || err != nil {
		t.Errorf("got %v %v %v", d, e, err)
	}
}

// Two processes write at once: whoever reads sees one of the entries, whole.
func TestWritersAtOnce(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			f := &Folder{Dir: dir}
			for range 10 {
				if err := f.Write(entry("D", 10*(i+1))); err != nil && runtime.GOOS != "windows" {
					t.Error(err)
				}
				if e, err := f.Read(entry("D", 0).Key); err != nil || e != nil && len(e.Schema.Tables)%10 != 0 {
					t.Errorf("got %+v %v", e, err)
				}
			}
		})
	}
	all.Wait()
}

func ptr[T any](v T) *T { return &v }

// FuzzDecode: any bytes give an entry or an error, and an entry that was read can be written and read again.
func FuzzDecode(f *testing.F) {
	key := entry("D", 0).Key
	good, _ := encode(ptr(entry("D", 2)))
	list, _ := encode(&Entry{Key: Key{Cluster: key.Cluster}, Databases: []string{"A", "B"}})
	f.Add(good)
	f.Add(list)
	f.Add(good[:len(good)/2])
	f.Add([]byte("{}\n{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		check(t, data, key)
		check(t, data, Key{Cluster: key.Cluster})
		// Past the sum, which no fuzzer guesses: the data as the schema, or as the first line.
		if body, err := json1(data, key); err == nil {
			check(t, body, key)
		}
	})
}

func check(t *testing.T, data []byte, key Key) {
	e, err := decode(data, key)
	if err != nil {
		return
	}
	again, err := encode(e)
	if err != nil {
		return // a time that JSON has no form for
	}
	if _, err := decode(again, key); err != nil {
		t.Fatalf("%q was read, and written it is %q: %v", data, again, err)
	}
}

// json1 puts a right first line before a body.
func json1(body []byte, key Key) ([]byte, error) {
	line, err := encode(&Entry{Key: key})
	if err != nil {
		return nil, err
	}
	line = bytes.Replace(line, []byte(`"bytes":0`), fmt.Appendf(nil, `"bytes":%d`, len(body)), 1)
	line = bytes.Replace(line, []byte(sumOf(nil)), []byte(sumOf(body)), 1)
	return append(line, body...), nil
}

func TestHugeSchema(t *testing.T) {
	f := &Folder{Dir: t.TempDir()}
	e := Entry{Key: KeyOf("https://big.net", "Big"), Fetched: when, Schema: bench.ManySchema().Database}
	start := time.Now()
	if err := f.Write(e); err != nil {
		t.Fatal(err)
	}
	wrote := time.Since(start)
	e.Schema = nil
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start = time.Now()
	got, err := f.Read(e.Key)
	if err != nil || len(got.Schema.Tables) != bench.ManyTables || got.Schema.Table("Events_Region00_00000") == nil {
		t.Fatal(err)
	}
	read := time.Since(start)
	start = time.Now()
	f.Fetched(e.Key)
	age := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20
	info, _ := os.Stat(f.path(e.Key))
	t.Logf("%d KB on disk; written in %v, read in %v, its age in %v; %d MB kept", info.Size()>>10, wrote, read, age, kept)
	if kept > 40 {
		t.Errorf("%d MB are kept; 40 is the most that an editor should spend on a schema", kept)
	}
	runtime.KeepAlive(got)
}
