package httpauth

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"calypso/auth"
)

// tokens is a Broker that counts.
type tokens struct {
	asked   []auth.Req
	renewed []string
	fail    error
}

func (k *tokens) Token(_ context.Context, r auth.Req) (auth.Token, error) {
	if k.fail != nil {
		return auth.Token{}, k.fail
	}
	k.asked = append(k.asked, r)
	return auth.Token{Secret: auth.NewSecret(fmt.Sprintf("FAKE-AT-%d", len(k.asked)+len(k.renewed)))}, nil
}

func (k *tokens) Renew(_ context.Context, _ auth.Req, rejected auth.Secret) (auth.Token, error) {
	k.renewed = append(k.renewed, rejected.Reveal())
	return auth.Token{Secret: auth.NewSecret(fmt.Sprintf("FAKE-AT-%d", len(k.asked)+len(k.renewed)))}, nil
}

// service answers in order and notes what it got.
type service struct {
	answers []http.Response
	bodies  []string
	bearers []string
}

func (s *service) RoundTrip(r *http.Request) (*http.Response, error) {
	body := []byte{}
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
	}
	s.bodies, s.bearers = append(s.bodies, string(body)), append(s.bearers, r.Header.Get("Authorization"))
	answer := http.Response{StatusCode: http.StatusOK}
	if len(s.answers) >= len(s.bodies) {
		answer = s.answers[len(s.bodies)-1]
	}
	if answer.Header == nil {
		answer.Header = http.Header{}
	}
	answer.Request, answer.Body = r, io.NopCloser(strings.NewReader("answer"))
	return &answer, nil
}

func look(k *tokens) Lookup {
	return func(_ context.Context, u *url.URL) (Target, error) {
		if s, ok := auth.Public().ServiceOf(u.Hostname()); ok {
			return Target{Tokens: k, Scope: auth.Public().Scope(s)}, nil
		}
		return Target{}, Untrusted(u.Hostname(), "endpoint")
	}
}

const vault = "https://team.vault.azure.net/secrets/x"

func TestWhoGetsAToken(t *testing.T) {
	for address, want := range map[string]string{
		vault: "Bearer FAKE-AT-1",
		"https://team.openai.azure.com/openai/v1":    "Bearer FAKE-AT-1",
		"https://dev.azure.com/x":                    "Bearer FAKE-AT-1",
		"https://evil.example/":                      "refused",
		"https://team.vault.azure.net.evil.example/": "refused",
		"https://eviltvault.azure.net/":              "refused",
		"https://vault.azure.net/":                   "refused",
		"https://xdev.azure.com/":                    "refused",
		"https://team.vault.azure.net./":             "refused",
		"http://team.vault.azure.net/":               "",
		"https://127.0.0.1/":                         "",
		"https://[::1]/":                             "",
		"https://localhost/":                         "",
		"http://169.254.169.254/":                    "",
		"https://user:pass@team.vault.azure.net/":    "",
		"https://evil.example/v1/rest/auth/metadata": "",
	} {
		k, s := &tokens{}, &service{}
		resp, err := Client(&Transport{Base: s, Lookup: look(k)}).Get(address)
		got := "refused"
		if err == nil {
			_ = resp.Body.Close()
			got = s.bearers[0]
		}
		if strings.HasPrefix(got, "Basic ") { // net/http's own, of the address
			got = ""
		}
		if got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
		var e *auth.Error
		if want == "refused" && (!errors.As(err, &e) || e.Cause != auth.CauseUntrusted || len(s.bodies) != 0) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func unauthorized(challenge string) http.Response {
	return http.Response{StatusCode: http.StatusUnauthorized, Header: http.Header{"Www-Authenticate": {challenge}}}
}

func TestOneRetryWithTheSameBody(t *testing.T) {
	claims := `{"access_token":{"acrs":{"essential":true,"value":"c1"}}}`
	for name, c := range map[string]struct {
		challenge string
		claims    string
		renewed   int
	}{
		"plain":      {challenge: `Bearer realm="", error="invalid_token"`, renewed: 1},
		"none":       {renewed: 1},
		"claims":     {challenge: `Bearer error="insufficient_claims", claims="` + base64.StdEncoding.EncodeToString([]byte(claims)) + `"`, claims: claims},
		"bad claims": {challenge: `Bearer error="insufficient_claims", claims="%%%"`, renewed: 1},
	} {
		for kind, body := range map[string]io.Reader{"replayable": strings.NewReader("query"), "stream": io.MultiReader(strings.NewReader("que"), strings.NewReader("ry"))} {
			t.Run(name+" "+kind, func(t *testing.T) {
				k, s := &tokens{}, &service{answers: []http.Response{unauthorized(c.challenge), unauthorized(c.challenge)}}
				resp, err := Client(&Transport{Base: s, Lookup: look(k)}).Post(vault, "text/plain", body)
				if err != nil {
					t.Fatal(err)
				}
				_ = resp.Body.Close()
				if resp.StatusCode != http.StatusUnauthorized || len(s.bodies) != 2 || s.bodies[0] != "query" || s.bodies[1] != "query" {
					t.Errorf("%d, bodies %q", resp.StatusCode, s.bodies)
				}
				if s.bearers[0] == s.bearers[1] || len(k.renewed) != c.renewed {
					t.Errorf("bearers %q, renewed %q", s.bearers, k.renewed)
				}
				if last := k.asked[len(k.asked)-1].Claims; last != c.claims {
					t.Errorf("claims %q", last)
				}
			})
		}
	}
}

func TestLargeStreamIsSentOnce(t *testing.T) {
	k, s := &tokens{}, &service{answers: []http.Response{unauthorized("Bearer")}}
	body := bytes.Repeat([]byte("x"), most+10)
	resp, err := Client(&Transport{Base: s, Lookup: look(k)}).Post(vault, "text/plain", io.MultiReader(bytes.NewReader(body)))
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if len(s.bodies) != 1 || len(s.bodies[0]) != len(body) {
		t.Errorf("%d tries, %d bytes", len(s.bodies), len(s.bodies[0]))
	}
}

func TestRedirectsAreHandedOn(t *testing.T) {
	k := &tokens{}
	s := &service{answers: []http.Response{{StatusCode: http.StatusFound, Header: http.Header{"Location": {"https://evil.example/"}}}}}
	resp, err := Client(&Transport{Base: s, Lookup: look(k)}).Get(vault)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusFound || len(s.bodies) != 1 {
		t.Errorf("%d, %d requests", resp.StatusCode, len(s.bodies))
	}
}

func TestErrorsStayTypedAndPromptsNeedLeave(t *testing.T) {
	k := &tokens{fail: &auth.Error{Kind: auth.SignInRequired}}
	client := Client(&Transport{Base: &service{}, Lookup: look(k)})
	_, err := client.Get(vault)
	if auth.KindOf(err) != auth.SignInRequired {
		t.Error(err)
	}
	k.fail = nil
	req, _ := http.NewRequestWithContext(With(t.Context(), Ask{Interactive: true}), http.MethodGet, vault, nil)
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if !k.asked[0].Interactive || k.asked[0].Scope != "https://vault.azure.net/.default" {
		t.Errorf("%+v", k.asked[0])
	}
	if req.Header.Get("Authorization") != "" {
		t.Error("the caller's request was changed")
	}
}

func TestRead(t *testing.T) {
	claims := base64.StdEncoding.EncodeToString([]byte(`{"a":{"b":1}}`))
	for line, want := range map[string]Challenge{
		`Bearer authorization_uri="https://login.microsoftonline.com/contoso.example/oauth2/authorize"`: {Tenant: "contoso.example"},
		`Bearer authorization_uri="https://login.microsoftonline.com/common"`:                           {},
		`Bearer error="insufficient_claims", claims="` + claims + `"`:                                   {Claims: `{"a":{"b":1}}`},
		`Bearer error=insufficient_claims,claims=` + claims:                                             {Claims: `{"a":{"b":1}}`},
		`Negotiate, Basic realm="x, y=\"z", bearer ERROR="insufficient_claims",claims="` + claims + `"`: {Claims: `{"a":{"b":1}}`},
		`Bearer error="insufficient_claims", claims="W10="`:                                             {},
		`Bearer claims="` + claims: {}, `=`: {}, ``: {}, `"`: {}, "Bearer \x00\xff": {},
	} {
		if got := Read(http.Header{"Www-Authenticate": {line}}); got != want {
			t.Errorf("%s\n got %+v\nwant %+v", line, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(`Bearer realm="", error="insufficient_claims", claims="e30="`)
	f.Add(`Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net", PoP nonce=x`)
	f.Fuzz(func(t *testing.T, line string) {
		c := Read(http.Header{"Www-Authenticate": {line}})
		if c.Claims != "" && !auth.ValidClaims(c.Claims) || auth.CheckTenant(c.Tenant) != nil {
			t.Errorf("%+v", c)
		}
	})
}
