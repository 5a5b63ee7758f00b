package binder

// This file looks for the name that was meant: the same letters in another case, then a name a slip or two away.

import (
	"strconv"
	"strings"

	"calypso/kql/builtin"
)

// suggestLimit is the number of candidates that are looked at, so that a wide schema costs no time.
const suggestLimit = 5000

// suggestion picks the best of candidates for a name; "" when none is near.
func suggestion(name string, candidates func(yield func(string) bool)) string {
	best, bestDistance := "", 3
	switch {
	case len(name) < 3:
		bestDistance = 1 // any other letter would be a slip away
	case len(name) < 5:
		bestDistance = 2
	}
	n := 0
	candidates(func(c string) bool {
		n++
		if strings.EqualFold(c, name) && c != name {
			best, bestDistance = c, 0
			return false
		}
		if d := distance(name, c, bestDistance); d < bestDistance {
			best, bestDistance = c, d
		}
		return n < suggestLimit
	})
	return best
}

// didYouMean words a suggestion as the tail of a message.
func didYouMean(name string) string {
	if name == "" {
		return ""
	}
	return "; did you mean " + strconv.Quote(name) + "?"
}

// distance is the number of letters to put in, take out, change or swap to make b of a, or limit when it is that many. What is
// farther than limit from the diagonal of the table can't be on a way shorter than it, so that it isn't looked at: names of a
// database are often alike for most of their length.
func distance(a, b string, limit int) int {
	if len(a)-len(b) >= limit || len(b)-len(a) >= limit || len(a) > 64 || len(b) > 64 {
		return limit
	}
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	var rows [3][66]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		from, to := max(1, i-limit), min(len(b), i+limit)
		row[0], row[from-1] = i, i
		if from > 1 {
			row[from-1] = limit
		}
		low := i
		for j := from; j <= to; j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			low = min(low, row[j])
		}
		row[to+1] = limit
		if low >= limit {
			return limit
		}
		before, last, row = last, row, before
	}
	return min(last[len(b)], limit)
}

func (b *binder) suggestColumn(name string) string {
	return didYouMean(suggestion(name, func(yield func(string) bool) {
		if b.rows != nil {
			for _, t := range []*Table{b.rows.left, b.rows.right} {
				if t == nil {
					continue
				}
				for _, c := range t.List {
					if !yield(c.Name) {
						return
					}
				}
			}
		}
		b.eachVariable(yield)
	}))
}

func (b *binder) eachVariable(yield func(string) bool) bool {
	for l := b.vars; l != nil; l = l.next {
		if !yield(l.v.Name) {
			return false
		}
	}
	return true
}

func (b *binder) suggestTable(name string) string {
	return didYouMean(suggestion(name, func(yield func(string) bool) {
		if !b.eachVariable(yield) || b.at.database == nil {
			return
		}
		for _, t := range b.at.database.Tables {
			if !yield(t.Name) {
				return
			}
		}
		for _, f := range b.at.database.Functions {
			if !yield(f.Name) {
				return
			}
		}
	}))
}

func (b *binder) suggestFunction(name string) string {
	return didYouMean(suggestion(name, func(yield func(string) bool) {
		lists := [][]builtin.Function{builtin.Functions()}
		switch b.place {
		case placeAggregate:
			lists = [][]builtin.Function{builtin.Aggregates(), builtin.Functions()}
		case placePlugin:
			lists = [][]builtin.Function{builtin.Plugins()}
		}
		for _, list := range lists {
			for i := range list {
				if !list[i].Flags.Has(builtin.Hidden) && !yield(list[i].Name) {
					return
				}
			}
		}
		if b.eachVariable(yield) && b.at.database != nil {
			for _, f := range b.at.database.Functions {
				if !yield(f.Name) {
					return
				}
			}
		}
	}))
}
