package auth

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Credential gives the Broker as Azure's SDK wants it. Of r it takes whether its requests may open a prompt, and why.
func (b *Broker) Credential(r Req) azcore.TokenCredential {
	return credential{b, Req{Interactive: r.Interactive, Explicit: r.Explicit, Reason: r.Reason}}
}

type credential struct {
	broker *Broker
	ask    Req
}

// GetToken asks the Broker. The SDK's wish for tokens without CAE is ignored: two kinds would mean two prompts.
func (c credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 {
		return azcore.AccessToken{}, misconfigured("%d scopes asked for at once; one is needed", len(o.Scopes))
	}
	r := c.ask
	r.Scope, r.Tenant, r.Claims = o.Scopes[0], o.TenantID, o.Claims
	t, err := c.broker.Token(ctx, r)
	if err != nil {
		return azcore.AccessToken{}, err
	}
	return azcore.AccessToken{Token: t.Secret.Reveal(), ExpiresOn: t.ExpiresOn, RefreshOn: t.RefreshOn}, nil
}
