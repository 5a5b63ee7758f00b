package connection

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/internal/bench"
	"calypso/kql/binder"
	"calypso/kql/complete"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/server"
	"calypso/server/protocol"
)

// A start without a network: names are there at once, and the editor says how old they are.
func TestOfflineStart(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 3), database("E", 1)), t.TempDir(), newClock()
	if n := open(t, cluster.URL, dir, clock).load(false); n != 3 {
		t.Fatalf("%d tables", n)
	}
	clock.turn(3*time.Hour + time.Minute)
	cluster.Close()

	d := open(t, cluster.URL, dir, clock)
	if n := d.tables(); n != 3 {
		t.Fatalf("the first look finds %d tables; the cache has 3", n)
	}
	if s := d.Schema(d.target); s.Cluster.Find("E") == nil || s.Cluster.Find("E").State != symbol.NotLoaded || s.Cluster.State != symbol.Known {
		t.Error("the names of the other databases are forgotten")
	}
	const note = "schema of 3 h ago; cluster not reachable"
	if p := d.failed(); p.Note != note {
		t.Errorf("told %+v", p)
	}
	d.idle()
	if d.note() != note || d.tables() != 3 {
		t.Errorf("the connection says %q, %d tables", d.note(), d.tables())
	}
	facts, err := d.Load(t.Context(), d.target, false, nil)
	if err != nil || facts.Reason != "cluster not reachable" || clock.now().Sub(facts.Loaded) < 3*time.Hour || facts.Databases["D"].Reason == "" {
		t.Errorf("got %+v %v", facts, err)
	}
	var f *server.Failure
	if _, err = d.Load(t.Context(), d.target, true, nil); !errors.As(err, &f) || f.Kind != protocol.ErrorNetwork || !strings.Contains(f.Hint, "the schema of 3 h ago stays in use") {
		t.Errorf("got %v", err)
	}
	// Each try fails alike, and isn't told again.
	for range 3 {
		clock.turn(time.Minute)
		d.Schema(d.target)
		d.idle()
	}
	if len(d.events) != 0 {
		t.Errorf("told again: %+v", <-d.events)
	}
}

// Offline, the connection's own default database must be found too.
func TestOfflineStartOfTheDefaultDatabase(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("Main", 2)), t.TempDir(), newClock()
	d := open(t, cluster.URL, dir, clock)
	d.target.Database = ""
	if d.load(false) != 2 {
		t.Fatal("not loaded")
	}
	cluster.Close()
	clock.turn(72 * time.Hour)
	d = open(t, cluster.URL, dir, clock)
	d.target.Database = ""
	if d.tables() != 2 || d.failed().Note != "schema of 3 days ago; cluster not reachable" {
		t.Error("the cache wasn't used")
	}
}

func TestYoungCacheAsksNobody(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 3)), t.TempDir(), newClock()
	open(t, cluster.URL, dir, clock).load(false)
	cluster.commands()
	clock.turn(59 * time.Minute)
	d := open(t, cluster.URL, dir, clock)
	if d.tables() != 3 || d.load(false) != 3 || d.note() != "" {
		t.Errorf("the cache doesn't serve: %q", d.note())
	}
	if asked := cluster.commands(); len(asked) != 0 {
		t.Errorf("the cluster was asked %q", asked)
	}
	if d.load(true) != 3 || len(cluster.commands()) == 0 {
		t.Error("a person's wish for a fresh one was answered from the cache")
	}
}

// A schema that is in use is read again when it is old, in the background; texts are judged anew only when something changed.
func TestOldSchemaIsReadAgain(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 3)), t.TempDir(), newClock()
	d := open(t, cluster.URL, dir, clock)
	d.load(false)
	before := d.Schema(d.target)
	clock.turn(2 * time.Hour)
	cluster.commands()
	if d.Schema(d.target) != before {
		t.Error("an old schema is another one")
	}
	d.idle()
	if len(cluster.commands()) == 0 || d.Schema(d.target) != before {
		t.Error("what didn't change is a new snapshot")
	}
	clock.turn(2 * time.Hour)
	cluster.set("", database("D", 4))
	d.Schema(d.target)
	d.idle()
	if after := d.Schema(d.target); after == before || len(after.Database.Tables) != 4 || after.Version <= before.Version {
		t.Error("what changed isn't a new snapshot")
	}
	if len(d.events) == 0 {
		t.Error("the change wasn't told")
	}
	clock.turn(-10 * time.Hour) // a clock that was set right
	cluster.commands()
	d.Schema(d.target)
	d.idle()
	if len(cluster.commands()) == 0 {
		t.Error("a schema from the future is taken for young")
	}
}

// A person's wish isn't answered by a load that is under way and that the cache is enough for.
func TestFreshJoinsNoLoadFromTheCache(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 3)), t.TempDir(), newClock()
	open(t, cluster.URL, dir, clock).load(false)
	for range 20 {
		cluster.commands()
		d := open(t, cluster.URL, dir, clock)
		e, _ := d.entry(d.target.Connection)
		e.schemas.mu.Lock()
		e.schemas.ready(e)
		d.start(e, "D", false)
		e.schemas.mu.Unlock()
		if d.load(true) != 3 || len(cluster.commands()) == 0 {
			t.Fatal("the cluster wasn't asked")
		}
	}
}

// What another process has read lately needn't be asked again.
func TestAnotherProcessReadIt(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 3)), t.TempDir(), newClock()
	one, other := open(t, cluster.URL, dir, clock), open(t, cluster.URL, dir, clock)
	one.load(false)
	other.load(false)
	clock.turn(2 * time.Hour)
	cluster.set("", database("D", 5))
	other.load(true)
	cluster.commands()
	one.Schema(one.target)
	one.idle()
	if n := one.tables(); n != 5 || len(cluster.commands()) != 0 {
		t.Errorf("%d tables", n)
	}
}

func TestProcessesAtOnce(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 50)), t.TempDir(), newClock()
	var all sync.WaitGroup
	for range 6 {
		d := open(t, cluster.URL, dir, clock)
		all.Go(func() {
			for range 5 {
				if facts, err := d.Load(context.Background(), d.target, true, nil); err != nil || len(facts.Schema.Database.Tables) != 50 {
					t.Errorf("got %v", err)
				}
			}
		})
	}
	all.Wait()
	cluster.Close()
	if d := open(t, cluster.URL, dir, clock); d.tables() != 50 {
		t.Error("the cache is broken")
	}
}

// Whatever a cluster does: an error with its reason where nothing is known, and the old schema where one is.
func TestMisbehavingCluster(t *testing.T) {
	for _, c := range []struct {
		mode, wants, note string
		state             protocol.State
	}{
		{"500", "HTTP 500: broken", "the cluster answers with an error", protocol.StateFailed},
		{"401", "wants you to sign in", "the cluster wants a sign-in", protocol.StateDenied},
		{"html", "127.0.0.1", "cluster not reachable", protocol.StateFailed},
		{"cut", "ended too early", "cluster not reachable", protocol.StateFailed},
	} {
		t.Run(c.mode, func(t *testing.T) {
			cluster, dir, clock := newCluster(t, database("D", 3)), t.TempDir(), newClock()
			cluster.set(c.mode)
			d := open(t, cluster.URL, dir, clock)
			_, err := d.Load(t.Context(), d.target, false, nil)
			if err == nil || !strings.Contains(err.Error(), c.wants) {
				t.Errorf("got %v", err)
			}
			if p := d.failed(); p.State != c.state || p.Note != "no schema; "+c.note || d.tables() != -1 {
				t.Errorf("told %+v", p)
			}
			if files := cacheFiles(dir, ""); len(files) != 0 {
				t.Errorf("kept %v", files)
			}
			cluster.set("")
			if d.load(false) != 3 || d.note() != "" {
				t.Error("it doesn't recover")
			}
			cluster.set(c.mode)
			clock.turn(26 * time.Hour)
			d.Schema(d.target)
			d.idle()
			if d.tables() != 3 || d.note() != "schema of 26 h ago; "+c.note {
				t.Errorf("%d tables, note %q", d.tables(), d.note())
			}
		})
	}
}

// A person who doesn't want to wait isn't made to, and the load goes on for the next one.
func TestSlowClusterAndCancel(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 3)), t.TempDir(), newClock()
	cluster.set("slow")
	d := open(t, cluster.URL, dir, clock)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := d.Load(ctx, d.target, false, nil)
		done <- err
	}()
	d.until("loading", func(p protocol.SchemaChanged) bool { return p.State == protocol.StateLoading })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	// With something in the cache, nobody waits at all.
	keeper := newCluster(t, database("D", 2))
	open(t, keeper.URL, dir, clock).load(false)
	clock.turn(5 * time.Hour)
	keeper.set("slow")
	d = open(t, keeper.URL, dir, clock)
	if facts, err := d.Load(t.Context(), d.target, false, nil); err != nil || len(facts.Schema.Database.Tables) != 2 {
		t.Errorf("got %v", err)
	}
}

// Whatever is in the cache's files: a message, the file aside, the schema read anew.
func TestCorruptedCache(t *testing.T) {
	for name, spoil := range map[string]func([]byte) []byte{
		"cut":     func(b []byte) []byte { return b[:len(b)/2] },
		"empty":   func([]byte) []byte { return nil },
		"zeros":   func(b []byte) []byte { return make([]byte, len(b)) },
		"foreign": func(b []byte) []byte { return bytes.Replace(b, []byte(`"version":1`), []byte(`"version":9`), 1) },
		"changed": func(b []byte) []byte { return bytes.Replace(b, []byte("T1"), []byte("T9"), 1) },
	} {
		t.Run(name, func(t *testing.T) {
			cluster, dir, clock := newCluster(t, database("D", 3)), t.TempDir(), newClock()
			open(t, cluster.URL, dir, clock).load(false)
			spoilt := 0
			for _, file := range cacheFiles(dir, ".schema") {
				body, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if next := spoil(body); !bytes.Equal(next, body) {
					spoilt++
					if err := os.WriteFile(file, next, 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			d := open(t, cluster.URL, dir, clock)
			if d.load(false) != 3 {
				t.Error("it wasn't read anew")
			}
			if d.logged.Len() != spoilt || !strings.Contains(fmt.Sprint(d.logged.All()[0].ContextMap()), "read from the cluster anew") {
				t.Errorf("logged %v", d.logged.All())
			}
			if aside := cacheFiles(dir, ".unreadable"); len(aside) != spoilt {
				t.Errorf("aside: %v", aside)
			}
			if open(t, cluster.URL, dir, clock).load(false) != 3 || len(cacheFiles(dir, ".schema")) != 2 {
				t.Error("it wasn't kept anew")
			}
		})
	}
}

// A cache that can't be written is no reason to know nothing.
func TestCacheThatCannotBe(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	d := open(t, newCluster(t, database("D", 3)).URL, file+"/schema", newClock())
	if d.load(false) != 3 || d.logged.Len() == 0 {
		t.Error("no schema, or no word about the cache")
	}
}

// Further databases are loaded when a text names one, and a text that names many doesn't flood the cluster.
func TestFurtherDatabases(t *testing.T) {
	all := []*symbol.Database{database("D", 1)}
	for i := range 20 {
		all = append(all, database(fmt.Sprintf("X%02d", i), i))
	}
	cluster, clock := newCluster(t, all...), newClock()
	d := open(t, cluster.URL, t.TempDir(), clock)
	d.load(false)
	for _, c := range cluster.commands() {
		if strings.Contains(c, "X") {
			t.Errorf("nobody wanted %s", c)
		}
	}
	text := "database('X05').T1 | count; database('X06').T1 | count; cluster('other').database('X07').T1 | count"
	bound := binder.Bind(syntax.Parse(text), d.Schema(d.target))
	for _, n := range bound.Needs {
		d.Want(d.target, n.Cluster, n.Database)
	}
	d.idle()
	s := d.Schema(d.target)
	if s.Cluster.Find("x05").State != symbol.Known || len(s.Cluster.Find("X06").Tables) != 6 || s.Cluster.Find("X07").State != symbol.NotLoaded {
		t.Error("not what the text names")
	}
	if got := strings.Join(cluster.commands(), "\n"); strings.Contains(got, "X07") || strings.Count(got, "['X05']") != 1 {
		t.Errorf("asked %s", got)
	}
	cluster.set("tick")
	for i := range 20 {
		d.Want(d.target, "", fmt.Sprintf("X%02d", i))
	}
	d.idle()
	for i := range 20 {
		if d.Schema(d.target).Cluster.Find(fmt.Sprintf("X%02d", i)).State != symbol.Known {
			t.Errorf("X%02d isn't loaded", i)
		}
	}
	if cluster.most > loadsAtOnce {
		t.Errorf("%d requests at a time", cluster.most)
	}
	// When all are old, each look reads one.
	clock.turn(2 * time.Hour)
	cluster.commands()
	d.Schema(d.target)
	d.idle()
	if got := strings.Count(strings.Join(cluster.commands(), "\n"), "schema as json"); got != 1 {
		t.Errorf("%d databases were read again at once", got)
	}
}

// A database that the cluster says isn't there must not live on in the cache.
func TestDatabaseThatIsGone(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 3), database("E", 1)), t.TempDir(), newClock()
	d := open(t, cluster.URL, dir, clock)
	d.load(false)
	cluster.set("gone")
	clock.turn(2 * time.Hour)
	d.Schema(d.target)
	d.idle()
	if d.tables() != -1 || len(cacheFiles(dir, ".schema")) != 1 { // the list of databases
		t.Errorf("%d tables, files %v", d.tables(), cacheFiles(dir, ".schema"))
	}
}

// What a person's command makes is known to the next query, without a refresh.
func TestCommandChangesTheSchema(t *testing.T) {
	e := samples(t)
	b, err := Open(Options{Patience: time.Minute, EmbeddedDatabase: "Samples", Dial: func(string) (Cluster, error) { return Embedded{Engine: e}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	target := server.Target{Connection: EmbeddedID, Database: "Samples"}
	if b.Schema(target).Table("StormEvents") == nil || b.Schema(target).Table("Fresh") != nil {
		t.Fatal("not the samples")
	}
	for _, c := range []struct {
		text    string
		table   string
		version int64
	}{
		{".show tables", "", 1},
		{".create table Fresh (a:long)", "Fresh", 2},
		{".create table Fresh (a:long)", "Fresh", 2}, // the same again is no change
		{".drop table Fresh", "", 3},
	} {
		if _, err := b.Run(t.Context(), server.Query{Target: target, Text: c.text, Command: true}, &sink{}); err != nil {
			t.Fatal(err)
		}
		s := b.Schema(target)
		if got := s.Table("Fresh") != nil; got != (c.table != "") || s.Version != c.version {
			t.Errorf("%s: known: %v, version %d", c.text, got, s.Version)
		}
	}
	for text, want := range map[string]bool{
		".show tables": false, "// first\n .create table T (a:long)": true, ".ingest inline into table T <| 1": false, ".CREATE table T (a:long)": true,
		".set-or-append T <| print a=1": true, "": true, ".": true, ".alter-merge table T (b:long)": true,
	} {
		if changesSchema(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

// A connection that is removed leaves nothing behind.
func TestRemoveForgets(t *testing.T) {
	cluster, dir := newCluster(t, database("D", 3)), t.TempDir()
	d := open(t, "", dir, newClock())
	id, err := d.Add(t.Context(), protocol.ConnectionsAddParams{URL: cluster.URL, Database: "D"})
	if err != nil {
		t.Fatal(err)
	}
	d.target = server.Target{Connection: id, Database: "D"}
	if d.load(false) != 3 || len(cacheFiles(dir, "")) != 2 {
		t.Errorf("kept %v", cacheFiles(dir, ""))
	}
	cluster.set("slow") // a load is under way, and ends when the connection is gone
	e, _ := d.entry(id)
	e.schemas.mu.Lock()
	l := d.start(e, "D", true)
	e.schemas.mu.Unlock()
	if err := d.Remove(t.Context(), id); err != nil || len(cacheFiles(dir, "")) != 0 {
		t.Errorf("left %v, %v", cacheFiles(dir, ""), err)
	}
	cluster.release()
	<-l.done
	if l.err != nil || len(cacheFiles(dir, "")) != 0 {
		t.Errorf("a load brought back %v, %v", cacheFiles(dir, ""), l.err)
	}
}

func TestManyTables(t *testing.T) {
	cluster, dir, clock := newCluster(t, database("D", 10_000)), t.TempDir(), newClock()
	if open(t, cluster.URL, dir, clock).load(false) != 10_000 {
		t.Fatal("not loaded")
	}
	cluster.Close()
	d := open(t, cluster.URL, dir, clock)
	if facts, err := d.Load(t.Context(), d.target, false, nil); err != nil || facts.Schema.Table("T9999") == nil {
		t.Fatal(err)
	}
}

// TestHugeSchema: the way from the cache to a completion list, with the largest schema that is known of.
func TestHugeSchema(t *testing.T) {
	huge := &symbol.Database{Name: "D", State: symbol.Known, Tables: bench.ManySchema().Database.Tables}
	cluster, dir, clock := newCluster(t, huge), t.TempDir(), newClock()
	start := time.Now()
	if n := open(t, cluster.URL, dir, clock).load(false); n != bench.ManyTables {
		t.Fatal(n)
	}
	fetched := time.Since(start)
	cluster.set("", database("D", 0))
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := open(t, cluster.URL, dir, clock)
	start = time.Now()
	d.load(false)
	loaded := time.Since(start)
	at := func(string) *symbol.Schema { return d.Schema(d.target) }
	columns := complete.At(script.Analyze("Events_Region00_00000 | where ", at, nil), len("Events_Region00_00000 | where "))
	sc := script.Analyze("Ev", at, nil)
	start = time.Now()
	names := complete.At(sc, len("Ev"))
	completed := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) >> 20
	t.Logf("fetched in %v, from the cache in %v, tables completed in %v, %d MB kept", fetched, loaded, completed, kept)
	if len(columns.Items) == 0 || len(names.Items) == 0 {
		t.Error("nothing to complete")
	}
	if kept > 60 {
		t.Errorf("%d MB are kept", kept)
	}
	runtime.KeepAlive(d)
}
