// What lies around H3 cells: neighbours and rings. They are listed as the recorded answers and the grid's own library do: against the
// clock, the cell straight ahead in the direction of digit 4 last. Where a pentagon is near the library's order is another one, which
// no recorded answer shows: refused.

package fn

import "calypso/kusto/value"

// neighbors gives the five or six cells around, in no order that matters.
func (w *hexWorld) neighbors(c hexCell) []hexCell {
	var out []hexCell
	note := func(s hexSpot, turn int) {
		if next, ok := w.cellOf(w.step(s, turn)); ok {
			out = append(out, next)
		}
	}
	if w.pentagon(c) {
		for k, turn := range hexPentagonTurns {
			s := w.sector(c, k)
			s.at = s.at.times(hexScale(c.level()))
			note(s, turn)
		}
		return out
	}
	s := w.spotOf(c)
	for k := range 6 {
		note(s, k)
	}
	return out
}

// ring gives the cells that are some steps away; false where one of them is a pentagon.
func (w *hexWorld) ring(c hexCell, distance int) ([]hexCell, bool) {
	s := w.spotOf(c)
	for range distance {
		s = w.step(s, 0)
	}
	out := make([]hexCell, 0, 6*distance)
	for k := range 6 {
		for range distance {
			s = w.step(s, k+2)
			here, ok := w.cellOf(s)
			if !ok || w.pentagon(here) {
				return nil, false
			}
			out = append(out, here)
		}
	}
	return out, true
}

func namesOf(cells []hexCell) []string {
	names := make([]string, len(cells))
	for i, c := range cells {
		names[i] = c.String()
	}
	return names
}

// hexNeighbors: geo_h3cell_neighbors(cell).
func hexNeighbors(c hexCell) (value.Dyn, bool, error) {
	w := hexEarth()
	cells, ok := w.ring(c, 1)
	if !ok || w.pentagon(c) {
		return value.Dyn{}, false, &NotBuilt{Name: "geo_h3cell_neighbors", Detail: "the order of cells at a pentagon"}
	}
	return stringArray(setOrder(namesOf(cells))), true, nil
}

// hexRingsBody: geo_h3cell_rings(cell, distance), the cell itself and each ring around it; null beyond a distance of 142.
func hexRingsBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	const name, farthest = "geo_h3cell_rings", 142
	w := hexEarth()
	out := make([]value.Dyn, n)
	for i := range out {
		of, ok, err := parseHexCell(name, a[0].Strings[i&a[0].Mask()])
		if err != nil {
			return nil, err
		}
		if !ok || !a[1].IsNull(i) && a[1].Ints[i&a[1].Mask()] > farthest {
			continue
		}
		distance := a[1].Ints[i&a[1].Mask()]
		if a[1].IsNull(i) || distance < 0 {
			return nil, &NotBuilt{Name: name, Detail: "a distance that is none"}
		}
		if err := c.reserve(distance * (distance + 1) * 3 * 80); err != nil {
			return nil, err
		}
		rings := []value.Dyn{stringArray([]string{of.String()})}
		for d := 1; d <= int(distance); d++ {
			if err := c.done(); err != nil {
				return nil, err
			}
			cells, ok := w.ring(of, d)
			if !ok || w.pentagon(of) {
				return nil, &NotBuilt{Name: name, Detail: "the order of cells at a pentagon"}
			}
			rings = append(rings, stringArray(namesOf(cells)))
		}
		out[i] = value.NewArray(rings)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}
