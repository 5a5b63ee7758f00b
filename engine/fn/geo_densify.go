// Densifying: the straight sides of the map of longitudes and latitudes, as chains of sides on the sphere that keep within a
// tolerance of them.

package fn

import (
	"math"
	"slices"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

// mapPoint is a place on the map, in degrees.
type mapPoint struct{ lon, lat float64 }

func (p mapPoint) point() s2.Point { return pointOf(p.lon, p.lat) }

func (p mapPoint) toward(q mapPoint, t float64) mapPoint {
	return mapPoint{(1-t)*p.lon + t*q.lon, (1-t)*p.lat + t*q.lat}
}

// densifyBody adapts densifyLines and densifyPolygon: shape, tolerance in metres.
func densifyBody(name string, f func(value.Dyn, s1.ChordAngle) (value.Dyn, bool, error)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			tolerance, ok := realOr(a, 1, i, 10)
			if len(a) > 2 {
				return nil, &NotBuilt{Name: name, Detail: "preserve_crossing"}
			}
			if !ok || tolerance > 10000 || tolerance > 0 && tolerance < 0.1 {
				return nil, &NotBuilt{Name: name, Detail: "a tolerance that isn't between 0.1 and 10000"}
			}
			if tolerance <= 0 || isNull(a[0], i) {
				continue
			}
			// The S2 library's factor between the error at two points and the largest.
			const scale = 0.83829992569888509
			shape, ok, err := f(value.DynAt(a[0], i), s1.ChordAngleFromAngle(s1.Angle(scale*tolerance/earthRadius)))
			if err != nil {
				return nil, err
			}
			if ok {
				out[i] = shape
			}
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}
}

// onMap reads positions that are known to be valid.
func onMap(list value.Dyn) []mapPoint {
	var out []mapPoint
	for _, item := range list.Items() {
		lon, lat, _, _ := position(item)
		out = append(out, mapPoint{lon, lat})
	}
	return out
}

// denser gives the points of a chain; a side longer than half the map, or at its edge, is refused.
func denser(places []mapPoint, tolerance s1.ChordAngle) ([]s2.Point, error) {
	out := []s2.Point{places[0].point()}
	for i, to := range places[1:] {
		from := places[i]
		if math.Abs(from.lon-to.lon) > 180 || math.Abs(from.lon) == 180 || math.Abs(to.lon) == 180 {
			return nil, errWrapped
		}
		out = appendDenser(out, from, to, from.point(), to.point(), tolerance)
	}
	return out, nil
}

// appendDenser halves a side of the map until the side on the sphere is near enough.
func appendDenser(out []s2.Point, from, to mapPoint, a, b s2.Point, tolerance s1.ChordAngle) []s2.Point {
	if mapError(from, to, a, b) <= tolerance {
		return append(out, b)
	}
	middle := from.toward(to, 0.5)
	m := middle.point()
	out = appendDenser(out, from, middle, a, m, tolerance)
	return appendDenser(out, middle, to, m, b, tolerance)
}

// mapError tells how far the two sides are apart, at two points along them.
func mapError(from, to mapPoint, a, b s2.Point) s1.ChordAngle {
	if a.Dot(b.Vector) < -1e-14 {
		return s1.InfChordAngle()
	}
	const t = 0.31215691082248312
	return max(s2.ChordAngleBetweenPoints(s2.Interpolate(t, a, b), from.toward(to, t).point()),
		s2.ChordAngleBetweenPoints(s2.Interpolate(1-t, a, b), from.toward(to, 1-t).point()))
}

func densifyLines(d value.Dyn, tolerance s1.ChordAngle) (value.Dyn, bool, error) {
	if _, ok, err := linesOf(d); !ok || err != nil {
		return value.Dyn{}, false, err
	}
	parts, _ := partsOfShape(d, "LineString")
	out := make([][]s2.Point, len(parts))
	for i, part := range parts {
		var err error
		if out[i], err = denser(onMap(part), tolerance); err != nil {
			return value.Dyn{}, false, err
		}
	}
	shape, err := linesShape(out)
	return shape, true, err
}

func densifyPolygon(d value.Dyn, tolerance s1.ChordAngle) (value.Dyn, bool, error) {
	polygons, ok, err := polygonsOf(d)
	if !ok || err != nil {
		return value.Dyn{}, false, err
	}
	parts, _ := partsOfShape(d, "Polygon")
	rings := make([][]s2.Point, len(parts))
	for i, part := range parts {
		places := onMap(part.Index(0))
		turned := places[1].point() != polygons[i].Loop(0).Vertex(1)
		if turned {
			slices.Reverse(places)
			places = append(places[1:], places[1])
		}
		closed, err := denser(places, tolerance)
		if err != nil {
			return value.Dyn{}, false, err
		}
		last := len(places) - 2
		if part.Len() != 1 || turned && closed[len(closed)-2] != places[last].point() {
			return value.Dyn{}, false, &NotBuilt{Name: "geo_polygon_densify", Detail: "a polygon with holes, or clockwise with a long last side"}
		}
		rings[i] = closed[:len(closed)-1]
	}
	shape, err := polygonsShape(rings)
	return shape, true, err
}
