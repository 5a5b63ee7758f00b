// Package auth has one sign-in for everything: a Broker hands out tokens for Kusto, Azure OpenAI, Azure DevOps and Key Vault, asks
// a person at most once, refreshes behind the scenes, and says what failed in words that name the next step.
//
// It isn't a way to sign in (those are in auth/source), not where sessions rest (auth/store), and it sends no request
// (auth/httpauth). It reads no environment, no file and no clock of its own: all of it is handed in.
//
// Start at New; a Source and a UI come from the caller:
//
//	b := auth.New(src, auth.Options{Mode: "device_code", UI: ui})
//	t, err := b.Token(ctx, auth.Req{Scope: "https://vault.azure.net/.default", Interactive: true, Reason: "to read a secret"})
//	// a request came back with 401:
//	t, err = b.Renew(ctx, auth.Req{Scope: …}, t.Secret)
//
// A failure is an *Error; Describe makes the sentence and the buttons of it.
package auth
