// Taking rows out: the segments that hold them are written anew without them, all others stay.

package store

import (
	"context"
	"slices"

	"calypso/kusto/value"
)

// Replaced is a segment that was written anew; New is nil when nothing of it is left.
type Replaced struct{ Old, New *Segment }

// Remove gives the table without some of its rows: gone lists, for each part as Table.Segment counts them, the rows to take out, in
// ascending order. All of it is on disk where the store is in a folder; s may be nil for memory. At most limit bytes of rows are held
// in memory, 0 for no limit.
func (s *Store) Remove(ctx context.Context, t *Table, gone [][]uint32, limit int64) (*Table, []Replaced, error) {
	var kept []*Segment
	var replaced []Replaced
	part := 0
	for _, old := range t.segments {
		parts := gone[part : part+old.parts()]
		if !slices.ContainsFunc(parts, func(rows []uint32) bool { return len(rows) > 0 }) {
			kept, part = append(kept, old), part+len(parts)
			continue
		}
		next, err := s.rewritten(ctx, t.Only(old), parts, limit)
		if err != nil {
			return nil, nil, err
		}
		if next != nil {
			kept = append(kept, next)
		}
		replaced, part = append(replaced, Replaced{old, next}), part+len(parts)
	}
	out := t.filled(kept)
	out.losses++
	return out, replaced, nil
}

// rewritten writes the rows of a table of one segment without some of them.
func (s *Store) rewritten(ctx context.Context, t *Table, gone [][]uint32, limit int64) (*Segment, error) {
	old := t.segments[0]
	columns := t.list
	if old.find(timesID) >= 0 {
		columns = append(slices.Clone(t.list), timesColumn)
	}
	from := t.WithTimes()
	all := make([]int, len(columns))
	for i := range all {
		all[i] = i
	}
	rows := newRows(s, t.name, columns, limit)
	defer rows.Abort()
	for i := range from.Segments() {
		b, err := from.Segment(ctx, i, all)
		if err != nil {
			return nil, err
		}
		if err := rows.Append(without(b, gone[i])); err != nil {
			return nil, err
		}
	}
	next, err := rows.Finish()
	if err != nil || next == nil {
		return nil, err
	}
	next.Tags = old.Tags
	if len(columns) == len(t.list) {
		next.Ingested = old.Ingested
	}
	if s == nil {
		return next, nil
	}
	if next.root == nil {
		return next, s.persist(ctx, t, next)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, next.file())
	return next, nil
}

// without gives a batch without some of its rows.
func without(b *value.Batch, gone []uint32) *value.Batch {
	keep := make([]uint32, 0, b.N-len(gone))
	for i := range uint32(b.N) {
		if len(gone) > 0 && gone[0] == i {
			gone = gone[1:]
			continue
		}
		keep = append(keep, i)
	}
	out := &value.Batch{N: len(keep)}
	for _, v := range b.Cols {
		out.Cols = append(out.Cols, value.Gather(v, keep))
	}
	return out
}
