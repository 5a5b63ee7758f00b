// Command conformance measures Calypso's understanding of KQL against two judges: the official language library (the oracle)
// over public queries and commands, and the real engine over the queries whose answers are recorded. It prints the table that
// docs/conformance.md shows, holds the goals in it, and holds the lists in testdata: every difference has a line there, with
// its reason and who is right; a new difference fails, and so does a line that nothing needs any more.
//
// Start it with `npm run conformance`, which gets the oracle and its answers. A sample of the same comparison, with recorded
// answers, runs inside `go test` (sample_test.go).
//
// The files: corpus.go reads queries, answer.go what the oracle said, compare.go compares one query, known.go holds the list of
// differences, table.go counts and writes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	var o options
	flag.StringVar(&o.shared, "shared", filepath.Join("..", "shared"), "the folder that holds corpus and schema")
	flag.StringVar(&o.answers, "answers", filepath.Join(".cache", "conformance"), "the folder that holds the oracle's answers, one file for each schema and corpus")
	flag.StringVar(&o.known, "known", filepath.Join("internal", "conformance", "testdata"), "the folder of the lists of known differences")
	flag.StringVar(&o.write, "write", "", "write the table to this Markdown file")
	flag.StringVar(&o.sample, "sample", "", "write the recorded sample for go test to this file")
	flag.StringVar(&o.differences, "differences", "", "write every difference that was found to this file, one JSON value a line")
	flag.BoolVar(&o.prune, "prune", false, "take the stale lines out of the lists")
	flag.StringVar(&o.questions, "questions", "", "only write the questions for the oracle that aren't corpus files, into this folder: those for all schemas, and a folder of those for one")
	flag.StringVar(&o.names, "names", "", "write every name that completion lacks to this file, one a line")
	flag.BoolVar(&o.partial, "partial", false, "leave out what there are no answers for")
	flag.IntVar(&o.vary, "vary", 0, "with -questions: write this many varied texts a schema, see vary.go")
	flag.Uint64Var(&o.seed, "seed", 1, "with -vary: which ones")
	flag.BoolVar(&o.carets, "carets", false, "with -vary and -varied: completion is what is asked and compared")
	flag.StringVar(&o.varied, "varied", "", "compare only the varied texts in this folder")
	flag.Parse()
	switch {
	case o.vary > 0:
		exit(true, writeVaried(o))
	case o.varied != "":
		exit(true, compareVaried(o))
	}
	if o.questions != "" {
		exit(true, writeQuestions(o))
	}
	exit(measure(o))
}

// writeQuestions writes the questions that the corpora themselves don't hold.
func writeQuestions(o options) error {
	for _, name := range schemaNames {
		if err := os.MkdirAll(filepath.Join(o.questions, name), 0o755); err != nil {
			return err
		}
	}
	if err := writeBlocks(o); err != nil {
		return err
	}
	return writePositions(o)
}

func exit(ok bool, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
	os.Exit(0)
}

type options struct {
	shared, answers, known, write, sample, differences, questions, names string
	partial, prune                                                       bool

	vary   int
	seed   uint64
	carets bool
	varied string
}

// measure runs the whole comparison; it tells whether the goals are met and the lists of differences are exact.
func measure(o options) (bool, error) {
	known, err := readKnown(o.known)
	if err != nil {
		return false, err
	}
	r := &run{options: o, known: known, total: &tally{}, sample: newSampler()}
	if r.judged, err = engineTexts(o.shared); err != nil {
		return false, err
	}
	for _, name := range schemaNames {
		if err := r.underSchema(name); err != nil {
			return false, err
		}
	}
	if err := r.completion(); err != nil {
		return false, err
	}
	r.found = append(r.found, compareEngine(o.shared, r.total)...)
	if err := writeDifferences(o.differences, r.found); err != nil {
		return false, err
	}
	if err := r.sample.write(o.sample); err != nil {
		return false, err
	}
	return r.settle()
}

// run is one whole comparison and what it finds.
type run struct {
	options options
	known   *knownList
	judged  map[string]bool // see engineTexts
	total   *tally
	sample  *sampler
	found   []difference
}

// underSchema compares every text under one schema.
func (r *run) underSchema(name string) error {
	schema, err := readSchema(r.options.shared, name)
	if err != nil {
		return err
	}
	for _, corpus := range append(slices.Clone(corpora), blocksCorpus) {
		queries, err := corpusQueries(r.options.shared, corpus)
		if err != nil {
			return err
		}
		answers, err := readAnswers(r.options.answers, name, corpus, len(queries))
		if r.options.partial && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for i, q := range queries {
			if corpus != blocksCorpus && isScript(q.Query) {
				continue
			}
			c := comparison{schema: name, corpus: corpus, query: q, answer: &answers[i], engine: r.judged[normal(q.Query)]}
			c.run(schema)
			r.total.add(&c, r.known)
			r.found = append(r.found, c.found...)
			r.sample.add(&c)
		}
	}
	return nil
}

// completion compares what completion offers.
func (r *run) completion() error {
	var missed []string
	for _, c := range completed {
		list, err := positions(r.options.shared, c.corpus, c.commands)
		if err != nil {
			return err
		}
		answers, err := readAnswers(r.options.answers, c.schema, completionCorpus(c.corpus, c.commands), len(list))
		if r.options.partial && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		schema, err := readSchema(r.options.shared, c.schema)
		if err != nil {
			return err
		}
		n := &r.total.queries
		if c.commands {
			n = &r.total.commands
		}
		missed = append(missed, n.completion.completion(list, answers, schema)...)
	}
	if r.options.names == "" {
		return nil
	}
	return os.WriteFile(r.options.names, []byte(strings.Join(missed, "\n")+"\n"), 0o644)
}

// settle reports the table, and what the lists of known differences lack or have too much.
func (r *run) settle() (bool, error) {
	fresh, stale := r.known.settle(r.found)
	if err := r.total.report(os.Stdout, r.options.write, r.known); err != nil {
		return false, err
	}
	for _, d := range fresh {
		fmt.Printf("new difference: %s\n", d)
	}
	if r.options.prune {
		return len(fresh) == 0 && r.total.met(), r.known.prune()
	}
	for _, k := range stale {
		fmt.Printf("stale line in %s: %s %s %s: nothing differs there any more; -prune takes it out\n", k.file, k.Schema, k.ID, k.Aspect)
	}
	return len(fresh) == 0 && len(stale) == 0 && r.total.met(), nil
}
