package fn

import (
	"slices"
	"testing"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

func TestEveryNameIsKnownToTheLanguage(t *testing.T) {
	names := Names()
	for _, n := range slices.Concat(names.Scalars, names.Windows) {
		if n[0] >= 'a' && n[0] <= 'z' && builtin.FindFunction(n) == nil && !operatorWord(n) {
			t.Errorf("function %s isn't in the language", n)
		}
	}
	for _, n := range names.Aggregates {
		if builtin.FindAggregate(n) == nil {
			t.Errorf("aggregate %s isn't in the language", n)
		}
	}
	t.Logf("%d scalar functions and operators, %d aggregates, %d window functions",
		len(names.Scalars), len(names.Aggregates), len(names.Windows))
}

func operatorWord(n string) bool {
	words := []string{"and", "or", "not", "neg", "pos", "in", "in~", "between", "matches regex", "has_any", "has_all"}
	for _, t := range textTests {
		words = append(words, t.name)
	}
	return slices.Contains(words, n)
}

// engineSays are result types where the real engine differs from the official library's signatures, as its typed answers
// show. The binder corrects the same ones; dayofmonth to weekofyear follow their measured siblings.
var engineSays = map[string]value.Kind{
	"getyear": value.Long, "getmonth": value.Long, "monthofyear": value.Long, "hourofday": value.Long,
	"datetime_part": value.Long, "datepart": value.Long, "jaccard_index": value.Real,
	"dayofmonth": value.Long, "dayofyear": value.Long, "week_of_year": value.Long, "weekofyear": value.Long,
}

// TestResultTypes: an engine that gives another type than the binder promised refuses the query, so the two must agree.
func TestResultTypes(t *testing.T) {
	checked := 0
	for _, f := range builtin.Functions() {
		for _, sig := range f.Signatures {
			if sig.Return != builtin.ReturnDeclared || sig.Type < symbol.Bool || sig.Type > symbol.Dynamic {
				continue
			}
			args := make([]Arg, 0, 4)
			for _, p := range sig.Params {
				if len(args) == int(sig.Min) {
					break
				}
				args = append(args, Arg{Kind: kindFor(p)})
			}
			over, err := Scalar(f.Name, args)
			if err != nil {
				continue
			}
			checked++
			want, _ := value.KindOf(sig.Type.String())
			if k, ok := engineSays[f.Name]; ok {
				want = k
			}
			if over.Result != want {
				t.Errorf("%s(%v): %s, the language says %s", f.Name, args, over.Result, want)
			}
		}
	}
	t.Logf("%d signatures agree", checked)
}

// kindFor picks a kind that a parameter takes.
func kindFor(p builtin.Param) value.Kind {
	switch p.Kind {
	case builtin.KindDeclared:
		for s := symbol.Bool; s <= symbol.Dynamic; s++ {
			if p.Types.Has(s) {
				k, _ := value.KindOf(s.String())
				return k
			}
		}
	case builtin.KindDynamicArray, builtin.KindDynamicBag, builtin.KindIntegerOrArray:
		return value.Dynamic
	case builtin.KindInteger:
		return value.Long
	case builtin.KindNumber, builtin.KindNumberOrBool, builtin.KindSummable:
		return value.Real
	case builtin.KindOrderable:
		return value.Long
	}
	return value.String
}
