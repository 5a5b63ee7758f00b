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

	CacheHit, CacheMiss     int64 // bytes of extents read that were in the hot cache, and that weren't
	Extents, ExtentsScanned int64
	RowsScanned             int64
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
			Cache struct {
				Shards struct {
					Hot, Cold struct {
						Hit      int64 `json:"hitbytes"`
						Miss     int64 `json:"missbytes"`
						Retrieve int64 `json:"retrievebytes"`
					}
				} `json:"shards"`
			} `json:"cache"`
		} `json:"resource_usage"`
		Input struct {
			Extents struct{ Total, Scanned int64 } `json:"extents"`
			Rows    struct{ Total, Scanned int64 } `json:"rows"`
		} `json:"input_dataset_statistics"`
	}
	if json.Unmarshal([]byte(payload), &in) != nil {
		return // figures are no reason to fail
	}
	if ticks, ok := value.ParseTimespan(in.Resource.CPU.Total); ok {
		u.CPU = time.Duration(ticks) * 100
	}
	u.Memory = in.Resource.Memory.Peak
	hot, cold := in.Resource.Cache.Shards.Hot, in.Resource.Cache.Shards.Cold
	u.CacheHit, u.CacheMiss = hot.Hit, hot.Miss+cold.Hit+cold.Miss
	u.Extents, u.ExtentsScanned = in.Input.Extents.Total, in.Input.Extents.Scanned
	u.RowsScanned = in.Input.Rows.Scanned
}
