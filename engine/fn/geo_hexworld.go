// The faces of the H3 grid, how they join, and where its 122 base cells are: twelve pentagons at the corners of the icosahedron, and
// hexagons at the centre of each face, half-way from there to each corner, and at the middle of each edge.

package fn

import (
	"math"
	"strings"
	"sync"
)

// hexCorners are the corners of the icosahedron, by longitude and latitude, with the number of the base cell there. It lies as on
// Buckminster Fuller's map, where every corner is at sea.
var hexCorners = [12]struct {
	base     int
	lon, lat float64
}{
	{4, 10.536199075467682, 64.70000012793487},
	{14, -143.47849001502516, 50.103201482241346},
	{24, 122.30000040778702, 39.10000003397593},
	{38, -67.13232636643566, 23.71792527122296},
	{49, 58.157705839572586, 10.44734518751103},
	{58, -5.245390296777324, 2.300882111626747},
	{63, 174.75460970322266, -2.300882111626747},
	{72, -121.8422941604274, -10.447345187511027},
	{83, 112.86767363356437, -23.717925271222967},
	{97, -57.69999959221297, -39.10000003397592},
	{107, 36.52150998497484, -50.10320148224133},
	{117, -169.46380092453242, -64.70000012793489},
}

// hexFaceCorners are each face's corners, against the clock. A face's directions are counted from the first.
var hexFaceCorners = [20][3]int{
	{0, 2, 1},
	{0, 1, 3},
	{0, 4, 2},
	{0, 3, 5},
	{0, 5, 4},
	{6, 1, 2},
	{7, 3, 1},
	{1, 6, 7},
	{8, 2, 4},
	{2, 8, 6},
	{9, 5, 3},
	{3, 7, 9},
	{10, 4, 5},
	{4, 10, 8},
	{5, 9, 10},
	{11, 7, 6},
	{11, 6, 8},
	{11, 9, 7},
	{11, 8, 10},
	{11, 10, 9},
}

// hexHomes tells for each base cell, by number, a face ('a' is the first), a place there (an index of hexPlaces) and by how many sixths
// its directions are turned in that face's plane. They are facts about the published numbering, read off where a cell and its
// children lie.
const hexHomes = `
a10 b60 a00 b10 b73 a60 a30 b00 c10 b20 a20 a40 d10 d60 b85 e10 c00 f20 c30 b40 g30 b30 c60 f30 a85 f00 d00 h10 e60 d20 c40 e00
i20 c20 g20 h60 g00 j10 d85 f50 g50 e30 d30 d40 e20 f10 h00 k30 i30 c85 i00 l10 j60 e40 l60 g10 h20 j00 e85 j30 h30 m20 k20 q85
k00 m30 n10 i50 p40 k50 i10 l00 p85 l20 j20 m00 o10 p30 q40 q20 p20 n60 o60 s85 k10 n00 m50 n30 r30 l30 p00 r40 q30 p50 m10 q00
o00 r85 o20 r50 s20 n20 s40 r20 o30 r00 p10 t85 q50 q10 t40 t30 s30 r10 s00 t20 t50 r73 s10 t00 s50 t10`

// hexPlaces are where base cells lie in a face: its centre, half-way to each corner, the middles of the edges, the corners.
var hexPlaces = [10]hexNumber{
	{0, 0},
	hexUnits[0], hexUnits[2], hexUnits[4], hexUnits[3], hexUnits[5], hexUnits[1],
	hexUnits[0].scaled(2), hexUnits[2].scaled(2), hexUnits[4].scaled(2),
}

// hexFace is a triangle with corners against the clock, the first in direction x from the centre, and the faces beyond its sides.
type hexFace struct {
	corners      [3]int
	centre, x, y [3]float64
	beyond       [3]hexSide
	cells        map[hexNumber]hexBase // base cells by their number on level 0, also those just outside of the face
}

// hexSide leads from a face's plane to the next one's: turn, then shift.
type hexSide struct {
	face, turn int
	shift      hexNumber // on level 0
}

// hexBase is a base cell as a face sees it: its number, and its directions' turn.
type hexBase struct{ number, turn int }

// hexHome is where a base cell's own digits are read.
type hexHome struct {
	face, turn int
	at         hexNumber
	pentagon   bool
	// sectors are the five faces around a pentagon, against the clock from that of digit 4, and corners where it is in each.
	sectors [5]int
	corners [5]hexNumber
}

type hexWorld struct {
	faces [20]hexFace
	homes [hexBaseCells]hexHome
	// scale is from the plane that touches the sphere at a face's centre to the lattice of level 0.
	scale float64
}

var hexEarth = sync.OnceValue(func() *hexWorld {
	w := &hexWorld{}
	w.placeFaces()
	w.joinFaces()
	w.placeBaseCells()
	return w
})

func dot3(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func cross3(a, b [3]float64) [3]float64 {
	return [3]float64{a[1]*b[2] - a[2]*b[1], a[2]*b[0] - a[0]*b[2], a[0]*b[1] - a[1]*b[0]}
}

// sum3 is the direction of a·x + b·y + c·z.
func sum3(a float64, x [3]float64, b float64, y [3]float64, c float64, z [3]float64) [3]float64 {
	var out [3]float64
	for i := range out {
		out[i] = a*x[i] + b*y[i] + c*z[i]
	}
	length := math.Sqrt(dot3(out, out))
	for i := range out {
		out[i] /= length
	}
	return out
}

// placeFaces puts a plane on each face.
func (w *hexWorld) placeFaces() {
	corner := func(i int) [3]float64 { return unit3(hexCorners[i].lon, hexCorners[i].lat) }
	for i := range w.faces {
		f := &w.faces[i]
		f.corners = hexFaceCorners[i]
		first := corner(f.corners[0])
		f.centre = sum3(1, first, 1, corner(f.corners[1]), 1, corner(f.corners[2]))
		f.x = sum3(1, first, -dot3(first, f.centre), f.centre, 0, f.centre)
		f.y = cross3(f.centre, f.x)
		cosine := dot3(f.centre, first)
		w.scale = 2 * cosine / math.Sqrt(1-cosine*cosine)
	}
}

// joinFaces finds what lies beyond each side. Side k goes from corner k to the next one.
func (w *hexWorld) joinFaces() {
	for f := range w.faces {
		for k := range 3 {
			from, to := w.faces[f].corners[k], w.faces[f].corners[(k+1)%3]
			for g := range w.faces {
				for j := range 3 {
					if w.faces[g].corners[j] == to && w.faces[g].corners[(j+1)%3] == from {
						shift := hexUnit(2*j + 1).scaled(2)
						w.faces[f].beyond[k] = hexSide{g, 3 + 2*(j-k), shift}
					}
				}
			}
		}
	}
}

func (w *hexWorld) placeBaseCells() {
	for f := range w.faces {
		w.faces[f].cells = map[hexNumber]hexBase{}
	}
	for number, word := range strings.Fields(hexHomes) {
		h := &w.homes[number]
		*h = hexHome{face: int(word[0] - 'a'), turn: int(word[2] - '0'), at: hexPlaces[word[1]-'0']}
		if h.pentagon = word[1] >= '7'; h.pentagon {
			w.placePentagon(number, int(word[1]-'7'))
			continue
		}
		w.seeFrom(h.face, h.at, hexBase{number, h.turn})
	}
}

// seeFrom notes a hexagon in a face, and in the faces from which it is seen beyond a side.
func (w *hexWorld) seeFrom(face int, at hexNumber, cell hexBase) {
	f := &w.faces[face]
	if _, known := f.cells[at]; known || at.times(at.mirrored()).a > 3 {
		return
	}
	f.cells[at] = cell
	for _, side := range f.beyond {
		w.seeFrom(side.face, hexUnit(side.turn).times(at).plus(side.shift), hexBase{cell.number, cell.turn + side.turn})
	}
}

// hexPentagonTurns are the directions of a pentagon, one a face, in sixths of a turn from digit 4: that of digit 1 is missing.
var hexPentagonTurns = [5]int{0, 1, 2, 3, 5}

// placePentagon notes a pentagon in the five faces around it: in each one of its directions points to the face's centre.
func (w *hexWorld) placePentagon(number, corner int) {
	h := &w.homes[number]
	face := h.face
	for s, turn := range hexPentagonTurns {
		f := &w.faces[face]
		at := hexUnit(2 * corner).scaled(2)
		f.cells[at] = hexBase{number, 2*corner + 3 - turn}
		h.sectors[s], h.corners[s] = face, at
		side := (corner + 2) % 3 // the one that ends at this corner
		next := f.beyond[side].face
		for k, c := range w.faces[next].corners {
			if c == f.corners[corner] {
				corner = k
				break
			}
		}
		face = next
	}
}
