// Sample tables, made rather than stored: every value is a function of its row and a fixed seed, in whole-number arithmetic, so
// the tables are the same bits on every system, and a column costs nothing until a query reads it.

package source

import (
	"context"
	"math/bits"
	"sync"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// Samples gives the sample tables StormEvents, PopulationData and Telemetry. Making them takes no time; reading a column makes it.
func Samples() []exec.Table {
	return []exec.Table{stormEvents(), populationData(), telemetry()}
}

// generatedSegment is the number of rows made at a time: small, so that take is quick and two workers have something to do.
const generatedSegment = 16384

// generated is a table whose columns are made segment by segment when first read, and kept.
type generated struct {
	name    string
	rows    int
	columns []value.Column
	make    func(column, from, to int) *value.Vector
	made    [][]generatedPart // by segment and column
}

type generatedPart struct {
	once   sync.Once
	vector *value.Vector
	stats  exec.Stats
	known  bool
}

var _ exec.Table = (*generated)(nil)

func newGenerated(name string, rows int, columns []value.Column, fill func(column, from, to int) *value.Vector) *generated {
	t := &generated{name: name, rows: rows, columns: columns, make: fill}
	t.made = make([][]generatedPart, (rows+generatedSegment-1)/generatedSegment)
	for i := range t.made {
		t.made[i] = make([]generatedPart, len(columns))
	}
	return t
}

func (t *generated) Name() string            { return t.name }
func (t *generated) Columns() []value.Column { return t.columns }
func (t *generated) Rows() int64             { return int64(t.rows) }
func (t *generated) Segments() int           { return len(t.made) }

func (t *generated) bounds(segment int) (from, to int) {
	return segment * generatedSegment, min((segment+1)*generatedSegment, t.rows)
}

// part makes a column of a segment if nobody did.
func (t *generated) part(segment, column int) *generatedPart {
	p := &t.made[segment][column]
	p.once.Do(func() {
		from, to := t.bounds(segment)
		p.vector = t.make(column, from, to)
		p.stats, p.known = vectorStats(p.vector)
	})
	return p
}

func (t *generated) Segment(ctx context.Context, segment int, columns []int) (*value.Batch, error) {
	from, to := t.bounds(segment)
	b := &value.Batch{N: to - from, Cols: make([]*value.Vector, len(columns))}
	for i, c := range columns {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b.Cols[i] = t.part(segment, c).vector
	}
	return b, nil
}

// Stats tells nothing of strings and dynamics, so asking never makes a costly column.
func (t *generated) Stats(segment, column int) (exec.Stats, bool) {
	switch t.columns[column].Kind {
	case value.String, value.Dynamic, value.Guid, value.Decimal, value.Bool:
		return exec.Stats{}, false
	}
	p := t.part(segment, column)
	return p.stats, p.known
}

// roll gives 64 bits that depend on the row and on what they decide (topic), and on nothing else: SplitMix64 over both.
func roll(topic, row int) uint64 {
	z := uint64(topic)*0xd1342543de82ef95 + uint64(row)*0x9e3779b97f4a7c15 + 0x5851f42d4c957f2d
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// below gives a number from 0 to n-1.
func below(topic, row, n int) int {
	hi, _ := bits.Mul64(roll(topic, row), uint64(n))
	return int(hi)
}

// wheel picks an index by weight.
type wheel []int // running totals

func newWheel(weights []int) wheel {
	w, total := make(wheel, len(weights)), 0
	for i, x := range weights {
		total += x
		w[i] = total
	}
	return w
}

func (w wheel) pick(topic, row int) int {
	at := below(topic, row, w[len(w)-1])
	i := 0
	for at >= w[i] {
		i++
	}
	return i
}

// texts makes a string column: write appends the text of a row, "" where it appends nothing.
func texts(from, to int, write func(out []byte, row int) []byte) *value.Vector {
	v := &value.Vector{Kind: value.String, N: to - from, Strings: make([]string, to-from)}
	var all arena
	var out []byte
	for row := from; row < to; row++ {
		out = write(out[:0], row)
		v.Strings[row-from] = all.add(out)
	}
	return v
}

// jsons makes a dynamic column: write appends JSON.
func jsons(from, to int, write func(out []byte, row int) []byte) *value.Vector {
	text := texts(from, to, write)
	v := &value.Vector{Kind: value.Dynamic, N: text.N, Dynamics: make([]value.Dyn, text.N)}
	for i, s := range text.Strings {
		if v.Dynamics[i] = value.ParseDyn(s); s == "" {
			v.Nulls = v.Nulls.Set(i, v.N)
		}
	}
	return v
}

// words makes a string column of words that are there already.
func words(from, to int, word func(row int) string) *value.Vector {
	v := &value.Vector{Kind: value.String, N: to - from, Strings: make([]string, to-from)}
	for row := from; row < to; row++ {
		v.Strings[row-from] = word(row)
	}
	return v
}

// whole makes a column of a kind that is kept in integers.
func whole(kind value.Kind, from, to int, number func(row int) int64) *value.Vector {
	v := &value.Vector{Kind: kind, N: to - from, Ints: make([]int64, to-from)}
	for row := from; row < to; row++ {
		v.Ints[row-from] = number(row)
	}
	return v
}

// fractions makes a real column of whole numbers over a power of ten, which is exact in its rounding; null where ok is false.
func fractions(from, to int, over float64, number func(row int) (n int, ok bool)) *value.Vector {
	v := &value.Vector{Kind: value.Real, N: to - from, Reals: make([]float64, to-from)}
	for row := from; row < to; row++ {
		if n, ok := number(row); ok {
			v.Reals[row-from] = float64(n) / over
		} else {
			v.Nulls = v.Nulls.Set(row-from, v.N)
		}
	}
	return v
}
