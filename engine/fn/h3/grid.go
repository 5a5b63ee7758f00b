// The grid on one face of the icosahedron: places by three axes, their rotation, coarser and finer grids, and how a place that
// runs over the edge of a face is named on the next.

package h3

import "math"

// ijk is a place on a face's grid; normalised, none of the three is negative and one is 0.
type ijk struct{ i, j, k int }

type faceIJK struct {
	face int
	at   ijk
}

// faceStep leads to a neighbouring face: move by at, after turning so often by 60° counter-clockwise.
type faceStep struct {
	face  int
	at    ijk
	turns int
}

// The neighbours of a face in faceNeighbors.
const (
	acrossIJ = 1 + iota
	acrossKI
	acrossJK
)

var unitSteps = [7]ijk{{0, 0, 0}, {0, 0, 1}, {0, 1, 0}, {0, 1, 1}, {1, 0, 0}, {1, 0, 1}, {1, 1, 0}}

func (a ijk) plus(b ijk) ijk     { return ijk{a.i + b.i, a.j + b.j, a.k + b.k} }
func (a ijk) minus(b ijk) ijk    { return ijk{a.i - b.i, a.j - b.j, a.k - b.k} }
func (a ijk) times(n int) ijk    { return ijk{a.i * n, a.j * n, a.k * n} }
func (a ijk) sum() int           { return a.i + a.j + a.k }
func odd(level int) bool         { return level%2 == 1 }
func roundDiv7(n int) int        { return int(math.Round(float64(n) / 7)) }
func (a ijk) turnLeft() ijk      { return a.mapped(ijk{1, 1, 0}, ijk{0, 1, 1}, ijk{1, 0, 1}) }
func (a ijk) turnRight() ijk     { return a.mapped(ijk{1, 0, 1}, ijk{1, 1, 0}, ijk{0, 1, 1}) }
func (a ijk) down7() ijk         { return a.mapped(ijk{3, 0, 1}, ijk{1, 3, 0}, ijk{0, 1, 3}) }
func (a ijk) down7right() ijk    { return a.mapped(ijk{3, 1, 0}, ijk{0, 3, 1}, ijk{1, 0, 3}) }
func (a ijk) down3() ijk         { return a.mapped(ijk{2, 0, 1}, ijk{1, 2, 0}, ijk{0, 1, 2}) }
func (a ijk) down3right() ijk    { return a.mapped(ijk{2, 1, 0}, ijk{0, 2, 1}, ijk{1, 0, 2}) }
func (a ijk) neighbor(d int) ijk { return a.plus(unitSteps[d]).normal() }

// mapped gives the place with its axes replaced.
func (a ijk) mapped(i, j, k ijk) ijk {
	return i.times(a.i).plus(j.times(a.j)).plus(k.times(a.k)).normal()
}

func (a ijk) normal() ijk {
	least := min(a.i, a.j, a.k)
	return ijk{a.i - least, a.j - least, a.k - least}
}

// up7 and up7right give the place on the coarser grid.
func (a ijk) up7() ijk {
	i, j := a.i-a.k, a.j-a.k
	return ijk{roundDiv7(3*i - j), roundDiv7(i + 2*j), 0}.normal()
}

func (a ijk) up7right() ijk {
	i, j := a.i-a.k, a.j-a.k
	return ijk{roundDiv7(2*i + j), roundDiv7(3*j - i), 0}.normal()
}

// digit is the direction of a unit step.
func (a ijk) digit() int {
	for d, step := range unitSteps {
		if a.normal() == step {
			return d
		}
	}
	return invalidDigit
}

const sin60 = 0.8660254037844386467637231707529361834714

func (a ijk) flat() (x, y float64) {
	i, j := a.i-a.k, a.j-a.k
	return float64(i) - 0.5*float64(j), float64(j) * sin60
}

// placeOf finds the hexagon of a point in the plane.
func placeOf(x, y float64) ijk {
	x2 := math.Abs(y) / sin60
	x1 := math.Abs(x) + x2/2
	m1, m2 := int(x1), int(x2)
	r1, r2 := x1-float64(m1), x2-float64(m2)
	i, j := m1, m2
	switch {
	case r1 < 0.5 && r1 < 1.0/3:
		if r2 >= (1+r1)/2 {
			j++
		}
	case r1 < 0.5:
		if r2 >= 1-r1 {
			j++
		}
		if 1-r1 <= r2 && r2 < 2*r1 {
			i++
		}
	case r1 < 2.0/3:
		if r2 >= 1-r1 {
			j++
		}
		if !(2*r1-1 < r2 && r2 < 1-r1) {
			i++
		}
	default:
		i++
		if r2 >= r1/2 {
			j++
		}
	}
	if x < 0 {
		if j%2 == 0 {
			i -= 2 * (i - j/2)
		} else {
			i -= 2*(i-(j+1)/2) + 1
		}
	}
	if y < 0 {
		i -= (2*j + 1) / 2
		j = -j
	}
	return ijk{i, j, 0}.normal()
}

// overage tells how a place lies to its face.
type overage int

const (
	within overage = iota
	onEdge
	beyond
)

// power7 is 7 to the n.
func power7(n int) int {
	p := 1
	for range n {
		p *= 7
	}
	return p
}

// widest is the largest sum of coordinates on a face of an even level.
func widest(level int) int { return 2 * power7(level/2) }

// onto moves a place that runs over the edge of its face to the next one. The level is even; fine means the threefold finer
// grid of corners; missing means that a pentagon's lacking direction must be stepped over.
func (f *faceIJK) onto(level int, missing, fine bool) overage {
	most, unit := widest(level), power7(level/2)
	if fine {
		most, unit = 3*most, 3*unit
	}
	switch {
	case fine && f.at.sum() == most:
		return onEdge
	case f.at.sum() <= most:
		return within
	}
	across := acrossIJ
	if f.at.k > 0 {
		if across = acrossJK; f.at.j == 0 {
			across = acrossKI
			if missing {
				origin := ijk{most, 0, 0}
				f.at = f.at.minus(origin).turnRight().plus(origin)
			}
		}
	}
	step := faceNeighbors[f.face][across]
	f.face = step.face
	for range step.turns {
		f.at = f.at.turnLeft()
	}
	f.at = f.at.plus(step.at.times(unit)).normal()
	if fine && f.at.sum() == most {
		return onEdge
	}
	return beyond
}

// direction finds the edge across which two faces touch.
func direction(from, to int) int {
	for across := acrossIJ; across <= acrossJK; across++ {
		if faceNeighbors[from][across].face == to {
			return across
		}
	}
	return 0
}
