package builtin_test

import (
	"sort"
	"testing"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
)

// TestTables holds the counts of the facts and the order that lookups rely on.
func TestTables(t *testing.T) {
	for name, c := range map[string]struct {
		list       []builtin.Function
		names, all int // names, signatures
		find       func(string) *builtin.Function
	}{
		"functions":  {builtin.Functions(), 429, 488, builtin.FindFunction},
		"aggregates": {builtin.Aggregates(), 61, 74, builtin.FindAggregate},
		"plugins":    {builtin.Plugins(), 47, 49, builtin.FindPlugin},
	} {
		signatures := 0
		for i := range c.list {
			signatures += len(c.list[i].Signatures)
			if found := c.find(c.list[i].Name); found == nil || found.Name != c.list[i].Name {
				t.Errorf("%s: %s isn't found", name, c.list[i].Name)
			}
		}
		if len(c.list) != c.names || signatures != c.all {
			t.Errorf("%s: %d with %d signatures, want %d with %d", name, len(c.list), signatures, c.names, c.all)
		}
		if !sort.SliceIsSorted(c.list, func(i, j int) bool { return c.list[i].Name < c.list[j].Name }) {
			t.Errorf("%s aren't sorted", name)
		}
		if c.find("no_such_name") != nil {
			t.Errorf("%s: found what isn't there", name)
		}
	}
}

func TestSignatures(t *testing.T) {
	for _, list := range [][]builtin.Function{builtin.Functions(), builtin.Aggregates(), builtin.Plugins()} {
		for i := range list {
			f := &list[i]
			for _, s := range f.Signatures {
				if s.Min > s.Max || s.Return == builtin.ReturnDeclared && s.Type == symbol.Unknown {
					t.Errorf("%s: %+v", f.Name, s)
				}
			}
			if f.Flags.Has(builtin.Obsolete) && f.Alternative == "" {
				t.Errorf("%s is obsolete without an alternative", f.Name)
			}
		}
	}
}

func TestBinary(t *testing.T) {
	for _, c := range []struct {
		op     string
		x, y   symbol.Type
		want   symbol.Type
		wantOK bool
	}{
		{"+", symbol.Int, symbol.Int, symbol.Long, true},
		{"/", symbol.Timespan, symbol.Timespan, symbol.Real, true},
		{"-", symbol.Datetime, symbol.Datetime, symbol.Timespan, true},
		{"+", symbol.String, symbol.Long, symbol.Unknown, false},
		{"==", symbol.String, symbol.Long, symbol.Bool, true},
		{"<", symbol.Datetime, symbol.String, symbol.Unknown, false},
		{"!has_cs", symbol.String, symbol.String, symbol.Bool, true},
		{"or", symbol.Bool, symbol.Dynamic, symbol.Bool, true},
		{"<>", symbol.Guid, symbol.Guid, symbol.Bool, true},
		{"+", symbol.Unknown, symbol.Bool, symbol.Unknown, true},
	} {
		if got, ok := builtin.Binary(c.op, c.x, c.y); got != c.want || ok != c.wantOK {
			t.Errorf("%v %s %v is %v, %v", c.x, c.op, c.y, got, ok)
		}
	}
	if !builtin.Promotable(symbol.Int, symbol.Real) || builtin.Promotable(symbol.Real, symbol.Int) || !builtin.Wider(symbol.Real, symbol.Long) {
		t.Error("promotion goes up, not down")
	}
}

func TestWords(t *testing.T) {
	if len(builtin.Words("JoinKinds")) != 12 || builtin.Words("Nope") != nil {
		t.Error("word lists")
	}
	if len(builtin.Parameters("JoinParameters")) != 5 || len(builtin.Options()) != 58 || builtin.FindOption("notruncation") == nil {
		t.Error("parameters and options")
	}
}
