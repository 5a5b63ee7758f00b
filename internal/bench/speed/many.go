package main

// Completion in a database of the size of the largest known ones.

import (
	shared "calypso/internal/bench"
)

// manyReport has what was measured under it.
type manyReport struct {
	Tables     int    `json:"tables"`
	Columns    int    `json:"columns"`
	Completion timing `json:"completion"` // a key press at each place of a query
}

// manyQuery names one of the tables, has places for tables, columns and functions, and ends with a word half typed.
const manyQuery = `let recent = Events_Region07_00042 | where Timestamp0 > ago(1d);
recent
| join kind=inner (Events_Region03_20001 | project Name1, Value2) on Name1
| extend Rate = todouble(Value2) / 2
| summarize Total = sum(Rate), dcount(Name1) by bin(Timestamp0, 1h)
| union (Ev)
`

// measureMany measures a key press at all places of the query.
func measureMany(rounds int) *manyReport {
	b := &bench{src: manyQuery, schema: shared.ManySchema(), rounds: rounds}
	ready := b.analyze(manyQuery, nil)
	spots := b.places(typing, mostPlaces)
	return &manyReport{
		Tables: shared.ManyTables, Columns: shared.ManyColumns,
		Completion: measure(rounds, 2*len(spots), func(i int) { b.key(ready, spots[i/2%len(spots)], i%2) }),
	}
}
