// Segment: immutable rows in memory or in a Parquet file.

package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"calypso/engine/exec"
	"calypso/engine/source"
	"calypso/kusto/value"
)

// Segment is rows that came together, or small ones of several changes in one. Its columns are known by their identities, so that
// it needn't be written anew when the table's columns change.
type Segment struct {
	ID      [16]byte
	Created int64 // ticks
	Bytes   int64 // of the file, or of memory
	// Original is how many bytes the values take in memory, before a file packs them; 0 when that isn't known.
	Original int64
	// Ingested is when all its rows came in, in ticks; 0 when that isn't known, or is in a column of the segment.
	Ingested int64
	// Tags are what the command that brought the rows calls them. Segments become one only where their tags are the same, so that rows
	// can be told apart by them.
	Tags []string

	rows  int64
	ids   []int
	kinds []value.Kind
	root  *os.Root // of the folder of files; nil while the rows are in memory only

	mu    sync.Mutex // guards table
	table exec.Table // nil until a file is opened
}

// Rows is the number of rows.
func (s *Segment) Rows() int64 { return s.rows }

// inMemory makes a segment of rows in memory.
func inMemory(columns []Column, rows *exec.Memory) *Segment {
	s := &Segment{ID: newID(), Created: now(), Bytes: rows.Bytes(), Original: rows.Bytes(), rows: rows.Rows(), table: rows}
	for _, c := range columns {
		s.ids, s.kinds = append(s.ids, c.ID), append(s.kinds, c.Kind)
	}
	return s
}

// file is the name of the segment's file.
func (s *Segment) file() string { return hex.EncodeToString(s.ID[:]) + ".parquet" }

// parts is the number of parts of at most exec.SegmentRows rows: all but the last have as many.
func (s *Segment) parts() int { return int((s.rows + exec.SegmentRows - 1) / exec.SegmentRows) }

// find gives the ordinal of a column in the segment, -1 for none.
func (s *Segment) find(id int) int {
	for i, have := range s.ids {
		if have == id {
			return i
		}
	}
	return -1
}

func (s *Segment) read(ctx context.Context, part int, columns []int) (*value.Batch, error) {
	t, err := s.open()
	if err != nil {
		return nil, err
	}
	if coded, ok := t.(exec.CodedTable); ok {
		return coded.CodedSegment(ctx, part, columns)
	}
	return t.Segment(ctx, part, columns)
}

func (s *Segment) stats(part, column int) (exec.Stats, bool) {
	t, err := s.open()
	if err != nil {
		return exec.Stats{}, false // reading gives the error
	}
	return t.Stats(part, column)
}

// open gives the rows, opening the file when it is first used. A file that isn't what the manifest says is an error, each time.
func (s *Segment) open() (exec.Table, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.table != nil {
		return s.table, nil
	}
	f, err := s.root.Open(s.file())
	if err != nil {
		return nil, s.damaged(err)
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case !info.Mode().IsRegular():
		err = errors.New("it isn't a regular file")
	case info.Size() != s.Bytes:
		err = fmt.Errorf("it has %d bytes, %d were written", info.Size(), s.Bytes)
	}
	if err != nil {
		f.Close()
		return nil, s.damaged(err)
	}
	t, err := source.OpenParquet("", s.file(), f)
	if err != nil {
		return nil, s.damaged(err)
	}
	if err := s.check(t); err != nil {
		f.Close()
		return nil, s.damaged(err)
	}
	s.table = t
	return t, nil
}

// check holds a file against what the manifest says of it.
func (s *Segment) check(t exec.Table) error {
	columns := t.Columns()
	if t.Rows() != s.rows || t.Segments() != s.parts() || len(columns) != len(s.ids) {
		return fmt.Errorf("it has %d rows of %d columns, %d of %d were written", t.Rows(), len(columns), s.rows, len(s.ids))
	}
	for i, c := range columns {
		if c.Kind != s.kinds[i] {
			return fmt.Errorf("column '%s' is %s, not %s", c.Name, c.Kind, s.kinds[i])
		}
	}
	return nil
}

func (s *Segment) damaged(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		err = errors.New("it is missing")
	}
	return fmt.Errorf("the database's file segments/%s can't be read: %w; bring it back from a copy, or drop the table", s.file(), err)
}
