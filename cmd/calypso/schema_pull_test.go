package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"calypso/connection"
	"calypso/kql/symbol"
	"calypso/kusto/schemafile"
)

// shelf is a cluster with a database for each name; "bad" can't be read, "slow" waits to be cancelled.
type shelf struct {
	connection.Cluster
	names []string
	other string // the name by which it also knows its last database
}

func (s shelf) Host() string { return "shelf.net" }

func (s shelf) Databases(context.Context) ([]string, error) { return s.names, nil }

func (s shelf) Database(ctx context.Context, name string) (*symbol.Database, error) {
	switch {
	case name == "bad":
		return nil, errors.New("you may not see it")
	case name == "slow":
		<-ctx.Done()
		return nil, ctx.Err()
	case s.other != "" && name == s.other:
		name = s.names[len(s.names)-1]
	case !slices.Contains(s.names, name):
		return nil, fmt.Errorf("there is no database %q", name)
	}
	return &symbol.Database{Name: name, State: symbol.Known, Tables: []*symbol.TableSymbol{{Name: "T_" + name}}}, nil
}

func TestPullSchema(t *testing.T) {
	for _, c := range []struct {
		name, database string
		all            bool
		cluster        shelf
		want           string // the databases that were read, then the current one
		fails          string
		failures       int
	}{
		{name: "the default", cluster: shelf{names: []string{"A", "B"}}, want: "A > A"},
		{name: "one", database: "b", cluster: shelf{names: []string{"A", "B"}}, want: "B > B"},
		{name: "by another name", database: "Nice", cluster: shelf{names: []string{"A", "B"}, other: "Nice"}, want: "B > B"},
		{name: "all", all: true, cluster: shelf{names: []string{"A", "B", "C"}}, want: "A B C > A"},
		{name: "all but one", all: true, cluster: shelf{names: []string{"bad", "B"}}, want: "B > bad", failures: 1},
		{name: "none of all", all: true, cluster: shelf{names: []string{"bad"}}, fails: `database "bad": you may not see it`},
		{name: "not this one", database: "bad", cluster: shelf{names: []string{"A", "bad"}}, fails: "you may not see it"},
		{name: "not there", database: "X", cluster: shelf{names: []string{"A"}}, fails: `there is no database "X"`},
		{name: "empty", fails: "no database that you can see"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := pullSchema(t.Context(), c.cluster, c.database, c.all, func(string) {})
			if c.fails != "" {
				if err == nil || !strings.Contains(err.Error(), c.fails) {
					t.Errorf("got %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			s, err := symbol.ParseFile(schemafile.Encode("shelf.net", got.current, got.databases))
			if err != nil {
				t.Fatal(err)
			}
			var read []string
			for _, d := range s.Cluster.Databases {
				if d.State == symbol.Known {
					read = append(read, d.Name)
				}
			}
			if is := strings.Join(read, " ") + " > " + s.Database.Name; is != c.want || len(got.failures) != c.failures || len(s.Cluster.Databases) != len(c.cluster.names) {
				t.Errorf("got %s with %v, want %s", is, got.failures, c.want)
			}
		})
	}
}

// Ctrl-C ends it at once, and a single database's failure isn't mistaken for it.
func TestPullIsCancelled(t *testing.T) {
	for _, all := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := pullSchema(ctx, shelf{names: []string{"slow", "A"}}, "", all, func(step string) {
			if strings.Contains(step, "slow") {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || !strings.Contains(unpulled(err).Error(), "stopped; nothing was written") {
			t.Errorf("got %v", err)
		}
	}
}

// said is a writer that tells of each write.
type said chan string

func (s said) Write(b []byte) (int, error) {
	s <- string(b)
	return len(b), nil
}

// What is over in a moment prints nothing; what isn't, says what it does.
func TestProgress(t *testing.T) {
	out := make(said, 10)
	p := startProgress(out, time.Hour)
	p.say("one")
	p.stop()
	if len(out) != 0 {
		t.Errorf("printed %q", <-out)
	}
	p = startProgress(out, time.Millisecond)
	p.say("one")
	if got := <-out; got != "calypso: one…\n" {
		t.Errorf("printed %q", got)
	}
	p.say("two")
	p.stop()
	p.say("three")
	if got := <-out; got != "calypso: two…\n" || len(out) != 0 {
		t.Errorf("printed %q", got)
	}
}
