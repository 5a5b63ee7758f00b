package source

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"calypso/auth"
	"calypso/internal/fakeentra"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// TestNothingSecretIsSaid runs every flow with the log at its finest and searches all that is said for the fake's markers.
func TestNothingSecretIsSaid(t *testing.T) {
	core, logs := observer.New(zapcore.DebugLevel)
	var mu sync.Mutex
	var said strings.Builder
	note := func(v ...any) {
		mu.Lock()
		defer mu.Unlock()
		text, _ := json.Marshal(v)
		fmt.Fprintf(&said, "%v\n%+v\n%#v\n%s\n", v, v, v, text)
	}
	for _, f := range failures {
		t.Run(f.mode+" "+f.name, func(t *testing.T) { note(f.happen(t)) })
	}
	s := newSite(t)
	s.ui.decide = func(p auth.Prompt) error { note(p); return nil }
	s.Set(func(k *fakeentra.Knobs) {
		k.Apps = map[string]fakeentra.App{appID: {Secret: "FAKE-SECRET"}}
		k.Polls = []string{"authorization_pending"}
	})
	for _, cfg := range []Config{{Mode: auth.ModeDeviceCode}, {Mode: auth.ModeManagedIdentity}, {Mode: auth.ModeClientSecret, TenantID: fakeentra.Tenant, ClientID: appID, ClientSecret: auth.NewSecret("FAKE-SECRET")}} {
		src, err := New(cfg, s.env)
		if err != nil {
			t.Fatal(err)
		}
		b := auth.New(src, auth.Options{Mode: cfg.Mode, UI: s.ui, Log: zap.New(core), Changed: func(st auth.Status) { note(st) }})
		token, err := b.Token(t.Context(), auth.Req{Scope: "https://canary.kusto.windows.net/.default", Interactive: true})
		note(token, err, b.Status(), cfg)
		_, err = b.Renew(t.Context(), auth.Req{Scope: "https://canary.kusto.windows.net/.default"}, token.Secret)
		note(err, b.SignOut(context.WithoutCancel(t.Context())))
	}
	for _, entry := range logs.All() {
		note(entry.Message, entry.ContextMap())
	}
	if found := regexp.MustCompile("(?i)" + fakeentra.Markers).FindString(said.String()); found != "" {
		at := strings.Index(said.String(), found)
		t.Errorf("%q was said: %s", found, said.String()[max(0, at-300):min(said.Len(), at+100)])
	}
	if said.Len() == 0 {
		t.Error("nothing was said at all")
	}
}
