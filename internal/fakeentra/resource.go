package fakeentra

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// This file is what tokens are for: clusters, vaults and models that refuse everything but a token of this authority for them.

// PutSecret stores a secret in a vault: vault is the first label of its host.
func (s *Server) PutSecret(vault, name, value string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saw(value)
	s.secrets[vault+"/"+name] = value
}

// resource answers for any host that isn't the authority's.
func (s *Server) resource(w http.ResponseWriter, r *http.Request, host string) {
	call := Call{Host: host, Path: r.URL.Path, Method: r.Method}
	if r.URL.Path == "/v1/rest/auth/metadata" && isKusto(host) {
		s.answer(w, call, func() *Reply { return metadata(host) })
		return
	}
	challenge := s.check(r, host)
	call.Authorized = challenge == ""
	if fault := s.note(call); fault != nil {
		fault.write(w)
		return
	}
	if challenge != "" {
		w.Header().Set("WWW-Authenticate", challenge)
		(&Reply{Status: http.StatusUnauthorized, Body: `{"error":{"code":"Unauthorized","message":"no token, or not the right one"}}`}).write(w)
		return
	}
	switch backend := s.look().Backend; {
	case strings.HasPrefix(r.URL.Path, "/secrets/"):
		s.vault(w, r, host)
	case backend != nil:
		backend.ServeHTTP(w, r)
	default:
		ok(map[string]any{"host": host, "path": r.URL.Path}).write(w)
	}
}

func isKusto(host string) bool { return strings.Contains(host, ".kusto") }

// metadata is what clusters say about their sign-in.
func metadata(host string) *Reply {
	return ok(map[string]any{"AzureAD": map[string]any{
		"LoginEndpoint": "https://login.microsoftonline.com", "LoginMfaRequired": false, "KustoClientAppId": "db662dc1-0cfe-4e1c-a843-19a68e65be58",
		"KustoClientRedirectUri": "https://microsoft/kustoclient", "KustoServiceResourceId": "https://" + kustoResource(host), "FirstPartyAuthorityUrl": "https://login.microsoftonline.com/f8cdef31-a31e-4b4a-93e4-5f571e91255a",
	}})
}

func kustoResource(host string) string { return host }

// audiences are the resources whose tokens a host takes.
func audiences(host string) []string {
	switch {
	case isKusto(host):
		return []string{"https://" + host, "https://kusto.kusto.windows.net"}
	case strings.HasSuffix(host, ".vault.azure.net"):
		return []string{"https://vault.azure.net"}
	case host == "dev.azure.com":
		return []string{"499b84ac-1321-427f-aa17-267ca6975798"}
	case strings.HasSuffix(host, ".openai.azure.com"), strings.HasSuffix(host, ".cognitiveservices.azure.com"):
		return []string{"https://cognitiveservices.azure.com", "https://ai.azure.com"}
	}
	return []string{"https://" + host}
}

// check gives the challenge for a request without a good token, "" for one with.
func (s *Server) check(r *http.Request, host string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	plain := fmt.Sprintf(`Bearer authorization="https://login.microsoftonline.com/%s", resource="%s"`, Tenant, audiences(host)[0])
	if !strings.HasSuffix(host, ".vault.azure.net") {
		plain = fmt.Sprintf(`Bearer realm="", authorization_uri="https://login.microsoftonline.com/%s/oauth2/authorize", error="invalid_token"`, Tenant)
	}
	if in := s.knobs.Tenants[host]; in != "" {
		plain = strings.ReplaceAll(plain, Tenant, in)
	}
	if key := r.Header.Get("api-key"); key != "" && s.knobs.Keys[key] {
		s.saw(key)
		return ""
	}
	token, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	g, known := s.access[token]
	if !isBearer || !known || g.revoked || time.Now().After(g.expires) {
		return plain
	}
	if in := s.knobs.Tenants[host]; in != "" && g.tenant != in {
		return plain
	}
	if want := s.knobs.Claims[host]; want != "" && g.claims == "" {
		return fmt.Sprintf(`Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="%s"`,
			base64.StdEncoding.EncodeToString([]byte(want)))
	}
	for _, a := range audiences(host) {
		if g.audience == a || g.audience == "*" || strings.TrimSuffix(g.audience, "/") == a {
			return ""
		}
	}
	return plain
}

func (s *Server) vault(w http.ResponseWriter, r *http.Request, host string) {
	vault, _, _ := strings.Cut(host, ".")
	name, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/secrets/"), "/")
	s.mu.Lock()
	value, known := s.secrets[vault+"/"+name]
	s.mu.Unlock()
	if !known {
		(&Reply{Status: 404, Body: `{"error":{"code":"SecretNotFound","message":"A secret with that name was not found"}}`}).write(w)
		return
	}
	ok(map[string]any{"value": value, "id": "https://" + host + "/secrets/" + name + "/1"}).write(w)
}
