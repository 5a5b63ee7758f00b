// H3 cells by name (h3geo.org/docs/core-library/h3Indexing): a cell's level, parent and children are in its index, its place is that of
// the grid (geo_hexplane.go). What names no cell, no place or no level gives null or "", as the real engine's answers show
// (kustainer-docs, geo-h3cell-…, geo-point-to-h3cell-…, geo-polygon-to-h3cells-function-02).

package fn

import (
	"strconv"
	"strings"

	"github.com/golang/geo/r3"
	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

const (
	hexLevels    = 15
	hexBaseCells = 122
	hexUnused    = 7 // the digit of levels below the cell's
)

var hexCellFamily = []scalar{
	simple("geo_h3cell_level", value.Int, hexRow("geo_h3cell_level", func(c hexCell) (int64, bool, error) {
		return int64(c.level()), true, nil
	}), value.String),
	optional("geo_h3cell_parent", 1, value.String, hexParentBody, value.String, value.Long),
	optional("geo_h3cell_children", 1, value.Dynamic, hexChildrenBody, value.String, value.Long),
	simple("geo_h3cell_to_central_point", value.Dynamic, hexRow("geo_h3cell_to_central_point", hexCentre), value.String),
	simple("geo_h3cell_to_polygon", value.Dynamic, hexRow("geo_h3cell_to_polygon", hexPolygon), value.String),
	simple("geo_h3cell_neighbors", value.Dynamic, hexRow("geo_h3cell_neighbors", hexNeighbors), value.String),
	simple("geo_h3cell_rings", value.Dynamic, hexRingsBody, value.String, value.Long),
	optional("geo_point_to_h3cell", 2, value.String, cellOfPoint(6, hexOfPoint), value.Real, value.Real, value.Long),
	orderless(optional("geo_polygon_to_h3cells", 1, value.Dynamic, hexCoverBody, value.Dynamic, value.Long, asIs)),
}

// hexCell is a cell's index: from the top a zero bit, 4 bits of mode (1), 3 zero bits, 4 of level, 7 of base cell, then 3 bits a
// level.
type hexCell uint64

func (c hexCell) level() int          { return int(c >> 52 & 15) }
func (c hexCell) base() int           { return int(c >> 45 & 127) }
func (c hexCell) digit(level int) int { return int(c >> (3 * (hexLevels - level)) & 7) }

// at is the cell with another level, and a digit there.
func (c hexCell) at(level, digit int) hexCell {
	shift := 3 * (hexLevels - level)
	return c&^(15<<52)&^(7<<shift) | hexCell(level)<<52 | hexCell(digit)<<shift
}

// with is the cell with another digit at a level.
func (c hexCell) with(level, digit int) hexCell {
	shift := 3 * (hexLevels - level)
	return c&^(7<<shift) | hexCell(digit)<<shift
}

// String is the cell's name.
func (c hexCell) String() string { return strconv.FormatUint(uint64(c), 16) }

// first is the first digit that isn't 0; 0 for a cell at the centre of its base cell.
func (c hexCell) first() int {
	for level := 1; level <= c.level(); level++ {
		if d := c.digit(level); d != 0 {
			return d
		}
	}
	return 0
}

// parseHexCell reads a cell's name; false for what names none, as a cell in that direction of a pentagon which is missing. A spelling
// other than the canonical one is refused.
func parseHexCell(name, text string) (hexCell, bool, error) {
	bits, err := strconv.ParseUint(text, 16, 64)
	if err != nil {
		plain := strings.ToLower(strings.TrimSpace(text))
		_, other := strconv.ParseUint(strings.TrimPrefix(plain, "0x"), 16, 64)
		return 0, false, refuseUnless(other != nil, name, "a cell's name of this spelling")
	}
	c := hexCell(bits)
	if c>>59 != 1 || c>>56&7 != 0 || c.base() >= hexBaseCells {
		return 0, false, nil
	}
	for level := 1; level <= hexLevels; level++ {
		if (c.digit(level) == hexUnused) != (level > c.level()) {
			return 0, false, nil
		}
	}
	if c.String() != text {
		return 0, false, &NotBuilt{Name: name, Detail: "a cell's name of this spelling"}
	}
	missing := c.first() == 1 && hexEarth().homes[c.base()].pentagon
	return c, !missing, nil
}

// hexRow adapts a function of a cell; null for what names none.
func hexRow[R cell](name string, f func(hexCell) (R, bool, error)) body {
	kind := value.Dynamic
	var none R
	if _, number := any(none).(int64); number {
		kind = value.Int
	}
	return fallible(kind, func(text string) (R, bool, error) {
		c, ok, err := parseHexCell(name, text)
		if !ok || err != nil {
			return none, false, err
		}
		return f(c)
	})
}

// hexCentre: geo_h3cell_to_central_point(cell).
func hexCentre(c hexCell) (value.Dyn, bool, error) {
	w := hexEarth()
	return pointShape(s2Point(w.sphereAt(w.spotOf(c), 1))), true, nil
}

// hexPolygon: geo_h3cell_to_polygon(cell).
func hexPolygon(c hexCell) (value.Dyn, bool, error) {
	var ring []s2.Point
	for _, p := range hexEarth().boundary(c) {
		ring = append(ring, s2Point(p))
	}
	shape, err := polygonsShape([][]s2.Point{ring})
	return shape, true, err
}

func s2Point(p [3]float64) s2.Point { return s2.Point{Vector: r3.Vector{X: p[0], Y: p[1], Z: p[2]}} }

// hexOfPoint: geo_point_to_h3cell(longitude, latitude, level).
func hexOfPoint(lon, lat float64, level int64) (string, bool) {
	if level < 0 || level > hexLevels {
		return "", false
	}
	c, ok := hexEarth().cellAt(unit3(lon, lat), int(level))
	return c.String(), ok
}

// hexParentBody: geo_h3cell_parent(cell, level), "" for what has none.
func hexParentBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name = "geo_h3cell_parent"
	out := make([]string, n)
	for i := range out {
		c, ok, err := parseHexCell(name, a[0].Strings[i&a[0].Mask()])
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		level := int64(c.level() - 1)
		if len(a) > 1 {
			if level = a[1].Ints[i&a[1].Mask()]; a[1].IsNull(i) {
				level = -1
			}
		}
		if level < 0 || level == int64(c.level()) {
			return nil, &NotBuilt{Name: name, Detail: "a parent of this level"}
		}
		if level > int64(c.level()) {
			continue
		}
		for l := c.level(); l > int(level); l-- {
			c = c.at(l, hexUnused)
		}
		out[i] = (c&^(15<<52) | hexCell(level)<<52).String()
	}
	return vectorOf(value.String, out, nil), nil
}

// hexChildrenBody: geo_h3cell_children(cell, level), at most 5 levels down.
func hexChildrenBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name, deepest = "geo_h3cell_children", 5
	out := make([]value.Dyn, n)
	for i := range out {
		if err := c.done(); err != nil {
			return nil, err
		}
		of, ok, err := parseHexCell(name, a[0].Strings[i&a[0].Mask()])
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		level := int64(of.level() + 1)
		if len(a) > 1 {
			if level = a[1].Ints[i&a[1].Mask()]; a[1].IsNull(i) {
				level = -1
			}
		}
		switch {
		case level > int64(of.level()+deepest) && level <= hexLevels:
			continue
		case level <= int64(of.level()) || level > hexLevels:
			return nil, &NotBuilt{Name: name, Detail: "children of this level"}
		}
		cells := []hexCell{of}
		for l := of.level() + 1; l <= int(level); l++ {
			next := make([]hexCell, 0, 7*len(cells))
			for _, p := range cells {
				for digit := range 7 {
					if digit != 1 || !hexEarth().pentagon(p) {
						next = append(next, p.at(l, digit))
					}
				}
			}
			cells = next
		}
		out[i] = stringArray(namesOf(cells))
	}
	return vectorOf(value.Dynamic, out, nil), nil
}
