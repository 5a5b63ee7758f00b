package source

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"time"

	"calypso/auth"
)

// This file borrows the Microsoft account that VS Code holds. The client asks VS Code; we only pass on what is wanted.

// VSCodePrefix begins a reference to a secret that VS Code keeps.
const VSCodePrefix = "vscode:"

// VSCodeRequest is what the client is asked for.
type VSCodeRequest struct {
	Scope  string // one, ending in /.default
	Tenant string // "" is the account's own
	Claims string // JSON of a challenge, or ""
	Silent bool   // nothing may be shown
	Fresh  bool   // the token held was refused
}

// VSCodeSession is VS Code's answer. No token and no error means that nobody is signed in.
type VSCodeSession struct {
	Token  auth.Secret
	User   string
	Tenant string
}

// vscodeLife is how long a token of unknown end is kept.
const vscodeLife = 5 * time.Minute

type vscode struct {
	builder

	mu  sync.Mutex // guards who
	who auth.Account
}

func (b builder) vscode() (*vscode, error) {
	if b.env.VSCode == nil {
		return nil, &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseAbsent, Msg: "mode vscode needs an editor that shares its Microsoft account; run: calypso login --mode device_code"}
	}
	return &vscode{builder: b}, nil
}

// Silent asks for a session without showing anything.
func (v *vscode) Silent(ctx context.Context, r auth.Req) (auth.Token, error) {
	s, err := v.ask(ctx, r, true)
	if err != nil {
		return auth.Token{}, err
	}
	if s.Token.IsZero() {
		if r.Claims != "" {
			return auth.Token{}, &auth.Error{Kind: auth.ClaimsChallenge, Claims: r.Claims, Msg: "your organisation asks for extra verification"}
		}
		return auth.Token{}, signInRequired("VS Code has no Microsoft account for this")
	}
	v.mu.Lock()
	v.who = auth.Account{User: s.User, Tenant: s.Tenant}
	v.mu.Unlock()
	return auth.Token{Secret: s.Token, ExpiresOn: expiryOf(s.Token, v.env.now())}, nil
}

// SignIn lets VS Code show its own dialogs; ui shows nothing.
func (v *vscode) SignIn(ctx context.Context, r auth.Req, _ auth.UI) error {
	s, err := v.ask(ctx, r, false)
	if err != nil {
		return err
	}
	if s.Token.IsZero() {
		return &auth.Error{Kind: auth.Declined, Cause: auth.CauseCancelled, Msg: "VS Code wasn't allowed to share your Microsoft account"}
	}
	return nil
}

func (v *vscode) ask(ctx context.Context, r auth.Req, silent bool) (VSCodeSession, error) {
	tenant := r.Tenant
	if tenant == "" {
		tenant = v.cfg.TenantID
	}
	s, err := v.env.VSCode(ctx, VSCodeRequest{Scope: r.Scope, Tenant: tenant, Claims: r.Claims, Silent: silent, Fresh: r.Force})
	var ours *auth.Error
	switch {
	case err == nil:
		return s, nil
	case ctx.Err() != nil:
		return VSCodeSession{}, ctx.Err()
	case errors.As(err, &ours):
		return VSCodeSession{}, ours
	case silent:
		return VSCodeSession{}, &auth.Error{Kind: auth.Unavailable, Msg: "VS Code didn't answer; will retry"}
	}
	return VSCodeSession{}, &auth.Error{Kind: auth.Declined, Cause: auth.CauseCancelled, Msg: "VS Code wasn't allowed to share your Microsoft account"}
}

// SignOut forgets the account; VS Code keeps its own.
func (v *vscode) SignOut(context.Context) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.who = auth.Account{}
	return nil
}

// CanPrompt is true: VS Code has dialogs.
func (v *vscode) CanPrompt() bool { return true }

// Account is that of the last session.
func (v *vscode) Account() auth.Account {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.who
}

// expiryOf looks for a token's end: VS Code doesn't tell it. Nothing else here reads inside a token.
func expiryOf(token auth.Secret, now time.Time) time.Time {
	parts := strings.Split(token.Reveal(), ".")
	var payload struct {
		Exp float64 `json:"exp"`
	}
	if len(parts) == 3 {
		if raw, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil && json.Unmarshal(raw, &payload) == nil {
			if payload.Exp > 0 && payload.Exp < 1<<40 {
				return time.Unix(int64(payload.Exp), 0)
			}
		}
	}
	return now.Add(vscodeLife)
}
