package source

import (
	"context"
	"errors"
	"sync"

	"calypso/auth"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
)

// This file is what device code and browser share: a person's session in MSAL's cache. One sign-in brings a refresh token, and that
// serves every resource.

type user struct {
	builder
	mode   string
	client public.Client
	prompt func(ctx context.Context, r auth.Req, ui auth.UI) (public.AuthResult, error) // of the mode

	mu   sync.Mutex // guards below
	home public.Account
	outs int // counts sign-outs: what was read before one says nothing
}

// Lasting is what a session's cache knows besides, so that a sign-out lasts: a call that began before it, in any window, and ends after
// it would bring the account back.
type Lasting interface {
	// Begun notes in the context which sign-out was the last. Export with it fails by auth.SignInRequired once there was another.
	Begun(context.Context) context.Context
	// End notes a sign-out.
	End() error
}

func (b builder) user(mode string) (*user, error) {
	if b.cfg.TenantID == "" {
		b.cfg.TenantID = "organizations"
	}
	if b.cfg.ClientID == "" {
		b.cfg.ClientID = AzureCLIClient
	}
	options := []public.Option{
		public.WithAuthority(b.cloud.Authority + "/" + b.cfg.TenantID), public.WithClientCapabilities([]string{"CP1"}), public.WithHTTPClient(b.env.HTTP),
	}
	if b.env.Cache != nil {
		options = append(options, public.WithCache(b.env.Cache))
	}
	if b.cloud.Custom {
		options = append(options, public.WithInstanceDiscovery(false))
	}
	client, err := public.New(b.cfg.ClientID, options...)
	if err != nil {
		return nil, misconfigured("authority %s or client_id %s can't be used; check them", b.cloud.Authority, b.cfg.ClientID)
	}
	u := &user{builder: b, mode: mode, client: client}
	u.prompt = u.deviceCode
	if mode == auth.ModeBrowser {
		u.prompt = u.browser
	}
	return u, nil
}

// Silent redeems the session for a scope.
func (u *user) Silent(ctx context.Context, r auth.Req) (auth.Token, error) {
	if r.Tenant == "common" {
		return auth.Token{}, misconfigured("tenant \"common\" can't be used without a prompt; name the tenant")
	}
	ctx, rec := recorded(ctx)
	if c, ok := u.env.Cache.(Lasting); ok {
		ctx = c.Begun(ctx)
	}
	account, known, err := u.account(ctx)
	if err != nil {
		return auth.Token{}, u.storeFailure(ctx)
	}
	if !known {
		return auth.Token{}, signInRequired("nobody is signed in")
	}
	options := []public.AcquireSilentOption{public.WithSilentAccount(account)}
	if r.Tenant != "" {
		options = append(options, public.WithTenantID(r.Tenant))
	}
	if claims := forceClaims(r, u.env); claims != "" {
		options = append(options, public.WithClaims(claims))
	}
	res, err := u.client.AcquireTokenSilent(ctx, []string{r.Scope}, options...)
	if err != nil && res.AccessToken == "" { // a refresh ahead of time that failed brings the good token and an error
		return auth.Token{}, u.silentFailure(ctx, rec, err)
	}
	return tokenOf(res), nil
}

// silentFailure: without any exchange there was no refresh token to redeem.
func (u *user) silentFailure(ctx context.Context, rec *record, err error) error {
	var ended *auth.Error
	if errors.As(err, &ended) && ended.Kind == auth.SignInRequired {
		return ended
	}
	status, _, failed := rec.last()
	if status == 0 && failed == nil && ctx.Err() == nil {
		return signInRequired("the saved sign-in has ended")
	}
	return refusal(ctx, rec, err, u.mode)
}

func (u *user) storeFailure(ctx context.Context) error {
	if ctx.Err() != nil {
		return auth.Classify(ctx, auth.Answer{})
	}
	return &auth.Error{Kind: auth.SignInRequired, Msg: "the saved sign-in can't be read; please sign in again"}
}

func tokenOf(res public.AuthResult) auth.Token {
	return auth.Token{Secret: auth.NewSecret(res.AccessToken), ExpiresOn: res.ExpiresOn, RefreshOn: res.Metadata.RefreshOn}
}

// SignIn runs the mode's flow and forgets other accounts of this session.
func (u *user) SignIn(ctx context.Context, r auth.Req, ui auth.UI) error {
	res, err := u.prompt(ctx, r, ui)
	if err != nil {
		return err
	}
	u.mu.Lock()
	u.home = res.Account
	u.mu.Unlock()
	all, err := u.client.Accounts(ctx)
	if err != nil {
		return nil // the sign-in itself worked
	}
	for _, other := range all {
		if other.HomeAccountID != res.Account.HomeAccountID {
			_ = u.client.RemoveAccount(ctx, other) // a leftover is only a leftover: the choice is by home account id
		}
	}
	return nil
}

// SignOut removes every account of the session.
func (u *user) SignOut(ctx context.Context) error {
	var failed error
	if c, ok := u.env.Cache.(Lasting); ok {
		failed = c.End() // before the accounts are read: what is written after that is refused
	}
	all, err := u.client.Accounts(ctx)
	for _, a := range all {
		failed = errors.Join(failed, u.client.RemoveAccount(ctx, a))
	}
	u.mu.Lock()
	u.home, u.outs = public.Account{}, u.outs+1
	u.mu.Unlock()
	if err != nil || failed != nil {
		return &auth.Error{Kind: auth.Unavailable, Msg: "the saved sign-in couldn't be removed from its file; delete it by hand"}
	}
	return nil
}

// CanPrompt is true: asking is what these modes are for.
func (u *user) CanPrompt() bool { return true }

// Account says who is signed in, from the session: another window may have signed out.
func (u *user) Account() auth.Account {
	a, known, err := u.account(context.Background()) // reads the cache, which has its own limit of a second
	if err != nil {
		u.mu.Lock()
		a, known = u.home, u.home.HomeAccountID != ""
		u.mu.Unlock()
	}
	if !known {
		return auth.Account{}
	}
	return auth.Account{User: a.PreferredUsername, HomeID: a.HomeAccountID, Tenant: tenantOf(a)}
}

// account chooses the session's account: MSAL lists one for each tenant that was asked; they share the home account id.
func (u *user) account(ctx context.Context) (public.Account, bool, error) {
	u.mu.Lock()
	outs := u.outs
	u.mu.Unlock()
	all, err := u.client.Accounts(ctx)
	if err != nil {
		return public.Account{}, false, err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.outs != outs {
		return public.Account{}, false, nil
	}
	var chosen public.Account
	for _, a := range all {
		if u.home.HomeAccountID != "" && a.HomeAccountID != u.home.HomeAccountID {
			continue
		}
		// The smallest id, so that every process chooses the same one where several are left.
		if chosen.HomeAccountID == "" || a.HomeAccountID < chosen.HomeAccountID {
			chosen = a
		}
	}
	if chosen.HomeAccountID != "" {
		u.home = chosen
	}
	return chosen, chosen.HomeAccountID != "", nil
}

// tenantOf gives an account's home tenant: its realm may read "organizations".
func tenantOf(a public.Account) string {
	for i := len(a.HomeAccountID) - 1; i >= 0; i-- {
		if a.HomeAccountID[i] == '.' {
			return a.HomeAccountID[i+1:]
		}
	}
	return a.Realm
}
