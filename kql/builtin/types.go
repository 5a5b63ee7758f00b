package builtin

// This file answers what types do with each other, from generated tables.

import "calypso/kql/symbol"

// Binary gives the type of x op y, Unknown and false when the operator isn't defined for the two. An operand of unknown or no
// column type gives Unknown and true. Operators outside the table (has_cs, !=, !contains, …) follow the one they vary.
func Binary(op string, x, y symbol.Type) (symbol.Type, bool) {
	row := binaryRow(op)
	i, j := typeIndex(x), typeIndex(y)
	if row < 0 || i < 0 || j < 0 {
		return symbol.Unknown, true
	}
	t := symbol.Type(binaryTable[row][i*10+j])
	return t, t != symbol.Unknown
}

// typeIndex is the place of a type in the generated tables: bool 0 … dynamic 9, in symbol's order.
func typeIndex(t symbol.Type) int {
	if t < symbol.Bool || t > symbol.Dynamic {
		return -1
	}
	return int(t - symbol.Bool)
}

func binaryRow(op string) int {
	switch op {
	case "<>":
		op = "!="
	case "or":
		op = "and"
	case "!~":
		op = "=~"
	case "!has", "has_cs", "!has_cs", "hasprefix", "!hasprefix", "hasprefix_cs", "!hasprefix_cs", "hassuffix", "!hassuffix",
		"hassuffix_cs", "!hassuffix_cs":
		op = "has"
	case "!contains", "contains_cs", "!contains_cs", "containscs", "notcontains", "notcontainscs", "like", "notlike", "likecs",
		"notlikecs":
		op = "contains"
	case "!startswith", "startswith_cs", "!startswith_cs", "endswith", "!endswith", "endswith_cs", "!endswith_cs":
		op = "startswith"
	}
	for i := range binaryOps {
		if binaryOps[i] == op {
			return i
		}
	}
	return -1
}

// Promotable tells whether a value of type from may stand where to is wanted, as int for long.
func Promotable(from, to symbol.Type) bool {
	return from == to || int(from) < len(promotable) && promotable[from].Has(to)
}

// Wider tells whether a is wider than b, as real is wider than long.
func Wider(a, b symbol.Type) bool { return int(a) < len(wider) && wider[a].Has(b) }
