package command

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"calypso/internal/golden"
	"calypso/kql/builtin"
	reader "calypso/kql/command"
	"calypso/kql/syntax"
)

// commandPage says of each management command whether it runs here. It is made of the tables that decide it.
const commandPage = "../../docs/commands.md"

// TestPage compares the page with what is so.
func TestPage(t *testing.T) {
	got := pageText()
	if flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(commandPage, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, _ := os.ReadFile(commandPage)
	if string(have) != got {
		t.Error("docs/commands.md is stale; run go test ./engine/command -update")
	}
}

const pageHead = `# Management commands of the embedded engine

Made by ` + "`go test ./engine/command -update`" + `; a test compares it with what is so. *Runs*: it does what Kusto documents. *Kept and shown*: what it
sets is checked, kept and shown, and has no effect on answers, or none that Kusto promises at a certain time. All others are refused by name and change
nothing. What runs in part says so when it is asked for more; [emulator.md](emulator.md) has the details.

`

func pageText() string {
	var b strings.Builder
	b.WriteString(pageHead)
	b.WriteString("## Policies\n\n| policy | on | here |\n|---|---|---|\n")
	places := []struct{ letter, name string }{{"c", "cluster"}, {"d", "databases"}, {"t", "tables"}, {"v", "materialized views"}, {"x", "columns"}}
	for _, k := range policyKinds {
		var on []string
		for _, p := range places {
			if strings.Contains(k.on, p.letter) {
				on = append(on, p.name)
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", k.word, strings.Join(on, ", "), k.effect)
	}
	runs, refused := map[string][]string{}, map[string][]string{}
	total, built := 0, 0
	seen := map[string]bool{}
	for _, row := range builtin.Commands() {
		verb, subject := parted(row.Syntax)
		_, _, policy := policyOf(row.Syntax)
		_, ok := handlers[row.Name]
		if !seen[row.Name] {
			seen[row.Name] = true
			total++
			if ok {
				built++
			}
		}
		to := refused
		if ok && policy {
			continue
		}
		if ok {
			to = runs
		}
		if !slices.Contains(to[subject], verb) {
			to[subject] = append(to[subject], verb)
		}
	}
	fmt.Fprintf(&b, "\n%d of %d commands are run, those of policies among them.\n", built, total)
	writeSubjects(&b, "Run", runs)
	writeSubjects(&b, "Refused", refused)
	return b.String()
}

func writeSubjects(b *strings.Builder, title string, list map[string][]string) {
	fmt.Fprintf(b, "\n## %s\n\n| of | commands |\n|---|---|\n", title)
	var subjects []string
	for s := range list {
		subjects = append(subjects, s)
	}
	slices.Sort(subjects)
	for _, s := range subjects {
		slices.Sort(list[s])
		for i, verb := range list[s] {
			list[s][i] = "`." + verb + "`"
		}
		fmt.Fprintf(b, "| %s | %s |\n", s, strings.Join(list[s], " "))
	}
}

var (
	choices  = regexp.MustCompile(`<([^<>|]*)\|[^<>]*>`) // of which the first stands for all
	options  = regexp.MustCompile(`\[[^\[\]]*\]|\{[^{}]*\}`)
	nameless = regexp.MustCompile(`[$%=\\*!|<>()]`)
)

// parted takes a command's syntax line apart: its verb, and what it is about, without options and values.
func parted(line string) (verb, subject string) {
	line = strings.ReplaceAll(line, "<detach|!drop>", "drop")
	for before := ""; before != line; {
		before = line
		line = options.ReplaceAllString(choices.ReplaceAllString(line, "$1"), "")
	}
	verb, rest, _ := strings.Cut(line, " ")
	var words []string
	for _, w := range strings.Fields(rest) {
		if !nameless.MatchString(w) && w != "with" {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return verb, "rows of a query"
	}
	return verb, strings.Join(words, " ")
}

// TestEveryCommandHasACase holds that what the page calls run is run in a session; of policies each word is.
func TestEveryCommandHasACase(t *testing.T) {
	ran, words := map[string]bool{}, map[string]bool{}
	note := func(src string) {
		tree := syntax.Parse(src)
		if tree.Command == nil {
			return
		}
		c := reader.Parse(tree)
		if c == nil || c.Row == nil {
			return
		}
		ran[c.Row.Name] = true
		if k, _, ok := policyOf(c.Row.Syntax); ok {
			words[k.word] = true
		}
	}
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no sessions", err)
	}
	golden.Run(t, "testdata/*.txtar", func(_ *testing.T, c *golden.Case) {
		for _, name := range c.Sections() {
			if strings.HasSuffix(name, ".kql") {
				for _, s := range steps(c.Text(name)) {
					note(s)
				}
			}
		}
	})
	for _, row := range builtin.Commands() {
		_, _, policy := policyOf(row.Syntax)
		if _, ok := handlers[row.Name]; ok && !policy && !ran[row.Name] && !casesElsewhere[row.Name] {
			t.Errorf("%s has no case: .%s", row.Name, row.Syntax)
		}
	}
	for _, k := range policyKinds {
		if !words[k.word] {
			t.Errorf("policy %s has no case", k.word)
		}
	}
}

// casesElsewhere are commands whose tests are in Go.
var casesElsewhere = map[string]bool{}
