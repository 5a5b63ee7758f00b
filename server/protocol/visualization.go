package protocol

import (
	"encoding/json"
	"fmt"
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
		switch s := fmt.Sprint(v); {
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
