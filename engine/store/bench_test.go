package store

import (
	"testing"

	"calypso/kusto/value"
)

// BenchmarkAppendMany writes 500,000 rows of a long, a repeating string and a dynamic.
func BenchmarkAppendMany(b *testing.B) {
	s, _, _, err := Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	table := NewTable("T", append(longColumns[:2:2], value.Column{Name: "d", Kind: value.Dynamic}))
	batch := longs(0, 50_000)
	d := value.NewBuilder(value.Dynamic, batch.N)
	for range batch.N {
		d.AppendDyn(value.ParseDyn(`{"a": 1, "b": ["x", null], "c": {"d": 2.5}}`))
	}
	batch.Cols = append(batch.Cols, d.Vector())
	for b.Loop() {
		rows := NewRows(s, table, 0)
		for range 10 {
			if err := rows.Append(batch); err != nil {
				b.Fatal(err)
			}
		}
		seg, err := rows.Finish()
		if err != nil {
			b.Fatal(err)
		}
		s.Forget(seg)
	}
	b.ReportMetric(500_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// BenchmarkAppendOne makes one small change after another.
func BenchmarkAppendOne(b *testing.B) {
	s, _, _, err := Open(b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	table := NewTable("T", longColumns)
	row := longs(1, 2)
	for b.Loop() {
		rows := NewRows(s, table, 0)
		if err := rows.Append(row); err != nil {
			b.Fatal(err)
		}
		seg, err := rows.Finish()
		if err != nil {
			b.Fatal(err)
		}
		if table, err = s.Append(b.Context(), table, seg); err != nil {
			b.Fatal(err)
		}
		if err := s.Save([]Database{{Name: "D", Tables: []*Table{table}}}); err != nil {
			b.Fatal(err)
		}
	}
}
