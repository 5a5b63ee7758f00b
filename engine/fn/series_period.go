// Finding the period of a series where it is beyond doubt. How the real engine finds one isn't published; twelve of its recorded answers
// show what it found (docs: series-decompose-…, series-seasonal-…, series-periods-detect-…), and in all of them the autocorrelation of
// the series, without its linear trend, has the same clear shape: a high peak at the period and at its multiples, about as high,
// and nothing near it between. Only such series are answered; of a series without that shape no period, nor that there is none, is
// claimed.

package fn

import "math"

// The bounds of "clear" lie within what the recorded series have.
const (
	clearPeak    = 0.75 // the autocorrelation at the period, at least
	clearRise    = 0.02 // that of a multiple is higher by this at most
	clearFall    = 0.15 // and lower by this at most
	clearMargin  = 0.3  // all other peaks are lower by this at least
	leastPeriod  = 5
	leastPeriods = 4 // in the series
	mostElements = 10000
)

// clearPeriod finds the period of a series; false where it isn't clear.
func clearPeriod(y []float64) (int, bool) {
	if len(y) < leastPeriod*leastPeriods || len(y) > mostElements {
		return 0, false
	}
	r := autocorrelation(withoutTrend(y), len(y)/2)
	period := 0
	for lag := leastPeriod; lag <= len(y)/leastPeriods; lag++ {
		if isPeak(r, lag) && r[lag] >= clearPeak {
			period = lag
			break
		}
	}
	if period == 0 {
		return 0, false
	}
	for lag := 3; lag < len(r)-1; lag++ {
		switch {
		case lag%period == 0:
			if r[lag] > r[period]+clearRise || r[lag] < r[period]-clearFall {
				return 0, false
			}
		case lag%period == 1 || lag%period == period-1: // the flanks of a peak
		case isPeak(r, lag) && r[lag] > r[period]-clearMargin:
			return 0, false
		}
	}
	return period, true
}

func isPeak(r []float64, lag int) bool {
	return lag+1 < len(r) && r[lag] > r[lag-1] && r[lag] >= r[lag+1]
}

// withoutTrend takes the straight line of least squares away.
func withoutTrend(y []float64) []float64 {
	x := make([]float64, len(y))
	for i := range x {
		x[i] = float64(i)
	}
	slope, mean, middle := centered(x, y)/centered(x, x), sumOf(y)/float64(len(y)), float64(len(y)-1)/2
	out := make([]float64, len(y))
	for i, v := range y {
		out[i] = v - mean - slope*(x[i]-middle)
	}
	return out
}

// autocorrelation gives, for each lag up to most, how a series correlates with itself shifted by it; 0 where that is undefined.
func autocorrelation(y []float64, most int) []float64 {
	out := make([]float64, most+2)
	for lag := 1; lag < len(out) && lag < len(y)-1; lag++ {
		if r := pearson(y[:len(y)-lag], y[lag:]); !math.IsNaN(r) {
			out[lag] = r
		}
	}
	return out
}
