package server

import (
	"calypso/kql/navigate"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// definition is textDocument/definition: a place in the text, the command of another file that creates an entity, or the text of what
// the database has.
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
	if (to.Table != nil || to.Function != nil) && !to.Created {
		places, err := c.creatorPlaces(c.entityFound(d, to))
		if err != nil {
			return nil, err
		}
		if len(places) > 0 {
			return c.definitions(at.of(from), places), nil
		}
	}
	place := lsp.Location{URI: uri.URI(d.URI), Range: at.of(to.Span)}
	if (to.Table != nil || to.Function != nil) && !to.Created {
		if place, err = c.entityLocation(c.entityOf(d, to), to.Column); err != nil {
			return nil, err
		}
	}
	return c.definitions(at.of(from), []lsp.Location{place}), nil
}

// definitions puts places into the form that the client takes; from is the name that was asked about.
func (c *call) definitions(from lsp.Range, places []lsp.Location) any {
	if c.can.DefinitionLinks {
		var links lsp.DefinitionLinkSlice
		for _, p := range places {
			links = append(links, lsp.DefinitionLink{
				OriginSelectionRange: &from, TargetURI: p.URI, TargetRange: p.Range, TargetSelectionRange: p.Range,
			})
		}
		return links
	}
	if len(places) == 1 {
		return &places[0]
	}
	return lsp.LocationSlice(places)
}
