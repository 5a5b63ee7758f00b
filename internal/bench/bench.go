// Package bench holds what benchmarks share: percentiles over single runs, and a query of ordinary size with its schema. Tests only.
package bench

import (
	"slices"
	"testing"
	"time"

	"calypso/kql/symbol"
)

// Percentiles runs f b.N times and reports the 50th and 95th percentile of its wall time in milliseconds.
func Percentiles(b *testing.B, f func()) {
	b.Helper()
	times := make([]time.Duration, 0, b.N)
	for b.Loop() {
		began := time.Now()
		f()
		times = append(times, time.Since(began))
	}
	slices.Sort(times)
	at := func(p int) float64 { return float64(times[(len(times)-1)*p/100].Microseconds()) / 1000 }
	b.ReportMetric(at(50), "p50-ms")
	b.ReportMetric(at(95), "p95-ms")
}

// Schema is a schema file with the tables that Query uses.
const Schema = `{"cluster": "c", "database": "Samples", "databases": [{"name": "Samples", "tables": [
 {"name": "StormEvents", "columns": "(StartTime: datetime, EndTime: datetime, EpisodeId: int, EventId: int, State: string, EventType: string, InjuriesDirect: int, InjuriesIndirect: int, DeathsDirect: int, DeathsIndirect: int, DamageProperty: int, DamageCrops: int, Source: string, BeginLocation: string, EndLocation: string, BeginLat: real, BeginLon: real, EndLat: real, EndLon: real, EpisodeNarrative: string, EventNarrative: string, StormSummary: dynamic)"},
 {"name": "PopulationData", "columns": "(State: string, Population: long)"}]}]}`

// Known reads a schema file, as Schema is one, and gives it to whoever asks, whatever the document's connection.
func Known(t testing.TB, file string) func(connection string) *symbol.Schema {
	t.Helper()
	schema, err := symbol.ParseFile([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	return func(string) *symbol.Schema { return schema }
}

// Query is a query of 30 lines, as people write them.
const Query = `let from = datetime(2007-01-01);
let until = datetime(2008-01-01);
let severe = dynamic(["Tornado", "Hail", "Flood"]);
let damage = (T:(DamageProperty:int, DamageCrops:int)) {
    T
    | extend Damage = DamageProperty + DamageCrops
};
let byState =
    StormEvents
    | where StartTime between (from .. until)
    | where EventType in (severe) or EventNarrative has "wind"
    | invoke damage()
    | extend Hours = (EndTime - StartTime) / 1h
    | summarize
        Events = count(),
        Damage = sum(Damage),
        Longest = max(Hours),
        Types = make_set(EventType, 10)
        by State;
byState
| join kind=leftouter (
    PopulationData
    | project State, Population
    ) on State
| extend PerHead = iff(Population > 0, todouble(Damage) / Population, real(null))
| where isnotnull(PerHead)
| extend Rank = case(PerHead > 100, "high", PerHead > 10, "middle", "low")
| project State, Events, Damage, PerHead, Rank, Longest, Types
| order by PerHead desc
| take 20
`
