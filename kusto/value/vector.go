package value

import "github.com/woodsbury/decimal128"

// Vector is one column of a batch: N values of one Kind.
//
// Exactly one of the slices below is used, by Kind:
//
//	Bool → Bools · Int, Long, Datetime, Timespan → Ints (an Int is sign-extended) · Real → Reals · Decimal → Decimals
//	String → Strings · Guid → Guids · Dynamic → Dynamics
//
// A String vector may be coded instead, then row i is Words.Texts[Codes[i]]; a String or Dynamic vector may be packed, then row i is
// the text Page[Spans[i].From:Spans[i].To], of a Dynamic its JSON. Their own slices are nil in these compact forms. Only who asks for
// them gets them (see compact.go); everything in this package takes them.
//
// A constant vector (Const) stores one physical value that stands for all N rows: index with At(i) or with i&Mask().
// Nulls marks null rows by physical index; a String vector has none. The slot of a null row holds the zero value.
// A Vector that left its maker is never changed again.
type Vector struct {
	Kind  Kind
	N     int  // logical length
	Const bool // the one physical value stands for all rows
	Nulls Bitmap

	Bools    []bool
	Ints     []int64
	Reals    []float64
	Decimals []decimal128.Decimal
	Strings  []string
	Guids    [][16]byte
	Dynamics []Dyn

	Words *Words   // of a coded String vector; nil in any other
	Codes []uint32 // by row

	Page  string // of a packed vector
	Spans []Span // by row
}

// Bitmap is a set of row numbers; nil is the empty set.
type Bitmap []uint64

// Has tells whether row i is in the set; i may lie beyond its storage.
func (b Bitmap) Has(i int) bool { w := i >> 6; return w < len(b) && b[w]&(1<<(uint(i)&63)) != 0 }

// Set adds row i, growing storage to hold n rows, and returns the set.
func (b Bitmap) Set(i, n int) Bitmap {
	if need := (max(n, i+1) + 63) >> 6; len(b) < need {
		grown := make(Bitmap, need)
		copy(grown, b)
		b = grown
	}
	b[i>>6] |= 1 << (uint(i) & 63)
	return b
}

// Mask is 0 for a constant vector and -1 otherwise, so that i&v.Mask() is row i's physical index.
func (v *Vector) Mask() int {
	if v.Const {
		return 0
	}
	return -1
}

// IsNull tells whether row i is null.
func (v *Vector) IsNull(i int) bool { return v.Nulls != nil && v.Nulls.Has(i&v.Mask()) }

// Batch is some rows of a table: vectors of equal length.
type Batch struct {
	N    int
	Cols []*Vector
}

// Column is the name and type of a table's column.
type Column struct {
	Name string
	Kind Kind
}
