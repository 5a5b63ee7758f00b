package server

import (
	"context"
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"calypso/kql/script"
	"calypso/kql/text"
	"calypso/server/session"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"
)

// Keeping the workspace's index: folders are walked, files read and open documents heard by one goroutine, behind everything else.

// queryEndings are those of the files that are read.
var queryEndings = []string{".kql", ".csl", ".kusto"}

func sortFiles(list []*indexedFile) {
	slices.SortFunc(list, func(a, b *indexedFile) int { return strings.Compare(string(a.key), string(b.key)) })
}

// scan has folders walked.
func (ix *workspaceIndex) scan(roots []string, first bool) {
	if len(roots) == 0 {
		return
	}
	ix.mu.Lock()
	ix.scans = append(ix.scans, roots...)
	ix.building = ix.building || first
	ix.mu.Unlock()
	ix.nudge()
}

// touch says that a file or document changed.
func (ix *workspaceIndex) touch(k session.Key, wait time.Duration) {
	ix.mu.Lock()
	ix.due[k] = time.Now().Add(wait)
	ix.mu.Unlock()
	ix.nudge()
}

// rederive says that a schema changed: what follows from it may too.
func (ix *workspaceIndex) rederive() {
	ix.mu.Lock()
	ix.derived = ix.offered > 0
	ix.mu.Unlock()
	ix.nudge()
}

func (ix *workspaceIndex) nudge() {
	select {
	case ix.wake <- struct{}{}:
	default:
	}
}

func (ix *workspaceIndex) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ix.wake:
		case <-timer.C:
		}
		timer.Reset(ix.round(ctx))
	}
}

// changes are the files whose offers changed.
type changes map[session.Key]bool

// round does what is due and gives how long until the next is.
func (ix *workspaceIndex) round(ctx context.Context) time.Duration {
	defer ix.server.recovered("workspace index", func(error) {})
	roots, ready, derived, wait := ix.take(time.Now())
	changed := changes{}
	for _, root := range roots {
		ix.walk(ctx, root, changed)
	}
	for _, k := range ready {
		ix.look(ctx, k, changed)
	}
	derived = derived || len(changed) > 0
	for round := 0; derived && round < derivedRounds && ctx.Err() == nil; round++ {
		derived = ix.deriveAgain(ctx, changed)
	}
	ix.mu.Lock()
	built := ix.building && len(ix.scans) == 0
	if built {
		ix.building = false
	}
	ix.mu.Unlock()
	ix.announce(changed, built)
	ix.settled()
	return wait
}

// announce has open documents judged anew that know what changed: a document doesn't hear of its own commands.
func (ix *workspaceIndex) announce(changed changes, built bool) {
	concerned := false
	for d := range ix.server.state.current().Documents {
		own := 0
		if changed[d.Key] {
			own = 1
		}
		concerned = concerned || built || len(changed) > own
	}
	if concerned || built {
		ix.server.state.swap(func(old *session.Snapshot) *session.Snapshot { return old.WithSchemas() })
	}
	if concerned {
		ix.server.refresh()
	}
}

// settled tells who waits for it that nothing is left to do.
func (ix *workspaceIndex) settled() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	if len(ix.scans)+len(ix.due) > 0 || ix.derived {
		return
	}
	for _, w := range ix.waiting {
		close(w)
	}
	ix.waiting = nil
}

// derivedRounds is how many views over views are followed at once.
const derivedRounds = 3

// take gives what is to be done now.
func (ix *workspaceIndex) take(now time.Time) (roots []string, ready []session.Key, derived bool, wait time.Duration) {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	roots, ix.scans = ix.scans, nil
	derived, ix.derived = ix.derived, false
	wait = time.Hour
	for k, at := range ix.due {
		if left := at.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		ready = append(ready, k)
		delete(ix.due, k)
	}
	slices.Sort(ready)
	return roots, ready, derived, wait
}

// walk reads all query files below a folder. What can't be read is left out: it is no fault of who edits another file.
func (ix *workspaceIndex) walk(ctx context.Context, root string, changed changes) {
	visited, end := 0, time.Now().Add(indexingTime)
	err := filepath.WalkDir(filepath.FromSlash(root), func(path string, e fs.DirEntry, err error) error {
		if visited++; visited > maxVisited || ctx.Err() != nil || time.Now().After(end) {
			return errTooMuch
		}
		switch {
		case err != nil:
			if e != nil && e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.IsDir():
			if visited > 1 && (strings.HasPrefix(e.Name(), ".") || e.Name() == "node_modules") {
				return fs.SkipDir
			}
		case e.Type().IsRegular() && slices.Contains(queryEndings, strings.ToLower(filepath.Ext(path))):
			ix.look(ctx, session.KeyOf(string(uri.File(path))), changed)
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		ix.missing()
		ix.server.log.Warn("the workspace is too large to be read whole", zap.String("folder", root), zap.Int("visited", visited))
	}
}

// errTooMuch ends a walk.
var errTooMuch = fs.ErrInvalid

// look reads one document or file anew.
func (ix *workspaceIndex) look(ctx context.Context, k session.Key, changed changes) {
	s := ix.server
	snap := s.state.current()
	var f *indexedFile
	if d := snap.Document(string(k)); d != nil {
		if isTests(d) || !s.isQueryText(d.URI) {
			return
		}
		sc, err := s.analyze(ctx, d, snap)
		if err != nil {
			return
		}
		f = s.indexed(k, d.URI, true, d.File, sc)
	} else if src, ok := s.readClosed(k); ok {
		f = &indexedFile{key: k, uri: string(k)}
		if creates(src) {
			t, _ := snap.Target(k)
			sc := script.Analyze(src, s.closedSchemas(t), nil)
			f = s.indexed(k, string(k), false, text.NewFile(src), sc)
		}
		f.words = wordsOf(src)
	}
	if ix.put(k, f) {
		changed[k] = true
	}
}

// creates tells whether a text may have a command that creates something: most files are queries and needn't be analysed.
func creates(src string) bool {
	for _, verb := range []string{".create", ".alter", ".set", ".rename"} {
		if strings.Contains(src, verb) {
			return true
		}
	}
	return false
}

func (s *Server) indexed(k session.Key, name string, open bool, file *text.File, sc *script.Script) *indexedFile {
	f := &indexedFile{key: k, uri: name, open: open, offers: slices.Clone(sc.Offers())}
	if !open {
		f.size = int64(file.Len())
	}
	for _, o := range f.offers {
		f.ranges = append(f.ranges, s.can.Encoding.Range(file, o.Span))
	}
	return f
}

// deriveAgain analyses the files once more whose entities follow from others, and tells whether that changed any.
func (ix *workspaceIndex) deriveAgain(ctx context.Context, changed changes) bool {
	ix.mu.Lock()
	var keys []session.Key
	for _, f := range ix.offering() {
		if slices.ContainsFunc(f.offers, script.Offer.Derived) {
			keys = append(keys, f.key)
		}
	}
	ix.mu.Unlock()
	again := changes{}
	for _, k := range keys {
		if ctx.Err() == nil {
			ix.look(ctx, k, again)
		}
	}
	maps.Copy(changed, again)
	return len(again) > 0
}

// missing says that files may create more than is known.
func (ix *workspaceIndex) missing() {
	ix.mu.Lock()
	defer ix.mu.Unlock()
	ix.partial = true
}

// isQueryText tells whether a document is one of the person's own: texts that the server gives of what a database has create nothing.
func (s *Server) isQueryText(name string) bool {
	if strings.HasPrefix(name, scheme+":") {
		return false
	}
	path, ok := filePath(name)
	dir, made := s.written.made(s.opt.CacheDir)
	return !ok || !made || !strings.HasPrefix(path, filepath.ToSlash(dir)+"/")
}

// readClosed reads a query file of the workspace that isn't open; false for one that isn't there, that is too large or lies elsewhere.
func (s *Server) readClosed(k session.Key) (string, bool) {
	path, ok := filePath(string(k))
	if !ok || !s.inWorkspace(path) || !slices.Contains(queryEndings, strings.ToLower(filepath.Ext(path))) || !s.isQueryText(string(k)) {
		return "", false
	}
	info, err := os.Stat(filepath.FromSlash(path))
	if err != nil || !info.Mode().IsRegular() {
		return "", false
	}
	if info.Size() > maxIndexedFile {
		s.index.missing()
		return "", false
	}
	body, err := os.ReadFile(filepath.FromSlash(path))
	return string(body), err == nil && len(body) <= maxIndexedFile
}

func (s *Server) inWorkspace(path string) bool {
	return slices.ContainsFunc(s.rootList(), func(root string) bool { return strings.HasPrefix(path, root) })
}

// watchFiles has the client tell when a query file changes on disk.
func (s *Server) watchFiles() {
	if !s.can.WatchFiles {
		return
	}
	options, err := json.Marshal(map[string]any{"watchers": []any{map[string]string{"globPattern": "**/*.{kql,csl,kusto}"}}})
	if err != nil {
		return
	}
	s.ask(lsp.MethodClientRegisterCapability, &lsp.RegistrationParams{Registrations: []lsp.Registration{{
		ID: "calypso.files", Method: lsp.MethodWorkspaceDidChangeWatchedFiles, RegisterOptions: options,
	}}}, nil)
}

// didChangeWatchedFiles is workspace/didChangeWatchedFiles.
func didChangeWatchedFiles(s *Server, p *lsp.DidChangeWatchedFilesParams) error {
	for _, c := range p.Changes {
		s.index.touch(session.KeyOf(string(c.URI)), 0)
	}
	return nil
}

// didChangeWorkspaceFolders is workspace/didChangeWorkspaceFolders.
func didChangeWorkspaceFolders(s *Server, p *lsp.DidChangeWorkspaceFoldersParams) error {
	added := foldersOf(p.Event.Added)
	removed := foldersOf(p.Event.Removed)
	roots := slices.DeleteFunc(slices.Clone(s.rootList()), func(root string) bool {
		return slices.Contains(removed, root) || slices.Contains(added, root)
	})
	roots = append(roots, added...)
	s.roots.Store(&roots)
	for _, f := range s.index.all() {
		if path, ok := filePath(f.uri); ok && !f.open && !s.inWorkspace(path) {
			s.index.touch(f.key, 0)
		}
	}
	s.index.scan(added, false)
	return nil
}
