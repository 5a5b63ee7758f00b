package symbol_test

import (
	"strings"
	"testing"

	"calypso/kql/symbol"
)

func TestShapeText(t *testing.T) {
	for text, want := range map[string]string{
		"array<real>": "array<real>",
		"bag{type:string,coordinates:array<dynamic>}":  "bag{type: string, coordinates: array<dynamic>}",
		"bag{Browser:bag{Family:string,Major:string}}": "bag{Browser: bag{Family: string, Major: string}}",
		"bag{Query Parameters:dynamic}":                "bag{['Query Parameters']: dynamic}",
		"array<array<long>>":                           "array<array<long>>",
		"bag{}":                                        "bag{}",
		"dynamic":                                      "dynamic",
		"bag{a":                                        "dynamic",
		"":                                             "dynamic",
		strings.Repeat("array<", 100):                  strings.Repeat("array<", 17) + "dynamic" + strings.Repeat(">", 17),
		"bag{a:long,b:bag{c:datetime},d:array<bag{e:guid}>}": "bag{a: long, b: bag{c: datetime}, d: array<bag{e: guid}>}",
	} {
		if got := symbol.ParseShape(text).String(); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestMergeShapes(t *testing.T) {
	for _, c := range [][3]string{
		{"long", "long", "long"},
		{"long", "real", "real"},
		{"long", "string", "dynamic"},
		{"array<long>", "array<real>", "array<real>"},
		{"array<long>", "array<string>", "array<dynamic>"},
		{"array<long>", "bag{a:long}", "dynamic"},
		{"bag{a:long}", "bag{b:string}", "bag{a: long, b: string}"},
		{"bag{a:long,b:long}", "bag{a:string}", "bag{a: dynamic, b: long}"},
		{"bag{a:long}", "dynamic", "dynamic"},
	} {
		if got := symbol.MergeShapes(symbol.ParseShape(c[0]), symbol.ParseShape(c[1])).String(); got != c[2] {
			t.Errorf("%s and %s: got %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

func TestSampledShape(t *testing.T) {
	s := symbol.ParseShape("bag{a:array<long>}").AsSampled()
	a, ok := s.Prop("a")
	if !ok || !s.Sampled || !a.Sampled || !a.Element().Sampled {
		t.Errorf("not all of %v is marked as sampled", s)
	}
	if symbol.ShapeOf(symbol.Long).Sampled {
		t.Error("the mark reached a shared shape")
	}
}
