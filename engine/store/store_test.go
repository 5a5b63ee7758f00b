package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"calypso/engine/exec"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

func longs(from, to int64) *value.Batch {
	n := value.NewBuilder(value.Long, int(to-from))
	s := value.NewBuilder(value.String, int(to-from))
	for i := from; i < to; i++ {
		n.AppendInt(i)
		s.AppendString(fmt.Sprint("row ", i%7))
	}
	return &value.Batch{N: int(to - from), Cols: []*value.Vector{n.Vector(), s.Vector()}}
}

var longColumns = []value.Column{{Name: "n", Kind: value.Long}, {Name: "s", Kind: value.String}}

func openStore(t *testing.T, dir string) (*Store, []Database) {
	t.Helper()
	s, databases, _, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, databases
}

func appended(t *testing.T, s *Store, table *Table, b *value.Batch) *Table {
	t.Helper()
	rows := NewRows(s, table, 0)
	if err := rows.Append(b); err != nil {
		t.Fatal(err)
	}
	seg, err := rows.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if table, err = s.Append(t.Context(), table, seg); err != nil {
		t.Fatal(err)
	}
	return table
}

// numbers reads the first column of a table of whole numbers.
func numbers(t *testing.T, table exec.Table) []int64 {
	t.Helper()
	var out []int64
	for i := range table.Segments() {
		b, err := table.Segment(context.Background(), i, []int{0})
		if err != nil {
			t.Fatal(err)
		}
		if b.N > exec.SegmentRows {
			t.Fatalf("a part of %d rows", b.N)
		}
		for r := range b.N {
			if b.Cols[0].IsNull(r) {
				out = append(out, -1)
			} else {
				out = append(out, b.Cols[0].Ints[r])
			}
		}
	}
	if int64(len(out)) != table.Rows() {
		t.Fatalf("%d rows of %d", len(out), table.Rows())
	}
	return out
}

func inOrder(t *testing.T, got []int64, n int64) {
	t.Helper()
	if int64(len(got)) != n {
		t.Fatalf("%d rows, not %d", len(got), n)
	}
	for i, x := range got {
		if x != int64(i) {
			t.Fatalf("row %d is %d", i, x)
		}
	}
}

func segmentFiles(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, segmentsDir))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// Rows, columns and functions are there again after a restart, and few files for many small changes.
func TestRestart(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "db")
	s, databases := openStore(t, dir)
	if len(databases) != 0 {
		t.Fatalf("%d databases in a new folder", len(databases))
	}
	table := NewTable("T", longColumns).Described("f", "d").WithMappings([]Mapping{{"m", "csv", "[]", 7}})
	at := int64(0)
	state := func() []Database {
		return []Database{{Name: "Main", PrettyName: "P", Tables: []*Table{table}, Functions: []*symbol.Function{
			{Name: "F", Parameters: "(x: long)", Body: "{ T | where n == x }", Doc: "doc", Folder: "g", View: true},
		}}, {Name: "Empty"}}
	}
	for _, n := range []int64{1, 1, 1, 5, 100, 70_000, 2, 65_536, 131_072, 65_535, 140_000, 1, 1} {
		table = appended(t, s, table, longs(at, at+n))
		at += n
		if err := s.Save(state()); err != nil {
			t.Fatal(err)
		}
	}
	for range 200 {
		table = appended(t, s, table, longs(at, at+1))
		at++
		if err := s.Save(state()); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(table.Extents()); n > 16 {
		t.Errorf("%d segments", n)
	}
	inOrder(t, numbers(t, table), at)
	s.Close()

	_, databases = openStore(t, dir)
	if len(databases) != 2 || databases[0].Name != "Main" || databases[0].PrettyName != "P" || databases[1].Name != "Empty" {
		t.Fatalf("got %+v", databases)
	}
	back := databases[0].Tables[0]
	if back.Folder != "f" || back.Doc != "d" || back.ID != table.ID || fmt.Sprint(back.Mappings) != fmt.Sprint(table.Mappings) || fmt.Sprint(back.Shape()) != fmt.Sprint(table.Shape()) {
		t.Errorf("got %+v", back)
	}
	if f := databases[0].Functions[0]; f.Name != "F" || f.Parameters != "(x: long)" || f.Body != "{ T | where n == x }" || !f.View || f.Doc != "doc" || f.Folder != "g" {
		t.Errorf("got %s", f.Name)
	}
	inOrder(t, numbers(t, back), at)
	if was, is := values(table), values(back); was < 8*at || is != was {
		t.Errorf("%d rows of one long had %d bytes of values, have %d", at, was, is)
	}
	if n := len(segmentFiles(t, dir)); n != len(back.Extents()) {
		t.Errorf("%d files for %d segments", n, len(back.Extents()))
	}
}

// values is how many bytes a table's values take.
func values(table *Table) (bytes int64) {
	for _, s := range table.Extents() {
		bytes += s.Original
	}
	return bytes
}

// Columns change without a row being written anew; older rows are null where the column is younger.
func TestColumns(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	table := appended(t, s, NewTable("T", longColumns), longs(0, 3))
	table = table.WithColumns([]value.Column{{Name: "x", Kind: value.Real}})
	table = table.WithNames([]string{"m", "s", "x"})
	table, err := table.Arranged([]value.Column{{Name: "s", Kind: value.String}, {Name: "m", Kind: value.Long}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := table.Arranged([]value.Column{{Name: "s", Kind: value.Long}}); err == nil || !strings.Contains(err.Error(), ".alter column") {
		t.Errorf("got %v", err)
	}
	table = table.Retyped(0, value.Long)
	if err := s.Save([]Database{{Name: "D", Tables: []*Table{table}}}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	_, databases := openStore(t, dir)
	back := databases[0].Tables[0]
	if got := fmt.Sprint(back.Columns()); got != fmt.Sprint([]value.Column{{Name: "s", Kind: value.Long}, {Name: "m", Kind: value.Long}}) {
		t.Errorf("columns %s", got)
	}
	if got := fmt.Sprint(numbers(t, back)); got != "[-1 -1 -1]" {
		t.Errorf("got %s", got)
	}
	if got := fmt.Sprint(numbers(t, back.WithoutColumn(0))); got != "[0 1 2]" {
		t.Errorf("got %s", got)
	}
}

// A reader goes on with the rows that it began with, though a change made their file superfluous; afterwards the file goes.
func TestReadersKeepTheirFiles(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	old := appended(t, s, NewTable("T", longColumns), longs(0, 70_000))
	if err := s.Save([]Database{{Name: "D", Tables: []*Table{old}}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Save([]Database{{Name: "D", Tables: []*Table{old.Cleared()}}}); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	inOrder(t, numbers(t, old), 70_000)
	runtime.KeepAlive(old)
	old = nil
	for deadline := time.Now().Add(10 * time.Second); len(segmentFiles(t, dir)) > 0; {
		if time.Now().After(deadline) {
			t.Fatalf("%v are left", segmentFiles(t, dir))
		}
		runtime.GC()
		runtime.Gosched()
	}
}

// What a change left that never ended is gone when the folder is opened, and other files stay.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	table := appended(t, s, NewTable("T", longColumns), longs(0, 10))
	if err := s.Save([]Database{{Name: "D", Tables: []*Table{table}}}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	stray := filepath.Join(dir, segmentsDir, strings.Repeat("ab", 16)+".parquet")
	for name, text := range map[string]string{stray: "half", filepath.Join(dir, nextManifest): "{", filepath.Join(dir, segmentsDir, "note.txt"): "mine"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	_, databases := openStore(t, dir)
	inOrder(t, numbers(t, databases[0].Tables[0]), 10)
	if got := segmentFiles(t, dir); len(got) != 2 {
		t.Errorf("left: %v", got)
	}
}

func TestTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	openStore(t, dir)
	if _, _, _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("got %v", err)
	}
}

func TestFoldersThatAreNone(t *testing.T) {
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.doc"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := Open(other); err == nil || !strings.Contains(err.Error(), "thesis.doc") {
		t.Errorf("got %v", err)
	}
	if _, _, _, err := Open(filepath.Join(other, "thesis.doc")); err == nil {
		t.Error("a file was opened")
	}
}

// fullDisk fails after some bytes.
type fullDisk struct {
	file
	room *int
	sync error
}

func (f fullDisk) Write(b []byte) (int, error) {
	if *f.room -= len(b); *f.room < 0 {
		return 0, &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
	}
	return f.file.Write(b)
}

func (f fullDisk) Sync() error { return errors.Join(f.sync, f.file.Sync()) }

// When the disk is full, at whatever byte, the state before stays, in memory and after a restart; when there is room again the store
// goes on.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	table := appended(t, s, NewTable("T", longColumns), longs(0, 10))
	if err := s.Save([]Database{{Name: "D", Tables: []*Table{table}}}); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for room := 0; ; room += 97 {
		left := room
		s.create = func(in *os.Root, name string) (file, error) {
			f, err := createFile(in, name)
			return fullDisk{file: f, room: &left}, err
		}
		rows := NewRows(s, table, 0)
		if err := rows.Append(longs(10, 25)); err != nil {
			t.Fatal(err)
		}
		seg, err := rows.Finish()
		if err != nil {
			t.Fatal(err)
		}
		next, err := s.Append(t.Context(), table, seg)
		if err == nil {
			err = s.Save([]Database{{Name: "D", Tables: []*Table{next}}})
		} else {
			s.Discard()
		}
		if err == nil {
			table = next
			break
		}
		failed++
		if !strings.Contains(err.Error(), "disk is full") || !strings.Contains(err.Error(), "nothing was changed") {
			t.Fatalf("got %v", err)
		}
		if n := len(segmentFiles(t, dir)); n != 1 {
			t.Fatalf("%d files after a change that failed", n)
		}
	}
	if failed < 10 {
		t.Errorf("only %d failures", failed)
	}
	s.Close()
	_, databases := openStore(t, dir)
	inOrder(t, numbers(t, databases[0].Tables[0]), 25)
}

// watched notes what is written after the last Sync, and when files come into being and to rest.
type watched struct {
	file
	name  string
	dirty *map[string]bool
	log   *[]string
}

func (w watched) Write(b []byte) (int, error) {
	(*w.dirty)[w.name] = true
	return w.file.Write(b)
}

func (w watched) Sync() error {
	(*w.dirty)[w.name] = false
	return w.file.Sync()
}

func (w watched) Close() error {
	*w.log = append(*w.log, w.name)
	return w.file.Close()
}

// Every byte of a segment is on disk before the manifest that names it is written, and the manifest before it takes the old one's place.
func TestOrderOfWrites(t *testing.T) {
	s, _ := openStore(t, t.TempDir())
	dirty, log := map[string]bool{}, []string(nil)
	s.create = func(in *os.Root, name string) (file, error) {
		f, err := createFile(in, name)
		if name == nextManifest {
			for other, unsafe := range dirty {
				if unsafe {
					t.Errorf("%s isn't on disk when the manifest is written", other)
				}
			}
		}
		return watched{f, name, &dirty, &log}, err
	}
	table := NewTable("T", longColumns)
	for _, n := range []int64{5, 70_000, 3} {
		table = appended(t, s, table, longs(0, n))
		if err := s.Save([]Database{{Name: "D", Tables: []*Table{table}}}); err != nil {
			t.Fatal(err)
		}
		if dirty[nextManifest] || log[len(log)-1] != nextManifest {
			t.Errorf("the manifest isn't the last, or not on disk: %v", log)
		}
	}
}

// Damage is told, table by table; the other tables stay usable.
func TestDamage(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	a := appended(t, s, NewTable("A", longColumns), longs(0, 10))
	b := appended(t, s, NewTable("B", longColumns), longs(0, 20))
	if err := s.Save([]Database{{Name: "D", Tables: []*Table{a, b}}}); err != nil {
		t.Fatal(err)
	}
	s.Close()
	name := filepath.Join(dir, segmentsDir, a.Extents()[0].file())
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	for _, damage := range []func(){
		func() {},
		func() { _ = os.WriteFile(name, []byte("PAR1"), 0o600) },
		func() { _ = os.Remove(name); _ = os.Symlink("/etc/passwd", name) },
		func() { _ = os.Remove(name); _ = os.Mkdir(name, 0o700) },
	} {
		damage()
		s, databases := openStore(t, dir)
		_, err := databases[0].Tables[0].Segment(t.Context(), 0, []int{0})
		if err == nil || !strings.Contains(err.Error(), "bring it back") {
			t.Errorf("got %v", err)
		}
		inOrder(t, numbers(t, databases[0].Tables[1]), 20)
		s.Close()
	}
	text, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "{}", strings.Replace(string(text), `"rows":10`, `"rows":11`, 1), string(text[:len(text)/2]), strings.Replace(string(text), `"format":2`, `"format":3`, 1)} {
		if err := os.WriteFile(filepath.Join(dir, manifestFile), []byte(bad), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, _, _, err := Open(dir); err == nil {
			s.Close()
			t.Errorf("%.40q was taken", bad)
		}
	}
}

// FuzzManifest reads any state with a right checksum: no panic, and no file outside the folder.
func FuzzManifest(f *testing.F) {
	text, err := writeManifest([]Database{{Name: "D", Tables: []*Table{NewTable("T", longColumns)}}}, Settings{}, 3)
	if err != nil {
		f.Fatal(err)
	}
	var m manifestJSON
	if err := json.Unmarshal(text, &m); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(m.State))
	f.Add([]byte(`{"databases":[{"name":"D","views":[{"name":"V","id":"00000000000000000000000000000000","source":"T","query":"","columns":[{"id":1,"name":"a","type":"long"}]}],"policies":{"x":"{"},"roles":[{"name":"n"}]}]}`))
	f.Add([]byte(`{"databases":[{"name":"D","tables":[{"name":"T","id":"00000000000000000000000000000000","columns":[{"id":1,"name":"a","type":"long"}],"segments":[{"file":"../../x.parquet","rows":1,"bytes":1,"columns":[1],"types":["long"]}]}]}]}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		whole, err := json.Marshal(manifestJSON{Format: 1, Check: checkOf(state), State: state})
		if err != nil {
			return
		}
		databases, _, _, err := readManifest(whole, nil)
		if err != nil {
			return
		}
		for name := range segmentsOf(databases) {
			if strings.ContainsAny(name, `/\`) {
				t.Fatal(name)
			}
		}
	})
}

// A folder that an older program wrote, without policies, views and instants, is read as it was.
func TestOlderManifest(t *testing.T) {
	state := []byte(`{"version":7,"databases":[{"name":"D","tables":[{"name":"T","id":"00000000000000000000000000000001","created":5,"nextColumn":2,` +
		`"columns":[{"id":1,"name":"a","type":"long"}],"segments":[{"file":"0000000000000000000000000000000a.parquet","rows":1,"bytes":1,"created":5,"columns":[1],"types":["long"]}]}]}]}`)
	whole, err := json.Marshal(manifestJSON{Format: 1, Check: checkOf(state), State: state})
	if err != nil {
		t.Fatal(err)
	}
	databases, cluster, version, err := readManifest(whole, nil)
	if err != nil {
		t.Fatal(err)
	}
	table := databases[0].Tables[0]
	if version != 7 || table.Rows() != 1 || !table.Remembers() || table.Extents()[0].Ingested != 0 || len(table.Settings.Policies)+len(cluster.Policies)+len(databases[0].Views) != 0 {
		t.Errorf("%+v", databases)
	}
}

// Policies, roles, views and instants come back.
func TestSettingsAreKept(t *testing.T) {
	settings := Settings{Policies: map[string]string{"caching": `{"a":1}`}, Roles: []Role{{Name: "admins", Principal: "aaduser=a@b", Notes: "n", Function: "F"}}}
	view := &View{
		Name: "V", Source: "T", Query: "T | summarize count() by a", Columns: []Column{{ID: 1, Name: "a", Kind: value.Long}}, Folder: "f", Doc: "d",
		ID: newID(), Created: 5, Since: 6, Effective: 7, Disabled: true, AutoUpdate: true, Settings: settings,
	}
	table := NewTable("T", longColumns).WithSettings(settings)
	seg := &Segment{ID: newID(), Created: 1, Bytes: 1, Ingested: 9, Tags: []string{"a"}, rows: 1, ids: []int{1, timesID}, kinds: []value.Kind{value.Long, value.Datetime}}
	table = table.Only(seg)
	text, err := writeManifest([]Database{{Name: "D", Tables: []*Table{table}, Views: []*View{view}, Settings: settings}}, settings, 3)
	if err != nil {
		t.Fatal(err)
	}
	databases, cluster, _, err := readManifest(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := databases[0]
	if !reflect.DeepEqual(d.Views[0], view) || !reflect.DeepEqual(d.Settings, settings) || !reflect.DeepEqual(cluster, settings) ||
		!reflect.DeepEqual(d.Tables[0].Settings, settings) || d.Tables[0].Extents()[0].Ingested != 9 || !d.Tables[0].HasTag("a") {
		t.Errorf("got %+v", d)
	}
}

// Large values don't stay in memory once they are written, aren't gathered without bound, and come back.
func TestLargeValues(t *testing.T) {
	dir := t.TempDir()
	s, _ := openStore(t, dir)
	table := NewTable("T", longColumns)
	big := func(n int64) *value.Batch {
		b := value.NewBuilder(value.String, 10)
		for range 10 {
			b.AppendString(strings.Repeat(string(rune('a'+n%26)), 1<<20))
		}
		return &value.Batch{N: 10, Cols: []*value.Vector{longs(10*n, 10*n+10).Cols[0], b.Vector()}}
	}
	for i := range int64(8) {
		table = appended(t, s, table, big(i))
	}
	inOrder(t, numbers(t, table), 80)
	for _, seg := range table.Extents() {
		if _, held := seg.table.(*exec.Memory); held {
			t.Errorf("%d rows stay in memory", seg.rows)
		}
	}
	b, err := table.Segment(t.Context(), 0, []int{1})
	if err != nil || b.Cols[0].Strings[0] != strings.Repeat("a", 1<<20) {
		t.Errorf("a large value differs: %v", err)
	}
	for name, store := range map[string]*Store{"--db": nil, "stored together": s} {
		rows := NewRows(store, table, 30<<20)
		err = nil
		for i := int64(0); i < 5 && err == nil; i++ {
			err = rows.Append(big(i))
		}
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v", err)
		}
		rows.Abort()
	}
}
