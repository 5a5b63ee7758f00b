package source

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// This file is the identity that Azure gives a machine or an app service.

const managedLimit = 10 * time.Second

func (b builder) managed() (auth.Source, error) {
	var ids []azidentity.ManagedIDKind
	named := ""
	if b.cfg.ClientID != "" {
		ids, named = append(ids, azidentity.ClientID(b.cfg.ClientID)), b.cfg.ClientID
	}
	if b.cfg.ObjectID != "" {
		ids, named = append(ids, azidentity.ObjectID(b.cfg.ObjectID)), b.cfg.ObjectID
	}
	if b.cfg.ResourceID != "" {
		ids, named = append(ids, azidentity.ResourceID(b.cfg.ResourceID)), b.cfg.ResourceID
	}
	if len(ids) > 1 {
		return nil, misconfigured("managed_identity takes one of client_id, object_id, resource_id; remove the others")
	}
	m := &machine{builder: b, mode: auth.ModeManagedIdentity, name: strings.TrimSpace("managed identity " + named), limit: managedLimit}
	m.make = func(context.Context) (azcore.TokenCredential, error) {
		options := &azidentity.ManagedIdentityCredentialOptions{ClientOptions: b.client()}
		options.Transport = b.env.Direct
		options.Retry = policy.RetryOptions{MaxRetries: 2, RetryDelay: 200 * time.Millisecond, MaxRetryDelay: time.Second}
		if b.env.getenv("IDENTITY_SERVER_THUMBPRINT") != "" {
			options.Transport = &http.Client{Transport: &http.Transport{}} // the library pins the certificate, on a plain client only
		}
		if len(ids) == 1 {
			options.ID = ids[0]
		}
		cred, err := azidentity.NewManagedIdentityCredential(options)
		if err != nil {
			return nil, misconfigured("this machine doesn't take that kind of managed identity; check client_id, object_id and resource_id")
		}
		return cred, nil
	}
	m.classify = func(ctx context.Context, rec *record, _ error, _ auth.Req) error { return managedFailure(rec, named) }
	return m, nil
}

func managedFailure(rec *record, named string) error {
	status, body, failed := rec.last()
	isJSON := strings.HasPrefix(strings.TrimSpace(string(body)), "{")
	switch {
	case status == 0:
		_ = failed // whatever it was: nobody answers there
		return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseAbsent, Msg: "no managed identity here: nothing answers at the machine's identity endpoint"}
	case status < 300 || !isJSON:
		return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseGarbage, Msg: "what answers at 169.254.169.254 isn't Azure"}
	case status == http.StatusBadRequest && named == "":
		return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseAbsent, Msg: "this machine has no managed identity of its own; name one with client_id"}
	case status == http.StatusBadRequest:
		return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseNotAssigned, Msg: "managed identity " + named + " isn't assigned to this machine"}
	case status == http.StatusTooManyRequests || status >= 500:
		return &auth.Error{Kind: auth.Unavailable, Msg: "the machine's identity endpoint isn't working now; will retry"}
	}
	return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseGarbage, Msg: "the machine's identity endpoint refuses us"}
}

// identityVariables are those by which a managed identity that isn't IMDS is known.
var identityVariables = []string{"IDENTITY_ENDPOINT", "MSI_ENDPOINT", "IMDS_ENDPOINT"}

// imdsAddress is asked without the header that it wants; only IMDS refuses that in its own words.
const imdsAddress = "http://169.254.169.254/metadata/identity/oauth2/token"

// proven says whether a managed identity can be here at all: by its variables, or because IMDS answers as itself. Proxies and captive
// portals answer at that address too, so any other answer doesn't count.
func (b builder) proven(ctx context.Context) (bool, string) {
	for _, name := range identityVariables {
		if b.env.getenv(name) != "" {
			return true, ""
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, imdsAddress, nil)
	if err != nil {
		return false, "no managed identity here"
	}
	resp, err := b.env.Direct.Do(req)
	if err != nil {
		return false, "no managed identity here: nothing answers at 169.254.169.254"
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10))
	text := strings.ToLower(string(body))
	if resp.StatusCode != http.StatusBadRequest || !strings.HasPrefix(strings.TrimSpace(text), "{") || !strings.Contains(text, "metadata") {
		return false, "what answers at 169.254.169.254 isn't Azure"
	}
	return true, ""
}
