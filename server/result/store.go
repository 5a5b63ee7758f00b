package result

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"calypso/kusto/value"
)

// DefaultBudget is how many bytes of rows are kept unless settings say otherwise.
const DefaultBudget = 512 << 20

// ErrExpired says that a result or view isn't there any more: it was closed, or gave way to newer ones, or another process
// made it.
var ErrExpired = errors.New("the result isn't kept any more")

// maxViews are kept of one result; a grid makes one for each click on a header and looks at the newest only.
const maxViews = 16

// Result is the tables that one block gave.
type Result struct {
	ID     string
	Title  string
	Tables []*Table

	stats any // see Stats
	bytes int64
	views []*View // oldest first; guarded by the store's mutex, as what follows

	sheets []sheetState // by table
	pinned bool
	wake   Wake // reads it again from where it is kept too; nil: nowhere

	changing sync.Mutex // held while a sheet changes: one change after the other
}

// Stats gives what Keep was given: what the caller knows of the query.
func (r *Result) Stats() any { return r.stats }

// Store keeps results within a budget: the one that was looked at longest ago goes first.
type Store struct {
	salt string // so that an id of an earlier process never means something here

	mu      sync.Mutex // guards what follows
	budget  int64
	used    int64
	next    int64
	results []*Result        // looked at longest ago first
	views   map[string]*View // by id
	asleep  map[string]*sleeper
}

// NewStore makes a store that keeps so many bytes.
func NewStore(budget int64) *Store {
	salt := make([]byte, 4)
	_, _ = rand.Read(salt) // never fails; a clash would only matter to ids of an earlier process
	return &Store{salt: hex.EncodeToString(salt), budget: budget, views: map[string]*View{}, asleep: map[string]*sleeper{}}
}

// SetBudget sets how many bytes are kept; 0 is the default.
func (s *Store) SetBudget(bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if bytes <= 0 {
		bytes = DefaultBudget
	}
	s.budget = bytes
	s.shrink(nil)
}

// Builder takes the tables of a running query. Close or Keep ends it.
type Builder struct {
	store *Store
	r     *Result
	open  *Table
}

// Build begins a result.
func (s *Store) Build(title string) *Builder {
	return &Builder{store: s, r: &Result{Title: title}}
}

// Table begins a table.
func (b *Builder) Table(name string, columns []value.Column) {
	b.open = &Table{Name: name, Columns: columns}
	b.r.Tables = append(b.r.Tables, b.open)
}

// Rows adds rows to the table begun last. They count against the budget at once: older results give way, and when this one
// alone is over the budget, that is an error.
func (b *Builder) Rows(rows *value.Batch) error {
	if b.open == nil || len(rows.Cols) != len(b.open.Columns) {
		return fmt.Errorf("rows that fit no table")
	}
	before := b.open.bytes
	b.open.add(rows)
	return b.store.grow(b.r, b.open.bytes-before)
}

// End ends the table begun last.
func (b *Builder) End(truncated bool, chart *Chart) {
	if b.open != nil {
		b.open.Truncated, b.open.Chart = truncated, chart
	}
}

// Total is the number of rows of all tables so far, and their bytes.
func (b *Builder) Total() (rows, bytes int64) {
	for _, t := range b.r.Tables {
		rows += int64(t.Rows())
	}
	return rows, b.r.bytes
}

// Keep puts the result into the store and gives it an id.
func (b *Builder) Keep(stats any) *Result {
	s := b.store
	b.r.stats = stats
	s.mu.Lock()
	defer s.mu.Unlock()
	b.r.ID = s.newID()
	s.results = append(s.results, b.r)
	s.shrink(b.r)
	return b.r
}

// newID makes the id of a result. mu is held.
func (s *Store) newID() string {
	s.next++
	return "r" + s.salt + "-" + strconv.FormatInt(s.next, 10)
}

// Close drops a result that won't be kept.
func (b *Builder) Close() {
	s := b.store
	s.mu.Lock()
	defer s.mu.Unlock()
	if b.r.ID == "" {
		s.used -= b.r.bytes
		b.r.bytes = 0
	}
}

func (s *Store) grow(r *Result, bytes int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.bytes += bytes
	s.used += bytes
	s.shrink(r)
	if r.bytes > s.budget {
		return fmt.Errorf("the rows take more than the %d MB that results may take", s.budget>>20)
	}
	return nil
}

// shrink drops the results that were looked at longest ago until the rest fits, pinned ones last, but never spare. mu is held.
func (s *Store) shrink(spare *Result) {
	for _, pinned := range []bool{false, true} {
		for i := 0; s.used > s.budget && i < len(s.results); {
			if r := s.results[i]; r == spare || r.pinned != pinned {
				i++
				continue
			}
			s.sleep(s.results[i])
			s.drop(i)
		}
	}
}

// Pin says whether a result is to stay as long as there are others to give way.
func (s *Store) Pin(id string, pinned bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.results {
		if r.ID == id {
			r.pinned = pinned
		}
	}
	if one := s.asleep[id]; one != nil {
		one.pinned = pinned
	}
}

func (s *Store) drop(i int) {
	r := s.results[i]
	s.results = append(s.results[:i:i], s.results[i+1:]...)
	s.used -= r.bytes
	for _, v := range r.views {
		delete(s.views, v.ID)
	}
}

// Result finds a result by its id. One that sleeps is read, which may take a moment.
func (s *Store) Result(id string) (*Result, error) {
	s.mu.Lock()
	r, one := s.find(id), s.asleep[id]
	s.mu.Unlock()
	switch {
	case r != nil:
		return r, nil
	case one != nil:
		return s.awaken(one)
	}
	return nil, ErrExpired
}

// find finds a result that is awake, which so is the one looked at last. mu is held.
func (s *Store) find(id string) *Result {
	for i, r := range s.results {
		if r.ID == id {
			s.touch(i)
			return r
		}
	}
	return nil
}

// touch moves a result to the end of the queue.
func (s *Store) touch(i int) {
	r := s.results[i]
	copy(s.results[i:], s.results[i+1:])
	s.results[len(s.results)-1] = r
}

// CloseResult drops a result and its views. One that isn't there is gone already.
func (s *Store) CloseResult(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.asleep, id)
	for i, r := range s.results {
		if r.ID == id {
			s.drop(i)
			return
		}
	}
}

// View finds a view by its id.
func (s *Store) View(id string) (*View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views[id]
	if v == nil {
		return nil, ErrExpired
	}
	s.touch(slices.Index(s.results, v.result)) // views go with their results, so it is there
	return v, nil
}

// AddView keeps a view; the oldest of the same result gives way when there are many.
func (s *Store) AddView(v *View) (*View, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := v.result
	i := slices.Index(s.results, r)
	if i < 0 {
		return nil, ErrExpired
	}
	s.touch(i)
	s.next++
	v.ID = "v" + s.salt + "-" + strconv.FormatInt(s.next, 10)
	s.views[v.ID] = v
	r.views = append(r.views, v)
	s.charge(r, v.bytes())
	if len(r.views) > maxViews {
		old := r.views[0]
		r.views = r.views[1:]
		delete(s.views, old.ID)
		s.charge(r, -old.bytes())
	}
	s.shrink(r)
	return v, nil
}

func (s *Store) charge(r *Result, bytes int64) {
	r.bytes += bytes
	s.used += bytes
}
