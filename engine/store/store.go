// Store: the folder of databases, opened for writing by one process.

package store

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"calypso/kql/symbol"
)

const (
	manifestFile = "manifest.json"
	nextManifest = "manifest.json.next"
	segmentsDir  = "segments"
	lockFile     = "lock"
)

// Database is what a database holds.
type Database struct {
	Name, PrettyName string
	Tables           []*Table
	Functions        []*symbol.Function
	Views            []*View
	Groups           []*symbol.EntityGroup
	Settings         Settings
}

// Store is an opened folder. Its methods are called by one goroutine at a time, but for NewRows and what it gives.
type Store struct {
	dir      string // as the user named it
	root     *os.Root
	segments *os.Root
	lock     io.Closer

	collecting atomic.Bool                                  // a collection is on its way
	create     func(in *os.Root, name string) (file, error) // makes a new file; tests make it fail

	mu      sync.Mutex // guards what follows
	live    map[string]*Segment
	pending []string // files written for the change that goes on
	broken  error    // a change whose fate nobody knows: nothing more is written
	version int64
	cluster Settings
}

// file is what the store writes to.
type file interface {
	io.WriteCloser
	Sync() error
}

func createFile(in *os.Root, name string) (file, error) {
	return in.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
}

// Open opens a folder, or makes it, and gives the databases in it; fresh tells that it held none. An empty folder becomes a store,
// one with other files in it doesn't.
func Open(dir string) (s *Store, databases []Database, fresh bool, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, false, fmt.Errorf("database folder %s can't be made: %w", dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, false, fmt.Errorf("database folder %s can't be opened: %w", dir, err)
	}
	s = &Store{dir: dir, root: root, create: createFile, live: map[string]*Segment{}}
	if databases, fresh, err = s.open(); err == nil && fresh {
		err = syncParent(dir)
	}
	if err != nil {
		s.Close()
		return nil, nil, false, fmt.Errorf("database folder %s: %w", dir, err)
	}
	return s, databases, fresh, nil
}

// syncParent brings a new folder's name to disk, so that it is there after the machine lost its power.
func syncParent(dir string) error {
	parent, err := os.OpenRoot(filepath.Dir(filepath.Clean(dir)))
	if err != nil {
		return nil //nolint:nilerr // a folder that can't be opened isn't ours to care for
	}
	defer parent.Close()
	return syncDir(parent)
}

func (s *Store) open() (databases []Database, fresh bool, err error) {
	_, err = s.root.Stat(manifestFile)
	fresh = errors.Is(err, fs.ErrNotExist)
	if err != nil && !fresh {
		return nil, false, err
	}
	if fresh {
		if err := s.onlyOurs(); err != nil {
			return nil, false, err
		}
	}
	if s.lock, err = takeLock(s.root); err != nil {
		return nil, false, err
	}
	if err := s.root.Mkdir(segmentsDir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, false, err
	}
	if s.segments, err = s.root.OpenRoot(segmentsDir); err != nil {
		return nil, false, err
	}
	if fresh {
		return nil, true, s.sweep()
	}
	// Read under the lock: nobody else writes it now.
	text, err := s.root.ReadFile(manifestFile)
	if err != nil {
		return nil, false, err
	}
	databases, s.cluster, s.version, err = readManifest(text, s.segments)
	if err != nil {
		return nil, false, err
	}
	s.live = segmentsOf(databases)
	return databases, false, s.sweep()
}

// onlyOurs refuses a folder in which somebody keeps other things.
func (s *Store) onlyOurs() error {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		switch e.Name() {
		case nextManifest, segmentsDir, lockFile:
		default:
			return fmt.Errorf("it holds other files (%s) and no database; name a new or empty folder", e.Name())
		}
	}
	return nil
}

func segmentsOf(databases []Database) map[string]*Segment {
	live := map[string]*Segment{}
	for _, d := range databases {
		for _, t := range d.Tables {
			for _, seg := range t.segments {
				live[seg.file()] = seg
			}
		}
	}
	return live
}

// sweep removes what no manifest names: files of changes that never came to an end.
func (s *Store) sweep() error {
	entries, err := fs.ReadDir(s.segments.FS(), ".")
	if err != nil {
		return err
	}
	for _, e := range entries {
		if _, ours := segmentID(e.Name()); ours && s.live[e.Name()] == nil {
			if err := s.segments.RemoveAll(e.Name()); err != nil {
				return err
			}
		}
	}
	if err := s.root.Remove(nextManifest); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Save makes the databases the folder's state, at once and for good. After an error the state before stays; only when the disk
// can't tell whether the change reached it, the store takes no more changes. Every segment has come from Append.
func (s *Store) Save(databases []Database) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return s.broken
	}
	next := segmentsOf(databases)
	err := s.save(databases)
	if err != nil && s.broken != nil {
		return s.broken
	}
	if err != nil {
		next = s.live
	}
	for _, name := range s.pending {
		if next[name] == nil {
			_ = s.segments.Remove(name) // else the next Open sweeps it
		}
	}
	s.pending = nil
	if err != nil {
		return err
	}
	var freed int64
	for name, old := range s.live {
		if next[name] == nil {
			freed += old.Bytes
			s.forget(old, name)
		}
	}
	s.live = next
	if freed >= worthCollecting {
		s.collectSoon()
	}
	return nil
}

// worthCollecting is the size of files that nobody names any more from which the collector is called for their sake.
const worthCollecting = 8 << 20

// collectSoon has the collector find the segments that nobody reads any more, as their files go with them. It waits for the change to
// be seen, and runs once for all changes until then.
func (s *Store) collectSoon() {
	if s.collecting.CompareAndSwap(false, true) {
		time.AfterFunc(time.Second, func() {
			s.collecting.Store(false)
			runtime.GC()
		})
	}
}

// forget removes a segment's file when no query reads it any more.
func (s *Store) forget(old *Segment, name string) {
	root := s.segments
	runtime.AddCleanup(old, func(name string) {
		_ = root.Remove(name) // where that fails, the next Open sweeps it
	}, name)
}

// save writes the manifest beside the old one and puts it in its place.
func (s *Store) save(databases []Database) error {
	text, err := writeManifest(databases, s.cluster, s.version+1)
	if err != nil {
		return err
	}
	// The names of new segments must be on disk before the manifest that names them.
	if err := syncDir(s.segments); err != nil {
		return cannotWrite(err)
	}
	f, err := s.create(s.root, nextManifest)
	if err != nil {
		return cannotWrite(err)
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if cause := f.Close(); err == nil {
		err = cause
	}
	if err == nil {
		err = s.root.Rename(nextManifest, manifestFile)
	}
	if err != nil {
		_ = s.root.Remove(nextManifest)
		return cannotWrite(err)
	}
	s.version++
	if err := syncDir(s.root); err != nil {
		s.broken = fmt.Errorf("database folder %s: the disk can't tell whether the last change is safe (%w); nothing more is written until the server is started anew", s.dir, err)
		return s.broken
	}
	return nil
}

// cannotWrite words an error of the file system, and says what holds after it.
func cannotWrite(err error) error {
	if errors.Is(err, syscall.ENOSPC) || strings.Contains(err.Error(), "no space left") {
		return fmt.Errorf("the disk is full (%w); nothing was changed: free some space and run the command again", err)
	}
	return fmt.Errorf("the database can't be written (%w); nothing was changed", err)
}

// Discard removes the files of a change that isn't saved; a nil store has none.
func (s *Store) Discard() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range s.pending {
		if s.live[name] == nil {
			_ = s.segments.Remove(name)
		}
	}
	s.pending = nil
}

// Forget removes a segment that became no part of a table; nil is fine.
func (s *Store) Forget(seg *Segment) {
	if s == nil || seg == nil || seg.root == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.live[seg.file()] == nil && s.broken == nil {
		_ = s.segments.Remove(seg.file()) // else the next Open sweeps it
	}
}

// Cluster gives what is kept beside the databases.
func (s *Store) Cluster() Settings { return s.cluster }

// SetCluster changes what is kept beside the databases, from the next Save on.
func (s *Store) SetCluster(c Settings) { s.cluster = c }

// Dir is the folder, as it was named.
func (s *Store) Dir() string { return s.dir }

// Close lets another process have the folder. Tables stay readable as long as the files that they opened are there.
func (s *Store) Close() error {
	if s.lock != nil {
		s.lock.Close()
		s.lock = nil
	}
	return s.root.Close()
}
