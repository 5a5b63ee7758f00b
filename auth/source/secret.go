package source

import (
	"context"
	"strings"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// secret signs an app in with its secret, which may be a reference.
func (b builder) secret() (auth.Source, error) {
	if err := b.needs(auth.ModeClientSecret); err != nil {
		return nil, err
	}
	if b.cfg.ClientSecret.IsZero() {
		return nil, incomplete("client_secret needs the secret; set AZURE_CLIENT_SECRET, or client_secret")
	}
	m := &machine{builder: b, mode: auth.ModeClientSecret, name: "app " + b.cfg.ClientID}
	m.make = func(ctx context.Context) (azcore.TokenCredential, error) {
		secret, err := b.resolve(ctx, b.cfg.ClientSecret)
		if err != nil {
			return nil, err
		}
		cred, err := azidentity.NewClientSecretCredential(b.cfg.TenantID, b.cfg.ClientID, secret.Reveal(), &azidentity.ClientSecretCredentialOptions{
			ClientOptions: b.client(), AdditionallyAllowedTenants: b.cfg.AllowedTenants, DisableInstanceDiscovery: b.cloud.Custom,
		})
		if err != nil {
			return nil, misconfigured("tenant_id %q or client_id %q can't be used; check them", b.cfg.TenantID, b.cfg.ClientID)
		}
		return cred, nil
	}
	return m, nil
}

// isReference says whether a secret stands for one elsewhere.
func isReference(s auth.Secret) bool {
	return strings.HasPrefix(s.Reveal(), KeyVaultPrefix) || strings.HasPrefix(s.Reveal(), VSCodePrefix)
}

// resolve reads what a reference stands for; other secrets are themselves.
func (b builder) resolve(ctx context.Context, s auth.Secret) (auth.Secret, error) {
	if !isReference(s) {
		return s, nil
	}
	if b.env.Resolve == nil {
		return auth.Secret{}, misconfigured("the secret is a reference, %s, and nothing here can read it", s.Reveal())
	}
	return b.env.Resolve(ctx, s.Reveal())
}
