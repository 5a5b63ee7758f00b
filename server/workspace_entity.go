package server

import (
	"slices"
	"strings"

	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Tables and stored functions over the files of the workspace: where a command creates one, and where its name stands.

// found is what a name leads to: an entity, and where it lies.
type workspaceEntity struct {
	to       navigate.Target
	target   Target    // where it lies
	creators []creator // commands of the workspace that create it
	foreign  bool      // it lies in another cluster than the text's: what the workspace creates isn't there
}

// entityFound puts what a definition of a document leads to into the workspace.
func (c *call) entityFound(d *session.Document, to navigate.Target) workspaceEntity {
	e := c.entityOf(d, to)
	w := workspaceEntity{to: to, target: e.target, foreign: to.Cluster != ""}
	if to.Database != "" {
		w.target.Database = to.Database
	}
	if !w.foreign {
		w.creators = c.index.creators(w.target, to.Table, to.Function)
	}
	return w
}

// creatorPlaces gives where commands of the workspace create an entity. An open document is asked as it is now; a file that went since
// it was read creates nothing.
func (c *call) creatorPlaces(w workspaceEntity) ([]lsp.Location, error) {
	var list []lsp.Location
	for _, at := range w.creators {
		o := at.file.offers[at.offer]
		d := c.snapshot.Document(at.file.uri)
		if d == nil {
			if _, there := c.readClosed(at.file.key); there {
				list = append(list, lsp.Location{URI: uri.URI(at.file.uri), Range: at.file.ranges[at.offer]})
			} else {
				c.index.touch(at.file.key, 0)
			}
			continue
		}
		sc, err := c.script(d)
		if err != nil {
			return nil, err
		}
		now := sc.Offers()
		i := slices.IndexFunc(now, func(n script.Offer) bool {
			return n.Name == o.Name && n.Table == o.Table && n.Kind == o.Kind && (n.Function != nil) == (o.Function != nil) && n.Connect == o.Connect
		})
		if i >= 0 {
			list = append(list, lsp.Location{URI: uri.URI(d.URI), Range: c.places(d).of(now[i].Span)})
		}
	}
	return slices.CompactFunc(list, func(a, b lsp.Location) bool { return a == b }), nil
}

// here tells for the blocks of a document whether a name means the entity.
func (c *call) here(w workspaceEntity, own Target) navigate.Here {
	known := map[Target]bool{}
	return func(connect, cluster, database string) bool {
		t, ok := own, true
		if connect != "" {
			c.index.mu.Lock()
			t, ok = c.index.resolved[connect]
			c.index.mu.Unlock()
		}
		if database != "" {
			t.Database = database
		}
		if !ok || cluster != "" {
			return false
		}
		if t == w.target {
			return true
		}
		same, asked := known[t]
		if !asked {
			same = len(w.creators) > 0 && slices.ContainsFunc(c.index.creators(t, w.to.Table, w.to.Function), func(at creator) bool {
				return slices.ContainsFunc(w.creators, func(other creator) bool { return other.file.key == at.file.key })
			})
			known[t] = same
		}
		return same
	}
}

// referring is a document or closed file in which an entity's name stands.
type referring struct {
	key        session.Key
	uri        string
	document   *session.Document // nil: the file isn't open
	file       *text.File
	script     *script.Script
	references []navigate.Reference
}

// referrers looks through the open documents and all other files of the workspace, in the order of their names.
func (c *call) referrers(w workspaceEntity) ([]referring, error) {
	var all []referring
	for _, d := range c.openDocuments() {
		if isTests(d) {
			continue
		}
		sc, err := c.script(d)
		if err != nil {
			return nil, err
		}
		own, _ := c.snapshot.Target(d.Key)
		refs := navigate.NamedReferences(sc, w.to, c.here(w, own))
		if w.foreign {
			refs = navigate.EntityReferences(sc, w.to)
		}
		if len(refs) > 0 {
			all = append(all, referring{d.Key, d.URI, d, d.File, sc, refs})
		}
	}
	if w.foreign {
		return all, nil
	}
	for _, f := range c.index.all() {
		if err := c.Err(); err != nil {
			return nil, err
		}
		if c.snapshot.Document(f.uri) != nil {
			continue
		}
		if r, ok := c.closedReferences(f, w); ok {
			all = append(all, r)
		}
	}
	slices.SortFunc(all, func(a, b referring) int { return strings.Compare(string(a.key), string(b.key)) })
	return all, nil
}

// closedReferences reads and analyses a file if the name stands in it.
func (c *call) closedReferences(f *indexedFile, w workspaceEntity) (referring, bool) {
	if !f.words.mayHave(w.to.Name()) {
		return referring{}, false
	}
	src, ok := c.readClosed(f.key)
	if !ok || !strings.Contains(src, w.to.Name()) {
		return referring{}, false
	}
	own, _ := c.snapshot.Target(f.key)
	sc := script.Analyze(src, c.closedSchemas(own), nil)
	refs := navigate.NamedReferences(sc, w.to, c.here(w, own))
	return referring{key: f.key, uri: f.uri, file: text.NewFile(src), script: sc, references: refs}, len(refs) > 0
}

// ranges gives where the references stand; writes tells whether commands that create the entity count.
func (r referring) locations(enc session.Encoding, writes bool) lsp.LocationSlice {
	var list lsp.LocationSlice
	for _, ref := range r.references {
		if writes || !ref.Write {
			list = append(list, lsp.Location{URI: uri.URI(r.uri), Range: enc.Range(r.file, ref.Span)})
		}
	}
	return list
}
