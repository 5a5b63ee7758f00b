// Polygons on the sphere: what lies in them, how large they are, which cells cover them.

package fn

import (
	"math"

	"github.com/golang/geo/s1"
	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

var polygonFamily = []scalar{
	simple("geo_point_in_polygon", value.Bool, pointAndShape(2, polygonsOf, func(p s2.Point, polygons []*s2.Polygon) (bool, error) {
		return inPolygons(p, polygons), nil
	}), value.Real, value.Real, value.Dynamic),
	simple("geo_distance_point_to_polygon", value.Real, pointAndShape(2, polygonsOf, func(p s2.Point, polygons []*s2.Polygon) (float64, error) {
		if inPolygons(p, polygons) {
			return 0, nil
		}
		distance, _ := nearestOnBorder(p, polygons)
		return distance.Radians() * earthRadius, nil
	}), value.Real, value.Real, value.Dynamic),
	simple("geo_closest_point_on_polygon", value.Dynamic, pointAndShape(2, polygonsOf, func(p s2.Point, polygons []*s2.Polygon) (value.Dyn, error) {
		if inPolygons(p, polygons) {
			return value.Dyn{}, &NotBuilt{Name: "geo_closest_point_on_polygon", Detail: "a point inside of the polygon"}
		}
		_, nearest := nearestOnBorder(p, polygons)
		return pointShape(nearest), nil
	}), value.Real, value.Real, value.Dynamic),
	simple("geo_polygon_area", value.Real, fallible(value.Real, func(d value.Dyn) (float64, bool, error) {
		whole, ok, err := joinedPolygon("geo_polygon_area", d)
		if !ok || err != nil {
			return 0, false, err
		}
		return whole.Area() * earthRadius * earthRadius, true, nil
	}), value.Dynamic),
	simple("geo_polygon_perimeter", value.Real, fallible(value.Real, polygonPerimeter), value.Dynamic),
	simple("geo_polygon_centroid", value.Dynamic, fallible(value.Dynamic, func(d value.Dyn) (value.Dyn, bool, error) {
		whole, ok, err := joinedPolygon("geo_polygon_centroid", d)
		if !ok || err != nil {
			return value.Dyn{}, false, err
		}
		return pointShape(s2.Point{Vector: whole.Centroid().Normalize()}), true, nil
	}), value.Dynamic),
	optional("geo_polygon_densify", 1, value.Dynamic, densifyBody("geo_polygon_densify", densifyPolygon), value.Dynamic, value.Real, asIs),
	optional("geo_polygon_simplify", 1, value.Dynamic, simplifyBody("geo_polygon_simplify", polygonCorners), value.Dynamic, value.Real),
	orderless(optional("geo_polygon_to_s2cells", 1, value.Dynamic, coverBody("geo_polygon_to_s2cells", polygonRegion), value.Dynamic, value.Long, asIs)),
	orderless(optional("geo_line_to_s2cells", 1, value.Dynamic, coverBody("geo_line_to_s2cells", lineRegion), value.Dynamic, value.Long, asIs)),
}

func polygonCorners(d value.Dyn) ([]s2.Point, bool, error) {
	polygons, ok, err := polygonsOf(d)
	var out []s2.Point
	for _, p := range polygons {
		for _, loop := range p.Loops() {
			out = append(out, loop.Vertices()...)
		}
	}
	return out, ok, err
}

func inPolygons(p s2.Point, polygons []*s2.Polygon) bool {
	for _, polygon := range polygons {
		if polygon.ContainsPoint(p) {
			return true
		}
	}
	return false
}

// nearestOnBorder finds the point of the borders that is nearest to p, and how far it is.
func nearestOnBorder(p s2.Point, polygons []*s2.Polygon) (s1.Angle, s2.Point) {
	least, nearest := s1.InfAngle(), s2.Point{}
	for _, polygon := range polygons {
		for e := range polygon.NumEdges() {
			edge := polygon.Edge(e)
			at := s2.Project(p, edge.V0, edge.V1)
			if d := at.Distance(p); d < least {
				least, nearest = d, at
			}
		}
	}
	return least, nearest
}

// joinedPolygon reads a polygon; parts that overlap are joined.
func joinedPolygon(name string, d value.Dyn) (*s2.Polygon, bool, error) {
	polygons, ok, err := polygonsOf(d)
	if !ok || err != nil {
		return nil, false, err
	}
	if len(polygons) == 1 {
		return polygons[0], true, nil
	}
	regions := make([]region, len(polygons))
	for i, p := range polygons {
		regions[i] = regionOf(p)
	}
	whole, err := unionOf(name, regions)
	if err != nil {
		return nil, false, err
	}
	return whole.polygon(), true, nil
}

func polygonPerimeter(d value.Dyn) (float64, bool, error) {
	whole, ok, err := joinedPolygon("geo_polygon_perimeter", d)
	if !ok || err != nil {
		return 0, false, err
	}
	total := 0.0
	for e := range whole.NumEdges() {
		edge := whole.Edge(e)
		total += edge.V0.Distance(edge.V1).Radians()
	}
	return total * earthRadius, true, nil
}

// coverRegion is a region to cover with cells: its area and the length of its border on the unit sphere.
type coverRegion struct {
	s2.Region
	area, border float64
}

// cells tells how many cells of a level it takes at least, and about.
func (r coverRegion) cells(level int) (least, about float64) {
	inside, along := r.area/s2.MaxAreaMetric.Value(level), r.border/s2.AvgEdgeMetric.Value(level)
	return max(inside, along/16), r.area/s2.AvgAreaMetric.Value(level) + along
}

func polygonRegion(d value.Dyn) ([]coverRegion, bool, error) {
	polygons, ok, err := polygonsOf(d)
	var out []coverRegion
	for _, p := range polygons {
		border := 0.0
		for e := range p.NumEdges() {
			edge := p.Edge(e)
			border += edge.V0.Distance(edge.V1).Radians()
		}
		out = append(out, coverRegion{p, p.Area(), border})
	}
	return out, ok, err
}

func lineRegion(d value.Dyn) ([]coverRegion, bool, error) {
	lines, ok, err := linesOf(d)
	var out []coverRegion
	for _, line := range lines {
		out = append(out, coverRegion{&line, 0, line.Length().Radians()})
	}
	return out, ok, err
}

// orderless marks what a function makes as arrays whose order isn't known: no recorded answer shows in which order the engine lists
// the cells of a cover.
func orderless(row scalar) scalar {
	build := row.build
	row.build = func(name string, args []Arg) (*Overload, error) {
		over, err := build(name, args)
		if err == nil {
			over.Orderless = true
		}
		return over, err
	}
	return row
}

// coverBody covers a shape with the S2 cells of one level. More than 65,536 of them give null.
func coverBody(name string, read func(value.Dyn) ([]coverRegion, bool, error)) body {
	const most = 1 << 16
	return func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			if err := c.done(); err != nil {
				return nil, err
			}
			level := int64(11)
			if len(a) > 1 {
				level = a[1].Ints[i&a[1].Mask()]
			}
			regions, ok, err := read(value.DynAt(a[0], i))
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			if len(a) > 2 || len(a) > 1 && a[1].IsNull(i) || level < 0 || level > s2.MaxLevel {
				return nil, &NotBuilt{Name: name, Detail: "a radius, or a level that is none"}
			}
			least, about := 0.0, 0.0
			for _, r := range regions {
				l, a := r.cells(int(level))
				least, about = max(least, l), about+a
			}
			if least > 2*most {
				continue
			}
			if about > most/2 {
				return nil, &NotBuilt{Name: name, Detail: "so many cells"}
			}
			out[i] = stringArray(coverCells(regions, int(level)))
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}
}

func coverCells(regions []coverRegion, level int) []string {
	var all s2.CellUnion
	coverer := s2.RegionCoverer{MinLevel: level, MaxLevel: level, LevelMod: 1, MaxCells: math.MaxInt32}
	for _, r := range regions {
		all = append(all, coverer.Covering(r.Region)...)
	}
	all.Normalize()
	all.Denormalize(level, 1)
	names := make([]string, len(all))
	for i, id := range all {
		names[i] = id.ToToken()
	}
	return names
}
