package cache

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"calypso/wholefile"
)

// Folder is a cache in a folder. Several goroutines and several processes may use one at once. Its contents can be deleted at any
// time.
type Folder struct {
	Dir string // made with the rights 0700 at the first write
	// MaxBytes is what all files together may have; the ones that weren't used for longest go first. 0 means DefaultMaxBytes.
	MaxBytes int64
}

// The bounds of a folder.
const (
	DefaultMaxBytes = 256 << 20
	maxFile         = 128 << 20 // 36,000 tables with 320,000 columns have 8 MB
	maxFiles        = 2000
)

// The endings of files.
const (
	ending    = ".schema"
	endingBad = ".unreadable"
)

// Unreadable is the error of a file that can't be used. It is out of the way already, so the next read finds nothing.
type Unreadable struct {
	File  string // where it was
	Aside string // where it is now; "" when it couldn't be moved
	Err   error
}

// Error says what was done.
func (u *Unreadable) Error() string {
	done := "it is kept as " + filepath.Base(u.Aside)
	if u.Aside == "" {
		done = "it couldn't be moved; delete it"
	}
	return fmt.Sprintf("schema cache: %s: %v; %s, and the schema is read from the cluster anew", u.File, u.Err, done)
}

// Unwrap gives the cause.
func (u *Unreadable) Unwrap() error { return u.Err }

// Read gives an entry, nil when there is none. An error is a *Unreadable, or the file system's.
func (f *Folder) Read(key Key) (*Entry, error) {
	path := f.path(key)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("schema cache: %w", err)
	case !info.Mode().IsRegular():
		return nil, f.putAside(path, errors.New("it is no regular file"))
	case info.Size() > maxFile:
		return nil, f.putAside(path, fmt.Errorf("it has %d bytes, more than the %d that are read", info.Size(), maxFile))
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // another process trimmed it
	}
	if err != nil {
		return nil, fmt.Errorf("schema cache: %w", err)
	}
	e, err := decode(data, key)
	if err != nil {
		return nil, f.putAside(path, err)
	}
	now := time.Now()
	_ = os.Chtimes(path, now, now) // it was used; without that it only goes sooner
	return e, nil
}

// Fetched tells how old an entry is without reading it whole; the zero time when there is none that can be used.
func (f *Folder) Fetched(key Key) time.Time {
	h, err := readHeader(f.path(key))
	if err != nil || h.check(key) != nil {
		return time.Time{}
	}
	return h.Fetched
}

// Forget removes all entries of the cluster at an address.
func (f *Folder) Forget(address string) {
	cluster := KeyOf(address, "").Cluster
	files, _ := os.ReadDir(f.Dir) // it may not be there
	for _, d := range files {
		path := filepath.Join(f.Dir, d.Name())
		if !strings.HasSuffix(path, ending) {
			continue
		}
		if h, err := readHeader(path); err == nil && h.Cluster == cluster {
			_ = os.Remove(path) // another process may have
		}
	}
}

// readHeader reads a file's first line, whatever it is about.
func readHeader(path string) (header, error) {
	file, err := os.Open(path)
	if err != nil {
		return header{}, err
	}
	defer file.Close()
	line, err := bufio.NewReader(io.LimitReader(file, maxHeader)).ReadBytes('\n')
	if err != nil {
		return header{}, err
	}
	return parseHeader(line)
}

// putAside takes a file out of the way; the last one is kept, for whoever wants to know why.
func (f *Folder) putAside(path string, why error) error {
	u := &Unreadable{File: path, Aside: strings.TrimSuffix(path, ending) + endingBad, Err: why}
	if err := os.Rename(path, u.Aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		u.Aside = ""
	}
	return u
}

// Write keeps an entry in place of an older one, and makes room for it.
func (f *Folder) Write(e Entry) error {
	body, err := encode(&e)
	if err == nil && len(body) > maxFile {
		err = fmt.Errorf("the schema of %q has %d bytes; at most %d are kept", e.Database, len(body), maxFile)
	}
	if err == nil {
		err = os.MkdirAll(f.Dir, 0o700)
	}
	if err == nil {
		err = os.Chmod(f.Dir, 0o700) // it may have been made by hand; a folder of another user's fails here
	}
	path := f.path(e.Key)
	if err == nil {
		err = wholefile.Write(path, body, 0o600)
	}
	if err != nil {
		return fmt.Errorf("schema cache: %w", err)
	}
	f.trim(path)
	return nil
}

// Remove forgets an entry.
func (f *Folder) Remove(key Key) {
	_ = os.Remove(f.path(key)) // it may not be there
}

// path is a name that people can tell apart, with a hash that makes it one of its kind.
func (f *Folder) path(key Key) string {
	_, host, _ := strings.Cut(key.Cluster, "://")
	database := strings.ToLower(key.Database)
	name := readable(host)
	if database != "" {
		name += "_" + readable(database)
	}
	sum := sha256.Sum256([]byte(key.Cluster + "\n" + database))
	return filepath.Join(f.Dir, name+"-"+hex.EncodeToString(sum[:8])+ending)
}

// readable is the part of a name that every file system takes.
func readable(name string) string {
	out := []byte(nil)
	for i := 0; i < len(name) && len(out) < 40; i++ {
		c := name[i]
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' && len(out) > 0 || c == '-' {
			out = append(out, c)
		} else if n := len(out); n > 0 && out[n-1] != '_' {
			out = append(out, '_')
		}
	}
	return string(out)
}

// trim deletes what was used longest ago until the bounds hold, and what killed writers left; never the file at keep.
func (f *Folder) trim(keep string) {
	list, err := os.ReadDir(f.Dir)
	if err != nil {
		return // the next write tries again
	}
	limit := f.MaxBytes
	if limit <= 0 {
		limit = DefaultMaxBytes
	}
	var files []fs.FileInfo
	var total int64
	for _, d := range list {
		info, err := d.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		switch {
		case strings.HasPrefix(d.Name(), wholefile.TempPrefix):
			if time.Since(info.ModTime()) > time.Hour {
				_ = os.Remove(filepath.Join(f.Dir, d.Name()))
			}
		case strings.HasSuffix(d.Name(), ending), strings.HasSuffix(d.Name(), endingBad):
			files = append(files, info)
			total += info.Size()
		}
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for n := len(files); len(files) > 0 && (total > limit || n > maxFiles); files = files[1:] {
		path := filepath.Join(f.Dir, files[0].Name())
		if path != keep && os.Remove(path) == nil {
			total -= files[0].Size()
			n--
		}
	}
}
