package value

import (
	"strings"
	"testing"
)

// A result's size is its rows': the same whether they are kept one by one, once for all, by words or in a page.
func TestDataBytes(t *testing.T) {
	packed := func(kind Kind) *Vector { return Packed(kind, "abcé{}", []Span{{0, 3}, {3, 5}, {5, 7}}) }
	for _, c := range []struct {
		name string
		v    *Vector
		want int64
	}{
		{"text", &Vector{Kind: String, N: 3, Strings: []string{"abc", "é", ""}}, 5},
		{"one text for all", &Vector{Kind: String, N: 1000, Const: true, Strings: []string{"abc"}}, 3000},
		{"words", Coded(&Words{Texts: []string{"a", "bcd"}}, []uint32{1, 1, 0}), 7},
		{"page", packed(String), 7},
		{"JSON in a page", packed(Dynamic), 7},
		{"JSON", &Vector{Kind: Dynamic, N: 2, Dynamics: []Dyn{ParseDyn(`{"a":[1,2]}`), ParseDyn(`[]`)}}, 13},
		{"no rows", &Vector{Kind: String, Const: true, Strings: []string{"abc"}}, 0},
		{"one null for all", NewNull(Long, 10), 80},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (Batch{N: c.v.N, Cols: []*Vector{c.v}}).DataBytes(); got != c.want {
				t.Errorf("%d bytes, want %d", got, c.want)
			}
		})
	}
	for _, v := range sample() {
		if want := map[Kind]int64{Bool: 3, String: 3, Guid: 48, Decimal: 48, Dynamic: int64(len("[1]") + len("[1,2]"))}[v.Kind]; want == 0 && v.dataBytes() != 24 || want > 0 && v.dataBytes() != want {
			t.Errorf("%s: %d bytes", v.Kind, v.dataBytes())
		}
	}
	deep := ParseDyn(strings.Repeat("[", 50) + strings.Repeat("]", 50))
	if got := (&Vector{Kind: Dynamic, N: 1, Dynamics: []Dyn{deep}}).dataBytes(); got != 100 {
		t.Errorf("nested arrays: %d bytes, want 100", got)
	}
}
