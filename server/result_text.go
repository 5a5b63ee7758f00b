package server

import (
	"fmt"
	"strconv"

	"calypso/kql/text"
	"calypso/server/protocol"
	"calypso/server/result"
)

// What is written below a grid: rows, time, and what the query cost, as far as it is known.

// footOf is the line below a sheet.
func footOf(v *result.View, t *result.Table, stats protocol.QueryStats) []protocol.SheetPart {
	rows := countText(int64(v.Rows()))
	if all := int64(t.Rows()); int64(v.Rows()) != all {
		rows += " of " + countText(all)
	}
	noun := " rows"
	if t.Rows() == 1 {
		noun = " row"
	}
	parts := []protocol.SheetPart{{Text: rows + noun}, {Text: durationText(stats.Ms), Tip: "From the start to the last row"}}
	add := func(holds bool, tip, format string, args ...any) {
		if holds {
			parts = append(parts, protocol.SheetPart{Text: fmt.Sprintf(format, args...), Tip: tip})
		}
	}
	add(stats.Bytes > 0, "Size of the rows here", "%s", bytesText(stats.Bytes))
	add(stats.CPUMs > 0, "CPU time on the cluster, all nodes", "CPU %s", durationText(int64(stats.CPUMs)))
	add(stats.Memory > 0, "Peak memory of the busiest node", "Memory %s", bytesText(stats.Memory))
	if read := stats.CacheHit + stats.CacheMiss; read > 0 {
		add(true, "Share of the data read that was in the hot cache", "Cache %.0f%%", 100*float64(stats.CacheHit)/float64(read))
	}
	add(stats.Extents > 0, "Extents (shards) that were scanned, of all", "Extents %s of %s", countText(stats.ExtentsScanned), countText(stats.Extents))
	add(stats.RowsScanned > 0, "Rows that the cluster scanned", "%s scanned", countText(stats.RowsScanned))
	if t.Truncated {
		parts = append(parts, protocol.SheetPart{Text: "Cut by a limit: there are more rows than these", Warn: true})
	}
	return parts
}

// durationText writes milliseconds for a person.
func durationText(ms int64) string {
	s := float64(ms) / 1000
	switch {
	case ms < 1:
		return "under 1 ms"
	case ms < 1000:
		return strconv.FormatInt(ms, 10) + " ms"
	case s < 10:
		return strconv.FormatFloat(s, 'f', 2, 64) + " s"
	case s < 60:
		return strconv.FormatFloat(s, 'f', 1, 64) + " s"
	}
	return fmt.Sprintf("%d min %d s", ms/60_000, ms/1000%60)
}

// bytesText writes a size for a person.
func bytesText(n int64) string {
	value, unit := float64(n), 0
	for value >= 1024 && unit < 3 {
		value /= 1024
		unit++
	}
	if unit == 0 {
		return text.Count(n, "byte")
	}
	return fmt.Sprintf("%.1f %s", value, []string{"KB", "MB", "GB"}[unit-1])
}

// countText writes a number with commas.
func countText(n int64) string { return text.Number(n) }
