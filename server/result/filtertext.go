package result

import (
	"strings"

	"calypso/kusto/value"
)

// What a person types into the filter box of a column, as a filter.
//
//	text               contains it (string, dynamic), equals it (others)
//	=x !=x <x <=x >x >=x
//	a..b  a..  ..b     from a to b, both taken in
//	(a, b)  !(a, b)    one of these, or none; also in (a, b)
//	^x  !x  /x/        begins with it, doesn't contain it, matches the regular expression
//	null  !null        nothing in it, something in it
//
// Quotes around a text keep what it begins with from being read as a sign.

// filterSigns: longer ones first, or ">=" would be read as ">".
var filterSigns = []struct{ sign, op string }{
	{"==", "=="}, {"!=", "!="}, {"<>", "!="}, {">=", ">="}, {"<=", "<="}, {"=", "=="}, {">", ">"}, {"<", "<"},
}

// FilterOf reads a filter; false for a text that says nothing yet.
func FilterOf(column int, kind value.Kind, typed string) (Filter, bool) {
	f := Filter{Column: column}
	s := strings.TrimSpace(typed)
	texts := kind == value.String || kind == value.Dynamic
	none := strings.TrimPrefix(s, "!")
	list, isList := listOf(none)
	from, to, isRange := strings.Cut(s, "..")
	switch {
	case s == "", none == "":
		return f, false
	case s == "null":
		f.Op = "isempty"
		return f, true
	case s == "!null":
		f.Op = "isnotempty"
		return f, true
	case isList && (!texts || len(list) > 1 || strings.HasPrefix(none, "in")): // (x) alone is a text
		f.Op, f.Values = s[:len(s)-len(none)]+"in", list
		return f, len(list) > 0
	case isRange && !texts:
		f.Op, f.Values = "between", []string{strings.TrimSpace(from), strings.TrimSpace(to)}
		return f, f.Values[0] != "" || f.Values[1] != ""
	}
	for _, one := range filterSigns {
		if rest, ok := strings.CutPrefix(s, one.sign); ok {
			f.Op, f.Value = one.op, unquoted(rest)
			return f, strings.TrimSpace(rest) != ""
		}
	}
	if !texts {
		f.Op, f.Value = "==", unquoted(s)
		return f, true
	}
	switch {
	case len(s) > 2 && s[0] == '/' && s[len(s)-1] == '/':
		f.Op, f.Value = "matches regex", s[1:len(s)-1]
	case s[0] == '^':
		f.Op, f.Value = "startswith", unquoted(s[1:])
	case s[0] == '!':
		f.Op, f.Value = "!contains", unquoted(none)
	default:
		f.Op, f.Value = "contains", unquoted(s)
	}
	return f, f.Value != ""
}

// FilterHint says what may be typed, for an empty box.
func FilterHint(kind value.Kind) string {
	switch kind {
	case value.String:
		return "text, =, !, ^, /…/, (a, b)"
	case value.Dynamic:
		return "text, !, ^, /…/, null"
	case value.Bool:
		return "true, false, null"
	case value.Guid:
		return "=, !=, (a, b), null"
	}
	return "=, <, >, a..b, (a, b)"
}

// listOf reads "(a, b)" or "in (a, b)"; commas in quotes part nothing.
func listOf(s string) ([]string, bool) {
	if rest, ok := strings.CutPrefix(s, "in"); ok {
		s = strings.TrimSpace(rest)
	}
	if len(s) < 2 || s[0] != '(' || s[len(s)-1] != ')' {
		return nil, false
	}
	var list []string
	var quote byte
	s = s[1 : len(s)-1]
	start := 0
	for i := 0; i <= len(s); i++ {
		switch {
		case i == len(s) || s[i] == ',' && quote == 0:
			if one := strings.TrimSpace(s[start:i]); one != "" {
				list = append(list, unquoted(one))
			}
			start = i + 1
		case s[i] == quote:
			quote = 0
		case quote == 0 && (s[i] == '"' || s[i] == '\''):
			quote = s[i]
		}
	}
	return list, true
}

// unquoted takes the quotes away that stand around a text.
func unquoted(s string) string {
	s = strings.TrimSpace(s)
	if n := len(s); n >= 2 && (s[0] == '"' || s[0] == '\'') && s[n-1] == s[0] {
		return s[1 : n-1]
	}
	return s
}
