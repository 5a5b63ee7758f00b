package connection

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"calypso/auth"
	"calypso/kql/syntax"
	"calypso/server"
	"calypso/server/protocol"
)

// Changes that a person makes to the list: connections and groups. Each is on disk before it is told.

// Add saves a connection, contacting nothing; an address that is there already gives the id it has.
func (b *Book) Add(_ context.Context, p protocol.ConnectionsAddParams) (string, error) {
	c := protocol.Connection{Name: p.Name, Group: p.Group, URL: p.URL, Database: p.Database, Tenant: p.Tenant}
	if err := tidy(&c); err != nil {
		return "", err
	}
	if isFolder(c.URL) {
		if err := checkFolder(c.URL); err != nil {
			return "", err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.find(c.ID); e != nil && !e.passing {
		return c.ID, b.retenant(e, c.Tenant)
	}
	return c.ID, b.change(func(s *saved) error {
		if !slices.ContainsFunc(s.Connections, func(k protocol.Connection) bool { return k.ID == c.ID }) {
			s.Marks[c.ID].on(&c)
			c.Group = cmp.Or(c.Group, p.Group)
			s.Connections = append(s.Connections, c)
			delete(s.Marks, c.ID)
		}
		return nil
	})
}

// retenant gives a connection another tenant; "" leaves it. The caller holds the lock.
func (b *Book) retenant(e *entry, tenant string) error {
	switch {
	case tenant == "" || e.Tenant == tenant:
		return nil
	case e.Fixed:
		return fmt.Errorf("the connection %s comes from config.toml; set tenant_id there, or use Switch Tenant", e.Name)
	}
	return b.change(func(s *saved) error {
		for i := range s.Connections {
			if s.Connections[i].ID == e.ID {
				s.Connections[i].Tenant = tenant
			}
		}
		return nil
	})
}

// Tenant is that of the connection with an address; "" where it has none of its own.
func (b *Book) Tenant(address string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.find(idOf(address)); e != nil {
		return e.Tenant
	}
	return ""
}

// tidy brings a connection into the form in which it is kept, or says what is wrong with it.
func tidy(c *protocol.Connection) error {
	read, err := readAddress(c.URL)
	if err != nil {
		return err
	}
	c.URL, c.Database, c.Tenant = read.URL, cmp.Or(read.Database, c.Database), cmp.Or(read.Tenant, strings.TrimSpace(c.Tenant))
	if err := auth.CheckTenant(c.Tenant); err != nil {
		return err
	}
	c.ID, c.State, c.Fixed, c.Note = idOf(c.URL), protocol.StateIdle, false, ""
	c.Name, c.Group, c.Database = strings.TrimSpace(c.Name), strings.TrimSpace(c.Group), strings.TrimSpace(c.Database)
	c.Name = cmp.Or(c.Name, hostOf(c.URL))
	return nil
}

// change has the file changed and takes what it holds then; the caller holds the lock.
func (b *Book) change(f func(*saved) error) error {
	next, err := changeFile(b.file, b.kept.clone(), func(s *saved) error {
		if s.Marks == nil {
			s.Marks = map[string]mark{}
		}
		return f(s)
	})
	if err != nil {
		return err
	}
	b.take(next)
	return nil
}

// Change has a connection edited, and gives its id, which another address changes. Of one that comes from config.toml, is built in, or
// was named by a line #connect, only group and marks can be.
func (b *Book) Change(_ context.Context, id string, edit func(*protocol.Connection)) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.find(id)
	if e == nil {
		return "", unknown(id)
	}
	next := e.Connection
	edit(&next)
	if e.Fixed {
		if next.Name != e.Name || next.URL != e.URL || next.Database != e.Database || next.Tenant != e.Tenant {
			return "", fmt.Errorf("connection %q is built in or comes from config.toml; change it there", e.Name)
		}
	} else {
		if next.URL != e.URL && next.Name == hostOf(e.URL) {
			next.Name = "" // it was called after its address, and is again
		}
		if err := tidy(&next); err != nil {
			return "", err
		}
	}
	if other := b.find(next.ID); next.ID != id && other != nil {
		return "", fmt.Errorf("%s has a connection already, %q; edit that one, or remove it first", next.URL, other.Name)
	}
	err := b.change(func(s *saved) error {
		if e.Fixed {
			s.Marks[id] = markOf(next)
			return nil
		}
		i := slices.IndexFunc(s.Connections, func(c protocol.Connection) bool { return c.ID == id })
		if i < 0 {
			return fmt.Errorf("the connection %q was removed in another window; add it again", e.Name)
		}
		s.Connections[i] = next
		return nil
	})
	if err == nil && (next.Private || next.ID != id) {
		b.forgetSchemas(e)
	}
	return next.ID, err
}

// Remove forgets a connection, and what the cache has of its cluster.
func (b *Book) Remove(_ context.Context, id string) error {
	if err := b.remove(id); err != nil {
		return err
	}
	b.leave(id)
	return nil
}

func (b *Book) remove(id string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	e := b.find(id)
	switch {
	case e == nil:
		return unknown(id)
	case e.Fixed:
		return fmt.Errorf("connection %q is built in or comes from config.toml; it can't be removed here", e.Name)
	}
	if b.target.Connection == id {
		b.target = server.Target{Connection: EmbeddedID, Database: b.find(EmbeddedID).Database}
	}
	err := b.change(func(s *saved) error {
		s.Connections = slices.DeleteFunc(s.Connections, func(c protocol.Connection) bool { return c.ID == id })
		return nil
	})
	if err == nil {
		b.forgetSchemas(e)
	}
	return err
}

// forgetSchemas deletes what the cache has of a connection's cluster.
func (b *Book) forgetSchemas(e *entry) {
	if b.cache != nil && !e.local() {
		b.cache.Forget(e.address)
	}
}

func unknown(id string) error {
	return fmt.Errorf("there is no connection %q; choose one of the list", id)
}

// Groups lists the groups, those without a connection too, by name.
func (b *Book) Groups() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	names := slices.Clone(b.kept.Groups)
	for _, e := range b.list {
		if e.Group != "" {
			names = append(names, e.Group)
		}
	}
	slices.SortFunc(names, func(x, y string) int {
		return cmp.Or(cmp.Compare(strings.ToLower(x), strings.ToLower(y)), cmp.Compare(x, y))
	})
	return slices.Compact(names)
}

// RenameGroup gives a group another name; to "" dissolves it, from "" makes one. Its connections stay, and follow it.
func (b *Book) RenameGroup(_ context.Context, from, to string) error {
	to = strings.TrimSpace(to)
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.change(func(s *saved) error {
		s.Groups = slices.DeleteFunc(s.Groups, func(g string) bool { return g == from || g == to })
		if to != "" {
			s.Groups = append(s.Groups, to)
		}
		if from == "" {
			return nil
		}
		for i := range s.Connections {
			if s.Connections[i].Group == from {
				s.Connections[i].Group = to
			}
		}
		for id, m := range s.Marks {
			if m.Group == from {
				m.Group = to
				s.Marks[id] = m
			}
		}
		return nil
	})
}

// showing tells a management command that only shows.
func showing(text string) bool {
	c := syntax.Parse(text).Command
	return c != nil && len(c.Words) > 0 && strings.EqualFold(c.Words[0].Text, "show")
}
