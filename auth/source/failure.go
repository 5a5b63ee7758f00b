package source

import (
	"context"
	"fmt"
	"strconv"

	"calypso/auth"
)

func misconfigured(format string, args ...any) error {
	return &auth.Error{Kind: auth.Misconfigured, Msg: fmt.Sprintf(format, args...)}
}

func incomplete(format string, args ...any) error {
	return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseIncomplete, Msg: fmt.Sprintf(format, args...)}
}

func signInRequired(msg string) error { return &auth.Error{Kind: auth.SignInRequired, Msg: msg} }

// refusal classifies a failed exchange by what was recorded of it. The library's own text serves only for the number in it.
func refusal(ctx context.Context, rec *record, err error, mode string) error {
	if done := ctx.Err(); done != nil {
		return auth.Classify(ctx, auth.Answer{})
	}
	status, body, failed := rec.last()
	switch {
	case failed != nil:
		return auth.Classify(ctx, auth.Answer{Err: failed, Flow: mode})
	case status >= 300:
		return auth.Classify(ctx, auth.Answer{Status: status, Body: body, Flow: mode})
	}
	if byCode := auth.FromCode(err.Error(), mode); byCode != nil {
		return byCode
	}
	return &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseGarbage, Msg: "what answered isn't the sign-in service, or its answer lacks a part; a proxy or login page may be in between"}
}

// forceClaims makes MSAL and azidentity pass over their caches: the claims ask for a token that isn't older than now.
func forceClaims(r auth.Req, env Env) string {
	if r.Claims != "" || !r.Force {
		return r.Claims
	}
	return `{"access_token":{"nbf":{"essential":true,"value":"` + strconv.FormatInt(env.now().Unix(), 10) + `"}}}`
}
