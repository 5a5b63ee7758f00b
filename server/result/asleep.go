package result

import "sync"

// Results that sleep: they have an id and the way they are looked at, and their rows somewhere else until somebody asks for them. One that
// gives way to others sleeps again.

// Wake reads a result from where it is kept: its title, its tables, and what the caller knows of its query. Its rows may take most bytes.
type Wake func(most int64) (title string, tables []*Table, stats any, err error)

// Look is how a table is looked at, for keeping it with the result.
type Look struct {
	Sheet Sheet
	Drawn *Chart `json:",omitempty"` // what the person chose
}

// sleeper is a result without its rows.
type sleeper struct {
	id   string
	wake Wake

	waking sync.Mutex // held while it is read
	looks  []Look     // by table; guarded by the store's mutex, as what follows
	pinned bool
}

// Sleep gives an id to a result that is somewhere else, and says how its tables are looked at; nil for as they are.
func (s *Store) Sleep(wake Wake, looks []Look) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := &sleeper{id: s.newID(), wake: wake, looks: looks}
	s.asleep[one.id] = one
	return one.id
}

// Lasts says that a result is kept somewhere else too: where it gives way to others, it can be read again.
func (s *Store) Lasts(id string, wake Wake) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.results {
		if r.ID == id {
			r.wake = wake
		}
	}
}

// Has tells whether a result is there, awake or asleep.
func (s *Store) Has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.results {
		if r.ID == id {
			return true
		}
	}
	return s.asleep[id] != nil
}

// Awake finds a result whose rows are here, without counting as a look at it; nil for none.
func (s *Store) Awake(id string) *Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.results {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Looks says how a result's tables are looked at; nil for one that isn't there.
func (s *Store) Looks(id string) []Look {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.results {
		if r.ID == id {
			return r.looks()
		}
	}
	if one := s.asleep[id]; one != nil {
		return one.looks
	}
	return nil
}

// looks is for who holds the store's mutex.
func (r *Result) looks() []Look {
	looks := make([]Look, len(r.Tables))
	for i, t := range r.Tables {
		if i < len(r.sheets) {
			looks[i].Sheet = *r.sheets[i].sheet.clone()
		}
		looks[i].Drawn = t.chosen.Load()
	}
	return looks
}

// sleep keeps what is needed of a result that gives way, if it can be read again. mu is held.
func (s *Store) sleep(r *Result) {
	if r.wake != nil {
		s.asleep[r.ID] = &sleeper{id: r.ID, wake: r.wake, looks: r.looks(), pinned: r.pinned}
	}
}

// awaken reads a result, once however many ask.
func (s *Store) awaken(one *sleeper) (*Result, error) {
	one.waking.Lock()
	defer one.waking.Unlock()
	s.mu.Lock()
	r, still, budget := s.find(one.id), s.asleep[one.id] == one, s.budget
	s.mu.Unlock()
	if r != nil {
		return r, nil
	}
	if !still {
		return nil, ErrExpired
	}
	title, tables, stats, err := one.wake(budget)
	if err != nil {
		return nil, err
	}
	r = &Result{ID: one.id, Title: title, Tables: tables, stats: stats, wake: one.wake}
	for _, t := range tables {
		r.bytes += t.bytes
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asleep[one.id] != one {
		return nil, ErrExpired // it was closed in the meantime
	}
	delete(s.asleep, one.id)
	r.pinned, r.sheets = one.pinned, make([]sheetState, len(tables))
	for i, t := range tables {
		if i < len(one.looks) && one.looks[i].Sheet.fits(t) {
			r.sheets[i].sheet = *one.looks[i].Sheet.clone()
			t.chosen.Store(one.looks[i].Drawn)
		}
	}
	s.results = append(s.results, r)
	s.used += r.bytes
	s.shrink(r)
	return r, nil
}

// fits tells whether a sheet that comes from somewhere else speaks of columns that the table has.
func (s *Sheet) fits(t *Table) bool {
	ok := len(s.Order) == 0 || len(s.Order) == len(t.Columns)
	seen := make([]bool, len(t.Columns))
	column := func(c int) { ok = ok && t.check(c) == nil }
	for _, c := range s.Order {
		column(c)
		if ok {
			ok, seen[c] = !seen[c], true
		}
	}
	for _, o := range s.Sort {
		column(o.Column)
	}
	for _, c := range s.Group {
		column(c)
	}
	for c := range s.Totals {
		column(c)
	}
	return ok
}
