// GeoJSON shapes on the sphere: reading them as lines and polygons of the S2 library, and writing them.

package fn

import (
	"math"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

// errWrapped refuses longitudes beyond 180°, and shapes that come out across it.
var errWrapped = &NotBuilt{Name: "geo_*", Detail: "a shape at or beyond 180° of longitude"}

// position reads a longitude and a latitude in degrees; false when they are none.
func position(d value.Dyn) (lon, lat float64, ok bool, err error) {
	if !isArray(d) || d.Len() < 2 {
		return 0, 0, false, nil
	}
	lon, okLon := dynReal(d.Index(0))
	lat, okLat := dynReal(d.Index(1))
	if ok = okLon && okLat && math.Abs(lat) <= 90 && math.Abs(lon) <= 1e9; ok && math.Abs(lon) > 180 {
		err = errWrapped
	}
	return lon, lat, ok, err
}

// pointOf and degreesOf convert as the S2 library does, with sines and arctangents to the last digit.
func pointOf(lon, lat float64) s2.Point {
	v := unit3(lon, lat)
	return s2.Point{Vector: r3.Vector{X: v[0], Y: v[1], Z: v[2]}}
}

func degreesOf(p s2.Point) []value.Dyn {
	const degree = 180 / math.Pi
	x, y, z := p.X+0, p.Y+0, p.Z+0 // no -0
	return lonLat(degree*arctangent2(y, x), degree*arctangent2(z, math.Sqrt(x*x+y*y)))
}

func pointShape(p s2.Point) value.Dyn { return geometry("Point", value.NewArray(degreesOf(p))) }

// positions reads a list of positions; false when one of them is none.
func positions(d value.Dyn) ([]s2.Point, bool, error) {
	if !isArray(d) {
		return nil, false, nil
	}
	points := make([]s2.Point, d.Len())
	for i, item := range d.Items() {
		lon, lat, ok, err := position(item)
		if !ok || err != nil {
			return nil, false, err
		}
		points[i] = pointOf(lon, lat)
	}
	return points, true, nil
}

// linesOf reads a LineString or a MultiLineString; false where it is none.
func linesOf(d value.Dyn) ([]s2.Polyline, bool, error) {
	parts, ok := partsOfShape(d, "LineString")
	if !ok {
		return nil, false, nil
	}
	lines := make([]s2.Polyline, len(parts))
	for i, part := range parts {
		points, ok, err := positions(part)
		if !ok || len(points) < 2 || err != nil {
			return nil, false, err
		}
		lines[i] = points
		if lines[i].Validate() != nil {
			return nil, false, nil
		}
	}
	return lines, len(lines) > 0, nil
}

// partsOfShape gives the coordinates of a shape of a kind, or of its Multi kind part by part.
func partsOfShape(d value.Dyn, kind string) ([]value.Dyn, bool) {
	coordinates := d.Lookup("coordinates")
	switch d.Lookup("type").Str() {
	case kind:
		return []value.Dyn{coordinates}, isArray(coordinates)
	case "Multi" + kind:
		return coordinates.Items(), isArray(coordinates)
	}
	return nil, false
}

// polygonsOf reads a Polygon or a MultiPolygon; false where it is none or isn't valid.
func polygonsOf(d value.Dyn) ([]*s2.Polygon, bool, error) {
	parts, ok := partsOfShape(d, "Polygon")
	if !ok || len(parts) == 0 {
		return nil, false, nil
	}
	out := make([]*s2.Polygon, len(parts))
	for i, part := range parts {
		var err error
		if out[i], ok, err = polygonOf(part); !ok || err != nil {
			return nil, false, err
		}
	}
	return out, true, nil
}

// polygonOf reads one polygon: an outer ring and holes. Rings may turn either way; the smaller side is the inside.
func polygonOf(rings value.Dyn) (*s2.Polygon, bool, error) {
	if !isArray(rings) || rings.Len() == 0 {
		return nil, false, nil
	}
	var loops []*s2.Loop
	for _, ring := range rings.Items() {
		points, ok, err := positions(ring)
		if err != nil || !ok || len(points) < 4 || points[0] != points[len(points)-1] || !simpleRing(points[:len(points)-1]) {
			return nil, false, err
		}
		loop := s2.LoopFromPoints(points[:len(points)-1])
		loop.Normalize()
		loops = append(loops, loop)
	}
	if !validHoles(loops) {
		return nil, false, nil
	}
	p := s2.PolygonFromLoops(loops)
	return p, p.Validate() == nil, nil
}

// simpleRing tells whether no vertex is there twice and no sides cross.
func simpleRing(points []s2.Point) bool {
	seen := make(map[s2.Point]bool, len(points))
	for _, p := range points {
		if seen[p] || seen[s2.Point{Vector: p.Mul(-1)}] {
			return false
		}
		seen[p] = true
	}
	loop := s2.LoopFromPoints(points)
	index := s2.NewShapeIndex()
	index.Add(loop)
	query := s2.NewCrossingEdgeQuery(index)
	for i := range points {
		if len(query.Crossings(points[i], points[(i+1)%len(points)], loop, s2.CrossingTypeInterior)) > 0 {
			return false
		}
	}
	return true
}

// validHoles tells whether all loops but the first lie in the first and apart from each other, their sides crossing none.
func validHoles(loops []*s2.Loop) bool {
	for i, hole := range loops[1:] {
		if !loops[0].Contains(hole) {
			return false
		}
		for _, other := range loops[1 : 1+i] {
			if hole.Intersects(other) {
				return false
			}
		}
	}
	return true
}

// coordinatesOf writes points as positions. What leads across 180° is refused: the real engine cuts it there.
func coordinatesOf(points []s2.Point) (value.Dyn, error) {
	items := make([]value.Dyn, len(points))
	last := 0.0
	for i, p := range points {
		pair := degreesOf(p)
		if i > 0 && math.Abs(pair[0].Real()-last) > 180 {
			return value.Dyn{}, errWrapped
		}
		last = pair[0].Real()
		items[i] = value.NewArray(pair)
	}
	return value.NewArray(items), nil
}

// linesShape writes one line as a LineString, several as a MultiLineString.
func linesShape(lines [][]s2.Point) (value.Dyn, error) {
	return listShape("LineString", lines, func(line value.Dyn) value.Dyn { return line })
}

// polygonsShape writes polygons of outer rings alone: one as a Polygon, several as a MultiPolygon.
func polygonsShape(rings [][]s2.Point) (value.Dyn, error) {
	closed := make([][]s2.Point, len(rings))
	for i, ring := range rings {
		closed[i] = append(append([]s2.Point(nil), ring...), ring[0])
	}
	return listShape("Polygon", closed, func(ring value.Dyn) value.Dyn { return value.NewArray([]value.Dyn{ring}) })
}

func listShape(kind string, lists [][]s2.Point, part func(value.Dyn) value.Dyn) (value.Dyn, error) {
	items := make([]value.Dyn, len(lists))
	for i, list := range lists {
		coordinates, err := coordinatesOf(list)
		if err != nil {
			return value.Dyn{}, err
		}
		items[i] = part(coordinates)
	}
	if len(items) == 1 {
		return geometry(kind, items[0]), nil
	}
	return geometry("Multi"+kind, value.NewArray(items)), nil
}

func emptyCollection() value.Dyn {
	return value.NewBag([]string{"type", "geometries"}, []value.Dyn{value.DynOfString("GeometryCollection"), value.NewArray(nil)})
}

// realOr gives row i of an optional argument; false when it is null.
func realOr(a []*value.Vector, at, i int, unless float64) (float64, bool) {
	if len(a) <= at {
		return unless, true
	}
	x := a[at].Reals[i&a[at].Mask()]
	return x, !a[at].IsNull(i) && !math.IsNaN(x)
}
