package server

import (
	"calypso/server/protocol"
	"calypso/server/result"
)

// resultCopy is kusto/result/copy: text for the clipboard, 1 MiB at most.
func resultCopy(c *call, p *protocol.ResultCopyParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	areas := make([]result.Area, len(p.Ranges))
	for i, r := range p.Ranges {
		areas[i] = result.Area{
			StartRow: index(r.StartRow), EndRow: index(r.EndRow), StartColumn: r.StartColumn, EndColumn: r.EndColumn,
		}
	}
	text, err := v.Copy(areas, string(p.Format), p.Headers, protocol.CopyBytes)
	if err != nil {
		return nil, expired(err)
	}
	return protocol.ResultCopyResult{Text: text}, nil
}
