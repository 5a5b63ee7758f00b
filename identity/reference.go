package identity

// Secrets that settings only refer to: keyvault:https://… and vscode:NAME, wherever a secret may stand. A reference of a block azure_auth
// is read when its identity first signs in, one of a model provider when a request with it leaves.

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/auth/source"
	"calypso/config"
)

// resolve reads a secret of the identity's own block.
func (id *Identity) resolve(ctx context.Context, reference string) (auth.Secret, error) {
	return id.all.reference(httpauth.With(ctx, httpauth.Ask{}), reference, id) // a silent call must not prompt
}

// reference reads a secret that is elsewhere. asks is the identity whose own block names it, nil for a model provider's.
func (s *Identities) reference(ctx context.Context, reference string, asks *Identity) (auth.Secret, error) {
	if name, ok := strings.CutPrefix(reference, source.VSCodePrefix); ok {
		if s.opt.Secret == nil {
			return auth.Secret{}, misconfigured("the secret %s is kept by VS Code, which isn't connected; run this from the editor, or set the variable instead", reference)
		}
		return s.opt.Secret(ctx, name)
	}
	reader, itself, err := s.vaultReader(asks)
	if err != nil {
		return auth.Secret{}, err
	}
	ask := httpauth.Asked(ctx)
	credential := reader.Broker.Credential(auth.Req{Interactive: ask.Interactive, Explicit: ask.Explicit, Reason: "to read " + reference})
	secret, err := source.Vault{Credential: credential, Cloud: reader.Cloud, HTTP: clientOver(reader.base)}.Secret(ctx, reference)
	return secret, unread(err, reference, reader, itself)
}

// vaultReader is the identity that reads references: the general one. Where that is what asks, or holds a reference itself, it can't: mode
// default reads then, which needs no secret of the file.
func (s *Identities) vaultReader(asks *Identity) (reader *Identity, itself bool, err error) {
	general := s.Settings().Identity(nil)
	if general.ClientSecret.Reference() || general.CertificatePassword.Reference() || asks != nil && key(general) == key(asks.Block) {
		reader, err = s.Of(&config.AzureAuth{TenantID: general.TenantID, Authority: general.Authority})
		return reader, true, err
	}
	reader, err = s.General()
	return reader, false, err
}

// unread says which secret couldn't be read, as whom, and what to do, where the sign-in for it is what failed.
func unread(err error, reference string, reader *Identity, itself bool) error {
	var e *auth.Error
	if !errors.As(err, &e) || e.Kind != auth.SignInRequired && e.Cause != auth.CauseChain {
		return err
	}
	kind, who := auth.SignInRequired, "the sign-in of [azure_auth], and nobody is signed in; run: calypso login"
	if itself {
		kind = auth.Misconfigured
		who = "another sign-in than that of [azure_auth], which needs it to sign in at all; make one of these work, as by az login, or set the secret's variable instead:" +
			strings.TrimPrefix(strings.TrimSuffix(e.Msg, "\n"+auth.ChainHint), "no way to sign in worked:")
	} else if !personal(reader.Mode) {
		kind = auth.Misconfigured
		who = "the sign-in of [azure_auth], which failed: " + e.Msg
	}
	return &auth.Error{Kind: kind, Cause: auth.CauseIncomplete, Msg: "the secret " + reference + " is read with " + who}
}

// references puts secrets in the place of references in a request's headers, where a model provider's key, token and headers stand.
type references struct {
	next http.RoundTripper
	read func(ctx context.Context, reference string) (auth.Secret, error)

	mu    sync.Mutex // guards found
	found map[string]auth.Secret
}

// RoundTrip sends a request. Secrets are read once, and once more when the endpoint refuses them.
func (t *references) RoundTrip(r *http.Request) (*http.Response, error) {
	named := referencesIn(r.Header)
	if len(named) == 0 {
		return t.next.RoundTrip(r)
	}
	out, _, err := t.filled(r, named, false)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, err
	}
	resp, err := t.next.RoundTrip(out)
	if err != nil || resp.StatusCode != http.StatusUnauthorized || r.Body != nil && r.GetBody == nil {
		return resp, err
	}
	again, changed, err := t.filled(r, named, true)
	if err != nil || !changed {
		return resp, nil // the endpoint's own words say more
	}
	if r.GetBody != nil {
		if again.Body, err = r.GetBody(); err != nil {
			return resp, nil
		}
	}
	_ = resp.Body.Close()
	return t.next.RoundTrip(again)
}

// CloseIdleConnections passes the wish on.
func (t *references) CloseIdleConnections() {
	if c, ok := t.next.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// referencesIn gives the references in headers, by the header's name.
func referencesIn(h http.Header) map[string]string {
	named := map[string]string{}
	for name, values := range h {
		for _, v := range values {
			_, text, isBearer := strings.Cut(v, "Bearer ")
			if !isBearer {
				text = v
			}
			if config.IsReference(text) {
				named[name] = text
			}
		}
	}
	return named
}

// filled is a copy of a request with its secrets; anew reads them again and tells whether one changed.
func (t *references) filled(r *http.Request, named map[string]string, anew bool) (out *http.Request, changed bool, err error) {
	out = r.Clone(r.Context())
	for name, reference := range named {
		t.mu.Lock()
		secret, known := t.found[reference]
		t.mu.Unlock()
		if !known || anew {
			old := secret
			if secret, err = t.read(r.Context(), reference); err != nil {
				return nil, false, err
			}
			changed = changed || !secret.Equal(old)
			t.mu.Lock()
			if t.found == nil {
				t.found = map[string]auth.Secret{}
			}
			t.found[reference] = secret
			t.mu.Unlock()
		}
		out.Header.Set(name, strings.Replace(out.Header.Get(name), reference, secret.Reveal(), 1))
	}
	return out, changed, nil
}
