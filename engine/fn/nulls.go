// The null table: what comparisons and logic give when a side is null. All operators and their negations are here and
// nowhere else.
//
//	rule     one side null   both null   operators
//	equal    false           null        == =~ in in~ has* contains* startswith* endswith* matches regex
//	unequal  true            null        != !~ !in !in~ and all that start with !
//	ordered  null            null        < <= > >= between !between, and all arithmetic

package fn

import "calypso/kusto/value"

// nullRule names a row of the table.
type nullRule uint8

const (
	ruleEqual nullRule = iota
	ruleUnequal
	ruleOrdered
)

// ruleVector makes the bool vector of a comparison of x and y whose rows without nulls are already in out.
func ruleVector(rule nullRule, out []bool, x, y *value.Vector) *value.Vector {
	n := len(out)
	if rule == ruleOrdered {
		return vectorOf(value.Bool, out, eitherNull(n, x, y))
	}
	nx, ny := eitherNull(n, x), eitherNull(n, y)
	if nx == nil && ny == nil {
		return vectorOf(value.Bool, out, nil)
	}
	var both value.Bitmap
	for i := range out {
		a, b := nx.Has(i), ny.Has(i)
		if a && b {
			both = both.Set(i, n)
		} else if a || b {
			out[i] = rule == ruleUnequal
		}
	}
	return vectorOf(value.Bool, out, both)
}

// logic3 is a truth value with null.
type logic3 uint8

const (
	isFalse logic3 = iota
	isTrue
	isUnknown
)

func logicAt(v *value.Vector, i int) logic3 {
	if v.IsNull(i) {
		return isUnknown
	}
	if v.Bools[i&v.Mask()] {
		return isTrue
	}
	return isFalse
}

// and3 and or3 are three-valued logic: false decides an and, true an or, else null wins.
func and3(a, b logic3) logic3 {
	if a == isFalse || b == isFalse {
		return isFalse
	}
	return max(a, b)
}

func or3(a, b logic3) logic3 {
	if a == isTrue || b == isTrue {
		return isTrue
	}
	return max(a, b)
}
