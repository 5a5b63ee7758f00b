package connection

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"calypso/engine"
	"calypso/engine/command"
	"calypso/engine/rest"
	"calypso/engine/source"
	"calypso/server"
	"calypso/server/protocol"
)

// A cluster is asked for the sizes of a database's tables once for each schema that is loaded; a refusal is told, and asked about again
// with the next schema.
func TestSizes(t *testing.T) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{".create materialized-view V on table T { T | summarize count() by a }", ".append T <| range a from 1 to 7 step 1"} {
		if strings.Contains(text, "view") {
			run(t, e, ".create table T (a: long)")
		}
		run(t, e, text)
	}
	var asked, views atomic.Int32
	var refused atomic.Bool
	real := rest.New(e, rest.Options{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if strings.Contains(string(body), "tables details") {
			asked.Add(1)
			if refused.Load() {
				w.WriteHeader(http.StatusForbidden)
				return
			}
		}
		if strings.Contains(string(body), "views details") {
			views.Add(1)
		}
		real.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	b := openBook(t, t.TempDir())
	b.dial = func(address string) (Cluster, error) { return Remote(address, nil) }
	told := make(chan struct{}, 10)
	b.Subscribe(server.Events{ConnectionsChanged: func(protocol.ConnectionsChanged) { told <- struct{}{} }})
	at := server.Target{Connection: mustAdd(t, b, protocol.ConnectionsAddParams{URL: s.URL}), Database: engine.DefaultDatabase}
	load := func(refuse bool) {
		t.Helper()
		refused.Store(refuse)
		if _, err := b.Load(context.Background(), at, true, nil); err != nil {
			t.Fatal(err)
		}
		b.AskSizes(at)
		b.AskSizes(at)
		<-told
	}
	load(false)
	if size, known := b.TableSize(at, "", "", "T"); !known || size.Rows != 7 || size.Bytes < 7*8 || size.Packed == 0 || b.SizesUnknown(at) != "" {
		t.Errorf("T has %+v, %v; %s", size, known, b.SizesUnknown(at))
	}
	if views.Load() != 1 {
		t.Errorf("views were asked for %d times", views.Load())
	}
	load(true)
	if why := b.SizesUnknown(at); !strings.Contains(why, "doesn't let you in") || asked.Load() != 2 {
		t.Errorf("refused: %q, asked %d times", why, asked.Load())
	}
}

func run(t *testing.T, e *engine.Engine, text string) {
	t.Helper()
	answer, err := command.Run(context.Background(), e, engine.Request{Text: text})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	answer.Close()
}

// What is in a folder's files is seen by the next query, with no refresh; while nothing changes the engine is the same.
func TestFolderChanges(t *testing.T) {
	dir := t.TempDir()
	write := func(name, body string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.csv", "x\n1\n")
	write("broken.parquet", "PAR1 rubbish")
	made := 0
	b := openBook(t, t.TempDir())
	b.dial = func(string) (Cluster, error) {
		made++
		e, err := engine.Open(engine.Options{Database: "data"})
		if err != nil {
			return nil, err
		}
		folder, err := source.OpenDir(dir, source.Options{})
		if err != nil {
			return nil, err
		}
		tables, err := folder.Tables(context.Background())
		if err != nil {
			return nil, err
		}
		return Embedded{Engine: e}, e.Load("", tables...)
	}
	at := server.Target{Connection: mustAdd(t, b, protocol.ConnectionsAddParams{URL: FolderAddress(dir)}), Database: "data"}
	rows := func(query string) string {
		stats, err := b.Run(context.Background(), server.Query{Target: at, Text: query}, &sink{})
		return fmt.Sprint(stats.Rows, err)
	}
	if got := rows("a") + rows("a"); got != "1 <nil>1 <nil>" || made != 1 {
		t.Errorf("%s, with %d engines", got, made)
	}
	write("a.csv", "x\n1\n2\n3\n")
	write("b.csv", "y\n1\n")
	if got := rows("a") + rows("b"); got != "3 <nil>1 <nil>" || made != 2 {
		t.Errorf("changed: %s, with %d engines", got, made)
	}
	if size, known := b.TableSize(at, "", "", "broken"); !known || !strings.Contains(size.Problem, "broken.parquet") {
		t.Errorf("the broken file: %+v", size)
	}
	if err := os.Remove(filepath.Join(dir, "b.csv")); err != nil {
		t.Fatal(err)
	}
	if got := rows("b"); !strings.Contains(got, "not found") && !strings.Contains(got, "'b'") {
		t.Errorf("removed: %s", got)
	}
}

// Every spelling of an address is one connection; what can't be one is told with what to write.
func TestAddress(t *testing.T) {
	for text, want := range map[string]string{
		"HELP":     "https://help.kusto.windows.net//",
		"@help/db": "https://help.kusto.windows.net/db/",
		" https://Help.kusto.windows.net:443/Samples/ ":                                                             "https://help.kusto.windows.net/Samples/",
		"Data Source=https://help.kusto.windows.net;Initial Catalog=Samples;Authority Id=contoso.com;AppKey=canary": "https://help.kusto.windows.net/Samples/contoso.com",
		"https://dataexplorer.azure.com/clusters/help/databases/Samples":                                            "https://help.kusto.windows.net/Samples/",
		"embedded":                   "the embedded engine is a connection already; write the address of a cluster",
		"https://me:canary@a.b.c":    "the address has a user name in it, or a password; leave it out and sign in instead",
		"":                           `cluster address "" is empty; write it as https://help.kusto.windows.net`,
		"file:///" + "a?b":           `"file:///a?b" names no folder of this machine`,
		"http://a.kusto.windows.net": `cluster address "http://a.kusto.windows.net" is plain http to another machine; use https`,
	} {
		p, err := readAddress(text)
		got := p.URL + "/" + p.Database + "/" + p.Tenant
		if err != nil {
			got = err.Error()
		}
		if got != want || strings.Contains(got, "canary") {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
