package source

import (
	"context"
	"slices"
	"sync"
	"time"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// This file is what the modes without a person share: a credential of azidentity, made when it is first needed and again when its
// secret or certificate changed.

type machine struct {
	builder
	mode  string
	name  string        // the account that Account shows after the first success
	limit time.Duration // of one call; 0 is the context's
	make  func(ctx context.Context) (azcore.TokenCredential, error)
	stale func() bool // the credential must be made again; nil is never
	// classify knows failures that only this mode has; nil, or a nil answer, leaves it to refusal.
	classify func(ctx context.Context, rec *record, err error, r auth.Req) error
	noClaims bool // claims can't be sent: a challenge is this mode's own failure

	mu     sync.Mutex // guards below
	cred   azcore.TokenCredential
	worked bool
}

// Silent gets a token.
func (m *machine) Silent(ctx context.Context, r auth.Req) (auth.Token, error) {
	if err := m.tenantAllowed(r.Tenant); err != nil {
		return auth.Token{}, err
	}
	t, err := m.token(ctx, r)
	if e, ours := err.(*auth.Error); ours && refusedSecret(e) && m.again() {
		t, err = m.token(ctx, r) // the reference may name a newer secret by now
	}
	return t, err
}

func (m *machine) token(ctx context.Context, r auth.Req) (auth.Token, error) {
	cred, err := m.credential(ctx)
	if err != nil {
		return auth.Token{}, err
	}
	work, rec := recorded(ctx)
	if m.limit > 0 {
		var cancel context.CancelFunc
		work, cancel = context.WithTimeout(work, m.limit)
		defer cancel()
	}
	t, err := cred.GetToken(work, m.options(r))
	if err != nil || t.Token == "" {
		return auth.Token{}, m.failure(ctx, work, rec, err, r)
	}
	m.mu.Lock()
	m.worked = true
	m.mu.Unlock()
	return auth.Token{Secret: auth.NewSecret(t.Token), ExpiresOn: t.ExpiresOn, RefreshOn: t.RefreshOn}, nil
}

func (m *machine) options(r auth.Req) policy.TokenRequestOptions {
	o := policy.TokenRequestOptions{Scopes: []string{r.Scope}, TenantID: r.Tenant, EnableCAE: true, Claims: forceClaims(r, m.env)}
	if m.noClaims && r.Claims == "" {
		o.Claims = ""
	}
	return o
}

func (m *machine) failure(ctx, work context.Context, rec *record, err error, r auth.Req) error {
	if ctx.Err() != nil {
		return refusal(ctx, rec, err, m.mode)
	}
	if err == nil {
		return &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseGarbage, Msg: "the answer has no token"}
	}
	if m.classify != nil {
		if own := m.classify(work, rec, err, r); own != nil {
			return own
		}
	}
	if work.Err() != nil {
		return &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseSlow, Msg: "no answer within " + m.limit.String()}
	}
	return refusal(work, rec, err, m.mode)
}

// refusedSecret are the numbers after which a secret is read again.
func refusedSecret(e *auth.Error) bool {
	return e.Code == "AADSTS7000215" || e.Code == "AADSTS7000222"
}

// again makes the next call build its credential anew; false when that can't help.
func (m *machine) again() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cred = nil
	return isReference(m.cfg.ClientSecret) || isReference(m.cfg.CertificatePassword)
}

func (m *machine) credential(ctx context.Context) (azcore.TokenCredential, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cred != nil && (m.stale == nil || !m.stale()) {
		return m.cred, nil
	}
	cred, err := m.make(ctx)
	if err != nil {
		return nil, err
	}
	m.cred = cred
	return cred, nil
}

func (m *machine) tenantAllowed(tenant string) error {
	switch {
	case tenant == "" || tenant == m.cfg.TenantID || m.cfg.TenantID == "":
	case m.mode == auth.ModeManagedIdentity || m.mode == auth.ModeAzureCLI || m.mode == LinkAzd || m.mode == LinkPowerShell:
	case slices.Contains(m.cfg.AllowedTenants, "*") || slices.Contains(m.cfg.AllowedTenants, tenant):
	default:
		return misconfigured("tenant %q isn't the app's own; add it to allowed_tenants", tenant)
	}
	return nil
}

// SignIn does nothing: there is nobody to ask.
func (m *machine) SignIn(context.Context, auth.Req, auth.UI) error { return nil }

// SignOut forgets the credential and what it keeps.
func (m *machine) SignOut(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cred, m.worked = nil, false
	return nil
}

// CanPrompt is false.
func (m *machine) CanPrompt() bool { return false }

// Account names the identity after it worked once.
func (m *machine) Account() auth.Account {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.worked {
		return auth.Account{}
	}
	return auth.Account{User: m.name, Tenant: m.cfg.TenantID}
}

// client are the options of azidentity: our transport, our cloud, and no retries, since the Broker's callers come back by themselves.
func (b builder) client() azcore.ClientOptions {
	return azcore.ClientOptions{
		Cloud:     cloud.Configuration{ActiveDirectoryAuthorityHost: b.cloud.Authority},
		Transport: b.env.HTTP,
		Retry:     policy.RetryOptions{MaxRetries: -1},
		Telemetry: policy.TelemetryOptions{Disabled: true},
	}
}

// needs says which of an app's settings is missing.
func (b builder) needs(mode string) error {
	switch {
	case b.cfg.TenantID == "":
		return incomplete("%s needs tenant_id; set it, or AZURE_TENANT_ID", mode)
	case b.cfg.ClientID == "":
		return incomplete("%s needs client_id; set it, or AZURE_CLIENT_ID", mode)
	}
	return nil
}
