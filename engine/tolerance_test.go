// How far an answer may be from the real engine's, and why. Only last digits of reals are here: sums in another order, mathematical
// functions of another library. Whatever else differs is wrong.

package engine

import "regexp"

// tolerances are relative; what isn't listed is exact. Each line names functions and the case that forced it.
var tolerances = []struct {
	function *regexp.Regexp
	relative float64
	forcedBy string
}{
	{
		regexp.MustCompile(`\b(sin|cos|tan|asin|acos|atan|atan2|cot|exp|exp2|exp10|log|log2|log10|pow|sqrt|gamma|loggamma|erf|erfc)\(`), 1e-12,
		"print cot(1) gives …306 there, …308 here",
	},
	{regexp.MustCompile(`\b(beta_cdf|beta_inv|beta_pdf|welch_test)\(`), 1e-12, "beta_inv(0.1, 10, 20): …4897 there, …4695 here"},
	{regexp.MustCompile(`\b(avg|sum)\(`), 1e-12, "avg of fifteen values in the case of welch_test: …997 there, …998 here"},
	{regexp.MustCompile(`\bgeo_[a-z0-9_]+\(`), 1e-9, "geo_line_length of a three-point line: …699208065 there, …69920695 here"},
	{regexp.MustCompile(`\bseries_[a-z0-9_]+\(`), 1e-9, "print s = dynamic([1,2,3]) | extend s_log = series_log(s)"},
}

func toleranceOf(query string) float64 {
	var widest float64
	for _, t := range tolerances {
		if t.function.MatchString(query) {
			widest = max(widest, t.relative)
		}
	}
	return widest
}
