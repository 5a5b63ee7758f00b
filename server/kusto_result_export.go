package server

import (
	"fmt"
	"path/filepath"
	"strings"

	"calypso/kql/text"
	"calypso/server/protocol"

	"go.lsp.dev/uri"
)

// resultExport is kusto/result/export: all rows of a view, written here, without passing through the editor.
func resultExport(c *call, p *protocol.ResultExportParams) (any, error) {
	v, err := c.results.View(p.View)
	if err != nil {
		return nil, expired(err)
	}
	target, err := pathOf(p.Target)
	if err != nil {
		return nil, err
	}
	progress := c.progress(p.WorkDoneToken, "Exporting")
	defer progress.end()
	rows, bytes, err := v.Export(c, string(p.Format), target, func(rows, bytes int64) {
		progress.report(fmt.Sprintf("%s of %s rows, %.1f MB", text.Number(rows), text.Number(v.Rows()), float64(bytes)/(1<<20)))
	})
	if err != nil {
		return nil, fileFailure(target, err)
	}
	return protocol.ResultExportResult{Rows: rows, Bytes: bytes}, nil
}

// pathOf reads a path or a file: URI.
func pathOf(target string) (string, error) {
	path := target
	if strings.HasPrefix(target, "file:") {
		u, err := uri.Parse(target)
		if err != nil {
			return "", badParams("params.target is no file URI: %s", err)
		}
		path = u.FsPath()
	}
	if !filepath.IsAbs(path) {
		return "", badParams("params.target is no absolute path")
	}
	return filepath.Clean(path), nil
}
