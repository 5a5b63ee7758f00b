package result

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"calypso/wholefile"
)

const (
	// DefaultDisk is how many bytes of files are kept unless settings say otherwise.
	DefaultDisk = 512 << 20
	// share is the part of these that one result may take: one half.
	share = 2

	keptEnding  = ".rows"
	asideEnding = ".broken"
	// abandoned is the age from which on a file without its name is nobody's any more: a program that was killed left it.
	abandoned = time.Hour
)

// Folder keeps results on disk, a file each, readable by their owner only, within a budget: the oldest go first. A file has its name when
// it is whole. Several programs may use one folder.
type Folder struct {
	// Rest is called after each piece that Keep writes, with how long that took; nil: without a pause.
	Rest func(worked time.Duration)

	dir   string
	bytes atomic.Int64
	disk  func(io.Writer) io.Writer // of tests, where no disk can be made that is small; nil: the file as it is
}

// Content is what a file gave back.
type Content struct {
	Title  string
	About  json.RawMessage // what Keep was given
	Tables []*Table
}

// Broken says that a file can't be read. It was put aside, so that it isn't tried again, and can be looked at.
type Broken struct {
	Aside string // its path now
	Err   error
}

func (b *Broken) Error() string {
	return fmt.Sprintf("the kept rows can't be read, %v; their file was put aside as %s", b.Err, b.Aside)
}

func (b *Broken) Unwrap() error { return b.Err }

// OpenFolder names a folder, which needn't be there.
func OpenFolder(dir string) *Folder {
	f := &Folder{dir: dir}
	f.SetBudget(0)
	return f
}

// SetBudget sets how many bytes the files may take; 0 is the default. It counts from the next Keep or Sweep on.
func (f *Folder) SetBudget(bytes int64) {
	if bytes <= 0 {
		bytes = DefaultDisk
	}
	f.bytes.Store(bytes)
}

// Share is how many bytes the file of one result may have.
func (f *Folder) Share() int64 { return f.bytes.Load() / share }

// path is the file of a name; "" for what is no name of a file.
func (f *Folder) path(name string) string {
	if name == "" || len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool { return (r < '0' || r > '9') && (r < 'A' || r > 'Z') }) {
		return ""
	}
	return filepath.Join(f.dir, name+keptEnding)
}

// Has tells whether there is a file of this name.
func (f *Folder) Has(name string) bool {
	path := f.path(name)
	if path == "" {
		return false
	}
	_, err := os.Lstat(path)
	return err == nil
}

// Keep writes a result, with what the caller has to say about it as JSON. Older results give way once it is written, so that a disk that is
// full costs none of them. One that takes more than its share is ErrShare.
func (f *Folder) Keep(ctx context.Context, name string, r *Result, about []byte) error {
	path := f.path(name)
	if path == "" {
		return fmt.Errorf("%q is no name of a kept result", name)
	}
	if err := os.MkdirAll(f.dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(f.dir, wholefile.TempPrefix+"*") // 0600
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, chunk)
	if f.disk != nil {
		out.Reset(f.disk(file))
	}
	err = r.writeKept(ctx, out, about, f.Share(), f.Rest)
	if err == nil {
		err = out.Flush()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = wholefile.Locked(filepath.Join(f.dir, "results"), func() error {
			f.shrink(file.Name())
			return os.Rename(file.Name(), path)
		})
	}
	if err != nil {
		_ = os.Remove(file.Name()) // the error that counts is told already
	}
	return err
}

// found is a file of the folder.
type found struct {
	path string
	name string // of the result; "" for a file without its name
	fs.FileInfo
}

func (f *Folder) files() ([]found, error) {
	entries, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var list []found
	for _, e := range entries {
		name, _, ours := strings.Cut(e.Name(), keptEnding)
		temp := strings.HasPrefix(e.Name(), wholefile.TempPrefix)
		info, gone := e.Info()
		if gone != nil || !info.Mode().IsRegular() || !ours && !temp {
			continue
		}
		if temp {
			name = ""
		}
		list = append(list, found{filepath.Join(f.dir, e.Name()), name, info})
	}
	return list, err
}

// shrink deletes the oldest files until the others fit, with the one that comes.
func (f *Folder) shrink(comes string) {
	list, _ := f.files() // a folder that can't be read is told by who writes into it
	slices.SortFunc(list, func(a, b found) int { return cmp.Or(b.ModTime().Compare(a.ModTime()), cmp.Compare(a.path, b.path)) })
	used := int64(0)
	for _, one := range list {
		used += one.Size()
		if used > f.bytes.Load() && one.path != comes && one.name != "" && os.Remove(one.path) == nil {
			used -= one.Size()
		}
	}
}

// Read gives a result back, if its rows take most bytes in memory at most. One that isn't there is ErrExpired; one that can't be read is
// *Broken.
func (f *Folder) Read(name string, most int64) (*Content, error) {
	path := f.path(name)
	body, err := os.ReadFile(path)
	switch {
	case path == "", errors.Is(err, fs.ErrNotExist):
		return nil, ErrExpired
	case err != nil:
		return nil, err
	}
	k, err := readKept(body, most)
	var room *noRoom
	if err == nil || errors.As(err, &room) {
		return k, err
	}
	broken := &Broken{Aside: path + asideEnding, Err: err}
	if err := os.Rename(path, broken.Aside); err != nil {
		broken.Aside = path
	}
	return nil, broken
}

// Sweep deletes what isn't wanted any more, what is over the budget, and what programs left that were killed. It asks for the names that
// are wanted once it knows the files: another program may have just written one. Without an answer nothing is deleted.
func (f *Folder) Sweep(ask func() (map[string]bool, error)) error {
	list, err := f.files()
	wanted, unknown := ask()
	if unknown != nil {
		return errors.Join(err, unknown)
	}
	for _, one := range list {
		stale := one.name == "" && time.Since(one.ModTime()) > abandoned
		if stale || one.name != "" && !wanted[one.name] {
			if gone := os.Remove(one.path); !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
	}
	f.shrink("")
	return err
}
