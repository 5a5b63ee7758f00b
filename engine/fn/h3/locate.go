// From points on the globe to cells and back: centres and borders.

package h3

import "math"

// point is a place on the globe, in radians.
type point struct{ lat, lng float64 }

const (
	turn7      = 0.333473172251832115336090755351601070065900389 // between the grids of even and odd levels
	unitLength = 0.38196601125010500003                          // of the grid of level 0 on the plane of a face
	sqrt7      = 2.6457513110645905905016157536392604257102
	tiny       = 1e-16
	degree     = 0.0174532925199432957692369076848861271111
)

func positive(angle float64) float64 {
	if angle < 0 {
		angle += 2 * math.Pi
	}
	if angle >= 2*math.Pi {
		angle -= 2 * math.Pi
	}
	return angle
}

// FromPoint finds the cell of a level that holds a point given in degrees; false when there is no such level or point.
func FromPoint(longitude, latitude float64, level int) (Cell, bool) {
	if level < 0 || level > Levels || !(math.Abs(longitude) <= 360) || !(math.Abs(latitude) <= 90) {
		return 0, false
	}
	return fromPoint(point{latitude * degree, longitude * degree}, level)
}

func fromPoint(p point, level int) (Cell, bool) {
	v := [3]float64{math.Cos(p.lng) * math.Cos(p.lat), math.Sin(p.lng) * math.Cos(p.lat), math.Sin(p.lat)}
	face, least := 0, 5.0
	for f, c := range faceVector {
		d := (c[0]-v[0])*(c[0]-v[0]) + (c[1]-v[1])*(c[1]-v[1]) + (c[2]-v[2])*(c[2]-v[2])
		if d < least {
			face, least = f, d
		}
	}
	x, y := 0.0, 0.0
	if r := math.Acos(1 - least/2); r >= tiny {
		theta := positive(faceAxis[face] - positive(azimuth(faceCenter[face], p)))
		if odd(level) {
			theta = positive(theta - turn7)
		}
		r = math.Tan(r) / unitLength
		for range level {
			r *= sqrt7
		}
		x, y = r*math.Cos(theta), r*math.Sin(theta)
	}
	return fromFace(faceIJK{face, placeOf(x, y)}, level)
}

func azimuth(a, b point) float64 {
	return math.Atan2(math.Cos(b.lat)*math.Sin(b.lng-a.lng),
		math.Cos(a.lat)*math.Sin(b.lat)-math.Sin(a.lat)*math.Cos(b.lat)*math.Cos(b.lng-a.lng))
}

// fromFace names the cell at a place of a face.
func fromFace(f faceIJK, level int) (Cell, bool) {
	c := newCell(level, 0)
	for l := level; l > 0; l-- {
		last := f.at
		var middle ijk
		if odd(l) {
			f.at = f.at.up7()
			middle = f.at.down7()
		} else {
			f.at = f.at.up7right()
			middle = f.at.down7right()
		}
		c = c.withDigit(l, last.minus(middle).digit())
	}
	if max(f.at.i, f.at.j, f.at.k) > 2 {
		return 0, false
	}
	home := faceCells[f.face][9*f.at.i+3*f.at.j+f.at.k]
	c = c.withBase(home.cell)
	clockwise, pentagon := pentagons[home.cell]
	if pentagon && c.leading() == kAxis {
		if clockwise[0] == f.face || clockwise[1] == f.face {
			c = c.turned(&turnedRight)
		} else {
			c = c.turned(&turnedLeft)
		}
	}
	for range home.turns {
		if pentagon {
			c = c.turnedPentagon()
		} else {
			c = c.turned(&turnedLeft)
		}
	}
	return c, true
}

// onFace finds the face and the place of a cell.
func (c Cell) onFace() faceIJK {
	_, pentagon := pentagons[c.base()]
	if pentagon && c.leading() == ikAxis {
		c = c.turned(&turnedRight)
	}
	f := baseCellHome[c.base()]
	level := c.Level()
	atHome := !pentagon && (level == 0 || f.at == ijk{})
	for l := 1; l <= level; l++ {
		if odd(l) {
			f.at = f.at.down7()
		} else {
			f.at = f.at.down7right()
		}
		f.at = f.at.neighbor(c.digit(l))
	}
	if atHome {
		return f
	}
	plain := f.at
	if odd(level) {
		f.at = f.at.down7right()
		level++
	}
	if f.onto(level, pentagon && c.leading() == iAxis, false) != within {
		for pentagon && f.onto(level, false, false) != within {
		}
		if level != c.Level() {
			f.at = f.at.up7right()
		}
	} else {
		f.at = plain
	}
	return f
}

// onGlobe projects a point of a face's plane; fine means the grid of corners.
func onGlobe(x, y float64, face, level int, fine bool) point {
	r := math.Sqrt(x*x + y*y)
	if r < tiny {
		return faceCenter[face]
	}
	theta := math.Atan2(y, x)
	for range level {
		r /= sqrt7
	}
	if fine {
		if r /= 3; odd(level) {
			r /= sqrt7
		}
	}
	r = math.Atan(r * unitLength)
	if !fine && odd(level) {
		theta = positive(theta + turn7)
	}
	return travel(faceCenter[face], positive(faceAxis[face]-theta), r)
}

// travel is the point in a direction and at a distance from another.
func travel(p point, az, distance float64) point {
	if distance < tiny {
		return p
	}
	var q point
	az = positive(az)
	straight := az < tiny || math.Abs(az-math.Pi) < tiny
	switch {
	case az < tiny:
		q.lat = p.lat + distance
	case straight:
		q.lat = p.lat - distance
	default:
		s := math.Sin(p.lat)*math.Cos(distance) + math.Cos(p.lat)*math.Sin(distance)*math.Cos(az)
		q.lat = math.Asin(clamp(s))
	}
	switch {
	case math.Abs(q.lat-math.Pi/2) < tiny:
		return point{math.Pi / 2, 0}
	case math.Abs(q.lat+math.Pi/2) < tiny:
		return point{-math.Pi / 2, 0}
	case straight:
		q.lng = constrained(p.lng)
	default:
		s := math.Sin(az) * math.Sin(distance) / math.Cos(q.lat)
		c := (math.Cos(distance) - math.Sin(p.lat)*math.Sin(q.lat)) / math.Cos(p.lat) / math.Cos(q.lat)
		q.lng = constrained(p.lng + math.Atan2(clamp(s), clamp(c)))
	}
	return q
}

func clamp(x float64) float64 { return max(-1, min(1, x)) }

func constrained(lng float64) float64 {
	for lng > math.Pi {
		lng -= 2 * math.Pi
	}
	for lng < -math.Pi {
		lng += 2 * math.Pi
	}
	return lng
}

func (c Cell) middle() point {
	f := c.onFace()
	x, y := f.at.flat()
	return onGlobe(x, y, f.face, c.Level(), false)
}

// Center gives the longitude and latitude of the cell's centre, in degrees.
func (c Cell) Center() (longitude, latitude float64) {
	p := c.middle()
	return p.lng / degree, p.lat / degree
}
