package config

import (
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	s, warnings, err := Parse("config.toml", `
[lint]
rulez = 1
[lint.rules]
join-without-kind = "error"
CAL6101 = "off"
[[lint.paths]]
match = ["detections/**", "*.test.kql"]
rules = { CAL6101 = "warning" }
`)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0].Message, `did you mean "lint.rules"`) {
		t.Fatalf("%v %v", warnings, err)
	}
	for path, want := range map[string]string{
		"a.kql": "off", "detections/a.kql": "warning", `x\detections\b\c.yaml`: "warning", "x/a.test.kql": "warning", "detections.kql": "off",
	} {
		tables := s.Lint.For(path)
		if last := tables[len(tables)-1]; last["CAL6101"] != want || tables[0]["join-without-kind"] != "error" {
			t.Errorf("%s: %v", path, tables)
		}
	}
	for body, want := range map[string]string{
		"[lint.rules]\nx = \"loud\"":                     `unknown severity "loud"`,
		"[[lint.paths]]\nrules = {x = \"off\"}":          "match is missing",
		"[[lint.paths]]\nmatch=['a']\nrules = {x = 'b'}": `unknown severity "b"`,
		"[lint]\nrules = 1":                              "config.toml",
	} {
		if _, _, err := Parse("config.toml", body); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"a/**", "a/b/c", true},
		{"a/**", "x/a/b", true},
		{"./a/**", "x/a/b", false},
		{"a/*/c", "a/b/c", true},
		{"a/*/c", "a/b/b/c", false},
		{"**/c", "c", true},
		{"*.kql", "a/b.kql", true},
		{"?.kql", "ab.kql", false},
	} {
		if got := matches(c.pattern, c.path); got != c.want {
			t.Errorf("%s on %s: %v", c.pattern, c.path, got)
		}
	}
}
