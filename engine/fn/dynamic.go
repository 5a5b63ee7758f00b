// Looking into dynamic values and making them: paths, JSON, property bags.

package fn

import (
	"slices"
	"strconv"
	"strings"

	"calypso/kusto/value"
)

var dynamicFamily = []scalar{
	{"[]", 2, 2, buildIndex},
	{".", 2, 2, buildIndex},
	{"parse_json", 1, 1, buildParseJSON},
	{"parsejson", 1, 1, buildParseJSON},
	{"todynamic", 1, 1, buildParseJSON},
	{"toobject", 1, 1, buildParseJSON},
	simple("dynamic_to_json", value.String, map1(value.String, canonicalJSON), value.Dynamic),
	{"extract_json", 2, 3, buildExtractJSON},
	{"extractjson", 2, 3, buildExtractJSON},
	{"bag_pack", 2, -1, buildPack},
	{"pack", 2, -1, buildPack},
	{"pack_dictionary", 2, -1, buildPack},
	simple("bag_keys", value.Dynamic, try1(value.Dynamic, bagKeys), value.Dynamic),
	variadic("bag_merge", 2, value.Dynamic, bagMergeBody, value.Dynamic),
	simple("bag_has_key", value.Bool, bagHasKeyBody, value.Dynamic, value.String),
	simple("bag_remove_keys", value.Dynamic, bagRemoveKeysBody, value.Dynamic, value.Dynamic),
	simple("bag_set_key", value.Dynamic, bagSetKeyBody, value.Dynamic, value.String, asIs),
	simple("bag_zip", value.Dynamic, try2(value.Dynamic, bagZip), value.Dynamic, value.Dynamic),
}

// buildIndex makes d[i], d["key"] and d.key.
func buildIndex(name string, args []Arg) (*Overload, error) {
	if args[0].Kind != value.Dynamic {
		return nil, &BadArgument{Name: name, Index: 0, Why: "is " + args[0].Kind.String() + ", must be dynamic"}
	}
	switch args[1].Kind {
	case value.Int, value.Long:
		return overload(name, args, []value.Kind{value.Dynamic, value.Long}, value.Dynamic,
			map2(value.Dynamic, func(d value.Dyn, i int64) value.Dyn {
				if i != int64(int32(i)) {
					return value.Dyn{}
				}
				return d.Index(int(i))
			}))
	case value.String:
		lookup := map2(value.Dynamic, value.Dyn.Lookup)
		o, err := overload(name, args, []value.Kind{value.Dynamic, value.String}, value.Dynamic,
			func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
				if a[0].Spans != nil {
					return lookupPacked(a[0], a[1].Strings[0], n), nil
				}
				return lookup(c, a, n)
			})
		if err == nil {
			o.Packed = args[1].Const != nil
		}
		return o, err
	}
	return nil, &NotBuilt{Name: name, Detail: "an index of type " + args[1].Kind.String()}
}

// lookupPacked looks a key up in packed JSON; what it finds is packed too.
func lookupPacked(v *value.Vector, key string, n int) *value.Vector {
	spans := make([]value.Span, n)
	var nulls value.Bitmap
	for i := range spans {
		from, to := value.LookupJSON(v.PackedAt(i), key)
		start := v.Spans[i].From
		spans[i] = value.Span{From: start + uint32(from), To: start + uint32(to)}
		if to == 0 || v.Page[spans[i].From:spans[i].To] == "null" {
			nulls = nulls.Set(i, n)
		}
	}
	out := value.Packed(value.Dynamic, v.Page, spans)
	out.Nulls = nulls
	return out
}

func buildParseJSON(name string, args []Arg) (*Overload, error) {
	if args[0].Kind == value.String {
		return overload(name, args, []value.Kind{value.String}, value.Dynamic, map1(value.Dynamic, value.ParseDyn))
	}
	return overload(name, args, []value.Kind{asIs}, value.Dynamic, asDynamic)
}

func asDynamic(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		out[i] = value.DynAt(a[0], i)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// canonicalJSON is JSON with the keys of every bag sorted.
func canonicalJSON(d value.Dyn) string { return string(appendCanonical(nil, d)) }

func appendCanonical(out []byte, d value.Dyn) []byte {
	switch d.Kind() {
	case value.DynArray:
		out = append(out, '[')
		for i, item := range d.Items() {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendCanonical(out, item)
		}
		return append(out, ']')
	case value.DynBag:
		keys := slices.Clone(d.Keys())
		slices.Sort(keys)
		out = append(out, '{')
		for i, k := range keys {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(value.AppendQuoted(out, k), ':')
			out = appendCanonical(out, d.Lookup(k))
		}
		return append(out, '}')
	}
	return d.AppendJSON(out)
}

// jsonPath is the steps of a path such as $.a.b[0]['c'].
type jsonPath []pathStep

type pathStep struct {
	key   string
	index int // used when array is set
	array bool
}

// parsePath reads a path; false where it has a form that isn't known here.
func parsePath(text string) (jsonPath, bool) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return nil, false
	}
	var path jsonPath
	for rest != "" {
		switch {
		case rest[0] == '.':
			end := strings.IndexAny(rest[1:], ".[")
			if end < 0 {
				end = len(rest) - 1
			}
			if end == 0 || strings.ContainsAny(rest[1:end+1], "*?'\"] ") {
				return nil, false
			}
			path = append(path, pathStep{key: rest[1 : end+1]})
			rest = rest[end+1:]
		case strings.HasPrefix(rest, "['") || strings.HasPrefix(rest, `["`):
			end := strings.Index(rest[2:], rest[1:2]+"]")
			if end < 0 {
				return nil, false
			}
			path = append(path, pathStep{key: rest[2 : 2+end]})
			rest = rest[end+4:]
		case rest[0] == '[':
			end := strings.IndexByte(rest, ']')
			n, err := strconv.Atoi(rest[1:max(end, 1)])
			if end < 0 || err != nil || n < 0 {
				return nil, false
			}
			path = append(path, pathStep{index: n, array: true})
			rest = rest[end+1:]
		default:
			return nil, false
		}
	}
	return path, true
}

// find follows the path; false where it leads nowhere.
func (p jsonPath) find(d value.Dyn) (value.Dyn, bool) {
	for _, s := range p {
		if s.array {
			if d.Kind() != value.DynArray || s.index >= d.Len() {
				return value.Dyn{}, false
			}
			d = d.Index(s.index)
			continue
		}
		var ok bool
		if d, ok = d.Find(s.key); !ok {
			return value.Dyn{}, false
		}
	}
	return d, true
}

// keyPath reads the name of a key: a path if it starts with $., else one key.
func keyPath(name, text string) (jsonPath, error) {
	if !strings.HasPrefix(text, "$") {
		return jsonPath{{key: text}}, nil
	}
	path, ok := parsePath(text)
	if !ok || len(path) == 0 {
		return nil, &NotBuilt{Name: name, Detail: "the path '" + text + "'"}
	}
	return path, nil
}

// buildExtractJSON makes extract_json(path, json[, typeof(x)]).
func buildExtractJSON(name string, args []Arg) (*Overload, error) {
	text, ok := constText(args[0])
	if !ok {
		return nil, &NotBuilt{Name: name, Detail: "a path that isn't constant"}
	}
	path, ok := parsePath(text)
	if !ok {
		return nil, &NotBuilt{Name: name, Detail: "the path '" + text + "'"}
	}
	to := value.String
	if len(args) > 2 {
		var err error
		if to, err = typeArg(name, args, 2); err != nil {
			return nil, err
		}
	}
	params := []value.Kind{value.String, value.String, asIs}[:len(args)]
	cast := castKind(value.Dynamic, to)
	return overload(name, args, params, to, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			out[i], _ = path.find(value.ParseDyn(a[1].Strings[i&a[1].Mask()]))
		}
		found := vectorOf(value.Dynamic, out, nil)
		if cast == nil {
			return found, nil
		}
		return cast(found, n)
	})
}

// buildPack makes bag_pack(key, value, …).
func buildPack(name string, args []Arg) (*Overload, error) {
	if len(args)%2 != 0 {
		return nil, &BadArgument{Name: name, Index: -1, Why: "needs pairs of key and value"}
	}
	params := make([]value.Kind, len(args))
	for i := range params {
		if params[i] = asIs; i%2 == 0 {
			params[i] = asText
		}
	}
	return overload(name, args, params, value.Dynamic, func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			keys, values := make([]string, len(a)/2), make([]value.Dyn, len(a)/2)
			for j := range keys {
				k := a[2*j]
				keys[j], values[j] = k.Strings[i&k.Mask()], value.DynAt(a[2*j+1], i)
			}
			if out[i] = value.NewBag(keys, values); out[i].Len() < len(a)/2 {
				return nil, &NotBuilt{Name: name, Detail: "a key that is given twice"}
			}
		}
		return vectorOf(value.Dynamic, out, nil), nil
	})
}

func bagKeys(d value.Dyn) (value.Dyn, bool) {
	return stringArray(d.Keys()), d.Kind() == value.DynBag
}

// bagMergeBody: of a key in several bags the first wins; what is no bag doesn't count.
func bagMergeBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		var all bagBuilder
		bags := 0
		for _, v := range a {
			d := value.DynAt(v, i)
			if d.Kind() != value.DynBag {
				continue
			}
			bags++
			for j, k := range d.Keys() {
				all.add(k, d.Items()[j])
			}
		}
		if bags == 0 {
			return nil, &NotBuilt{Name: "bag_merge", Detail: "merging without any property bag"}
		}
		out[i] = all.bag()
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

func bagHasKeyBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]bool, n)
	for i := range out {
		d := value.DynAt(a[0], i)
		if d.Kind() != value.DynBag {
			return nil, &NotBuilt{Name: "bag_has_key", Detail: "use with what is no property bag"}
		}
		path, err := keyPath("bag_has_key", a[1].Strings[i&a[1].Mask()])
		if err != nil {
			return nil, err
		}
		_, out[i] = path.find(d)
	}
	return vectorOf(value.Bool, out, nil), nil
}

func bagRemoveKeysBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		d, keys := value.DynAt(a[0], i), value.DynAt(a[1], i)
		if d.Kind() != value.DynBag || keys.Kind() != value.DynArray {
			return nil, &NotBuilt{Name: "bag_remove_keys", Detail: "use with what is no property bag or no array of keys"}
		}
		for _, k := range keys.Items() {
			path, err := keyPath("bag_remove_keys", k.Text())
			if err != nil {
				return nil, err
			}
			d = removeKey(d, path)
		}
		out[i] = d
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

func removeKey(d value.Dyn, path jsonPath) value.Dyn {
	if d.Kind() != value.DynBag || path[0].array {
		return d
	}
	var b bagBuilder
	for i, k := range d.Keys() {
		switch item := d.Items()[i]; {
		case k != path[0].key:
			b.add(k, item)
		case len(path) > 1:
			b.add(k, removeKey(item, path[1:]))
		}
	}
	return b.bag()
}

func bagSetKeyBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		d := value.DynAt(a[0], i)
		path, err := keyPath("bag_set_key", a[1].Strings[i&a[1].Mask()])
		if err != nil {
			return nil, err
		}
		var ok bool
		if out[i], ok = setKey(d, path, value.DynAt(a[2], i)); !ok {
			return nil, &NotBuilt{Name: "bag_set_key", Detail: "a path through what is no property bag"}
		}
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// setKey makes the bags on the way where they are missing.
func setKey(d value.Dyn, path jsonPath, to value.Dyn) (value.Dyn, bool) {
	if len(path) == 0 {
		return to, true
	}
	if d.Kind() != value.DynBag || path[0].array {
		return d, false
	}
	var b bagBuilder
	for i, k := range d.Keys() {
		b.add(k, d.Items()[i])
	}
	inner, found := d.Find(path[0].key)
	if !found {
		inner = value.NewBag(nil, nil)
	}
	set, ok := setKey(inner, path[1:], to)
	b.set(path[0].key, set)
	return b.bag(), ok
}

// bagZip pairs keys with values: keys that are no strings are left out with their values, missing values are null.
func bagZip(keys, values value.Dyn) (value.Dyn, bool) {
	if keys.Kind() != value.DynArray {
		return value.Dyn{}, false
	}
	var b bagBuilder
	for i, k := range keys.Items() {
		if k.Kind() != value.DynString {
			continue
		}
		item := value.Dyn{}
		if values.Kind() == value.DynArray && i < values.Len() {
			item = values.Index(i)
		}
		b.set(k.Str(), item)
	}
	return b.bag(), true
}
