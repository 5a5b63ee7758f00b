package connection

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"calypso/config"
	"calypso/kql/symbol"
	"calypso/server"
	"calypso/server/protocol"
)

func openBook(t *testing.T, dir string) *Book {
	t.Helper()
	b, err := Open(Options{
		Dial: func(string) (Cluster, error) { return nil, os.ErrNotExist },
		File: filepath.Join(dir, "connections.json"), Chosen: filepath.Join(dir, "documents.json"), EmbeddedDatabase: "Samples",
		Settings: config.Settings{Kusto: config.Kusto{ClusterURL: "https://set.kusto.windows.net"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustAdd(t *testing.T, b *Book, p protocol.ConnectionsAddParams) string {
	t.Helper()
	id, err := b.Add(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func shown(b *Book) string {
	var out []string
	for _, c := range b.List() {
		s := c.Group + "/" + c.Name
		for mark, on := range map[string]bool{"*": c.Favourite, "!": c.Private, "=": c.ReadOnly} {
			if on {
				s += mark
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

// Whatever a person changes holds after a restart, for connections that come from elsewhere too.
func TestChangesStay(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	b := openBook(t, dir)
	a := mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://a.kusto.windows.net/", Name: "a", Group: "Work"})
	mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://b.kusto.windows.net"})
	set := b.List()[1].ID
	steps := []error{
		second(b.Change(ctx, a, func(c *protocol.Connection) { c.Name, c.Favourite, c.Database = "A", true, "db" })),
		second(b.Change(ctx, set, func(c *protocol.Connection) { c.Group, c.Private = "Work", true })),
		second(b.Change(ctx, EmbeddedID, func(c *protocol.Connection) { c.Favourite = true })),
		b.RenameGroup(ctx, "", "Empty"),
		b.RenameGroup(ctx, "Work", "Job"),
	}
	for i, err := range steps {
		if err != nil {
			t.Errorf("step %d: %v", i, err)
		}
	}
	const want = "/Embedded* Job/set.kusto.windows.net! Job/A* /b.kusto.windows.net"
	for _, b := range []*Book{b, openBook(t, dir)} {
		if got := shown(b); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := strings.Join(b.Groups(), ","); got != "Empty,Job" {
			t.Errorf("groups %s", got)
		}
	}
	if err := b.RenameGroup(ctx, "Job", ""); err != nil || strings.Contains(shown(b), "Job") {
		t.Errorf("dissolved: %s %v", shown(b), err)
	}
}

func second(_ string, err error) error { return err }

// What can't be changed is refused, and nothing is changed then.
func TestChangesRefused(t *testing.T) {
	ctx := context.Background()
	b := openBook(t, t.TempDir())
	a := mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://a.kusto.windows.net", Name: "a"})
	mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://b.kusto.windows.net", Name: "b"})
	before := shown(b)
	for name, c := range map[string]struct {
		id   string
		edit func(*protocol.Connection)
	}{
		"no address":         {a, func(c *protocol.Connection) { c.URL = "" }},
		"another scheme":     {a, func(c *protocol.Connection) { c.URL = "ftp://x" }},
		"a password":         {a, func(c *protocol.Connection) { c.URL = "https://me:secret@x" }},
		"another's address":  {a, func(c *protocol.Connection) { c.URL = "https://b.kusto.windows.net" }},
		"no tenant":          {a, func(c *protocol.Connection) { c.Tenant = "a b" }},
		"a configured one's": {b.List()[1].ID, func(c *protocol.Connection) { c.Name = "x" }},
		"nobody":             {"nobody", func(*protocol.Connection) {}},
	} {
		if _, err := b.Change(ctx, c.id, c.edit); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if got := shown(b); got != before {
		t.Errorf("changed: %s", got)
	}
	id, err := b.Change(ctx, a, func(c *protocol.Connection) { c.URL = "https://c.kusto.windows.net" })
	if err != nil || id == a || !strings.Contains(id, "c.kusto") {
		t.Errorf("another address: %q %v", id, err)
	}
}

// Two windows change the file in turn: neither loses what the other did, and each sees it.
func TestTwoWindows(t *testing.T) {
	dir := t.TempDir()
	a, b := openBook(t, dir), openBook(t, dir)
	mustAdd(t, a, protocol.ConnectionsAddParams{URL: "https://a.kusto.windows.net", Name: "a"})
	id := mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://b.kusto.windows.net", Name: "b"})
	if got := shown(a); got != shown(b) || !strings.HasSuffix(got, "/a /b") {
		t.Errorf("a has %s, b has %s", got, shown(b))
	}
	if _, err := a.Change(context.Background(), id, func(c *protocol.Connection) { c.Private = true }); err != nil {
		t.Fatal(err)
	}
	if got := shown(b); !strings.HasSuffix(got, "/b!") {
		t.Errorf("b doesn't see the mark: %s", got)
	}
	if err := os.WriteFile(filepath.Join(dir, "connections.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Add(context.Background(), protocol.ConnectionsAddParams{URL: "https://c.kusto.windows.net"}); err == nil || !strings.Contains(err.Error(), "mend or delete") {
		t.Errorf("a broken file was overwritten: %v", err)
	}
}

// A connection for reading only takes no command that may change anything, and says so to the cluster.
func TestReadOnly(t *testing.T) {
	var asked []server.Query
	b, err := Open(Options{EmbeddedDatabase: "Samples", Dial: func(string) (Cluster, error) { return noting{&asked}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Change(context.Background(), EmbeddedID, func(c *protocol.Connection) { c.ReadOnly = true }); err != nil {
		t.Fatal(err)
	}
	for text, allowed := range map[string]bool{
		".show tables": true, "T | take 1": true, ".drop table T": false, ".set T <| print 1": false, ". show tables": true, ".": false, ".append T <| T": false,
	} {
		asked = nil
		_, err := b.Run(context.Background(), server.Query{
			Target: server.Target{Connection: EmbeddedID}, Text: text, Command: strings.HasPrefix(text, "."),
		}, nil)
		if (err == nil) != allowed || (len(asked) == 1) != allowed || allowed && !asked[0].ReadOnly {
			t.Errorf("%s: %v, sent %v", text, err, asked)
		}
	}
}

// noting is a cluster that notes what it is asked.
type noting struct{ asked *[]server.Query }

func (noting) Databases(context.Context) ([]string, error) { return nil, os.ErrNotExist }

func (noting) Database(context.Context, string) (*symbol.Database, error) { return nil, os.ErrNotExist }

func (noting) Host() string { return "" }

func (n noting) Run(_ context.Context, q server.Query, _ server.Sink) (protocol.QueryStats, error) {
	*n.asked = append(*n.asked, q)
	return protocol.QueryStats{}, nil
}

// A document's connection is remembered over restarts; the oldest choices go, and those of a connection that is removed.
func TestChosen(t *testing.T) {
	dir := t.TempDir()
	b := openBook(t, dir)
	a := mustAdd(t, b, protocol.ConnectionsAddParams{URL: "https://a.kusto.windows.net"})
	place := server.Target{Connection: a, Database: "db"}
	for _, uri := range []string{"file:///a.kql", "file:///b.kql"} {
		if err := b.Choose(uri, place); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Choose("file:///b.kql", server.Target{}); err != nil {
		t.Fatal(err)
	}
	again := openBook(t, dir)
	if got, ok := again.Chosen("file:///a.kql"); !ok || got != place {
		t.Errorf("after a restart: %v %v", got, ok)
	}
	if _, ok := again.Chosen("file:///b.kql"); ok {
		t.Error("a choice that was taken back is there")
	}
	for i := range maxChosen {
		if err := again.Choose("file:///n"+string(rune('a'+i%26))+strings.Repeat("x", i)+".kql", place); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := again.Chosen("file:///a.kql"); ok {
		t.Error("the oldest choice is still there")
	}
	if err := again.Remove(context.Background(), a); err != nil {
		t.Fatal(err)
	}
	if body, _ := os.ReadFile(filepath.Join(dir, "documents.json")); strings.Contains(string(body), "file:///n") {
		t.Error("choices of a removed connection are on the disk")
	}
}

// A folder is one connection however its address is written, and no text can name one that wasn't added.
func TestFolders(t *testing.T) {
	b := openBook(t, t.TempDir())
	dir := filepath.Join(t.TempDir(), "my data")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	address := FolderAddress(dir)
	if _, ok := b.Resolve(address); ok {
		t.Error("a #connect line opened a folder")
	}
	id := mustAdd(t, b, protocol.ConnectionsAddParams{URL: address})
	if again := mustAdd(t, b, protocol.ConnectionsAddParams{URL: strings.ReplaceAll(address, "my%20", "%6Dy%20") + "/"}); again != id {
		t.Errorf("the same folder twice: %q and %q", id, again)
	}
	if got := b.List()[2]; got.Name != "my data" || got.ID != id {
		t.Errorf("it is shown as %+v", got)
	}
	for _, bad := range []string{"file://host/share", "file:///nowhere/at/all", "file:relative", "file:///a?b", FolderAddress(filepath.Join(dir, ".."))[:7] + "%zz"} {
		if _, err := b.Add(context.Background(), protocol.ConnectionsAddParams{URL: bad}); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}
