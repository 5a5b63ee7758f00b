package source

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/security/keyvault/azsecrets"
)

// This file reads secrets that settings only refer to: keyvault:https://<vault>/secrets/<name>[/<version>].

// KeyVaultPrefix begins a reference to a secret in a Key Vault.
const KeyVaultPrefix = "keyvault:"

// Vault reads secrets from Key Vaults of one cloud.
type Vault struct {
	Credential azcore.TokenCredential // a Broker's, without prompts
	Cloud      auth.Cloud
	HTTP       *http.Client
}

// Secret reads what a reference names. Errors say which vault and what to do.
func (v Vault) Secret(ctx context.Context, reference string) (auth.Secret, error) {
	vault, name, version, err := v.parse(reference)
	if err != nil {
		return auth.Secret{}, err
	}
	client, err := azsecrets.NewClient(vault, v.Credential, &azsecrets.ClientOptions{ClientOptions: policy.ClientOptions{
		Transport: recording(v.HTTP), Retry: policy.RetryOptions{MaxRetries: -1}, Telemetry: policy.TelemetryOptions{Disabled: true},
	}})
	if err != nil {
		return auth.Secret{}, misconfigured("%s can't be used; check the reference", vault)
	}
	work, rec := recorded(ctx)
	answer, err := client.GetSecret(work, name, version, nil)
	if err != nil {
		return auth.Secret{}, vaultFailure(ctx, rec, err, vault, name)
	}
	if answer.Value == nil || *answer.Value == "" {
		return auth.Secret{}, misconfigured("secret %s in %s is empty", name, vault)
	}
	return auth.NewSecret(*answer.Value), nil
}

// parse takes a reference apart. Only vaults of the cloud get a token.
func (v Vault) parse(reference string) (vault, name, version string, err error) {
	text, ok := strings.CutPrefix(reference, KeyVaultPrefix)
	u, bad := url.Parse(text)
	if !ok || bad != nil || u.Scheme != "https" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Port() != "" {
		return "", "", "", misconfigured("a reference has the form keyvault:https://<vault>/secrets/<name>[/<version>]")
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 || len(parts) > 3 || parts[0] != "secrets" || parts[1] == "" {
		return "", "", "", misconfigured("a reference has the form keyvault:https://<vault>/secrets/<name>[/<version>]; %s has another path", u.Host)
	}
	if s, known := v.Cloud.ServiceOf(u.Host); !known || s != auth.KeyVault {
		return "", "", "", &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseUntrusted, Msg: u.Host + " isn't a Key Vault of the " + v.Cloud.Name + " cloud; token not sent"}
	}
	if len(parts) == 3 {
		version = parts[2]
	}
	return "https://" + u.Host, parts[1], version, nil
}

func vaultFailure(ctx context.Context, rec *record, err error, vault, name string) error {
	var ours *auth.Error
	if errors.As(err, &ours) {
		return ours
	}
	if ctx.Err() != nil {
		return auth.Classify(ctx, auth.Answer{})
	}
	status, _, failed := rec.last()
	switch {
	case failed != nil:
		return auth.Classify(ctx, auth.Answer{Err: failed})
	case status == http.StatusNotFound:
		return misconfigured("secret %s isn't in %s; check the reference", name, vault)
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return misconfigured("%s refuses to give secret %s to this identity; it needs the role Key Vault Secrets User", vault, name)
	case status == http.StatusTooManyRequests || status >= 500:
		return &auth.Error{Kind: auth.Unavailable, Msg: vault + " isn't working now; will retry"}
	}
	return misconfigured("%s gave no secret %s", vault, name)
}
