// Well-known text: shapes written as POINT (1 2) and the like.

package fn

import (
	"strconv"
	"strings"

	"calypso/kusto/value"
)

var wktFamily = []scalar{
	simple("geo_from_wkt", value.Dynamic, fallible(value.Dynamic, fromWKT), value.String),
}

// wktKinds are the shapes: how deep their positions are nested, and their name in GeoJSON.
var wktKinds = map[string]struct {
	depth int
	name  string
}{
	"POINT": {0, "Point"}, "MULTIPOINT": {1, "MultiPoint"}, "LINESTRING": {1, "LineString"},
	"MULTILINESTRING": {2, "MultiLineString"}, "POLYGON": {2, "Polygon"}, "MULTIPOLYGON": {3, "MultiPolygon"},
}

const wktDeepest = 32

// fromWKT gives null for what stops short; other deviations from the plain form are refused.
func fromWKT(s string) (value.Dyn, bool, error) {
	r := &wktReader{words: wktWords(s)}
	if len(r.words) == 1 {
		if _, known := wktKinds[r.words[0]]; known {
			return value.Dyn{}, false, nil
		}
	}
	shape, ok := r.shape(0)
	if !ok || r.at != len(r.words) {
		return value.Dyn{}, false, &NotBuilt{Name: "geo_from_wkt", Detail: "text of this form"}
	}
	return shape, true, nil
}

// wktWords splits text at white space; parentheses and commas are words of their own.
func wktWords(s string) []string {
	for _, mark := range []string{"(", ")", ","} {
		s = strings.ReplaceAll(s, mark, " "+mark+" ")
	}
	return strings.Fields(s)
}

type wktReader struct {
	words []string
	at    int
}

func (r *wktReader) next() string {
	if r.at == len(r.words) {
		return ""
	}
	r.at++
	return r.words[r.at-1]
}

func (r *wktReader) shape(depth int) (value.Dyn, bool) {
	word := r.next()
	if word == "GEOMETRYCOLLECTION" && depth < wktDeepest {
		shapes, ok := r.list(func() (value.Dyn, bool) { return r.shape(depth + 1) })
		return value.NewBag([]string{"type", "geometries"}, []value.Dyn{value.DynOfString("GeometryCollection"), value.NewArray(shapes)}), ok
	}
	kind, ok := wktKinds[word]
	if !ok {
		return value.Dyn{}, false
	}
	if kind.depth == 0 {
		points, ok := r.list(r.position)
		if !ok || len(points) != 1 {
			return value.Dyn{}, false
		}
		return geometry(kind.name, points[0]), true
	}
	coordinates, ok := r.nested(kind.depth)
	return geometry(kind.name, coordinates), ok
}

func (r *wktReader) nested(depth int) (value.Dyn, bool) {
	item := r.position
	if depth > 1 {
		item = func() (value.Dyn, bool) { return r.nested(depth - 1) }
	}
	items, ok := r.list(item)
	return value.NewArray(items), ok
}

// list reads items between parentheses, parted by commas.
func (r *wktReader) list(item func() (value.Dyn, bool)) ([]value.Dyn, bool) {
	if r.next() != "(" {
		return nil, false
	}
	var items []value.Dyn
	for {
		x, ok := item()
		if !ok {
			return nil, false
		}
		items = append(items, x)
		switch r.next() {
		case ")":
			return items, true
		case ",":
		default:
			return nil, false
		}
	}
}

// position reads two plain numbers within the globe.
func (r *wktReader) position() (value.Dyn, bool) {
	lon, errLon := strconv.ParseFloat(r.next(), 64)
	lat, errLat := strconv.ParseFloat(r.next(), 64)
	return value.NewArray(lonLat(lon, lat)), errLon == nil && errLat == nil && onEarth(lon, lat)
}
