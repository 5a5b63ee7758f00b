// When rows came in. A segment of one change has one instant, which the manifest names; one that was joined from several has a column
// beside the table's own. Rows of older folders, and those that came in while the table's policy was off, have none.

package store

import (
	"context"
	"fmt"
	"slices"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// timesID is the identity of the column of instants; no column of a table has it.
const timesID = -1

const timesName = "$IngestionTime"

var timesColumn = Column{ID: timesID, Name: timesName, Kind: value.Datetime}

// PolicyIngestionTime is the policy that says whether it is remembered when rows come in.
const PolicyIngestionTime = "ingestiontime"

// Remembers tells whether the table remembers when rows come in: it does unless its policy says otherwise.
func (t *Table) Remembers() bool {
	return t.Settings.Policies[PolicyIngestionTime] != `{"IsEnabled":false}`
}

// Stamp says when a new segment's rows came in. It is called before the segment is seen by anybody else; nil is fine.
func (s *Segment) Stamp(instant int64) {
	if s != nil {
		s.Ingested = instant
	}
}

// Tag gives a new segment tags, before anybody else sees it; nil is fine.
func (s *Segment) Tag(tags []string) {
	if s != nil {
		s.Tags = tags
	}
}

// HasTag tells whether any rows of the table have a tag.
func (t *Table) HasTag(tag string) bool {
	return slices.ContainsFunc(t.segments, func(s *Segment) bool { return slices.Contains(s.Tags, tag) })
}

// WithTimes is the table with one more column: when each row came in.
func (t *Table) WithTimes() exec.Table {
	return &timed{t, append(slices.Clone(t.columns), value.Column{Name: timesName, Kind: value.Datetime})}
}

type timed struct {
	*Table
	columns []value.Column
}

var _ exec.CodedTable = (*timed)(nil)

// Columns gives names and types.
func (t *timed) Columns() []value.Column { return t.columns }

// Segment reads columns of a part.
func (t *timed) Segment(ctx context.Context, i int, columns []int) (*value.Batch, error) {
	b, err := t.CodedSegment(ctx, i, columns)
	if err != nil {
		return nil, err
	}
	return value.FlatBatch(b), nil
}

// CodedSegment reads columns of a part in compact forms.
func (t *timed) CodedSegment(ctx context.Context, i int, columns []int) (*value.Batch, error) {
	last := len(t.columns) - 1
	own := slices.DeleteFunc(slices.Clone(columns), func(c int) bool { return c == last })
	b, err := t.Table.CodedSegment(ctx, i, own)
	if err != nil || len(own) == len(columns) {
		return b, err
	}
	times, err := t.times(ctx, i, b.N)
	if err != nil {
		return nil, err
	}
	out, at := &value.Batch{N: b.N}, 0
	for _, c := range columns {
		if c == last {
			out.Cols = append(out.Cols, times)
			continue
		}
		out.Cols = append(out.Cols, b.Cols[at])
		at++
	}
	return out, nil
}

// times gives the instants of a part of n rows.
func (t *Table) times(ctx context.Context, i, n int) (*value.Vector, error) {
	p := t.parts[i]
	if at := p.segment.find(timesID); at >= 0 {
		b, err := p.segment.read(ctx, p.at, []int{at})
		if err != nil {
			return nil, fmt.Errorf("table '%s': %w", t.name, err)
		}
		return value.FlatBatch(b).Cols[0], nil
	}
	if p.segment.Ingested == 0 {
		return value.Flat(value.NewNull(value.Datetime, n)), nil
	}
	return value.Flat(value.ConstInt(value.Datetime, p.segment.Ingested, n)), nil
}

// Stats tells what is known of a column in a part.
func (t *timed) Stats(i, column int) (exec.Stats, bool) {
	if column < len(t.columns)-1 {
		return t.Table.Stats(i, column)
	}
	p := t.parts[i]
	if at := p.segment.find(timesID); at >= 0 {
		return p.segment.stats(p.at, at)
	}
	return exec.Stats{}, false
}

// timesMatter tells whether rows of these segments came in at different instants, so that one segment of them needs the column.
func timesMatter(list []*Segment) bool {
	for _, s := range list {
		if s.find(timesID) >= 0 || s.Ingested != list[0].Ingested {
			return true
		}
	}
	return false
}
