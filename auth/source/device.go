package source

import (
	"context"
	"errors"

	"calypso/auth"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
)

// deviceCode shows a code, and polls until it was entered. MSAL polls on its own schedule, which is quick at first.
func (u *user) deviceCode(ctx context.Context, r auth.Req, ui auth.UI) (public.AuthResult, error) {
	work, rec := recorded(ctx)
	options := []public.AcquireByDeviceCodeOption{}
	if r.Tenant != "" {
		options = append(options, public.WithTenantID(r.Tenant))
	}
	if r.Claims != "" {
		options = append(options, public.WithClaims(r.Claims))
	}
	code, err := u.client.AcquireTokenByDeviceCode(work, []string{r.Scope}, options...)
	if err != nil {
		return public.AuthResult{}, refusal(work, rec, err, auth.ModeDeviceCode)
	}
	if code.Result.UserCode == "" || code.Result.VerificationURL == "" {
		return public.AuthResult{}, &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseGarbage, Msg: "what answered gave no code; a proxy or login page may be in between"}
	}
	err = ui.Show(ctx, auth.Prompt{
		Flow: auth.FlowDevice, UserCode: code.Result.UserCode, URL: code.Result.VerificationURL, Message: code.Result.Message,
		Resource: r.Scope, Reason: r.Reason, Expires: code.Result.ExpiresOn,
	})
	if err != nil {
		return public.AuthResult{}, err
	}
	res, err := code.AuthenticationResult(work)
	switch {
	case err == nil:
		return res, nil
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded): // MSAL's own end: that of the code
		return public.AuthResult{}, &auth.Error{Kind: auth.Declined, Cause: auth.CauseExpired, Msg: "the code expired"}
	}
	return public.AuthResult{}, refusal(work, rec, err, auth.ModeDeviceCode)
}
