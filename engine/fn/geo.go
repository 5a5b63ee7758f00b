// Points on the sphere and geohashes. The sphere is that of the S2 library, of radius 6,371,010 m.

package fn

import (
	"math"
	"strings"

	"calypso/kusto/value"
)

var geoFamily = []scalar{
	simple("geo_distance_2points", value.Real, geoRows(4, func(x []float64) (float64, bool) {
		return distance(x[0], x[1], x[2], x[3]), onEarth(x[0], x[1]) && onEarth(x[2], x[3])
	}, value.Real), value.Real, value.Real, value.Real, value.Real),
	simple("geo_azimuth", value.Real, geoRows(4, func(x []float64) (float64, bool) {
		return azimuth(x[0], x[1], x[2], x[3]), onEarth(x[0], x[1]) && onEarth(x[2], x[3]) && (x[0] != x[2] || x[1] != x[3])
	}, value.Real), value.Real, value.Real, value.Real, value.Real),
	simple("geo_angle", value.Real, geoAngleBody, value.Real, value.Real, value.Real, value.Real, value.Real, value.Real),
	simple("geo_point_in_circle", value.Bool, geoRows(5, func(x []float64) (bool, bool) {
		return distance(x[0], x[1], x[2], x[3]) <= x[4], onEarth(x[0], x[1]) && onEarth(x[2], x[3]) && x[4] >= 0
	}, value.Bool), value.Real, value.Real, value.Real, value.Real, value.Real),
	simple("geo_line_length", value.Real, try1(value.Real, lineLength), value.Dynamic),
	optional("geo_point_to_geohash", 2, value.String, geohashBody, value.Real, value.Real, value.Long),
	simple("geo_geohash_to_central_point", value.Dynamic, try1(value.Dynamic, func(hash string) (value.Dyn, bool) {
		c, ok := geohashCell(hash)
		return geometry("Point", value.NewArray(lonLat((c.west+c.east)/2, (c.south+c.north)/2))), ok
	}), value.String),
	simple("geo_geohash_to_polygon", value.Dynamic, try1(value.Dynamic, geohashPolygon), value.String),
	simple("geo_geohash_neighbors", value.Dynamic, fallible(value.Dynamic, geohashNeighbors), value.String),
}

// geoRows adapts a function of n reals; a null among them gives null.
func geoRows[R cell](n int, f func(x []float64) (R, bool), kind value.Kind) body {
	return rows(kind, func(a []*value.Vector, i int) (R, bool) {
		var buf [5]float64
		x := buf[:n]
		for j, v := range a {
			if v.IsNull(i) {
				var none R
				return none, false
			}
			x[j] = v.Reals[i&v.Mask()]
		}
		return f(x)
	})
}

const earthRadius = 6371010.0

func onEarth(lon, lat float64) bool { return math.Abs(lon) <= 180 && math.Abs(lat) <= 90 }

// distance is the length of the great circle between two points, in metres.
func distance(lonA, latA, lonB, latB float64) float64 {
	const rad = math.Pi / 180
	dLat, dLon := sine((latB-latA)*rad/2), sine((lonB-lonA)*rad/2)
	h := dLat*dLat + cosine(latA*rad)*cosine(latB*rad)*dLon*dLon
	return 2 * earthRadius * math.Asin(math.Sqrt(math.Min(1, h)))
}

// unit3 is a point on the unit sphere, and angle the angle between two. S2 measures edges so, and points by the haversine.
func unit3(lon, lat float64) [3]float64 {
	const rad = math.Pi / 180
	phi, theta := lat*rad, lon*rad
	return [3]float64{cosine(phi) * cosine(theta), cosine(phi) * sine(theta), sine(phi)}
}

func angle(a, b [3]float64) float64 {
	x, y, z := a[1]*b[2]-a[2]*b[1], a[2]*b[0]-a[0]*b[2], a[0]*b[1]-a[1]*b[0]
	return math.Atan2(math.Sqrt(x*x+y*y+z*z), a[0]*b[0]+a[1]*b[1]+a[2]*b[2])
}

// azimuth is the direction from a to b, clockwise from north, in radians from 0 to 2π.
func azimuth(lonA, latA, lonB, latB float64) float64 {
	const rad = math.Pi / 180
	dLon := (lonB - lonA) * rad
	y := sine(dLon) * cosine(latB*rad)
	x := cosine(latA*rad)*sine(latB*rad) - sine(latA*rad)*cosine(latB*rad)*cosine(dLon)
	if a := math.Atan2(y, x); a >= 0 {
		return a
	}
	return math.Atan2(y, x) + 2*math.Pi
}

// geoAngleBody: the angle at the second of three points, clockwise from the first to the third. Above half a turn it is refused:
// whether the real engine counts on or turns back isn't known.
func geoAngleBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out, nulls := make([]float64, n), eitherNull(n, a...)
	for i := range out {
		var x [6]float64
		for j, v := range a {
			x[j] = v.Reals[i&v.Mask()]
		}
		fine := onEarth(x[0], x[1]) && onEarth(x[2], x[3]) && onEarth(x[4], x[5])
		if nulls.Has(i) || !fine || x[0] == x[2] && x[1] == x[3] || x[2] == x[4] && x[3] == x[5] {
			nulls = nulls.Set(i, n)
			continue
		}
		if out[i] = azimuth(x[2], x[3], x[4], x[5]) - azimuth(x[2], x[3], x[0], x[1]); out[i] < 0 {
			out[i] += 2 * math.Pi
		}
		if out[i] >= math.Pi {
			return nil, &NotBuilt{Name: "geo_angle", Detail: "an angle above half a turn"}
		}
	}
	return vectorOf(value.Real, out, nulls), nil
}

// lineLength adds up the edges of a LineString or MultiLineString; false where it is none.
func lineLength(d value.Dyn) (float64, bool) {
	lines := []value.Dyn{d.Lookup("coordinates")}
	switch d.Lookup("type").Str() {
	case "LineString":
	case "MultiLineString":
		lines = d.Lookup("coordinates").Items()
	default:
		return 0, false
	}
	total := 0.0
	for _, line := range lines {
		if line.Len() < 2 {
			return 0, false
		}
		for i, p := range line.Items() {
			lon, okLon := dynReal(p.Index(0))
			lat, okLat := dynReal(p.Index(1))
			if !okLon || !okLat || !onEarth(lon, lat) {
				return 0, false
			}
			if i > 0 {
				before := line.Index(i - 1)
				total += earthRadius * angle(unit3(before.Index(0).Real(), before.Index(1).Real()), unit3(lon, lat))
			}
		}
	}
	return total, len(lines) > 0
}

const geohashDigits = "0123456789bcdefghjkmnpqrstuvwxyz"

// area is a cell of the geohash grid, in degrees.
type area struct{ west, south, east, north float64 }

// geohashOf names the cell of a point by n digits.
func geohashOf(lon, lat float64, n int64) string {
	c := area{-180, -90, 180, 90}
	out := make([]byte, 0, n)
	digit, even := 0, true
	for bit := 1; int64(len(out)) < n; bit++ {
		digit = digit<<1 | c.halve(even, func(mid float64) bool {
			if even {
				return lon >= mid
			}
			return lat >= mid
		})
		even = !even
		if bit%5 == 0 {
			out, digit = append(out, geohashDigits[digit]), 0
		}
	}
	return string(out)
}

// halve keeps the upper half of the cell when upper says so, and gives 1 then.
func (c *area) halve(longitude bool, upper func(mid float64) bool) int {
	low, high := &c.south, &c.north
	if longitude {
		low, high = &c.west, &c.east
	}
	mid := (*low + *high) / 2
	if upper(mid) {
		*low = mid
		return 1
	}
	*high = mid
	return 0
}

func geohashCell(hash string) (area, bool) {
	c, even := area{-180, -90, 180, 90}, true
	for i := 0; i < len(hash); i++ {
		digit := strings.IndexByte(geohashDigits, hash[i])
		if digit < 0 {
			return c, false
		}
		for bit := 4; bit >= 0; bit-- {
			c.halve(even, func(float64) bool { return digit>>bit&1 == 1 })
			even = !even
		}
	}
	return c, hash != "" && len(hash) <= 18
}

// geohashBody: geo_point_to_geohash(longitude, latitude, digits); "" for what is no point or no number of digits.
func geohashBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		digits := int64(5)
		if len(a) > 2 {
			if digits = 0; !a[2].IsNull(i) {
				digits = a[2].Ints[i&a[2].Mask()]
			}
		}
		if a[0].IsNull(i) || a[1].IsNull(i) || digits < 1 || digits > 18 {
			continue
		}
		if lon, lat := a[0].Reals[i&a[0].Mask()], a[1].Reals[i&a[1].Mask()]; onEarth(lon, lat) {
			out[i] = geohashOf(lon, lat, digits)
		}
	}
	return vectorOf(value.String, out, nil), nil
}

func geometry(kind string, coordinates value.Dyn) value.Dyn {
	return value.NewBag([]string{"type", "coordinates"}, []value.Dyn{value.DynOfString(kind), coordinates})
}

func lonLat(lon, lat float64) []value.Dyn {
	return []value.Dyn{value.DynOfReal(lon), value.DynOfReal(lat)}
}

func geohashPolygon(hash string) (value.Dyn, bool) {
	c, ok := geohashCell(hash)
	var ring []value.Dyn
	for _, p := range [][2]float64{{c.west, c.south}, {c.east, c.south}, {c.east, c.north}, {c.west, c.north}, {c.west, c.south}} {
		ring = append(ring, value.NewArray(lonLat(p[0], p[1])))
	}
	return geometry("Polygon", value.NewArray([]value.Dyn{value.NewArray(ring)})), ok
}

// geohashNeighbors gives the eight cells around, gathered clockwise from the north-west. At the poles and at 180° it is refused.
func geohashNeighbors(hash string) (value.Dyn, bool, error) {
	c, ok := geohashCell(hash)
	if !ok {
		return value.Dyn{}, false, nil
	}
	if c.west == -180 || c.east == 180 || c.south == -90 || c.north == 90 {
		return value.Dyn{}, false, &NotBuilt{Name: "geo_geohash_neighbors", Detail: "a cell at a pole or at 180°"}
	}
	var out []string
	for _, step := range [][2]float64{{-1, 1}, {0, 1}, {1, 1}, {1, 0}, {1, -1}, {0, -1}, {-1, -1}, {-1, 0}} {
		lon := (c.west+c.east)/2 + step[0]*(c.east-c.west)
		lat := (c.south+c.north)/2 + step[1]*(c.north-c.south)
		out = append(out, geohashOf(lon, lat, int64(len(hash))))
	}
	return stringArray(setOrder(out)), true, nil
}
