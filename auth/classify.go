package auth

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
)

// This file turns an authority's answer into an Error. It never reads a library's text, except for the number behind "AADSTS": the
// libraries quote answers whole, tokens included.

// Answer is what came back from the authority.
type Answer struct {
	Status int    // of HTTP; 0 when nothing came
	Body   []byte // as it came, perhaps cut
	Err    error  // of the transport, when nothing came
	Flow   string // the mode that asked: some numbers mean another thing for device codes
}

// oauthError is the body of a refusal, RFC 6749 with Entra's additions.
type oauthError struct {
	Error       string          `json:"error"`
	Description string          `json:"error_description"`
	Codes       []int           `json:"error_codes"`
	Suberror    string          `json:"suberror"`
	Claims      json.RawMessage `json:"claims"`
}

// Classify says what a failed exchange means. The order is: the context, the transport and the state of the service, the AADSTS
// number, the OAuth error, else misconfigured.
func Classify(ctx context.Context, a Answer) error {
	if err := ctx.Err(); err != nil {
		return asError(err)
	}
	if a.Err != nil {
		return transportError(a.Err)
	}
	var body oauthError
	isJSON := json.Unmarshal(a.Body, &body) == nil
	switch {
	case a.Status == 429:
		return &Error{Kind: Unavailable, Code: code(body), Msg: "the sign-in service asks for a pause (HTTP 429); will retry"}
	case a.Status >= 500 || a.Status == 0:
		return &Error{Kind: Unavailable, Msg: "the sign-in service isn't working now (HTTP " + strconv.Itoa(a.Status) + "); will retry"}
	case !isJSON || body.Error == "":
		return &Error{Kind: Unavailable, Cause: CauseGarbage, Msg: "what answered (HTTP " + strconv.Itoa(a.Status) + ") isn't the sign-in service; a proxy or login page may be in between"}
	}
	e := &Error{Code: code(body), Claims: claimsOf(body.Claims), Msg: description(body)}
	e.Kind, e.Cause = kindOf(e.Code, body, e.Claims, a.Flow)
	return e
}

// FromCode classifies by an AADSTS number found in a text, for refusals that come without an answer. It gives nil when the text has
// none.
func FromCode(text, flow string) error {
	found := aadsts.FindString(text)
	if found == "" {
		return nil
	}
	kind, cause := kindOf(found, oauthError{}, "", flow)
	return &Error{Kind: kind, Cause: cause, Code: found, Msg: found}
}

var aadsts = regexp.MustCompile(`AADSTS[0-9]{4,9}`)

// code finds the number: in the description, where it leads, else in error_codes.
func code(b oauthError) string {
	if found := aadsts.FindString(b.Description); found != "" {
		return found
	}
	if len(b.Codes) > 0 {
		return "AADSTS" + strconv.Itoa(b.Codes[0])
	}
	return ""
}

// description is what the authority says, without the trace that follows.
func description(b oauthError) string {
	text, _, _ := strings.Cut(b.Description, " Trace ID:")
	text, _, _ = strings.Cut(text, "\r\n")
	text, _, _ = strings.Cut(text, "\n")
	text = strings.TrimSpace(text)
	if text == "" {
		text = b.Error
	}
	const longest = 600
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return Redact(text)
}

// claimsOf takes the claims as Entra sends them, a JSON text inside a string, or as an object.
func claimsOf(raw json.RawMessage) string {
	if len(raw) == 0 || string(raw) == "null" {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	if !ValidClaims(text) {
		return ""
	}
	return text
}

// ValidClaims says whether a text is a JSON object of a size that a claims parameter may have.
func ValidClaims(text string) bool {
	var object map[string]any
	return len(text) <= 16<<10 && json.Unmarshal([]byte(text), &object) == nil && len(object) > 0
}

type meaning struct {
	kind  Kind
	cause Cause
}

// byCode has the numbers that say more than the OAuth error beside them. Source: Microsoft's list of AADSTS codes.
var byCode = map[string]meaning{
	"AADSTS50076": {ClaimsChallenge, ""}, "AADSTS50078": {ClaimsChallenge, ""}, "AADSTS50079": {ClaimsChallenge, ""},
	"AADSTS50097": {ClaimsChallenge, ""},
	"AADSTS65001": {ConsentRequired, ""}, "AADSTS65004": {ConsentRequired, ""},
	"AADSTS700082": {SignInRequired, ""}, "AADSTS70043": {SignInRequired, ""}, "AADSTS50173": {SignInRequired, ""},
	"AADSTS70008": {SignInRequired, ""},
	"AADSTS70018": {Declined, CauseCancelled}, "AADSTS70019": {Declined, CauseExpired}, "AADSTS70020": {Declined, CauseExpired},
	"AADSTS53000": {Blocked, ""}, "AADSTS53001": {Blocked, ""}, "AADSTS53003": {Blocked, ""}, "AADSTS530033": {Blocked, ""},
	"AADSTS50105":   {Blocked, CauseNotAssigned},
	"AADSTS7000215": {Misconfigured, ""}, "AADSTS7000222": {Misconfigured, ""}, "AADSTS700027": {Misconfigured, ""},
	"AADSTS700016": {Misconfigured, ""}, "AADSTS90002": {Misconfigured, ""}, "AADSTS50020": {Misconfigured, ""},
	"AADSTS50034": {Misconfigured, ""}, "AADSTS7000218": {Misconfigured, ""}, "AADSTS500011": {Misconfigured, ""},
}

// blockedInDevice are numbers that device codes can never satisfy.
var blockedInDevice = map[string]bool{"AADSTS50097": true, "AADSTS50005": true}

// byError has the OAuth errors.
var byError = map[string]meaning{
	"consent_required":       {ConsentRequired, ""},
	"authorization_declined": {Declined, CauseCancelled}, "access_denied": {Declined, CauseCancelled},
	"expired_token": {Declined, CauseExpired}, "bad_verification_code": {Declined, CauseExpired}, "code_expired": {Declined, CauseExpired},
	"interaction_required": {ClaimsChallenge, ""}, "login_required": {SignInRequired, ""},
	"temporarily_unavailable": {Unavailable, ""}, "server_error": {Unavailable, ""},
}

func kindOf(code string, b oauthError, claims, flow string) (Kind, Cause) {
	if flow == ModeDeviceCode && blockedInDevice[code] {
		return Blocked, ""
	}
	if m, ok := byCode[code]; ok {
		return m.kind, m.cause
	}
	if b.Suberror == "consent_required" {
		return ConsentRequired, ""
	}
	if m, ok := byError[b.Error]; ok {
		return m.kind, m.cause
	}
	switch {
	case claims != "":
		return ClaimsChallenge, ""
	case b.Error == "invalid_grant":
		return SignInRequired, ""
	}
	return Misconfigured, ""
}

// transportError says what kept us from the authority, in our words.
func transportError(err error) error {
	var unknown x509.UnknownAuthorityError
	var verify *tls.CertificateVerificationError
	var host x509.HostnameError
	switch {
	case errors.As(err, &host):
		return &Error{Kind: Unavailable, Cause: CauseUnknownCA, Msg: "the certificate that came is for another host; a proxy may be in between"}
	case errors.As(err, &unknown), errors.As(err, &verify):
		return &Error{Kind: Unavailable, Cause: CauseUnknownCA, Msg: "the certificate that came is signed by nobody this machine knows; a proxy may inspect TLS: set ca_file"}
	}
	return &Error{Kind: Unavailable, Msg: "the sign-in service can't be reached; will retry"}
}
