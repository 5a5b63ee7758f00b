// Inference: the set of types that could hold every cell seen so far, and the choice among them.
//
// A delimited file's cells are texts: bool, long, real, datetime, timespan, guid, dynamic in this order, else string. A JSON
// value has a type of its own: a number never becomes a string, and a string becomes a datetime, timespan or guid only when all
// of the column's do; values of several types make the column dynamic, which keeps each as it is.

package source

import "calypso/kusto/value"

// kindSet is a set of kinds, by bit.
type kindSet uint16

const anyKind kindSet = 1<<(value.Dynamic+1) - 1

func setOf(kinds ...value.Kind) (s kindSet) {
	for _, k := range kinds {
		s |= 1 << k
	}
	return s
}

func (s kindSet) has(k value.Kind) bool { return s&(1<<k) != 0 }

var (
	stringOnly = setOf(value.String)
	cellOrder  = []value.Kind{value.Bool, value.Long, value.Real, value.Datetime, value.Timespan, value.Guid, value.Dynamic, value.String}
	jsonOrder  = []value.Kind{value.Bool, value.Long, value.Real, value.Datetime, value.Timespan, value.Guid, value.String, value.Dynamic}
)

// choose gives the first kind of the order that is in the set.
func (s kindSet) choose(order []value.Kind) value.Kind {
	for _, k := range order {
		if s.has(k) {
			return k
		}
	}
	return order[len(order)-1]
}

// cellKinds gives the kinds that can hold a cell without losing anything. It accepts exactly what column.typed accepts.
func cellKinds(cell []byte) kindSet {
	if cell = trimSpace(cell); len(cell) == 0 {
		return anyKind
	}
	s := stringOnly
	switch c := cell[0]; {
	case c == '{' || c == '[':
		if isContainer(cell) {
			s |= setOf(value.Dynamic)
		}
		return s
	case c-'0' <= 9 || c == '-' || c == '.':
		s |= numberKinds(cell)
	case c|32 == 't' || c|32 == 'f':
		if _, ok := readBool(cell); ok {
			s |= setOf(value.Bool)
		}
	case c|32 == 'n' || c == 'I' || c == 'i':
		if _, ok := readReal(cell); ok {
			s |= setOf(value.Real)
		}
	}
	if _, ok := readGuid(cell); ok {
		s |= setOf(value.Guid)
	}
	return s
}

// numberKinds is cellKinds for what starts as a number does.
func numberKinds(cell []byte) (s kindSet) {
	if _, ok := readLong(cell); ok {
		s |= setOf(value.Long)
	}
	if _, ok := readReal(cell); ok {
		return s | setOf(value.Real)
	}
	return s | timeKinds(cell)
}

// timeKinds gives datetime or timespan for a text that reads as one.
func timeKinds(cell []byte) (s kindSet) {
	if _, ok := readDatetime(cell); ok {
		s |= setOf(value.Datetime)
	}
	if _, ok := readTimespan(cell); ok {
		s |= setOf(value.Timespan)
	}
	return s
}

// jsonStringKinds gives the kinds that can hold a JSON string.
func jsonStringKinds(text []byte) kindSet {
	s := setOf(value.String, value.Dynamic)
	if len(text) < 8 {
		return s
	}
	if c := text[0]; c-'0' <= 9 || c == '-' {
		s |= timeKinds(text)
	}
	if len(text) == 36 {
		if _, ok := readGuid(text); ok {
			s |= setOf(value.Guid)
		}
	}
	return s
}

// jsonNumberKinds gives the kinds that can hold a JSON number. A whole number beyond 64 bits goes to
// dynamic, as it does in Kusto.
func jsonNumberKinds(text []byte) kindSet {
	s := setOf(value.Dynamic)
	if _, ok := readLong(text); ok {
		s |= setOf(value.Long)
	}
	if _, ok := readReal(text); ok {
		s |= setOf(value.Real)
	}
	return s
}
