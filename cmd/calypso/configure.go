package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"calypso/config"
	"calypso/kql/diag"
	"calypso/kql/lint"
	"calypso/server/session"
)

// editorSettings is the editor's section "calypso" as it is written; what is missing or null keeps its default.
type editorSettings struct {
	Diagnostics struct {
		Enabled *bool `json:"enabled"`
	} `json:"diagnostics"`
	Lint struct {
		Enabled *bool             `json:"enabled"`
		Rules   map[string]string `json:"rules"`
	} `json:"lint"`
	Results struct {
		MemoryMB *int64 `json:"memoryMB"`
		Keep     *bool  `json:"keep"`
		DiskMB   *int64 `json:"diskMB"`
	} `json:"results"`
	History struct {
		Entries *int `json:"entries"`
	} `json:"history"`
	Query struct {
		Timeout int64 `json:"timeout"`
	} `json:"query"`
	InlayHints struct {
		ColumnNames *bool `json:"columnNames"`
		Arguments   *bool `json:"arguments"`
		LetTypes    *bool `json:"letTypes"`
		JoinKind    *bool `json:"joinKind"`
		SortOrder   *bool `json:"sortOrder"`
	} `json:"inlayHints"`
	CodeLens struct {
		Run        *bool  `json:"run"`
		Connection *bool  `json:"connection"`
		Rows       *bool  `json:"rows"`
		References string `json:"references"`
	} `json:"codeLens"`
	Format config.Format `json:"format"`
}

// configuring gives the reader of the editor's settings over those of config.toml.
func configuring(under config.Settings) func(section []byte) (session.Settings, error) {
	return func(section []byte) (session.Settings, error) { return configure(section, under) }
}

// configure reads the editor's settings, section "calypso", over those of config.toml. What has a wrong type or value is an error that
// names it.
func configure(section []byte, under config.Settings) (session.Settings, error) {
	var s editorSettings
	var out session.Settings
	if len(section) > 0 {
		if err := json.Unmarshal(section, &s); err != nil {
			return out, fmt.Errorf("settings of the editor, section calypso: %w", err)
		}
	}
	on := func(set *bool) bool { return set != nil && *set }
	off := func(set *bool) bool { return set != nil && !*set }
	out.DiagnosticsOff, out.LintOff = off(s.Diagnostics.Enabled), off(s.Lint.Enabled)
	hints, lenses := s.InlayHints, s.CodeLens
	out.NameHintsOff, out.ArgumentHintsOff = off(hints.ColumnNames), off(hints.Arguments)
	out.TypeHints, out.JoinHints, out.OrderHints = on(hints.LetTypes), on(hints.JoinKind), on(hints.SortOrder)
	out.RunLensOff, out.ConnectionLensOff, out.RowsLensOff = off(lenses.Run), off(lenses.Connection), off(lenses.Rows)
	var err error
	if out.ReferenceLens, err = choice[session.LensedNames]("codeLens.references", lenses.References, "functions", "all", "off"); err != nil {
		return session.Settings{}, err
	}
	if out.Rules, err = editorRules(s.Lint.Rules); err != nil {
		return session.Settings{}, err
	}
	if out.Format, err = s.Format.Over(under.Format).Options(); err != nil {
		return session.Settings{}, err
	}
	if mb := s.Results.MemoryMB; mb != nil {
		if *mb < 16 || *mb > 1<<16 {
			return session.Settings{}, fmt.Errorf("setting calypso.results.memoryMB is %d; choose 16 to 65536", *mb)
		}
		out.ResultBudget = *mb << 20
	}
	if mb := s.Results.DiskMB; mb != nil {
		if *mb < 16 || *mb > 1<<16 {
			return session.Settings{}, fmt.Errorf("setting calypso.results.diskMB is %d; choose 16 to 65536", *mb)
		}
		out.DiskBudget = *mb << 20
	}
	out.KeepOff = off(s.Results.Keep)
	if s.Query.Timeout < 0 || s.Query.Timeout > 3600 {
		return session.Settings{}, fmt.Errorf("setting calypso.query.timeout is %d seconds; choose 0 to 3600", s.Query.Timeout)
	}
	out.History = under.History.Limit()
	if n := s.History.Entries; n != nil && *n >= 0 {
		if out.History = *n; *n > config.MaxEntries {
			return session.Settings{}, fmt.Errorf("setting calypso.history.entries is %d; choose 0 to %d", *n, config.MaxEntries)
		}
	}
	out.QueryTimeout = time.Duration(s.Query.Timeout) * time.Second
	return out, nil
}

// choice gives the number of a word among those that a setting may have; "" is the first.
func choice[N ~uint8](setting, word string, words ...string) (N, error) {
	if word == "" {
		return 0, nil
	}
	i := slices.Index(words, word)
	if i < 0 {
		return 0, fmt.Errorf("%s is %q; choose %s", setting, word, strings.Join(words, ", "))
	}
	return N(i), nil
}

// editorRules reads severities by code or slug.
func editorRules(rules map[string]string) (map[diag.Code]diag.Severity, error) {
	if len(rules) == 0 {
		return nil, nil
	}
	for _, name := range slices.Sorted(maps.Keys(rules)) {
		if _, ok := lint.Find(name); !ok {
			return nil, fmt.Errorf("setting calypso.lint.rules: there is no rule %q; docs/lint.md lists them", name)
		}
		if !slices.Contains(config.LintSeverities, rules[name]) {
			return nil, fmt.Errorf("setting calypso.lint.rules: %s is %q; choose %s", name, rules[name], strings.Join(config.LintSeverities, ", "))
		}
	}
	return lintSeverities([]map[string]string{rules}), nil
}
