package source

import (
	"context"
	"errors"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// environment signs in with what AZURE_… variables hold: a secret, else a certificate, else a user's name and password.
func (b builder) environment() (auth.Source, error) {
	b.cfg.Mode = auth.ModeEnvironment
	switch {
	case b.cfg.TenantID == "":
		return nil, incomplete("AZURE_TENANT_ID isn't set; set it, or choose another mode")
	case b.cfg.ClientID == "":
		return nil, incomplete("AZURE_CLIENT_ID isn't set; set it, or choose another mode")
	case b.env.getenv("AZURE_CLIENT_SECRET") != "":
		b.cfg.ClientSecret = auth.NewSecret(b.env.getenv("AZURE_CLIENT_SECRET"))
		return b.secret()
	case b.env.getenv("AZURE_CLIENT_CERTIFICATE_PATH") != "":
		b.cfg.CertificatePath = ""
		b.cfg.certificateFrom(b.env)
		return b.certificate()
	case b.env.getenv("AZURE_USERNAME") == "":
		return nil, incomplete("AZURE_CLIENT_SECRET isn't set, nor AZURE_CLIENT_CERTIFICATE_PATH, nor AZURE_USERNAME; set one of them")
	case b.env.getenv("AZURE_PASSWORD") == "":
		return nil, incomplete("AZURE_PASSWORD isn't set; set it beside AZURE_USERNAME")
	}
	return b.password(), nil
}

// isIncomplete says that variables lack, so that nothing was tried.
func isIncomplete(err error) bool {
	var e *auth.Error
	return errors.As(err, &e) && e.Cause == auth.CauseIncomplete
}

func (b builder) password() auth.Source {
	who := b.env.getenv("AZURE_USERNAME")
	m := &machine{builder: b, mode: auth.ModeEnvironment, name: who}
	m.make = func(context.Context) (azcore.TokenCredential, error) {
		//lint:ignore SA1019 the variables are documented; the flow fails where a second factor is asked for
		cred, err := azidentity.NewUsernamePasswordCredential(b.cfg.TenantID, b.cfg.ClientID, who, b.env.getenv("AZURE_PASSWORD"), &azidentity.UsernamePasswordCredentialOptions{
			ClientOptions: b.client(), AdditionallyAllowedTenants: b.cfg.AllowedTenants, DisableInstanceDiscovery: b.cloud.Custom,
		})
		if err != nil {
			return nil, misconfigured("AZURE_TENANT_ID or AZURE_CLIENT_ID can't be used; check them")
		}
		return cred, nil
	}
	m.classify = func(ctx context.Context, rec *record, err error, _ auth.Req) error {
		e, ours := refusal(ctx, rec, err, auth.ModeEnvironment).(*auth.Error)
		if ours && e.Kind == auth.SignInRequired {
			e.Kind = auth.Misconfigured // nobody can be asked: the name or password is wrong
		}
		if !ours {
			return nil
		}
		return e
	}
	return m
}
