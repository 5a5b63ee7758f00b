package fn

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/golang/geo/s2"

	"calypso/kusto/value"
)

// star makes a ring around a point, counter-clockwise, with corners at random distances.
func star(r *rand.Rand, lon, lat, size float64) []s2.Point {
	n := 3 + r.IntN(9)
	ring := make([]s2.Point, n)
	for i := range ring {
		angle := (float64(i) + r.Float64()*0.8) / float64(n) * 2 * math.Pi
		far := size * (0.3 + r.Float64())
		ring[i] = pointOf(lon+far*math.Cos(angle), lat+far*math.Sin(angle))
	}
	return ring
}

func validStar(r *rand.Rand, lon, lat, size float64) region {
	for {
		ring := star(r, lon, lat, size)
		loop := s2.LoopFromPoints(ring)
		if simpleRing(ring) && loop.IsNormalized() {
			return region{ring}
		}
	}
}

// TestOverlay holds unions and intersections of random polygons against their areas and against single points.
func TestOverlay(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for range 400 {
		size := math.Pow(10, -3+4*r.Float64())
		a := validStar(r, 20, 30, size)
		b := validStar(r, 20+size*r.Float64(), 30+size*r.Float64(), size)
		o, err := newOverlay("test", a, b)
		var missing *NotBuilt
		if errors.As(err, &missing) {
			refused++
			continue
		}
		joined, errJoin := o.result(false)
		common, errCommon := o.result(true)
		if err != nil || errJoin != nil || errCommon != nil {
			t.Fatal(err, errJoin, errCommon)
		}
		pa, pb, pj, pc := a.polygon(), b.polygon(), joined.polygon(), common.polygon()
		if len(common) == 0 {
			pc = &s2.Polygon{}
		}
		sum, both := pa.Area()+pb.Area(), pj.Area()+pc.Area()
		if math.Abs(sum-both) > 1e-9*sum+1e-15 {
			t.Fatalf("areas: %g and %g make %g, union and intersection %g", pa.Area(), pb.Area(), sum, both)
		}
		for range 50 {
			p := pointOf(20+3*size*(r.Float64()-0.5), 30+3*size*(r.Float64()-0.5))
			inA, inB := pa.ContainsPoint(p), pb.ContainsPoint(p)
			if pj.ContainsPoint(p) != (inA || inB) || len(common) > 0 && pc.ContainsPoint(p) != (inA && inB) {
				t.Fatalf("point %v: in A %v, in B %v, in the union %v, in the intersection %v", p, inA, inB, pj.ContainsPoint(p), pc.ContainsPoint(p))
			}
		}
	}
	if refused > 20 {
		t.Errorf("%d of 400 refused", refused)
	}
}

// TestUnionOfTiles joins squares that share sides to one polygon.
func TestUnionOfTiles(t *testing.T) {
	var tiles []region
	total := 0.0
	for x := range 4 {
		for y := range 3 {
			west, south := 10+float64(x), 40+float64(y)
			tile := region{{pointOf(west, south), pointOf(west+1, south), pointOf(west+1, south+1), pointOf(west, south+1)}}
			tiles = append(tiles, tile)
			total += tile.polygon().Area()
		}
	}
	whole, err := unionOf("test", tiles)
	if err != nil {
		t.Fatal(err)
	}
	if len(whole) != 1 || len(whole[0]) != 14 {
		t.Errorf("%d rings, the first of %d corners", len(whole), len(whole[0]))
	}
	if area := whole.polygon().Area(); math.Abs(area-total) > 1e-9*total {
		t.Errorf("area %g, want %g", area, total)
	}
}

// FuzzShapes gives any text to the functions of shapes: no panic, and typed errors only.
func FuzzShapes(f *testing.F) {
	for _, a := range someDyns {
		f.Add(a, `{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}`)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a) > 2000 || len(b) > 2000 {
			return
		}
		x, y := value.ConstDyn(value.ParseDyn(a), 1), value.ConstDyn(value.ParseDyn(b), 1)
		for _, family := range [][]scalar{lineFamily, polygonFamily, relateFamily, bufferFamily} {
			for _, row := range family {
				for _, args := range [][]*value.Vector{{x}, {x, y}, {x, value.ConstReal(5, 1)}, {value.ConstReal(1, 1), value.ConstReal(1, 1), x}} {
					over, err := Scalar(row.name, describe(args))
					if err != nil {
						mustBeTyped(t, row.name, err)
						continue
					}
					start := time.Now()
					if _, err := over.Eval(testContext(), args, 1); err != nil {
						mustBeTyped(t, row.name, err)
					}
					if took := time.Since(start); took > 30*time.Second {
						t.Errorf("%s took %v", row.name, took)
					}
				}
			}
		}
	})
}

func FuzzWKT(f *testing.F) {
	f.Add("GEOMETRYCOLLECTION (POINT (1 1),LINESTRING (2 2, 3 3))")
	f.Add("POLYGON ((0 0, 2 0")
	f.Fuzz(func(t *testing.T, s string) {
		if _, _, err := fromWKT(s); err != nil {
			mustBeTyped(t, "geo_from_wkt", err)
		}
	})
}
