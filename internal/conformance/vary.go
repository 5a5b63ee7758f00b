package main

// This file makes texts that nobody wrote, from the corpora and from the tables of facts, and compares what both sides say about
// them: it finds what the corpora don't show. The same number gives the same texts as long as the parts they are made of stay the same.
//
// `-vary N -seed S -questions DIR` writes the questions, N for each schema; the oracle answers them (DIR/<schema>/varied.jsonl to
// DIR/<schema>.varied.jsonl); `-varied DIR` compares. vary_write.go writes pipes, vary_value.go expressions, vary_damage.go damages.

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// variedLength is the longest text that is varied, in bytes: what a short one doesn't show a long one hides.
const variedLength = 900

// variedCommands is how often a varied text is a command.
const variedCommands = 0.15

// writeVaried writes the questions.
func writeVaried(o options) error {
	for i, name := range schemaNames {
		schema, err := readSchema(o.shared, name)
		if err != nil {
			return err
		}
		v, err := newVariation(o.shared, schema, rand.New(rand.NewPCG(o.seed, uint64(i))))
		if err != nil {
			return err
		}
		list := make([]variedQuestion, o.vary)
		for i := range list {
			text, how := v.text()
			list[i].question = question{ID: fmt.Sprintf("%d/%d %s", o.seed, i, how), Query: text}
			if o.carets {
				at := v.caret(text)
				list[i].Word = at.Of(text)
				list[i].Query, list[i].Positions, list[i].Want = text[:at.Start], []int{at.Start}, []string{"complete"}
			}
		}
		folder := filepath.Join(o.questions, name)
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		if err := writeJSONLines(filepath.Join(folder, "varied.jsonl"), list); err != nil {
			return err
		}
	}
	return nil
}

// variedQuestion is a question and, where completion is asked, the word that the text goes on with.
type variedQuestion struct {
	question
	Word string `json:"word,omitempty"`
}

// caret takes a word of a source.
func (v *variation) caret(source string) text.Span {
	var words []text.Span
	for _, t := range syntax.Scan(source) {
		if t.Kind == syntax.TokName {
			words = append(words, t.Span())
		}
	}
	if len(words) == 0 {
		return text.Span{Start: len(source), End: len(source)}
	}
	return pick(v, words)
}

// family is a kind of difference that is known, by a part of what each side says; testdata/known-varied.jsonl has them.
type family struct {
	Aspect aspect `json:"aspect"`
	Theirs string `json:"theirs"`
	Ours   string `json:"ours"`
	Text   string `json:"text,omitempty"` // a part of the text itself
	Right  string `json:"right"`          // engine or us
	Reason string `json:"reason"`
}

func (f *family) holds(d difference) bool {
	if !strings.Contains(d.Text, f.Text) {
		return false
	}
	return f.Aspect == d.Aspect && strings.Contains(d.Theirs, f.Theirs) && strings.Contains(d.Ours, f.Ours)
}

// settleFamilies enters the differences that belong to a family among those that are known, and gives the others.
func (k *knownList) settleFamilies(families []family, found []difference) []difference {
	var rest []difference
	for _, d := range found {
		i := slices.IndexFunc(families, func(f family) bool { return f.holds(d) })
		if i < 0 {
			rest = append(rest, d)
			continue
		}
		k.lines[knownKey{d.Schema, d.ID, d.Aspect}] = knownLine{ID: d.ID, Aspect: d.Aspect, Right: families[i].Right, Reason: families[i].Reason}
	}
	return rest
}

// compareVaried compares what both sides say about the varied texts. A difference is known by its family, not by its text.
func compareVaried(o options) error {
	families, err := readLines[family](filepath.Join(o.known, "known-varied.jsonl"))
	if err != nil {
		return err
	}
	r := &run{options: o, known: &knownList{lines: map[knownKey]knownLine{}, used: map[knownKey]bool{}}, total: &tally{}}
	for _, name := range schemaNames {
		schema, err := readSchema(o.shared, name)
		if err != nil {
			return err
		}
		list, err := readLines[variedQuestion](filepath.Join(o.varied, name, "varied.jsonl"))
		if err != nil {
			return err
		}
		answers, err := readAnswers(o.varied, name, "varied", len(list))
		if err != nil {
			return err
		}
		if o.carets {
			r.variedNames(list, answers, schema)
			continue
		}
		for i, q := range list {
			if isScript(q.Query) {
				continue
			}
			c := comparison{schema: name, query: query{ID: q.ID, Query: q.Query}, answer: &answers[i]}
			c.run(schema)
			for j := range c.found {
				c.found[j].Text = q.Query
			}
			r.found = append(r.found, r.known.settleFamilies(families, c.found)...)
			r.total.add(&c, r.known)
		}
	}
	if err := writeDifferences(o.differences, r.found); err != nil {
		return err
	}
	return r.total.report(os.Stdout, "", r.known)
}

// variedNames compares completion in varied texts.
func (r *run) variedNames(list []variedQuestion, answers []answer, schema *symbol.Schema) {
	for i, q := range list {
		n := &r.total.queries
		if strings.HasPrefix(q.Query, ".") {
			n = &r.total.commands
		}
		lack := n.completion.completion([]position{{q.question, q.Word}}, answers[i:i+1], schema)
		if len(lack) > 0 {
			r.found = append(r.found, difference{ID: q.ID, Aspect: "completion", Theirs: strings.Join(lack, "; "), Text: q.Query})
		}
	}
}

// variation makes texts.
type variation struct {
	*rand.Rand
	schema   *symbol.Schema
	queries  []string // of the corpora
	commands []string
	tokens   []string // that stand in them
	columns  []*symbol.Column
	depth    int
}

func newVariation(shared string, schema *symbol.Schema, r *rand.Rand) (*variation, error) {
	v := &variation{Rand: r, schema: schema}
	for _, corpus := range corpora {
		list, err := readQueries(shared, corpus)
		if err != nil {
			return nil, err
		}
		for _, q := range list {
			switch {
			case len(q.Query) > variedLength || isScript(q.Query):
			case strings.HasPrefix(q.Query, "."):
				v.commands = append(v.commands, q.Query)
			default:
				v.queries = append(v.queries, q.Query)
			}
		}
	}
	for _, row := range commandNotations() {
		v.commands = append(v.commands, v.command(row))
	}
	for _, q := range v.queries {
		for _, t := range syntax.Scan(q) {
			if t.Start < t.End && v.IntN(20) == 0 {
				v.tokens = append(v.tokens, t.Span().Of(q))
			}
		}
	}
	return v, nil
}

// text makes one text and tells how.
func (v *variation) text() (text, how string) {
	if v.Float64() < variedCommands {
		text, how = pick(v, v.commands), "command"
		if v.IntN(2) == 0 {
			text, how = v.command(pick(v, commandNotations())), "notation"
		}
	} else if v.IntN(3) == 0 {
		text, how = pick(v, v.queries), "corpus"
		if v.IntN(2) == 0 {
			text, how = v.exchanged(text), "exchanged"
		} else if b := v.bound(text); clean(b) && b.Result != nil {
			text, how = v.pipe(text, 1+v.IntN(2)), "continued"
		}
	} else {
		text, how = v.pipe(v.source(), 1+v.IntN(3)), "written"
	}
	if v.IntN(5) == 0 && how != "command" && how != "notation" {
		text, how = v.wrapped(text), how+" wrapped"
	}
	if v.IntN(5) < 2 {
		text, how = v.damaged(text), how+" damaged"
	}
	return text, how
}

// pick takes one of a list.
func pick[T any](v *variation, list []T) T { return list[v.IntN(len(list))] }
