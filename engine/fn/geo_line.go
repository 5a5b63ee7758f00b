// Lines on the sphere: points on them, their middle, and more points along them.

package fn

import (
	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

var lineFamily = []scalar{
	simple("geo_distance_point_to_line", value.Real, pointAndShape(2, linesOf, func(p s2.Point, lines []s2.Polyline) (float64, error) {
		distance, _ := nearestOnLines(p, lines)
		return distance.Radians() * earthRadius, nil
	}), value.Real, value.Real, value.Dynamic),
	simple("geo_closest_point_on_line", value.Dynamic, pointAndShape(2, linesOf, func(p s2.Point, lines []s2.Polyline) (value.Dyn, error) {
		_, nearest := nearestOnLines(p, lines)
		return pointShape(nearest), nil
	}), value.Real, value.Real, value.Dynamic),
	simple("geo_line_centroid", value.Dynamic, fallible(value.Dynamic, lineCentroid), value.Dynamic),
	simple("geo_line_interpolate_point", value.Dynamic, lineInterpolateBody, value.Dynamic, value.Real),
	simple("geo_line_locate_point", value.Real, lineLocateBody, value.Dynamic, value.Real, value.Real),
	optional("geo_line_densify", 1, value.Dynamic, densifyBody("geo_line_densify", densifyLines), value.Dynamic, value.Real, asIs),
	optional("geo_line_simplify", 1, value.Dynamic, simplifyBody("geo_line_simplify", lineCorners), value.Dynamic, value.Real),
}

// pointAndShape adapts a function of a point and a shape; null when either is none. The shape is the argument at; it is read
// once when it is the same for all rows.
func pointAndShape[S any, R cell](at int, read func(value.Dyn) (S, bool, error), f func(s2.Point, S) (R, error)) body {
	return func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out, nulls := make([]R, n), eitherNull(n, a...)
		lonAt := (at + 1) % 3
		var shape S
		valid := false
		for i := range out {
			if err := c.done(); err != nil {
				return nil, err
			}
			lon, lat := a[lonAt].Reals[i&a[lonAt].Mask()], a[lonAt+1].Reals[i&a[lonAt+1].Mask()]
			if nulls.Has(i) || !onEarth(lon, lat) {
				nulls = nulls.Set(i, n)
				continue
			}
			var err error
			if !a[at].Const || !valid {
				if shape, valid, err = read(value.DynAt(a[at], i)); err != nil {
					return nil, err
				}
			}
			if !valid {
				nulls = nulls.Set(i, n)
				continue
			}
			if out[i], err = f(pointOf(lon, lat), shape); err != nil {
				return nil, err
			}
		}
		return vectorOf(valueKindOf[R](), out, nulls), nil
	}
}

// valueKindOf is the kind of the results of geographic functions that are stored so.
func valueKindOf[R cell]() value.Kind {
	var none R
	switch any(none).(type) {
	case bool:
		return value.Bool
	case float64:
		return value.Real
	}
	return value.Dynamic
}

// nearestOnLines finds the point of the lines that is nearest to p, and how far it is.
func nearestOnLines(p s2.Point, lines []s2.Polyline) (s1.Angle, s2.Point) {
	least, nearest := s1.InfAngle(), s2.Point{}
	for _, line := range lines {
		at, _ := line.Project(p)
		if d := at.Distance(p); d < least {
			least, nearest = d, at
		}
	}
	return least, nearest
}

func lineCentroid(d value.Dyn) (value.Dyn, bool, error) {
	lines, ok, err := linesOf(d)
	if !ok || err != nil {
		return value.Dyn{}, false, err
	}
	var sum s2.Point
	for _, line := range lines {
		sum = s2.Point{Vector: sum.Add(line.Centroid().Vector)}
	}
	if sum.Norm() < 1e-12 {
		return value.Dyn{}, false, &NotBuilt{Name: "geo_line_centroid", Detail: "a line around the globe"}
	}
	return pointShape(s2.Point{Vector: sum.Normalize()}), true, nil
}

// singleLine reads a LineString; of a MultiLineString the real engine's answer isn't known.
func singleLine(name string, d value.Dyn) (s2.Polyline, bool, error) {
	lines, ok, err := linesOf(d)
	if !ok || err != nil {
		return nil, false, err
	}
	if d.Lookup("type").Str() != "LineString" {
		return nil, false, &NotBuilt{Name: name, Detail: "a MultiLineString"}
	}
	return lines[0], true, nil
}

func lineInterpolateBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "geo_line_interpolate_point"
	out, nulls := make([]value.Dyn, n), eitherNull(n, a...)
	for i := range out {
		if nulls.Has(i) {
			continue
		}
		line, ok, err := singleLine(name, value.DynAt(a[0], i))
		if err != nil {
			return nil, err
		}
		fraction := a[1].Reals[i&a[1].Mask()]
		if !ok {
			nulls = nulls.Set(i, n)
			continue
		}
		if !(fraction >= 0 && fraction <= 1) {
			return nil, &NotBuilt{Name: name, Detail: "a fraction that isn't between 0 and 1"}
		}
		p, _ := line.Interpolate(fraction)
		out[i] = pointShape(p)
	}
	return vectorOf(value.Dynamic, out, nulls), nil
}

var lineLocateBody = pointAndShape(0, func(d value.Dyn) (s2.Polyline, bool, error) {
	return singleLine("geo_line_locate_point", d)
}, func(p s2.Point, line s2.Polyline) (float64, error) {
	nearest, next := line.Project(p)
	return line.Uninterpolate(nearest, next), nil
})

// simplifyBody gives null for what is no shape and for shapes that shrink to a point: those whose corners all lie within the
// tolerance of each other. What else remains of a shape isn't built.
func simplifyBody(name string, corners func(value.Dyn) ([]s2.Point, bool, error)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			tolerance, ok := realOr(a, 1, i, 10)
			points, fine, err := corners(value.DynAt(a[0], i))
			if err != nil {
				return nil, err
			}
			if fine && ok && tolerance >= 0 && !allWithin(points, tolerance/earthRadius) {
				return nil, &NotBuilt{Name: name, Detail: "the simplification of a shape"}
			}
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}
}

// allWithin tells whether all points lie clearly within a distance of each other; of many points it doesn't ask.
func allWithin(points []s2.Point, distance float64) bool {
	if len(points) > 100 {
		return false
	}
	for i, p := range points {
		for _, q := range points[:i] {
			if p.Distance(q).Radians() > 0.99*distance {
				return false
			}
		}
	}
	return true
}

func lineCorners(d value.Dyn) ([]s2.Point, bool, error) {
	lines, ok, err := linesOf(d)
	var out []s2.Point
	for _, line := range lines {
		out = append(out, line...)
	}
	return out, ok, err
}
