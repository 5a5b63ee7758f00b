package plan

import (
	"testing"

	"calypso/kusto/value"
)

func TestParseConstant(t *testing.T) {
	for src, want := range map[string]string{
		"5": "long 5", "-5": "long -5", "int(5)": "int 5", "0x1f": "long 31", "1.5": "real 1.5",
		"real(-inf)": `real "-Infinity"`, "'x\\'y'": `string "x'y"`, "true": "bool true", "1h": `timespan "01:00:00"`, "-1h": `timespan "-01:00:00"`,
		"datetime(2020-01-01)": `datetime "2020-01-01T00:00:00.0000000Z"`, "datetime(2020, 1, 31)": `datetime "2020-01-31T00:00:00.0000000Z"`,
		"long(null)": "long null", "dynamic({'a':[1,-2,null]})": `dynamic {"a":[1,-2,null]}`, "decimal(1.50)": `decimal "1.5"`,
		"guid(74be27de-1e4e-49d9-b579-fe0b331d3642)": `guid "74be27de-1e4e-49d9-b579-fe0b331d3642"`,
		"5 + 5": "", "x": "", "": "", "print 1": "", "5; 6": "", "99999999999999999999": "", "datetime(x)": "", ".show tables": "",
	} {
		got := ""
		if v := ParseConstant(src); v != nil {
			got = v.Kind.String() + " " + value.DynAt(v, 0).String()
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", src, got, want)
		}
	}
}

func TestFilterOver(t *testing.T) {
	over := func(kind JoinKind) string {
		in := func() Node {
			return &Values{Shape: Shape{{Name: "a", Kind: value.Bool}, {Name: "b", Kind: value.Bool}}, Batch: &value.Batch{}}
		}
		join := &Join{
			Left: in(), Right: in(), Kind: kind, Shape: Shape{{Name: "a", Kind: value.Bool}, {Name: "b1", Kind: value.Bool}},
			Out: []JoinColumn{{false, 0}, {true, 1}},
		}
		return Explain(filterOver(join, &Col{0, value.Bool}))
	}
	const below = "join inner  =  → a:bool, b1:bool\n  filter #0 → a:bool, b:bool\n    values 0 → a:bool, b:bool\n  values 0 → a:bool, b:bool\n"
	if got := over(Inner); got != below {
		t.Errorf("got %s", got)
	}
	if got := over(LeftOuter); got[:6] != "filter" {
		t.Errorf("a filter went below an outer join:\n%s", got)
	}
}
