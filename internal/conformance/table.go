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
	completion           completionTally
	// wrong has the differences in which the library isn't right, by aspect.
	libraryWrong map[aspect]int
}

type tally struct {
	queries, commands counts
	engine            engineTally
}

func (t *tally) add(c *comparison, known *knownList) {
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
	for _, d := range c.found {
		if line, ok := known.line(d); ok && line.Right != "library" {
			if n.libraryWrong == nil {
				n.libraryWrong = map[aspect]int{}
			}
			n.libraryWrong[d.Aspect]++
		}
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

// row is a line of the table. A goal of 0 is none. ours is how many of the differences are the library's mistakes: goals are
// held with these on our side.
type row struct {
	what     string
	part, of int
	ours     int
	goal     float64 // percent
	most     bool    // the goal is a ceiling
}

func (r row) share(part int) float64 {
	if r.of == 0 {
		return 0
	}
	return 100 * float64(part) / float64(r.of)
}

// percent is the share as it stands, settled the one with the library's mistakes on our side.
func (r row) percent() float64 { return r.share(r.part) }

func (r row) settled() float64 {
	if r.most {
		return r.share(r.part - r.ours)
	}
	return r.share(r.part + r.ours)
}

func (r row) met() bool {
	switch {
	case r.goal == 0 || r.of == 0:
		return true
	case r.most:
		return r.settled() <= r.goal
	}
	return r.settled() >= r.goal
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
		{what: kind + ": syntax verdict equal", part: n.syntaxEqual, of: read, ours: n.libraryWrong[aspectSyntax], goal: 99.5},
		{what: kind + ": false errors on texts without one for the library", part: n.falseErrors, of: n.clean, ours: n.libraryWrong[aspectFalse], goal: 0.1, most: true},
		{what: kind + ": errors found where the library finds some", part: n.found, of: n.wrong, ours: n.libraryWrong[aspectMissed], goal: 97},
	}
	if n.columns > 0 {
		rows = append(rows, row{what: kind + ": result columns equal, names and types in order", part: n.equal, of: n.columns, ours: n.libraryWrong[aspectColumns], goal: 99})
	}
	if n.completion.words > 0 {
		rows = append(rows,
			row{what: kind + ": completion offers the library's first ten names", part: n.completion.offered, of: n.completion.names, goal: 98},
			row{what: kind + ": the word that is written next is among completion's first twenty", part: n.completion.first, of: n.completion.words})
	}
	return append(rows,
		row{what: kind + ": the library's errors that we have at the same place", part: n.placed, of: n.errors},
		row{what: kind + ": … and with the same code", part: n.same, of: n.errors})
}

func (t *tally) rows() []row {
	e := t.engine
	rows := append(t.queries.rows("queries"), t.commands.rows("commands")...)
	return append(rows,
		row{what: "real engine: errors on queries that it ran", part: e.falseErrors, of: e.answered, goal: 0.1, most: true},
		row{what: "real engine: result columns equal", part: e.equal, of: e.answered - e.open, goal: 99},
		row{what: "real engine: columns that depend on the rows, left open", part: e.open, of: e.answered},
		row{what: "real engine: refused queries that we refuse", part: e.refused - e.missed, of: e.refused, goal: 97})
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
		fmt.Fprintf(w, "%s %-64s %6d of %6d  %7.3f %%  settled %7.3f %%  %s\n", mark, r.what, r.part, r.of, r.percent(), r.settled(), r.goalText())
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
	b.WriteString("| what | | of | share | settled | goal | met |\n|---|---:|---:|---:|---:|---:|---|\n")
	for _, r := range t.rows() {
		met := ""
		if r.goal != 0 {
			met = map[bool]string{true: "yes", false: "**no**"}[r.met()]
		}
		settled := ""
		if r.goal != 0 {
			settled = fmt.Sprintf("%.2f %%", r.settled())
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %.2f %% | %s | %s | %s |\n", r.what, r.part, r.of, r.percent(), settled, r.goalText(), met)
	}
	fmt.Fprintf(&b, "\n*Settled* counts the differences in which the library is known to be wrong for us; goals are held on it. A text counts once\n"+
		"for each schema. Of the %d texts, %d were asked of the real engine in the same words: for all but their syntax it is their\n"+
		"judge, and they aren't in the rows above it. The library failed on %d texts; they are left out. A text that holds a command\n"+
		"and other blocks is compared block by block, which is how it is sent.\n\n"+
		"Completion is asked at the start of %d words, with the text behind them cut off, as if the word were about to be typed.\n\n"+
		"The library reports each consequence of a mistake, as every column behind a table that it doesn't know; Calypso reports the\n"+
		"cause. So fewer errors stand at the same place than texts are found wrong.\n",
		t.queries.texts+t.commands.texts, t.queries.engine+t.commands.engine, t.queries.failed+t.commands.failed,
		t.queries.completion.words+t.commands.completion.words)
	n := known.count()
	fmt.Fprintf(&b, "\n## Known differences\n\n`internal/conformance/testdata/known*.jsonl` name each difference with its reason: in %d the engine answers as we do,\n"+
		"in %d we are right by the documentation, in %d the library is right and we have a gap. A new difference fails the run, and\nso does a line that nothing needs.\n", n["engine"], n["us"], n["library"])
	b.WriteString(known.reasons())
	return b.String()
}
