package config

import (
	"strings"
	"testing"
	"time"
)

func TestSchema(t *testing.T) {
	for body, want := range map[string]struct {
		cached bool
		age    time.Duration
	}{
		"":         {true, time.Hour},
		"[schema]": {true, time.Hour},
		"[schema]\ncache = false\nrefresh_after = \"12h\"": {false, 12 * time.Hour},
		"[schema]\ncache = true\nrefresh_after = \"1m\"":   {true, time.Minute},
	} {
		s, warnings, err := load(t, body, nil)
		if err != nil || len(warnings) > 0 || s.Schema.Cached() != want.cached || s.Schema.MaxAge() != want.age {
			t.Errorf("%q: got %+v %v %v", body, s.Schema, warnings, err)
		}
	}
	for body, want := range map[string]string{
		"[schema]\nrefresh_after = \"soon\"": `schema.refresh_after: it is "soon"; write a time of at least 1m`,
		"[schema]\nrefresh_after = \"5s\"":   "at least 1m",
		"[schema]\nrefresh_after = \"-1h\"":  "at least 1m",
		"[schema]\nrefresh_after = 60":       "config.toml:2:",
		"[schema]\ncache = \"no\"":           "config.toml:2:",
	} {
		if _, _, err := load(t, body, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v; want a message with %q", body, err, want)
		}
	}
	if _, warnings, err := load(t, "[schema]\nrefresh_aftr = \"1h\"", nil); err != nil || len(warnings) != 1 || !strings.Contains(warnings[0].Message, "schema.refresh_after") {
		t.Errorf("got %v %v", warnings, err)
	}
}
