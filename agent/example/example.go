// Package example keeps a person's own queries that ran, so that a model can be shown how they ask: the newest few hundred for each
// database, in one local file. Nothing of their rows is kept, and no query that hides a literal (h'…') or is very long.
//
// Whether anything of it goes to a model is the settings' matter (few_shots). Start at Open.
package example

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"calypso/agent"
	"calypso/kql/syntax"
	"calypso/wholefile"
)

const (
	perPlace  = 200     // queries of one database that count
	maxLines  = 4000    // of the file, before it is written anew
	maxQuery  = 8 << 10 // bytes of a query
	maxAbout  = 1000    // bytes of what is said of it
	maxLine   = 64 << 10
	fileMode  = 0o600
	dirMode   = 0o700
	separator = "\x00"
)

// Book is the file. It is safe for many goroutines; two processes that append at once both keep their lines.
type Book struct {
	path string

	mu     sync.Mutex // guards what follows
	loaded bool
	lines  int
	torn   int                        // 1 when the file ends inside a line
	places map[string][]agent.Example // by connection and database, oldest first
}

// line is one record of the file.
type line struct {
	Connection string `json:"connection"`
	Database   string `json:"database"`
	Query      string `json:"query"`
	About      string `json:"about,omitempty"`
}

// Open names the file, which needn't be there; "" keeps queries in memory only. It reads nothing yet.
func Open(path string) *Book {
	return &Book{path: path, places: map[string][]agent.Example{}}
}

// Of gives a database's queries, the newest first.
func (b *Book) Of(connection, database string) []agent.Example {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.load()
	list := slices.Clone(b.places[connection+separator+database])
	slices.Reverse(list)
	return list
}

// Add keeps a query that ran. The comment above it says what it is for. A query that is there already becomes the newest. An error
// means that it is kept for this process only.
func (b *Book) Add(connection, database, text string) error {
	query, about := split(text)
	if query == "" || len(query) > maxQuery || hides(query) {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.load()
	l := line{connection, database, query, about}
	if !b.put(l) {
		return nil // it is the newest already
	}
	return b.write(l)
}

// Forget deletes a connection's queries, from the disk too.
func (b *Book) Forget(connection string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if err := b.reload(); err != nil {
		return err
	}
	before := len(b.places)
	maps.DeleteFunc(b.places, func(place string, _ []agent.Example) bool { return strings.HasPrefix(place, connection+separator) })
	if len(b.places) == before || b.path == "" {
		return nil
	}
	return b.rewrite()
}

// put notes a query as the newest of its place; false when it was that before.
func (b *Book) put(l line) bool {
	key := l.Connection + separator + l.Database
	list := b.places[key]
	if n := len(list); n > 0 && list[n-1].Query == l.Query {
		return false
	}
	list = slices.DeleteFunc(list, func(e agent.Example) bool { return e.Query == l.Query })
	list = append(list, agent.Example{Query: l.Query, About: l.About})
	b.places[key] = list[max(0, len(list)-perPlace):]
	return true
}

// load reads the file once.
func (b *Book) load() {
	if !b.loaded {
		b.loaded = true
		_ = b.read() // there is none yet, or Add tells
	}
}

// reload reads the file again, before it is written anew: another process may have kept something meanwhile.
func (b *Book) reload() error {
	if b.path == "" {
		return nil
	}
	had := b.places
	b.loaded, b.places = true, map[string][]agent.Example{}
	if err := b.read(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		b.places = had
		return err
	}
	return nil
}

// read adds what the file has. Lines that can't be read are left out; they go when the file is written anew.
func (b *Book) read() error {
	b.lines, b.torn = 0, 0
	file, err := os.Open(b.path)
	if err != nil {
		return err
	}
	defer file.Close()
	if last := make([]byte, 1); readLast(file, last) && last[0] != '\n' {
		b.torn = 1
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	for lines.Scan() {
		b.lines++
		var l line
		if json.Unmarshal(lines.Bytes(), &l) == nil && l.Query != "" && len(l.Query) <= maxQuery {
			b.put(l)
		}
	}
	if lines.Err() != nil {
		b.lines = maxLines // what stands behind can't be read: the next query writes the file anew
	}
	return nil
}

// readLast reads a file's last byte and goes back to its beginning.
func readLast(file *os.File, into []byte) bool {
	info, err := file.Stat()
	if err != nil || info.Size() == 0 {
		return false
	}
	_, err = file.ReadAt(into, info.Size()-1)
	return err == nil
}

// write appends a line, or writes the file anew when it grew long.
func (b *Book) write(l line) error {
	if b.path == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(b.path), dirMode); err != nil {
		return err
	}
	if b.lines++; b.lines > maxLines {
		if err := b.reload(); err != nil {
			return err
		}
		b.put(l)
		return b.rewrite()
	}
	out, err := json.Marshal(l)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(b.path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	// A process that ended while it wrote may have left half a line: what comes next must not be part of it.
	n, err := file.Write(append(append([]byte{'\n'}[:b.torn], out...), '\n'))
	if b.torn = 0; err != nil && n > 0 {
		b.torn = 1 // the disk took half of it
	}
	return errors.Join(err, file.Close())
}

func (b *Book) rewrite() error {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	b.lines = 0
	for key, list := range b.places {
		connection, database, _ := strings.Cut(key, separator)
		for _, x := range list {
			if err := e.Encode(line{connection, database, x.Query, x.About}); err != nil {
				return err
			}
			b.lines++
		}
	}
	return wholefile.Write(b.path, out.Bytes(), fs.FileMode(fileMode))
}

// split parts a text into the query and what the comments above it say.
func split(text string) (query, about string) {
	var said []string
	rest := strings.TrimSpace(text)
	for strings.HasPrefix(rest, "//") {
		head, tail, _ := strings.Cut(rest, "\n")
		said = append(said, strings.TrimSpace(strings.TrimLeft(head, "/ ")))
		rest = strings.TrimSpace(tail)
	}
	about = strings.Join(said, " ")
	return rest, strings.ToValidUTF8(about[:min(len(about), maxAbout)], "")
}

// hides tells whether a query has a literal that its writer hides from logs, or is a management command.
func hides(query string) bool {
	tree := syntax.Parse(query)
	hidden := tree.Command != nil
	for _, st := range tree.Statements {
		syntax.Walk(st, func(n syntax.Node) bool {
			if l, ok := n.(*syntax.Literal); ok && l.Hidden {
				hidden = true
			}
			return !hidden
		})
	}
	return hidden
}
