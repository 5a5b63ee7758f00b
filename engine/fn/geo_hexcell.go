// Names of H3 cells, as far as the published layout of an index tells (h3geo.org/docs/library/index/cell): a cell's level, its
// parent and its children. Where a cell lies, and which are its neighbours, takes the grid itself: that is refused, and so is what
// the layout leaves open for the twelve pentagons. What names no cell, no place or no level gives null or "", as the real
// engine's answers show (kustainer-docs, geo-h3cell-…, geo-point-to-h3cell-…, geo-polygon-to-h3cells-function-02).

package fn

import (
	"strconv"
	"strings"

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
	simple("geo_h3cell_to_central_point", value.Dynamic, hexRow("geo_h3cell_to_central_point", hexPlace("geo_h3cell_to_central_point")), value.String),
	simple("geo_h3cell_to_polygon", value.Dynamic, hexRow("geo_h3cell_to_polygon", hexPlace("geo_h3cell_to_polygon")), value.String),
	simple("geo_h3cell_neighbors", value.Dynamic, hexRow("geo_h3cell_neighbors", hexPlace("geo_h3cell_neighbors")), value.String),
	simple("geo_h3cell_rings", value.Dynamic, hexRingsBody, value.String, value.Long),
	optional("geo_point_to_h3cell", 2, value.String, hexOfPointBody, value.Real, value.Real, value.Long),
	optional("geo_polygon_to_h3cells", 1, value.Dynamic, hexCoverBody, value.Dynamic, value.Long, asIs),
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

// parseHexCell reads a cell's name; false for what names none. A spelling other than the canonical one is refused, and so is a cell
// that exists only where its base cell is a hexagon.
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
	return c, true, refuseUnless(c.first() != 1, name, "a cell that only hexagons have")
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

// hexPlace refuses what needs the grid.
func hexPlace(name string) func(hexCell) (value.Dyn, bool, error) {
	return func(hexCell) (value.Dyn, bool, error) {
		return value.Dyn{}, false, &NotBuilt{Name: name, Detail: "the place of an H3 cell"}
	}
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
		case of.first() == 0:
			return nil, &NotBuilt{Name: name, Detail: "a cell that may be a pentagon"}
		}
		cells := []hexCell{of}
		for l := of.level() + 1; l <= int(level); l++ {
			next := make([]hexCell, 0, 7*len(cells))
			for _, p := range cells {
				for digit := range 7 {
					next = append(next, p.at(l, digit))
				}
			}
			cells = next
		}
		names := make([]string, len(cells))
		for k, child := range cells {
			names[k] = child.String()
		}
		out[i] = stringArray(names)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// hexRingsBody: geo_h3cell_rings(cell, distance); null beyond a distance of 142.
func hexRingsBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name, farthest = "geo_h3cell_rings", 142
	for i := range n {
		_, ok, err := parseHexCell(name, a[0].Strings[i&a[0].Mask()])
		if err != nil {
			return nil, err
		}
		if ok && (a[1].IsNull(i) || a[1].Ints[i&a[1].Mask()] <= farthest) {
			return nil, &NotBuilt{Name: name, Detail: "the place of an H3 cell"}
		}
	}
	return vectorOf(value.Dynamic, make([]value.Dyn, n), nil), nil
}

// hexOfPointBody: geo_point_to_h3cell(longitude, latitude, level), of what is no place or no level.
func hexOfPointBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	for i := range n {
		place := !a[0].IsNull(i) && !a[1].IsNull(i) && onEarth(a[0].Reals[i&a[0].Mask()], a[1].Reals[i&a[1].Mask()])
		level := true
		if len(a) > 2 {
			l := a[2].Ints[i&a[2].Mask()]
			level = !a[2].IsNull(i) && l >= 0 && l <= hexLevels
		}
		if place && level {
			return nil, &NotBuilt{Name: "geo_point_to_h3cell"}
		}
	}
	return vectorOf(value.String, make([]string, n), nil), nil
}

// hexCoverBody: geo_polygon_to_h3cells(polygon, level), of what is no polygon.
func hexCoverBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	for i := range n {
		if _, ok, err := polygonsOf(value.DynAt(a[0], i)); ok || err != nil {
			return nil, &NotBuilt{Name: "geo_polygon_to_h3cells"}
		}
	}
	return vectorOf(value.Dynamic, make([]value.Dyn, n), nil), nil
}
