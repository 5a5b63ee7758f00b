// One region laid over another: their sides cut where they cross, each piece judged to be inside or outside of the other
// region, and the pieces that remain joined to rings. Rings begin where those of the S2 library's boolean operation do.
//
// What is too close to call is refused: corners that nearly lie on a side of the other region, and sides that nearly coincide.

package fn

import (
	"cmp"
	"math"
	"slices"

	"github.com/golang/geo/s2"
)

// Distances on the unit sphere: what is nearer than merge counts as one, what is farther than apart as apart.
const (
	merge = 2e-15
	apart = 2e-14
)

// region is an area bounded by rings; it lies to the left of their sides.
type region [][]s2.Point

func regionOf(p *s2.Polygon) region {
	var r region
	for _, loop := range p.Loops() {
		ring := make([]s2.Point, loop.NumVertices())
		for i := range ring {
			ring[i] = loop.OrientedVertex(i)
		}
		r = append(r, ring)
	}
	return r
}

func (r region) polygon() *s2.Polygon {
	loops := make([]*s2.Loop, len(r))
	for i, ring := range r {
		loops[i] = s2.LoopFromPoints(slices.Clone(ring))
	}
	return s2.PolygonFromOrientedLoops(loops)
}

func (r region) sides() []side {
	var out []side
	for _, ring := range r {
		for i, from := range ring {
			out = append(out, side{from, ring[(i+1)%len(ring)], len(out)})
		}
	}
	return out
}

// side is a side of a ring or a piece of one; id tells which, counted over both regions.
type side struct {
	from, to s2.Point
	id       int
}

// overlay is one operation. Its name is the function's, for refusals.
type overlay struct {
	name           string
	a, b           region
	piecesA        []side
	piecesB        []side
	insideA        []bool // for each piece of A: is it inside of B?
	insideB        []bool
	touches        bool // the borders have a corner in common
	same, opposite map[[2]s2.Point]bool
}

func (o *overlay) unsure() error {
	return &NotBuilt{Name: o.name, Detail: "borders that nearly touch"}
}

// newOverlay lays b over a.
func newOverlay(name string, a, b region) (*overlay, error) {
	o := &overlay{name: name, a: a, same: map[[2]s2.Point]bool{}, opposite: map[[2]s2.Point]bool{}}
	if err := o.snap(b); err != nil {
		return nil, err
	}
	if err := o.cut(); err != nil {
		return nil, err
	}
	ends := map[[2]s2.Point]bool{}
	for _, p := range o.piecesA {
		ends[[2]s2.Point{p.from, p.to}] = true
	}
	for _, p := range o.piecesB {
		if ends[[2]s2.Point{p.from, p.to}] {
			o.same[[2]s2.Point{p.from, p.to}] = true
		}
		if ends[[2]s2.Point{p.to, p.from}] {
			o.opposite[[2]s2.Point{p.from, p.to}] = true
			o.opposite[[2]s2.Point{p.to, p.from}] = true
		}
	}
	var err error
	if o.insideA, err = o.judge(o.piecesA, o.b); err != nil {
		return nil, err
	}
	o.insideB, err = o.judge(o.piecesB, o.a)
	return o, err
}

// snap takes in b, its corners moved onto those of a that are the same but for rounding.
func (o *overlay) snap(b region) error {
	var corners []s2.Point
	for _, ring := range o.a {
		corners = append(corners, ring...)
	}
	slices.SortFunc(corners, func(p, q s2.Point) int { return cmp.Compare(p.X, q.X) })
	for _, ring := range b {
		moved := slices.Clone(ring)
		for i, p := range moved {
			at, _ := slices.BinarySearchFunc(corners, p.X-apart, func(q s2.Point, x float64) int { return cmp.Compare(q.X, x) })
			for ; at < len(corners) && corners[at].X <= p.X+apart; at++ {
				switch d := corners[at].Sub(p.Vector).Norm(); {
				case d <= merge:
					moved[i] = corners[at]
				case d < apart:
					return o.unsure()
				}
			}
		}
		o.b = append(o.b, moved)
	}
	return nil
}

// cut finds where sides cross or touch, and cuts them there.
func (o *overlay) cut() error {
	sidesA, sidesB := o.a.sides(), o.b.sides()
	if err := tooMany(o.name, sidesA, sidesB); err != nil {
		return err
	}
	cutsA, cutsB := make([][]s2.Point, len(sidesA)), make([][]s2.Point, len(sidesB))
	for i, s := range sidesA {
		for j, t := range sidesB {
			if !mayMeet(s, t) {
				continue
			}
			if s.from == t.from || s.from == t.to || s.to == t.from || s.to == t.to {
				o.touches = true
			}
			met, err := o.corners(s, t, &cutsA[i], &cutsB[j])
			if err != nil {
				return err
			}
			if met || s2.CrossingSign(s.from, s.to, t.from, t.to) != s2.Cross {
				continue
			}
			x := s2.Intersection(s.from, s.to, t.from, t.to)
			cutsA[i], cutsB[j] = append(cutsA[i], x), append(cutsB[j], x)
		}
	}
	o.piecesA, o.piecesB = piecesOf(sidesA, cutsA, 0), piecesOf(sidesB, cutsB, len(sidesA))
	return nil
}

// tooMany refuses shapes whose sides would take too long to hold against each other.
func tooMany(name string, a, b []side) error {
	const most = 1 << 25
	return refuseUnless(len(a)*len(b) <= most, name, "shapes of so many corners")
}

// mayMeet is false for sides that are far from each other.
func mayMeet(s, t side) bool {
	reach := s.from.Sub(s.to.Vector).Norm() + t.from.Sub(t.to.Vector).Norm()
	return s.from.Sub(t.from.Vector).Norm() <= 1.6*reach+apart
}

// corners cuts a side at a corner of the other that lies on it; true when there was such a corner.
func (o *overlay) corners(s, t side, cutS, cutT *[]s2.Point) (bool, error) {
	met := false
	check := func(p s2.Point, on side, cut *[]s2.Point) error {
		if p == on.from || p == on.to {
			return nil
		}
		switch d := s2.DistanceFromSegment(p, on.from, on.to).Radians(); {
		case d <= merge:
			*cut = append(*cut, p)
			met, o.touches = true, true
		case d < apart:
			return o.unsure()
		}
		return nil
	}
	for _, err := range []error{check(t.from, s, cutS), check(t.to, s, cutS), check(s.from, t, cutT), check(s.to, t, cutT)} {
		if err != nil {
			return false, err
		}
	}
	return met, nil
}

func piecesOf(sides []side, cuts [][]s2.Point, firstID int) []side {
	var out []side
	for i, s := range sides {
		slices.SortFunc(cuts[i], func(p, q s2.Point) int {
			return cmp.Compare(s.from.Sub(p.Vector).Norm2(), s.from.Sub(q.Vector).Norm2())
		})
		from := s.from
		for _, to := range append(slices.Compact(cuts[i]), s.to) {
			out = append(out, side{from, to, firstID + s.id})
			from = to
		}
	}
	return out
}

// judge tells which pieces lie inside of the other region. Pieces that both have count as outside.
func (o *overlay) judge(pieces []side, other region) ([]bool, error) {
	polygon, sides := other.polygon(), other.sides()
	inside := make([]bool, len(pieces))
	for i, p := range pieces {
		ends := [2]s2.Point{p.from, p.to}
		if o.same[ends] || o.opposite[ends] {
			continue
		}
		middle := s2.Point{Vector: p.from.Add(p.to.Vector).Normalize()}
		for _, s := range sides {
			if mayMeet(p, s) && s2.DistanceFromSegment(middle, s.from, s.to).Radians() < apart {
				return nil, o.unsure()
			}
		}
		inside[i] = polygon.ContainsPoint(middle)
	}
	return inside, nil
}

// result joins the pieces of the union, or of the intersection, to rings.
func (o *overlay) result(inside bool) (region, error) {
	var kept []side
	for i, p := range o.piecesA {
		ends := [2]s2.Point{p.from, p.to}
		if o.same[ends] || !o.opposite[ends] && o.insideA[i] == inside {
			kept = append(kept, p)
		}
	}
	for i, p := range o.piecesB {
		ends := [2]s2.Point{p.from, p.to}
		if !o.same[ends] && !o.opposite[ends] && o.insideB[i] == inside {
			kept = append(kept, p)
		}
	}
	return o.join(kept)
}

// join makes rings of pieces, turning left where there is a choice.
func (o *overlay) join(pieces []side) (region, error) {
	slices.SortStableFunc(pieces, func(p, q side) int {
		return cmp.Or(comparePoints(p.from, q.from), comparePoints(p.to, q.to))
	})
	leaving := map[s2.Point][]int{}
	for i, p := range pieces {
		leaving[p.from] = append(leaving[p.from], i)
	}
	used := make([]bool, len(pieces))
	var loops [][]side
	for start := range pieces {
		var path []side
		position := map[s2.Point]int{}
		for at := start; !used[at]; {
			used[at] = true
			p := pieces[at]
			position[p.from] = len(path)
			path = append(path, p)
			if begin, seen := position[p.to]; seen {
				loop := slices.Clone(path[begin:])
				path = path[:begin]
				for _, q := range loop {
					delete(position, q.from)
				}
				loops = append(loops, startRing(loop))
				if len(path) == 0 {
					break
				}
			}
			next := leftmost(p, pieces, leaving[p.to], used)
			if next < 0 {
				return nil, o.unsure()
			}
			at = next
		}
		if len(path) > 0 {
			return nil, o.unsure()
		}
	}
	slices.SortStableFunc(loops, func(p, q []side) int { return cmp.Compare(p[0].id, q[0].id) })
	out := make(region, len(loops))
	for i, loop := range loops {
		for _, p := range loop {
			out[i] = append(out[i], p.from)
		}
	}
	return out, nil
}

// comparePoints orders points along the curve of the S2 grid.
func comparePoints(p, q s2.Point) int {
	if p == q {
		return 0
	}
	return cmp.Or(cmp.Compare(s2.CellFromPoint(p).ID(), s2.CellFromPoint(q).ID()), p.Cmp(q.Vector))
}

// startRing turns a ring so that it ends with its piece of the highest number, the last of several in a row.
func startRing(loop []side) []side {
	last, gap := 0, false
	for i := 1; i < len(loop); i++ {
		switch c := cmp.Compare(loop[i].id, loop[last].id); {
		case c < 0:
			gap = true
		case c > 0 || !gap:
			last, gap = i, false
		}
	}
	at := (last + 1) % len(loop)
	return append(slices.Clone(loop[at:]), loop[:at]...)
}

// leftmost chooses the unused piece that turns most to the left, as seen when coming along p; -1 for none.
func leftmost(p side, pieces []side, choices []int, used []bool) int {
	best, bestAngle := -1, 0.0
	x := p.to.Ortho()
	y := p.to.Cross(x)
	direction := func(q s2.Point) float64 { return math.Atan2(q.Dot(y), q.Dot(x)) }
	back := direction(p.from)
	for _, i := range choices {
		if used[i] {
			continue
		}
		angle := math.Mod(back-direction(pieces[i].to)+4*math.Pi, 2*math.Pi)
		if best < 0 || angle < bestAngle {
			best, bestAngle = i, angle
		}
	}
	return best
}

// unionOf joins regions, always the two of fewest corners first.
func unionOf(name string, regions []region) (region, error) {
	type sized struct {
		region
		size int
	}
	var queue []sized
	insert := func(r region, size int) {
		at := 0
		for at < len(queue) && queue[at].size <= size {
			at++
		}
		queue = slices.Insert(queue, at, sized{r, size})
	}
	for _, r := range regions {
		insert(r, len(r.sides()))
	}
	for len(queue) > 1 {
		a, b := queue[0], queue[1]
		queue = queue[2:]
		o, err := newOverlay(name, a.region, b.region)
		if err != nil {
			return nil, err
		}
		joined, err := o.result(false)
		if err != nil {
			return nil, err
		}
		insert(joined, a.size+b.size)
	}
	return queue[0].region, nil
}

// shells tells whether no ring is a hole.
func (r region) shells() bool {
	for _, ring := range r {
		if loop := s2.LoopFromPoints(slices.Clone(ring)); !loop.IsNormalized() {
			return false
		}
	}
	return true
}
