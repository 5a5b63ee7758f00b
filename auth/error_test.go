package auth

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestClassify(t *testing.T) {
	refusal := func(oauth, code string) []byte {
		return fmt.Appendf(nil, `{"error":"%s","error_description":"%s: Something. Trace ID: FAKE-trace","error_codes":[%s]}`, oauth, code, strings.TrimPrefix(code, "AADSTS"))
	}
	for name, c := range map[string]struct {
		in    Answer
		kind  Kind
		cause Cause
	}{
		"transport":           {Answer{Err: errors.New("reset FAKE-RT-1")}, Unavailable, ""},
		"unknown ca":          {Answer{Err: fmt.Errorf("x: %w", x509.UnknownAuthorityError{})}, Unavailable, CauseUnknownCA},
		"503":                 {Answer{Status: 503, Body: refusal("invalid_grant", "AADSTS70043")}, Unavailable, ""},
		"429":                 {Answer{Status: 429, Body: []byte(`{}`)}, Unavailable, ""},
		"html":                {Answer{Status: 400, Body: []byte(`<html>FAKE-RT-1</html>`)}, Unavailable, CauseGarbage},
		"garbage":             {Answer{Status: 200, Body: []byte(`{"access_token":"FAKE-AT`)}, Unavailable, CauseGarbage},
		"mfa":                 {Answer{Status: 400, Body: refusal("interaction_required", "AADSTS50076")}, ClaimsChallenge, ""},
		"mfa as grant":        {Answer{Status: 400, Body: refusal("invalid_grant", "AADSTS50079")}, ClaimsChallenge, ""},
		"interaction":         {Answer{Status: 400, Body: []byte(`{"error":"interaction_required"}`)}, ClaimsChallenge, ""},
		"consent":             {Answer{Status: 400, Body: refusal("invalid_grant", "AADSTS65001")}, ConsentRequired, ""},
		"dead":                {Answer{Status: 400, Body: refusal("invalid_grant", "AADSTS700082")}, SignInRequired, ""},
		"plain invalid_grant": {Answer{Status: 400, Body: []byte(`{"error":"invalid_grant"}`)}, SignInRequired, ""},
		"blocked":             {Answer{Status: 400, Body: refusal("access_denied", "AADSTS53003")}, Blocked, ""},
		"device only":         {Answer{Status: 400, Body: refusal("invalid_grant", "AADSTS50097"), Flow: ModeDeviceCode}, Blocked, ""},
		"not device":          {Answer{Status: 400, Body: refusal("invalid_grant", "AADSTS50097"), Flow: ModeBrowser}, ClaimsChallenge, ""},
		"no":                  {Answer{Status: 400, Body: refusal("authorization_declined", "AADSTS70018")}, Declined, CauseCancelled},
		"expired":             {Answer{Status: 400, Body: []byte(`{"error":"expired_token"}`)}, Declined, CauseExpired},
		"secret":              {Answer{Status: 401, Body: refusal("invalid_client", "AADSTS7000215")}, Misconfigured, ""},
		"unknown":             {Answer{Status: 400, Body: refusal("invalid_request", "AADSTS1234567")}, Misconfigured, ""},
		"codes as numbers":    {Answer{Status: 400, Body: []byte(`{"error":"invalid_grant","error_codes":[53003]}`)}, Blocked, ""},
	} {
		var e *Error
		if err := Classify(t.Context(), c.in); !errors.As(err, &e) || e.Kind != c.kind || e.Cause != c.cause {
			t.Errorf("%s: %#v", name, err)
		} else if strings.Contains(e.Msg, "FAKE") {
			t.Errorf("%s: leaks in %q", name, e.Msg)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Classify(ended, Answer{Status: 503}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestClaimsComeAsTextOrObject(t *testing.T) {
	for _, body := range []string{
		`{"error":"interaction_required","claims":"{\"access_token\":{\"a\":1}}"}`, `{"error":"interaction_required","claims":{"access_token":{"a":1}}}`,
	} {
		var e *Error
		if err := Classify(t.Context(), Answer{Status: 400, Body: []byte(body)}); !errors.As(err, &e) || e.Claims != `{"access_token":{"a":1}}` {
			t.Errorf("%s: %#v", body, err)
		}
	}
}

func FuzzClassify(f *testing.F) {
	f.Add(400, []byte(`{"error":"invalid_grant","error_description":"AADSTS70043: x Trace ID: y","error_codes":[70043],"claims":"{}"}`))
	f.Add(200, []byte(`{"access_token":"FAKE-AT"}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		err := Classify(t.Context(), Answer{Status: status, Body: body})
		if KindOf(err) == "" {
			t.Errorf("%v has no kind", err)
		}
		Describe(err, Situation{Mode: ModeDeviceCode, CanAsk: true})
	})
}

func TestSecretsDontPrint(t *testing.T) {
	token := Token{Secret: NewSecret("FAKE-AT-1")}
	hiddenIn := struct{ inner Secret }{token.Secret}
	asJSON, err := json.Marshal(map[string]any{"t": token, "p": &token})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		fmt.Sprintf("%v %+v %#v %s %q %x", token, token, token, token.Secret, token.Secret, token.Secret), fmt.Sprintf("%v %+v %#v", hiddenIn, hiddenIn, hiddenIn),
		fmt.Sprint(&token, []Secret{token.Secret}), string(asJSON),
	} {
		if strings.Contains(text, "FAKE") || strings.Contains(text, "46414b45") {
			t.Errorf("prints %s", text)
		}
	}
	if token.Secret.Reveal() != "FAKE-AT-1" || !token.Secret.Equal(NewSecret("FAKE-AT-1")) || (Secret{}).Reveal() != "" {
		t.Error("doesn't hold its text")
	}
}

func TestRedact(t *testing.T) {
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL3ZhdWx0In0.FAKESIG1"
	for in, want := range map[string]string{
		"token " + jwt + " end":                               "token [redacted] end",
		`{"refresh_token":"FAKE-RT-1","x":"y"}`:               `{"refresh_token":[redacted],"x":"y"}`,
		"client_secret=FAKE-S&grant_type=x":                   "client_secret=[redacted]&grant_type=x",
		"Authorization: Bearer FAKE-AT-12345":                 "Authorization: Bearer [redacted]",
		"http://localhost:1/?code=0.AXYAabcdefghijkl&state=x": "http://localhost:1/?code=[redacted]&state=x",
		`{"device_code":"FAKE-DC-1-0123456789"}`:              `{"device_code":"[redacted]"}`,
		"mode device_code: Sign in to Azure":                  "mode device_code: Sign in to Azure",
		"Error code: 53003":                                   "Error code: 53003",
		"client_info=abc, next":                               "client_info=[redacted], next",
		"help.kusto.windows.net and dev.azure.com":            "help.kusto.windows.net and dev.azure.com",
		"AADSTS53003: Access has been blocked by policies":    "AADSTS53003: Access has been blocked by policies",
		"certificate /home/ann/app.pfx: wrong password":       "certificate /home/ann/app.pfx: wrong password",
		"1.AXYAabcdefghijklmnopqrstuv.AgABAwEAAADW":           "[redacted]",
	} {
		if got := Redact(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestClouds(t *testing.T) {
	for authority, want := range map[string]string{
		"": "public", "login.microsoftonline.com": "public", "https://LOGIN.microsoftonline.com/": "public", "https://login.microsoftonline.us": "usgovernment",
		"login.partner.microsoftonline.cn": "china", "https://login.chinacloudapi.cn": "china", "https://login.microsoftonline.de": "custom", "https://127.0.0.1:8443": "custom",
		"http://login.microsoftonline.com": "", "https://login.microsoftonline.com/contoso": "", "https://u:p@login.microsoftonline.com": "", "https://": "",
	} {
		c, err := CloudOf(authority)
		if c.Name != want || (want == "") != (KindOf(err) == Misconfigured) {
			t.Errorf("%q: %q, %v", authority, c.Name, err)
		}
	}
	usgov, _ := CloudOf("login.microsoftonline.us")
	if got := usgov.Scope(OpenAI); got != "https://cognitiveservices.azure.us/.default" {
		t.Errorf("%q", got)
	}
	for _, c := range []struct {
		cloud    Cloud
		service  Service
		scope    string
		mismatch bool
		ok       bool
	}{
		{Public(), OpenAI, "https://cognitiveservices.azure.com/.default", false, true},
		{Public(), OpenAI, "https://ai.azure.com/.default", false, true},
		{Public(), OpenAI, "https://cognitiveservices.azure.us/.default", false, false},
		{Public(), OpenAI, "https://vault.azure.net/.default", false, false},
		{Public(), OpenAI, "https://vault.azure.net/.default", true, true},
		{usgov, DevOps, "499b84ac-1321-427f-aa17-267ca6975798/.default", false, false},
		{Public(), KeyVault, "https://vault.azure.net", false, false},
		{Public(), OpenAI, "x y/.default", true, false},
	} {
		if err := c.cloud.CheckScope(c.service, c.scope, c.mismatch); (err == nil) != c.ok {
			t.Errorf("%s %s %s: %v", c.cloud.Name, c.service, c.scope, err)
		}
	}
	for host, want := range map[string]Service{
		"a.openai.azure.com": OpenAI, "A.Services.AI.azure.com": OpenAI, "v.vault.azure.net": KeyVault, "dev.azure.com": DevOps, "x.dev.azure.com": "", "vault.azure.net": "",
		"openai.azure.com": "", ".openai.azure.com": "", "10.0.0.1": "", "[::1]": "", "a.openai.azure.com.evil.example": "", "v.vault.azure.cn": "",
	} {
		if got, _ := Public().ServiceOf(host); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}

// The message of Describe for what has no situation must not be empty, whatever the kind and cause.
func TestEveryFailureHasASentence(t *testing.T) {
	kinds := []Kind{SignInRequired, ClaimsChallenge, Declined, Blocked, ConsentRequired, Misconfigured, Unavailable}
	causes := []Cause{"", CauseCancelled, CauseExpired, CauseUnknownCA, CauseAbsent, CauseNotLoggedIn, CauseSlow, CauseGarbage, CauseNotAssigned, CauseUntrusted, CauseRefused, CauseNoBrowser, CauseNoUI, CauseCertificate, CauseIncomplete, CauseChain}
	for _, mode := range append(Modes(), "") {
		for _, kind := range kinds {
			for _, cause := range causes {
				for _, ask := range []bool{true, false} {
					m := Describe(&Error{Kind: kind, Cause: cause, Msg: "text"}, Situation{Mode: mode, CanAsk: ask})
					if m.Text == "" || strings.Contains(m.Text, "  ") || !ask && len(m.Actions) > 0 {
						t.Errorf("%s %s %s: %+v", mode, kind, cause, m)
					}
				}
			}
		}
	}
	if got := Describe(errors.New("client_secret=FAKE-S"), Situation{}).Text; strings.Contains(got, "FAKE") {
		t.Error(got)
	}
}

func TestCredential(t *testing.T) {
	b := newBench(t)
	b.src.signedIn = true
	got, err := b.Credential(Req{}).GetToken(t.Context(), tokenOptions(vault.Scope))
	if err != nil || !strings.HasPrefix(got.Token, "FAKE-AT-") {
		t.Error(err)
	}
	if _, err := b.Credential(Req{}).GetToken(t.Context(), tokenOptions("a/.default", "b/.default")); KindOf(err) != Misconfigured {
		t.Error(err)
	}
}
