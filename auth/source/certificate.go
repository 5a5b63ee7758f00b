package source

import (
	"context"
	"os"
	"time"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// certificate signs an app in with a certificate's key; the file is read again when it changes.
func (b builder) certificate() (auth.Source, error) {
	if err := b.needs(auth.ModeCertificate); err != nil {
		return nil, err
	}
	path := b.cfg.CertificatePath
	if path == "" {
		return nil, incomplete("client_certificate needs the file; set certificate_path, or AZURE_CLIENT_CERTIFICATE_PATH")
	}
	var seen stamp
	m := &machine{builder: b, mode: auth.ModeCertificate, name: "app " + b.cfg.ClientID}
	m.stale = func() bool { return stampOf(path) != seen }
	m.make = func(ctx context.Context) (azcore.TokenCredential, error) {
		password, err := b.resolve(ctx, b.cfg.CertificatePassword)
		if err != nil {
			return nil, err
		}
		at := stampOf(path)
		certs, key, err := LoadCertificate(path, password)
		if err != nil {
			return nil, err
		}
		cred, err := azidentity.NewClientCertificateCredential(b.cfg.TenantID, b.cfg.ClientID, certs, key, &azidentity.ClientCertificateCredentialOptions{
			ClientOptions: b.client(), AdditionallyAllowedTenants: b.cfg.AllowedTenants, DisableInstanceDiscovery: b.cloud.Custom,
			SendCertificateChain: b.cfg.SendChain,
		})
		if err != nil {
			return nil, misconfigured("tenant_id %q or client_id %q can't be used; check them", b.cfg.TenantID, b.cfg.ClientID)
		}
		seen = at
		return cred, nil
	}
	return m, nil
}

// stamp tells one state of a file from the next.
type stamp struct {
	size int64
	at   time.Time
}

func stampOf(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stamp{info.Size(), info.ModTime()}
}
