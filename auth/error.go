package auth

import (
	"context"
	"errors"
)

// Kind is what a failure means for the caller; see Broker for what follows from each.
type Kind string

// The kinds of failure.
const (
	SignInRequired  Kind = "sign_in_required" // nobody is signed in, or the sign-in has ended
	ClaimsChallenge Kind = "claims_challenge" // Conditional Access wants more; Claims may say what
	Declined        Kind = "declined"         // said no, closed it, the code expired
	Blocked         Kind = "blocked"          // policy forbids this flow or account
	ConsentRequired Kind = "consent_required" // the client isn't approved for the resource
	Misconfigured   Kind = "misconfigured"    // secret, certificate, app, tenant, scope or host is wrong
	Unavailable     Kind = "unavailable"      // network, TLS, 429, 5xx, not the authority's answer; try again later
)

// Cause tells apart failures of one Kind where the person's next step differs. Most errors need none.
type Cause string

// The causes.
const (
	CauseCancelled   Cause = "cancelled"     // the person refused, at the authority or in VS Code
	CauseClosed      Cause = "closed"        // the person closed our prompt
	CauseExpired     Cause = "expired"       // nobody entered the code in time
	CauseUnknownCA   Cause = "unknown_ca"    // the certificate of the other side is from nobody known
	CauseAbsent      Cause = "absent"        // the program, endpoint, file or provider isn't there
	CauseNotLoggedIn Cause = "not_logged_in" // the CLI has no account
	CauseSlow        Cause = "slow"          // the CLI took too long
	CauseGarbage     Cause = "garbage"       // an answer that makes no sense
	CauseNotAssigned Cause = "not_assigned"  // the machine doesn't have that managed identity
	CauseUntrusted   Cause = "untrusted"     // the host isn't one that may have this token
	CauseRefused     Cause = "refused"       // the service refused a good token
	CauseNoBrowser   Cause = "no_browser"    // no browser, or its answer doesn't reach us
	CauseNoUI        Cause = "no_ui"         // nobody can be asked here
	CauseCertificate Cause = "certificate"   // the certificate's file; Msg has the exact cause
	CauseIncomplete  Cause = "incomplete"    // a setting or variable is missing; Msg names it
	CauseChain       Cause = "chain"         // every link failed; Msg has a line for each
)

// Error is why there is no token. It never wraps a library's error: their texts may hold tokens.
type Error struct {
	Kind   Kind
	Cause  Cause  // "" where Kind says enough
	Code   string // "AADSTS53003", or ""
	Claims string // JSON to ask with, or ""
	Tenant string // the tenant that the service named when it refused, to be offered; or ""
	Msg    string // what happened and, where a person can act, the next step; safe to show

	context error // the context's error that caused it, or nil
}

// Error gives the message.
func (e *Error) Error() string {
	if e.Msg == "" {
		return string(e.Kind)
	}
	return e.Msg
}

// Unwrap gives the context's error, if that was the cause.
func (e *Error) Unwrap() error { return e.context }

// KindOf gives an error's kind, "" for errors that aren't ours.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

// asError makes an *Error or a context error of anything. Foreign texts are dropped.
func asError(err error) error {
	var e *Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return e
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{Kind: Unavailable, Cause: CauseSlow, Msg: "the sign-in service took too long; try again", context: context.DeadlineExceeded}
	}
	return &Error{Kind: Unavailable, Msg: "sign-in failed for a reason that can't be shown; try again"}
}
