// Where H3 cells lie: from points to cells, and from cells to their centres and corners.

package fn

import (
	"math"
	"slices"
)

// hexSpot is a lattice number of a level in a face's plane. It may lie outside of the face by a cell or so.
type hexSpot struct {
	face, level int
	at          hexNumber
	// turn is that of a cell's own directions in the plane, where the spot is a cell's.
	turn int
}

// step is the spot next to it in one of its own directions, in the face that it lies in.
func (w *hexWorld) step(s hexSpot, turn int) hexSpot {
	s.at = s.at.plus(hexUnit(turn + s.turn))
	return w.inside(s, 1)
}

// cellAt is the cell of a level that a point of the sphere is in.
func (w *hexWorld) cellAt(p [3]float64, level int) (hexCell, bool) {
	face, most := 0, -1.0
	for f := range w.faces {
		if d := dot3(p, w.faces[f].centre); d > most {
			face, most = f, d
		}
	}
	f := &w.faces[face]
	z := complex(w.scale*dot3(p, f.x)/most, w.scale*dot3(p, f.y)/most)
	return w.cellOf(hexSpot{face: face, level: level, at: nearestHexNumber(z * hexScale(level).complex())})
}

// cellOf names the cell of a lattice number, from its last digit to its base cell; false outside of what the face sees.
func (w *hexWorld) cellOf(s hexSpot) (hexCell, bool) {
	var turns [hexLevels + 1]int
	leading := 0
	at := s.at
	for level := s.level; level > 0; level-- {
		if at, turns[level] = at.parent(level); turns[level] >= 0 {
			leading = level
		}
	}
	base, ok := w.faces[s.face].cells[at]
	if !ok {
		return 0, false
	}
	turned := base.turn
	if w.homes[base.number].pentagon && leading > 0 && hexDigitOf[sixth(turns[leading]-turned)] == 1 {
		// There is no such direction. Across the gap it is the next one, as seen from this face.
		if w.homes[base.number].sectors[4] == s.face {
			turned++
		} else {
			turned--
		}
	}
	c := hexCell(1)<<59 | hexCell(s.level)<<52 | hexCell(base.number)<<45 | (1<<45 - 1)
	for level := 1; level <= s.level; level++ {
		digit := 0
		if turns[level] >= 0 {
			digit = hexDigitOf[sixth(turns[level]-turned)]
		}
		c = c.with(level, digit)
	}
	return c, true
}

func sixth(turn int) int { return (turn%6 + 6) % 6 }

// spotOf finds a cell's number, in the face that its centre lies in.
func (w *hexWorld) spotOf(c hexCell) hexSpot {
	home := &w.homes[c.base()]
	s := hexSpot{home.face, c.level(), home.at, home.turn}
	if first := c.first(); home.pentagon && first != 0 {
		sector := slices.Index(hexPentagonTurns[:], hexTurnOf[first])
		s = w.sector(c, sector)
	}
	for level := 1; level <= c.level(); level++ {
		s.at = s.at.times(hexFiner(level))
		if digit := c.digit(level); digit != 0 {
			s.at = s.at.plus(hexUnit(hexTurnOf[digit] + s.turn))
		}
	}
	s = w.inside(s, 1)
	if home.pentagon {
		s = w.onEdge(s, home)
	}
	return s
}

// sector is the middle of a pentagon, on level 0, in one of the faces around it.
func (w *hexWorld) sector(c hexCell, sector int) hexSpot {
	home := &w.homes[c.base()]
	return hexSpot{home.sectors[sector], c.level(), home.corners[sector], w.faces[home.sectors[sector]].cells[home.corners[sector]].turn}
}

// onEdge settles in which face the first corner of a cell is counted whose centre is on the edge of two faces around its pentagon: in
// the one whose direction is the farther from that of digit 4.
func (w *hexWorld) onEdge(s hexSpot, pentagon *hexHome) hexSpot {
	rank := func(face int) int {
		i := slices.Index(pentagon.sectors[:], face)
		return [...]int{-1, 0, 1, 2, 3, 1}[i+1]
	}
	for k, side := range w.faces[s.face].beyond {
		if w.past(s, 1, k) == 0 && rank(side.face) > rank(s.face) {
			return w.across(s, 1, k)
		}
	}
	return s
}

// inside moves a number to the face that it lies in. Numbers may be those of a lattice finer by a factor.
func (w *hexWorld) inside(s hexSpot, finer int64) hexSpot {
	for range 3 {
		k := w.beyond(s, finer)
		if k < 0 {
			break
		}
		s = w.across(s, finer, k)
	}
	return s
}

// across is the same spot seen from the face beyond a side.
func (w *hexWorld) across(s hexSpot, finer int64, k int) hexSpot {
	side := w.faces[s.face].beyond[k]
	at := hexUnit(side.turn).times(s.at).plus(side.shift.times(hexScale(s.level).scaled(finer)))
	return hexSpot{side.face, s.level, at, s.turn + side.turn}
}

// beyond tells beyond which side of its face a number lies; -1 for none.
func (w *hexWorld) beyond(s hexSpot, finer int64) int {
	for k := range 3 {
		if w.past(s, finer, k) > 0 {
			return k
		}
	}
	return -1
}

// past tells how far a number lies beyond a side; 0 on it, less inside.
func (w *hexWorld) past(s hexSpot, finer int64, side int) int64 {
	scale := hexScale(s.level).scaled(finer)
	straight := s.at.times(scale.mirrored())
	limit := 2 * scale.times(scale.mirrored()).a
	switch side {
	case 0:
		return straight.a + straight.b - limit
	case 1:
		return straight.b - 2*straight.a - limit
	}
	return straight.a - 2*straight.b - limit
}

// onSphere is the point of the sphere at a place of a face's plane.
func (w *hexWorld) onSphere(face int, z complex128) [3]float64 {
	f := &w.faces[face]
	return sum3(w.scale, f.centre, real(z), f.x, imag(z), f.y)
}

func (w *hexWorld) sphereAt(s hexSpot, finer int64) [3]float64 {
	return w.onSphere(s.face, s.at.complex()/hexScale(s.level).scaled(finer).complex())
}

// boundary gives a cell's corners against the clock, and where its sides bend: where they cross an edge of the icosahedron.
func (w *hexWorld) boundary(c hexCell) [][3]float64 {
	var out [][3]float64
	side := func(s hexSpot, k int) {
		from, to := s, s
		from.at = s.at.scaled(3).plus(hexNumber{2, 1}.times(hexUnit(k)))
		to.at = s.at.scaled(3).plus(hexNumber{2, 1}.times(hexUnit(k + 1)))
		out = append(out, w.sphereAt(w.inside(from, 3), 3))
		out = append(out, w.bends(from, to)...)
	}
	if !w.pentagon(c) {
		s := w.spotOf(c)
		for k := range 6 {
			side(s, k)
		}
		return out
	}
	for k := range hexPentagonTurns {
		sector := (k + 1) % len(hexPentagonTurns) // the first corner is in the face of digit 6
		s := w.sector(c, sector)
		s.at = s.at.times(hexScale(c.level()))
		side(s, s.turn+hexPentagonTurns[sector]-1)
	}
	return out
}

// pentagon tells whether a cell is one of the twelve of its level.
func (w *hexWorld) pentagon(c hexCell) bool { return w.homes[c.base()].pentagon && c.first() == 0 }

// bends gives the point where a side of a cell crosses a side of its face.
func (w *hexWorld) bends(from, to hexSpot) [][3]float64 {
	for k := range 3 {
		a, b := w.past(from, 3, k), w.past(to, 3, k)
		if a > 0 && b < 0 || a < 0 && b > 0 {
			part := math.Abs(float64(a)) / (math.Abs(float64(a)) + math.Abs(float64(b)))
			z := from.at.complex() + complex(part, 0)*(to.at.complex()-from.at.complex())
			return [][3]float64{w.onSphere(from.face, z/hexScale(from.level).scaled(3).complex())}
		}
	}
	return nil
}
