// The cells around a cell.

package h3

// ringWay are the directions once around a cell, nextRing the one to the start of the next ring.
var ringWay = [6]int{jAxis, jkAxis, kAxis, ikAxis, iAxis, ijAxis}

const nextRing = iAxis

// The digit after a step in a direction, and the step that remains on the coarser grid: digit, direction → those.
var (
	newDigitOdd = [7][7]int{
		{0, 1, 2, 3, 4, 5, 6},
		{1, 4, 3, 6, 5, 2, 0},
		{2, 3, 1, 4, 6, 0, 5},
		{3, 6, 4, 5, 0, 1, 2},
		{4, 5, 6, 0, 2, 3, 1},
		{5, 2, 0, 1, 3, 6, 4},
		{6, 0, 5, 2, 1, 4, 3},
	}
	restOdd = [7][7]int{
		{},
		{0, 1, 0, 1, 0, 5, 0},
		{0, 0, 2, 3, 0, 0, 2},
		{0, 1, 3, 3, 0, 0, 0},
		{0, 0, 0, 0, 4, 4, 6},
		{0, 5, 0, 0, 4, 5, 0},
		{0, 0, 2, 0, 6, 0, 6},
	}
	newDigitEven = [7][7]int{
		{0, 1, 2, 3, 4, 5, 6},
		{1, 2, 3, 4, 5, 6, 0},
		{2, 3, 4, 5, 6, 0, 1},
		{3, 4, 5, 6, 0, 1, 2},
		{4, 5, 6, 0, 1, 2, 3},
		{5, 6, 0, 1, 2, 3, 4},
		{6, 0, 1, 2, 3, 4, 5},
	}
	restEven = [7][7]int{
		{},
		{0, 1, 0, 3, 0, 1, 0},
		{0, 0, 2, 2, 0, 0, 6},
		{0, 3, 2, 3, 0, 0, 0},
		{0, 0, 0, 0, 4, 5, 4},
		{0, 1, 0, 0, 5, 5, 0},
		{0, 0, 6, 0, 4, 0, 6},
	}
)

// step is the neighbour in a direction. Turns, the rotation between the two grids, goes in and comes out; false where there is
// no neighbour: the direction that a pentagon lacks.
func (c Cell) step(dir int, turns *int) (Cell, bool) {
	*turns %= 6
	for range *turns {
		dir = turnedLeft[dir]
	}
	from, fromLeading := c.base(), c.leading()
	newTurns := 0
	for l := c.Level(); ; l-- {
		if l == 0 {
			to := baseCellAround[from][dir]
			if newTurns = baseCellTurn[from][dir]; to < 0 {
				to, newTurns = baseCellAround[from][ikAxis], baseCellTurn[from][ikAxis]
				c = c.withBase(to).turned(&turnedLeft)
				*turns++
			}
			c = c.withBase(to)
			break
		}
		old := c.digit(l)
		next := restEven[old][dir]
		if odd(l) {
			next = restOdd[old][dir]
			c = c.withDigit(l, newDigitOdd[old][dir])
		} else {
			c = c.withDigit(l, newDigitEven[old][dir])
		}
		if next == center {
			break
		}
		dir = next
	}
	if _, pentagon := pentagons[c.base()]; pentagon {
		var ok bool
		if c, ok = c.aroundPentagon(from, fromLeading, newTurns, turns); !ok {
			return 0, false
		}
	} else {
		for range newTurns {
			c = c.turned(&turnedLeft)
		}
	}
	*turns = (*turns + newTurns) % 6
	return c, true
}

// aroundPentagon puts right a step that led into a base cell with five sides.
func (c Cell) aroundPentagon(from, fromLeading, newTurns int, turns *int) (Cell, bool) {
	adjusted := false
	if c.leading() == kAxis {
		switch {
		case from != c.base():
			clockwise := pentagons[c.base()]
			if home := baseCellHome[from].face; clockwise[0] == home || clockwise[1] == home {
				c = c.turned(&turnedRight)
			} else {
				c = c.turned(&turnedLeft)
			}
			adjusted = true
		case fromLeading == jkAxis:
			c = c.turned(&turnedLeft)
			*turns++
		case fromLeading == ikAxis:
			c = c.turned(&turnedRight)
			*turns += 5
		default:
			return 0, false
		}
	}
	for range newTurns {
		c = c.turnedPentagon()
	}
	if from != c.base() {
		if c.base() == 4 || c.base() == 117 { // at the poles all neighbours look inwards
			if from != 118 && from != 8 && c.leading() != jkAxis {
				*turns++
			}
		} else if c.leading() == ikAxis && !adjusted {
			*turns++
		}
	}
	return c, true
}

// Rings are the cells at distance 0, 1, … k, in the C library's order.
func (c Cell) Rings(k int) [][]Cell {
	if rings, ok := c.plainRings(k); ok {
		return rings
	}
	cells, distances := c.disk(k)
	rings := make([][]Cell, k+1)
	for i, cell := range cells {
		if cell != 0 {
			rings[distances[i]] = append(rings[distances[i]], cell)
		}
	}
	return rings
}

// Disk are the cells up to distance k in the C library's order.
func (c Cell) Disk(k int) []Cell {
	var out []Cell
	if rings, ok := c.plainRings(k); ok {
		for _, ring := range rings {
			out = append(out, ring...)
		}
		return out
	}
	cells, _ := c.disk(k)
	for _, cell := range cells {
		if cell != 0 {
			out = append(out, cell)
		}
	}
	return out
}

// plainRings walks ring by ring; false when a pentagon is met.
func (c Cell) plainRings(k int) ([][]Cell, bool) {
	rings := [][]Cell{{c}}
	if c.Pentagon() {
		return nil, false
	}
	turns, ok := 0, true
	for ring := 1; ring <= k; ring++ {
		if c, ok = c.step(nextRing, &turns); !ok || c.Pentagon() {
			return nil, false
		}
		var cells []Cell
		for _, dir := range ringWay {
			for range ring {
				if c, ok = c.step(dir, &turns); !ok {
					return nil, false
				}
				cells = append(cells, c)
				if c.Pentagon() {
					return nil, false
				}
			}
		}
		rings = append(rings, cells)
	}
	return rings, true
}

// disk finds the cells by going to all neighbours again and again; they lie in a table by hash, whose order is the answer's.
func (c Cell) disk(k int) (cells []Cell, distances []int) {
	size := 3*k*(k+1) + 1
	cells, distances = make([]Cell, size), make([]int, size)
	var visit func(c Cell, distance int)
	visit = func(c Cell, distance int) {
		at := int(uint64(c) % uint64(size))
		for cells[at] != 0 && cells[at] != c {
			at = (at + 1) % size
		}
		if cells[at] == c && distances[at] <= distance {
			return
		}
		if cells[at], distances[at] = c, distance; distance >= k {
			return
		}
		for _, dir := range ringWay {
			turns := 0
			if next, ok := c.step(dir, &turns); ok {
				visit(next, distance+1)
			}
		}
	}
	visit(c, 0)
	return cells, distances
}
