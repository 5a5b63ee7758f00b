package auth

import (
	"cmp"
	"slices"
	"time"
)

// State is where a Broker stands.
type State string

// The states.
const (
	SignedOut State = "signed_out" // nobody is known
	SignedIn  State = "signed_in"
	Asking    State = "asking" // a prompt is open
	Failing   State = "failing"
)

// Status is what status bar and whoami show.
type Status struct {
	Mode     string          `json:"mode"`
	State    State           `json:"state"`
	Account  Account         `json:"account"`
	Services []ServiceStatus `json:"services"` // tokens at hand, by scope
	Err      *Error          `json:"-"`        // the last failure, nil after a success
}

// ServiceStatus is one token at hand.
type ServiceStatus struct {
	Scope   string    `json:"scope"`
	Tenant  string    `json:"tenant"`
	Expires time.Time `json:"expires"`
}

// Status asks nobody: it says what is known now.
func (b *Broker) Status() Status {
	account := b.src.Account()
	now := b.opt.Clock.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	s := Status{Mode: b.opt.Mode, Account: account, Err: b.lastErr, Services: []ServiceStatus{}}
	for k, e := range b.tokens {
		if e.token.ExpiresOn.After(now) {
			s.Services = append(s.Services, ServiceStatus{Scope: k.scope, Tenant: k.tenant, Expires: e.token.ExpiresOn})
		}
	}
	slices.SortFunc(s.Services, func(x, y ServiceStatus) int {
		return cmp.Or(cmp.Compare(x.Scope, y.Scope), cmp.Compare(x.Tenant, y.Tenant))
	})
	switch {
	case b.open != nil:
		s.State = Asking
	case len(s.Services) > 0:
		s.State = SignedIn
	case b.lastErr != nil && b.lastErr.Kind != SignInRequired:
		s.State = Failing
	case account != Account{} && b.lastErr == nil:
		s.State = SignedIn
	default:
		s.State = SignedOut
	}
	return s
}

func (b *Broker) tell() {
	if b.opt.Changed != nil {
		b.opt.Changed(b.Status())
	}
}
