package binder

// This file folds calls of constants, as far as that needs no engine and leaves no doubt: text put together, its case, and
// conversions that change nothing. Names and formats made so are known before the query runs.

import (
	"math"
	"strconv"
	"strings"

	"calypso/kql/syntax"
)

// foldLimit is the length of the longest text that is made.
const foldLimit = 1 << 12

// foldCall records the value of a call whose arguments are constants.
func (b *binder) foldCall(x *syntax.Call, name string) {
	if len(x.Args) == 0 {
		return
	}
	values := make([]any, len(x.Args))
	for i, a := range x.Args {
		if values[i] = b.constant(argument(a)); values[i] == nil {
			return
		}
	}
	if v := folded(name, values); v != nil {
		b.scope.Consts[x] = v
	}
}

// folded gives the value of a function, nil when it isn't known here.
func folded(name string, values []any) any {
	switch name {
	case "strcat":
		return foldedText(values)
	case "tolower", "toupper", "tostring", "tolong", "toint", "isempty", "isnotempty", "strlen":
		if len(values) == 1 {
			return foldedOne(name, values[0])
		}
	}
	return nil
}

func foldedText(values []any) any {
	var text strings.Builder
	for _, v := range values {
		s, ok := foldedOne("tostring", v).(string)
		if !ok || text.Len()+len(s) > foldLimit {
			return nil
		}
		text.WriteString(s)
	}
	return text.String()
}

// foldedOne leaves what depends on rules beyond ASCII and on how numbers are written to the engine.
func foldedOne(name string, v any) any {
	switch v := v.(type) {
	case string:
		return foldedString(name, v)
	case int64:
		switch {
		case name == "tostring":
			return strconv.FormatInt(v, 10)
		case name == "tolong", name == "toint" && v >= math.MinInt32 && v <= math.MaxInt32:
			return v
		}
	}
	return nil
}

func foldedString(name, s string) any {
	switch name {
	case "tostring":
		return s
	case "isempty":
		return s == ""
	case "isnotempty":
		return s != ""
	}
	for i := range len(s) {
		if s[i] >= 0x80 {
			return nil
		}
	}
	switch name {
	case "tolower":
		return strings.ToLower(s)
	case "toupper":
		return strings.ToUpper(s)
	case "strlen":
		return int64(len(s))
	}
	return nil
}
