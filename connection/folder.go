package connection

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
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
