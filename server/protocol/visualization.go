package protocol

import (
	"encoding/json"
	"fmt"
	"strings"
)

// VisualizationOf reads the Visualization JSON that Kusto sends for a render operator; nil without one, or when it can't be read.
func VisualizationOf(text string) *Visualization {
	if text == "" {
		return nil
	}
	var all map[string]any
	if json.Unmarshal([]byte(text), &all) != nil {
		return nil
	}
	chart := &Visualization{Properties: make(map[string]string)}
	for name, v := range all {
		switch s := textOf(v); {
		case v == nil || v == false || s == "":
		case name == "Visualization":
			chart.Kind = s
		case name == "Title":
			chart.Title = s
		default:
			chart.Properties[name] = s
		}
	}
	if chart.Kind == "" {
		return nil
	}
	return chart
}

// textOf writes a property: lists with commas, as clusters that send no lists do.
func textOf(v any) string {
	list, ok := v.([]any)
	if !ok {
		return fmt.Sprint(v)
	}
	texts := make([]string, len(list))
	for i, item := range list {
		texts[i] = fmt.Sprint(item)
	}
	return strings.Join(texts, ",")
}
