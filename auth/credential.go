package auth

import (
	"context"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
)

// Credential gives the Broker as Azure's SDK wants it. interactive says whether its requests may open a prompt.
func (b *Broker) Credential(interactive bool) azcore.TokenCredential {
	return credential{b, interactive}
}

type credential struct {
	broker      *Broker
	interactive bool
}

// GetToken asks the Broker. The SDK's wish for tokens without CAE is ignored: two kinds would mean two prompts.
func (c credential) GetToken(ctx context.Context, o policy.TokenRequestOptions) (azcore.AccessToken, error) {
	if len(o.Scopes) != 1 {
		return azcore.AccessToken{}, misconfigured("%d scopes asked for at once; one is needed", len(o.Scopes))
	}
	t, err := c.broker.Token(ctx, Req{Scope: o.Scopes[0], Tenant: o.TenantID, Claims: o.Claims, Interactive: c.interactive})
	if err != nil {
		return azcore.AccessToken{}, err
	}
	return azcore.AccessToken{Token: t.Secret.Reveal(), ExpiresOn: t.ExpiresOn, RefreshOn: t.RefreshOn}, nil
}
