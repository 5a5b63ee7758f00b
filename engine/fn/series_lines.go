// series_fit_2lines: two lines through a series, one up to a break and one from there. The break is where the two together leave the
// least (the greatest r-square, as documented). The real engine's answers show the fitted values (kustainer-docs,
// series-fit-2lines-function-00); how it counts the other results isn't shown, so that they are unsure.

package fn

import (
	"math"

	"calypso/kusto/value"
)

// lineFitPart is the place of the fitted values among the results.
const lineFitPart = 4

func buildFit2Lines(name string, args []Arg) (*TupleOverload, error) {
	real, long := value.Real, value.Long
	kinds := []value.Kind{real, long, real, real, value.Dynamic, real, real, real, real, real, real, real, real, real, real}
	over, err := tupleOf(kinds, func(name string, a []value.Dyn) ([]value.Dyn, error) {
		fitted, err := fit2Lines(name, a[0])
		parts := make([]value.Dyn, len(kinds))
		for i := range parts {
			parts[i] = value.DynOfLong(0) // an unsure result: never null, so that a caller who shows it is refused
		}
		parts[lineFitPart] = fitted
		return parts, err
	})(name, args)
	if err == nil {
		over.Sure = []int{lineFitPart}
	}
	return over, err
}

// fit2Lines gives the fitted values. A break that leaves fewer than three points on a side is refused: whether the real engine looks
// there isn't known.
func fit2Lines(name string, d value.Dyn) (value.Dyn, error) {
	y, err := complete(name, d)
	if err != nil {
		return value.Dyn{}, err
	}
	const least, longest = 3, 5000 // each break is tried over the whole array
	if len(y) > longest {
		return value.Dyn{}, &NotBuilt{Name: name, Detail: "so long an array"}
	}
	best, at, second := math.Inf(1), 0, math.Inf(1)
	for split := 1; split < len(y); split++ {
		_, left := fitLine(y[:split])
		_, right := fitLine(y[split:])
		switch rest := left + right; {
		case rest < best:
			best, at, second = rest, split, best
		case rest < second:
			second = rest
		}
	}
	if at < least || len(y)-at < least || second-best <= 1e-9*best {
		return value.Dyn{}, &NotBuilt{Name: name, Detail: "a break near an end, or one that isn't clear,"}
	}
	left, _ := fitLine(y[:at])
	right, _ := fitLine(y[at:])
	return realArray(append(left, right...)), nil
}

// fitLine gives the values of the line through points at 0, 1, 2, …, and the sum of squares that it leaves.
func fitLine(y []float64) (fit []float64, rest float64) {
	x := make([]float64, len(y))
	for i := range x {
		x[i] = float64(i)
	}
	slope := 0.0
	if len(y) > 1 {
		slope = centered(x, y) / centered(x, x)
	}
	base := sumOf(y)/float64(len(y)) - slope*sumOf(x)/float64(len(y))
	fit = make([]float64, len(y))
	for i := range y {
		fit[i] = base + slope*x[i]
		rest += (y[i] - fit[i]) * (y[i] - fit[i])
	}
	return fit, rest
}
