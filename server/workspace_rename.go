package server

import (
	"fmt"

	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/text"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Renaming a table or stored function that commands of the workspace create, in all files. The database keeps what it has: a rename
// changes texts.

// createdAt finds what commands of the workspace create and a name at an offset means.
func (c *call) createdAt(d *session.Document, sc *script.Script, offset int) (text.Span, workspaceEntity, bool) {
	from, to, ok := navigate.Definition(sc, offset)
	if !ok || !to.IsEntity() {
		return text.Span{}, workspaceEntity{}, false
	}
	w := c.entityFound(d, to)
	return from, w, to.Created || len(w.creators) > 0
}

// renameCreated is a rename of what commands create.
func (c *call) renameCreated(w workspaceEntity, name string) (any, error) {
	if err := navigate.CheckName(name); err != nil {
		return nil, refusal(err)
	}
	edit, err := c.renameEverywhere(w, name)
	if err != nil {
		return nil, err
	}
	if name != w.to.Name() {
		c.tellKept(w)
	}
	return edit, nil
}

// renameEverywhere renames an entity at all of its places. What would mean something else or break a text is refused.
func (c *call) renameEverywhere(w workspaceEntity, name string) (*lsp.WorkspaceEdit, error) {
	if name == w.to.Name() {
		return &lsp.WorkspaceEdit{}, nil
	}
	files, err := c.referrers(w)
	if err != nil {
		return nil, err
	}
	edits := make([][]text.Edit, len(files))
	after := make([]string, len(files))
	for i, f := range files {
		if edits[i], err = navigate.EntityEdits(f.script, f.references, name); err != nil {
			return nil, refusal(inFile(f, err))
		}
		after[i] = f.file.ApplyAll(edits[i]).Text()
	}
	if err := c.staysWhole(files, after, name); err != nil {
		return nil, err
	}
	for _, f := range files {
		if f.document == nil {
			continue
		}
		if err := c.unmoved(f.document); err != nil {
			return nil, err
		}
	}
	return c.editsOf(files, edits), nil
}

func inFile(f referring, err error) error {
	if path, ok := filePath(f.uri); ok {
		return fmt.Errorf("%w (in %s)", err, path)
	}
	return err
}

// staysWhole analyses the files as they would be, each with what the others would create, and refuses new errors.
func (c *call) staysWhole(files []referring, after []string, name string) error {
	offers := map[session.Key][]script.Offer{}
	for i, f := range files {
		offers[f.key] = script.Analyze(after[i], f.script.Schemas, f.script).Offers()
	}
	for i, f := range files {
		if err := c.Err(); err != nil {
			return err
		}
		own, _ := c.snapshot.Target(f.key)
		is := script.Analyze(after[i], c.index.imagined(own, f, offers), nil)
		if err := navigate.Broken(f.script, is, name); err != nil {
			return refusal(inFile(f, err))
		}
	}
	return nil
}

// imagined gives the schemas for a file if others offered what the map says.
func (ix *workspaceIndex) imagined(own Target, of referring, offers map[session.Key][]script.Offer) script.Schemas {
	snap := ix.server.state.current()
	known := map[string]*symbol.Schema{}
	return func(connect string) *symbol.Schema {
		if known[connect] != nil {
			return known[connect]
		}
		t := own
		if connect != "" {
			ix.mu.Lock()
			t = ix.resolved[connect]
			ix.mu.Unlock()
		}
		base := nothing
		if t.Connection != "" {
			base = ix.server.backend.Schema(t)
		}
		ix.mu.Lock()
		defer ix.mu.Unlock()
		var sure, loose []script.Offer
		for _, f := range ix.offering() {
			list, changed := offers[f.key]
			if !changed {
				list = f.offers
			}
			if f.key == of.key && of.document != nil {
				continue
			}
			for _, o := range list {
				switch ix.fits(f, o, t, snap) {
				case forSure:
					sure = append(sure, o)
				case perhaps:
					loose = append(loose, o)
				}
			}
		}
		known[connect] = script.With(base, sure, loose)
		return known[connect]
	}
}

// editsOf puts the edits into the form that the client takes. Those of a file that isn't open are for what is on disk.
func (c *call) editsOf(files []referring, edits [][]text.Edit) *lsp.WorkspaceEdit {
	whole := &lsp.WorkspaceEdit{}
	for i, f := range files {
		list := make([]lsp.TextEdit, len(edits[i]))
		for j, e := range edits[i] {
			list[j] = lsp.TextEdit{Range: c.can.Encoding.Range(f.file, e.Span), NewText: e.NewText}
		}
		var version *int32
		if f.document != nil {
			version = ptr(f.document.Version)
		}
		one := c.workspaceEdit(f.uri, version, list)
		whole.DocumentChanges = append(whole.DocumentChanges, one.DocumentChanges...)
		for name, changes := range one.Changes {
			if whole.Changes == nil {
				whole.Changes = map[uri.URI][]lsp.TextEdit{}
			}
			whole.Changes[name] = changes
		}
	}
	return whole
}

// tellKept says that the database has what was renamed under its old name still.
func (c *call) tellKept(w workspaceEntity) {
	old := w.to.Name()
	schema := c.backend.Schema(w.target)
	if schema == nil || schema.Database == nil || schema.Table(old) == nil && schema.Function(old) == nil {
		return
	}
	c.tell(lsp.MethodWindowShowMessage, &lsp.ShowMessageParams{Type: lsp.MessageTypeInfo, Message: fmt.Sprintf(
		"The files have the new name; the database %s still has %s. Run the command that creates it to have it there under the new name too.",
		schema.Database.Name, symbol.QuoteName(old))})
}
