// Surroundings: all that lies within a distance of a point, of a line with two ends, or of a convex polygon, as a polygon whose
// border keeps within a tolerance. The corners are those of the S2 library's buffer operation; other shapes would need the
// pieces where their surroundings overlap cut away, and are refused.

package fn

import (
	"math"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

var bufferFamily = []scalar{
	optional("geo_point_buffer", 3, value.Dynamic, pointBufferBody, value.Real, value.Real, value.Real, value.Real),
	optional("geo_line_buffer", 2, value.Dynamic, bufferBody("geo_line_buffer", linesOf, lineBuffer), value.Dynamic, value.Real, value.Real),
	optional("geo_polygon_buffer", 2, value.Dynamic, bufferBody("geo_polygon_buffer", polygonsOf, polygonBuffer), value.Dynamic, value.Real, value.Real),
}

// offsetter walks around a shape at a distance; step is the angle between corners of an arc.
type offsetter struct {
	radius, tolerance, step float64
	ring                    []s2.Point
	unsure                  bool // an arc ends so near to a step that it may have one corner more or less
}

// newOffsetter takes metres; false when the tolerance doesn't fit the radius.
func newOffsetter(radius, tolerance float64) (*offsetter, bool) {
	const farthest = 1e6
	if !(radius <= farthest && tolerance >= radius*1e-6 && tolerance < radius) {
		return nil, false
	}
	o := &offsetter{radius: radius / earthRadius, tolerance: tolerance / earthRadius}
	o.step = min(2*math.Acos(math.Tan(o.radius-o.tolerance)/math.Tan(o.radius)), 2*math.Pi/3+1e-15)
	return o, true
}

func (o *offsetter) add(from, direction s2.Point) {
	o.ring = append(o.ring, onRay(from, direction, o.radius))
}

// onRay is the point at a distance in a direction, which is a right angle away.
func onRay(from, direction s2.Point, distance float64) s2.Point {
	return s2.Point{Vector: from.Mul(cosine(distance)).Add(direction.Mul(sine(distance))).Normalize()}
}

// outward is the direction to the right of the side from a to b.
func outward(a, b s2.Point) s2.Point { return s2.Point{Vector: b.PointCross(a).Normalize()} }

// arc goes around a corner, counter-clockwise, from one direction to just before another.
func (o *offsetter) arc(corner, from, to s2.Point) {
	across := s2.Point{Vector: corner.Cross(from.Vector).Normalize()}
	span := from.Distance(to).Radians()
	for angle := 0.0; ; {
		o.add(corner, onRay(from, across, angle))
		if angle += o.step; math.Abs(angle-span) < 1e-12 {
			o.unsure = true
		}
		if angle >= span {
			return
		}
	}
}

// side goes along a side. Long ones would need corners of their own.
func (o *offsetter) side(a, b s2.Point) {
	longest := math.Acos(math.Tan(o.radius) / math.Tan(o.radius+o.tolerance))
	o.unsure = o.unsure || a.Distance(b).Radians() > longest
	o.add(a, outward(a, b))
}

// circle goes around a point: as many equal steps as it takes.
func (o *offsetter) circle(p s2.Point) {
	n := math.Ceil(2 * math.Pi / o.step)
	start := s2.Point{Vector: ortho(p)}
	across := s2.Point{Vector: p.Cross(start.Vector).Normalize()}
	for i := 0.0; i < n; i++ {
		angle := 2 * math.Pi * i / n
		o.add(p, s2.Point{Vector: start.Mul(cosine(angle)).Add(across.Mul(sine(angle)))})
	}
}

// bufferArguments reads radius and tolerance of row i, which start at argument at; false gives null.
func bufferArguments(name string, a []*value.Vector, at, i int) (*offsetter, bool, error) {
	radius, ok := realOr(a, at, i, 0)
	tolerance, okTolerance := realOr(a, at+1, i, 10)
	if !ok || radius == 0 || radius < 0 && name != "geo_polygon_buffer" {
		return nil, false, nil
	}
	o, fits := newOffsetter(radius, tolerance)
	if !fits || !okTolerance || radius < 0 {
		return nil, false, &NotBuilt{Name: name, Detail: "this radius with this tolerance"}
	}
	return o, true, nil
}

func pointBufferBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "geo_point_buffer"
	out := make([]value.Dyn, n)
	for i := range out {
		lon, lat := a[0].Reals[i&a[0].Mask()], a[1].Reals[i&a[1].Mask()]
		if a[0].IsNull(i) || a[1].IsNull(i) || !onEarth(lon, lat) {
			continue
		}
		o, ok, err := bufferArguments(name, a, 2, i)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		o.circle(pointOf(lon, lat))
		if out[i], err = polygonsShape([][]s2.Point{o.ring}); err != nil {
			return nil, err
		}
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// bufferBody adapts a walk around a shape; null for what is none.
func bufferBody[S any](name string, read func(value.Dyn) (S, bool, error), walk func(*offsetter, S) bool) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			shape, ok, err := read(value.DynAt(a[0], i))
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			o, ok, err := bufferArguments(name, a, 1, i)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			if !walk(o, shape) || o.unsure {
				return nil, &NotBuilt{Name: name, Detail: "the surroundings of a shape that bends inwards, has parts or is long"}
			}
			if out[i], err = polygonsShape([][]s2.Point{o.ring}); err != nil {
				return nil, err
			}
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}
}

// lineBuffer goes around a line of one side; false for others.
func lineBuffer(o *offsetter, lines []s2.Polyline) bool {
	if len(lines) != 1 || len(lines[0]) != 2 || lines[0][0] == lines[0][1] {
		return false
	}
	a, b := lines[0][0], lines[0][1]
	o.arc(a, outward(b, a), outward(a, b))
	o.side(a, b)
	o.arc(b, outward(a, b), outward(b, a))
	o.side(b, a)
	return true
}

// polygonBuffer goes around a polygon without holes that bends nowhere inwards; false for others.
func polygonBuffer(o *offsetter, polygons []*s2.Polygon) bool {
	if len(polygons) != 1 || polygons[0].NumLoops() != 1 {
		return false
	}
	ring := polygons[0].Loop(0).Vertices()
	n := len(ring)
	for i, a := range ring {
		b, c := ring[(i+1)%n], ring[(i+2)%n]
		if s2.RobustSign(a, b, c) != s2.CounterClockwise {
			return false
		}
		o.side(a, b)
		o.arc(b, outward(a, b), outward(b, c))
	}
	return true
}

// ortho is a direction at right angles to p, chosen as the S2 library does in C++.
func ortho(p s2.Point) r3.Vector {
	v := r3.Vector{X: 0.012, Y: 0.0053, Z: 0.00457}
	switch p.LargestComponent() {
	case r3.XAxis:
		v.Z = 1
	case r3.YAxis:
		v.X = 1
	default:
		v.Y = 1
	}
	return p.Cross(v).Normalize()
}
