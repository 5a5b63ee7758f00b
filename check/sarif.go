package check

// SARIF 2.1.0, as code scanning services read it. Only the properties that those services use are written; sarif_test.go holds the
// output to the schema.

import (
	"fmt"
	"io"
	"net/url"
	"strings"

	"calypso/kql/diag"
	"calypso/kql/lint"
)

type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string          `json:"id"`
		Name             string          `json:"name"`
		ShortDescription sarifText       `json:"shortDescription"`
		FullDescription  *sarifText      `json:"fullDescription,omitempty"`
		Help             sarifText       `json:"help"`
		Default          sarifLevel      `json:"defaultConfiguration"`
		Properties       sarifProperties `json:"properties"`
	}
	sarifProperties struct {
		Tags []string `json:"tags"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text     string `json:"text"`
		Markdown string `json:"markdown,omitempty"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifResult struct {
		RuleID       string             `json:"ruleId"`
		RuleIndex    int                `json:"ruleIndex"`
		Level        string             `json:"level"`
		Message      sarifText          `json:"message"`
		Locations    []sarifLocation    `json:"locations"`
		Related      []sarifLocation    `json:"relatedLocations,omitempty"`
		Fingerprints map[string]string  `json:"partialFingerprints"`
		Fixes        []sarifFix         `json:"fixes,omitempty"`
		Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	}
	sarifLocation struct {
		ID       int           `json:"id,omitempty"`
		Physical sarifPhysical `json:"physicalLocation"`
		Message  *sarifText    `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification,omitempty"`
	}
)

// WriteSARIF writes all findings: those that don't count carry a suppression, inSource for comments and external for the baseline.
func (r *Report) WriteSARIF(w io.Writer) error {
	rules, index := sarifRules()
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "Calypso", Version: r.Version, Rules: rules}},
		Invocations: []sarifInvocation{{Successful: len(r.Problems) == 0}},
		ColumnKind:  "unicodeCodePoints",
		Results:     []sarifResult{},
	}
	for _, p := range r.Problems {
		run.Invocations[0].Notifications = append(run.Invocations[0].Notifications, sarifNotification{
			Level:   "error",
			Message: sarifText{Text: p.Err.Error()}, Locations: []sarifLocation{{Physical: sarifPhysical{Artifact: sarifArtifact{uri(p.Path)}}}},
		})
	}
	seen := map[string]int{}
	for _, f := range r.Findings {
		run.Results = append(run.Results, sarifResultOf(f, index, seen))
	}
	return indented(w, sarifLog{Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run}})
}

// sarifRules lists all rules, so that a rule's number doesn't depend on what was found.
func sarifRules() ([]sarifRule, map[diag.Code]int) {
	why := map[diag.Code]string{}
	for _, rule := range lint.Rules() {
		why[rule.Code] = rule.Why
	}
	index := map[diag.Code]int{}
	var rules []sarifRule
	for _, row := range diag.Rows() {
		index[row.Code] = len(rules)
		title := strings.ReplaceAll(row.Slug, "-", " ")
		rule := sarifRule{
			ID: string(row.Code), Name: camel(row.Slug), ShortDescription: sarifText{Text: title}, Default: sarifLevel{level(row.Severity.String())},
			Properties: sarifProperties{Tags: []string{group(row.Code)}},
		}
		if why[row.Code] != "" {
			rule.FullDescription = &sarifText{Text: why[row.Code]}
		}
		rule.Help = sarifText{
			Text:     fmt.Sprintf("Instead of: %s\nwrite: %s", row.Bad, row.Good),
			Markdown: fmt.Sprintf("Instead of\n```kql\n%s\n```\nwrite\n```kql\n%s\n```\n", row.Bad, row.Good),
		}
		if row.Bad == "" {
			rule.Help = sarifText{Text: title}
		}
		rules = append(rules, rule)
	}
	return rules, index
}

// camel writes a slug as SARIF wants names: JoinWithoutKind.
func camel(slug string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(slug, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// group names the kind of finding by the code's first digit.
func group(code diag.Code) string {
	switch code[3] {
	case '1':
		return "syntax"
	case '2':
		return "names"
	case '3':
		return "types"
	case '4':
		return "commands"
	case '5':
		return "correctness"
	case '6':
		return "performance"
	}
	return "limits"
}

func level(severity string) string {
	switch severity {
	case "error", "warning":
		return severity
	}
	return "note"
}

func sarifResultOf(f Finding, index map[diag.Code]int, seen map[string]int) sarifResult {
	key := string(f.Code) + " " + slashes(f.Path) + " " + f.Hash
	seen[key]++
	at := sarifArtifact{uri(f.Path)}
	region := regionOf(f.Region)
	result := sarifResult{
		RuleID: string(f.Code), RuleIndex: index[f.Code], Level: level(f.Severity), Message: sarifText{Text: f.Message},
		Locations:    []sarifLocation{{Physical: sarifPhysical{at, &region}}},
		Fingerprints: map[string]string{"calypsoStatement/v1": fmt.Sprintf("%s:%d", f.Hash, seen[key])},
	}
	for i, r := range f.Related {
		region := regionOf(r.Region)
		result.Related = append(result.Related, sarifLocation{ID: i + 1, Physical: sarifPhysical{at, &region}, Message: &sarifText{Text: r.Message}})
	}
	for _, fix := range f.Fixes {
		change := sarifChange{Artifact: at}
		for _, e := range fix.Edits {
			change.Replacements = append(change.Replacements, sarifReplacement{regionOf(e.Region), sarifText{Text: e.NewText}})
		}
		result.Fixes = append(result.Fixes, sarifFix{sarifText{Text: fix.Title}, []sarifChange{change}})
	}
	switch {
	case f.Suppressed:
		result.Suppressions = []sarifSuppression{{"inSource", f.Reason}}
	case f.Known:
		result.Suppressions = []sarifSuppression{{"external", "in the baseline"}}
	}
	return result
}

func regionOf(r Region) sarifRegion { return sarifRegion{r.Line, r.Column, r.EndLine, r.EndColumn} }

// uri writes a path as a reference that is relative to where the check ran.
func uri(path string) string {
	u := url.URL{Path: slashes(path)}
	if len(u.Path) > 1 && u.Path[1] == ':' { // a drive
		u.Path = "/" + u.Path
	}
	if strings.HasPrefix(u.Path, "/") {
		u.Scheme = "file"
	}
	return u.String()
}
