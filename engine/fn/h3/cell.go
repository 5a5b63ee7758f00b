// A cell's name: the level, the base cell and a digit a level, packed into 64 bits.

package h3

import (
	"strconv"
)

// Cell names a cell of the grid. Bits from the top: a reserved one, 4 of mode, 3 reserved, 4 of level, 7 of base cell, 15
// digits of 3 bits.
type Cell uint64

// Levels is the finest level; 0 is the coarsest.
const Levels = 15

const (
	cellMode     = 1
	modeShift    = 59
	levelShift   = 52
	baseShift    = 45
	digitMask    = 7
	blank        = Cell(1)<<baseShift - 1 // all digits unused
	invalidDigit = 7
)

// The digits are directions on the grid.
const (
	center = iota
	kAxis
	jAxis
	jkAxis
	iAxis
	ikAxis
	ijAxis
)

// Parse reads a cell's name in hexadecimal; false when it is no name of a cell.
func Parse(s string) (Cell, bool) {
	if len(s) > 16 {
		return 0, false
	}
	x, err := strconv.ParseUint(s, 16, 64)
	c := Cell(x)
	return c, err == nil && c.valid()
}

// String writes the name in hexadecimal.
func (c Cell) String() string { return strconv.FormatUint(uint64(c), 16) }

// Level is the cell's level, 0 to 15.
func (c Cell) Level() int { return int(c >> levelShift & 15) }

func (c Cell) base() int { return int(c >> baseShift & 127) }

func (c Cell) digit(level int) int { return int(c >> (3 * (Levels - level)) & digitMask) }

func (c Cell) withDigit(level, digit int) Cell {
	shift := 3 * (Levels - level)
	return c&^(digitMask<<shift) | Cell(digit)<<shift
}

func (c Cell) withLevel(level int) Cell { return c&^(15<<levelShift) | Cell(level)<<levelShift }

func (c Cell) withBase(base int) Cell { return c&^(127<<baseShift) | Cell(base&127)<<baseShift }

// newCell is a base cell's centre cell at a level.
func newCell(level, base int) Cell {
	c := (blank | cellMode<<modeShift).withLevel(level).withBase(base)
	for l := 1; l <= level; l++ {
		c = c.withDigit(l, center)
	}
	return c
}

func (c Cell) valid() bool {
	if c>>modeShift != cellMode || c>>56&7 != 0 || c.base() >= len(baseCellHome) {
		return false
	}
	_, pentagon := pentagons[c.base()]
	leading := true
	for l := 1; l <= Levels; l++ {
		d := c.digit(l)
		if (d == invalidDigit) != (l > c.Level()) {
			return false
		}
		if leading && d != center && d != invalidDigit {
			if leading = false; pentagon && d == kAxis {
				return false
			}
		}
	}
	return true
}

// leading is the first digit that isn't the centre.
func (c Cell) leading() int {
	for l := 1; l <= c.Level(); l++ {
		if d := c.digit(l); d != center {
			return d
		}
	}
	return center
}

// Pentagon tells whether the cell has five sides.
func (c Cell) Pentagon() bool {
	_, pentagon := pentagons[c.base()]
	return pentagon && c.leading() == center
}

var (
	turnedLeft  = [8]int{center, ikAxis, jkAxis, kAxis, ijAxis, iAxis, jAxis, invalidDigit}
	turnedRight = [8]int{center, jkAxis, ijAxis, jAxis, ikAxis, kAxis, iAxis, invalidDigit}
)

func (c Cell) turned(table *[8]int) Cell {
	for l := 1; l <= c.Level(); l++ {
		c = c.withDigit(l, table[c.digit(l)])
	}
	return c
}

// turnedPentagon turns counter-clockwise around a pentagon, stepping over the direction that it lacks.
func (c Cell) turnedPentagon() Cell {
	found := false
	for l := 1; l <= c.Level(); l++ {
		c = c.withDigit(l, turnedLeft[c.digit(l)])
		if !found && c.digit(l) != center {
			if found = true; c.leading() == kAxis {
				c = c.turned(&turnedLeft)
			}
		}
	}
	return c
}

// Parent is the cell of a coarser level, or of the same, that holds this one; false when the level isn't one of those.
func (c Cell) Parent(level int) (Cell, bool) {
	if level < 0 || level > c.Level() {
		return 0, false
	}
	for l := level + 1; l <= c.Level(); l++ {
		c = c.withDigit(l, invalidDigit)
	}
	return c.withLevel(level), true
}

// Children are the cells of a finer level in this one, in order; nil when the level is coarser or none.
func (c Cell) Children(level int) []Cell {
	if level < c.Level() || level > Levels {
		return nil
	}
	cells := []Cell{c}
	for l := c.Level() + 1; l <= level; l++ {
		next := make([]Cell, 0, 7*len(cells))
		for _, parent := range cells {
			for d := range invalidDigit {
				if d != kAxis || !parent.Pentagon() {
					next = append(next, parent.withLevel(l).withDigit(l, d))
				}
			}
		}
		cells = next
	}
	return cells
}
