package connection

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// A folder of the person's own as a database: an embedded engine whose tables are its files. Its address is the folder's URI.

// FolderAddress is the address of a folder.
func FolderAddress(dir string) string {
	path := filepath.ToSlash(dir)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/data
	}
	return folderScheme + (&url.URL{Path: path}).EscapedPath()
}

// Folder gives the folder that an address means; false when it is none's.
func Folder(address string) (dir string, ok bool) {
	if !isFolder(address) {
		return "", false
	}
	dir, err := folderOf(address)
	return dir, err == nil
}

func folderOf(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "file" || u.Host != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("%q names no folder of this machine", address)
	}
	path := u.Path
	if runtime.GOOS == "windows" {
		path = strings.TrimPrefix(path, "/")
	}
	if path = filepath.FromSlash(path); !filepath.IsAbs(path) {
		return "", fmt.Errorf("%q names no folder of this machine", address)
	}
	return filepath.Clean(path), nil
}

// checkFolder tells why a folder can't be a database.
func checkFolder(address string) error {
	dir, err := folderOf(address)
	if err != nil {
		return err
	}
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return fmt.Errorf("the folder %s can't be read; choose one of this machine", dir)
	case !info.IsDir():
		return fmt.Errorf("%s is a file; choose the folder that it lies in", dir)
	}
	return nil
}

const (
	// lookAgain is how often a folder's files are looked at while queries on them are written. Before one runs they always are.
	lookAgain = 2 * time.Second
	// stampedFiles are looked at in a folder: as many as can be tables.
	stampedFiles = 10_000
)

// stampOf tells what files are in a folder from what was there at another moment: names, sizes and times. 0 for what is no folder.
func stampOf(address string) uint64 {
	dir, ok := Folder(address)
	if !ok {
		return 0
	}
	sum, n := fnv.New64a(), 0
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if n++; n > stampedFiles {
			return fs.SkipAll
		}
		if err != nil || path != dir && strings.HasPrefix(d.Name(), ".") {
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if info, err := d.Info(); err == nil {
			fmt.Fprintln(sum, path, info.Size(), info.ModTime().UnixNano())
		}
		return nil
	})
	return sum.Sum64()
}

// freshen has a folder's engine made anew when its files changed since: nothing but what is in the files is in it.
func (b *Book) freshen(e *entry) {
	if !isFolder(e.address) {
		return
	}
	now := stampOf(e.address)
	d := &e.cluster
	d.mu.Lock()
	changed := d.done && d.stamp != now
	if changed {
		d.done = false
	}
	d.mu.Unlock()
	if changed {
		b.changed(e, b.about(e).Database)
	}
}
