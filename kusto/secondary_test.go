package kusto

import (
	"encoding/json"
	"testing"

	"calypso/kusto/value"
)

// FuzzSecondary: whatever stands around a query's results, reading it neither fails nor ends the answer.
func FuzzSecondary(f *testing.F) {
	f.Add("Visualization", `{"Visualization":"piechart","Title":null}`)
	f.Add("Cursor", `"x"`)
	f.Add("Visualization", `{"Visualization":3}`)
	f.Add("x", `{"resource_usage":{"cpu":{"total cpu":"00:00:01.5"},"memory":{"peak_per_node":1e3},"cache":{"shards":{"hot":{"hitbytes":1}}}},"input_dataset_statistics":{"extents":{"total":1,"scanned":1},"rows":{"scanned":2}}}`)
	f.Add("x", `{"resource_usage":[]}`)
	f.Fuzz(func(t *testing.T, key, text string) {
		table, keys, values := value.NewBuilder(value.Int, 1), value.NewBuilder(value.String, 1), value.NewBuilder(value.Dynamic, 1)
		table.AppendInt(0)
		keys.AppendString(key)
		values.AppendDyn(value.ParseDyn(text))
		r := &Result{charts: map[int]string{}}
		r.properties(&value.Batch{N: 1, Cols: []*value.Vector{table.Vector(), keys.Vector(), values.Vector()}})
		if chart, ok := r.charts[0]; ok && (key != "Visualization" || !json.Valid([]byte(chart))) {
			t.Errorf("a chart of %q: %q", key, chart)
		}
		new(Usage).parse(text)
	})
}

// FuzzParameters: a request's body gets its parameters, or an error; nothing else of it changes.
func FuzzParameters(f *testing.F) {
	f.Add(`{"db":"D","csl":"T","properties":{"Options":{"a":1}}}`, "n", "long(1)")
	f.Add(`{"properties":null}`, "n", "")
	f.Add(`null`, "", "")
	f.Fuzz(func(t *testing.T, body, name, val string) {
		out, err := addParameters([]byte(body), map[string]string{name: val})
		if err != nil {
			return
		}
		var got struct {
			Properties struct{ Parameters map[string]string } `json:"properties"`
		}
		if err := json.Unmarshal(out, &got); err != nil || len(got.Properties.Parameters) != 1 {
			t.Errorf("%s: %v", out, err)
		}
	})
}
