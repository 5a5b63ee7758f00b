package fakeentra

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// This file makes tokens and remembers what was granted.

type deviceGrant struct {
	userCode, scope, tenant, client, claims string
	expires                                 time.Time
	polls                                   int
	decided                                 string // "ok", "declined", "" while nobody decided
}

type codeGrant struct {
	scope, tenant, client, redirect, challenge, claims string
}

type refreshGrant struct {
	client  string
	revoked bool
}

type accessGrant struct {
	audience, tenant, claims string
	expires                  time.Time
	revoked                  bool
}

func encode(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // only our own maps come here
	}
	return string(b)
}

func part(v any) string { return base64.RawURLEncoding.EncodeToString([]byte(encode(v))) }

// next gives a number. The caller holds mu.
func (s *Server) next() int { s.serial++; return s.serial }

func (s *Server) lifetime() time.Duration {
	if s.knobs.Lifetime > 0 {
		return s.knobs.Lifetime
	}
	return time.Hour
}

// mint makes an access token for a resource. The caller holds mu.
func (s *Server) mint(resource, subject, tenant, claims string) (token string, life time.Duration) {
	life = s.lifetime()
	now := time.Now()
	payload := map[string]any{
		"aud": resource, "iss": "https://sts.windows.net/" + tenant + "/", "tid": tenant, "oid": subject, "exp": now.Add(life).Unix(), "iat": now.Unix(), "jti": s.next(),
	}
	token = part(map[string]any{"typ": "JWT", "alg": "RS256"}) + "." + part(payload) + fmt.Sprintf(".FAKESIG%d", s.serial)
	s.saw(token)
	s.access[token] = accessGrant{audience: resource, tenant: tenant, claims: claims, expires: now.Add(life)}
	return token, life
}

// Issue makes an access token that resources accept, as another program would have got it.
func (s *Server) Issue(resource string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	token, _ := s.mint(resource, UserID, Tenant, "")
	return token
}

// IssueRefresh makes a refresh token for a client, as another program would have got it.
func (s *Server) IssueRefresh(client string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newRefresh(client)
}

func (s *Server) newRefresh(client string) string {
	token := fmt.Sprintf("FAKE-RT-%d-0123456789abcdef", s.next())
	s.saw(token)
	s.refresh[token] = &refreshGrant{client: client}
	return token
}

// RevokeSessions ends all refresh tokens.
func (s *Server) RevokeSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, g := range s.refresh {
		g.revoked = true
	}
}

// RevokeAccess makes resources refuse all access tokens made so far.
func (s *Server) RevokeAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t, g := range s.access {
		g.revoked = true
		s.access[t] = g
	}
}

// resourceOf finds the resource among the scopes asked for.
func resourceOf(scope string) string {
	for _, one := range strings.Fields(scope) {
		switch one {
		case "openid", "profile", "offline_access", "email":
			continue
		}
		if r, ok := strings.CutSuffix(one, "/.default"); ok {
			return r
		}
		if i := strings.LastIndexByte(one, '/'); i > len("https://") {
			return one[:i]
		}
		return one
	}
	return ""
}

// userAnswer is the token answer for a person. The caller holds mu.
func (s *Server) userAnswer(scope, tenant, client, claims string) map[string]any {
	if tenant == "organizations" || tenant == "common" {
		tenant = Tenant
	}
	token, life := s.mint(resourceOf(scope), UserID, tenant, claims)
	now := time.Now()
	id := map[string]any{
		"aud": client, "iss": "https://login.microsoftonline.com/" + tenant + "/v2.0", "iat": now.Unix(), "exp": now.Add(life).Unix(),
		"tid": tenant, "oid": UserID, "sub": "sub-" + UserID, "preferred_username": User, "name": "Ann", "ver": "2.0",
	}
	answer := map[string]any{
		"token_type": "Bearer", "scope": scope, "expires_in": int(life.Seconds()), "ext_expires_in": int(life.Seconds()), "access_token": token,
		"id_token":    part(map[string]any{"typ": "JWT", "alg": "RS256"}) + "." + part(id) + ".FAKESIGid",
		"client_info": part(map[string]any{"uid": UserID, "utid": Tenant}),
	}
	if strings.Contains(scope, "offline_access") {
		answer["refresh_token"] = s.newRefresh(client)
	}
	s.refreshIn(answer)
	return answer
}

func (s *Server) refreshIn(answer map[string]any) {
	if s.knobs.RefreshIn > 0 {
		answer["refresh_in"] = int(s.knobs.RefreshIn.Seconds())
	}
}

// appAnswer is the token answer for an application. The caller holds mu.
func (s *Server) appAnswer(scope, tenant, client, claims string) map[string]any {
	token, life := s.mint(resourceOf(scope), client, tenant, claims)
	answer := map[string]any{"token_type": "Bearer", "expires_in": int(life.Seconds()), "ext_expires_in": int(life.Seconds()), "access_token": token}
	s.refreshIn(answer)
	return answer
}
