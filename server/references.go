package server

import (
	"sort"

	"calypso/kql/navigate"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// references is textDocument/references: within the block, because a variable or column means nothing beyond it; a table or function
// of the database in all open documents.
func references(c *call, p *lsp.ReferenceParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	offset := c.can.Encoding.Offset(d.File, p.Position)
	if _, to, ok := navigate.Definition(sc, offset); ok && to.Column == "" && (to.Table != nil || to.Function != nil) {
		return c.entityReferences(to, p.Context.IncludeDeclaration)
	}
	return c.locations(lsp.LocationSlice{}, d, navigate.References(sc, offset, p.Context.IncludeDeclaration)), nil
}

// entityReferences looks through the open documents, in the order of their names.
func (c *call) entityReferences(to navigate.Target, declaration bool) (any, error) {
	list := lsp.LocationSlice{}
	for _, d := range c.openDocuments() {
		sc, err := c.script(d)
		if err != nil {
			return nil, err
		}
		for _, r := range navigate.EntityReferences(sc, to) {
			if declaration || !r.Write {
				list = c.locations(list, d, []navigate.Reference{r})
			}
		}
	}
	return list, nil
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
