package server

import (
	"path/filepath"
	"slices"
	"strings"

	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// Where documents lie: settings for files go by paths within the workspace.

// rootsOf gives the folders of the workspace, with slashes, as the client names them at the start.
func rootsOf(p *lsp.InitializeParams) []string {
	var all []lsp.WorkspaceFolder
	if folders, ok := p.WorkspaceFolders.Get(); ok {
		all = append(all, folders...)
	}
	//lint:ignore SA1019 editors that have one folder only name it so
	if root := p.RootURI; root != nil {
		all = append(all, lsp.WorkspaceFolder{URI: *root})
	}
	return foldersOf(all)
}

// foldersOf gives the paths of folders that are files, each once, with slashes and one at the end.
func foldersOf(folders []lsp.WorkspaceFolder) []string {
	var paths []string
	for _, f := range folders {
		if path, ok := filePath(string(f.URI)); ok {
			if path = strings.TrimSuffix(path, "/") + "/"; !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// rootList gives the workspace's folders.
func (s *Server) rootList() []string {
	if roots := s.roots.Load(); roots != nil {
		return *roots
	}
	return nil
}

// pathOf gives a document's path within the workspace, with slashes; the whole path of one outside, "" of one that is no file.
func (s *Server) pathOf(d *session.Document) string {
	path, ok := filePath(d.URI)
	if !ok {
		return ""
	}
	for _, root := range s.rootList() {
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
