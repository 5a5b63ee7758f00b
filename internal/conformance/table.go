package main

// This file counts what comparisons find and writes the table.

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// counts are the figures of one kind of text: queries, or management commands.
type counts struct {
	texts, failed        int // failed: the library crashed on it
	engine               int // left to the real engine
	syntaxEqual          int
	clean, falseErrors   int
	wrong, found         int
	columns, equal       int
	errors, placed, same int
}

type tally struct {
	queries, commands counts
	engine            engineTally
}

func (t *tally) add(c *comparison) {
	n := &t.queries
	if c.command {
		n = &t.commands
	}
	n.texts++
	if c.skipped {
		n.failed++
		return
	}
	if c.syntaxBad[0] == c.syntaxBad[1] {
		n.syntaxEqual++
	}
	if c.engine {
		n.engine++
		return
	}
	if len(c.theirs) == 0 {
		n.clean++
		if len(c.ours) > 0 {
			n.falseErrors++
		}
	} else {
		n.wrong++
		if len(c.ours) > 0 {
			n.found++
		}
		placed, same := c.places()
		n.errors += len(c.theirs)
		n.placed += placed
		n.same += same
	}
	if c.judged {
		n.columns++
		if c.equal {
			n.equal++
		}
	}
}

// row is a line of the table. A goal of 0 is none.
type row struct {
	what     string
	part, of int
	goal     float64 // percent
	most     bool    // the goal is a ceiling
}

func (r row) percent() float64 {
	if r.of == 0 {
		return 0
	}
	return 100 * float64(r.part) / float64(r.of)
}

func (r row) met() bool {
	switch {
	case r.goal == 0 || r.of == 0:
		return true
	case r.most:
		return r.percent() <= r.goal
	}
	return r.percent() >= r.goal
}

func (r row) goalText() string {
	switch {
	case r.goal == 0:
		return ""
	case r.most:
		return fmt.Sprintf("≤ %g %%", r.goal)
	}
	return fmt.Sprintf("≥ %g %%", r.goal)
}

func (n *counts) rows(kind string) []row {
	read := n.texts - n.failed
	rows := []row{
		{kind + ": syntax verdict equal", n.syntaxEqual, read, 99.5, false},
		{kind + ": false errors on texts without one for the library", n.falseErrors, n.clean, 0.1, true},
		{kind + ": errors found where the library finds some", n.found, n.wrong, 97, false},
	}
	if n.columns > 0 {
		rows = append(rows, row{kind + ": result columns equal, names and types in order", n.equal, n.columns, 99, false})
	}
	return append(rows,
		row{kind + ": the library's errors that we have at the same place", n.placed, n.errors, 0, false},
		row{kind + ": … and with the same code", n.same, n.errors, 0, false})
}

func (t *tally) rows() []row {
	e := t.engine
	rows := append(t.queries.rows("queries"), t.commands.rows("commands")...)
	return append(rows,
		row{"real engine: errors on queries that it ran", e.falseErrors, e.answered, 0.1, true},
		row{"real engine: result columns equal", e.equal, e.answered - e.open, 99, false},
		row{"real engine: columns that depend on the rows, left open", e.open, e.answered, 0, false},
		row{"real engine: refused queries that we refuse", e.refused - e.missed, e.refused, 0, false})
}

func (t *tally) met() bool {
	for _, r := range t.rows() {
		if !r.met() {
			return false
		}
	}
	return true
}

// report prints the table, and writes it as a page when path isn't "".
func (t *tally) report(w io.Writer, path string, known *knownList) error {
	for _, r := range t.rows() {
		mark := " "
		if !r.met() {
			mark = "✖"
		} else if r.goal != 0 {
			mark = "✔"
		}
		fmt.Fprintf(w, "%s %-62s %6d of %6d  %7.3f %%  %s\n", mark, r.what, r.part, r.of, r.percent(), r.goalText())
	}
	if path == "" {
		return nil
	}
	return os.WriteFile(path, []byte(t.page(known)), 0o644)
}

func (t *tally) page(known *knownList) string {
	var b strings.Builder
	b.WriteString("# How far Calypso agrees with Kusto\n\n")
	b.WriteString("Written by `npm run conformance -- --write`; don't edit. Every query and management command of the public corpora is parsed\n" +
		"and bound under two schemas (Samples; Log Analytics, 751 tables), and compared with the official language library\n" +
		"(`@kusto/language-service-next` 12.4.1). Queries that the real engine was asked are compared with its answers too: where\n" +
		"the two judges differ, the engine is right.\n\n")
	fmt.Fprintf(&b, "Measured %s on %s/%s, %d cores, %s.\n\n", time.Now().UTC().Format("2006-01-02"), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	b.WriteString("| what | | of | share | goal | met |\n|---|---:|---:|---:|---:|---|\n")
	for _, r := range t.rows() {
		met := ""
		if r.goal != 0 {
			met = map[bool]string{true: "yes", false: "**no**"}[r.met()]
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %.2f %% | %s | %s |\n", r.what, r.part, r.of, r.percent(), r.goalText(), met)
	}
	fmt.Fprintf(&b, "\nA text counts once for each schema. The library failed on %d queries; they are left out.\n", t.queries.failed+t.commands.failed)
	n := known.count()
	fmt.Fprintf(&b, "\n## Known differences\n\n`internal/conformance/testdata/known.jsonl` names each difference with its reason: in %d the engine answers as we do,\n"+
		"in %d we are right by the documentation, in %d the library is right and we have a gap. A new difference fails the run, and\nso does a line that nothing needs.\n", n["engine"], n["us"], n["library"])
	b.WriteString(known.reasons())
	return b.String()
}
