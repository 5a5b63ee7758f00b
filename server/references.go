package server

import (
	"sort"

	"calypso/kql/navigate"
	"calypso/kql/script"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// references is textDocument/references: within the block, because a variable or column means nothing beyond it; a table or function
// in all files of the workspace.
func references(c *call, p *lsp.ReferenceParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	return c.referencesAt(d, sc, c.can.Encoding.Offset(d.File, p.Position), p.Context.IncludeDeclaration)
}

// referencesAt lists the references of the name at an offset; declaration tells whether what declares it counts.
func (c *call) referencesAt(d *session.Document, sc *script.Script, offset int, declaration bool) (lsp.LocationSlice, error) {
	list := lsp.LocationSlice{}
	_, to, ok := navigate.Definition(sc, offset)
	if !ok || !to.IsEntity() {
		return c.locations(list, d, navigate.References(sc, offset, declaration)), nil
	}
	files, err := c.referrers(c.entityFound(d, to))
	for _, f := range files {
		list = append(list, f.locations(c.can.Encoding, declaration)...)
	}
	return list, err
}

func (c *call) locations(list lsp.LocationSlice, d *session.Document, refs []navigate.Reference) lsp.LocationSlice {
	at := c.places(d)
	for _, r := range refs {
		list = append(list, lsp.Location{URI: uri.URI(d.URI), Range: at.of(r.Span)})
	}
	return list
}

// openDocuments lists the open documents by name.
func (c *call) openDocuments() []*session.Document {
	var list []*session.Document
	for d := range c.snapshot.Documents {
		list = append(list, d)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Key < list[j].Key })
	return list
}
