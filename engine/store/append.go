// Adding a segment to a table. Small segments at the table's end become one with it, so that many small changes don't leave as many
// files: a segment is rewritten once for each doubling, so that a row is written about log n times.

package store

import (
	"context"
	"slices"

	"calypso/engine/exec"
)

// Append gives the table with a segment's rows added, all of it on disk where the store is in a folder; s may be nil for memory, and
// so may added for no rows.
func (s *Store) Append(ctx context.Context, t *Table, added *Segment) (*Table, error) {
	if added == nil {
		return t, nil
	}
	keep := len(t.segments)
	rows, bytes := added.rows, added.Bytes
	for keep > 0 && rows < exec.SegmentRows {
		last := t.segments[keep-1]
		if !slices.Equal(last.Tags, added.Tags) || last.rows > 2*rows || last.rows+rows > exec.SegmentRows || last.Bytes+bytes > mergedBytes {
			break
		}
		rows, bytes = rows+last.rows, bytes+last.Bytes
		keep--
	}
	if keep < len(t.segments) {
		var err error
		if added, err = merged(ctx, t, append(slices.Clone(t.segments[keep:]), added)); err != nil {
			return nil, err
		}
	}
	if s != nil && added.root == nil {
		if err := s.persist(ctx, t, added); err != nil {
			return nil, err
		}
	}
	return t.filled(append(slices.Clone(t.segments[:keep]), added)), nil
}

const (
	// mergedBytes is the size up to which small segments become one: their rows are in memory while that is done.
	mergedBytes = 32 << 20
	// heldBytes is the size up to which rows that were written stay in memory.
	heldBytes = 4 << 20
)

// persist writes a segment that is in memory; its rows stay there too when they are few.
func (s *Store) persist(ctx context.Context, t *Table, added *Segment) error {
	columns := make([]Column, len(added.ids))
	all := make([]int, len(added.ids))
	for i, c := range added.table.Columns() {
		columns[i], all[i] = Column{ID: added.ids[i], Name: c.Name, Kind: c.Kind}, i
	}
	f, err := s.newFile(columns)
	if err != nil {
		return err
	}
	for i := range added.table.Segments() {
		b, err := added.table.Segment(ctx, i, all)
		if err == nil {
			err = f.write(b)
		}
		if err != nil {
			f.remove()
			return err
		}
	}
	written, err := f.finish(columns)
	if err != nil {
		f.remove()
		return err
	}
	if added.Bytes > heldBytes {
		added.table = nil // read from the file when they are wanted
	}
	added.ID, added.Bytes, added.root = written.ID, written.Bytes, written.root
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending = append(s.pending, added.file())
	return nil
}
