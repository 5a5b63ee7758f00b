package fakeentra

import (
	"encoding/json"
	"net/http"
	"net/url"
	"time"
)

// This file lets other programs, such as the editor's tests, turn the knobs over HTTP.
//
//	POST /fake/approve?code=…   POST /fake/decline?code=…   POST /fake/revoke-sessions   POST /fake/revoke-access
//	POST /fake/knobs {"manual":true,"polls":["authorization_pending"],"claims":{"host":"{…}"},"tenants":{"host":"…"},"codeSeconds":60,
//	                  "fault":{"status":400,"body":"…","grant":"…","host":"…"}}
//	GET  /fake/calls            GET  /fake/codes

type knobsJSON struct {
	Manual *bool             `json:"manual"`
	Polls  []string          `json:"polls"`
	Claims map[string]string `json:"claims"`
	// Tenants are those that clusters are in, by host.
	Tenants map[string]string `json:"tenants"`
	// CodeSeconds is how long device codes live.
	CodeSeconds *int `json:"codeSeconds"`
	Fault       *struct {
		Grant  string `json:"grant"` // which calls; "" is all
		Host   string `json:"host"`  // "" is all
		Status int    `json:"status"`
		Body   string `json:"body"`
	} `json:"fault"` // {"status":0} takes it away
}

func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	code := formOf(r).Get("code")
	read := r.URL.Path == "/fake/calls" || r.URL.Path == "/fake/codes"
	if !read && r.Method != http.MethodPost {
		http.Error(w, "POST it", http.StatusMethodNotAllowed)
		return
	}
	done := true
	switch r.URL.Path {
	case "/fake/approve":
		done = s.Approve(code)
	case "/fake/decline":
		done = s.Decline(code)
	case "/fake/revoke-sessions":
		s.RevokeSessions()
	case "/fake/revoke-access":
		s.RevokeAccess()
	case "/fake/knobs":
		var k knobsJSON
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<16)).Decode(&k); err != nil {
			http.Error(w, "the body is no JSON of knobs", http.StatusBadRequest)
			return
		}
		s.Set(k.apply)
	case "/fake/calls":
		ok(s.Calls()).write(w)
		return
	case "/fake/codes":
		ok(s.userCodes()).write(w)
		return
	default:
		done = false
	}
	if !done {
		http.NotFound(w, r)
		return
	}
	ok(map[string]any{"done": true}).write(w)
}

func (k knobsJSON) apply(knobs *Knobs) {
	if k.Manual != nil {
		knobs.Manual = *k.Manual
	}
	if k.Polls != nil {
		knobs.Polls = k.Polls
	}
	if k.Claims != nil {
		knobs.Claims = k.Claims
	}
	if k.Tenants != nil {
		knobs.Tenants = k.Tenants
	}
	if k.CodeSeconds != nil {
		knobs.CodeLifetime = time.Duration(*k.CodeSeconds) * time.Second
	}
	if f := k.Fault; f != nil {
		knobs.Fault = nil
		if f.Status != 0 {
			knobs.Fault = func(c Call) *Reply {
				if f.Grant != "" && f.Grant != c.Grant || f.Host != "" && f.Host != c.Host {
					return nil
				}
				return &Reply{Status: f.Status, Body: f.Body}
			}
		}
	}
}

// userCodes are those that wait for a decision.
func (s *Server) userCodes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	codes := []string{}
	for _, d := range s.devices {
		if d.decided == "" {
			codes = append(codes, d.userCode)
		}
	}
	return codes
}

// Consent does what the browser would at an authorization page: it opens address, says yes, and posts the answer back to the client.
func (s *Server) Consent(address string) error { return s.consent(address, "ok") }

// Refuse is Consent for a person who says no.
func (s *Server) Refuse(address string) error { return s.consent(address, "no") }

func (s *Server) consent(address, decision string) error {
	u, err := url.Parse(address)
	if err != nil {
		return err
	}
	q := u.Query()
	q.Set("decision", decision)
	u.RawQuery = q.Encode()
	return s.browse(u)
}
