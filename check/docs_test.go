package check

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"calypso/kql/diag"
	"calypso/kql/lint"
)

// TestRulesPage holds docs/lint.md to the rules; -update writes it.
func TestRulesPage(t *testing.T) {
	const path = "../docs/lint.md"
	want := rulesPage()
	got, _ := os.ReadFile(path)
	if string(got) == want {
		return
	}
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s isn't what the rules say; run go test ./check -run RulesPage -update", path)
}

// rulesPage writes the page: how to use the linter, then a section for each rule.
func rulesPage() string {
	var b strings.Builder
	b.WriteString(pageHead)
	groups := []struct{ from, title string }{
		{"CAL50", "Correctness: runs, but answers another question"},
		{"CAL60", "Speed: the same answer, faster"},
		{"CAL61", "Cost: what is read and moved"},
		{"CAL68", "Style"},
	}
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n", g.title)
		for _, rule := range lint.Rules() {
			if strings.HasPrefix(string(rule.Code), g.from) {
				writeRule(&b, rule)
			}
		}
	}
	row := diag.UnusedSuppression.Row()
	fmt.Fprintf(&b, "\n## About the comments themselves\n### %s `%s`\n%s. It is the only finding about comments: one that hides nothing would hide the next mistake.\n",
		row.Code, row.Slug, row.Severity)
	return b.String()
}

func writeRule(b *strings.Builder, rule lint.Rule) {
	row := rule.Row()
	notes := []string{row.Severity.String()}
	if rule.Off {
		notes = append(notes, "off unless settings name it")
	}
	if rule.Schema {
		notes = append(notes, "needs a schema")
	}
	if rule.Weight > 0 {
		notes = append(notes, fmt.Sprintf("weight %d", rule.Weight))
	}
	if len(row.Official) > 0 {
		notes = append(notes, "official "+strings.Join(row.Official, ", "))
	}
	language := "kql"
	if strings.HasPrefix(row.Bad, "query:") {
		language = "yaml"
	}
	fmt.Fprintf(b, "\n### %s `%s`\n%s.\n%s\n```%s\n%s\n```\nbetter\n```%s\n%s\n```\n", row.Code, row.Slug, strings.Join(notes, " · "), rule.Why,
		language, row.Bad, language, row.Good)
}

const pageHead = `# The linter

<!-- Made from the rules by "go test ./check -run RulesPage -update"; changes by hand are lost. -->

` + "`calypso check PATH…`" + ` checks query files, the queries in YAML detections and Markdown fences; the editor shows the same findings. It needs
no network, and the same input gives the same report everywhere. With ` + "`--schema FILE`" + ` names and types are checked too; without it the
rules that need them are silent.

Correctness rules warn. Speed and cost rules inform: what they say is true, whether it matters you know better. Style is off.

## Silence a finding
` + "```kql" + `
StormEvents
| where EventNarrative contains "hail" // calypso: ignore CAL6001 parts of words are meant
// calypso: ignore-next-line no-time-filter, join-without-kind
| join PopulationData on State
` + "```" + `
` + "`// calypso: ignore-file CODE`" + ` anywhere silences a rule for the file. Rules are named by code or by name. What follows the last of them is
the reason; reports carry it. A comment that hides nothing is reported.

## Settings
In ` + "`~/.codex/config.toml`" + `, or a file beside the queries that ` + "`--config FILE`" + ` names:
` + "```toml" + `
[lint.rules]
join-without-kind = "error"     # error, warning, info, hint or off
CAL6101 = "off"
expand-without-limit = "info"   # switches on a rule that is off

[[lint.paths]]                  # later entries win
match = ["detections/**", "*.test.kql"]
rules = { no-time-filter = "warning" }
` + "```" + `
The editor takes both tables of ` + "`config.toml`" + ` as well; its own setting ` + "`calypso.lint.rules`" + ` wins over them. What only costs is a
hint there unless a setting names the rule, and a missing time filter is no finding, since whoever runs a query sees its time range.

## In a pipeline
| flag | does |
|---|---|
| ` + "`--fail-on SEVERITY`" + ` | exit code 1 for findings as grave as this or graver; ` + "`error`" + ` by default |
| ` + "`--write-baseline FILE`" + `, ` + "`--baseline FILE`" + ` | accepts what is there now; then only new findings count, even where queries move |
| ` + "`--max-score N`" + ` | exit code 1 for a file whose cost findings weigh more than N together |
| ` + "`--sizes FILE`" + ` | rows of tables as ` + "`{\"Table\": 1000000}`" + `, for rules that compare sizes |
| ` + "`--format text, json, sarif`" + ` | SARIF 2.1.0 has rules, regions, fixes, fingerprints and suppressions |
| ` + "`--yaml-key KEY`" + ` | YAML keys whose values are queries; ` + "`query`" + ` by default |

Exit code 0: nothing at or above the severity; 1: findings; 2: wrong use, or a file that can't be read (the others are checked all the
same). [A workflow for GitHub](github-workflow.md) shows it all together.
`
