package config

import (
	"strings"
	"testing"

	"calypso/kql/format"
)

// TestFormat: each word is the formatter's; what can't be is told with its place; what is over a layout wins where it says something.
func TestFormat(t *testing.T) {
	for _, c := range []struct {
		name, body, err string
		want            format.Options
	}{
		{name: "nothing", body: ""},
		{
			name: "all", body: "[format]\nindent = 2\nwidth = 80\npipes = 'several'\nlists = 'keep'\nbrackets = 'own line'\nbraces = 'own line'\nsemicolon = 'own line'\nequals = 'tight'",
			want: format.Options{Indent: 2, Width: 80, Pipes: format.PipesSeveral, Lists: format.ListsKeep, OwnBrackets: true, OwnBraces: true, OwnSemicolon: true, TightEquals: true},
		},
		{name: "the first words", body: "[format]\npipes = 'always'\nlists = 'long'\nequals = 'spaced'\nbraces = 'same line'"},
		{name: "a word", body: "[format]\nindent = 2\npipes = 'never'", err: `config.toml:3:1: format.pipes: "never" can't be; choose always, several, keep`},
		{name: "an indent", body: "[format]\nindent = 17", err: "config.toml:2:1: format.indent: 17 spaces can't be; choose 1 to 16"},
		{name: "a width", body: "[format]\nwidth = 3", err: "format.width: 3 characters can't be; choose 20 to 1000"},
		{name: "a type", body: "[format]\nwidth = 'wide'", err: "config.toml:2"},
		{name: "no table", body: "format = 3", err: "config.toml:1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, warnings, err := Parse("config.toml", c.body)
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Errorf("got %v, want %s", err, c.err)
				}
				return
			}
			got, failed := s.Format.Options()
			if err != nil || failed != nil || len(warnings) > 0 || got != c.want {
				t.Errorf("got %+v, %v, %v, %v; want %+v", got, err, failed, warnings, c.want)
			}
		})
	}
	_, warnings, err := Parse("config.toml", "[format]\nindents = 2")
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0].Message, `"format.indent"`) {
		t.Errorf("an unknown key: %v, %v", warnings, err)
	}
	over := Format{Indent: 2, Equals: "spaced"}.Over(Format{Indent: 8, Width: 80, Equals: "tight", Pipes: "keep"})
	if want := (Format{Indent: 2, Width: 80, Equals: "spaced", Pipes: "keep"}); over != want {
		t.Errorf("got %+v, want %+v", over, want)
	}
}
