package main

import (
	"strings"
	"testing"

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
		{in: `{"results": {"memoryMB": 1}}`, err: "choose 16"},
		{in: `[`, err: "section calypso"},
	}
	for _, c := range cases {
		got, err := configure([]byte(c.in))
		if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) || err == nil && got != c.want {
			t.Errorf("%s: got %+v, %v; want %+v, %q", c.in, got, err, c.want, c.err)
		}
	}
}
