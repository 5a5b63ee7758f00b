package main

// Finding and reading the files that check and fmt work on.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

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
			problems = append(problems, unread(err))
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
				problems = append(problems, unread(err))
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

// unreadable is an error of the file system in a person's words.
type unreadable struct{ *fs.PathError }

// unread puts an error of reading a path into words.
func unread(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return unreadable{e}
	}
	return err
}

func (e unreadable) Error() string {
	switch {
	case errors.Is(e.Err, fs.ErrNotExist):
		return e.Path + ": no such file or folder; check the path"
	case errors.Is(e.Err, fs.ErrPermission):
		return e.Path + ": you have no right to read it"
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

func (e unreadable) Unwrap() error { return e.PathError }

// maxQueryFile bounds a query file: more is data.
const maxQueryFile = 64 << 20

// readQueryFile reads a query file; what can't be one is an error.
func readQueryFile(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", unread(err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxQueryFile {
		return "", fmt.Errorf("%s is no regular file or larger than %d MB; it can't be a query", path, maxQueryFile>>20)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return "", unread(err)
	}
	return string(body), checkText(path, string(body))
}

// checkText refuses what isn't UTF-8: queries are sent and compared as UTF-8, so other bytes would be others elsewhere.
func checkText(name, body string) error {
	if strings.HasPrefix(body, "\xff\xfe") || strings.HasPrefix(body, "\xfe\xff") || strings.IndexByte(body, 0) >= 0 {
		return fmt.Errorf("%s is UTF-16 or no text; save it as UTF-8", name)
	}
	for i, r := range body {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(body[i:]); size == 1 {
				line, column := place(text.NewFile(body), i)
				return fmt.Errorf("%s:%d:%d: this byte isn't UTF-8; save the file as UTF-8", name, line, column)
			}
		}
	}
	return nil
}

// readUpTo reads a file of a bounded size, whatever its name says it is: a pipe or a device tells no size, and may never end.
func readUpTo(path string, most int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, unread(err)
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, most+1))
	switch {
	case err != nil:
		return nil, unread(err)
	case int64(len(body)) > most:
		return nil, fmt.Errorf("%s is larger than %d MB", path, most>>20)
	}
	return body, nil
}

// readInput reads a query from standard input until its end, or until ctx ends: a terminal may never end.
func readInput(ctx context.Context, in io.Reader) (string, error) {
	type outcome struct {
		body []byte
		err  error
	}
	done := make(chan outcome, 1)
	go func() {
		body, err := io.ReadAll(io.LimitReader(in, maxQueryFile+1))
		done <- outcome{body, err}
	}()
	select {
	case <-ctx.Done():
		return "", &exit{exitStopped, errors.New("stopped")}
	case got := <-done:
		if got.err != nil {
			return "", fmt.Errorf("read standard input: %w", got.err)
		}
		if len(got.body) > maxQueryFile {
			return "", fmt.Errorf("standard input has more than %d MB; it can't be a query", maxQueryFile>>20)
		}
		return string(got.body), checkText("standard input", string(got.body))
	}
}

// place gives line and column from 1; the column counts characters.
func place(f *text.File, offset int) (line, column int) {
	line = f.LineAt(offset)
	start := f.Line(line).Start
	return line + 1, len([]rune(f.Text()[start:max(offset, start)])) + 1
}
