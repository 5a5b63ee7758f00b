package result

import (
	"iter"

	"calypso/kusto/value"
)

// How a table is drawn: what the person chose, and the rows as a picture wants them.

// Drawn is how the table was drawn last: as the person chose, else as the query says; nil where neither said anything.
func (t *Table) Drawn() *Chart {
	if c := t.chosen.Load(); c != nil {
		return c
	}
	return t.Chart
}

// Draw remembers what the person chose, for as long as the result is kept.
func (t *Table) Draw(c *Chart) { t.chosen.Store(c) }

// run is the most rows of a batch that are given at once.
const run = 1 << 16

// Runs gives the rows of the view in its order: a batch, and which of its rows come next. The slice is valid until the next.
func (v *View) Runs() iter.Seq2[*value.Batch, []uint32] {
	if v.rows == nil {
		return v.Table.runs
	}
	return func(yield func(*value.Batch, []uint32) bool) {
		var rows []uint32
		var of *value.Batch
		for n := range v.rows {
			b, i := v.at(n)
			if of != nil && (b != of || len(rows) == run) {
				if !yield(of, rows) {
					return
				}
				rows = rows[:0]
			}
			of, rows = b, append(rows, uint32(i))
		}
		if len(rows) > 0 {
			yield(of, rows)
		}
	}
}

func (t *Table) runs(yield func(*value.Batch, []uint32) bool) {
	var all []uint32
	for _, b := range t.batches {
		for from := 0; from < b.N; from += run {
			all = all[:0]
			for i := from; i < min(from+run, b.N); i++ {
				all = append(all, uint32(i))
			}
			if !yield(b, all) {
				return
			}
		}
	}
}
