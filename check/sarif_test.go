package check

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sample is a report with everything in it that a report may have, and all of the sample queries.
func sample(t *testing.T) *Report {
	t.Helper()
	o := Options{Schema: testSchema(t), Fixes: true}
	report := &Report{Files: 2, Version: "0.0.0", Problems: []Problem{{Path: "gone.kql", Err: errors.New("gone.kql: no such file")}}}
	files := map[string]string{
		"dir/a b.kql": "T | where isnull(b) | where Stat == 1\n| join U on a // calypso: ignore CAL5001 on purpose\n| count",
		"rule.yaml":   "query: |\n  T\n  | where tolower(b) == 'x'\n",
	}
	samples, _ := filepath.Glob("../samples/*.kql")
	for _, path := range samples {
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		files[path] = string(body)
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		r, err := File(path, files[path], o)
		if err != nil {
			t.Fatal(err)
		}
		report.Findings = append(report.Findings, r.Findings...)
	}
	i := slices.IndexFunc(report.Findings, func(f Finding) bool { return f.Path == "rule.yaml" })
	Baseline{keyOf(report.Findings[i]): 1}.Mark(report.Findings)
	return report
}

// TestSARIF holds what services rely on: versions, rules by index, regions, fixes, fingerprints, suppressions.
func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := sample(t).WriteSARIF(&b); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	suppressed, fixes := map[string]int{}, 0
	for _, r := range run.Results {
		if run.Tool.Driver.Rules[r.RuleIndex].ID != r.RuleID {
			t.Errorf("rule %s has the index of %s", r.RuleID, run.Tool.Driver.Rules[r.RuleIndex].ID)
		}
		region := r.Locations[0].Physical.Region
		if region.StartLine < 1 || region.StartColumn < 1 || region.EndLine < region.StartLine || r.Fingerprints["calypsoStatement/v1"] == "" {
			t.Errorf("%+v", r)
		}
		fixes += len(r.Fixes)
		for _, s := range r.Suppressions {
			suppressed[s.Kind]++
		}
		if uri := r.Locations[0].Physical.Artifact.URI; uri != "dir/a%20b.kql" && uri != "rule.yaml" && !strings.HasPrefix(uri, "../samples/") {
			t.Errorf("uri %s", uri)
		}
	}
	if log.Version != "2.1.0" || len(run.Results) < 4 || fixes == 0 || suppressed["inSource"] != 1 || suppressed["external"] != 1 {
		t.Errorf("%d results, %d fixes, suppressed %v\n%s", len(run.Results), fixes, suppressed, b.String())
	}
	if run.Invocations[0].Successful || len(run.Invocations[0].Notifications) != 1 {
		t.Errorf("the file that can't be read isn't told: %+v", run.Invocations)
	}
}

// TestSARIFSchema validates the sample, and the file that CALYPSO_SARIF_REPORT names, against the published schema. The npm package
// @microsoft/jest-sarif holds it; CALYPSO_SARIF_SCHEMA may name the file. Without it the test is skipped, but never in CI.
func TestSARIFSchema(t *testing.T) {
	path := os.Getenv("CALYPSO_SARIF_SCHEMA")
	if path == "" {
		path = filepath.Join("..", "node_modules", "@microsoft", "jest-sarif", "lib", "schemas", "sarif-2.1.0-rtm.5.json")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		missing := fmt.Sprintf("no SARIF schema at %s; run npm install, or set CALYPSO_SARIF_SCHEMA", path)
		if ci := os.Getenv("CI"); ci == "true" || ci == "1" {
			t.Fatal(missing)
		}
		t.Skip(missing)
	}
	var schema map[string]any
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := sample(t).WriteSARIF(&b); err != nil {
		t.Fatal(err)
	}
	reports := [][]byte{b.Bytes()}
	if path := os.Getenv("CALYPSO_SARIF_REPORT"); path != "" {
		report, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, report)
	}
	for _, report := range reports {
		var log any
		if err := json.Unmarshal(report, &log); err != nil {
			t.Fatal(err)
		}
		v := &validator{root: schema}
		v.check("$", schema, log)
		for _, p := range v.problems {
			t.Error(p)
		}
	}
	// The validator itself must find what is wrong.
	for _, broken := range []string{
		`{}`, `{"version": "2.0.0", "runs": []}`, `{"version": "2.1.0", "runs": [{"tool": {"driver": {}}}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "results": [{"message": {"text": "x"}, "level": "bad"}]}]}`,
		`{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "x"}}, "colour": 1}]}`,
	} {
		var value any
		if err := json.Unmarshal([]byte(broken), &value); err != nil {
			t.Fatal(err)
		}
		v := &validator{root: schema}
		if v.check("$", schema, value); len(v.problems) == 0 {
			t.Errorf("%s passes", broken)
		}
	}
}

// validator knows the keywords of JSON Schema draft 4 that the SARIF schema uses, and complains about any other.
type validator struct {
	root     map[string]any
	problems []string
}

func (v *validator) fail(at, format string, args ...any) {
	v.problems = append(v.problems, at+": "+fmt.Sprintf(format, args...))
}

func (v *validator) check(at string, schema map[string]any, value any) {
	for keyword, want := range schema {
		switch keyword {
		case "$ref":
			v.check(at, v.resolve(want.(string)), value)
		case "type":
			if !hasType(want.(string), value) {
				v.fail(at, "%T is no %s", value, want)
			}
		case "enum":
			if !contains(want.([]any), value) {
				v.fail(at, "%v is none of %v", value, want)
			}
		case "anyOf":
			v.anyOf(at, want.([]any), value)
		case "not":
			if len(v.try(at, want.(map[string]any), value)) == 0 {
				v.fail(at, "matches what it mustn't")
			}
		case "required", "properties", "additionalProperties", "items", "uniqueItems", "minItems", "maxItems", "minimum", "maximum", "pattern", "minLength", "dependencies":
			v.keyword(at, keyword, schema, value)
		case "$schema", "id", "title", "description", "default", "definitions", "format", "minProperties":
		default:
			v.fail(at, "the validator doesn't know the keyword %q", keyword)
		}
	}
}

func (v *validator) try(at string, schema map[string]any, value any) []string {
	inner := &validator{root: v.root}
	inner.check(at, schema, value)
	return inner.problems
}

func (v *validator) anyOf(at string, list []any, value any) {
	for _, s := range list {
		if len(v.try(at, s.(map[string]any), value)) == 0 {
			return
		}
	}
	v.fail(at, "matches none of the alternatives")
}

func (v *validator) keyword(at, keyword string, schema map[string]any, value any) {
	want := schema[keyword]
	switch value := value.(type) {
	case map[string]any:
		v.object(at, keyword, schema, value)
	case []any:
		switch keyword {
		case "items":
			for i, item := range value {
				v.check(fmt.Sprintf("%s[%d]", at, i), want.(map[string]any), item)
			}
		case "minItems":
			if len(value) < int(want.(float64)) {
				v.fail(at, "has %d items", len(value))
			}
		case "uniqueItems":
			seen := map[string]bool{}
			for _, item := range value {
				text, _ := json.Marshal(item)
				if seen[string(text)] {
					v.fail(at, "has %s twice", text)
				}
				seen[string(text)] = true
			}
		}
	case float64:
		if keyword == "minimum" && value < want.(float64) || keyword == "maximum" && value > want.(float64) {
			v.fail(at, "%v is beyond %s %v", value, keyword, want)
		}
	case string:
		if keyword == "pattern" && !regexp.MustCompile(want.(string)).MatchString(value) {
			v.fail(at, "%q doesn't match %s", value, want)
		}
		if keyword == "minLength" && len(value) < int(want.(float64)) {
			v.fail(at, "%q is too short", value)
		}
	}
}

func (v *validator) object(at, keyword string, schema map[string]any, value map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	switch keyword {
	case "required":
		for _, name := range schema[keyword].([]any) {
			if _, ok := value[name.(string)]; !ok {
				v.fail(at, "%s is missing", name)
			}
		}
	case "properties":
		for name, s := range properties {
			if inner, ok := value[name]; ok {
				v.check(at+"."+name, s.(map[string]any), inner)
			}
		}
	case "additionalProperties":
		for name, inner := range value {
			if _, known := properties[name]; known {
				continue
			}
			switch want := schema[keyword].(type) {
			case bool:
				if !want {
					v.fail(at, "%s is no property", name)
				}
			case map[string]any:
				v.check(at+"."+name, want, inner)
			}
		}
	case "dependencies":
		v.fail(at, "the validator doesn't know dependencies")
	}
}

func (v *validator) resolve(ref string) map[string]any {
	at := v.root
	for _, part := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
		at = at[part].(map[string]any)
	}
	return at
}

func hasType(want string, value any) bool {
	switch value := value.(type) {
	case map[string]any:
		return want == "object"
	case []any:
		return want == "array"
	case string:
		return want == "string"
	case bool:
		return want == "boolean"
	case float64:
		return want == "number" || want == "integer" && value == float64(int64(value))
	}
	return want == "null"
}

func contains(list []any, value any) bool {
	for _, item := range list {
		if item == value {
			return true
		}
	}
	return false
}
