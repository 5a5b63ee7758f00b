package fakeentra

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// This file is the authority's ends except for the token end: discovery, device codes, the authorization page.

func (s *Server) authority(w http.ResponseWriter, r *http.Request, host string) {
	base := "https://" + r.Host
	if r.URL.Path == "/common/discovery/instance" {
		s.instance(w, r, base)
		return
	}
	if r.URL.Path == "/devicelogin" || r.URL.Path == "/fakelogin" {
		s.devicePage(w, r)
		return
	}
	if who, asked := strings.CutPrefix(strings.ToLower(r.URL.Path), "/common/userrealm/"); asked {
		_, domain, _ := strings.Cut(who, "@")
		ok(map[string]any{
			"ver": "1.0", "account_type": "Managed", "domain_name": domain, "cloud_instance_name": "microsoftonline.com",
			"cloud_audience_urn": "urn:federation:MicrosoftOnline",
		}).write(w)
		return
	}
	tenant, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	form := formOf(r)
	call := Call{
		Host: host, Path: "/" + rest, Method: r.Method, Tenant: tenant, Scope: form.Get("scope"), Client: form.Get("client_id"), Claims: form.Get("claims"),
	}
	switch rest {
	case "v2.0/.well-known/openid-configuration":
		if fault := s.note(call); fault != nil {
			fault.write(w)
			return
		}
		s.openID(w, base, tenant)
	case "oauth2/v2.0/devicecode":
		call.Grant = "devicecode"
		s.answer(w, call, func() *Reply { return s.deviceCode(base, call) })
	case "oauth2/v2.0/authorize":
		call.Grant = "authorize"
		s.authorize(w, r, call, form)
	case "oauth2/v2.0/token":
		call.Grant = grantName(form.Get("grant_type"))
		s.answer(w, call, func() *Reply { return s.token(call, form) })
	default:
		http.NotFound(w, r)
	}
}

// answer logs a call and writes a fault's answer or the true one.
func (s *Server) answer(w http.ResponseWriter, call Call, make func() *Reply) {
	reply := s.note(call)
	if reply == nil {
		reply = make()
	}
	reply.write(w)
}

func ok(v any) *Reply { return &Reply{Status: http.StatusOK, Body: encode(v)} }

func (s *Server) instance(w http.ResponseWriter, r *http.Request, base string) {
	if fault := s.note(Call{Host: r.Host, Path: r.URL.Path, Method: r.Method}); fault != nil {
		fault.write(w)
		return
	}
	asked, _ := url.Parse(r.URL.Query().Get("authorization_endpoint"))
	tenant, host := "common", r.Host
	if asked != nil && asked.Host != "" {
		host = asked.Host
		tenant, _, _ = strings.Cut(strings.TrimPrefix(asked.Path, "/"), "/")
		base = "https://" + host
	}
	ok(map[string]any{
		"tenant_discovery_endpoint": base + "/" + tenant + "/v2.0/.well-known/openid-configuration", "api-version": "1.1",
		"metadata": []any{map[string]any{"preferred_network": host, "preferred_cache": host, "aliases": []string{host}}},
	}).write(w)
}

func (s *Server) openID(w http.ResponseWriter, base, tenant string) {
	ok(map[string]any{
		"issuer": base + "/" + tenant + "/v2.0", "authorization_endpoint": base + "/" + tenant + "/oauth2/v2.0/authorize",
		"token_endpoint": base + "/" + tenant + "/oauth2/v2.0/token", "device_authorization_endpoint": base + "/" + tenant + "/oauth2/v2.0/devicecode",
		"jwks_uri": base + "/" + tenant + "/discovery/v2.0/keys", "response_modes_supported": []string{"query", "fragment", "form_post"},
	}).write(w)
}

func (s *Server) deviceCode(base string, call Call) *Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	life := s.knobs.CodeLifetime
	if life == 0 {
		life = 15 * time.Minute
	}
	n := s.next()
	code, user := fmt.Sprintf("FAKE-DC-%d-0123456789", n), fmt.Sprintf("FK%04dXY", n)
	s.saw(code)
	s.devices[code] = &deviceGrant{
		userCode: user, scope: call.Scope, tenant: call.Tenant, client: call.Client, claims: call.Claims, expires: time.Now().Add(life),
	}
	where := base + "/devicelogin"
	return ok(map[string]any{
		"device_code": code, "user_code": user, "verification_uri": where, "verification_url": where, "expires_in": int(life.Seconds()), "interval": 1,
		"message": "To sign in, use a web browser to open the page " + where + " and enter the code " + user + " to authenticate.",
	})
}

// Approve says yes to a user code; false means there is no such code.
func (s *Server) Approve(userCode string) bool { return s.decide(userCode, "ok") }

// Decline says no to a user code; false means there is no such code.
func (s *Server) Decline(userCode string) bool { return s.decide(userCode, "declined") }

func (s *Server) decide(userCode, how string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.devices {
		if strings.EqualFold(d.userCode, strings.TrimSpace(userCode)) {
			d.decided = how
			return true
		}
	}
	return false
}

var page = template.Must(template.New("").Parse(`<!doctype html><title>Fake sign-in</title><h1>Fake sign-in</h1>
{{if .Done}}<p id="done">{{.Done}}</p>{{else}}<form method="post" action="{{.Action}}">
{{range $k, $v := .Hidden}}<input type="hidden" name="{{$k}}" value="{{$v}}">{{end}}
{{if .AskCode}}<input name="user_code" id="code" autofocus>{{end}}
<button name="decision" value="ok" id="approve">Approve</button> <button name="decision" value="no" id="decline">Decline</button></form>{{end}}`))

type pageData struct {
	Done, Action string
	Hidden       map[string]string
	AskCode      bool
}

func (s *Server) devicePage(w http.ResponseWriter, r *http.Request) {
	form := formOf(r)
	data := pageData{Action: r.URL.Path, AskCode: true}
	if r.Method == http.MethodPost {
		how := "ok"
		if form.Get("decision") == "no" {
			how = "declined"
		}
		data.Done = "That code isn't known."
		if s.decide(form.Get("user_code"), how) {
			data.Done = "You may close this page."
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, data)
}

// authorize is the browser's page. Without Manual it sends the browser back at once, as a session that is still open does.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request, call Call, form url.Values) {
	if fault := s.note(call); fault != nil {
		fault.write(w)
		return
	}
	redirect, err := url.Parse(form.Get("redirect_uri"))
	if err != nil || redirect.Hostname() != "localhost" && redirect.Hostname() != "127.0.0.1" {
		http.Error(w, "AADSTS50011: the redirect URI isn't one of the app", http.StatusBadRequest)
		return
	}
	if form.Get("code_challenge_method") != "S256" || form.Get("code_challenge") == "" {
		http.Error(w, "AADSTS9002325: Proof Key for Code Exchange is required", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if s.look().Manual && form.Get("decision") == "" {
		hidden := map[string]string{}
		for k := range form {
			hidden[k] = form.Get(k)
		}
		_ = page.Execute(w, pageData{Action: r.URL.Path, Hidden: hidden})
		return
	}
	back := map[string]string{"state": form.Get("state")}
	if form.Get("decision") == "no" {
		back["error"], back["error_description"] = "access_denied", "AADSTS65004: User declined to consent to access the app."
	} else {
		back["code"] = s.newCode(call, form)
	}
	goBack(w, r, form, redirect, back)
}

func (s *Server) newCode(call Call, form url.Values) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := fmt.Sprintf("FAKE-AC-%d-0123456789", s.next())
	s.saw(code)
	s.codes[code] = &codeGrant{
		scope: call.Scope, tenant: call.Tenant, client: call.Client, redirect: form.Get("redirect_uri"), challenge: form.Get("code_challenge"), claims: call.Claims,
	}
	return code
}

var postBack = template.Must(template.New("").Parse(`<!doctype html><title>Working…</title><form method="post" action="{{.Action}}">
{{range $k, $v := .Hidden}}<input type="hidden" name="{{$k}}" value="{{$v}}">{{end}}</form><script>document.forms[0].submit()</script>`))

// goBack answers the redirect in the way that the client asked for: a form post or the query.
func goBack(w http.ResponseWriter, r *http.Request, form url.Values, redirect *url.URL, back map[string]string) {
	if form.Get("response_mode") == "form_post" {
		_ = postBack.Execute(w, pageData{Action: redirect.String(), Hidden: back})
		return
	}
	q := redirect.Query()
	for k, v := range back {
		q.Set(k, v)
	}
	redirect.RawQuery = q.Encode()
	http.Redirect(w, r, redirect.String(), http.StatusFound)
}
