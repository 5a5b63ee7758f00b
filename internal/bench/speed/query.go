package main

// What is measured on a file: the operations of the oracle's program, under the same names.

import (
	"regexp"
	"strings"

	"calypso/kql/binder"
	"calypso/kql/complete"
	"calypso/kql/format"
	"calypso/kql/hover"
	"calypso/kql/lint"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/token"
)

// bench is one file under measurement.
type bench struct {
	src    string
	schema *symbol.Schema
	rounds int
}

func (b *bench) analyze(src string, prev *script.Script) *script.Script {
	return script.Analyze(src, func(string) *symbol.Schema { return b.schema }, prev)
}

// edited is the text with one to five spaces put into its middle: other text, same meaning.
func (b *bench) edited(i int) string {
	middle := strings.IndexByte(b.src[len(b.src)/2:], ' ') + len(b.src)/2
	return b.src[:middle] + strings.Repeat(" ", i%5+1) + b.src[middle:]
}

// typing and words are the places at which completion and hover are asked.
var (
	typing = regexp.MustCompile(`[\w)](?: |\(|\n)|\| |, `)
	words  = regexp.MustCompile(`\b\w`)
)

// places gives up to most ends of matches, spread evenly.
func (b *bench) places(pattern *regexp.Regexp, most int) []int {
	var all []int
	for _, m := range pattern.FindAllStringIndex(b.src, -1) {
		all = append(all, m[1])
	}
	if len(all) <= most {
		return all
	}
	spread := make([]int, most)
	for i := range spread {
		spread[i] = all[i*len(all)/most]
	}
	return spread
}

// mostPlaces bounds the places of a file: enough for a 95th percentile of them.
const mostPlaces = 200

// query measures a file of one block. What is "after an edit" starts from the analysis of the text before it, as an editor does.
func (b *bench) query(ready *script.Script) map[string]timing {
	spots, names := b.places(typing, mostPlaces), b.places(words, mostPlaces)
	return map[string]timing{
		"parse":        measure(b.rounds, 0, func(i int) { syntax.Parse(b.edited(i)) }),
		"parse + bind": measure(b.rounds, 0, func(i int) { binder.Bind(syntax.Parse(b.edited(i)), b.schema) }),
		"edit, diagnostics": measure(b.rounds, 0, func(i int) {
			lint.Check(b.analyze(b.edited(i), ready), lint.Options{})
		}),
		"edit, completion": measure(b.rounds, 2*len(spots), func(i int) { b.key(ready, spots[i/2%len(spots)], i%2) }),
		"completion":       measure(b.rounds, len(spots), func(i int) { complete.At(ready, spots[i%len(spots)]) }),
		"hover":            measure(b.rounds, len(names), func(i int) { hover.At(ready, names[i%len(names)], hover.Options{}) }),
		"classify":         measure(b.rounds, 0, func(int) { token.Classify(ready) }),
		"format":           measure(b.rounds, 0, func(int) { format.Document(ready, format.Options{}) }),
	}
}

// key is a key press: a letter or a space is put at a place, the new text is analysed, and completion is asked behind it.
func (b *bench) key(ready *script.Script, at, which int) {
	src := b.src[:at] + "s "[which:which+1] + b.src[at:]
	complete.At(b.analyze(src, ready), at+1)
}

// script measures a file of several blocks: the whole of it, and an edit in one block, both up to all findings.
func (b *bench) script(ready *script.Script) map[string]timing {
	s := ready
	spots := b.places(typing, mostPlaces)
	return map[string]timing{
		"all blocks": measure(b.rounds, 0, func(int) { b.analyze(b.src, nil).Diagnostics() }),
		"edit in one block": measure(b.rounds, 0, func(i int) {
			s = b.analyze(b.edited(i), s)
			s.Diagnostics()
		}),
		"edit in one block, linted": measure(b.rounds, 0, func(i int) {
			s = b.analyze(b.edited(i), s)
			lint.Check(s, lint.Options{})
		}),
		"edit, completion": measure(b.rounds, 2*len(spots), func(i int) { b.key(ready, spots[i/2%len(spots)], i%2) }),
	}
}
