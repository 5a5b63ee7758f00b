// One column of a segment being read: typed slices that become a value.Vector, and an arena that holds its strings.

package source

import (
	"math"
	"math/bits"
	"unsafe"

	"github.com/woodsbury/decimal128"

	"calypso/engine/exec"
	"calypso/kusto/value"
)

// column gathers the values of one column in one segment.
type column struct {
	kind    value.Kind
	n       int
	room    int // rows that the null bitmap is made for
	nulls   value.Bitmap
	bools   []bool
	ints    []int64
	reals   []float64
	guids   [][16]byte
	strs    []string
	dyns    []value.Dyn
	decs    []decimal128.Decimal
	loose   bool // the kind was given: text converts as Kusto's own conversions do
	texts   arena
	some    bool // a value that is neither null nor "" was added
	misfits int  // cells whose text didn't fit the kind
}

// roomFor bounds the room made for rows that may yet turn out to be none: a wide table of empty lines must not take gigabytes.
func roomFor(rows, columns int) int {
	if rows*columns > 4<<20 {
		return 64
	}
	return rows
}

// reset starts an empty column with room for rows.
func (c *column) reset(kind value.Kind, rows int, loose bool) {
	*c = column{kind: kind, loose: loose, room: max(rows, 64)}
	switch kind {
	case value.Bool:
		c.bools = make([]bool, 0, rows)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		c.ints = make([]int64, 0, rows)
	case value.Real:
		c.reals = make([]float64, 0, rows)
	case value.Guid:
		c.guids = make([][16]byte, 0, rows)
	case value.String:
		c.strs = make([]string, 0, rows)
	case value.Dynamic:
		c.dyns = make([]value.Dyn, 0, rows)
	}
}

// null adds a null, which in a string column is "".
func (c *column) null() {
	if c.kind != value.String {
		if c.n >= c.room {
			c.room = 2 * c.n
		}
		c.nulls = c.nulls.Set(c.n, c.room)
	}
	switch c.kind {
	case value.Bool:
		c.bools = append(c.bools, false)
	case value.Real:
		c.reals = append(c.reals, 0)
	case value.Guid:
		c.guids = append(c.guids, [16]byte{})
	case value.String:
		c.strs = append(c.strs, "")
	case value.Dynamic:
		c.dyns = append(c.dyns, value.Dyn{})
	case value.Decimal:
		c.decs = append(c.decs, decimal128.Decimal{})
	default:
		c.ints = append(c.ints, 0)
	}
	c.n++
}

// misfit adds a null in place of a text that isn't of the column's kind.
func (c *column) misfit() {
	c.misfits++
	c.null()
}

// text adds a cell of a delimited file. White space around anything but a string doesn't count.
func (c *column) text(cell []byte) {
	if c.kind == value.String {
		c.string(cell)
		return
	}
	if len(cell) > 0 && (cell[0] <= ' ' || cell[len(cell)-1] <= ' ') {
		cell = trimSpace(cell)
	}
	if len(cell) == 0 {
		c.null()
		return
	}
	if !c.typed(cell) && (!c.loose || !c.converted(string(cell))) {
		c.misfit()
		return
	}
	c.some = true
	c.n++
}

// typed appends the value of a cell that is neither empty nor a string's, without counting the row; false when it doesn't fit.
func (c *column) typed(cell []byte) (ok bool) {
	switch c.kind {
	case value.Bool:
		var v bool
		if v, ok = readBool(cell); ok {
			c.bools = append(c.bools, v)
		}
	case value.Real:
		var v float64
		if v, ok = readReal(cell); ok {
			c.reals = append(c.reals, v)
		}
	case value.Guid:
		var v [16]byte
		if v, ok = readGuid(cell); ok {
			c.guids = append(c.guids, v)
		}
	case value.Dynamic:
		if ok = isContainer(cell); ok {
			c.dyns = append(c.dyns, value.ParseDyn(c.texts.add(cell)))
		}
	case value.Int, value.Long, value.Datetime, value.Timespan:
		var v int64
		if v, ok = readTicks(c.kind, cell); ok {
			c.ints = append(c.ints, v)
		}
	}
	return ok
}

// converted is typed with the rules of Kusto's tolong, todatetime and so on, which take more.
func (c *column) converted(cell string) (ok bool) {
	switch c.kind {
	case value.Bool:
		var v bool
		if v, ok = value.ParseBool(cell); ok {
			c.bools = append(c.bools, v)
		}
	case value.Real:
		var v float64
		if v, ok = value.ParseReal(cell); ok {
			c.reals = append(c.reals, v)
		}
	case value.Decimal:
		var v decimal128.Decimal
		if v, ok = value.ParseDecimal(cell); ok {
			c.decs = append(c.decs, v)
		}
	case value.Guid:
		var v [16]byte
		if v, ok = value.ParseGuid(cell); ok {
			c.guids = append(c.guids, v)
		}
	case value.Dynamic:
		ok = true
		c.dyns = append(c.dyns, value.ParseDyn(cell))
	default:
		var v int64
		if v, ok = convertTicks(c.kind, cell); ok {
			c.ints = append(c.ints, v)
		}
	}
	return ok
}

func convertTicks(kind value.Kind, cell string) (int64, bool) {
	switch kind {
	case value.Datetime:
		return value.ParseDatetime(cell)
	case value.Timespan:
		return value.ParseTimespan(cell)
	case value.Int:
		return value.ParseInt(cell)
	}
	return value.ParseLong(cell)
}

// readTicks reads the kinds that are kept in 64-bit integers.
func readTicks(kind value.Kind, cell []byte) (int64, bool) {
	switch kind {
	case value.Datetime:
		return readDatetime(cell)
	case value.Timespan:
		return readTimespan(cell)
	}
	v, ok := readLong(cell)
	return v, ok && (kind == value.Long || v == int64(int32(v)))
}

func (c *column) string(cell []byte) {
	c.some = c.some || len(cell) > 0
	c.strs = append(c.strs, c.texts.intern(cell))
	c.n++
}

// dynamic adds JSON text that is known to be valid.
func (c *column) dynamic(text []byte) {
	c.some = true
	c.dyns = append(c.dyns, value.ParseDyn(c.texts.add(text)))
	c.n++
}

// vector hands the column over.
func (c *column) vector() *value.Vector {
	return &value.Vector{
		Kind: c.kind, N: c.n, Nulls: c.nulls, Bools: c.bools, Ints: c.ints, Reals: c.reals,
		Strings: c.strs, Guids: c.guids, Dynamics: c.dyns, Decimals: c.decs,
	}
}

// bytes estimates the memory held.
func (c *column) bytes() int64 {
	return int64(cap(c.bools) + 8*(cap(c.ints)+cap(c.reals)+len(c.nulls)) + 16*(cap(c.guids)+cap(c.strs)+cap(c.decs)) + 48*cap(c.dyns) + c.texts.held)
}

// isContainer tells whether cell is a JSON array or object.
func isContainer(cell []byte) bool {
	return (cell[0] == '{' || cell[0] == '[') && value.ValidJSON(view(cell))
}

// vectorStats bounds a vector's values for the kinds that have an order.
func vectorStats(v *value.Vector) (exec.Stats, bool) {
	s := exec.Stats{}
	for _, w := range v.Nulls {
		s.Nulls += bits.OnesCount64(w)
	}
	switch v.Kind {
	case value.Int, value.Long, value.Datetime, value.Timespan:
		lo, hi, any := boundInts(v)
		if any {
			s.Min, s.Max = &value.Vector{Kind: v.Kind, N: 1, Ints: []int64{lo}}, &value.Vector{Kind: v.Kind, N: 1, Ints: []int64{hi}}
		}
	case value.Real:
		lo, hi, nans, any := boundReals(v)
		if s.NaNs = nans; any {
			s.Min, s.Max = &value.Vector{Kind: v.Kind, N: 1, Reals: []float64{lo}}, &value.Vector{Kind: v.Kind, N: 1, Reals: []float64{hi}}
		}
	default:
		return s, false
	}
	return s, true
}

func boundInts(v *value.Vector) (lo, hi int64, any bool) {
	lo, hi = math.MaxInt64, math.MinInt64
	for i, x := range v.Ints {
		if v.Nulls != nil && v.Nulls.Has(i) {
			continue
		}
		lo, hi, any = min(lo, x), max(hi, x), true
	}
	return lo, hi, any
}

func boundReals(v *value.Vector) (lo, hi float64, nans int, any bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for i, x := range v.Reals {
		switch {
		case v.Nulls != nil && v.Nulls.Has(i):
		case x != x:
			nans++
		default:
			lo, hi, any = min(lo, x), max(hi, x), true
		}
	}
	return lo, hi, nans, any
}

// arena holds the bytes of many strings in few blocks. Bytes once written never change, so strings point into it.
type arena struct {
	free  []byte // what is left of the current block
	block int    // size of the current block
	held  int    // bytes of all blocks
	// seen remembers strings by hash, so that a column of few different values keeps each once; nil until first used, and again
	// (with off set) where it doesn't pay.
	seen       []string
	asked, hit int
	off        bool
}

const (
	smallestBlock = 4 << 10
	largestBlock  = 256 << 10
	internSlots   = 512
	internLongest = 64 // longer strings rarely repeat
)

// add copies b and gives it as a string.
func (a *arena) add(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if len(b) > len(a.free) {
		if len(b) > largestBlock/4 {
			a.held += len(b)
			return string(b)
		}
		a.block = min(max(2*a.block, smallestBlock, 4*len(b)), largestBlock)
		a.free, a.held = make([]byte, a.block), a.held+a.block
	}
	n := copy(a.free, b)
	s := unsafe.String(&a.free[0], n)
	a.free = a.free[n:]
	return s
}

// intern is add that gives a string seen lately again instead of a copy.
func (a *arena) intern(b []byte) string {
	if a.off || len(b) > internLongest || len(b) == 0 {
		return a.add(b)
	}
	if a.seen == nil {
		a.seen = make([]string, internSlots)
	}
	slot := &a.seen[shortHash(b)&(internSlots-1)]
	a.asked++
	if *slot == string(b) {
		a.hit++
		return *slot
	}
	if a.asked == 4096 && a.hit < 1024 {
		a.off, a.seen = true, nil
		return a.add(b)
	}
	*slot = a.add(b)
	return *slot
}

// shortHash mixes the length and up to sixteen bytes of both ends.
func shortHash(b []byte) uint64 {
	var x, y uint64
	for i := 0; i < len(b) && i < 8; i++ {
		x = x<<8 | uint64(b[i])
		y = y<<8 | uint64(b[len(b)-1-i])
	}
	h := (x ^ uint64(len(b))) * 0x9e3779b97f4a7c15
	h ^= h >> 29
	h = (h + y) * 0xbf58476d1ce4e5b9
	return h ^ h>>32
}
