package source

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"calypso/auth"
)

// stub is an authority that says what it is told, without a network.
type stub struct {
	device, token string
	status        int
}

func (s stub) RoundTrip(r *http.Request) (*http.Response, error) {
	body, status := "", http.StatusOK
	switch {
	case strings.HasSuffix(r.URL.Path, "/openid-configuration"):
		base := "https://authority.example/organizations"
		body = `{"issuer":"` + base + `/v2.0","authorization_endpoint":"` + base + `/oauth2/v2.0/authorize","token_endpoint":"` + base + `/oauth2/v2.0/token"}`
	case strings.HasSuffix(r.URL.Path, "/devicecode"):
		body = s.device
	default:
		body, status = s.token, s.status
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

const goodDevice = `{"device_code":"FAKE-DC-1","user_code":"AB","verification_uri":"https://authority.example/d","expires_in":900,"interval":1,"message":"m"}`

// FuzzAnswers feeds any device and token answer to the device flow: it ends with a token or a typed error that gives nothing away.
func FuzzAnswers(f *testing.F) {
	f.Add(goodDevice, `{"access_token":"FAKE-AT-1","expires_in":3600,"id_token":"e30.e30.x","client_info":"e30","refresh_token":"FAKE-RT-1","scope":"https://vault.azure.net/.default"}`, 200)
	f.Add(goodDevice, `{"error":"invalid_grant","error_description":"AADSTS70043: x"}`, 400)
	f.Add(`{"device_code":1}`, ``, 500)
	f.Fuzz(func(t *testing.T, device, token string, status int) {
		if status < 200 || status > 599 {
			status = 200
		}
		if strings.Contains(token, "authorization_pending") || strings.Contains(token, "slow_down") {
			return // polls go on for 15 minutes
		}
		src, err := New(Config{Mode: auth.ModeDeviceCode, Authority: "https://authority.example"}, Env{HTTP: &http.Client{Transport: stub{device, token, status}}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err = src.SignIn(ctx, auth.Req{Scope: vaults}, quietUI{})
		if err == nil {
			_, err = src.Silent(ctx, auth.Req{Scope: vaults})
		}
		if ctx.Err() != nil {
			t.Fatalf("never ends: %v", err)
		}
		if err != nil && (auth.KindOf(err) == "" || strings.Contains(err.Error(), "FAKE-AT")) {
			t.Errorf("%#v", err)
		}
	})
}

type quietUI struct{}

func (quietUI) Show(context.Context, auth.Prompt) error { return nil }
func (quietUI) Hide(error)                              {}
