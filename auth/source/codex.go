package source

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"calypso/auth"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// This file makes a session of a refresh token that another program got for the same app: it is redeemed once, and the account that
// comes with the answer is written into MSAL's cache. The other program's copy keeps working.

// codexScope is what the shared file's token is for.
const codexScope = "499b84ac-1321-427f-aa17-267ca6975798/.default"

// Import redeems a refresh token of the Azure CLI's app and puts the session into env.Cache, for the tenant and authority of cfg.
func Import(ctx context.Context, cfg Config, env Env, refresh auth.Secret) (auth.Account, error) {
	env = env.filled()
	cfg = cfg.filled(env)
	cloud, err := auth.CloudOf(cfg.Authority)
	if err != nil {
		return auth.Account{}, err
	}
	if cfg.ClientID != "" && cfg.ClientID != AzureCLIClient {
		return auth.Account{}, misconfigured("the saved sign-in belongs to the Azure CLI's app, and client_id names another; remove client_id to import it")
	}
	if env.Cache == nil {
		return auth.Account{}, misconfigured("there is no place to keep the imported sign-in")
	}
	if cfg.TenantID == "" {
		cfg.TenantID = "organizations"
	}
	answer, err := redeem(ctx, env, cloud, cfg.TenantID, refresh)
	if err != nil {
		return auth.Account{}, err
	}
	entry, err := answer.entry(cloud, cfg.TenantID)
	if err != nil {
		return auth.Account{}, err
	}
	if err := entry.merge(ctx, env.Cache); err != nil {
		return auth.Account{}, &auth.Error{Kind: auth.Unavailable, Msg: "the imported sign-in can't be saved"}
	}
	return auth.Account{User: entry.user, HomeID: entry.home, Tenant: entry.tenant}, nil
}

type redeemed struct {
	Refresh    string `json:"refresh_token"`
	ID         string `json:"id_token"`
	ClientInfo string `json:"client_info"`
	Family     string `json:"foci"`
}

func redeem(ctx context.Context, env Env, cloud auth.Cloud, tenant string, refresh auth.Secret) (redeemed, error) {
	form := url.Values{
		"grant_type": {"refresh_token"}, "client_id": {AzureCLIClient}, "client_info": {"1"}, "refresh_token": {refresh.Reveal()},
		"scope": {codexScope + " openid profile offline_access"},
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, cloud.Authority+"/"+url.PathEscape(tenant)+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	if err != nil {
		return redeemed{}, misconfigured("authority %s can't be used", cloud.Authority)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := env.HTTP.Do(req)
	if err != nil {
		return redeemed{}, auth.Classify(ctx, auth.Answer{Err: err})
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, longest))
	if err != nil {
		return redeemed{}, auth.Classify(ctx, auth.Answer{Err: err})
	}
	if resp.StatusCode != http.StatusOK {
		return redeemed{}, auth.Classify(ctx, auth.Answer{Status: resp.StatusCode, Body: body})
	}
	return parseRedeemed(body)
}

func parseRedeemed(body []byte) (redeemed, error) {
	var answer redeemed
	if err := json.Unmarshal(body, &answer); err != nil || answer.Refresh == "" || answer.ID == "" || answer.ClientInfo == "" {
		return redeemed{}, &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseGarbage, Msg: "the answer to the imported sign-in lacks the account; sign in anew"}
	}
	return answer, nil
}

// session is what MSAL keeps of one account.
type session struct {
	home, local, tenant, user, environment, realm string
	answer                                        redeemed
}

func (a redeemed) entry(cloud auth.Cloud, realm string) (session, error) {
	var info struct{ UID, UTID string }
	var id struct {
		OID  string `json:"oid"`
		User string `json:"preferred_username"`
	}
	parts := strings.Split(a.ID, ".")
	bad := &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseGarbage, Msg: "the account in the imported sign-in can't be read; sign in anew"}
	if len(parts) != 3 || !decodePart(a.ClientInfo, &info) || !decodePart(parts[1], &id) || info.UID == "" || info.UTID == "" {
		return session{}, bad
	}
	return session{
		home: info.UID + "." + info.UTID, local: id.OID, tenant: info.UTID, user: id.User, environment: strings.TrimPrefix(cloud.Authority, "https://"),
		realm: realm, answer: a,
	}, nil
}

func decodePart(part string, to any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part, "="))
	return err == nil && json.Unmarshal(raw, to) == nil
}

// merge writes the entries through the cache object, so that its lock holds. The form is MSAL's own, shared by its libraries.
func (s session) merge(ctx context.Context, c cache.ExportReplace) error {
	held := &text{}
	if err := c.Replace(ctx, held, cache.ReplaceHints{}); err != nil {
		return err
	}
	all := map[string]map[string]any{}
	if len(held.data) > 0 {
		if err := json.Unmarshal(held.data, &all); err != nil {
			all = map[string]map[string]any{}
		}
	}
	for kind, entry := range s.entries() {
		if all[kind] == nil {
			all[kind] = map[string]any{}
		}
		all[kind][entry.key] = entry.value
	}
	data, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return c.Export(ctx, &text{data}, cache.ExportHints{})
}

type cacheEntry struct {
	key   string
	value map[string]any
}

func (s session) entries() map[string]cacheEntry {
	key := func(parts ...string) string { return strings.ToLower(strings.Join(parts, "-")) }
	owner := AzureCLIClient
	if s.answer.Family != "" {
		owner = s.answer.Family
	}
	return map[string]cacheEntry{
		"Account": {key(s.home, s.environment, s.realm), map[string]any{
			"home_account_id": s.home, "environment": s.environment, "realm": s.realm, "local_account_id": s.local, "authority_type": "MSSTS",
			"username": s.user, "client_info": s.answer.ClientInfo,
		}},
		"RefreshToken": {key(s.home, s.environment, "RefreshToken", owner), map[string]any{
			"home_account_id": s.home, "environment": s.environment, "credential_type": "RefreshToken", "client_id": AzureCLIClient,
			"family_id": s.answer.Family, "secret": s.answer.Refresh,
		}},
		"IdToken": {key(s.home, s.environment, "IdToken", AzureCLIClient, s.realm), map[string]any{
			"home_account_id": s.home, "environment": s.environment, "realm": s.realm, "credential_type": "IdToken", "client_id": AzureCLIClient,
			"secret": s.answer.ID,
		}},
		"AppMetadata": {key("AppMetaData", s.environment, AzureCLIClient), map[string]any{
			"client_id": AzureCLIClient, "environment": s.environment, "family_id": s.answer.Family,
		}},
	}
}

// text is a cache's content as bytes.
type text struct{ data []byte }

// Marshal gives the bytes.
func (t *text) Marshal() ([]byte, error) { return t.data, nil }

// Unmarshal takes the bytes.
func (t *text) Unmarshal(b []byte) error { t.data = b; return nil }
