// The Visualization JSON that clients draw from.

package engine

import (
	"encoding/json"

	"calypso/engine/plan"
)

// visualization gives a render operator as clients read it: fixed properties in fixed order, null where nothing was said.
func visualization(r *plan.Render) string {
	if r == nil {
		return ""
	}
	given := map[string]string{"visualization": r.Kind}
	for _, p := range r.Properties {
		given[p.Name] = p.Value
	}
	out := []byte{'{'}
	for i, f := range visualizationFields {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '"')
		out = append(out, f.json...)
		out = append(out, `":`...)
		text, ok := given[f.option]
		switch {
		case f.flag:
			out = append(out, boolText(text)...)
		case !ok:
			out = append(out, "null"...)
		default:
			quoted, _ := json.Marshal(text)
			out = append(out, quoted...)
		}
	}
	return string(append(out, '}'))
}

func boolText(text string) string {
	if text == "true" {
		return "true"
	}
	return "false"
}

var visualizationFields = []struct {
	json, option string
	flag         bool
}{
	{"Visualization", "visualization", false},
	{"Title", "title", false},
	{"XColumn", "xcolumn", false},
	{"Series", "series", false},
	{"YColumns", "ycolumns", false},
	{"AnomalyColumns", "anomalycolumns", false},
	{"XTitle", "xtitle", false},
	{"YTitle", "ytitle", false},
	{"XAxis", "xaxis", false},
	{"YAxis", "yaxis", false},
	{"Legend", "legend", false},
	{"YSplit", "ysplit", false},
	{"Accumulate", "accumulate", true},
	{"IsQuerySorted", "isquerysorted", true},
	{"Kind", "kind", false},
	{"Ymin", "ymin", false},
	{"Ymax", "ymax", false},
	{"Xmin", "xmin", false},
	{"Xmax", "xmax", false},
}
