package main

// Taking times: CPU time of the whole process, so that the garbage collector's work counts, in batches long enough for the
// clock; wall time of each single call.

import (
	"slices"
	"time"
)

// timing is what a call costs, in milliseconds.
type timing struct {
	N          int     `json:"n"` // calls
	WallMedian float64 `json:"wallMedian"`
	WallP95    float64 `json:"wallP95"`   // the least of the rounds: other programs' load only ever adds
	CPUMedian  float64 `json:"cpuMedian"` // of the rounds' means
}

// A round is at least so long and has at least so many calls.
const (
	leastTime  = 20 * time.Millisecond
	leastCalls = 20
)

// measure runs f(0), f(1), … in rounds of equal length, each with at least calls of them, after a round that warms up.
func measure(rounds, calls int, f func(i int)) timing {
	began, warm := time.Now(), 0
	for warm == 0 || time.Since(began) < leastTime {
		f(warm)
		warm++
	}
	size := max(warm, calls, leastCalls)
	walls := make([]time.Duration, 0, rounds*size)
	var cpus, late []float64
	for range rounds {
		cpu := cpuTime()
		for range size {
			start := time.Now()
			f(len(walls))
			walls = append(walls, time.Since(start))
		}
		cpus = append(cpus, milliseconds(cpuTime()-cpu)/float64(size))
		round := slices.Sorted(slices.Values(walls[len(walls)-size:]))
		late = append(late, milliseconds(at(round, 95)))
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	return timing{N: len(walls), WallMedian: milliseconds(at(walls, 50)), WallP95: slices.Min(late), CPUMedian: at(cpus, 50)}
}

// at gives a percentile of sorted figures.
func at[T any](sorted []T, percent int) T {
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }
