package signature

// This file makes signatures of the facts about builtins, and finds the one that fits what is written.

import (
	"strings"

	"calypso/kql/binder"
	"calypso/kql/builtin"
	"calypso/kql/doc"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// facts takes the signatures of a builtin; false when there is none.
func (h *Help) facts(f *builtin.Function) bool {
	if f == nil || len(f.Signatures) == 0 {
		return false
	}
	h.Function = f
	h.Doc = docOf(h.Kind, f.Name)
	for i := range f.Signatures {
		if s := &f.Signatures[i]; !s.Flags.Has(builtin.Hidden) {
			h.Signatures = append(h.Signatures, fromFacts(f.Name, s))
		}
	}
	if len(h.Signatures) == 0 {
		h.Signatures = append(h.Signatures, fromFacts(f.Name, &f.Signatures[0]))
	}
	return true
}

func docOf(kind binder.SymbolKind, name string) string {
	family := doc.Function
	switch kind {
	case binder.SymAggregate:
		family = doc.Aggregate
	case binder.SymPlugin:
		family = doc.Plugin
	}
	e, _ := doc.Find(family, name)
	return e.Text
}

func fromFacts(name string, s *builtin.Signature) Signature {
	out := Signature{facts: s}
	var label strings.Builder
	label.WriteString(name + "(")
	for i := range s.Params {
		p := &s.Params[i]
		if i > 0 {
			label.WriteString(", ")
		}
		param := Param{
			Name: p.Name, Types: Types(p), Values: p.Values, Optional: p.Min == 0,
			Column: p.Arg == builtin.ArgColumn || p.Arg == builtin.ArgColumnParameter0 || p.Arg == builtin.ArgColumnParameter0Common,
		}
		start := label.Len()
		if param.Optional {
			label.WriteByte('[')
		}
		label.WriteString(p.Name)
		if t := typeText(p); t != "" {
			label.WriteString(": " + t)
		}
		if param.Optional {
			label.WriteByte(']')
		}
		param.Label = text.Span{Start: start, End: label.Len()}
		if len(p.Values) > 0 {
			param.Doc = "One of `" + strings.Join(p.Values, "`, `") + "`."
		}
		out.Params = append(out.Params, param)
		if p.Max > 1 {
			label.WriteString(", …")
		}
	}
	label.WriteByte(')')
	if s.Return == builtin.ReturnDeclared && s.Type != symbol.Unknown {
		label.WriteString(": " + s.Type.String())
	}
	out.Label = label.String()
	return out
}

// kindWords names the kinds of parameter that stand for several types.
var kindWords = map[builtin.ParamKind]string{
	builtin.KindScalar: "scalar", builtin.KindInteger: "integer", builtin.KindNumber: "number", builtin.KindNumberOrBool: "number|bool",
	builtin.KindSummable: "number|datetime|timespan", builtin.KindOrderable: "orderable", builtin.KindCommonOrderable: "orderable",
	builtin.KindCommonScalar: "scalar", builtin.KindCommonScalarOrDynamic: "scalar", builtin.KindDynamicArray: "array",
	builtin.KindDynamicBag: "bag", builtin.KindIntegerOrArray: "integer|array", builtin.KindStringOrArray: "string|array",
	builtin.KindStringOrDynamic: "string|dynamic", builtin.KindTabular: "table", builtin.KindNotBool: "not bool",
	builtin.KindNotDynamic: "not dynamic", builtin.KindNotRealOrBool: "not real, not bool",
}

func typeText(p *builtin.Param) string {
	t := kindWords[p.Kind]
	if p.Kind == builtin.KindDeclared {
		var names []string
		for t := symbol.Bool; int(t) < symbol.NumTypes; t++ {
			if p.Types.Has(t) {
				names = append(names, t.String())
			}
		}
		t = strings.Join(names, "|")
	}
	switch {
	case p.Arg == builtin.ArgStarOnly:
		return "*"
	case p.Arg == builtin.ArgColumn && t != "":
		return "column of " + t
	}
	return t
}

func set(types ...symbol.Type) builtin.TypeSet {
	var s builtin.TypeSet
	for _, t := range types {
		s |= 1 << t
	}
	return s
}

var (
	integers = set(symbol.Int, symbol.Long)
	numbers  = integers | set(symbol.Real, symbol.Decimal)
	summable = numbers | set(symbol.Datetime, symbol.Timespan)
	ordered  = summable | set(symbol.Bool, symbol.String)
	scalars  = ordered | set(symbol.Guid, symbol.Dynamic)
)

// Types gives the types that fit a parameter; 0 when all do.
func Types(p *builtin.Param) builtin.TypeSet {
	switch p.Kind {
	case builtin.KindDeclared:
		return p.Types
	case builtin.KindInteger:
		return integers
	case builtin.KindNumber:
		return numbers
	case builtin.KindNumberOrBool:
		return numbers | set(symbol.Bool)
	case builtin.KindSummable:
		return summable
	case builtin.KindOrderable, builtin.KindCommonOrderable:
		return ordered
	case builtin.KindDynamicArray, builtin.KindDynamicBag:
		return set(symbol.Dynamic)
	case builtin.KindStringOrDynamic, builtin.KindStringOrArray:
		return set(symbol.String, symbol.Dynamic)
	case builtin.KindIntegerOrArray:
		return integers | set(symbol.Dynamic)
	case builtin.KindNotBool:
		return scalars &^ set(symbol.Bool)
	case builtin.KindNotRealOrBool:
		return scalars &^ set(symbol.Bool, symbol.Real)
	case builtin.KindNotDynamic:
		return scalars &^ set(symbol.Dynamic)
	case builtin.KindTabular:
		return set(symbol.Table)
	}
	return 0
}

// fits tells whether a type may stand where a parameter takes some types.
func fits(types builtin.TypeSet, t symbol.Type) bool {
	if types == 0 || t == symbol.Unknown || types.Has(t) {
		return true
	}
	for to := symbol.Bool; to <= symbol.Dynamic; to++ {
		if types.Has(to) && builtin.Promotable(t, to) {
			return true
		}
	}
	return false
}

// score tells how well a signature fits the arguments other than the caret's; -1 when it takes fewer than are there.
func (h *Help) score(b *binder.Bound, s *builtin.Signature) int {
	if n := max(len(h.Call.Args), h.Argument+1); n > int(s.Max) && !(n == 1 && len(h.Call.Args) == 0) {
		return -1
	}
	score := 0
	for i, arg := range h.Call.Args {
		if i == h.Argument && bad(arg) {
			continue
		}
		at := h.layout(b, s, i)
		if at < 0 {
			continue
		}
		p := &s.Params[at]
		_, star := arg.(*syntax.Wildcard)
		switch t := b.Types[arg]; {
		case star != (p.Arg == builtin.ArgStarOnly) && !(star && p.Arg == builtin.ArgStarAllowed):
		case t == symbol.Unknown:
			score++
		case Types(p).Has(t):
			score += 3
		case fits(Types(p), t):
			score += 2
		}
	}
	return score
}

func bad(x syntax.Expr) bool {
	_, bad := x.(*syntax.Bad)
	return bad || x.Span().Len() == 0
}

// paramOf gives the parameter that the caret's argument is for.
func (h *Help) paramOf(b *binder.Bound, s *builtin.Signature) int {
	if h.Argument >= int(s.Max) {
		return -1
	}
	return h.layout(b, s, h.Argument)
}

// layout gives the parameter of an argument. Where further arguments may come, the groups that repeat are taken to go on.
func (h *Help) layout(b *binder.Bound, s *builtin.Signature, i int) int {
	repeats := -1
	block := 0
	for j := range s.Params {
		if s.Params[j].Max > 1 {
			if repeats < 0 {
				repeats = j
			}
			if block == j {
				block++
			}
		}
	}
	switch {
	case s.Layout == builtin.LayoutCustom:
		return h.byType(b, s, i)
	case s.Layout == builtin.LayoutBlockRepeating && block > 0:
		if tail := len(s.Params) - block; h.Call.RParen >= 0 && i >= len(h.Call.Args)-tail && i >= block {
			return block + i - (len(h.Call.Args) - tail)
		}
		return i % block
	case s.Layout == builtin.LayoutRepeating && repeats >= 0 && i >= repeats:
		return repeats
	case i < len(s.Params):
		return i
	}
	return -1
}

// byType lays arguments over parameters by what each is: each takes the next parameter that fits.
func (h *Help) byType(b *binder.Bound, s *builtin.Signature, i int) int {
	p, used := 0, 0
	for j := 0; j <= i && p < len(s.Params); j++ {
		t := symbol.Unknown
		if j < len(h.Call.Args) {
			t = b.Types[h.Call.Args[j]]
		}
		for p < len(s.Params) {
			full := used >= int(s.Params[p].Max)
			if !full && (fits(Types(&s.Params[p]), t) || used < int(s.Params[p].Min)) {
				used++
				break
			}
			p, used = p+1, 0
		}
	}
	if p >= len(s.Params) {
		return -1
	}
	return p
}
