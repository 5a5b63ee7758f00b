// Cells of the S2 grid.

package fn

import (
	"strings"

	"github.com/golang/geo/s2"

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
