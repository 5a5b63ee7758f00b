package auth

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// Token is one access token.
type Token struct {
	Secret    Secret
	ExpiresOn time.Time
	RefreshOn time.Time // when its maker wants it renewed; zero means five minutes before ExpiresOn
}

// hidden is what a secret looks like wherever it is printed.
const hidden = "[redacted]"

// Secret is a text that doesn't print: %v, %+v, %#v, JSON, text and log encoders all give [redacted]. Only Reveal gives it away. The
// text is behind a pointer, so that printing a struct that hides a Secret in an unexported field shows an address at most.
type Secret struct{ text *string }

// NewSecret wraps a text; "" gives the zero Secret.
func NewSecret(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{&text}
}

// Reveal gives the text, "" for the zero Secret.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero says whether there is no secret.
func (s Secret) IsZero() bool { return s.text == nil }

// Equal says whether two secrets hold the same text.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String hides the text.
func (s Secret) String() string { return hidden }

// GoString hides the text.
func (s Secret) GoString() string { return hidden }

// Format hides the text, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// MarshalText hides the text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON hides the text.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue hides the text.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// Req is one token wanted.
type Req struct {
	Scope  string // "<resource>/.default"
	Tenant string // a tenant's id or domain; "" is the identity's own
	Claims string // JSON from a challenge, or ""
	Reason string // for the prompt: "to query help.kusto.windows.net"

	Interactive bool // a prompt may be shown; background work never sets it
	Explicit    bool // the person pressed Sign in: a recent decline doesn't count
	Force       bool // the token held was refused: no cache may answer. Renew sets it
}

// Account is who is signed in; the zero value is nobody.
type Account struct {
	User   string `json:"user"`   // a person's user name, or an app's id
	HomeID string `json:"homeId"` // "<object>.<tenant>"; "" for apps and CLIs
	Tenant string `json:"tenant"` // a tenant's id, where known
}

// Source is one way to sign in. Its methods are safe for many goroutines, but a Broker never runs two SignIn at once. Errors are
// *Error or those of the context.
type Source interface {
	// Silent gets a token and never prompts.
	Silent(ctx context.Context, r Req) (Token, error)
	// SignIn prompts through ui; afterwards Silent works. It calls Show only: the Broker hides what was shown.
	SignIn(ctx context.Context, r Req, ui UI) error
	// SignOut forgets what it keeps.
	SignOut(ctx context.Context) error
	// CanPrompt says whether SignIn does more than Silent.
	CanPrompt() bool
	// Account says who it is without asking anyone.
	Account() Account
}

// The flows of a Prompt.
const (
	FlowDevice  = "device"
	FlowBrowser = "browser"
)

// Prompt is what a person must do to sign in.
type Prompt struct {
	Flow     string    // FlowDevice or FlowBrowser
	UserCode string    // to be typed at URL; device only
	URL      string    // where to go
	Message  string    // the authority's own sentence, in its language
	Resource string    // the scope that is asked for
	Reason   string    // from Req
	Expires  time.Time // when the code ends; zero when it doesn't
}

// UI shows prompts. An error from Show ends the sign-in as declined; Show returns when the prompt is on the screen, not when the
// person is done.
type UI interface {
	Show(ctx context.Context, p Prompt) error
	// Hide takes the prompt away; outcome is nil when the person is signed in.
	Hide(outcome error)
}
