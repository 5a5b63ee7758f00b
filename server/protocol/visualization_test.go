package protocol

import "testing"

func FuzzVisualization(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `{"Visualization":"linechart","Title":"x","YColumns":["a",null,1],"Series":null,"Accumulate":false}`,
		`{"Visualization":{"a":[1]},"Ymin":"NaN"}`, `[`, `{"Visualization":1e999}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if v := VisualizationOf(text); v != nil && (v.Kind == "" || v.Properties == nil) {
			t.Errorf("a chart without a kind: %+v", v)
		}
	})
}
