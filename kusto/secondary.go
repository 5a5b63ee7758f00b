package kusto

import (
	"encoding/json"
	"time"

	"calypso/kusto/value"
)

// What stands around a query's results: how to draw them, and what they cost.

// properties keeps the render instructions, which stand in front of the results.
func (r *Result) properties(b *value.Batch) {
	if len(b.Cols) < 3 || len(b.Cols[0].Ints) < b.N || len(b.Cols[1].Strings) < b.N || len(b.Cols[2].Dynamics) < b.N {
		return
	}
	for i := range b.N {
		if b.Cols[1].Strings[i] != "Visualization" {
			continue
		}
		text := b.Cols[2].Dynamics[i].Text()
		var chart struct{ Visualization *string }
		if json.Unmarshal([]byte(text), &chart) == nil && chart.Visualization != nil {
			r.charts[int(b.Cols[0].Ints[i])] = text
		}
	}
}

// Usage is what a query cost the cluster; zero where the cluster doesn't say.
type Usage struct {
	CPU    time.Duration // of all nodes
	Memory int64         // peak bytes of the busiest node
}

// read takes the figures out of the rows that follow the results.
func (u *Usage) read(columns []value.Column, b *value.Batch) {
	event, payload := textColumn(columns, b, "EventTypeName"), textColumn(columns, b, "Payload")
	if event == nil || payload == nil {
		return
	}
	for i := range b.N {
		if event[i] == "QueryResourceConsumption" {
			u.parse(payload[i])
		}
	}
}

func textColumn(columns []value.Column, b *value.Batch, name string) []string {
	for i, c := range columns {
		if c.Name == name && i < len(b.Cols) && len(b.Cols[i].Strings) >= b.N {
			return b.Cols[i].Strings
		}
	}
	return nil
}

func (u *Usage) parse(payload string) {
	var in struct {
		Resource struct {
			CPU struct {
				Total string `json:"total cpu"`
			} `json:"cpu"`
			Memory struct {
				Peak int64 `json:"peak_per_node"`
			} `json:"memory"`
		} `json:"resource_usage"`
	}
	if json.Unmarshal([]byte(payload), &in) != nil {
		return // figures are no reason to fail
	}
	if ticks, ok := value.ParseTimespan(in.Resource.CPU.Total); ok {
		u.CPU = time.Duration(ticks) * 100
	}
	u.Memory = in.Resource.Memory.Peak
}
