// arg_max, arg_min and take_any: aggregates that keep one row of each group.
//
// The winners of a batch are gathered into a chunk, and a group remembers chunk and row. Chunks are merged when most of
// their rows have been beaten, so memory is that of the groups, not of the input.

package fn

import (
	"calypso/kusto/value"
)

// buildArg makes arg_max and arg_min: the first argument decides, all of them are results. The first row wins a tie, null
// loses to everything, NaN beats everything.
func buildArg(sign int) func(string, []Arg) (*AggOverload, error) {
	return func(name string, args []Arg) (*AggOverload, error) {
		if k := args[0].Kind; k == value.Dynamic || k == value.Guid || k == value.Bool {
			return nil, &NotBuilt{Name: name, Detail: "use with " + k.String()}
		}
		return rowOverload(args, func(a *value.Vector, i int, b *value.Vector, j int) bool {
			switch {
			case a.IsNull(i):
				return false
			case b.IsNull(j):
				return true
			case a.Kind == value.Real:
				x, y := a.Reals[i&a.Mask()], b.Reals[j&b.Mask()]
				if x != x || y != y {
					return x != x && y == y
				}
			}
			return sign*value.Compare(a, i, b, j) > 0
		})
	}
}

// buildTakeAny keeps the first row, or of one column the first value that isn't null or empty.
func buildTakeAny(name string, args []Arg) (*AggOverload, error) {
	if len(args) > 1 {
		return rowOverload(args, func(*value.Vector, int, *value.Vector, int) bool { return false })
	}
	blank := func(v *value.Vector, i int) bool {
		return isNull(v, i) || v.Kind == value.String && v.Strings[i&v.Mask()] == ""
	}
	return rowOverload(args, func(a *value.Vector, i int, b *value.Vector, j int) bool { return blank(b, j) && !blank(a, i) })
}

func rowOverload(args []Arg, beats func(a *value.Vector, i int, b *value.Vector, j int) bool) (*AggOverload, error) {
	kinds := make([]value.Kind, len(args))
	for i, a := range args {
		kinds[i] = a.Kind
	}
	return &AggOverload{kinds, func() State { return &rowState{kinds: kinds, beats: beats} }}, nil
}

type rowState struct {
	kinds  []value.Kind
	beats  func(a *value.Vector, i int, b *value.Vector, j int) bool // row i of a replaces row j of b
	best   []rowRef
	chunks [][]*value.Vector
	rows   int // in all chunks
	bytes  int64
}

// rowRef is a row of a chunk; chunk 0 means none, the first chunk is 1.
type rowRef struct{ chunk, row uint32 }

func (s *rowState) Grow(groups int) { s.best = grow(s.best, groups) }

func (s *rowState) Add(_ *Context, args []*value.Vector, groups []uint32, n int) error {
	return s.take(args, n, func(i int) uint32 { return groupOf(groups, i) })
}

// take lets n rows compete; a row that wins is remembered, and those that won last are kept.
func (s *rowState) take(cols []*value.Vector, n int, group func(i int) uint32) error {
	chunk := uint32(len(s.chunks)) + 1
	var touched []uint32
	for i := range n {
		g := group(i)
		was := s.best[g]
		switch {
		case was.chunk == 0:
		case was.chunk == chunk:
			if !s.beats(cols[0], i, cols[0], int(was.row)) {
				continue
			}
		case !s.beats(cols[0], i, s.chunks[was.chunk-1][0], int(was.row)):
			continue
		}
		if was.chunk != chunk {
			touched = append(touched, g)
		}
		s.best[g] = rowRef{chunk, uint32(i)}
	}
	if len(touched) == 0 {
		return nil
	}
	sel := make([]uint32, len(touched))
	for i, g := range touched {
		sel[i] = s.best[g].row
		s.best[g].row = uint32(i)
	}
	s.keep(cols, sel)
	if s.rows > 2*len(s.best)+4096 {
		s.compact()
	}
	return nil
}

func (s *rowState) keep(cols []*value.Vector, sel []uint32) {
	kept := make([]*value.Vector, len(cols))
	for i, v := range cols {
		kept[i] = value.Gather(v, sel)
		s.bytes += kept[i].Bytes()
	}
	s.chunks = append(s.chunks, kept)
	s.rows += len(sel)
}

// compact gathers the rows that still win into one chunk, in the order of groups.
func (s *rowState) compact() {
	cols := s.gather()
	s.chunks, s.rows, s.bytes = nil, 0, 0
	sel := make([]uint32, 0, len(s.best))
	for g := range s.best {
		if s.best[g].chunk != 0 {
			s.best[g] = rowRef{1, uint32(len(sel))}
			sel = append(sel, uint32(g))
		}
	}
	s.keep(cols, sel)
}

// gather gives each column with one row a group, null where a group has no row.
func (s *rowState) gather() []*value.Vector {
	cols := make([]*value.Vector, len(s.kinds))
	for c, kind := range s.kinds {
		b := value.NewBuilder(kind, len(s.best))
		for _, ref := range s.best {
			if ref.chunk == 0 {
				b.AppendNull()
			} else {
				b.AppendFrom(s.chunks[ref.chunk-1][c], int(ref.row))
			}
		}
		cols[c] = b.Vector()
	}
	return cols
}

func (s *rowState) Merge(_ *Context, other State, into []uint32) error {
	o := other.(*rowState)
	cols := o.gather()
	sel := make([]uint32, 0, len(into))
	for g := range into {
		if o.best[g].chunk != 0 {
			sel = append(sel, uint32(g))
		}
	}
	for i, v := range cols {
		cols[i] = value.Gather(v, sel)
	}
	return s.take(cols, len(sel), func(i int) uint32 { return into[sel[i]] })
}

func (s *rowState) Finish(*Context) ([]*value.Vector, error) { return s.gather(), nil }

func (s *rowState) Bytes() int64 { return s.bytes + int64(8*cap(s.best)) }
