package server

// The index of what the commands of the workspace's files create, so that a name is known whatever file creates it. One goroutine
// keeps it (workspace_watch.go); who analyses a document only asks for the schema with it (workspace_schema.go). An open document
// counts as it is in the editor, all else as it is on disk.

import (
	"sync"
	"time"

	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
)

// workspaceIndex is the index. Its zero value isn't ready; use newWorkspaceIndex.
type workspaceIndex struct {
	server *Server
	wake   chan struct{} // one place: something is to be done

	mu       sync.Mutex // guards what follows
	files    map[session.Key]*indexedFile
	order    []*indexedFile // those that offer something, by key; nil: to be made anew
	offered  int            // offers of all files
	read     int64          // bytes of all closed files that were read
	partial  bool           // a limit was reached: more may be created than is known
	building bool           // the folders that the client named at first aren't read yet
	version  int64          // rises with each change of what is offered
	overlays map[overlayPlace]*overlaid
	resolved map[string]Target // by the argument of #connect, as open documents have them

	scans   []string // folders to be walked
	due     map[session.Key]time.Time
	derived bool              // what follows from schemas is to be made anew
	waiting []chan<- struct{} // closed when nothing is left to do; for tests
}

// indexedFile is one file of the workspace, or an open document. It is never changed.
type indexedFile struct {
	key    session.Key
	uri    string
	open   bool
	size   int64
	offers []script.Offer
	ranges []lsp.Range // of the offers' names, as of the time of reading
	words  words       // of a closed file
}

// The limits of the index.
const (
	maxIndexedFile  = 4 << 20  // bytes of one file
	maxIndexedBytes = 64 << 20 // of all
	maxIndexedFiles = 20_000
	maxOffers       = 20_000
	maxVisited      = 500_000 // files and folders that one walk looks at
	indexingTime    = 30 * time.Second
	indexSettle     = 300 * time.Millisecond // how long a document stands still before others hear of it
)

func newWorkspaceIndex(s *Server) *workspaceIndex {
	return &workspaceIndex{
		server: s, wake: make(chan struct{}, 1), files: map[session.Key]*indexedFile{}, due: map[session.Key]time.Time{},
		overlays: map[overlayPlace]*overlaid{}, resolved: map[string]Target{},
	}
}

// put takes a file's new state, nil for one that is gone. It tells whether what is offered changed. An offer that stays the same stays
// the same symbol, so that what was bound with it stays bound.
func (ix *workspaceIndex) put(key session.Key, f *indexedFile) bool {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	was := ix.files[key]
	if was == nil {
		was = &indexedFile{key: key}
	}
	if f == nil {
		delete(ix.files, key)
		f = &indexedFile{key: key}
	} else {
		if len(ix.files) >= maxIndexedFiles && ix.files[key] == nil ||
			ix.offered-len(was.offers)+len(f.offers) > maxOffers || ix.read-was.size+f.size > maxIndexedBytes {
			ix.partial = true
			return false
		}
		ix.files[key] = f
	}
	ix.offered += len(f.offers) - len(was.offers)
	ix.read += f.size - was.size
	if script.SameOffers(was.offers, f.offers) {
		for i, o := range was.offers {
			o.Span = f.offers[i].Span
			f.offers[i] = o
		}
		ix.order = nil
		return false
	}
	ix.order = nil
	ix.version++
	return true
}

// offering lists the files that offer something, by key. Call it with the lock held.
func (ix *workspaceIndex) offering() []*indexedFile {
	if ix.order == nil {
		ix.order = []*indexedFile{}
		for _, f := range ix.files {
			if len(f.offers) > 0 {
				ix.order = append(ix.order, f)
			}
		}
		sortFiles(ix.order)
	}
	return ix.order
}

// all lists every file of the index by key.
func (ix *workspaceIndex) all() []*indexedFile {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	list := make([]*indexedFile, 0, len(ix.files))
	for _, f := range ix.files {
		list = append(list, f)
	}
	sortFiles(list)
	return list
}

// creator is a command that creates an entity.
type creator struct {
	file  *indexedFile
	offer int // its index
}

// creators lists what creates a table or function of a target, by file.
func (ix *workspaceIndex) creators(t Target, table *symbol.TableSymbol, function *symbol.Function) []creator {
	snap := ix.server.state.current()
	base := ix.server.backend.Schema(t)
	ix.mu.Lock()
	defer ix.mu.Unlock()
	var list []creator
	for _, f := range ix.offering() {
		for i, o := range f.offers {
			same := table != nil && o.Table && o.Name == table.Name && o.Kind == table.Kind ||
				table == nil && function != nil && o.Function != nil && o.Name == function.Name
			if !same {
				continue
			}
			fit := ix.fits(f, o, t, snap)
			if fit == forSure || fit == perhaps && !hasEntity(base, o.Name) {
				list = append(list, creator{f, i})
			}
		}
	}
	return list
}

func hasEntity(s *symbol.Schema, name string) bool {
	return s.Table(name) != nil || s.Function(name) != nil
}
