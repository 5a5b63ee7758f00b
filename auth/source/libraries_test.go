package source

import (
	"sync"
	"testing"

	"calypso/auth"
	"calypso/internal/fakeentra"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/public"
)

// This file holds down facts about the libraries on which the design rests. When one fails after an upgrade, read the design again: a
// detour here may have become needless, or another one needed.

// MSAL doesn't share calls: that is why there is a Broker.
func TestMSALRefreshesForEachCaller(t *testing.T) {
	s := newSite(t)
	s.Set(func(k *fakeentra.Knobs) { k.Lifetime = 200_000_000_000 }) // under five minutes: every call refreshes
	want(t, s.broker(t, Config{Mode: auth.ModeDeviceCode}), vaults, true)
	src, err := New(Config{Mode: auth.ModeDeviceCode}, s.env)
	if err != nil {
		t.Fatal(err)
	}
	s.Forget()
	var group sync.WaitGroup
	for range 10 {
		group.Go(func() { _, _ = src.Silent(t.Context(), auth.Req{Scope: vaults}) })
	}
	group.Wait()
	if n := s.Grants("refresh_token"); n < 2 {
		t.Errorf("%d refreshes: MSAL shares calls by now", n)
	}
	s.Forget()
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode})
	for range 10 {
		group.Go(func() { _, _ = b.Token(t.Context(), auth.Req{Scope: vaults}) })
	}
	group.Wait()
	if n := s.Grants("refresh_token"); n != 1 {
		t.Errorf("the Broker made %d refreshes, want 1", n)
	}
}

// Claims with nbf pass over the caches of MSAL and azidentity: that is how Renew works.
func TestClaimsPassOverTheCaches(t *testing.T) {
	s := newSite(t)
	s.Set(func(k *fakeentra.Knobs) { k.Apps = map[string]fakeentra.App{appID: {Secret: "FAKE-SECRET"}} })
	b := builder{cfg: Config{TenantID: fakeentra.Tenant, ClientID: appID}, env: s.env.filled(), cloud: auth.Public()}
	cred, err := azidentity.NewClientSecretCredential(fakeentra.Tenant, appID, "FAKE-SECRET", &azidentity.ClientSecretCredentialOptions{ClientOptions: b.client()})
	if err != nil {
		t.Fatal(err)
	}
	get := func(claims string) string {
		got, err := cred.GetToken(t.Context(), policy.TokenRequestOptions{Scopes: []string{vaults}, Claims: claims, EnableCAE: true})
		if err != nil {
			t.Fatal(err)
		}
		return got.Token
	}
	first := get("")
	if get("") != first {
		t.Error("azidentity keeps no token")
	}
	if get(forceClaims(auth.Req{Force: true}, b.env)) == first {
		t.Error("claims don't pass over azidentity's cache")
	}
}

// MSAL lists an account for each tenant that was asked, all of one home account: that is why accounts are chosen by it.
func TestMSALListsAnAccountPerTenant(t *testing.T) {
	s := newSite(t)
	b := s.broker(t, Config{Mode: auth.ModeDeviceCode})
	want(t, b, vaults, true)
	if _, err := b.Token(t.Context(), auth.Req{Scope: vaults, Tenant: "44444444-4444-4444-4444-444444444444"}); err != nil {
		t.Fatal(err)
	}
	client, err := public.New(AzureCLIClient, public.WithCache(s.env.Cache), public.WithHTTPClient(s.env.HTTP))
	if err != nil {
		t.Fatal(err)
	}
	all, err := client.Accounts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	homes := map[string]bool{}
	for _, a := range all {
		homes[a.HomeAccountID] = true
	}
	if len(all) < 2 || len(homes) != 1 {
		t.Errorf("%d accounts of %d homes", len(all), len(homes))
	}
}
