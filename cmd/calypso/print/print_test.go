package print

import (
	"strings"
	"testing"

	"calypso/kusto/value"
)

// Each format on one table with text that needs care: quotes, a pipe, a new line, null, a dynamic, a number out of JSON.
func TestFormats(t *testing.T) {
	columns := []value.Column{{Name: "name", Kind: value.String}, {Name: "n", Kind: value.Long}, {Name: "d", Kind: value.Dynamic}, {Name: "r", Kind: value.Real}}
	name, n, d, r := value.NewBuilder(value.String, 2), value.NewBuilder(value.Long, 2), value.NewBuilder(value.Dynamic, 2), value.NewBuilder(value.Real, 2)
	name.AppendString("a|b \"c\"\nd")
	n.AppendInt(9223372036854775807)
	d.AppendDyn(value.ParseDyn(`{"k":[1,2]}`))
	r.AppendReal(0.5)
	name.AppendString("")
	n.AppendNull()
	d.AppendNull()
	nan, _ := value.ParseReal("nan")
	r.AppendReal(nan)
	batch := &value.Batch{N: 2, Cols: []*value.Vector{name.Vector(), n.Vector(), d.Vector(), r.Vector()}}
	want := map[string]string{
		"table":  "name                         n  d              r\n---------  -------------------  -----------  ---\na|b \"c\" d  9223372036854775807  {\"k\":[1,2]}  0.5\n                                             NaN\n",
		"csv":    "name,n,d,r\r\n\"a|b \"\"c\"\"\nd\",9223372036854775807,\"{\"\"k\"\":[1,2]}\",0.5\r\n,,,NaN\r\n",
		"json":   "[{\"name\":\"a|b \\\"c\\\"\\nd\",\"n\":9223372036854775807,\"d\":{\"k\":[1,2]},\"r\":0.5},\n{\"name\":\"\",\"n\":null,\"d\":null,\"r\":\"NaN\"}]\n",
		"ndjson": "{\"name\":\"a|b \\\"c\\\"\\nd\",\"n\":9223372036854775807,\"d\":{\"k\":[1,2]},\"r\":0.5}\n{\"name\":\"\",\"n\":null,\"d\":null,\"r\":\"NaN\"}\n",
	}
	for _, format := range Formats {
		var out strings.Builder
		p, err := New(format, &out)
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []error{p.Table("T", columns), p.Rows(batch), p.End(), p.Flush()} {
			if step != nil {
				t.Fatal(step)
			}
		}
		if format == "markdown" {
			if strings.Count(out.String(), "\n") != 4 {
				t.Errorf("markdown: a row must stay on its line, got\n%s", out.String())
			}
			continue
		}
		if out.String() != want[format] {
			t.Errorf("%s: got\n%q\nwant\n%q", format, out.String(), want[format])
		}
	}
	if _, err := New("xml", nil); err == nil || !strings.Contains(err.Error(), "choose one of table") {
		t.Errorf("unknown format: got %v", err)
	}
}
