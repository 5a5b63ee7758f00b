package command

import "testing"

// FuzzMapping: a mapping is refused with a reason, or each of its columns says where its cells come from.
func FuzzMapping(f *testing.F) {
	for _, s := range []string{
		`[{"Column": "a", "Properties": {"Ordinal": "0"}}, {"Column": "b", "Ordinal": 1}, {"Name": "c", "ConstValue": "x"}]`,
		`[{"Column": "a", "Properties": {"Path": "$.a['b c'][0]"}}, {"Column": "b", "Path": "$"}, {"Column": "c", "Path": "$.t", "Transform": "DateTimeFromUnixSeconds"}]`,
		`[{"Column": "a", "Ordinal": 1e300}]`, `[{"Column": "a", "Properties": {"Ordinal": null, "Path": {}}}]`, `[null]`, `[]`,
	} {
		f.Add("csv", s)
		f.Add("json", s)
	}
	f.Add("avro", `[{"Column": "a", "Properties": {"Field": "b"}}]`)
	f.Fuzz(func(t *testing.T, kind, text string) {
		list, err := parseMapping(kind, text)
		if err != nil {
			return
		}
		for _, m := range list {
			switch {
			case m.column == "":
				t.Errorf("a column without a name: %+v", m)
			case m.ordinal >= mostOrdinals:
				t.Errorf("cell %d", m.ordinal)
			case kind == "csv" && m.ordinal < 0 && m.literal == nil, kind == "json" && m.path == nil && !m.whole && m.literal == nil:
				t.Errorf("cells from nowhere: %+v", m)
			}
		}
	})
}
