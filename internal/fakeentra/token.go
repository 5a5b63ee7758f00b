package fakeentra

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// This file is the token end.

func grantName(grant string) string {
	return strings.TrimPrefix(grant, "urn:ietf:params:oauth:grant-type:")
}

func (s *Server) token(call Call, form url.Values) *Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	var answer map[string]any
	var refused *Reply
	s.sawForm(form)
	switch call.Grant {
	case "device_code":
		answer, refused = s.byDevice(form)
	case "authorization_code":
		answer, refused = s.byCode(call, form)
	case "refresh_token":
		answer, refused = s.byRefresh(call, form)
	case "client_credentials":
		answer, refused = s.byApp(call, form)
	case "password":
		answer, refused = s.byPassword(call, form)
	default:
		refused = Deny(http.StatusBadRequest, "unsupported_grant_type", "AADSTS70003", "The app requested an unsupported grant type.", "")
	}
	if refused != nil {
		return refused
	}
	s.sawAnswer(answer)
	if s.knobs.Edit != nil {
		s.knobs.Edit(call, answer)
	}
	return ok(answer)
}

func (s *Server) byDevice(form url.Values) (map[string]any, *Reply) {
	d := s.devices[form.Get("device_code")]
	if d == nil {
		return nil, Deny(400, "bad_verification_code", "AADSTS70019", "Verification code not recognized.", "")
	}
	d.polls++
	verdict := "ok"
	switch {
	case d.decided == "declined":
		verdict = "authorization_declined"
	case d.decided == "ok":
	case time.Now().After(d.expires):
		verdict = "expired_token"
	case len(s.knobs.Polls) >= d.polls:
		verdict = s.knobs.Polls[d.polls-1]
	case s.knobs.Manual:
		verdict = "authorization_pending"
	}
	codes := map[string]string{"authorization_pending": "AADSTS70016", "authorization_declined": "AADSTS70018", "expired_token": "AADSTS70020"}
	if verdict != "ok" {
		return nil, Deny(400, verdict, codes[verdict], "OAuth 2.0 device flow: "+verdict+".", "")
	}
	return s.userAnswer(d.scope, d.tenant, d.client, d.claims), nil
}

func (s *Server) byCode(call Call, form url.Values) (map[string]any, *Reply) {
	c := s.codes[form.Get("code")]
	if c == nil {
		return nil, Deny(400, "invalid_grant", "AADSTS70008", "The provided authorization code has expired.", "")
	}
	delete(s.codes, form.Get("code"))
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != c.challenge {
		return nil, Deny(400, "invalid_grant", "AADSTS501481", "The Code_Verifier does not match the code_challenge.", "")
	}
	if form.Get("redirect_uri") != c.redirect || call.Client != c.client {
		return nil, Deny(400, "invalid_grant", "AADSTS50011", "The redirect URI or client differs.", "")
	}
	return s.userAnswer(c.scope, c.tenant, c.client, c.claims), nil
}

func (s *Server) byRefresh(call Call, form url.Values) (map[string]any, *Reply) {
	g := s.refresh[form.Get("refresh_token")]
	switch {
	case g == nil:
		return nil, Deny(400, "invalid_grant", "AADSTS9002313", "Invalid request. Request is malformed or invalid.", "")
	case g.revoked:
		return nil, Deny(400, "invalid_grant", "AADSTS70043", "The refresh token has expired or is invalid due to sign-in frequency checks.", "")
	case g.client != call.Client:
		return nil, Deny(400, "invalid_grant", "AADSTS700003", "The refresh token was issued to another client.", "")
	case resourceOf(call.Scope) == "":
		return nil, Deny(400, "invalid_scope", "AADSTS70011", "The provided value for scope is not valid.", "")
	}
	return s.userAnswer(call.Scope, call.Tenant, call.Client, call.Claims), nil
}

func (s *Server) byApp(call Call, form url.Values) (map[string]any, *Reply) {
	if call.Tenant == "unknown" || call.Tenant == "00000000-0000-0000-0000-000000000000" {
		return nil, Deny(400, "invalid_request", "AADSTS90002", "Tenant '"+call.Tenant+"' not found.", "")
	}
	app, known := s.knobs.Apps[call.Client]
	if !known {
		return nil, Deny(400, "unauthorized_client", "AADSTS700016", "Application with identifier '"+call.Client+"' was not found in the directory.", "")
	}
	if assertion := form.Get("client_assertion"); assertion != "" {
		if app.Federated != "" && assertion == app.Federated || signedByOne(app, assertion) {
			return s.appAnswer(call.Scope, call.Tenant, call.Client, call.Claims), nil
		}
		return nil, Deny(401, "invalid_client", "AADSTS700027", "Client assertion contains an invalid signature.", "")
	}
	if app.Secret == "" || form.Get("client_secret") != app.Secret {
		return nil, Deny(401, "invalid_client", "AADSTS7000215", "Invalid client secret provided.", "")
	}
	return s.appAnswer(call.Scope, call.Tenant, call.Client, call.Claims), nil
}

func (s *Server) byPassword(call Call, form url.Values) (map[string]any, *Reply) {
	want, known := s.knobs.Passwords[form.Get("username")]
	if !known || want != form.Get("password") {
		return nil, Deny(400, "invalid_grant", "AADSTS50126", "Error validating credentials due to invalid username or password.", "")
	}
	return s.userAnswer(call.Scope, call.Tenant, call.Client, call.Claims), nil
}

// signedByOne checks an assertion as Entra does: PS256, with x5t#S256 naming one of the app's certificates.
func signedByOne(app App, assertion string) bool {
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return false
	}
	var head struct {
		Alg string `json:"alg"`
		X5T string `json:"x5t#S256"`
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[0])
	if err != nil || json.Unmarshal(raw, &head) != nil || head.Alg != "PS256" {
		return false
	}
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		return false
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	for _, cert := range app.Certs {
		thumb := sha256.Sum256(cert.Raw)
		thumbs := head.X5T == base64.RawURLEncoding.EncodeToString(thumb[:]) || head.X5T == base64.StdEncoding.EncodeToString(thumb[:])
		key, isRSA := cert.PublicKey.(*rsa.PublicKey)
		if thumbs && isRSA && rsa.VerifyPSS(key, crypto.SHA256, digest[:], signature, nil) == nil {
			return true
		}
	}
	return false
}
