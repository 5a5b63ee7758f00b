package source

import (
	"context"
	"os"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// workload signs an app in with the token that Kubernetes or a pipeline puts into a file.
func (b builder) workload() (auth.Source, error) {
	if err := b.needs(auth.ModeWorkload); err != nil {
		return nil, err
	}
	path := b.env.getenv("AZURE_FEDERATED_TOKEN_FILE")
	if path == "" {
		return nil, incomplete("AZURE_FEDERATED_TOKEN_FILE isn't set; workload identity needs the file that it names")
	}
	m := &machine{builder: b, mode: auth.ModeWorkload, name: "app " + b.cfg.ClientID}
	m.make = func(context.Context) (azcore.TokenCredential, error) {
		if info, err := os.Stat(path); err != nil || info.IsDir() {
			return nil, &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseIncomplete, Msg: "the file that AZURE_FEDERATED_TOKEN_FILE names, " + path + ", can't be read; check the path and the file's rights"}
		}
		cred, err := azidentity.NewWorkloadIdentityCredential(&azidentity.WorkloadIdentityCredentialOptions{
			ClientOptions: b.client(), AdditionallyAllowedTenants: b.cfg.AllowedTenants, DisableInstanceDiscovery: b.cloud.Custom,
			TenantID: b.cfg.TenantID, ClientID: b.cfg.ClientID, TokenFilePath: path,
		})
		if err != nil {
			return nil, misconfigured("tenant_id %q or client_id %q can't be used; check them", b.cfg.TenantID, b.cfg.ClientID)
		}
		return cred, nil
	}
	return m, nil
}
