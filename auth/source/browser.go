package source

import (
	"context"
	"errors"

	"calypso/auth"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
)

// browser lets the client open a page, and waits for the page's answer at a port of this machine.
func (u *user) browser(ctx context.Context, r auth.Req, ui auth.UI) (public.AuthResult, error) {
	work, rec := recorded(ctx)
	var opened bool
	var refused error
	open := func(address string) error {
		refused = ui.Show(ctx, auth.Prompt{Flow: auth.FlowBrowser, URL: address, Resource: r.Scope, Reason: r.Reason})
		opened = refused == nil
		return refused
	}
	options := []public.AcquireInteractiveOption{public.WithOpenURL(open)}
	if r.Tenant != "" {
		options = append(options, public.WithTenantID(r.Tenant))
	}
	if r.Claims != "" {
		options = append(options, public.WithClaims(r.Claims))
	}
	if who := u.Account().User; who != "" {
		options = append(options, public.WithLoginHint(who))
	}
	res, err := u.client.AcquireTokenInteractive(work, []string{r.Scope}, options...)
	switch {
	case err == nil:
		return res, nil
	case refused != nil:
		return public.AuthResult{}, refused
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return public.AuthResult{}, &auth.Error{Kind: auth.Declined, Cause: auth.CauseExpired, Msg: "the browser's answer didn't come in time"}
	case ctx.Err() != nil:
		return public.AuthResult{}, ctx.Err()
	}
	answered := rec.answered()
	if !opened && !answered {
		return public.AuthResult{}, &auth.Error{Kind: auth.Declined, Cause: auth.CauseNoBrowser, Msg: "this machine doesn't let us listen for the browser's answer; sign in with a code"}
	}
	if opened && !answered && auth.FromCode(err.Error(), u.mode) == nil {
		// The page's refusal comes as a plain text, and names no number where the person just pressed Cancel.
		return public.AuthResult{}, &auth.Error{Kind: auth.Declined, Cause: auth.CauseCancelled, Msg: "sign-in was cancelled"}
	}
	return public.AuthResult{}, refusal(work, rec, err, auth.ModeBrowser)
}
