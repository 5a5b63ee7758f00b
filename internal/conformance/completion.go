package main

// This file compares completion. A text is cut at the start of a word, as if the word were about to be typed; of the names that
// the library offers there, its first ten must be among ours.

import (
	"fmt"
	"hash/fnv"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"calypso/kql/complete"
	"calypso/kql/script"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// completed are the corpora that positions are taken from, each with the schema that has most of its tables; commands tells that
// the positions are in its management commands, and not in its queries.
var completed = []struct {
	corpus, schema string
	commands       bool
}{
	{"kql/docs-dataexplorer", "help.Samples", false},
	{"kql/docs-old-kql-repo", "help.Samples", false},
	{"kql/hunting-bertjanp", "loganalytics", false},
	{"kql/m365d-hunting", "loganalytics", false},
	{"kql/kql-jkerai1", "loganalytics", false},
	{"kql/docs-dataexplorer", "help.Samples", true},
	{"kql/delta-kusto-commands", "help.Samples", true},
}

const (
	completedPositions = 300 // of a corpus, at most
	completedEach      = 3   // of a text, at most
	completedNames     = 10  // of what the library offers at a position
	completedLength    = 6000
	writtenAmong       = 20 // see completionTally
)

// completionTally counts positions and names.
type completionTally struct {
	names, offered int // the library's first names, and those of them that we offer
	words, first   int // words that the texts go on with, and those of them that are among our first items
}

// position is a place in a text where a word starts.
type position struct {
	question
	word string // what the text goes on with
}

// question is what the oracle reads: a text, and what is wanted of it beyond what its command line says.
type question struct {
	ID        string   `json:"id"`
	Query     string   `json:"query"`
	Want      []string `json:"want,omitempty"`
	Positions []int    `json:"positions,omitempty"`
}

// completionCorpus is the name that a corpus' positions go by.
func completionCorpus(corpus string, commands bool) string {
	if commands {
		return "complete." + path.Base(corpus) + ".commands"
	}
	return "complete." + path.Base(corpus)
}

// writePositions writes the questions about completion into a folder of a folder for each schema.
func writePositions(o options) error {
	for _, c := range completed {
		list, err := positions(o.shared, c.corpus, c.commands)
		if err != nil {
			return err
		}
		questions := make([]question, len(list))
		for i := range list {
			questions[i] = list[i].question
		}
		if err := writeJSONLines(filepath.Join(o.questions, c.schema, completionCorpus(c.corpus, c.commands)+".jsonl"), questions); err != nil {
			return err
		}
	}
	return nil
}

// positions takes places from a corpus: always the same ones, spread over its texts.
func positions(shared, corpus string, commands bool) ([]position, error) {
	queries, err := readQueries(shared, corpus)
	if err != nil {
		return nil, err
	}
	var all []position
	for _, q := range queries {
		if len(q.Query) > completedLength || strings.HasPrefix(strings.TrimSpace(q.Query), ".") != commands || commands && isScript(q.Query) {
			continue
		}
		var words []syntax.Token
		for _, token := range syntax.Scan(q.Query) {
			if token.Kind == syntax.TokName {
				words = append(words, token)
			}
		}
		for i := 0; i < completedEach && len(words) > 0; i++ {
			token := words[mixed(q.ID, i)%uint32(len(words))]
			all = append(all, position{
				question: question{
					ID: fmt.Sprintf("%s@%d", q.ID, token.Start), Query: q.Query[:token.Start], Want: []string{"complete"}, Positions: []int{token.Start},
				},
				word: token.Span().Of(q.Query),
			})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return mixed(all[i].ID, 9) < mixed(all[j].ID, 9) })
	return all[:min(len(all), completedPositions)], nil
}

// mixed gives a number that depends on a text and nothing else.
func mixed(s string, n int) uint32 {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%d", s, n)
	return h.Sum32()
}

// between are words that stand between operands. Where a text goes on with one no name can stand; the library offers some there
// all the same, when a bracket before the caret isn't closed.
var between = strings.Fields("and or in has contains startswith endswith matches between on by asc desc has_any has_all has_cs " +
	"contains_cs hasprefix hassuffix notcontains to from step with nulls of as")

// completion compares all positions of a corpus under its schema and gives a line for each name that we lack.
func (n *completionTally) completion(list []position, answers []answer, schema *symbol.Schema) (missed []string) {
	known := func(string) *symbol.Schema { return schema }
	for i, p := range list {
		items := complete.At(script.Analyze(p.Query, known, nil), len(p.Query)).Items
		ours := map[string]bool{}
		written := -1
		for j, it := range items {
			ours[plainName(it.Label)] = true
			if written < 0 && (strings.TrimRight(plainName(it.Label), "=()") == p.word || strings.HasPrefix(it.Label, p.word+" ")) {
				written = j
			}
		}
		n.words++
		if written >= 0 && written < writtenAmong {
			n.first++
		}
		if slices.Contains(between, p.word) {
			continue
		}
		for _, o := range answers[i].firstNames() {
			n.names++
			if ours[plainName(o.name())] {
				n.offered++
				continue
			}
			missed = append(missed, fmt.Sprintf("%s: %s %q", p.ID, o.Kind, o.Label))
		}
	}
	return missed
}

func plainName(s string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(s, "["), "'"), "']")
}

// offered is an item of the library's completion.
type offered struct{ Label, Kind, Order string }

func (o offered) name() string {
	if i := strings.IndexByte(o.Label, '('); i > 0 && o.Kind != "Column" {
		return o.Label[:i]
	}
	return o.Label
}

// firstNames gives the names that the library puts first.
func (a *answer) firstNames() []offered {
	if len(a.Positions) == 0 {
		return nil
	}
	var names []offered
	for _, it := range a.Positions[0].Complete.Items {
		switch it.Kind {
		case "Column", "Table", "MaterialiedView", "ExternalTable", "DatabaseFunction", "BuiltInFunction", "LocalFunction", "AggregateFunction",
			"Variable", "Parameter", "Database", "Cluster", "Graph":
			names = append(names, it)
		}
	}
	sort.SliceStable(names, func(i, j int) bool { return names[i].Order < names[j].Order })
	return names[:min(len(names), completedNames)]
}
