package identity

// What a person chose over the settings, in the editor or by calypso login: another way to sign in, another tenant. It holds until they
// sign out, also after a restart and for editor and terminal alike; the way only as long as the settings name the one that they named
// then.

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"calypso/auth"
	"calypso/config"
	"calypso/wholefile"
)

// Choice is what was chosen; the zero value is nothing.
type Choice struct {
	Mode    string            `json:"mode,omitempty"`    // in place of the settings' one, where a person signs in
	Tenant  string            `json:"tenant,omitempty"`  // that is asked where the settings name none
	Tenants map[string]string `json:"tenants,omitempty"` // by the host of a cluster
	// Sessions are the saved sign-ins, by their names, that the person opened themselves: in mode default those win.
	Sessions []string `json:"sessions,omitempty"`
	// Offered says that the person was asked about the sign-in of the Codex CLI.
	Offered bool `json:"offered,omitempty"`
	// Instead is the mode that the settings had.
	Instead string `json:"instead,omitempty"`
}

// over gives the block that holds while the settings have a mode: that of an app or a machine isn't changed by what a person chose for
// themselves.
func (s *Identities) over(b config.AzureAuth, mode string) config.AzureAuth {
	c := s.chosen
	if c.Mode == auth.ModeVSCode && s.opt.VSCode == nil { // a terminal can't follow there
		return b
	}
	if c.Mode != "" && c.Instead == mode && personal(b.Mode) {
		b.Mode = c.Mode
	}
	return b
}

// personal tells modes by which a person signs in.
func personal(mode string) bool { return mode == "" || mode == auth.ModeDefault || auth.UserMode(mode) }

// Tenant is that which a block's requests ask where the cluster has none of its own: the block's own, which is "", before what was chosen.
func (s *Identities) Tenant(b config.AzureAuth) string {
	if b.TenantID != "" || !personal(b.Mode) && b.Mode != auth.ModeAzureCLI {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.chosen.Tenant
}

// Choose takes a choice, and keeps it beside the sessions. Transports that were made follow it. Sessions aren't chosen, but opened.
func (s *Identities) Choose(c Choice) {
	mode := s.Settings().Identity(nil).Mode
	s.change(func(now *Choice) {
		now.Mode, now.Tenant, now.Tenants, now.Instead = c.Mode, c.Tenant, maps.Clone(c.Tenants), mode
	})
}

// keepOpened notes whether the person opened a session themselves.
func (s *Identities) keepOpened(name string, open bool) {
	s.change(func(now *Choice) {
		now.Sessions = slices.DeleteFunc(slices.Clone(now.Sessions), func(other string) bool { return other == name })
		if open {
			now.Sessions = append(now.Sessions, name)
		}
	})
}

// OfferImport is true the first time, also after a restart: an offer that was declined isn't made again.
func (s *Identities) OfferImport() bool {
	first := false
	s.change(func(now *Choice) { first, now.Offered = !now.Offered, true })
	return first
}

func (s *Identities) change(how func(*Choice)) {
	s.mu.Lock()
	before := s.chosen
	how(&s.chosen)
	c := s.chosen
	s.mu.Unlock()
	path := s.choicePath()
	switch {
	case path == "" || reflect.DeepEqual(before, c):
	case c.Mode == "" && c.Tenant == "" && len(c.Tenants) == 0 && len(c.Sessions) == 0 && !c.Offered:
		_ = os.Remove(path) // one that stays is only asked about
	default:
		s.keepChoice(path, c)
	}
}

func (s *Identities) keepChoice(path string, c Choice) {
	body, err := json.Marshal(c)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o700)
	}
	if err == nil {
		err = wholefile.Write(path, body, 0o600)
	}
	if err != nil {
		s.opt.Say("The way to sign in is kept for this session only: " + path + " can't be written.")
	}
}

// Chosen is the choice that holds.
func (s *Identities) Chosen() Choice {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chosen
	c.Tenants = maps.Clone(c.Tenants)
	return c
}

// Recall takes up what was chosen in an earlier run.
func (s *Identities) Recall() {
	path := s.choicePath()
	if path == "" {
		return
	}
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || info.Size() > 1<<16 {
		return
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return
	}
	c, ok := parseChoice(body)
	if !ok {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chosen = c
}

// parseChoice reads what was kept. What makes no sense as a whole is no choice.
func parseChoice(body []byte) (Choice, bool) {
	var c Choice
	if json.Unmarshal(body, &c) != nil || c.Mode != "" && !auth.UserMode(c.Mode) && c.Mode != auth.ModeAzureCLI {
		return Choice{}, false
	}
	for _, tenant := range append(slices.Collect(maps.Values(c.Tenants)), c.Tenant) {
		if auth.CheckTenant(tenant) != nil {
			return Choice{}, false
		}
	}
	return c, true
}

func (s *Identities) choicePath() string {
	if s.opt.Folder == "" {
		return ""
	}
	return filepath.Join(s.opt.Folder, "choice.json")
}

// following is the broker of a block as it stands when a token is wanted.
type following struct {
	all *Identities
	own *config.AzureAuth
}

// Token gives a token of whoever signs in now.
func (f following) Token(ctx context.Context, r auth.Req) (auth.Token, error) {
	id, err := f.all.Of(f.own)
	if err != nil {
		return auth.Token{}, err
	}
	r.Tenant = cmp.Or(r.Tenant, f.all.Tenant(id.Block))
	return id.Broker.Token(ctx, r)
}

// Renew gives another one.
func (f following) Renew(ctx context.Context, r auth.Req, rejected auth.Secret) (auth.Token, error) {
	id, err := f.all.Of(f.own)
	if err != nil {
		return auth.Token{}, err
	}
	r.Tenant = cmp.Or(r.Tenant, f.all.Tenant(id.Block))
	return id.Broker.Renew(ctx, r, rejected)
}
