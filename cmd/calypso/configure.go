package main

import (
	"encoding/json"
	"fmt"

	"calypso/server/session"
)

// configure reads the editor's settings, section "calypso": what is missing or null keeps its default, what has a wrong type is an
// error that names it.
func configure(section []byte) (session.Settings, error) {
	var s struct {
		Diagnostics struct {
			Enabled *bool `json:"enabled"`
		} `json:"diagnostics"`
		Lint struct {
			Enabled *bool `json:"enabled"`
		} `json:"lint"`
		Results struct {
			MemoryMB *int64 `json:"memoryMB"`
		} `json:"results"`
		InlayHints struct {
			ColumnNames *bool `json:"columnNames"`
			Arguments   *bool `json:"arguments"`
			LetTypes    *bool `json:"letTypes"`
			JoinKind    *bool `json:"joinKind"`
			SortOrder   *bool `json:"sortOrder"`
		} `json:"inlayHints"`
	}
	if len(section) > 0 {
		if err := json.Unmarshal(section, &s); err != nil {
			return session.Settings{}, fmt.Errorf("settings of the editor, section calypso: %w", err)
		}
	}
	var out session.Settings
	if s.Diagnostics.Enabled != nil {
		out.DiagnosticsOff = !*s.Diagnostics.Enabled
	}
	out.LintOff = s.Lint.Enabled != nil && !*s.Lint.Enabled
	hints := s.InlayHints
	out.NameHintsOff = hints.ColumnNames != nil && !*hints.ColumnNames
	out.ArgumentHintsOff = hints.Arguments != nil && !*hints.Arguments
	out.TypeHints = hints.LetTypes != nil && *hints.LetTypes
	out.JoinHints = hints.JoinKind != nil && *hints.JoinKind
	out.OrderHints = hints.SortOrder != nil && *hints.SortOrder
	if mb := s.Results.MemoryMB; mb != nil {
		if *mb < 16 || *mb > 1<<16 {
			return session.Settings{}, fmt.Errorf("setting calypso.results.memoryMB is %d; choose 16 to 65536", *mb)
		}
		out.ResultBudget = *mb << 20
	}
	return out, nil
}
