package config

import (
	"slices"
	"strings"
)

// Lint says how grave the linter's findings are. Rules are named by code (CAL6101) or slug (no-time-filter); which there are is not
// this package's matter.
//
//	[lint.rules]
//	join-without-kind = "error"
//	CAL6101 = "off"
//
//	[[lint.paths]]
//	match = ["detections/**"]
//	rules = { no-time-filter = "warning" }
type Lint struct {
	// Rules has a severity for each rule that is set: error, warning, info, hint or off.
	Rules map[string]string `toml:"rules"`
	// Paths set rules for some files; a later entry wins over an earlier one, and any over Rules.
	Paths []LintPaths `toml:"paths"`
}

// LintPaths sets rules for the files whose path one of the patterns matches.
type LintPaths struct {
	// Match has patterns with / between folders: * and ? stay within a name, ** stands for any folders. A pattern without / matches
	// the file's name alone.
	Match []string          `toml:"match"`
	Rules map[string]string `toml:"rules"`
}

// LintSeverities are the words for how grave a finding is.
var LintSeverities = []string{"error", "warning", "info", "hint", "off"}

func (l Lint) check() error {
	for rule, severity := range l.Rules {
		if err := checkSeverity("lint.rules."+rule, severity); err != nil {
			return err
		}
	}
	for _, p := range l.Paths {
		if len(p.Match) == 0 {
			return wrong("lint.paths", `match is missing; write match = ["folder/**"]`)
		}
		for rule, severity := range p.Rules {
			if err := checkSeverity("lint.paths.rules."+rule, severity); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkSeverity(key, severity string) error {
	if slices.Contains(LintSeverities, severity) {
		return nil
	}
	return wrong(key, "unknown severity %q; choose %s", severity, strings.Join(LintSeverities, ", "))
}

// For gives the tables of rules that hold for a file, in the order in which a later one wins: one rule may be named by its code
// here and by its slug there, so only who knows both can merge them. The path may have either slash.
func (l Lint) For(path string) []map[string]string {
	tables := []map[string]string{l.Rules}
	path = strings.TrimPrefix(strings.ReplaceAll(path, `\`, "/"), "./")
	for _, p := range l.Paths {
		if slices.ContainsFunc(p.Match, func(pattern string) bool { return matches(pattern, path) }) {
			tables = append(tables, p.Rules)
		}
	}
	return tables
}

// matches tells whether a pattern matches a path, or its end from some folder on.
func matches(pattern, path string) bool {
	want, parts := strings.Split(strings.TrimPrefix(pattern, "./"), "/"), strings.Split(path, "/")
	if len(want) == 1 {
		return matchName(want[0], parts[len(parts)-1])
	}
	for from := range parts {
		if matchParts(want, parts[from:]) {
			return true
		}
		if strings.HasPrefix(pattern, "/") || strings.HasPrefix(pattern, "./") {
			break
		}
	}
	return false
}

func matchParts(want, parts []string) bool {
	switch {
	case len(want) == 0:
		return len(parts) == 0
	case want[0] == "**":
		for skip := 0; skip <= len(parts); skip++ {
			if matchParts(want[1:], parts[skip:]) {
				return true
			}
		}
		return len(want) == 1
	}
	return len(parts) > 0 && matchName(want[0], parts[0]) && matchParts(want[1:], parts[1:])
}

// matchName matches * and ? within one name.
func matchName(pattern, name string) bool {
	switch {
	case pattern == "":
		return name == ""
	case pattern[0] == '*':
		return matchName(pattern[1:], name) || name != "" && matchName(pattern, name[1:])
	}
	return name != "" && (pattern[0] == '?' || pattern[0] == name[0]) && matchName(pattern[1:], name[1:])
}
