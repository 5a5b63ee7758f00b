package connection

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"calypso/config"
	"calypso/kql/symbol"
	"calypso/kusto/cache"
	"calypso/kusto/wire"
	"calypso/server"
	"calypso/server/protocol"
)

// fakeCluster answers Kusto's commands about schemas over HTTP, and misbehaves when told to.
type fakeCluster struct {
	*httptest.Server
	release func()        // has slow answers go on; called at the end, too
	waits   chan struct{} // closed by it

	mu        sync.Mutex // guards what follows
	mode      string     // "" for good, else what goes wrong
	databases []*symbol.Database
	asked     []string // commands, in order
	running   int
	most      int // requests at a time
}

func newCluster(t testing.TB, databases ...*symbol.Database) *fakeCluster {
	t.Helper()
	f := &fakeCluster{databases: databases, waits: make(chan struct{})}
	f.release = sync.OnceFunc(func() { close(f.waits) })
	f.Server = httptest.NewServer(f)
	t.Cleanup(func() {
		f.release()
		f.Close()
	})
	return f
}

func (f *fakeCluster) set(mode string, databases ...*symbol.Database) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.mode = mode
	if databases != nil {
		f.databases = databases
	}
}

// commands gives what was asked since the last time.
func (f *fakeCluster) commands() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.asked
	f.asked = nil
	return out
}

func (f *fakeCluster) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request struct{ DB, CSL string }
	body, _ := io.ReadAll(r.Body)
	_ = json.Unmarshal(body, &request)
	f.mu.Lock()
	f.asked = append(f.asked, request.CSL)
	f.running++
	f.most = max(f.most, f.running)
	mode, databases := f.mode, f.databases
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		f.running--
		f.mu.Unlock()
	}()
	answer := table("DatabaseName", names(databases)...)
	if strings.Contains(request.CSL, "schema") {
		i := slices.IndexFunc(databases, func(d *symbol.Database) bool { return strings.Contains(request.CSL, "['"+d.Name+"']") })
		if i < 0 || mode == "gone" {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":{"code":"BadRequest_DatabaseNotExist","message":"no such database"}}`)
			return
		}
		answer = table("DatabaseSchema", wire.SchemaJSON(databases[i:i+1], wire.Entities{}))
	}
	w.Header().Set("Content-Type", "application/json")
	switch mode {
	case "500":
		w.WriteHeader(http.StatusInternalServerError)
		answer = "broken"
	case "401":
		w.WriteHeader(http.StatusUnauthorized)
		answer = ""
	case "html":
		w.Header().Set("Content-Type", "text/html")
		answer = "<html><body>log in to the hotel's network</body></html>"
	case "cut":
		w.Header().Set("Content-Length", fmt.Sprint(len(answer)))
		answer = answer[:len(answer)/2]
	case "slow":
		select {
		case <-f.waits:
		case <-r.Context().Done():
		}
	case "tick":
		time.Sleep(5 * time.Millisecond) // so that requests can overlap
	}
	_, _ = io.WriteString(w, answer)
}

func names(databases []*symbol.Database) []string {
	var out []string
	for _, d := range databases {
		out = append(out, d.Name)
	}
	return out
}

// table is a command's answer of one text column.
func table(column string, cells ...string) string {
	rows := [][]string{}
	for _, c := range cells {
		rows = append(rows, []string{c})
	}
	raw, _ := json.Marshal(rows)
	return fmt.Sprintf(`{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":%q,"DataType":"String"}],"Rows":%s}]}`, column, raw)
}

// database is one with tables T0 … Tn-1 of one column.
func database(name string, tables int) *symbol.Database {
	d := &symbol.Database{Name: name, State: symbol.Known}
	for i := range tables {
		d.Tables = append(d.Tables, &symbol.TableSymbol{
			Name: fmt.Sprintf("T%d", i), Columns: symbol.Columns{List: []*symbol.Column{{Name: "a", Type: symbol.Long}, {Name: "s", Type: symbol.String}}},
		})
	}
	return d
}

// clock is a time that tests turn.
type clock struct {
	mu sync.Mutex // guards at
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// desk is a book with one remote connection, whose default database is D, and what it tells.
type desk struct {
	*Book
	t      testing.TB
	clock  *clock
	events chan protocol.SchemaChanged
	logged *observer.ObservedLogs
	target server.Target
}

// open makes a desk on a cluster; dir is its cache folder, "" for none.
func open(t testing.TB, address, dir string, c *clock) *desk {
	t.Helper()
	core, logged := observer.New(zap.WarnLevel)
	o := Options{
		Settings: config.Settings{Kusto: config.Kusto{ClusterURL: address, Database: "D"}},
		Dial:     func(address string) (Cluster, error) { return Remote(address, nil) }, Log: zap.New(core), Now: c.now, Patience: time.Minute,
	}
	if dir != "" {
		o.Cache = &cache.Folder{Dir: dir}
	}
	b, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{Book: b, t: t, clock: c, events: make(chan protocol.SchemaChanged, 1000), logged: logged, target: b.Default()}
	b.Subscribe(server.Events{SchemaChanged: func(p protocol.SchemaChanged) { d.events <- p }})
	return d
}

func newClock() *clock { return &clock{at: time.Date(2024, 2, 29, 12, 0, 0, 0, time.UTC)} }

// until waits for an event that fits.
func (d *desk) until(what string, fits func(protocol.SchemaChanged) bool) protocol.SchemaChanged {
	d.t.Helper()
	for deadline := time.After(2 * time.Minute); ; {
		select {
		case p := <-d.events:
			if fits(p) {
				return p
			}
		case <-deadline:
			d.t.Fatalf("nobody told: %s", what)
		}
	}
}

func (d *desk) failed() protocol.SchemaChanged {
	d.t.Helper()
	return d.until("failed", func(p protocol.SchemaChanged) bool {
		return p.State == protocol.StateFailed || p.State == protocol.StateDenied
	})
}

// idle waits until no load is under way.
func (d *desk) idle() {
	d.t.Helper()
	e, err := d.entry(d.target.Connection)
	if err != nil {
		d.t.Fatal(err)
	}
	for {
		e.schemas.mu.Lock()
		var l *load
		for _, l = range e.schemas.loads {
		}
		e.schemas.mu.Unlock()
		if l == nil {
			return
		}
		<-l.done
	}
}

// tables counts those that are known of the target's database; -1 when nothing is.
func (d *desk) tables() int {
	s := d.Schema(d.target)
	if s.Database == nil || s.Database.State != symbol.Known {
		return -1
	}
	return len(s.Database.Tables)
}

// load loads the target's schema and gives the number of its tables.
func (d *desk) load(fresh bool) int {
	d.t.Helper()
	facts, err := d.Load(d.t.Context(), d.target, fresh, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	d.idle()
	return len(facts.Schema.Database.Tables)
}

// note is what the list of connections says about the remote one.
func (d *desk) note() string {
	for _, c := range d.List() {
		if c.ID == d.target.Connection {
			return c.Note
		}
	}
	return "?"
}

// cacheFiles are the paths of the cache's files.
func cacheFiles(dir, ending string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "*"+ending))
	return files
}
