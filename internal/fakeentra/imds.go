package fakeentra

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file is the machine's side: IMDS and App Service.

// AppServiceHeader is the IDENTITY_HEADER that App Service wants; its IDENTITY_ENDPOINT is PlainURL + "/msi/token".
const AppServiceHeader = "FAKE-IDENTITY-HEADER"

// imds answers as 169.254.169.254 does.
func (s *Server) imds(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	id := q.Get("client_id") + q.Get("object_id") + q.Get("msi_res_id")
	s.answer(w, Call{Host: "imds", Path: r.URL.Path, Method: r.Method, Grant: "imds", Scope: q.Get("resource"), Identity: id}, func() *Reply {
		if r.Header.Get("Metadata") != "true" {
			return &Reply{Status: 400, Body: `{"error":"invalid_request","error_description":"Required metadata header not specified"}`}
		}
		return s.machineToken(q.Get("resource"), id)
	})
}

// appService answers as App Service and Functions do.
func (s *Server) appService(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	id := q.Get("client_id") + q.Get("principal_id") + q.Get("mi_res_id")
	s.answer(w, Call{Host: "appservice", Path: r.URL.Path, Method: r.Method, Grant: "appservice", Scope: q.Get("resource"), Identity: id}, func() *Reply {
		if r.Header.Get("X-IDENTITY-HEADER") != AppServiceHeader {
			return &Reply{Status: 401, Body: `{"statusCode":401,"message":"the header is wrong"}`}
		}
		return s.machineToken(q.Get("resource"), id)
	})
}

func (s *Server) machineToken(resource, id string) *Reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == "" && s.knobs.NoSystemIdentity || id != "" && !slices.Contains(s.knobs.Identities, id) {
		return &Reply{Status: 400, Body: `{"error":"invalid_request","error_description":"Identity not found"}`}
	}
	token, life := s.mint(strings.TrimSuffix(resource, "/.default"), "machine"+id, Tenant, "")
	return ok(map[string]any{
		"access_token": token, "expires_on": strconv.FormatInt(time.Now().Add(life).Unix(), 10), "expires_in": strconv.Itoa(int(life.Seconds())),
		"resource": resource, "token_type": "Bearer", "client_id": id,
	})
}
