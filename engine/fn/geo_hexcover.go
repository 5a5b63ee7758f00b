// Which H3 cells a polygon is made of: those whose centre is in it, its sides straight lines of the map, 61,680 at most, as the
// documentation says. In which order the real engine lists them isn't known, so a plan lets them be counted and unfolded only.

package fn

import (
	"math"
	"slices"

	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

// hexCoverMost is how many cells are listed, more give null; hexCoverSure how many at most are surely listed, since the real engine may
// count before it looks closely.
const (
	hexCoverMost = 61680
	hexCoverSure = hexCoverMost / 4
)

// hexCoverBody: geo_polygon_to_h3cells(polygon, level).
func hexCoverBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		d := value.DynAt(a[0], i)
		polygons, ok, err := polygonsOf(d)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		level := int64(6)
		if len(a) > 1 {
			level = a[1].Ints[i&a[1].Mask()]
		}
		if len(a) > 2 || len(a) > 1 && a[1].IsNull(i) {
			return nil, hexCoverRefused("a radius, or a level that is null")
		}
		if level < 0 || level > hexLevels {
			continue
		}
		cover := &hexCover{c: c, w: hexEarth(), level: int(level), inside: map[hexCell]bool{}}
		parts, _ := partsOfShape(d, "Polygon")
		for k, polygon := range polygons {
			if err := cover.add(polygon, parts[k]); err != nil {
				return nil, err
			}
		}
		if cover.many || len(cover.inside) > hexCoverMost {
			continue
		}
		if len(cover.inside) > hexCoverSure {
			return nil, hexCoverRefused("so many cells")
		}
		names := make([]string, 0, len(cover.inside))
		for cell := range cover.inside {
			names = append(names, cell.String())
		}
		slices.Sort(names)
		out[i] = stringArray(names)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

func hexCoverRefused(detail string) error {
	return &NotBuilt{Name: "geo_polygon_to_h3cells", Detail: detail}
}

// hexCover gathers the cells of one level in polygons.
type hexCover struct {
	c      *Context
	w      *hexWorld
	level  int
	inside map[hexCell]bool
	many   bool // so many that they needn't be counted

	rings [][]mapPoint // of the polygon at hand
}

// add goes from the cells along the polygon's sides to all inside.
func (h *hexCover) add(polygon *s2.Polygon, rings value.Dyn) error {
	for _, pole := range []float64{-90, 90} {
		if polygon.ContainsPoint(pointOf(0, pole)) {
			return hexCoverRefused("a polygon around a pole")
		}
	}
	h.rings = nil
	for _, ring := range rings.Items() {
		places := onMap(ring)
		for i := 1; i < len(places); i++ {
			if math.Abs(places[i].lon-places[i-1].lon) > 180 {
				return errWrapped
			}
		}
		h.rings = append(h.rings, places)
	}
	if cells := 2 + 120*math.Pow(7, float64(h.level)); h.area()/(4*math.Pi)*cells > 4*hexCoverMost {
		h.many = true
		return nil
	}
	next, err := h.along()
	if err != nil {
		return err
	}
	seen := map[hexCell]bool{}
	for len(next) > 0 {
		cell := next[len(next)-1]
		next = next[:len(next)-1]
		if seen[cell] {
			continue
		}
		seen[cell] = true
		if !h.holds(cell) {
			continue
		}
		if h.inside[cell] = true; len(h.inside) > hexCoverMost {
			return nil
		}
		if err := h.c.done(); err != nil {
			return err
		}
		next = append(next, h.w.neighbors(cell)...)
	}
	return nil
}

// area is that of the polygon on the unit sphere.
func (h *hexCover) area() float64 {
	const rad = math.Pi / 180
	total := 0.0
	for k, ring := range h.rings {
		of := 0.0
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if rise := (b.lat - a.lat) * rad; math.Abs(rise) > 1e-9 {
				of += (b.lon - a.lon) * rad * (math.Cos(a.lat*rad) - math.Cos(b.lat*rad)) / rise
			} else {
				of += (b.lon - a.lon) * rad * math.Sin(a.lat*rad)
			}
		}
		if of = math.Abs(of); k == 0 {
			total = of
		} else {
			total -= of
		}
	}
	return total
}

// along gives the cells that the polygon's sides go through, with their neighbours: a cell inside whose neighbour is outside is among
// them.
func (h *hexCover) along() ([]hexCell, error) {
	step := 0.1 * math.Pow(7, -float64(h.level)/2) // a third of the least distance between centres
	seen := map[hexCell]bool{}
	var out []hexCell
	steps := 0
	for _, ring := range h.rings {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			pieces := math.Ceil(math.Hypot(b.lon-a.lon, b.lat-a.lat)*math.Pi/180/step) + 1
			if steps += int(min(pieces, 1<<30)); steps > 16*hexCoverMost {
				return nil, hexCoverRefused("so many cells")
			}
			for k := range int(pieces) {
				if k%1024 == 0 {
					if err := h.c.done(); err != nil {
						return nil, err
					}
				}
				p := a.toward(b, float64(k)/pieces)
				cell, ok := h.w.cellAt(unit3(p.lon, p.lat), h.level)
				if !ok || seen[cell] {
					continue
				}
				seen[cell] = true
				out = append(append(out, cell), h.w.neighbors(cell)...)
			}
		}
	}
	return out, nil
}

// holds tells whether a cell's centre is in the polygon: it counts the sides that are crossed on the way east.
func (h *hexCover) holds(cell hexCell) bool {
	at := degreesOf(s2Point(h.w.sphereAt(h.w.spotOf(cell), 1)))
	p := mapPoint{at[0].Real(), at[1].Real()}
	in := false
	for _, ring := range h.rings {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a.lat > p.lat) != (b.lat > p.lat) && p.lon < a.lon+(b.lon-a.lon)*(p.lat-a.lat)/(b.lat-a.lat) {
				in = !in
			}
		}
	}
	return in
}
