// Shapes against shapes: do they meet, and what do they have in common or together?

package fn

import (
	"slices"

	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

var relateFamily = []scalar{
	simple("geo_intersects_2lines", value.Bool, shapePairs(intersectsLines), value.Dynamic, value.Dynamic),
	simple("geo_intersection_2lines", value.Dynamic, shapePairs(intersectionLines), value.Dynamic, value.Dynamic),
	simple("geo_intersects_line_with_polygon", value.Bool, shapePairs(intersectsLinePolygon), value.Dynamic, value.Dynamic),
	simple("geo_intersection_line_with_polygon", value.Dynamic, shapePairs(intersectionLinePolygon), value.Dynamic, value.Dynamic),
	simple("geo_intersects_2polygons", value.Bool, shapePairs(intersectsPolygons), value.Dynamic, value.Dynamic),
	simple("geo_intersection_2polygons", value.Dynamic, shapePairs(intersectionPolygons), value.Dynamic, value.Dynamic),
	simple("geo_union_polygons_array", value.Dynamic, fallible(value.Dynamic, unionPolygons), value.Dynamic),
	simple("geo_union_lines_array", value.Dynamic, fallible(value.Dynamic, unionLines), value.Dynamic),
	optional("geo_simplify_polygons_array", 1, value.Dynamic, simplifyBody("geo_simplify_polygons_array", polygonListCorners), value.Dynamic, value.Real),
}

// shapePairs adapts a function of two shapes; null for what is none.
func shapePairs[R cell](f func(a, b value.Dyn) (R, bool, error)) body {
	return func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]R, n)
		var nulls value.Bitmap
		for i := range out {
			if err := c.done(); err != nil {
				return nil, err
			}
			r, ok, err := f(value.DynAt(a[0], i), value.DynAt(a[1], i))
			if err != nil {
				return nil, err
			}
			if out[i] = r; !ok {
				nulls = nulls.Set(i, n)
			}
		}
		return vectorOf(valueKindOf[R](), out, nulls), nil
	}
}

func lineSides(lines []s2.Polyline) []side {
	var out []side
	for _, line := range lines {
		for i := 1; i < len(line); i++ {
			out = append(out, side{line[i-1], line[i], len(out)})
		}
	}
	return out
}

// crossings finds the points where sides cross. Sides that touch or nearly touch are refused.
func crossings(name string, a, b []side) ([]s2.Point, error) {
	if err := tooMany(name, a, b); err != nil {
		return nil, err
	}
	var out []s2.Point
	o := &overlay{name: name}
	for _, s := range a {
		for _, t := range b {
			if !mayMeet(s, t) {
				continue
			}
			var cuts []s2.Point
			met, err := o.corners(s, t, &cuts, &cuts)
			if err != nil {
				return nil, err
			}
			if met || s.from == t.from || s.from == t.to || s.to == t.from || s.to == t.to {
				return nil, &NotBuilt{Name: name, Detail: "shapes that touch"}
			}
			if s2.CrossingSign(s.from, s.to, t.from, t.to) == s2.Cross {
				out = append(out, s2.Intersection(s.from, s.to, t.from, t.to))
			}
		}
	}
	return out, nil
}

// twoLines reads both shapes as lines.
func twoLines(a, b value.Dyn) (x, y []s2.Polyline, ok bool, err error) {
	x, okX, err := linesOf(a)
	if !okX || err != nil {
		return nil, nil, false, err
	}
	y, okY, err := linesOf(b)
	return x, y, okY, err
}

func intersectsLines(a, b value.Dyn) (bool, bool, error) {
	x, y, ok, err := twoLines(a, b)
	if !ok || err != nil {
		return false, false, err
	}
	points, err := crossings("geo_intersects_2lines", lineSides(x), lineSides(y))
	return len(points) > 0, true, err
}

func intersectionLines(a, b value.Dyn) (value.Dyn, bool, error) {
	const name = "geo_intersection_2lines"
	x, y, ok, err := twoLines(a, b)
	if !ok || err != nil {
		return value.Dyn{}, false, err
	}
	if len(x) == 1 && len(y) == 1 && slices.Equal(x[0], y[0]) && len(x[0]) == 2 {
		shape, err := linesShape([][]s2.Point{x[0]})
		return shape, true, err
	}
	points, err := crossings(name, lineSides(x), lineSides(y))
	switch {
	case err != nil:
		return value.Dyn{}, false, err
	case len(points) == 0:
		return emptyCollection(), true, nil
	case len(points) == 1:
		return pointShape(points[0]), true, nil
	}
	return value.Dyn{}, false, &NotBuilt{Name: name, Detail: "lines that cross more than once"}
}

// lineAndPolygon reads a line and a polygon.
func lineAndPolygon(name string, a, b value.Dyn) (s2.Polyline, *s2.Polygon, bool, error) {
	lines, ok, err := linesOf(a)
	if !ok || err != nil {
		return nil, nil, false, err
	}
	polygon, ok, err := joinedPolygon(name, b)
	if !ok || err != nil {
		return nil, nil, false, err
	}
	if len(lines) != 1 {
		return nil, nil, false, &NotBuilt{Name: name, Detail: "a MultiLineString"}
	}
	return lines[0], polygon, true, nil
}

func intersectsLinePolygon(a, b value.Dyn) (bool, bool, error) {
	const name = "geo_intersects_line_with_polygon"
	line, polygon, ok, err := lineAndPolygon(name, a, b)
	if !ok || err != nil {
		return false, false, err
	}
	points, err := crossings(name, lineSides([]s2.Polyline{line}), regionOf(polygon).sides())
	return len(points) > 0 || polygon.ContainsPoint(line[0]), true, err
}

func intersectionLinePolygon(a, b value.Dyn) (value.Dyn, bool, error) {
	const name = "geo_intersection_line_with_polygon"
	line, polygon, ok, err := lineAndPolygon(name, a, b)
	if !ok || err != nil {
		return value.Dyn{}, false, err
	}
	sides, border := lineSides([]s2.Polyline{line}), regionOf(polygon).sides()
	cuts := make([][]s2.Point, len(sides))
	for i, s := range sides {
		if cuts[i], err = crossings(name, []side{s}, border); err != nil {
			return value.Dyn{}, false, err
		}
	}
	var parts [][]s2.Point
	open := false
	for _, p := range piecesOf(sides, cuts, 0) {
		inside := polygon.ContainsPoint(s2.Point{Vector: p.from.Add(p.to.Vector).Normalize()})
		if inside && !open {
			parts = append(parts, []s2.Point{p.from})
		}
		if open = inside; open {
			parts[len(parts)-1] = append(parts[len(parts)-1], p.to)
		}
	}
	if len(parts) == 0 {
		return emptyCollection(), true, nil
	}
	shape, err := linesShape(parts)
	return shape, true, err
}

// twoPolygons lays one polygon over another.
func twoPolygons(name string, a, b value.Dyn) (*overlay, bool, error) {
	x, ok, err := joinedPolygon(name, a)
	if !ok || err != nil {
		return nil, false, err
	}
	y, ok, err := joinedPolygon(name, b)
	if !ok || err != nil {
		return nil, false, err
	}
	o, err := newOverlay(name, regionOf(x), regionOf(y))
	return o, err == nil, err
}

func intersectsPolygons(a, b value.Dyn) (bool, bool, error) {
	o, ok, err := twoPolygons("geo_intersects_2polygons", a, b)
	if !ok || err != nil {
		return false, false, err
	}
	if len(o.same) > 0 || slices.Contains(o.insideA, true) || slices.Contains(o.insideB, true) {
		return true, true, nil
	}
	return false, true, refuseUnless(!o.touches, o.name, "polygons that only touch")
}

func intersectionPolygons(a, b value.Dyn) (value.Dyn, bool, error) {
	o, ok, err := twoPolygons("geo_intersection_2polygons", a, b)
	if !ok || err != nil {
		return value.Dyn{}, false, err
	}
	common, err := o.result(true)
	if err != nil {
		return value.Dyn{}, false, err
	}
	if len(o.opposite) > 0 || !common.shells() {
		return value.Dyn{}, false, &NotBuilt{Name: o.name, Detail: "polygons that share a side, or a result with holes"}
	}
	var shapes []value.Dyn
	for _, p := range o.lonelyCorners(common) {
		shapes = append(shapes, pointShape(p))
	}
	if len(shapes) > 1 {
		return value.Dyn{}, false, &NotBuilt{Name: o.name, Detail: "polygons that touch in several points"}
	}
	if len(common) > 0 {
		shape, err := polygonsShape(common)
		if err != nil {
			return value.Dyn{}, false, err
		}
		shapes = append(shapes, shape)
	}
	if len(shapes) == 1 {
		return shapes[0], true, nil
	}
	return value.NewBag([]string{"type", "geometries"}, []value.Dyn{value.DynOfString("GeometryCollection"), value.NewArray(shapes)}), true, nil
}

// lonelyCorners are the points that both borders have but the common area hasn't.
func (o *overlay) lonelyCorners(common region) []s2.Point {
	in := map[s2.Point]int{}
	for _, p := range o.piecesA {
		in[p.from] = 1
	}
	for _, ring := range common {
		for _, p := range ring {
			in[p] = 0
		}
	}
	var out []s2.Point
	for _, p := range o.piecesB {
		if in[p.from] == 1 {
			in[p.from] = 0
			out = append(out, p.from)
		}
	}
	return out
}

// polygonList reads an array of polygons.
func polygonList(d value.Dyn) ([]region, bool, error) {
	if !isArray(d) || d.Len() == 0 {
		return nil, false, nil
	}
	var out []region
	for _, item := range d.Items() {
		polygons, ok, err := polygonsOf(item)
		if !ok || err != nil {
			return nil, false, err
		}
		for _, p := range polygons {
			out = append(out, regionOf(p))
		}
	}
	return out, true, nil
}

func polygonListCorners(d value.Dyn) ([]s2.Point, bool, error) {
	regions, ok, err := polygonList(d)
	var out []s2.Point
	for _, r := range regions {
		for _, ring := range r {
			out = append(out, ring...)
		}
	}
	return out, ok, err
}

func unionPolygons(d value.Dyn) (value.Dyn, bool, error) {
	const name = "geo_union_polygons_array"
	regions, ok, err := polygonList(d)
	if !ok || err != nil {
		return value.Dyn{}, false, err
	}
	whole, err := unionOf(name, regions)
	if err != nil {
		return value.Dyn{}, false, err
	}
	if !whole.shells() {
		return value.Dyn{}, false, &NotBuilt{Name: name, Detail: "a union with holes"}
	}
	shape, err := polygonsShape(whole)
	return shape, true, err
}

// unionLines joins lines that have sides in common to one line; what branches, crosses or falls apart is refused.
func unionLines(d value.Dyn) (value.Dyn, bool, error) {
	const name = "geo_union_lines_array"
	if !isArray(d) || d.Len() == 0 {
		return value.Dyn{}, false, nil
	}
	var all []s2.Polyline
	for _, item := range d.Items() {
		lines, ok, err := linesOf(item)
		if !ok || err != nil {
			return value.Dyn{}, false, err
		}
		all = append(all, lines...)
	}
	next, before := map[s2.Point]s2.Point{}, map[s2.Point]s2.Point{}
	var sides []side
	for _, s := range lineSides(all) {
		to, has := next[s.from]
		from, hasBefore := before[s.to]
		if has && to == s.to {
			continue
		}
		if has || hasBefore && from != s.from {
			return value.Dyn{}, false, &NotBuilt{Name: name, Detail: "lines that branch"}
		}
		next[s.from], before[s.to] = s.to, s.from
		sides = append(sides, s)
	}
	line, err := singleWay(name, sides, next, before)
	if err != nil {
		return value.Dyn{}, false, err
	}
	shape, err := linesShape([][]s2.Point{line})
	return shape, true, err
}

// singleWay orders sides that make up one open line.
func singleWay(name string, sides []side, next, before map[s2.Point]s2.Point) ([]s2.Point, error) {
	refusal := &NotBuilt{Name: name, Detail: "lines that are apart, closed or cross"}
	if err := tooMany(name, sides, sides); err != nil {
		return nil, err
	}
	for i, s := range sides {
		for _, t := range sides[i+1:] {
			if mayMeet(s, t) && s2.CrossingSign(s.from, s.to, t.from, t.to) == s2.Cross {
				return nil, refusal
			}
		}
	}
	at := sides[0].from
	for range sides {
		if p, has := before[at]; has {
			at = p
		}
	}
	line := []s2.Point{at}
	for p, has := next[at]; has && len(line) <= len(sides); p, has = next[p] {
		line = append(line, p)
	}
	if len(line) != len(sides)+1 || line[0] == line[len(line)-1] {
		return nil, refusal
	}
	return line, nil
}
