// Functions over arrays.

package fn

import (
	"math"
	"slices"
	"strings"

	"calypso/kusto/value"
)

var arrayFamily = []scalar{
	simple("array_length", value.Long, try1(value.Long, func(d value.Dyn) (int64, bool) { return int64(d.Len()), isArray(d) }), value.Dynamic),
	simple("arraylength", value.Long, try1(value.Long, func(d value.Dyn) (int64, bool) { return int64(d.Len()), isArray(d) }), value.Dynamic),
	simple("array_reverse", value.Dynamic, try1(value.Dynamic, arrayReverse), value.Dynamic),
	simple("array_sum", value.Real, fallible(value.Real, arraySum), value.Dynamic),
	simple("array_slice", value.Dynamic, try3(value.Dynamic, arraySlice), value.Dynamic, value.Long, value.Long),
	simple("array_split", value.Dynamic, arraySplitBody, value.Dynamic, asIs),
	variadic("array_concat", 1, value.Dynamic, arrayConcatBody, value.Dynamic),
	optional("array_index_of", 2, value.Long, arrayIndexOfBody, value.Dynamic, asIs, value.Long, value.Long, value.Long),
	simple("array_rotate_left", value.Dynamic, try2(value.Dynamic, rotateLeft), value.Dynamic, value.Long),
	simple("array_rotate_right", value.Dynamic, try2(value.Dynamic, func(d value.Dyn, by int64) (value.Dyn, bool) {
		return rotateLeft(d, -max(by, math.MinInt64+1))
	}), value.Dynamic, value.Long),
	optional("array_shift_left", 2, value.Dynamic, shiftBody(1), value.Dynamic, value.Long, asIs),
	optional("array_shift_right", 2, value.Dynamic, shiftBody(-1), value.Dynamic, value.Long, asIs),
	{"array_sort_asc", 1, 2, buildSort(1)},
	{"array_sort_desc", 1, 2, buildSort(-1)},
	simple("array_iff", value.Dynamic, arrayIffBody, value.Dynamic, asIs, asIs),
	simple("array_iif", value.Dynamic, arrayIffBody, value.Dynamic, asIs, asIs),
	simple("strcat_array", value.String, strcatArrayBody, value.Dynamic, asText),
	simple("array_strcat", value.String, strcatArrayBody, value.Dynamic, asText),
	variadic("pack_array", 1, value.Dynamic, packArrayBody, asIs),
	variadic("zip", 2, value.Dynamic, zipBody, value.Dynamic),
	simple("repeat", value.Dynamic, repeatBody, asIs, value.Long),
	{"range", 2, 3, buildRange},
	variadic("set_union", 1, value.Dynamic, setBody(setUnion), value.Dynamic),
	variadic("set_intersect", 1, value.Dynamic, setBody(setIntersect), value.Dynamic),
	variadic("set_difference", 1, value.Dynamic, setBody(setDifference), value.Dynamic),
	simple("set_has_element", value.Bool, setHasBody, value.Dynamic, asIs),
	simple("set_equals", value.Bool, setEqualsBody, value.Dynamic, value.Dynamic),
	simple("jaccard_index", value.Real, jaccardBody, value.Dynamic, value.Dynamic),
}

func isArray(d value.Dyn) bool { return d.Kind() == value.DynArray }

func notArray(name string) error { return &NotBuilt{Name: name, Detail: "use with what is no array"} }

// arrays reads row i of dynamic columns, all of which must be arrays.
func arrays(name string, a []*value.Vector, i int) ([]value.Dyn, error) {
	out := make([]value.Dyn, len(a))
	for j, v := range a {
		if out[j] = value.DynAt(v, i); !isArray(out[j]) {
			return nil, notArray(name)
		}
	}
	return out, nil
}

func arrayReverse(d value.Dyn) (value.Dyn, bool) {
	items := slices.Clone(d.Items())
	slices.Reverse(items)
	return value.NewArray(items), isArray(d)
}

// arraySum skips nulls; an element that is no number makes the sum null.
func arraySum(d value.Dyn) (float64, bool, error) {
	if !isArray(d) {
		return 0, false, nil
	}
	sum, numbers := 0.0, 0
	for _, item := range d.Items() {
		switch item.Kind() {
		case value.DynNull:
			continue
		case value.DynLong, value.DynReal, value.DynDecimal:
			sum += item.Real()
			numbers++
		default:
			return 0, false, nil
		}
	}
	if numbers == 0 {
		return 0, false, &NotBuilt{Name: "array_sum", Detail: "an array without numbers"}
	}
	return sum, true, nil
}

// arraySlice takes the elements from start to end, both included; negative positions count from the end.
func arraySlice(d value.Dyn, start, end int64) (value.Dyn, bool) {
	n := int64(d.Len())
	if start < 0 {
		start = max(start+n, 0)
	}
	if end < 0 {
		end += n
	}
	end = min(end, n-1)
	if !isArray(d) {
		return value.Dyn{}, false
	}
	if start > end {
		return value.NewArray(nil), true
	}
	return value.NewArray(d.Items()[start : end+1 : end+1]), true
}

func arraySplitBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		d, at := value.DynAt(a[0], i), value.DynAt(a[1], i)
		if !isArray(d) {
			return nil, notArray("array_split")
		}
		cuts := []value.Dyn{at}
		if isArray(at) {
			cuts = at.Items()
		}
		var pieces []value.Dyn
		from := 0
		for _, c := range cuts {
			to := int(max(min(c.Long(), int64(d.Len())), -int64(d.Len())))
			if to < 0 {
				to += d.Len()
			}
			if c.Kind() != value.DynLong || to < from {
				return nil, &NotBuilt{Name: "array_split", Detail: "positions that aren't ascending numbers"}
			}
			pieces = append(pieces, value.NewArray(d.Items()[from:to:to]))
			from = to
		}
		out[i] = value.NewArray(append(pieces, value.NewArray(d.Items()[from:])))
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// arrayConcatBody leaves out what is no array.
func arrayConcatBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		var items []value.Dyn
		some := false
		for _, v := range a {
			if d := value.DynAt(v, i); isArray(d) {
				items, some = append(items, d.Items()...), true
			}
		}
		if !some {
			return nil, notArray("array_concat")
		}
		out[i] = value.NewArray(items)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// arrayIndexOfBody: array_index_of(array, value, start, length, occurrence).
func arrayIndexOfBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	return rows(value.Long, func(a []*value.Vector, i int) (int64, bool) {
		d, want := value.DynAt(a[0], i), value.DynAt(a[1], i)
		start, length, occurrence := int64(0), int64(-1), int64(1)
		for p, to := range []*int64{&start, &length, &occurrence} {
			if p+2 < len(a) {
				if a[p+2].IsNull(i) {
					return 0, false
				}
				*to = a[p+2].Ints[i&a[p+2].Mask()]
			}
		}
		if !isArray(d) || length < -1 || occurrence < 1 {
			return 0, false
		}
		items := d.Items()
		if start < 0 {
			start = max(start+int64(len(items)), 0)
		}
		limit := int64(len(items))
		if length >= 0 && length < limit-start {
			limit = start + length
		}
		for j := start; j < limit; j++ {
			if value.EqualDyn(items[j], want) {
				if occurrence--; occurrence == 0 {
					return j, true
				}
			}
		}
		return -1, true
	})(nil, a, n)
}

func rotateLeft(d value.Dyn, by int64) (value.Dyn, bool) {
	if !isArray(d) || d.Len() == 0 {
		return d, isArray(d)
	}
	k, _ := moduloLong(by, int64(d.Len()))
	return value.NewArray(slices.Concat(d.Items()[k:], d.Items()[:k])), true
}

// shiftBody moves elements and fills what they leave; sign 1 is to the left.
func shiftBody(sign int64) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			d, by := value.DynAt(a[0], i), value.DynAt(a[1], i)
			if !isArray(d) || by.IsNull() {
				return nil, notArray("array_shift")
			}
			fill := value.Dyn{}
			if len(a) > 2 {
				fill = value.DynAt(a[2], i)
			}
			size := int64(d.Len())
			shift := sign * max(min(by.Long(), size), -size)
			items := make([]value.Dyn, size)
			for j := range items {
				if from := int64(j) + shift; from >= 0 && from < size {
					items[j] = d.Items()[from]
				} else {
					items[j] = fill
				}
			}
			out[i] = value.NewArray(items)
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}
}

// buildSort makes array_sort_asc and _desc of one array; nulls go last unless the second argument is false.
func buildSort(sign int) func(string, []Arg) (*Overload, error) {
	return func(name string, args []Arg) (*Overload, error) {
		nullsLast := true
		if len(args) == 2 {
			v := args[1].Const
			if args[1].Kind != value.Bool || v == nil || v.IsNull(0) {
				return nil, &NotBuilt{Name: name, Detail: "sorting several arrays"}
			}
			nullsLast = v.Bools[0]
		}
		params := []value.Kind{value.Dynamic, value.Bool}[:len(args)]
		return overload(name, args, params, value.Dynamic,
			func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
				return fallible(value.Dynamic, func(d value.Dyn) (value.Dyn, bool, error) {
					return sortArray(name, d, sign, nullsLast)
				})(c, a[:1], n)
			})
	}
}

func sortArray(name string, d value.Dyn, sign int, nullsLast bool) (value.Dyn, bool, error) {
	if !isArray(d) {
		return value.Dyn{}, false, nil
	}
	var nulls, items []value.Dyn
	for _, item := range d.Items() {
		if item.IsNull() {
			nulls = append(nulls, item)
			continue
		}
		if items = append(items, item); sortClass(item) != sortClass(items[0]) || sortClass(item) == 0 {
			return value.Dyn{}, false, &NotBuilt{Name: name, Detail: "an array of mixed types"}
		}
	}
	slices.SortStableFunc(items, func(x, y value.Dyn) int { return sign * value.CompareDyn(x, y) })
	if nullsLast {
		return value.NewArray(append(items, nulls...)), true, nil
	}
	return value.NewArray(append(nulls, items...)), true, nil
}

// sortClass groups the kinds that are sorted together; 0 can't be sorted.
func sortClass(d value.Dyn) int {
	switch k := d.Kind(); k {
	case value.DynLong, value.DynReal, value.DynDecimal:
		return int(value.DynLong)
	case value.DynString, value.DynDatetime, value.DynTimespan:
		return int(k)
	}
	return 0
}

// arrayIffBody picks per element; a condition that is neither bool nor number gives null. Scalars stand for all elements.
func arrayIffBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	return rows(value.Dynamic, func(a []*value.Vector, i int) (value.Dyn, bool) {
		conditions := value.DynAt(a[0], i)
		yes, no := value.DynAt(a[1], i), value.DynAt(a[2], i)
		items := make([]value.Dyn, conditions.Len())
		for j, c := range conditions.Items() {
			switch c.Kind() {
			case value.DynBool, value.DynLong, value.DynReal:
				from := no
				if holds, _ := dynBool(c); holds {
					from = yes
				}
				if items[j] = from; isArray(from) {
					items[j] = value.Dyn{}
					if j < from.Len() {
						items[j] = from.Index(j)
					}
				}
			}
		}
		return value.NewArray(items), isArray(conditions)
	})(nil, a, n)
}

func strcatArrayBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]string, n)
	for i := range out {
		d := value.DynAt(a[0], i)
		if !isArray(d) {
			return nil, notArray("strcat_array")
		}
		parts := make([]string, d.Len())
		for j, item := range d.Items() {
			if item.IsNull() {
				return nil, &NotBuilt{Name: "strcat_array", Detail: "a null in the array"}
			}
			parts[j] = item.Text()
		}
		out[i] = strings.Join(parts, a[1].Strings[i&a[1].Mask()])
	}
	return vectorOf(value.String, out, nil), nil
}

func packArrayBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		items := make([]value.Dyn, len(a))
		for j, v := range a {
			items[j] = value.DynAt(v, i)
		}
		out[i] = value.NewArray(items)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// zipBody pairs the elements of arrays; the shorter ones are filled with null.
func zipBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		list, err := arrays("zip", a, i)
		if err != nil {
			return nil, err
		}
		longest := 0
		for _, d := range list {
			longest = max(longest, d.Len())
		}
		tuples := make([]value.Dyn, longest)
		for j := range tuples {
			tuple := make([]value.Dyn, len(list))
			for k, d := range list {
				if j < d.Len() {
					tuple[k] = d.Index(j)
				}
			}
			tuples[j] = value.NewArray(tuple)
		}
		out[i] = value.NewArray(tuples)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

func repeatBody(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]value.Dyn, n)
	for i := range out {
		d, times := value.DynAt(a[0], i), value.DynAt(a[1], i)
		if a[0].Kind == value.Dynamic || times.IsNull() || times.Long() < 0 || times.Long() > maxList {
			return nil, &NotBuilt{Name: "repeat", Detail: "a dynamic value, or a count below 0 or above 1,048,576"}
		}
		if err := c.reserve(times.Long() * 16); err != nil {
			return nil, err
		}
		items := make([]value.Dyn, times.Long())
		for j := range items {
			items[j] = d
		}
		out[i] = value.NewArray(items)
	}
	return vectorOf(value.Dynamic, out, nil), nil
}

// buildRange makes range(start, stop[, step]) of numbers, datetimes or timespans; the step is 1 or 1h unless given.
func buildRange(name string, args []Arg) (*Overload, error) {
	kind := wider(args[0].Kind, args[1].Kind)
	step := kind
	switch {
	case args[0].Kind == args[1].Kind && isTime(kind):
		step = value.Timespan
	case !numeric(args[0].Kind) || !numeric(args[1].Kind) || kind == value.Decimal:
		return nil, notBuiltPair(name, args[0].Kind, args[1].Kind)
	case len(args) == 3 && numeric(args[2].Kind):
		kind = max(wider(kind, args[2].Kind), value.Long)
		step = kind
	default:
		kind = max(kind, value.Long)
		step = kind
	}
	if kind == value.Decimal {
		return nil, &NotBuilt{Name: name, Detail: "a step of decimal"}
	}
	return overload(name, args, []value.Kind{kind, kind, step}[:len(args)], value.Dynamic,
		func(c *Context, a []*value.Vector, n int) (*value.Vector, error) {
			out := make([]value.Dyn, n)
			for i := range out {
				items, err := rangeAt(c, kind, a, i)
				if err != nil {
					return nil, err
				}
				out[i] = value.NewArray(items)
			}
			return vectorOf(value.Dynamic, out, nil), nil
		})
}

func rangeAt(c *Context, kind value.Kind, a []*value.Vector, i int) ([]value.Dyn, error) {
	refuse := func(why string) error { return &NotBuilt{Name: "range", Detail: why} }
	for _, v := range a {
		if v.IsNull(i) {
			return nil, refuse("a null bound")
		}
	}
	if kind == value.Real {
		start, stop, step := a[0].Reals[i&a[0].Mask()], a[1].Reals[i&a[1].Mask()], 1.0
		if len(a) > 2 {
			step = a[2].Reals[i&a[2].Mask()]
		}
		count := math.Floor((stop-start)/step+1e-9) + 1
		if step == 0 || count != count {
			return nil, refuse("a step of 0")
		}
		items := make([]value.Dyn, int(max(0, min(count, maxList))))
		if err := c.reserve(int64(len(items)) * 64); err != nil {
			return nil, err
		}
		for j := range items {
			items[j] = value.DynOfReal(start + float64(j)*step)
		}
		return items, nil
	}
	start, stop, step := a[0].Ints[i&a[0].Mask()], a[1].Ints[i&a[1].Mask()], int64(1)
	if isTime(kind) {
		step = value.TicksPerHour
	}
	if len(a) > 2 {
		step = a[2].Ints[i&a[2].Mask()]
	}
	if step == 0 {
		return nil, refuse("a step of 0")
	}
	count := uint64(0)
	switch {
	case step > 0 && start <= stop:
		count = (uint64(stop)-uint64(start))/uint64(step) + 1
	case step < 0 && start >= stop:
		count = (uint64(start)-uint64(stop))/uint64(-step) + 1
	}
	count = min(count, maxList)
	if err := c.reserve(int64(count) * 64); err != nil {
		return nil, err
	}
	items := make([]value.Dyn, count)
	for j := range items {
		items[j] = dynOfTicks(kind, start+int64(j)*step)
	}
	return items, nil
}

func dynOfTicks(kind value.Kind, x int64) value.Dyn {
	switch kind {
	case value.Datetime:
		return value.DynOfDatetime(x)
	case value.Timespan:
		return value.DynOfTimespan(x)
	}
	return value.DynOfLong(x)
}

func setOf(d value.Dyn) *dynSet {
	s := &dynSet{}
	for _, item := range d.Items() {
		s.add(item)
	}
	return s
}

func setBody(f func(list []value.Dyn) []value.Dyn) body {
	return func(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
		out := make([]value.Dyn, n)
		for i := range out {
			list, err := arrays("set_union, set_intersect or set_difference", a, i)
			if err != nil {
				return nil, err
			}
			out[i] = value.NewArray(f(list))
		}
		return vectorOf(value.Dynamic, out, nil), nil
	}
}

func setUnion(list []value.Dyn) []value.Dyn {
	all := &dynSet{}
	for _, d := range list {
		for _, item := range d.Items() {
			all.add(item)
		}
	}
	return all.items
}

func setIntersect(list []value.Dyn) []value.Dyn {
	kept := setOf(list[0])
	for _, d := range list[1:] {
		other, both := setOf(d), &dynSet{}
		for _, item := range kept.items {
			if other.has(item) {
				both.add(item)
			}
		}
		kept = both
	}
	return kept.items
}

func setDifference(list []value.Dyn) []value.Dyn {
	kept := setOf(list[0])
	for _, d := range list[1:] {
		other, rest := setOf(d), &dynSet{}
		for _, item := range kept.items {
			if !other.has(item) {
				rest.add(item)
			}
		}
		kept = rest
	}
	return kept.items
}

func setHasBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]bool, n)
	for i := range out {
		d, want := value.DynAt(a[0], i), value.DynAt(a[1], i)
		if !isArray(d) || want.IsNull() {
			return nil, &NotBuilt{Name: "set_has_element", Detail: "what is no array, or a null element"}
		}
		out[i] = slices.ContainsFunc(d.Items(), func(item value.Dyn) bool { return value.EqualDyn(item, want) })
	}
	return vectorOf(value.Bool, out, nil), nil
}

func setEqualsBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]bool, n)
	for i := range out {
		list, err := arrays("set_equals", a, i)
		if err != nil {
			return nil, err
		}
		out[i] = len(setDifference(list)) == 0 && len(setDifference([]value.Dyn{list[1], list[0]})) == 0
	}
	return vectorOf(value.Bool, out, nil), nil
}

func jaccardBody(_ *Context, a []*value.Vector, n int) (*value.Vector, error) {
	out := make([]float64, n)
	for i := range out {
		list, err := arrays("jaccard_index", a, i)
		if err != nil {
			return nil, err
		}
		union := len(setUnion(list))
		if union == 0 {
			return nil, &NotBuilt{Name: "jaccard_index", Detail: "two empty sets"}
		}
		out[i] = float64(len(setIntersect(list))) / float64(union)
	}
	return vectorOf(value.Real, out, nil), nil
}
