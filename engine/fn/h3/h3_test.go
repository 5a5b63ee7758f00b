package h3

import (
	"math"
	"testing"
)

func baseCells() []Cell {
	var cells []Cell
	for b := range baseCellHome {
		cells = append(cells, newCell(0, b))
	}
	return cells
}

func cellsOf(level int) []Cell {
	var cells []Cell
	for _, c := range baseCells() {
		cells = append(cells, c.Children(level)...)
	}
	return cells
}

// TestEveryCell checks each cell of the coarse levels: its centre lies in it, its name can be read, its parent has it.
func TestEveryCell(t *testing.T) {
	for level := range 5 {
		cells := cellsOf(level)
		if want := 2 + 120*power7(level); len(cells) != want {
			t.Fatalf("level %d: %d cells, want %d", level, len(cells), want)
		}
		for _, c := range cells {
			lng, lat := c.Center()
			if at, ok := FromPoint(lng, lat, level); !ok || at != c {
				t.Fatalf("level %d: the centre of %s lies in %s", level, c, at)
			}
			if again, ok := Parse(c.String()); !ok || again != c {
				t.Fatalf("%s can't be read", c)
			}
			if level > 0 {
				parent, ok := c.Parent(level - 1)
				if !ok || parent.Level() != level-1 || !holds(parent.Children(level), c) {
					t.Fatalf("%s isn't among the children of its parent %s", c, parent)
				}
			}
		}
	}
}

func holds(cells []Cell, c Cell) bool {
	for _, x := range cells {
		if x == c {
			return true
		}
	}
	return false
}

// TestNeighbors checks that cells are each other's neighbours, as many as they have sides, and near.
func TestNeighbors(t *testing.T) {
	for level := range 4 {
		for _, c := range cellsOf(level) {
			rings := c.Rings(1)
			want := 6
			if c.Pentagon() {
				want = 5
			}
			if len(rings[1]) != want {
				t.Fatalf("%s has %d neighbours, want %d", c, len(rings[1]), want)
			}
			for _, n := range rings[1] {
				if n == c || !n.valid() || n.Level() != level || !holds(n.Rings(1)[1], c) {
					t.Fatalf("%s and %s aren't each other's neighbours", c, n)
				}
			}
		}
	}
}

// TestBorders checks that the area of all cells is the globe's, and that a corner's cells all have it.
func TestBorders(t *testing.T) {
	for level := range 4 {
		total := 0.0
		for _, c := range cellsOf(level) {
			border := c.border()
			least := 6
			if c.Pentagon() {
				least = 5
			}
			if len(border) < least {
				t.Fatalf("%s has %d corners", c, len(border))
			}
			total += area(c.middle(), border)
		}
		if math.Abs(total-4*math.Pi) > 1e-6 {
			t.Errorf("level %d: all cells together are %g, want %g", level, total, 4*math.Pi)
		}
	}
}

// area adds up the triangles around a point.
func area(middle point, border []point) float64 {
	total := 0.0
	for i := range border {
		total += triangle(middle, border[i], border[(i+1)%len(border)])
	}
	return total
}

func triangle(a, b, c point) float64 {
	x, y, z := vector(a), vector(b), vector(c)
	det := x[0]*(y[1]*z[2]-y[2]*z[1]) - x[1]*(y[0]*z[2]-y[2]*z[0]) + x[2]*(y[0]*z[1]-y[1]*z[0])
	dot := func(p, q [3]float64) float64 { return p[0]*q[0] + p[1]*q[1] + p[2]*q[2] }
	return 2 * math.Atan2(det, 1+dot(x, y)+dot(y, z)+dot(z, x))
}

func vector(p point) [3]float64 {
	return [3]float64{math.Cos(p.lat) * math.Cos(p.lng), math.Cos(p.lat) * math.Sin(p.lng), math.Sin(p.lat)}
}

// TestRings checks rings that meet pentagons and those that don't: no cell twice, distances grow by one.
func TestRings(t *testing.T) {
	for _, c := range append(cellsOf(1), newCell(5, 14), newCell(7, 100)) {
		seen := map[Cell]bool{}
		for k, ring := range c.Rings(3) {
			for _, x := range ring {
				if seen[x] {
					t.Fatalf("%s is twice around %s", x, c)
				}
				seen[x] = true
			}
			if k == 0 && (len(ring) != 1 || ring[0] != c) {
				t.Fatalf("ring 0 of %s is %v", c, ring)
			}
		}
	}
}

func TestCover(t *testing.T) {
	square := [][][2]float64{{{10, 10}, {12, 10}, {12, 12}, {10, 12}}}
	cells, ok := Cover(square, 4, 1000)
	if !ok || len(cells) == 0 {
		t.Fatal("no cells")
	}
	for _, c := range cells {
		lng, lat := c.Center()
		if lng < 10 || lng > 12 || lat < 10 || lat > 12 {
			t.Errorf("the centre of %s is outside", c)
		}
	}
	holed, ok := Cover(append(square, [][2]float64{{10.5, 10.5}, {10.5, 11.5}, {11.5, 11.5}, {11.5, 10.5}}), 4, 1000)
	if !ok || len(holed) >= len(cells) {
		t.Errorf("%d cells with a hole, %d without", len(holed), len(cells))
	}
	if _, ok := Cover([][][2]float64{{{1, 1}, {1, 1}}}, 4, 1000); ok {
		t.Error("a loop without area is covered")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("862a1072fffffff", 2)
	f.Add("8009fffffffffff", 3)
	f.Add("zz", 0)
	f.Fuzz(func(t *testing.T, s string, k int) {
		c, ok := Parse(s)
		if !ok {
			return
		}
		c.Boundary()
		lng, lat := c.Center()
		if at, ok := FromPoint(lng, lat, c.Level()); !ok || at != c {
			t.Errorf("the centre of %s lies in %s", c, at)
		}
		c.Rings(k & 3)
	})
}
