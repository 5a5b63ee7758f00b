// Conformance measures Calypso's understanding of KQL against two judges: the official language library (the oracle) over
// public queries and commands, and the real engine over the queries whose answers are recorded. It prints the table that
// docs/conformance.md shows, holds the goals in it, and holds testdata/known.jsonl: every difference has a line there, with its
// reason and who is right; a new difference fails, and so does a line that nothing needs any more.
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
)

func main() {
	var o options
	flag.StringVar(&o.shared, "shared", filepath.Join("..", "shared"), "the folder that holds corpus and schema")
	flag.StringVar(&o.answers, "answers", filepath.Join(".cache", "conformance"), "the folder that holds the oracle's answers, one file for each schema and corpus")
	flag.StringVar(&o.known, "known", filepath.Join("internal", "conformance", "testdata", "known.jsonl"), "the file of known differences")
	flag.StringVar(&o.write, "write", "", "write the table to this Markdown file")
	flag.StringVar(&o.sample, "sample", "", "write the recorded sample for go test to this file")
	flag.StringVar(&o.differences, "differences", "", "write every difference that was found to this file, one JSON value a line")
	flag.BoolVar(&o.partial, "partial", false, "leave out what there are no answers for")
	flag.Parse()
	ok, err := measure(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(2)
	}
	if !ok {
		os.Exit(1)
	}
}

type options struct {
	shared, answers, known, write, sample, differences string
	partial                                            bool
}

// measure runs the whole comparison; it tells whether the goals are met and the list of differences is exact.
func measure(o options) (bool, error) {
	known, err := readKnown(o.known)
	if err != nil {
		return false, err
	}
	judged, err := engineTexts(o.shared)
	if err != nil {
		return false, err
	}
	total := &tally{}
	var found []difference
	sample := newSampler()
	for _, name := range schemaNames {
		schema, err := readSchema(o.shared, name)
		if err != nil {
			return false, err
		}
		for _, corpus := range corpora {
			queries, err := readQueries(o.shared, corpus)
			if err != nil {
				return false, err
			}
			answers, err := readAnswers(o.answers, name, corpus, len(queries))
			if o.partial && errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return false, err
			}
			for i, q := range queries {
				c := comparison{schema: name, corpus: corpus, query: q, answer: &answers[i], engine: judged[normal(q.Query)]}
				c.run(schema)
				total.add(&c)
				found = append(found, c.found...)
				sample.add(&c)
			}
		}
	}
	found = append(found, compareEngine(o.shared, total)...)
	if err := writeDifferences(o.differences, found); err != nil {
		return false, err
	}
	if err := sample.write(o.sample); err != nil {
		return false, err
	}
	fresh, stale := known.settle(found)
	if err := total.report(os.Stdout, o.write, known); err != nil {
		return false, err
	}
	for _, d := range fresh {
		fmt.Printf("new difference: %s\n", d)
	}
	for _, k := range stale {
		fmt.Printf("stale line in %s: %s %s %s: nothing differs there any more; take it out\n", o.known, k.Schema, k.ID, k.Aspect)
	}
	return len(fresh) == 0 && len(stale) == 0 && total.met(), nil
}
