// A folder as a set of tables: a file is a table of its name, a sub-folder is one table of the data files in it, at any depth.
//
// Rules. Every file is opened through os.Root, so neither a link nor ".." leads out of the folder. Links to files inside are
// followed; links to folders aren't, which is also why a loop of links can't hang. Hidden files and files of other kinds are no
// tables. What can't be a table, such as a broken file or two files of one name, is listed all the same: using it gives the error.

package source

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

	"calypso/engine/exec"
)

const (
	maxDepth       = 16
	maxFolderFiles = 10_000
)

// Folder is an opened folder. Its items are fixed when it is opened; their files are read when first used.
type Folder struct {
	shown   string
	root    *os.Root
	options Options
	items   []*Item
}

// Item is one table of a folder.
type Item struct {
	name  string
	files []string // relative to the folder, with slashes
	load  func(ctx context.Context) (exec.Table, error)
	bad   error // what was wrong when the folder was listed

	turn  chan struct{} // holds a token; who has it may use what follows
	table exec.Table
	err   error
}

// OpenDir lists a folder's tables. It reads no file yet.
func OpenDir(dir string, options Options) (*Folder, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, cannotOpen(dir, err)
	}
	if !info.IsDir() {
		return nil, problemf(dir, 0, "is a file; give the folder that it is in")
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, cannotOpen(dir, err)
	}
	f := &Folder{shown: dir, root: root, options: options}
	if err := f.list(); err != nil {
		root.Close()
		return nil, err
	}
	return f, nil
}

// Close ends access to the folder; tables loaded before stay usable.
func (f *Folder) Close() error { return f.root.Close() }

// Items are the folder's tables by name.
func (f *Folder) Items() []*Item { return f.items }

// Name is the table's name.
func (i *Item) Name() string { return i.name }

// Files are the files behind the table, relative to the folder.
func (i *Item) Files() []string { return slices.Clone(i.files) }

// Table loads the item when it is first asked for. What a file is wrong about stays; a load that was cancelled is tried again.
func (i *Item) Table(ctx context.Context) (exec.Table, error) {
	select {
	case <-i.turn:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { i.turn <- struct{}{} }()
	if i.table != nil || i.err != nil {
		return i.table, i.err
	}
	table, err := i.load(ctx)
	if err != nil && ctx.Err() != nil {
		return nil, err
	}
	i.table, i.err = table, err
	return table, err
}

// Load loads every item, some at a time, and gives the tables in the order of Items. A broken item becomes a Broken table; only
// the end of ctx is an error.
func (f *Folder) Load(ctx context.Context) ([]exec.Table, error) {
	tables := make([]exec.Table, len(f.items))
	slots := make(chan struct{}, max(2, runtime.GOMAXPROCS(0)/2))
	var running sync.WaitGroup
	for n, item := range f.items {
		slots <- struct{}{}
		running.Go(func() {
			defer func() { <-slots }()
			table, err := item.Table(ctx)
			if err != nil {
				table = &Broken{name: item.name, err: err}
			}
			tables[n] = table
		})
	}
	running.Wait()
	return tables, ctx.Err()
}

// list makes the items.
func (f *Folder) list() error {
	entries, err := fs.ReadDir(f.root.FS(), ".")
	if err != nil {
		return cannotOpen(f.shown, err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if item := f.item(e); item != nil {
			f.add(item)
		}
	}
	slices.SortFunc(f.items, func(a, b *Item) int { return strings.Compare(a.name, b.name) })
	return nil
}

// add takes an item in, unless its name is taken: then the name gives an error.
func (f *Folder) add(item *Item) {
	item.turn = make(chan struct{}, 1)
	item.turn <- struct{}{}
	for _, other := range f.items {
		if other.name == item.name {
			first, second := other.source(), item.source()
			other.files = append(other.files, item.files...)
			other.fail(problemf(first, 0, "and %s would both be the table %s; rename one", second, item.name))
			return
		}
	}
	f.items = append(f.items, item)
}

// source names the item for a message.
func (i *Item) source() string {
	if len(i.files) == 1 {
		return i.files[0]
	}
	return i.name
}

// fail makes the item one whose use gives err.
func (i *Item) fail(err error) {
	i.bad = err
	i.load = func(context.Context) (exec.Table, error) { return nil, err }
}

// item makes an item of an entry, or nil where it is no data.
func (f *Folder) item(e fs.DirEntry) *Item {
	table, known, _ := formatOf(e.Name())
	mode := e.Type()
	if mode&fs.ModeSymlink != 0 {
		info, err := f.root.Stat(e.Name())
		if err != nil || info.IsDir() {
			return f.badLink(e.Name(), table, known, err)
		}
		mode = info.Mode().Type()
	}
	if mode.IsDir() {
		return f.subfolder(e.Name())
	}
	if known == noFormat {
		return nil
	}
	name := e.Name()
	return &Item{name: table, files: []string{name}, load: func(ctx context.Context) (exec.Table, error) {
		return f.loadFile(ctx, table, name)
	}}
}

// badLink makes the item of a link that isn't followed; nil when nothing says that it is data.
func (f *Folder) badLink(name, table string, known fileFormat, err error) *Item {
	if known == noFormat {
		if err != nil {
			return nil
		}
		table = name
	}
	item := &Item{name: table, files: []string{name}}
	item.fail(linkProblem(name, err))
	return item
}

func linkProblem(name string, err error) error {
	switch {
	case err == nil:
		return problemf(name, 0, "is a link to a folder, which isn't followed; put the folder itself here")
	case errors.Is(err, fs.ErrNotExist):
		return problemf(name, 0, "is a link to nothing; repair or remove it")
	}
	return problemf(name, 0, "is a link that isn't followed (%s); put the file itself here", bareReason(err))
}

// loadFile loads one file of the folder.
func (f *Folder) loadFile(ctx context.Context, table, name string) (exec.Table, error) {
	return load(ctx, table, name, f.opener(name), f.options)
}

func (f *Folder) opener(name string) func() (*os.File, error) {
	return func() (*os.File, error) {
		if err := onlyRegular(f.root.Stat(name)); err != nil {
			return nil, err
		}
		return f.root.Open(name)
	}
}

// subfolder makes the item of a folder's files; nil when there are none.
func (f *Folder) subfolder(dir string) *Item {
	item := &Item{name: dir}
	var err error
	if item.files, err = f.dataFiles(nil, dir, 1); err != nil {
		item.fail(err)
		return item
	}
	if len(item.files) == 0 {
		return nil
	}
	files := item.files
	item.load = func(ctx context.Context) (exec.Table, error) { return f.loadParts(ctx, dir, files) }
	return item
}

// dataFiles lists the data files below a folder, by name.
func (f *Folder) dataFiles(files []string, dir string, depth int) ([]string, error) {
	entries, err := fs.ReadDir(f.root.FS(), dir)
	if err != nil {
		return nil, cannotOpen(dir, err)
	}
	if depth > maxDepth {
		return nil, problemf(dir, 0, "is nested deeper than %d folders; move its files up", maxDepth)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		_, known, _ := formatOf(name)
		switch {
		case e.IsDir():
			if files, err = f.dataFiles(files, name, depth+1); err != nil {
				return nil, err
			}
		case e.Type()&fs.ModeSymlink != 0:
			info, err := f.root.Stat(name)
			if err == nil && info.IsDir() || err != nil && known != noFormat {
				return nil, linkProblem(name, err)
			}
			if known != noFormat {
				files = append(files, name)
			}
		case known != noFormat:
			files = append(files, name)
		}
		if len(files) > maxFolderFiles {
			return nil, problemf(dir, 0, "holds more than %d data files; join them into fewer", maxFolderFiles)
		}
	}
	return files, nil
}

// loadParts loads the files of a sub-folder and joins them to one table.
func (f *Folder) loadParts(ctx context.Context, table string, files []string) (exec.Table, error) {
	parts := make([]part, 0, len(files))
	used := int64(0)
	for _, name := range files {
		t, err := f.loadFile(ctx, table, name)
		if err != nil {
			return nil, err
		}
		if s, ok := t.(*stored); ok {
			if used += s.bytes; used > f.options.maxBytes() {
				return nil, memoryProblem(table, f.options.maxBytes())
			}
		}
		parts = append(parts, part{table: t, file: name})
	}
	return joinParts(table, parts)
}
