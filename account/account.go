// Package account is what stands behind auth/* in the editor: it signs a person in and out of the identities that settings describe,
// and says who they are. It is the server's Accounts.
//
// It asks nobody itself: prompts, tokens of the editor's own account and keys come from the client, through the server. Start at New.
package account

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"calypso/auth"
	"calypso/auth/source"
	"calypso/config"
	"calypso/identity"
	"calypso/server"
	"calypso/server/protocol"
)

// Accounts are the accounts of one editor.
type Accounts struct {
	ids  *identity.Identities
	side atomic.Pointer[server.AuthSide] // nil before Open
	path string                          // of config.toml
}

// New makes the accounts of settings; it contacts nothing. What asks the person is filled in here.
func New(o identity.Options) *Accounts {
	a := &Accounts{path: o.Settings.Path}
	o.UI = screen{a}
	o.Buttons = a.canPrompt
	o.NoBrowser = a.noBrowser
	o.VSCode = a.vscode
	o.StorageKey = a.storageKey
	o.Secret = a.secret
	fallback := o.Say
	o.Say = func(message string) {
		if s := a.side.Load(); s != nil {
			s.Say(message)
		} else if fallback != nil {
			fallback(message)
		}
	}
	o.Changed = func(id *identity.Identity, st auth.Status) {
		if s := a.side.Load(); s != nil {
			s.Changed(status(id, st, "", ""))
		}
	}
	a.ids = identity.New(o)
	a.ids.Recall()
	return a
}

// Identities are those that tokens come from.
func (a *Accounts) Identities() *identity.Identities { return a.ids }

// Open takes what asks the person.
func (a *Accounts) Open(s server.AuthSide) { a.side.Store(&s) }

func (a *Accounts) canPrompt() bool {
	s := a.side.Load()
	return s != nil && s.CanPrompt()
}

func (a *Accounts) noBrowser() bool {
	s := a.side.Load()
	return s != nil && !s.CanBrowse()
}

// Status says who is signed in for an address; "" and addresses that take no sign-in are about whoever clusters are asked by.
func (a *Accounts) Status(_ context.Context, address string) protocol.AuthStatus {
	id, tenant, err := a.identity(address)
	if err != nil {
		return protocol.AuthStatus{
			Resource: host(address), Mode: a.mode(address), State: protocol.AuthFailing, Services: []protocol.AuthService{},
			Message: auth.Describe(err, auth.Situation{CanAsk: true}).Text,
		}
	}
	out := status(id, id.Broker.Status(), host(address), tenant)
	if store := id.Store(); store != nil {
		out.Storage, out.Note = store.Holder, store.Reason
	}
	if path, there := id.Importable(); there && out.State != protocol.AuthSignedIn {
		out.Import = path
	}
	out.ConfigFile, out.Named = a.path, a.ids.Named(address)
	return out
}

// OfferImport is true once on a machine.
func (a *Accounts) OfferImport() bool { return a.ids.OfferImport() }

func (a *Accounts) mode(address string) string {
	block := a.ids.Settings().Identity(a.ids.ClusterSettings(address).AzureAuth)
	if block.Mode == "" {
		return auth.ModeDefault
	}
	return block.Mode
}

// identity finds who asks at an address, and the tenant that is asked.
func (a *Accounts) identity(address string) (*identity.Identity, string, error) {
	c := a.ids.ClusterSettings(address)
	id, err := a.ids.Of(c.AzureAuth)
	return id, c.TenantID, err
}

// host is the cluster's name; "" for addresses without sign-in.
func host(address string) string {
	if address == "" || server.TakesNoSignIn(address) {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func status(id *identity.Identity, st auth.Status, resource, tenant string) protocol.AuthStatus {
	out := protocol.AuthStatus{
		Resource: resource, Mode: id.Mode, Way: id.Way(), Prompts: auth.UserMode(id.Mode) || id.Mode == auth.ModeDefault, State: protocol.AuthState(st.State),
		Account: st.Account.User, Tenant: tenant, Services: []protocol.AuthService{},
	}
	for _, t := range []string{id.Block.TenantID, st.Account.Tenant} {
		if out.Tenant == "" {
			out.Tenant = t
		}
	}
	for _, s := range st.Services {
		out.Services = append(out.Services, protocol.AuthService{Scope: s.Scope, Tenant: s.Tenant, Expires: s.Expires.UTC().Format(time.RFC3339)})
	}
	if st.Err != nil && st.Err.Kind == auth.Declined && st.State == auth.Failing {
		out.State = protocol.AuthSignedOut // it was their own wish: nothing is wrong
	} else if st.Err != nil && st.State == auth.Failing {
		m := auth.Describe(st.Err, id.Situation(resource, tenant))
		out.Message = m.Text
		for _, action := range m.Actions {
			out.Actions = append(out.Actions, string(action))
		}
	}
	return out
}

// Ready makes sure that there is a token for an address. Trouble with the network is left to the query that follows: it says where.
func (a *Accounts) Ready(ctx context.Context, address string, prompt bool) error {
	if address == "" || server.TakesNoSignIn(address) {
		return nil
	}
	id, req, err := a.request(ctx, address)
	if err == nil {
		req.Interactive = prompt
		_, err = id.Broker.Token(ctx, req)
	}
	return a.failure(ctx, err, id, address, req.Tenant)
}

// request is that for a cluster's token.
func (a *Accounts) request(ctx context.Context, address string) (*identity.Identity, auth.Req, error) {
	id, tenant, err := a.identity(address)
	if err != nil {
		return nil, auth.Req{}, err
	}
	req := auth.Req{Tenant: tenant}
	if req.Scope, err = id.KustoScope(ctx, address); err == nil {
		req.Reason = "to query " + host(address)
	}
	return id, req, err
}

// failure gives an error the form that people are shown; of those that aren't about sign-in nil.
func (a *Accounts) failure(ctx context.Context, err error, id *identity.Identity, address, tenant string) error {
	var e *auth.Error
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case !errors.As(err, &e):
		return nil
	}
	s := auth.Situation{CanAsk: a.canPrompt(), Resource: host(address)}
	if id != nil {
		s = id.Situation(host(address), tenant)
	}
	return server.AuthFailure(err, auth.Describe(err, s))
}

// SignIn signs in on the person's wish. A way or tenant that doesn't work isn't kept.
func (a *Accounts) SignIn(ctx context.Context, w server.SignInWish) (protocol.AuthStatus, error) {
	if w.Mode != "" && !slices.Contains([]string{auth.ModeDeviceCode, auth.ModeBrowser, auth.ModeVSCode, auth.ModeAzureCLI}, w.Mode) {
		return protocol.AuthStatus{}, &server.Failure{
			Kind: protocol.ErrorAuth, Message: "there is no sign-in by " + w.Mode + " here", Hint: "choose device_code, browser, vscode or azure_cli",
		}
	}
	if w.Tenant != nil {
		if err := auth.CheckTenant(*w.Tenant); err != nil {
			return protocol.AuthStatus{}, server.AuthFailure(err, auth.Describe(err, auth.Situation{CanAsk: true}))
		}
	}
	before := a.ids.Chosen()
	a.choose(before, w)
	if err := a.signIn(ctx, w); err != nil {
		if w.Mode != "" || w.Tenant != nil {
			a.ids.Choose(before)
		}
		return protocol.AuthStatus{}, err
	}
	now := a.Status(ctx, w.Address)
	if s := a.side.Load(); s != nil {
		s.Changed(now)
	}
	return now, nil
}

func (a *Accounts) choose(now identity.Choice, w server.SignInWish) {
	if w.Mode == "" && w.Tenant == nil {
		return
	}
	if w.Mode != "" {
		now.Mode = w.Mode
	}
	if h := host(w.Address); w.Tenant != nil && h != "" {
		tenants := map[string]string{h: *w.Tenant}
		for other, t := range now.Tenants {
			if other != h {
				tenants[other] = t
			}
		}
		now.Tenants = tenants
	}
	a.ids.Choose(now)
}

// signIn prompts, but for another tenant: a sign-in that is there may do for it too.
func (a *Accounts) signIn(ctx context.Context, w server.SignInWish) error {
	address := w.Address
	if host(address) == "" {
		address = a.someCluster()
	}
	var id *identity.Identity
	var req auth.Req
	var err error
	if address != "" {
		id, req, err = a.request(ctx, address)
	} else if id, err = a.ids.General(); err == nil {
		req.Scope = anyScope(id)
	}
	switch {
	case err != nil:
	case w.Mode == "" && w.Tenant != nil:
		req.Interactive, req.Explicit = true, true
		_, err = id.Broker.Token(ctx, req)
	default:
		err = id.Broker.SignIn(ctx, req)
	}
	if failed := a.failure(ctx, err, id, address, req.Tenant); failed != nil {
		return failed
	}
	return err // of the network
}

// someCluster is one that the settings name, "" for none.
func (a *Accounts) someCluster() string {
	k := a.ids.Settings().Kusto
	if host(k.ClusterURL) != "" {
		return k.ClusterURL
	}
	for _, name := range sortedNames(k.Clusters) {
		if u := k.Clusters[name].ClusterURL; host(u) != "" {
			return u
		}
	}
	return ""
}

func sortedNames(clusters map[string]config.Cluster) []string {
	names := make([]string, 0, len(clusters))
	for name := range clusters {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// anyScope is what is asked for when no cluster is at hand: Kusto's own in the public cloud, elsewhere the vaults', as every tenant
// knows them.
func anyScope(id *identity.Identity) string {
	if id.Cloud.Name == "public" || id.Cloud.Custom {
		return "https://kusto.kusto.windows.net/.default"
	}
	return id.Cloud.Scope(auth.KeyVault)
}

// Cancel ends the open prompt.
func (a *Accounts) Cancel() { a.ids.CancelPrompt() }

// SignOut forgets who was signed in for an address, and what they chose.
func (a *Accounts) SignOut(ctx context.Context, address string) error {
	id, tenant, err := a.identity(address)
	if err == nil {
		err = id.Broker.SignOut(ctx)
	}
	if err == nil {
		a.ids.Choose(identity.Choice{})
		return nil
	}
	return a.failure(ctx, err, id, address, tenant)
}

// Import takes over the sign-in of the Codex CLI.
func (a *Accounts) Import(ctx context.Context, address string) (protocol.AuthStatus, error) {
	id, tenant, err := a.identity(address)
	if err == nil {
		_, err = id.Import(ctx)
	}
	if err != nil {
		return protocol.AuthStatus{}, a.failure(ctx, err, id, address, tenant)
	}
	now := a.Status(ctx, address)
	if s := a.side.Load(); s != nil {
		s.Changed(now)
	}
	return now, nil
}

// Cluster makes the transport of a cluster's client, which also knows the words for its refusals.
func (a *Accounts) Cluster(address string) (http.RoundTripper, error) {
	t, err := a.ids.Cluster(address)
	if err != nil {
		return nil, a.failure(context.Background(), err, nil, address, "")
	}
	if server.TakesNoSignIn(address) { // its refusals aren't about who is signed in
		return t, nil
	}
	return &transport{RoundTripper: t, of: a, address: address}, nil
}

type transport struct {
	http.RoundTripper
	of      *Accounts
	address string
}

// Describe gives the words and buttons for a failure of sign-in at the transport's cluster.
func (t *transport) Describe(err error) auth.Message {
	id, tenant, failed := t.of.identity(t.address)
	if failed != nil {
		return auth.Describe(failed, auth.Situation{CanAsk: t.of.canPrompt()})
	}
	return auth.Describe(err, id.Situation(host(t.address), tenant))
}

// CloseIdleConnections passes the wish on.
func (t *transport) CloseIdleConnections() {
	if c, ok := t.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// screen is the client's, once there is one.
type screen struct{ of *Accounts }

// Show shows a prompt.
func (s screen) Show(ctx context.Context, p auth.Prompt) error {
	if side := s.of.side.Load(); side != nil {
		return side.UI.Show(ctx, p)
	}
	return &auth.Error{Kind: auth.SignInRequired, Cause: auth.CauseNoUI, Msg: "nobody can be asked to sign in here; run: calypso login"}
}

// Hide takes it away.
func (s screen) Hide(outcome error) {
	if side := s.of.side.Load(); side != nil {
		side.UI.Hide(outcome)
	}
}

func (a *Accounts) vscode(ctx context.Context, r source.VSCodeRequest) (source.VSCodeSession, error) {
	if side := a.side.Load(); side != nil {
		return side.VSCode(ctx, r)
	}
	return source.VSCodeSession{}, nil
}

func (a *Accounts) storageKey(ctx context.Context, create bool) ([]byte, error) {
	if side := a.side.Load(); side != nil {
		return side.StorageKey(ctx, create)
	}
	return nil, nil
}

func (a *Accounts) secret(ctx context.Context, name string) (auth.Secret, error) {
	if side := a.side.Load(); side != nil {
		return side.Secret(ctx, name)
	}
	return auth.Secret{}, &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseIncomplete, Msg: "the secret vscode:" + name + " is kept by VS Code, which isn't connected"}
}
