package main

// Finding and reading the files that check and fmt work on.

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"calypso/kql/text"
)

// queryFiles lists the files that are named, and the query files below the folders that are.
func queryFiles(paths []string) (files []string, problems []error) {
	return filesBelow(paths, func(path string) bool {
		ext := strings.ToLower(filepath.Ext(path))
		return ext == ".kql" || ext == ".csl" || ext == ".kusto"
	})
}

// filesBelow lists the files that are named, whatever they are, and those below folders that wanted accepts, each once. Folders of
// version control and of packages are left out.
func filesBelow(paths []string, wanted func(path string) bool) (files []string, problems []error) {
	seen := map[string]bool{}
	add := func(path string) {
		if clean := filepath.Clean(path); !seen[clean] {
			seen[clean] = true
			files = append(files, path)
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if !info.IsDir() {
			add(path)
			continue
		}
		// A walk only gives what the function gives, which is nil or SkipDir.
		_ = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				problems = append(problems, err)
			case d.IsDir() && p != path && slices.Contains([]string{".git", ".hg", ".svn", "node_modules"}, d.Name()):
				return filepath.SkipDir
			case !d.IsDir() && wanted(p):
				add(p)
			}
			return nil
		})
	}
	return files, problems
}

// pathOf gives the path that an error of the file system is about.
func pathOf(err error) string {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Path
	}
	return ""
}

// maxQueryFile bounds a query file: more is data.
const maxQueryFile = 64 << 20

// readQueryFile reads a query file; what can't be one is an error.
func readQueryFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() || info.Size() > maxQueryFile {
		return "", fmt.Errorf("%s is no regular file or larger than %d MB; it can't be a query", path, maxQueryFile>>20)
	}
	body, err := os.ReadFile(path)
	return string(body), err
}

// place gives line and column from 1; the column counts characters.
func place(f *text.File, offset int) (line, column int) {
	line = f.LineAt(offset)
	start := f.Line(line).Start
	return line + 1, len([]rune(f.Text()[start:max(offset, start)])) + 1
}
