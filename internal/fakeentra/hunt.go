package fakeentra

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// This file finds credentials where none may be: every one that the fake handed out or was shown, in each form in which texts hold
// others, whole or in pieces.

// credentials are the fields of forms and answers that hold any.
var credentials = []string{
	"access_token", "refresh_token", "id_token", "client_info", "client_secret", "client_assertion", "code_verifier", "device_code", "code", "password",
}

// saw remembers credentials. The caller holds mu.
func (s *Server) saw(texts ...string) {
	if s.seen == nil {
		s.seen = map[string]bool{}
	}
	for _, t := range texts {
		if len(t) > 5 { // client_info=1 is a wish, not an answer
			s.seen[t] = true
		}
	}
}

func (s *Server) sawForm(form url.Values) {
	for _, name := range credentials {
		s.saw(form.Get(name))
	}
}

func (s *Server) sawAnswer(answer map[string]any) {
	for _, name := range credentials {
		if text, ok := answer[name].(string); ok {
			s.saw(text)
		}
	}
}

// Credentials are all that were handed out or shown so far, in order.
func (s *Server) Credentials() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]string, 0, len(s.seen))
	for text := range s.seen {
		all = append(all, text)
	}
	slices.Sort(all)
	return all
}

// IssuedRefresh is a refresh token that was handed out, for faults that quote one; "" when none was. As a fault it runs with the fake
// locked.
func (s *Server) IssuedRefresh() string {
	for token := range s.refresh {
		return token
	}
	return ""
}

// A piece of a credential of this size or more is a leak; of a longer one every piece counts that begins where step says, so that
// whatever has piece+step-1 bytes is found.
const (
	piece = 20
	step  = 8
)

// Hunt looks for credentials.
type Hunt struct {
	whole  map[string]string // short ones, by each of their forms
	pieces map[string]string // by a piece of one of their forms
}

// Hunt is for the credentials so far, and for more.
func (s *Server) Hunt(more ...string) *Hunt {
	h := &Hunt{map[string]string{}, map[string]string{}}
	for _, secret := range append(s.Credentials(), more...) {
		name := secret
		if head, rest, isJWT := strings.Cut(secret, "."); isJWT && strings.HasPrefix(head, "eyJ") {
			secret = rest // the head is the same for all, and no secret
		}
		for form, text := range forms(secret) {
			h.add(text, form+" of "+name)
		}
	}
	return h
}

func (h *Hunt) add(text, name string) {
	if len(text) < piece {
		h.whole[text] = name
		return
	}
	for at := 0; at+piece <= len(text); at += step {
		h.pieces[text[at:at+piece]] = name
	}
	h.pieces[text[len(text)-piece:]] = name
}

// Find gives the first credential in a text with its form, and where it begins; "" when there is none.
func (h *Hunt) Find(text string) (what string, at int) {
	for form, name := range h.whole {
		if i := strings.Index(text, form); i >= 0 {
			return name, i
		}
	}
	for i := 0; i+piece <= len(text); i++ {
		if name, ok := h.pieces[text[i:i+piece]]; ok {
			return name, i
		}
	}
	return "", 0
}

// forms are how a text stands in others.
func forms(secret string) map[string]string {
	quoted, _ := json.Marshal(secret)
	all := map[string]string{
		"the text": secret, "the URL form": url.QueryEscape(secret), "the path form": url.PathEscape(secret), "the JSON form": strings.Trim(string(quoted), `"`),
		"the quoted form": strings.Trim(strconv.Quote(secret), `"`), "the hex form": hex.EncodeToString([]byte(secret)),
		"the HEX form": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	if raw, err := base64.StdEncoding.DecodeString(secret); err == nil && len(raw) >= 16 {
		all["the bytes"] = string(raw)
	}
	for shift := range 3 { // in base64 a text looks otherwise for each place that it may begin at
		text := strings.Repeat("x", shift) + secret
		end := (len(text) - len(text)%3) * 4 / 3
		begin := []int{0, 2, 3}[shift]
		if end-begin < 12 {
			continue
		}
		all["base64 "+strconv.Itoa(shift)] = base64.StdEncoding.EncodeToString([]byte(text))[begin:end]
		all["base64url "+strconv.Itoa(shift)] = base64.URLEncoding.EncodeToString([]byte(text))[begin:end]
	}
	return all
}
