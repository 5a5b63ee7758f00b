package identity

// What a person chose in the editor over the settings: another way to sign in, another tenant of a cluster. It holds until they sign
// out, also after a restart; the way only as long as the settings name the one that they named then.

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"

	"calypso/auth"
	"calypso/config"
	"calypso/wholefile"
)

// Choice is what was chosen; the zero value is nothing.
type Choice struct {
	Mode    string            `json:"mode,omitempty"`    // in place of the settings' one, where a person signs in
	Tenants map[string]string `json:"tenants,omitempty"` // by the host of a cluster
	// Instead is the mode that the settings had.
	Instead string `json:"instead,omitempty"`
}

// over gives the block that holds while the settings have a mode: that of an app or a machine isn't changed by what a person chose for
// themselves.
func (c Choice) over(b config.AzureAuth, mode string) config.AzureAuth {
	if c.Mode != "" && c.Instead == mode && (auth.UserMode(b.Mode) || b.Mode == "" || b.Mode == auth.ModeDefault) {
		b.Mode = c.Mode
	}
	return b
}

// Choose takes a choice, and keeps it beside the sessions. Transports that were made follow it.
func (s *Identities) Choose(c Choice) {
	c.Tenants, c.Instead = maps.Clone(c.Tenants), s.Settings().Identity(nil).Mode
	s.mu.Lock()
	s.chosen = c
	s.mu.Unlock()
	path := s.choicePath()
	switch {
	case path == "":
	case c.Mode == "" && len(c.Tenants) == 0:
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
	body, err := os.ReadFile(path)
	var c Choice
	if err != nil || len(body) > 1<<16 || json.Unmarshal(body, &c) != nil {
		return
	}
	if c.Mode != "" && !auth.UserMode(c.Mode) && c.Mode != auth.ModeAzureCLI {
		return
	}
	for _, tenant := range c.Tenants {
		if auth.CheckTenant(tenant) != nil {
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.chosen = c
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
	return id.Broker.Token(ctx, r)
}

// Renew gives another one.
func (f following) Renew(ctx context.Context, r auth.Req, rejected auth.Secret) (auth.Token, error) {
	id, err := f.all.Of(f.own)
	if err != nil {
		return auth.Token{}, err
	}
	return id.Broker.Renew(ctx, r, rejected)
}
