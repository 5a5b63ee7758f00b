// Package lint finds what is valid but likely wrong, slow or dear in a query. It is not the binder: it never says that a name is
// unknown or a type doesn't fit, and what it says is never an error unless settings make it one.
//
// A rule is a row (rules.go): its code, what it needs, what it weighs and the function that looks for it. diag has the messages and
// the examples. A pass (pass.go) walks a block once and hands each node to the rules for its kind; rules that need the whole block
// run after. Comments that silence a rule are read in suppress.go. Start at Check.
//
// The measure of a rule is how seldom it is wrong: where it can't be sure (an unknown type, a name that isn't loaded) it is silent.
package lint

import (
	"slices"

	"calypso/kql/binder"
	"calypso/kql/diag"
	"calypso/kql/script"
	"calypso/kql/text"
)

// Off in Options.Severity silences a code.
const Off diag.Severity = 0xff

// Options say what is looked for. The zero value is the defaults of the rules.
type Options struct {
	// Severity has the codes whose severity is set; Off silences one, anything else also switches on a rule that is off.
	Severity map[diag.Code]diag.Severity
	// Rows has the number of rows of tables by name, for rules that compare sizes; nil when nothing is known.
	Rows map[string]int64
	// Timed says that whoever runs the query bounds its time, as Sentinel does by queryPeriod: missing time filters are fine.
	Timed bool
}

// Suppressed is a finding that a comment silences.
type Suppressed struct {
	diag.Diagnostic
	Reason string // what the comment says after the code; often ""
}

// Result is what a check of a document gives. Offsets are the document's.
type Result struct {
	Diagnostics []diag.Diagnostic // of parser, binder and rules, by position
	Suppressed  []Suppressed
	// Score is the sum of the weights of the cost findings: how dear the document is likely to be, without a unit.
	Score int
}

// Check gives all findings of a document: the binder's and the rules', less those that comments silence.
func Check(s *script.Script, o Options) Result {
	var all []diag.Diagnostic
	look := lookOf(o)
	for b := range s.All() {
		if !b.Inner() { // else what is wrong in it stands with the command
			for _, d := range b.Bound.Diagnostics {
				all = append(all, shift(b, d))
			}
		}
		for _, d := range look.block(b.Bound, o) {
			if (b.Inner() || b.Bound.Tree.Command != nil) && d.Code >= firstCost || b.Start+d.Span.Start < b.Own().Start {
				continue
			}
			all = append(all, shift(b, d))
		}
	}
	return Apply(s, all, o)
}

// firstCost is where the rules about cost begin. In bodies and policies they are silent: who calls them bounds time and rows. A query
// that fills a table is run once, for all of what it reads.
const firstCost = diag.NoTimeFilter

// Apply sets severities and takes out what comments silence. Findings may come from elsewhere too, as from the file that holds the
// query.
func Apply(s *script.Script, all []diag.Diagnostic, o Options) Result {
	kept := all[:0:0]
	for _, d := range all {
		level, set := o.Severity[d.Code]
		switch {
		case level == Off:
			continue
		case set:
			d.Severity = level
		}
		kept = append(kept, d)
	}
	r := silence(s, kept, o)
	for _, d := range r.Diagnostics {
		if rule := byCode[d.Code]; rule != nil {
			r.Score += rule.Weight
		}
	}
	slices.SortStableFunc(r.Diagnostics, func(a, b diag.Diagnostic) int { return a.Span.Start - b.Span.Start })
	return r
}

// look is what the rules' findings in a block depend on besides its Bound, as the key under which the Bound keeps them.
type look struct {
	rules string // for each rule whether it is on
	timed bool
	alone bool // the findings depend on more, as sizes of tables: nothing is kept
}

func lookOf(o Options) look {
	on := make([]byte, len(rules))
	p := &pass{options: o}
	for i := range rules {
		on[i] = '0'
		if p.wants(&rules[i]) {
			on[i] = '1'
		}
	}
	return look{rules: string(on), timed: o.Timed, alone: o.Rows != nil}
}

// block is Block, once for each Bound.
func (l look) block(b *binder.Bound, o Options) []diag.Diagnostic {
	if l.alone {
		return Block(b, o)
	}
	return b.Memo(l, func() any { return Block(b, o) }).([]diag.Diagnostic)
}

// Block gives what the rules find in one block, by position; offsets are the block's. Severities are those of the rows.
func Block(b *binder.Bound, o Options) []diag.Diagnostic {
	if syntaxError(b) {
		return nil // half a query looks like many mistakes
	}
	p := newPass(b, o)
	if c := b.Tree.Command; c != nil {
		p.statements = c.Query
	}
	if len(p.statements) == 0 {
		return nil
	}
	p.run()
	slices.SortStableFunc(p.found, func(a, b diag.Diagnostic) int { return a.Span.Start - b.Span.Start })
	return p.found
}

func syntaxError(b *binder.Bound) bool {
	return slices.ContainsFunc(b.Tree.Diagnostics, func(d diag.Diagnostic) bool { return d.Severity == diag.Error })
}

func shift(b *script.Block, d diag.Diagnostic) diag.Diagnostic {
	d.Span = b.Shift(d.Span)
	related := make([]diag.Related, len(d.Related))
	for i, r := range d.Related {
		related[i] = diag.Related{Span: b.Shift(r.Span), Message: r.Message}
	}
	d.Related = related
	return d
}

// overlap tells whether two spans share a byte.
func overlap(a, b text.Span) bool { return a.Start < b.End && b.Start < a.End }
