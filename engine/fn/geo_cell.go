// Cells of the S2 and H3 grids.

package fn

import (
	"strings"

	"github.com/golang/geo/s2"

	"calypso/engine/fn/h3"
	"calypso/kusto/value"
)

var cellFamily = []scalar{
	optional("geo_point_to_s2cell", 2, value.String, cellOfPoint(11, func(lon, lat float64, level int64) (string, bool) {
		if level < 0 || level > s2.MaxLevel {
			return "", false
		}
		return s2.CellIDFromLatLng(s2.LatLngFromDegrees(lat, lon)).Parent(int(level)).ToToken(), true
	}), value.Real, value.Real, value.Long),
	simple("geo_s2cell_to_central_point", value.Dynamic, try1(value.Dynamic, func(token string) (value.Dyn, bool) {
		id, ok := s2Cell(token)
		return pointShape(id.Point()), ok
	}), value.String),
	simple("geo_s2cell_to_polygon", value.Dynamic, fallible(value.Dynamic, s2CellPolygon), value.String),
	simple("geo_s2cell_neighbors", value.Dynamic, fallible(value.Dynamic, s2CellNeighbors), value.String),
	optional("geo_point_to_h3cell", 2, value.String, cellOfPoint(6, func(lon, lat float64, level int64) (string, bool) {
		if level < 0 || level > h3.Levels {
			return "", false
		}
		c, ok := h3.FromPoint(lon, lat, int(level))
		return c.String(), ok
	}), value.Real, value.Real, value.Long),
	simple("geo_h3cell_to_central_point", value.Dynamic, h3Row("geo_h3cell_to_central_point", func(c h3.Cell) (value.Dyn, bool, error) {
		return geometry("Point", value.NewArray(lonLat(c.Center()))), true, nil
	}), value.String),
	simple("geo_h3cell_to_polygon", value.Dynamic, h3Row("geo_h3cell_to_polygon", h3Polygon), value.String),
	simple("geo_h3cell_level", value.Int, h3Row("geo_h3cell_level", func(c h3.Cell) (int64, bool, error) {
		return int64(c.Level()), true, nil
	}), value.String),
	simple("geo_h3cell_neighbors", value.Dynamic, h3Row("geo_h3cell_neighbors", func(c h3.Cell) (value.Dyn, bool, error) {
		var names []string
		for _, n := range c.Rings(1)[1] {
			names = append(names, n.String())
		}
		return stringArray(setOrder(names)), true, nil
	}), value.String),
	optional("geo_h3cell_parent", 1, value.String, h3ParentBody, value.String, value.Long),
	optional("geo_h3cell_children", 1, value.Dynamic, h3ChildrenBody, value.String, value.Long),
	simple("geo_h3cell_rings", value.Dynamic, h3RingsBody, value.String, value.Long),
}

// cellOfPoint adapts the functions from a point to a cell's name; "" for what is no point or no level.
func cellOfPoint(level int64, name func(lon, lat float64, level int64) (string, bool)) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]string, n)
		for i := range out {
			at := level
			if len(a) > 2 {
				if at = -1; !a[2].IsNull(i) {
					at = a[2].Ints[i&a[2].Mask()]
				}
			}
			lon, lat := a[0].Reals[i&a[0].Mask()], a[1].Reals[i&a[1].Mask()]
			if a[0].IsNull(i) || a[1].IsNull(i) || !onEarth(lon, lat) {
				continue
			}
			if s, ok := name(lon, lat, at); ok {
				out[i] = s
			}
		}
		return vectorOf(value.String, out, nil), nil
	}
}

// s2Cell reads a token; false when it names no cell.
func s2Cell(token string) (s2.CellID, bool) {
	if strings.Trim(token, "0123456789abcdef") != "" || len(token) > 16 {
		return 0, false
	}
	id := s2.CellIDFromToken(token)
	return id, id.IsValid()
}

func s2CellPolygon(token string) (value.Dyn, bool, error) {
	id, ok := s2Cell(token)
	if !ok {
		return value.Dyn{}, false, nil
	}
	cell := s2.CellFromCellID(id)
	var ring []s2.Point
	for k := range 4 {
		ring = append(ring, cell.Vertex(k))
	}
	shape, err := polygonsShape([][]s2.Point{ring})
	return shape, true, err
}

// s2CellNeighbors gives the eight cells around.
func s2CellNeighbors(token string) (value.Dyn, bool, error) {
	id, ok := s2Cell(token)
	if !ok {
		return value.Dyn{}, false, nil
	}
	var names []string
	for _, n := range id.AllNeighbors(id.Level()) {
		names = append(names, n.ToToken())
	}
	if len(names) != 8 || id.Level() == 0 {
		return value.Dyn{}, false, &NotBuilt{Name: "geo_s2cell_neighbors", Detail: "a cell at a corner of the grid"}
	}
	return stringArray(setOrder(names)), true, nil
}

// h3Cell reads a cell's name. Spellings that C's reader of hexadecimal takes and this one doesn't are refused.
func h3Cell(name, text string) (h3.Cell, bool, error) {
	c, ok := h3.Parse(text)
	if !ok {
		c, inUpper := h3.Parse(strings.ToLower(strings.TrimSpace(strings.TrimPrefix(text, "0x"))))
		return c, false, refuseUnless(!inUpper, name, "a cell's name of this spelling")
	}
	return c, true, refuseUnless(c.String() == text, name, "a cell's name of this spelling")
}

// h3Row adapts a function of a cell; null for what names none.
func h3Row[R cell](name string, f func(h3.Cell) (R, bool, error)) body {
	return fallible(valueKind[R](), func(text string) (R, bool, error) {
		c, ok, err := h3Cell(name, text)
		if !ok || err != nil {
			var none R
			return none, false, err
		}
		return f(c)
	})
}

// valueKind is the kind of a result that is stored so.
func valueKind[R cell]() value.Kind {
	var none R
	switch any(none).(type) {
	case int64:
		return value.Int
	case string:
		return value.String
	}
	return value.Dynamic
}

func h3Polygon(c h3.Cell) (value.Dyn, bool, error) {
	border := c.Boundary()
	ring := make([]value.Dyn, 0, len(border)+1)
	for _, p := range append(border, border[0]) {
		ring = append(ring, value.NewArray(lonLat(p[0], p[1])))
	}
	return geometry("Polygon", value.NewArray([]value.Dyn{value.NewArray(ring)})), true, nil
}

func cellNames(cells []h3.Cell) value.Dyn {
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = c.String()
	}
	return stringArray(names)
}

// h3ParentBody: geo_h3cell_parent(cell, level), "" for what has none.
func h3ParentBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "geo_h3cell_parent"
	out := make([]string, n)
	for i := range out {
		c, ok, err := h3Cell(name, a[0].Strings[i&a[0].Mask()])
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		level := int64(c.Level() - 1)
		if len(a) > 1 {
			if level = a[1].Ints[i&a[1].Mask()]; a[1].IsNull(i) {
				level = -1
			}
		}
		if level == int64(c.Level()) {
			return nil, &NotBuilt{Name: name, Detail: "the cell's own level"}
		}
		if level < 0 || level > h3.Levels {
			continue
		}
		if parent, ok := c.Parent(int(level)); ok {
			out[i] = parent.String()
		}
	}
	return vectorOf(value.String, out, nil), nil
}

// h3ChildrenBody: geo_h3cell_children(cell, level), at most 5 levels down.
func h3ChildrenBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name, deepest = "geo_h3cell_children", 5
	out := make([]value.Dyn, n)
	var nulls value.Bitmap
	for i := range out {
		c, ok, err := h3Cell(name, a[0].Strings[i&a[0].Mask()])
		if err != nil {
			return nil, err
		}
		level := int64(c.Level() + 1)
		if len(a) > 1 {
			if level = a[1].Ints[i&a[1].Mask()]; a[1].IsNull(i) {
				level = -1
			}
		}
		if ok && level == int64(c.Level()) {
			return nil, &NotBuilt{Name: name, Detail: "the cell's own level"}
		}
		if !ok || level < int64(c.Level()) || level > min(h3.Levels, int64(c.Level()+deepest)) {
			nulls = nulls.Set(i, n)
			continue
		}
		out[i] = cellNames(c.Children(int(level)))
	}
	return vectorOf(value.Dynamic, out, nulls), nil
}

// h3RingsBody: geo_h3cell_rings(cell, distance), one array a distance from 0 on.
func h3RingsBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name, farthest = "geo_h3cell_rings", 142
	out := make([]value.Dyn, n)
	var nulls value.Bitmap
	for i := range out {
		if err := c.done(); err != nil {
			return nil, err
		}
		cell, ok, err := h3Cell(name, a[0].Strings[i&a[0].Mask()])
		if err != nil {
			return nil, err
		}
		k := a[1].Ints[i&a[1].Mask()]
		if !ok || a[1].IsNull(i) || k < 0 || k > farthest {
			nulls = nulls.Set(i, n)
			continue
		}
		var rings []value.Dyn
		for _, ring := range cell.Rings(int(k)) {
			rings = append(rings, cellNames(ring))
		}
		out[i] = value.NewArray(rings)
	}
	return vectorOf(value.Dynamic, out, nulls), nil
}
