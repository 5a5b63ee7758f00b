// intIndex finds the group of a whole number: by its place in an array where the numbers lie close together, as ids do, else by
// hashing.

package exec

import "slices"

type intIndex struct {
	stop   func() error // tells that nobody wants the table any more
	used   int
	lo, hi int64 // the least and greatest key; of no meaning while used is 0

	slots []intSlot // open addressing; nil while dense is used
	dense []uint32  // by key minus base: one more than the group; 0 is free
	base  int64
}

type intSlot struct {
	key   int64
	group uint32 // one more than the group; 0 is free
}

const (
	// denseSpread is how many places of an array a key may take for the array to be used: it has then at most the memory of slots.
	denseSpread = 6
	// denseLeast is the number of keys from which an array is thought of.
	denseLeast = 1024
)

func (x *intIndex) init(stop func() error, size int) { x.stop, x.slots = stop, make([]intSlot, size) }

func hashInt(key int64) uint64 {
	h := uint64(key) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

// find gives a key's group, or none.
func (x *intIndex) find(key int64) uint32 {
	if x.dense != nil {
		if at := uint64(key) - uint64(x.base); at < uint64(len(x.dense)) {
			return x.dense[at] - 1 // none where it is 0
		}
		return none
	}
	mask := uint64(len(x.slots) - 1)
	for at := hashInt(key) & mask; ; at = (at + 1) & mask {
		s := &x.slots[at]
		if s.group == 0 {
			return none
		}
		if s.key == key {
			return s.group - 1
		}
	}
}

// known gives the groups of keys by the array, up to the first key that has none where that is to be told; it gives their number. It
// gives 0 where there is no array.
func (x *intIndex) known(keys []int64, out []uint32, stop bool) int {
	dense, base := x.dense, uint64(x.base)
	if dense == nil {
		return 0
	}
	for i, key := range keys {
		g := none
		if at := uint64(key) - base; at < uint64(len(dense)) {
			g = dense[at] - 1
		}
		if out[i] = g; stop && g == none {
			return i
		}
	}
	return len(keys)
}

// put adds a key that isn't there.
func (x *intIndex) put(key int64, group uint32) {
	if x.used == 0 {
		x.lo, x.hi = key, key
	}
	x.lo, x.hi = min(x.lo, key), max(x.hi, key)
	x.used++
	switch {
	case x.dense != nil && uint64(key)-uint64(x.base) < uint64(len(x.dense)):
		x.dense[uint64(key)-uint64(x.base)] = group + 1
		return
	case x.dense != nil:
		x.rebuild()
	case 2*x.used > len(x.slots):
		x.rebuild()
	}
	x.place(intSlot{key, group + 1})
}

// rebuild makes room, in the form that suits the keys by now.
func (x *intIndex) rebuild() {
	oldSlots, oldDense, oldBase := x.slots, x.dense, x.base
	x.slots, x.dense = nil, nil
	spread := uint64(x.hi) - uint64(x.lo)
	if x.used >= denseLeast && spread < denseSpread*uint64(x.used) {
		// Room for as many keys again on either side, within what the keys by then may take.
		room := int64(min(spread/2+denseLeast, 1<<40))
		x.base = x.lo - room
		if x.base > x.lo { // beyond the smallest number
			x.base = x.lo
		}
		x.dense = make([]uint32, spread+2*uint64(room)+1)
	} else {
		size := 64
		for size < 4*x.used {
			size *= 2
		}
		x.slots = make([]intSlot, size)
	}
	for i, s := range oldSlots {
		if i%SegmentRows == 0 && x.stop() != nil {
			return
		}
		if s.group != 0 {
			x.place(s)
		}
	}
	for i, g := range oldDense {
		if i%SegmentRows == 0 && x.stop() != nil {
			return
		}
		if g != 0 {
			x.place(intSlot{oldBase + int64(i), g})
		}
	}
}

// seal gives up the room for more keys: the array then lies in as little of the cache as may be.
func (x *intIndex) seal() {
	if x.dense != nil {
		at := uint64(x.lo) - uint64(x.base)
		x.dense, x.base = slices.Clone(x.dense[at:at+uint64(x.hi)-uint64(x.lo)+1]), x.lo
	}
}

func (x *intIndex) place(s intSlot) {
	if x.dense != nil {
		x.dense[uint64(s.key)-uint64(x.base)] = s.group
		return
	}
	mask := uint64(len(x.slots) - 1)
	at := hashInt(s.key) & mask
	for x.slots[at].group != 0 {
		at = (at + 1) & mask
	}
	x.slots[at] = s
}

func (x *intIndex) size() int64 { return int64(16*len(x.slots) + 4*len(x.dense)) }
