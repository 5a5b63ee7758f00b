package check

import (
	"slices"
	"strings"

	"calypso/kql/script"
	"calypso/kql/symbol"
)

// Beside is what the commands of files create that are checked together: a name is known whatever file creates it. The zero value knows
// nothing. It isn't safe for several goroutines while files are added.
type Beside struct {
	files []besideFile
	whole *symbol.Schema // with all, over base
	base  *symbol.Schema
}

type besideFile struct {
	path   string
	texts  []string
	offers []script.Offer
}

// maxBeside is the most that is taken of what files create; beyond it no missing name is an error.
const maxBeside = 50_000

// Add reads what a file's commands create. A file that can't be read creates nothing: that it can't is told when it is checked.
func (b *Beside) Add(path, body string, o Options) {
	if !strings.Contains(body, ".create") && !strings.Contains(body, ".alter") && !strings.Contains(body, ".set") && !strings.Contains(body, ".rename") {
		return
	}
	queries, err := Queries(path, body, o.Keys)
	if err != nil {
		return
	}
	f := besideFile{path: path}
	for _, q := range queries {
		s := script.Analyze(q.Text, func(string) *symbol.Schema { return o.Schema }, nil)
		if offers := s.Offers(); len(offers) > 0 {
			f.texts, f.offers = append(f.texts, q.Text), append(f.offers, offers...)
		}
	}
	if len(f.offers) > 0 {
		b.files = append(b.files, f)
		b.whole = nil
	}
}

// besideRounds is how many views over views of other files are followed.
const besideRounds = 3

// settle reads those files anew whose entities follow from others, as a view from its query.
func (b *Beside) settle(base *symbol.Schema) {
	b.base, b.whole = base, script.With(base, b.offers(""), nil)
	for range besideRounds {
		changed := false
		for i := range b.files {
			f := &b.files[i]
			if !slices.ContainsFunc(f.offers, script.Offer.Derived) {
				continue
			}
			var now []script.Offer
			for _, src := range f.texts {
				now = append(now, script.Analyze(src, func(string) *symbol.Schema { return b.whole }, nil).Offers()...)
			}
			changed = changed || !script.SameOffers(f.offers, now)
			f.offers = now
		}
		if !changed {
			return
		}
		b.whole = script.With(base, b.offers(""), nil)
	}
}

// offers lists what all files but one create.
func (b *Beside) offers(but string) []script.Offer {
	var all []script.Offer
	for _, f := range b.files {
		if f.path != but {
			all = append(all, f.offers...)
		}
	}
	return all
}

// schema is the one that a file is checked with: its own commands count from where they stand.
func (b *Beside) schema(path string, base *symbol.Schema) *symbol.Schema {
	if b == nil || len(b.files) == 0 {
		return base
	}
	if len(b.offers("")) > maxBeside {
		return script.Unsure(base)
	}
	if b.whole == nil || b.base != base {
		b.settle(base)
	}
	if !slices.ContainsFunc(b.files, func(f besideFile) bool { return f.path == path }) {
		return b.whole
	}
	return script.With(base, b.offers(path), nil)
}
