// The H3 grid as arithmetic. The grid lies on an icosahedron (h3geo.org/docs/core-library/overview): each of the twenty faces is a plane
// onto which the sphere is projected from its centre, and the cells' centres of a level are there the points of a lattice of
// triangles. Those are the Eisenstein integers a + bω, ω the cube root of one, and everything is done with them, exactly: turning by a
// sixth is multiplying by one of six units, a level is seven times as fine as the one above, so a level's lattice is that above
// multiplied by a number of norm 7, and a cell's parent is the quotient, its digit the remainder. Floating point is there only
// between a point of the sphere and the lattice number nearest to it.

package fn

import "math"

// hexNumber is a + bω: a point of a level's lattice in the plane of a face, from the face's centre.
type hexNumber struct{ a, b int64 }

// hexUnits are the six numbers of length 1, a sixth of a turn apart.
var hexUnits = [6]hexNumber{{1, 0}, {1, 1}, {0, 1}, {-1, 0}, {-1, -1}, {0, -1}}

// hexUnit is the unit after any number of sixths of a turn.
func hexUnit(turn int) hexNumber { return hexUnits[(turn%6+6)%6] }

func (x hexNumber) plus(y hexNumber) hexNumber  { return hexNumber{x.a + y.a, x.b + y.b} }
func (x hexNumber) minus(y hexNumber) hexNumber { return hexNumber{x.a - y.a, x.b - y.b} }
func (x hexNumber) scaled(k int64) hexNumber    { return hexNumber{k * x.a, k * x.b} }

func (x hexNumber) times(y hexNumber) hexNumber {
	return hexNumber{x.a*y.a - x.b*y.b, x.a*y.b + x.b*y.a - x.b*y.b}
}

// mirrored is the complex conjugate.
func (x hexNumber) mirrored() hexNumber { return hexNumber{x.a - x.b, -x.b} }

func (x hexNumber) complex() complex128 {
	return complex(float64(x.a)-float64(x.b)/2, float64(x.b)*math.Sqrt(3)/2)
}

// nearestHexNumber rounds to the lattice: each of the three coordinates along the lattice's directions is rounded, and the one that
// moved most follows from the others.
func nearestHexNumber(z complex128) hexNumber {
	v := imag(z) * 2 / math.Sqrt(3)
	u := real(z) - v/2 // z = u + v·e^(iπ/3)
	w := -u - v
	ru, rv, rw := math.Round(u), math.Round(v), math.Round(w)
	du, dv, dw := math.Abs(ru-u), math.Abs(rv-v), math.Abs(rw-w)
	switch {
	case du > dv && du > dw:
		ru = -rv - rw
	case dv > dw:
		rv = -ru - rw
	}
	return hexNumber{int64(ru + rv), int64(rv)} // e^(iπ/3) = 1 + ω
}

// hexFiner is what multiplies the lattice from the level above to a level: 3 + ω and its mirror image by turns, so that every second
// level's lattice lies straight again.
func hexFiner(level int) hexNumber {
	if level%2 == 1 {
		return hexNumber{2, -1}
	}
	return hexNumber{3, 1}
}

// hexScale is what multiplies the lattice from level 0 to a level.
func hexScale(level int) hexNumber {
	m := hexNumber{1, 0}
	for l := 1; l <= level; l++ {
		m = m.times(hexFiner(l))
	}
	return m
}

// parent divides by the level's multiplier: the parent's number, and which of the six ways the rest points; -1 for no rest.
func (x hexNumber) parent(level int) (hexNumber, int) {
	by := hexFiner(level)
	q := nearestHexNumber(x.times(by.mirrored()).complex() / 7)
	rest := x.minus(q.times(by))
	for turn, unit := range hexUnits {
		if rest == unit {
			return q, turn
		}
	}
	return q, -1
}

// The digits of an index name directions: 1 and its like by sixths of a turn from digit 4, and back.
var (
	hexTurnOf  = [7]int{-1, 4, 2, 3, 0, 5, 1}
	hexDigitOf = [6]int{4, 6, 2, 3, 1, 5}
)
