package main

import (
	"strings"
	"testing"
	"time"

	"calypso/config"
	"calypso/kql/diag"
	"calypso/kql/format"
	"calypso/kql/lint"
	"calypso/server/session"
)

func TestConfigure(t *testing.T) {
	cases := []struct {
		in   string
		want session.Settings
		err  string
	}{
		{in: ``},
		{in: `null`},
		{in: `{"other": 1, "diagnostics": null}`},
		{in: `{"diagnostics": {"enabled": false}, "results": {"memoryMB": 64}}`, want: session.Settings{DiagnosticsOff: true, ResultBudget: 64 << 20}},
		{in: `{"inlayHints": {"columnNames": false, "arguments": true, "letTypes": true, "joinKind": false}}`, want: session.Settings{NameHintsOff: true, TypeHints: true}},
		{in: `{"inlayHints": {"sortOrder": 1}}`, err: "sortOrder"},
		{in: `{"diagnostics": {"enabled": "no"}}`, err: "diagnostics.enabled"},
		{in: `{"lint": {"enabled": false}}`, want: session.Settings{LintOff: true}},
		{in: `{"lint": {"rules": {"no-time-filter": "warning", "CAL5001": "off"}}}`, want: session.Settings{
			Rules: map[diag.Code]diag.Severity{diag.NoTimeFilter: diag.Warning, "CAL5001": lint.Off},
		}},
		{in: `{"lint": {"rules": {"no-such-rule": "warning"}}}`, err: "no-such-rule"},
		{in: `{"lint": {"rules": {"no-time-filter": "loud"}}}`, err: "choose error"},
		{in: `{"codeLens": {"run": false, "connection": false, "rows": false, "references": "all"}}`, want: session.Settings{
			RunLensOff: true, ConnectionLensOff: true, RowsLensOff: true, ReferenceLens: session.LensedAll,
		}},
		{in: `{"codeLens": {"references": "some"}}`, err: "choose functions, all, off"},
		{in: `{"format": {"indent": 2, "width": 80, "pipes": "several", "lists": "keep", "brackets": "own line", "braces": "same line", "equals": "tight"}}`, want: session.Settings{
			Format: format.Options{Indent: 2, Width: 80, Pipes: format.PipesSeveral, Lists: format.ListsKeep, OwnBrackets: true, TightEquals: true},
		}},
		{in: `{"format": {"indent": 0, "pipes": "", "equals": ""}}`},
		{in: `{"format": {"semicolon": "nowhere"}}`, err: "format.semicolon"},
		{in: `{"format": {"width": 3}}`, err: "choose 20"},
		{in: `{"results": {"memoryMB": 1}}`, err: "choose 16"},
		{in: `{"results": {"keep": false, "diskMB": 64}}`, want: session.Settings{KeepOff: true, DiskBudget: 64 << 20}},
		{in: `{"results": {"diskMB": 1}}`, err: "choose 16"},
		{in: `{"query": {"timeout": 90}}`, want: session.Settings{QueryTimeout: 90 * time.Second}},
		{in: `{"history": {"entries": 5}}`, want: session.Settings{History: 5}},
		{in: `{"history": {"entries": 100000000}}`, err: "history.entries"},
		{in: `{"query": {"timeout": 4000}}`, err: "choose 0 to 3600"},
		{in: `[`, err: "section calypso"},
	}
	for _, c := range cases {
		if c.want.History == 0 {
			c.want.History = config.History{}.Limit()
		}
		got, err := configure([]byte(c.in), config.Settings{})
		if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) || err == nil && !got.Equal(c.want) {
			t.Errorf("%s: got %+v, %v; want %+v, %q", c.in, got, err, c.want, c.err)
		}
	}
}

// TestConfigureOver: the layout of config.toml holds where the editor says nothing.
func TestConfigureOver(t *testing.T) {
	under := config.Settings{Format: config.Format{Indent: 2, Width: 80, Equals: "tight"}}
	for in, want := range map[string]format.Options{
		"": {Indent: 2, Width: 80, TightEquals: true},
		`{"format": {"indent": 8, "width": 0, "equals": "spaced"}}`: {Indent: 8, Width: 80},
	} {
		if got, err := configuring(under)([]byte(in)); err != nil || got.Format != want {
			t.Errorf("%s: got %+v, %v; want %+v", in, got.Format, err, want)
		}
	}
}
