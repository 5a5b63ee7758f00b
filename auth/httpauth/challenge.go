package httpauth

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"calypso/auth"
)

// This file reads WWW-Authenticate, RFC 9110 section 11: schemes with parameters, several of each in a line.

// Challenge is what a service says about the token it wants.
type Challenge struct {
	Claims string // JSON to ask the authority with; "" when a plain refresh will do
	Tenant string // the tenant that the service names; to be offered to the person, never followed by itself
}

// Read finds the first Bearer challenge that says something. Headers that make no sense give the zero Challenge.
func Read(h http.Header) Challenge {
	for _, line := range h.Values("WWW-Authenticate") {
		for _, c := range parse(line) {
			if !strings.EqualFold(c.scheme, "Bearer") && !strings.EqualFold(c.scheme, "PoP") {
				continue
			}
			found := Challenge{Tenant: tenantIn(c.params)}
			if strings.EqualFold(c.params["error"], "insufficient_claims") {
				found.Claims = decodeClaims(c.params["claims"])
			}
			if found != (Challenge{}) {
				return found
			}
		}
	}
	return Challenge{}
}

func tenantIn(params map[string]string) string {
	for _, name := range []string{"authorization_uri", "authorization"} {
		u, err := url.Parse(params[name])
		if err != nil || u.Scheme != "https" {
			continue
		}
		tenant, _, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
		if tenant != "" && tenant != "common" && tenant != "organizations" && auth.CheckTenant(tenant) == nil {
			return tenant
		}
	}
	return ""
}

// decodeClaims takes every alphabet of base64, with padding or without.
func decodeClaims(text string) string {
	text = strings.TrimRight(text, "=")
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if raw, err := alphabet.DecodeString(text); err == nil && auth.ValidClaims(string(raw)) {
			return string(raw)
		}
	}
	return ""
}

type scheme struct {
	scheme string
	params map[string]string // by name in lower case; the first of a name counts
}

// mostParams bounds what a header can make us do.
const mostParams = 100

// parse reads one header line. It never fails: what it doesn't understand is left out.
func parse(line string) []scheme {
	var all []scheme
	s := scanner{rest: line}
	for range mostParams {
		s.skip(" \t,")
		word := s.token()
		if word == "" {
			if s.rest == "" {
				break
			}
			s.rest = s.rest[1:]
			continue
		}
		s.skip(" \t")
		if !strings.HasPrefix(s.rest, "=") {
			all = append(all, scheme{word, map[string]string{}})
			continue
		}
		s.rest = s.rest[1:]
		s.skip(" \t")
		value := s.value()
		if len(all) == 0 {
			continue
		}
		if name := strings.ToLower(word); all[len(all)-1].params[name] == "" {
			all[len(all)-1].params[name] = value
		}
	}
	return all
}

type scanner struct{ rest string }

func (s *scanner) skip(set string) { s.rest = strings.TrimLeft(s.rest, set) }

func (s *scanner) token() string {
	end := strings.IndexFunc(s.rest, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c) })
	if end < 0 {
		end = len(s.rest)
	}
	word := s.rest[:end]
	s.rest = s.rest[end:]
	return word
}

// value reads a quoted text or a bare one, which may hold what base64 needs.
func (s *scanner) value() string {
	if !strings.HasPrefix(s.rest, `"`) {
		end := strings.IndexAny(s.rest, " \t,")
		if end < 0 {
			end = len(s.rest)
		}
		v := s.rest[:end]
		s.rest = s.rest[end:]
		return v
	}
	var b strings.Builder
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '\\' && i+1 < len(s.rest):
			i++
			b.WriteByte(s.rest[i])
		case c == '"':
			s.rest = s.rest[i+1:]
			return b.String()
		default:
			b.WriteByte(c)
		}
	}
	s.rest = "" // the quote never ends
	return ""
}
