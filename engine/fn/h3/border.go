// A cell's border: its corners, and where its sides cross an edge of the icosahedron.

package h3

import "math"

// The corners around a cell's centre on the fine grid, counter-clockwise from the i axis; a pentagon has the first five.
var (
	cornersEven = [6]ijk{{2, 1, 0}, {1, 2, 0}, {0, 2, 1}, {0, 1, 2}, {1, 0, 2}, {2, 0, 1}}
	cornersOdd  = [6]ijk{{5, 4, 0}, {1, 5, 0}, {0, 5, 4}, {0, 1, 5}, {4, 0, 5}, {5, 0, 1}}
)

// Boundary gives the corners of the cell, longitude and latitude in degrees, counter-clockwise; the first isn't repeated.
func (c Cell) Boundary() [][2]float64 {
	var out [][2]float64
	for _, p := range c.border() {
		out = append(out, [2]float64{p.lng / degree, p.lat / degree})
	}
	return out
}

func (c Cell) border() []point {
	home := c.onFace()
	corners, level := home.corners(c.Level())
	if c.Pentagon() {
		return pentagonBorder(corners[:5], odd(c.Level()), level)
	}
	return hexagonBorder(home.face, corners, odd(c.Level()), level)
}

// corners are on the fine grid of the level given back, which is even.
func (f faceIJK) corners(level int) ([]faceIJK, int) {
	around, at := &cornersEven, f.at.down3().down3right()
	if odd(level) {
		around, at = &cornersOdd, at.down7right()
		level++
	}
	out := make([]faceIJK, len(around))
	for i, step := range around {
		out[i] = faceIJK{f.face, at.plus(step).normal()}
	}
	return out, level
}

func hexagonBorder(home int, corners []faceIJK, crosses bool, level int) []point {
	var out []point
	lastFace, last := -1, within
	for v := 0; v <= len(corners); v++ {
		corner := corners[v%6]
		lies := corner.onto(level, false, true)
		if crosses && v > 0 && corner.face != lastFace && last != onEdge {
			other := lastFace
			if lastFace == home {
				other = corner.face
			}
			x0, y0 := corners[(v+5)%6].at.flat()
			x1, y1 := corners[v%6].at.flat()
			x, y := crossing(x0, y0, x1, y1, direction(home, other), level)
			if !near(x, y, x0, y0) && !near(x, y, x1, y1) {
				out = append(out, onGlobe(x, y, home, level, true))
			}
		}
		if v < len(corners) {
			x, y := corner.at.flat()
			out = append(out, onGlobe(x, y, corner.face, level, true))
		}
		lastFace, last = corner.face, lies
	}
	return out
}

// pentagonBorder: each side of a pentagon of an odd level crosses an edge of the icosahedron.
func pentagonBorder(corners []faceIJK, crosses bool, level int) []point {
	var out []point
	var last faceIJK
	for v := 0; v <= len(corners); v++ {
		corner := corners[v%5]
		for corner.onto(level, false, true) == beyond {
		}
		if crosses && v > 0 {
			// Seen from the face of the corner before.
			step := faceNeighbors[corner.face][direction(corner.face, last.face)]
			at := corner.at
			for range step.turns {
				at = at.turnLeft()
			}
			at = at.plus(step.at.times(3 * power7(level/2))).normal()
			x0, y0 := last.at.flat()
			x1, y1 := at.flat()
			x, y := crossing(x0, y0, x1, y1, direction(step.face, corner.face), level)
			out = append(out, onGlobe(x, y, step.face, level, true))
		}
		if v < len(corners) {
			x, y := corner.at.flat()
			out = append(out, onGlobe(x, y, corner.face, level, true))
		}
		last = corner
	}
	return out
}

// crossing is where a side crosses an edge of its face.
func crossing(x0, y0, x1, y1 float64, edge, level int) (x, y float64) {
	most := float64(widest(level))
	v := [3][2]float64{{3 * most, 0}, {-1.5 * most, 3 * sin60 * most}, {-1.5 * most, -3 * sin60 * most}}
	a, b := v[2], v[0]
	switch edge {
	case acrossIJ:
		a, b = v[0], v[1]
	case acrossJK:
		a, b = v[1], v[2]
	}
	dx, dy := x1-x0, y1-y0
	ex, ey := b[0]-a[0], b[1]-a[1]
	t := (ex*(y0-a[1]) - ey*(x0-a[0])) / (-ex*dy + dx*ey)
	return x0 + t*dx, y0 + t*dy
}

func near(x0, y0, x1, y1 float64) bool {
	const eps = 1.1920928955078125e-07
	return math.Abs(x0-x1) < eps && math.Abs(y0-y1) < eps
}
