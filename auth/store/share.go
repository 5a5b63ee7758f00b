package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"time"

	"calypso/auth"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// This file keeps the shared file up to date: after each refresh for Azure DevOps, the tokens that MSAL wrote go there too.

// devOps begins the targets of Azure DevOps' access tokens; cliClient is the only app whose tokens may be shared.
const (
	devOps    = "499b84ac-1321-427f-aa17-267ca6975798/"
	cliClient = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
)

// Sharing is a cache that also writes the shared file. Use it only where the person agreed.
type Sharing struct {
	cache.ExportReplace        // the session's own
	Path                string // of the shared file
	Say                 func(string)

	mu   sync.Mutex // guards below
	last string     // the access token that was written
}

// Export keeps the session, and then shares what is new. The session's own failure comes first; the file's is only told.
func (s *Sharing) Export(ctx context.Context, m cache.Marshaler, h cache.ExportHints) error {
	if err := s.ExportReplace.Export(ctx, m, h); err != nil {
		return err
	}
	data, err := m.Marshal()
	if err != nil {
		return err
	}
	if err := s.share(data); err != nil && s.Say != nil {
		s.Say("The shared sign-in wasn't updated: " + auth.Redact(err.Error()) + ".")
	}
	return nil
}

func (s *Sharing) share(data []byte) error {
	access, refresh, expires, found := devOpsTokens(data)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !found || access.Reveal() == s.last {
		return nil
	}
	held, err := ReadCodex(s.Path)
	if err != nil {
		held = Codex{} // none yet, or not one: WriteCodex looks again
	}
	if held.Access.Equal(access) || held.Expires.After(expires) {
		return nil // another program has a newer one
	}
	if err := WriteCodex(s.Path, held, access, refresh, expires); err != nil {
		return err
	}
	s.last = access.Reveal()
	return nil
}

// devOpsTokens finds the newest Azure DevOps token of the Azure CLI's app in MSAL's JSON, and the refresh token of the same account.
func devOpsTokens(data []byte) (access, refresh auth.Secret, expires time.Time, found bool) {
	type entry struct {
		Home    string `json:"home_account_id"`
		Client  string `json:"client_id"`
		Target  string `json:"target"`
		Secret  string `json:"secret"`
		Expires string `json:"expires_on"`
	}
	var all struct {
		AccessToken, RefreshToken map[string]entry
	}
	if json.Unmarshal(data, &all) != nil {
		return auth.Secret{}, auth.Secret{}, time.Time{}, false
	}
	var home string
	for _, a := range all.AccessToken {
		seconds, err := strconv.ParseInt(a.Expires, 10, 64)
		if err != nil || a.Client != cliClient || !strings.Contains(a.Target, devOps) || a.Secret == "" {
			continue
		}
		if end := time.Unix(seconds, 0); end.After(expires) {
			access, expires, home = auth.NewSecret(a.Secret), end, a.Home
		}
	}
	for _, r := range all.RefreshToken {
		if r.Home == home && r.Client == cliClient {
			refresh = auth.NewSecret(r.Secret)
		}
	}
	return access, refresh, expires, !access.IsZero() && !refresh.IsZero()
}
