package server

import (
	"path/filepath"
	"strings"

	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Where documents lie: settings for files go by paths within the workspace.

// rootsOf gives the folders of the workspace, with slashes, as the client names them at the start.
func rootsOf(p *lsp.InitializeParams) []string {
	var roots []string
	add := func(u uri.URI) {
		if path, ok := filePath(string(u)); ok {
			roots = append(roots, strings.TrimSuffix(path, "/")+"/")
		}
	}
	if folders, ok := p.WorkspaceFolders.Get(); ok {
		for _, f := range folders {
			add(f.URI)
		}
	}
	//lint:ignore SA1019 editors that have one folder only name it so
	if root := p.RootURI; root != nil {
		add(*root)
	}
	return roots
}

// pathOf gives a document's path within the workspace, with slashes; the whole path of one outside, "" of one that is no file.
func (s *Server) pathOf(d *session.Document) string {
	path, ok := filePath(d.URI)
	if !ok {
		return ""
	}
	for _, root := range s.roots {
		if rest, inside := strings.CutPrefix(path, root); inside {
			return rest
		}
	}
	return path
}

func filePath(s string) (string, bool) {
	u, err := uri.Parse(s)
	if err != nil || u.Scheme() != "file" {
		return "", false
	}
	return filepath.ToSlash(u.FsPath()), true
}
