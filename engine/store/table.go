// Table: columns with identities over segments of rows.

package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// Column is a column of a table. Its ID stays when it is renamed or moved, and is never used again in the table: a column that is
// dropped and made anew, or made one of another type, has no values in older rows.
type Column struct {
	ID   int
	Name string
	Kind value.Kind
	Doc  string
}

// Mapping is an ingestion mapping: how data of a kind becomes a table's columns.
type Mapping struct {
	Name, Kind string // kind is csv or json
	Text       string // JSON, as it was given
	Updated    int64  // ticks
}

// Table is one state of a table: columns and rows. It is immutable; the methods that change something give another Table.
type Table struct {
	ID          [16]byte
	Folder, Doc string
	Created     int64     // ticks
	Mappings    []Mapping // by kind and name
	Settings    Settings

	name     string
	list     []Column
	nextID   int
	columns  []value.Column
	segments []*Segment
	parts    []part // what queries see as segments
	rows     int64
	losses   int // counts changes that took rows out, since the folder was opened
}

// part is a range of at most exec.SegmentRows rows of a segment.
type part struct {
	segment *Segment
	at      int
}

var _ exec.CodedTable = (*Table)(nil)

// NewTable makes an empty table; the columns get identities in their order.
func NewTable(name string, columns []value.Column) *Table {
	t := &Table{name: name, ID: newID(), Created: now(), nextID: 1}
	return t.reshaped(t.fresh(columns))
}

func newID() (id [16]byte) {
	_, _ = rand.Read(id[:]) // never fails
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}

func now() int64 { return value.UnixEpoch + time.Now().UnixNano()/100 }

// fresh makes columns that have no values yet.
func (t *Table) fresh(columns []value.Column) []Column {
	list := make([]Column, len(columns))
	for i, c := range columns {
		list[i] = Column{ID: t.nextID + i, Name: c.Name, Kind: c.Kind}
	}
	return list
}

// reshaped gives the table with these columns.
func (t *Table) reshaped(list []Column) *Table {
	next := *t
	next.list = list
	next.columns = make([]value.Column, len(list))
	for i, c := range list {
		next.columns[i] = value.Column{Name: c.Name, Kind: c.Kind}
		next.nextID = max(next.nextID, c.ID+1)
	}
	return &next
}

// filled gives the table with these segments.
func (t *Table) filled(segments []*Segment) *Table {
	next := *t
	next.segments, next.parts, next.rows = segments, nil, 0
	for _, s := range segments {
		next.rows += s.rows
		for at := range s.parts() {
			next.parts = append(next.parts, part{s, at})
		}
	}
	return &next
}

// Renamed gives the table by another name.
func (t *Table) Renamed(name string) *Table {
	next := *t
	next.name = name
	return &next
}

// Described gives the table with another folder and description.
func (t *Table) Described(folder, doc string) *Table {
	next := *t
	next.Folder, next.Doc = folder, doc
	return &next
}

// WithMappings gives the table with other ingestion mappings.
func (t *Table) WithMappings(list []Mapping) *Table {
	next := *t
	next.Mappings = list
	return &next
}

// WithSettings gives the table with other policies and roles.
func (t *Table) WithSettings(s Settings) *Table {
	next := *t
	next.Settings = s
	return &next
}

// Cleared gives the table without rows.
func (t *Table) Cleared() *Table {
	next := t.filled(nil)
	next.losses++
	return next
}

// Only gives the table with a segment's rows alone; nil means none.
func (t *Table) Only(s *Segment) *Table {
	if s == nil {
		return t.filled(nil)
	}
	return t.filled([]*Segment{s})
}

// WithoutExtents gives the table without some of its segments, and those.
func (t *Table) WithoutExtents(drop func(*Segment) bool) (next *Table, dropped []*Segment) {
	var kept []*Segment
	for _, s := range t.segments {
		if drop(s) {
			dropped = append(dropped, s)
		} else {
			kept = append(kept, s)
		}
	}
	next = t.filled(kept)
	next.losses += min(1, len(dropped))
	return next, dropped
}

// KeepsRows tells whether the table is another state of old, by the same name, that lost no row.
func (t *Table) KeepsRows(old *Table) bool {
	return t.ID == old.ID && t.losses == old.losses && t.name == old.name
}

// Lost gives the names of the columns of old that aren't in the table any more as they were.
func (t *Table) Lost(old *Table) []string {
	var out []string
	for _, c := range old.list {
		if i := t.Find(c.Name); i < 0 || t.list[i].ID != c.ID || t.list[i].Kind != c.Kind {
			out = append(out, c.Name)
		}
	}
	return out
}

// Copied gives an empty table of another name and identity with the same columns and texts.
func (t *Table) Copied(name string) *Table {
	next := *t.filled(nil)
	next.name, next.ID, next.Created = name, newID(), now()
	return &next
}

// Shape gives the columns with all that is known of them. The caller doesn't change the slice.
func (t *Table) Shape() []Column { return t.list }

// Find gives the ordinal of a column, -1 for none.
func (t *Table) Find(name string) int {
	return slices.IndexFunc(t.list, func(c Column) bool { return c.Name == name })
}

// WithColumns gives the table with new columns at its end, null in all rows so far.
func (t *Table) WithColumns(columns []value.Column) *Table {
	return t.reshaped(append(slices.Clone(t.list), t.fresh(columns)...))
}

// Arranged gives the table with exactly these columns, in this order: those that it has keep their values, others are new, and what
// isn't named is gone. A column that it has with another type is an error.
func (t *Table) Arranged(columns []value.Column) (*Table, error) {
	var list []Column
	next := t.nextID
	for _, c := range columns {
		i := t.Find(c.Name)
		switch {
		case i < 0:
			list = append(list, Column{ID: next, Name: c.Name, Kind: c.Kind})
			next++
		case t.list[i].Kind != c.Kind:
			return nil, fmt.Errorf("column '%s' of table '%s' is %s, not %s; .alter column changes a type and empties the column",
				c.Name, t.name, t.list[i].Kind, c.Kind)
		default:
			list = append(list, t.list[i])
		}
	}
	return t.reshaped(list), nil
}

// WithoutColumn gives the table without the column at an ordinal.
func (t *Table) WithoutColumn(i int) *Table {
	return t.reshaped(slices.Delete(slices.Clone(t.list), i, i+1))
}

// Retyped gives the table with a column of another type, which is null in all rows so far, as Kusto's .alter column leaves it.
func (t *Table) Retyped(i int, kind value.Kind) *Table {
	list := slices.Clone(t.list)
	list[i].ID, list[i].Kind = t.nextID, kind
	return t.reshaped(list)
}

// WithNames gives the table with the columns named anew, one name for each.
func (t *Table) WithNames(names []string) *Table {
	list := slices.Clone(t.list)
	for i := range list {
		list[i].Name = names[i]
	}
	return t.reshaped(list)
}

// WithDocs gives the table with the columns described anew, one text for each.
func (t *Table) WithDocs(docs []string) *Table {
	list := slices.Clone(t.list)
	for i := range list {
		list[i].Doc = docs[i]
	}
	return t.reshaped(list)
}

// Name is the table's name.
func (t *Table) Name() string { return t.name }

// Columns gives names and types.
func (t *Table) Columns() []value.Column { return t.columns }

// Rows is the number of rows.
func (t *Table) Rows() int64 { return t.rows }

// Segments is the number of parts of at most exec.SegmentRows rows.
func (t *Table) Segments() int { return len(t.parts) }

// Extents are the segments that the rows lie in.
func (t *Table) Extents() []*Segment { return t.segments }

// Segment reads columns of a part. A column that is younger than the rows is null in them.
func (t *Table) Segment(ctx context.Context, i int, columns []int) (*value.Batch, error) {
	b, err := t.CodedSegment(ctx, i, columns)
	if err != nil {
		return nil, err
	}
	return value.FlatBatch(b), nil
}

// CodedSegment is Segment with columns in the compact forms in which their file has them.
func (t *Table) CodedSegment(ctx context.Context, i int, columns []int) (*value.Batch, error) {
	p := t.parts[i]
	wanted := make([]int, 0, len(columns))
	for _, c := range columns {
		if at := p.segment.find(t.list[c].ID); at >= 0 {
			wanted = append(wanted, at)
		}
	}
	rows, err := p.segment.read(ctx, p.at, wanted)
	if err != nil {
		return nil, fmt.Errorf("table '%s': %w", t.name, err)
	}
	if len(wanted) == len(columns) {
		return rows, nil
	}
	out := &value.Batch{N: rows.N, Cols: make([]*value.Vector, len(columns))}
	next := 0
	for k, c := range columns {
		if p.segment.find(t.list[c].ID) < 0 {
			out.Cols[k] = value.Flat(value.NewNull(t.list[c].Kind, rows.N))
			continue
		}
		out.Cols[k] = rows.Cols[next]
		next++
	}
	return out, nil
}

// Stats tells what is known of a column in a part.
func (t *Table) Stats(i, column int) (exec.Stats, bool) {
	p := t.parts[i]
	at := p.segment.find(t.list[column].ID)
	if at < 0 {
		return exec.Stats{}, false
	}
	return p.segment.stats(p.at, at)
}

// NewID makes an identity that nothing else has.
func NewID() [16]byte { return newID() }
