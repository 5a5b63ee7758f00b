package server

import (
	"context"
	"errors"
	"net/url"

	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/auth/source"
	"calypso/server/protocol"
	"calypso/server/session"
)

// Accounts is what stands behind the methods auth/*: whoever signs in to clusters and models. Errors that a person can act on are
// *Failure. An address is a cluster's, as a connection has it.
type Accounts interface {
	// Open hands over what asks the person. It is called once, before anything is read from the client.
	Open(AuthSide)
	// Status says who is signed in for an address; it asks no authority.
	Status(ctx context.Context, address string) protocol.AuthStatus
	// SignIn signs in on the person's wish.
	SignIn(ctx context.Context, w SignInWish) (protocol.AuthStatus, error)
	// Ready makes sure that there is a token for an address, with a prompt where that is allowed. Addresses that need none are ready.
	Ready(ctx context.Context, address string, prompt bool) error
	// Cancel ends the open prompt as the person's refusal.
	Cancel()
	// SignOut forgets who was signed in for an address.
	SignOut(ctx context.Context, address string) error
	// OfferImport says whether the person is to be asked about the sign-in of the Codex CLI; it says so once.
	OfferImport() bool
	// Import takes over the sign-in of the Codex CLI.
	Import(ctx context.Context, address string) (protocol.AuthStatus, error)
}

// SignInWish is a sign-in that a person wants.
type SignInWish struct {
	Address string
	Mode    string  // from now on; "" leaves it
	Tenant  *string // from now on; nil leaves it, "" is the account's own
}

// AuthSide is what the server does for Accounts: it asks the client what that can be asked. All of it answers for a client that can't.
type AuthSide struct {
	UI         auth.UI
	CanPrompt  func() bool // whether the client shows prompts; false before it said so
	CanBrowse  func() bool // whether a page that it opens can answer to this machine
	VSCode     func(context.Context, source.VSCodeRequest) (source.VSCodeSession, error)
	StorageKey func(ctx context.Context, create bool) ([]byte, error) // nil without an error: the client keeps none
	Secret     func(ctx context.Context, name string) (auth.Secret, error)
	Say        func(message string)
	Changed    func(protocol.AuthStatus)
}

// authMethods are answered only where there are accounts.
func authMethods() []method {
	return []method{
		request(protocol.MethodAuthSignIn, 0, authSignIn),
		request(protocol.MethodAuthCancel, interactive, authCancel, "id"),
		request(protocol.MethodAuthSignOut, connecting, authSignOut),
		request(protocol.MethodAuthStatus, connecting, authStatus),
		request(protocol.MethodAuthAct, 0, authAct, "action"),
		request(protocol.MethodAuthOtherWay, 0, authOtherWay, "id"),
		request(protocol.MethodAuthImport, connecting, authImport),
	}
}

func (s *Server) openAccounts() {
	if s.opt.Accounts == nil {
		return
	}
	s.opt.Accounts.Open(AuthSide{
		UI: &s.prompts, CanPrompt: func() bool { return s.gate.serving() && s.can.AuthPrompt },
		CanBrowse: func() bool { return s.gate.serving() && s.can.AuthBrowser },
		VSCode:    s.askVSCode, StorageKey: s.askStorageKey, Secret: s.askSecret, Say: s.say, Changed: s.authChanged,
	})
}

// authStatus is auth/status.
func authStatus(c *call, p *protocol.AuthStatusParams) (any, error) {
	address := c.addressOf(p.URI)
	now := c.opt.Accounts.Status(c, address)
	if c.can.UI && now.Import != "" && now.State == protocol.AuthSignedOut && now.Resource != "" && c.opt.Accounts.OfferImport() {
		go func() {
			defer c.recovered("offer an import", func(error) {})
			c.offerImport(now, address)
		}()
	}
	return barred(now), nil
}

// barred adds what the status bar says.
func barred(now protocol.AuthStatus) protocol.AuthStatus {
	now.Bar = bar(now)
	return now
}

// authSignIn is auth/signIn.
func authSignIn(c *call, p *protocol.AuthSignInParams) (any, error) {
	return authAnswer(c.opt.Accounts.SignIn(c, SignInWish{Address: c.addressOf(p.URI), Mode: p.Mode, Tenant: p.Tenant}))
}

// authSignOut is auth/signOut.
func authSignOut(c *call, p *protocol.AuthStatusParams) (any, error) {
	return nil, c.opt.Accounts.SignOut(c, c.addressOf(p.URI))
}

// authImport is auth/importCodex.
func authImport(c *call, p *protocol.AuthStatusParams) (any, error) {
	return authAnswer(c.opt.Accounts.Import(c, c.addressOf(p.URI)))
}

func authAnswer(s protocol.AuthStatus, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return barred(s), nil
}

// authCancel is auth/cancel. A prompt that isn't open any more needs no end.
func authCancel(c *call, p *protocol.AuthCancelParams) (any, error) {
	if c.prompts.isOpen(p.ID) {
		c.opt.Accounts.Cancel()
	}
	return nil, nil
}

// addressOf gives the address that a document's queries go to; without one, that of the default connection; "" for none.
func (c *call) addressOf(uri string) string {
	active, err := c.activeFor(uri)
	if err != nil {
		return ""
	}
	return c.address(active.Connection)
}

func (s *Server) address(connection string) string {
	known, err := s.connection(connection)
	if err != nil {
		return ""
	}
	return known.URL
}

// signedIn gives a context whose requests may ask the person, and sees to the sign-in before what follows is timed.
func (c *call) signedIn(ctx context.Context, connection string) (context.Context, error) {
	if c.opt.Accounts == nil {
		return ctx, nil
	}
	err := c.opt.Accounts.Ready(ctx, c.address(connection), c.can.AuthPrompt)
	if err != nil && c.prompts.replaced(ctx) { // the prompt that this waited for gave way to another sign-in
		err = c.opt.Accounts.Ready(ctx, c.address(connection), c.can.AuthPrompt)
	}
	return httpauth.With(ctx, httpauth.Ask{Interactive: c.can.AuthPrompt}), err
}

// authChanged tells the client, and has schemas loaded that were refused before.
func (s *Server) authChanged(now protocol.AuthStatus) {
	if s.can.Auth {
		s.tell(protocol.MethodAuthDidChange, barred(now))
	}
	if now.State == protocol.AuthSignedIn && s.gate.serving() {
		s.loadDenied()
	}
}

func (s *Server) loadDenied() {
	denied := map[string]bool{}
	for _, k := range s.backend.List() {
		denied[k.ID] = k.State == protocol.StateDenied
	}
	snap := s.state.current()
	wanted := map[Target]bool{snap.Default: true}
	for d := range snap.Documents {
		t, _ := snap.Target(session.KeyOf(d.URI))
		wanted[t] = true
	}
	for t := range wanted {
		if !denied[t.Connection] {
			continue
		}
		go func() {
			defer s.recovered("load after sign-in", func(error) {})
			ctx, stop := context.WithTimeout(s.ctx, loading)
			defer stop()
			_, _ = s.backend.Load(ctx, t, true, func(string) {}) // what comes of it, or doesn't, the backend tells
		}()
	}
}

// AuthFailure gives a failure of sign-in the form for the wire.
func AuthFailure(err error, m auth.Message) *Failure {
	f := &Failure{Kind: protocol.ErrorAuth, Message: m.Text, Err: err}
	var e *auth.Error
	if errors.As(err, &e) {
		f.Code = e.Code
		f.Shown = e.Cause == auth.CauseClosed // nobody is told what they just did
		if e.Kind == auth.Unavailable {
			f.Kind = protocol.ErrorNetwork
		}
	}
	for _, a := range m.Actions {
		f.Actions = append(f.Actions, string(a))
	}
	return f
}

// TakesNoSignIn tells addresses that never get a token: the embedded engine, and what isn't https to a name.
func TakesNoSignIn(address string) bool {
	u, err := url.Parse(address)
	return err != nil || httpauth.Bare(u)
}
