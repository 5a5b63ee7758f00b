package auth

import "regexp"

// This file is the second net against leaks, after Secret: it takes credentials out of texts that others wrote.

var (
	jwtLike = regexp.MustCompile(`\b[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{4,}\b`)
	// jwtHead catches tokens that were cut off, and encrypted ones with more parts. A first part alone is no token, and looks like the
	// claims that a person hands to az.
	jwtHead = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]{2,})+`)
	// bearer is a header's value; Entra's refresh tokens begin with 0. or 1.
	bearer = regexp.MustCompile(`(?i)\b(bearer|basic|pop)\s+[A-Za-z0-9._~+/=-]{6,}`)
	rt     = regexp.MustCompile(`\b[01]\.A[A-Za-z0-9_-]{20,}(\.[A-Za-z0-9_-]+)*`)
	// field is a credential by its name: in JSON, in a form or query, in a header.
	field = regexp.MustCompile(`(?i)("?\b(?:access_token|refresh_token|id_token|client_info|client_secret|client_assertion|assertion|password|secret|code_verifier|accesstoken|refreshtoken|sharedkey|api[-_]?key|x-identity-header)"?\s*[:=]\s*)("(?:[^"\\]|\\.)*"?|[^\s&,;"'}]+)`)
)

// grantCode is an authorization code or a device code by its name; short values are numbers of errors, and what is said of a mode.
var grantCode = regexp.MustCompile(`(?i)("?\b(?:device_)?code"?\s*[:=]\s*"?)[A-Za-z0-9._~-]{16,}`)

// Redact takes what looks like a credential out of a text: JWT-like text, bearer headers, refresh tokens and the values of fields
// that hold credentials.
func Redact(text string) string {
	text = field.ReplaceAllString(text, "${1}"+hidden)
	text = grantCode.ReplaceAllString(text, "${1}"+hidden)
	text = bearer.ReplaceAllString(text, "${1} "+hidden)
	text = jwtHead.ReplaceAllString(text, hidden)
	text = jwtLike.ReplaceAllStringFunc(text, func(s string) string {
		if looksLikeJWT(s) {
			return hidden
		}
		return s
	})
	return rt.ReplaceAllString(text, hidden)
}

// looksLikeJWT tells three base64 parts from a host name: host names have no long part with capitals and digits mixed.
func looksLikeJWT(s string) bool {
	var lower, upper, digit, run, longest int
	for _, c := range s {
		switch {
		case c >= 'a' && c <= 'z':
			lower++
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= '0' && c <= '9':
			digit++
		}
		if c == '.' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest >= 16 && upper > 1 && lower > 1
}
