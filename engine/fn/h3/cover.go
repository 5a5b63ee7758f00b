// The cells whose centres lie in a polygon.

package h3

import "math"

type box struct{ north, south, east, west float64 }

func (b box) transmeridian() bool { return b.east < b.west }

func (b box) contains(p point) bool {
	if p.lat < b.south || p.lat > b.north {
		return false
	}
	if b.transmeridian() {
		return p.lng >= b.west || p.lng <= b.east
	}
	return p.lng >= b.west && p.lng <= b.east
}

func boxOf(loop []point) box {
	b := box{-math.MaxFloat64, math.MaxFloat64, -math.MaxFloat64, math.MaxFloat64}
	leastPositive, mostNegative, wraps := math.MaxFloat64, -math.MaxFloat64, false
	for i, p := range loop {
		b.south, b.north = min(b.south, p.lat), max(b.north, p.lat)
		b.west, b.east = min(b.west, p.lng), max(b.east, p.lng)
		if p.lng > 0 {
			leastPositive = min(leastPositive, p.lng)
		}
		if p.lng < 0 {
			mostNegative = max(mostNegative, p.lng)
		}
		wraps = wraps || math.Abs(p.lng-loop[(i+1)%len(loop)].lng) > math.Pi
	}
	if wraps {
		b.east, b.west = mostNegative, leastPositive
	}
	return b
}

// Cover lists the cells of a level whose centres lie in a polygon: an outer loop and holes, each of longitudes and latitudes
// in degrees without the first again at the end. The order is the C library's. False when the search can't be done: a loop
// without area, or one so large that it may hold more cells than most.
func Cover(loops [][][2]float64, level, most int) ([]Cell, bool) {
	polygon := make([][]point, len(loops))
	boxes := make([]box, len(loops))
	total := 0
	for i, loop := range loops {
		for _, p := range loop {
			polygon[i] = append(polygon[i], point{p[1] * degree, p[0] * degree})
		}
		if boxes[i] = boxOf(polygon[i]); len(loop) == 0 {
			return nil, false
		}
		total += len(loop)
	}
	if len(loops) == 0 || level < 0 || level > Levels {
		return nil, false
	}
	size, ok := estimate(boxes[0], level)
	if !ok || size > most || total > most {
		return nil, false
	}
	size = max(size, total) + 12
	s := search{level: level, most: most, size: size, polygon: polygon, boxes: boxes}
	if !s.trace() {
		return nil, false
	}
	return s.fill()
}

func greatCircle(a, b point) float64 {
	const radiusKm = 6371.007180918475
	lat, lng := math.Sin((b.lat-a.lat)/2), math.Sin((b.lng-a.lng)/2)
	h := lat*lat + math.Cos(a.lat)*math.Cos(b.lat)*lng*lng
	return 2 * math.Atan2(math.Sqrt(h), math.Sqrt(1-h)) * radiusKm
}

// pentagonRadius is that of the smallest cells of a level, in km.
func pentagonRadius(level int) float64 {
	c := newCell(level, 4)
	return greatCircle(c.middle(), c.border()[0])
}

// estimate is the library's guess at the number of cells; it sizes the table and so decides the order.
func estimate(b box, level int) (int, bool) {
	r := pentagonRadius(level)
	d := greatCircle(point{b.north, b.east}, point{b.south, b.west})
	wide, high := math.Abs(b.east-b.west), math.Abs(b.north-b.south)
	if wide == 0 || high == 0 {
		return 0, false
	}
	ratio := max(wide, high) / min(wide, high)
	n := math.Ceil(d * d / min(3, ratio) / (0.8 * (2.59807621135 * r * r)))
	if !(n < 1e15) {
		return 0, false
	}
	return max(1, int(n)), true
}

type search struct {
	level, most, size int
	polygon           [][]point
	boxes             []box
	edge              []Cell // the cells along the loops
}

// slot finds a cell's place in a table by hash: where it is or may go; false when the table is full.
func slot(table []Cell, c Cell) (int, bool) {
	at := int(uint64(c) % uint64(len(table)))
	for tries := 0; table[at] != 0 && table[at] != c; tries++ {
		if tries > len(table) {
			return 0, false
		}
		at = (at + 1) % len(table)
	}
	return at, true
}

// trace finds the cells along the loops.
func (s *search) trace() bool {
	found := make([]Cell, s.size)
	step := 2 * pentagonRadius(s.level)
	for _, loop := range s.polygon {
		for i, a := range loop {
			b := loop[(i+1)%len(loop)]
			n := max(1, math.Ceil(greatCircle(a, b)/step))
			if !(n <= float64(s.most)) {
				return false
			}
			for j := 0.0; j < n; j++ {
				c, ok := fromPoint(point{a.lat*(n-j)/n + b.lat*j/n, a.lng*(n-j)/n + b.lng*j/n}, s.level)
				if !ok {
					return false
				}
				at, ok := slot(found, c)
				if !ok {
					return false
				}
				if found[at] == 0 {
					found[at] = c
					s.edge = append(s.edge, c)
				}
			}
		}
	}
	return true
}

// fill goes from the edge to neighbours for as long as their centres lie in the polygon.
func (s *search) fill() ([]Cell, bool) {
	out := make([]Cell, s.size)
	for todo := s.edge; len(todo) > 0; {
		var next []Cell
		for _, from := range todo {
			for _, c := range from.Disk(1) {
				at, ok := slot(out, c)
				if !ok {
					return nil, false
				}
				if out[at] == 0 && s.inside(c.middle()) {
					out[at] = c
					next = append(next, c)
				}
			}
		}
		todo = next
	}
	cells := out[:0]
	for _, c := range out {
		if c != 0 {
			cells = append(cells, c)
		}
	}
	return cells, true
}

func (s *search) inside(p point) bool {
	for i, loop := range s.polygon {
		if insideLoop(loop, s.boxes[i], p) != (i == 0) {
			return false
		}
	}
	return true
}

// insideLoop counts the sides east of the point; ties go north and west.
func insideLoop(loop []point, b box, p point) bool {
	if !b.contains(p) {
		return false
	}
	eps := math.Nextafter(1, 2) - 1
	lngOf := func(lng float64) float64 {
		if b.transmeridian() && lng < 0 {
			return lng + 2*math.Pi
		}
		return lng
	}
	in, lat, lng := false, p.lat, lngOf(p.lng)
	for i, low := range loop {
		high := loop[(i+1)%len(loop)]
		if low.lat > high.lat {
			low, high = high, low
		}
		if lat == low.lat || lat == high.lat {
			lat += eps
		}
		if lat < low.lat || lat > high.lat {
			continue
		}
		west, east := lngOf(low.lng), lngOf(high.lng)
		if west == lng || east == lng {
			lng -= eps
		}
		if lngOf(west+(east-west)*(lat-low.lat)/(high.lat-low.lat)) > lng {
			in = !in
		}
	}
	return in
}
