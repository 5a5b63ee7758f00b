package server

import (
	"calypso/kql/navigate"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// definition is textDocument/definition: a place in the text, or the text of an entity of the database.
func definition(c *call, p *lsp.DefinitionParams) (any, error) {
	d, sc, err := c.opened(string(p.TextDocument.URI))
	if err != nil {
		return nil, err
	}
	from, to, ok := navigate.Definition(sc, c.can.Encoding.Offset(d.File, p.Position))
	if !ok {
		return nil, nil
	}
	at := c.places(d)
	place := lsp.Location{URI: uri.URI(d.URI), Range: at.of(to.Span)}
	if (to.Table != nil || to.Function != nil) && !to.Created {
		if place, err = c.entityLocation(c.entityOf(d, to), to.Column); err != nil {
			return nil, err
		}
	}
	if !c.can.DefinitionLinks {
		return &place, nil
	}
	return lsp.DefinitionLinkSlice{{
		OriginSelectionRange: ptr(at.of(from)), TargetURI: place.URI, TargetRange: place.Range, TargetSelectionRange: place.Range,
	}}, nil
}
