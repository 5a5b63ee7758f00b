package value

import (
	"strings"
	"sync/atomic"

	"github.com/woodsbury/decimal128"
)

// DynKind tells what a dynamic value holds.
type DynKind uint8

// What a dynamic can hold. DynNull is both the null dynamic and JSON's null.
const (
	DynNull DynKind = iota
	DynBool
	DynLong
	DynReal
	DynString
	DynDatetime
	DynTimespan
	DynGuid
	DynDecimal
	DynArray
	DynBag
)

// Dyn is one dynamic value. The zero value is null. It is immutable, safe for concurrent use and cheap to copy.
//
// A value that came as JSON text keeps the text until something looks inside. Looking inside opens one level: a container
// splits its text into its members, which stay text in turn. What was opened is kept and shared by all copies.
type Dyn struct {
	n *dynNode
}

type dynNode struct {
	raw   string // JSON text; unused when tree was set by a constructor
	valid bool   // raw is known to be JSON: it is a part of a text that was checked
	tree  atomic.Pointer[dynTree]
}

// dynTree is an opened value; which fields count depends on kind.
type dynTree struct {
	kind  DynKind
	num   int64 // DynBool (0, 1), DynLong, DynDatetime and DynTimespan (ticks)
	real  float64
	text  string
	guid  [16]byte
	dec   decimal128.Decimal
	items []Dyn    // DynArray: elements; DynBag: values, in step with keys
	keys  []string // DynBag: unique
	index map[string]int
}

// A bag with more keys than this gets a map for Lookup.
const smallBag = 8

// ParseDyn makes a dynamic of JSON text, by Kusto's rule: text that isn't JSON is a string of that text, and empty text is
// null. The text isn't looked at before somebody asks; the string must not change afterwards.
func ParseDyn(text string) Dyn {
	if IsNullJSON(text) {
		return Dyn{}
	}
	return Dyn{&dynNode{raw: text}}
}

// IsNullJSON tells whether a dynamic of this text is null: it is empty, blank or JSON's null.
func IsNullJSON(text string) bool {
	if len(text) > 0 && text[0] > ' ' {
		if text[0] != 'n' {
			return false
		}
		return strings.TrimRight(text, jsonSpace) == "null"
	}
	text = strings.Trim(text, jsonSpace)
	return text == "" || text == "null"
}

func (d Dyn) open() *dynTree {
	if d.n == nil {
		return &nullTree
	}
	if t := d.n.tree.Load(); t != nil {
		return t
	}
	t := openJSON(d.n.raw, d.n.valid)
	if !d.n.tree.CompareAndSwap(nil, t) {
		return d.n.tree.Load() // another worker was first: its tree is the shared one
	}
	return t
}

var nullTree dynTree

func built(t *dynTree) Dyn {
	n := &dynNode{}
	n.tree.Store(t)
	return Dyn{n}
}

// DynOfBool, DynOfLong and the following make a dynamic from a scalar.
func DynOfBool(v bool) Dyn {
	if v {
		return built(&dynTree{kind: DynBool, num: 1})
	}
	return built(&dynTree{kind: DynBool})
}

// DynOfLong makes a dynamic integer.
func DynOfLong(v int64) Dyn { return built(&dynTree{kind: DynLong, num: v}) }

// DynOfReal makes a dynamic real.
func DynOfReal(v float64) Dyn { return built(&dynTree{kind: DynReal, real: v}) }

// DynOfString makes a dynamic string; "" is a string too, not null.
func DynOfString(v string) Dyn { return built(&dynTree{kind: DynString, text: v}) }

// DynOfDatetime makes a dynamic datetime of ticks.
func DynOfDatetime(ticks int64) Dyn { return built(&dynTree{kind: DynDatetime, num: ticks}) }

// DynOfTimespan makes a dynamic timespan of ticks.
func DynOfTimespan(ticks int64) Dyn { return built(&dynTree{kind: DynTimespan, num: ticks}) }

// DynOfGuid makes a dynamic guid.
func DynOfGuid(v [16]byte) Dyn { return built(&dynTree{kind: DynGuid, guid: v}) }

// DynOfDecimal makes a dynamic decimal.
func DynOfDecimal(v decimal128.Decimal) Dyn { return built(&dynTree{kind: DynDecimal, dec: v}) }

// NewArray makes an array; it keeps items, which must not change afterwards.
func NewArray(items []Dyn) Dyn { return built(&dynTree{kind: DynArray, items: items}) }

// NewBag makes a property bag, keys and values in step, in the order given. Of a key given twice the last value counts,
// at the place of the first. It keeps both slices, which must not change afterwards.
func NewBag(keys []string, values []Dyn) Dyn { return built(newBagTree(keys, values)) }

func newBagTree(keys []string, values []Dyn) *dynTree {
	t := &dynTree{kind: DynBag, keys: keys, items: values}
	if len(keys) <= smallBag {
		if !hasTwins(keys) {
			return t
		}
	}
	index := make(map[string]int, len(keys))
	n := 0
	for i, k := range keys {
		if at, ok := index[k]; ok {
			values[at] = values[i]
			continue
		}
		index[k] = n
		keys[n], values[n] = k, values[i]
		n++
	}
	t.keys, t.items = keys[:n:n], values[:n:n]
	if n > smallBag {
		t.index = index
	}
	return t
}

func hasTwins(keys []string) bool {
	for i, k := range keys {
		for _, other := range keys[:i] {
			if k == other {
				return true
			}
		}
	}
	return false
}

// DynAt makes a dynamic of row i of v, whatever its kind. Int and Long become DynLong; a null gives null.
func DynAt(v *Vector, i int) Dyn {
	i &= v.Mask()
	if v.Nulls != nil && v.Nulls.Has(i) {
		return Dyn{}
	}
	switch v.Kind {
	case Bool:
		return DynOfBool(v.Bools[i])
	case Int, Long:
		return DynOfLong(v.Ints[i])
	case Real:
		return DynOfReal(v.Reals[i])
	case Decimal:
		return DynOfDecimal(v.Decimals[i])
	case String:
		return DynOfString(v.StringAt(i))
	case Datetime:
		return DynOfDatetime(v.Ints[i])
	case Timespan:
		return DynOfTimespan(v.Ints[i])
	case Guid:
		return DynOfGuid(v.Guids[i])
	case Dynamic:
		return v.dynAt(i)
	}
	return Dyn{}
}

// Kind tells what the value holds.
func (d Dyn) Kind() DynKind {
	if d.n == nil {
		return DynNull
	}
	return d.open().kind
}

// IsNull tells whether the value is null. It doesn't open the text.
func (d Dyn) IsNull() bool {
	if d.n == nil {
		return true
	}
	if t := d.n.tree.Load(); t != nil {
		return t.kind == DynNull
	}
	return IsNullJSON(d.n.raw)
}

// Bool is the value of a DynBool, else false.
func (d Dyn) Bool() bool { t := d.open(); return t.kind == DynBool && t.num != 0 }

// Long is the value of a DynLong, or the ticks of a DynDatetime or DynTimespan; 1 or 0 for a DynBool; else 0.
func (d Dyn) Long() int64 { return d.open().num }

// Real is the value of a DynReal or, converted, of a DynLong or DynDecimal; else 0.
func (d Dyn) Real() float64 {
	switch t := d.open(); t.kind {
	case DynReal:
		return t.real
	case DynLong:
		return float64(t.num)
	case DynDecimal:
		return t.dec.Float64()
	}
	return 0
}

// Str is the text of a DynString, else "". See Text for any kind.
func (d Dyn) Str() string { return d.open().text }

// Guid is the value of a DynGuid, else zero.
func (d Dyn) Guid() [16]byte { return d.open().guid }

// Decimal is the value of a DynDecimal, else zero.
func (d Dyn) Decimal() decimal128.Decimal { return d.open().dec }

// Len is the number of elements of an array or of keys of a bag, else 0.
func (d Dyn) Len() int { return len(d.open().items) }

// Index gives element i of an array; a negative i counts from the end. Anything else is null.
func (d Dyn) Index(i int) Dyn {
	t := d.open()
	if t.kind != DynArray {
		return Dyn{}
	}
	if i < 0 {
		i += len(t.items)
	}
	if i < 0 || i >= len(t.items) {
		return Dyn{}
	}
	return t.items[i]
}

// Lookup gives the value of a bag's key; a missing key, or a value that isn't a bag, gives null.
func (d Dyn) Lookup(key string) Dyn {
	v, _ := d.Find(key)
	return v
}

// Find is Lookup that also tells whether the key is there, so that a null value can be told from a missing key.
func (d Dyn) Find(key string) (Dyn, bool) {
	if d.n == nil {
		return Dyn{}, false
	}
	if v, found, done := d.n.scanKey(key); done {
		return v, found
	}
	t := d.open()
	if t.kind != DynBag {
		return Dyn{}, false
	}
	if t.index != nil {
		i, ok := t.index[key]
		if !ok {
			return Dyn{}, false
		}
		return t.items[i], true
	}
	for i, k := range t.keys {
		if k == key {
			return t.items[i], true
		}
	}
	return Dyn{}, false
}

// Keys are a bag's keys in order; the slice must not be changed. Nil for anything else.
func (d Dyn) Keys() []string { return d.open().keys }

// Items are an array's elements, or a bag's values in the order of Keys; the slice must not be changed.
func (d Dyn) Items() []Dyn { return d.open().items }

// Raw is the JSON text that the value came from and true, or false when it was built. Text that isn't JSON counts too.
func (d Dyn) Raw() (string, bool) {
	if d.n == nil || d.n.raw == "" {
		return "", false
	}
	return d.n.raw, true
}
