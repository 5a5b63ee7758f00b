// The H3 grid beside its own library, the npm package h3-js, which answers as a black box.

package fn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand"
	"os"
	"os/exec"
	"slices"
	"testing"

	"calypso/kusto/value"
)

type hexAnswers struct {
	Points []struct {
		Cell     string
		Pentagon bool
		Centre   [2]float64
		Boundary [][2]float64
		Rings    [][]string
		Children []string
	}
	Polygons [][]string
}

// askHexLibrary gives the library's answers, or skips where it isn't there.
func askHexLibrary(t *testing.T, points [][3]float64, polygons [][2]any) hexAnswers {
	t.Helper()
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = os.Stat("../../node_modules/h3-js/package.json")
	}
	if err != nil {
		t.Skip("this needs node and the npm package h3-js: run npm ci; ", err)
	}
	in, err := json.Marshal(map[string]any{"points": points, "polygons": polygons})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, "testdata/h3.mjs")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	text, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var out hexAnswers
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// hexPoints are points anywhere, near pentagons, near the icosahedron's edges, at the poles and at 180°, on all levels.
func hexPoints(r *rand.Rand, n int) [][3]float64 {
	w := hexEarth()
	tiny := func() float64 { return math.Pow(10, -8*r.Float64()) * r.NormFloat64() }
	out := [][3]float64{}
	for level := range hexLevels + 1 {
		out = append(out, [3]float64{90, 0, float64(level)}, [3]float64{-90, 0, float64(level)}, [3]float64{5, 180, float64(level)},
			[3]float64{5, -180, float64(level)})
		for _, c := range hexCorners {
			out = append(out, [3]float64{c.lat, c.lon, float64(level)})
		}
	}
	for i := range n {
		face := &w.faces[r.Intn(len(w.faces))]
		k, part := r.Intn(3), r.Float64()
		a, b := hexCorners[face.corners[k]], hexCorners[face.corners[(k+1)%3]]
		var p [3]float64
		switch i % 3 {
		case 0:
			p = sum3(r.NormFloat64(), [3]float64{1}, r.NormFloat64(), [3]float64{0, 1}, r.NormFloat64(), [3]float64{0, 0, 1})
		case 1:
			p = sum3(1, unit3(a.lon, a.lat), tiny(), face.x, tiny(), face.y)
		case 2:
			p = sum3(part, unit3(a.lon, a.lat), 1-part, unit3(b.lon, b.lat), tiny(), face.centre)
		}
		lonLat := degreesOf(s2Point(p))
		out = append(out, [3]float64{lonLat[1].Real(), lonLat[0].Real(), float64(r.Intn(hexLevels + 1))})
	}
	return out
}

func TestHexGrid(t *testing.T) {
	points := hexPoints(rand.New(rand.NewSource(1)), 5000)
	w := hexEarth()
	for i, want := range askHexLibrary(t, points, nil).Points {
		lat, lon, level := points[i][0], points[i][1], points[i][2]
		c, ok := w.cellAt(unit3(lon, lat), int(level))
		if !ok || c.String() != want.Cell {
			t.Errorf("%v is in %s, not in %s", points[i], want.Cell, c)
			continue
		}
		if w.pentagon(c) != want.Pentagon {
			t.Errorf("%s: pentagon is %v", c, want.Pentagon)
		}
		if _, ok, err := parseHexCell("", c.String()); !ok || err != nil {
			t.Errorf("%s is a cell, but %v", c, err)
		}
		if !sameHexPlace(w.sphereAt(w.spotOf(c), 1), want.Centre) {
			t.Errorf("%s: its centre is %v", c, want.Centre)
		}
		if got := w.boundary(c); len(got) != len(want.Boundary) || !allHexPlaces(got, want.Boundary) {
			t.Errorf("%s: its corners are %v", c, want.Boundary)
		}
		checkHexRings(t, c, want.Rings, want.Pentagon)
		if level < hexLevels {
			over, err := Scalar("geo_h3cell_children", []Arg{{Kind: value.String}})
			if err != nil {
				t.Fatal(err)
			}
			v, err := over.Eval(&Context{}, []*value.Vector{value.ConstString(c.String(), 1)}, 1)
			if err != nil || value.DynAt(v, 0).String() != stringArray(want.Children).String() {
				t.Errorf("%s: its children are %v, got %v", c, want.Children, err)
			}
		}
	}
}

// checkHexRings holds rings to the library's: the very order where no pentagon is near, the same neighbours everywhere.
func checkHexRings(t *testing.T, c hexCell, want [][]string, pentagon bool) {
	t.Helper()
	w := hexEarth()
	near := namesOf(w.neighbors(c))
	slices.Sort(near)
	first := slices.Sorted(slices.Values(want[1]))
	if !slices.Equal(near, first) {
		t.Errorf("%s: its neighbours are %v, got %v", c, first, near)
	}
	var rings [][]string
	for distance := 1; distance < len(want); distance++ {
		ring, ok := w.ring(c, distance)
		if pentagon || !ok {
			return
		}
		rings = append(rings, namesOf(ring))
	}
	for i, got := range rings {
		if !slices.Equal(got, want[i+1]) {
			t.Errorf("%s: ring %d is %v, got %v", c, i+1, want[i+1], got)
		}
	}
}

// sameHexPlace allows for the library's arcsine, whose digits are fewer the nearer a pole is.
func sameHexPlace(p [3]float64, latLon [2]float64) bool {
	return angle(p, unit3(latLon[1], latLon[0])) < 1e-13+1e-15/max(1e-8, math.Hypot(p[0], p[1]))
}

func allHexPlaces(got [][3]float64, want [][2]float64) bool {
	for i := range got {
		if !sameHexPlace(got[i], want[i]) {
			return false
		}
	}
	return true
}

func TestHexCover(t *testing.T) {
	r := rand.New(rand.NewSource(2))
	var polygons [][2]any
	for range 300 {
		level := 2 + r.Intn(8)
		size := 15 * math.Pow(7, -float64(level)/2) * math.Exp(2*r.Float64())
		lon, lat := 140*(2*r.Float64()-1), 60*(2*r.Float64()-1)
		var ring [][2]float64
		for k := range 7 {
			turn := float64(k) / 7 * 2 * math.Pi
			far := size * (0.3 + r.Float64())
			ring = append(ring, [2]float64{lon + far*math.Cos(turn), lat + far*math.Sin(turn)/2})
		}
		polygons = append(polygons, [2]any{[][][2]float64{append(ring, ring[0])}, level})
	}
	over, err := Scalar("geo_polygon_to_h3cells", []Arg{{Kind: value.Dynamic}, {Kind: value.Long}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range askHexLibrary(t, nil, polygons).Polygons {
		rings, _ := json.Marshal(polygons[i][0])
		shape := value.ParseDyn(fmt.Sprintf(`{"type":"Polygon","coordinates":%s}`, rings))
		v, err := over.Eval(&Context{}, []*value.Vector{value.ConstDyn(shape, 1), value.ConstInt(value.Long, int64(polygons[i][1].(int)), 1)}, 1)
		if err != nil {
			t.Errorf("%v: %v", polygons[i], err)
			continue
		}
		slices.Sort(want)
		if got := value.DynAt(v, 0).String(); got != stringArray(want).String() {
			t.Errorf("%v: want %v, got %s", polygons[i], want, got)
		}
	}
}

// TestHexCells: a cell is at its own place, the point in its middle is in it, and its neighbours have it for a neighbour.
func TestHexCells(t *testing.T) {
	r, w := rand.New(rand.NewSource(3)), hexEarth()
	for range 3000 {
		level := r.Intn(hexLevels + 1)
		c := hexCell(1)<<59 | hexCell(level)<<52 | hexCell(r.Intn(hexBaseCells))<<45 | (1<<45 - 1)
		for l := 1; l <= level; l++ {
			c = c.with(l, r.Intn(7)*r.Intn(2))
		}
		if _, ok, _ := parseHexCell("", c.String()); !ok {
			continue
		}
		s := w.spotOf(c)
		if back, _ := w.cellOf(s); back != c {
			t.Errorf("%s is where %s is", c, back)
		}
		if at, _ := w.cellAt(w.sphereAt(s, 1), level); at != c {
			t.Errorf("the middle of %s is in %s", c, at)
		}
		near := w.neighbors(c)
		if want := 6; len(near) != want && (!w.pentagon(c) || len(near) != want-1) {
			t.Errorf("%s has the neighbours %v", c, near)
		}
		for _, n := range near {
			if !slices.Contains(w.neighbors(n), c) {
				t.Errorf("%s has the neighbour %s, not the other way round", c, n)
			}
		}
	}
}
