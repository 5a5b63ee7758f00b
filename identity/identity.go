// Package identity joins settings and sign-in: for each block azure_auth it makes one source and one broker, and for each cluster and
// model provider the transport that gives requests the right token, and no other host any.
//
// It has no way to sign in of its own (auth/source), no prompt (the UI that is handed in) and no rule about tokens (auth). It decides
// three things: which block holds where, which host is whose (hosts.go), and where a person's session rests.
//
// Start at New:
//
//	ids := identity.New(identity.Options{Settings: settings, Getenv: os.Getenv, UI: ui, Folder: …})
//	transport, err := ids.Cluster("https://help.kusto.windows.net") // for kusto.Options.Transport
//	me, err := ids.General()                                        // whoami, sign-in, sign-out
package identity

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"calypso/auth"
	"calypso/auth/source"
	"calypso/auth/store"
	"calypso/config"
)

// Options are what identities are made of. Only Getenv is needed.
type Options struct {
	Settings config.Settings
	Getenv   func(string) string
	// Folder is where people's sessions rest, sealed; "" keeps them in memory.
	Folder string
	// UI shows prompts; nil when nobody can be asked.
	UI auth.UI
	// Buttons says whether a client shows buttons for the next steps of a failure; otherwise, and with nil, its sentence names a command.
	Buttons func() bool
	// NoBrowser says that the client opens no page that could answer to this machine; nil is false.
	NoBrowser func() bool
	// Prefer is how mode default prompts: a user mode; "" is device code.
	Prefer string
	// VSCode, StorageKey and Secret ask the editor: for a session, for the key of saved sessions, for a secret by its name.
	VSCode     func(context.Context, source.VSCodeRequest) (source.VSCodeSession, error)
	StorageKey func(ctx context.Context, create bool) ([]byte, error)
	Secret     func(ctx context.Context, name string) (auth.Secret, error)
	// Keyring is the system's; nil is the real one.
	Keyring store.Keyring
	// Transport is below all others; nil is the system's, with its proxy.
	Transport *http.Transport
	// Say tells the person something that no request waits for; nil tells nobody.
	Say     func(string)
	Changed func(*Identity, auth.Status) // after sign-in, sign-out and failure; nil tells nobody
	Log     *zap.Logger
}

// Identities are all identities of one program. They are safe for many goroutines.
type Identities struct {
	opt  Options
	gate *auth.Gate

	mu     sync.Mutex // guards all below, and opt.Settings
	made   map[string]*made
	views  map[string]*Identity       // of one in made, for blocks that trust other hosts or want another scope
	bases  map[string]*http.Transport // by ca_file
	chosen Choice
	opened []*Identity          // those that were made
	names  map[string]*metadata // what clusters say about their sign-in, by host
	named  map[string]string    // the tenants that clusters named when they refused a token, by host
	added  func(string) string  // see Tenants
}

type made struct {
	once sync.Once
	id   *Identity
	err  error
}

// New makes the identities of settings; it contacts nothing.
func New(o Options) *Identities {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	if o.Log == nil {
		o.Log = zap.NewNop()
	}
	if o.Buttons == nil {
		o.Buttons = func() bool { return false }
	}
	return &Identities{opt: o, gate: auth.NewGate(), made: map[string]*made{}, views: map[string]*Identity{}, bases: map[string]*http.Transport{}, names: map[string]*metadata{}, named: map[string]string{}}
}

// Settings are those that hold now.
func (s *Identities) Settings() config.Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opt.Settings
}

// Use takes other settings. Transports that were made follow them; who is signed in stays so.
func (s *Identities) Use(settings config.Settings) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opt.Settings = settings
}

// Identity is one way to sign in with its broker.
type Identity struct {
	Mode   string
	Cloud  auth.Cloud
	Block  config.AzureAuth
	Broker *auth.Broker

	all    *Identities
	config source.Config
	source *kept
	base   *http.Transport
}

// General is the identity of [azure_auth].
func (s *Identities) General() (*Identity, error) { return s.Of(nil) }

// Of gives the identity of a block; nil is the general one. Blocks that mean the same share one. An error says which setting is wrong.
func (s *Identities) Of(own *config.AzureAuth) (*Identity, error) {
	block := s.Settings().Identity(own)
	s.mu.Lock()
	block = s.over(block, s.opt.Settings.Identity(nil).Mode)
	k := key(block)
	m := s.made[k]
	if m == nil {
		m = &made{}
		s.made[k] = m
	}
	s.mu.Unlock()
	m.once.Do(func() { m.id, m.err = s.make(block) })
	if m.err != nil || asks(m.id.Block) == asks(block) {
		return m.id, m.err
	}
	return s.view(m.id, block, k+asks(block)), nil
}

// asks is what differs between blocks of one identity: what is asked of it, and for which hosts.
func asks(b config.AzureAuth) string {
	return fmt.Sprint("\x00", b.Scope, "\x00", b.AllowScopeMismatch, "\x00", b.TrustedHosts) // maps print sorted
}

// view is an identity with another block that means the same sign-in: they share source and broker.
func (s *Identities) view(of *Identity, block config.AzureAuth, k string) *Identity {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.views[k]
	if v == nil {
		copied := *of
		copied.Block = block
		v = &copied
		s.views[k] = v
	}
	return v
}

// key is the same for blocks that mean the same identity. It holds secrets and stays in memory.
func key(b config.AzureAuth) string {
	mode := b.Mode
	if mode == "" {
		mode = auth.ModeDefault
	}
	return strings.Join([]string{
		mode, strings.ToLower(strings.TrimSuffix(b.Authority, "/")), strings.ToLower(b.TenantID), strings.ToLower(b.ClientID), b.ClientSecret.Reveal(),
		b.CertificatePath, b.CertificatePassword.Reveal(), fmt.Sprint(b.SendChain), b.ObjectID, b.ResourceID, b.Subscription,
		strings.Join(b.AllowedTenants, ";"), b.Storage, b.CodexFile, b.CAFile,
	}, "\x00")
}

func (s *Identities) make(b config.AzureAuth) (*Identity, error) {
	base, err := s.base(b.CAFile)
	if err != nil {
		return nil, err
	}
	authority := b.Authority
	if authority == "" {
		authority = s.opt.Getenv("AZURE_AUTHORITY_HOST")
	}
	cloud, err := auth.CloudOf(authority)
	if err != nil {
		return nil, err
	}
	id := &Identity{Mode: b.Mode, Cloud: cloud, Block: b, all: s, base: base}
	if id.Mode == "" {
		id.Mode = auth.ModeDefault
	}
	id.config = source.Config{
		Mode: id.Mode, Authority: b.Authority, TenantID: b.TenantID, ClientID: b.ClientID,
		ClientSecret: b.ClientSecret.Secret, CertificatePath: expand(b.CertificatePath, s.opt.Getenv), CertificatePassword: b.CertificatePassword.Secret,
		SendChain: b.SendChain, ObjectID: b.ObjectID, ResourceID: b.ResourceID, Subscription: b.Subscription,
		AllowedTenants: b.AllowedTenants, Prefer: s.opt.Prefer,
	}
	id.config.Opened = slices.Contains(s.Chosen().Sessions, id.name())
	id.source = &kept{id: id}
	inner, err := source.New(id.config, id.env())
	if err != nil {
		return nil, err
	}
	id.source.Source = inner
	id.Broker = auth.New(id.source, auth.Options{
		Mode: id.Mode, UI: s.opt.UI, Gate: s.gate, Log: s.opt.Log,
		Changed: func(st auth.Status) {
			if s.opt.Changed != nil {
				s.opt.Changed(id, st)
			}
		},
	})
	s.mu.Lock()
	s.opened = append(s.opened, id)
	s.mu.Unlock()
	return id, nil
}

// CancelPrompt ends the open prompt as the person's refusal; without one it does nothing.
func (s *Identities) CancelPrompt() {
	s.mu.Lock()
	all := slices.Clone(s.opened)
	s.mu.Unlock()
	for _, id := range all {
		id.Broker.CancelPrompt()
	}
}

// env is what the identity's source works with.
func (id *Identity) env() source.Env {
	env := source.Env{
		HTTP: &http.Client{Transport: id.base}, Getenv: id.all.opt.Getenv, VSCode: id.all.opt.VSCode, Resolve: id.resolve,
	}
	if auth.UserMode(id.Mode) || id.Mode == auth.ModeDefault {
		env.Cache = id.source
	}
	return env
}

// base is the transport below all others: the system's proxy, and the certificates that settings add to the system's.
func (s *Identities) base(caFile string) (*http.Transport, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if t := s.bases[caFile]; t != nil {
		return t, nil
	}
	below := s.opt.Transport
	if below == nil {
		below = http.DefaultTransport.(*http.Transport)
	}
	t := below.Clone()
	t.ResponseHeaderTimeout = 0 // queries take as long as they take; their contexts bound them
	t.TLSHandshakeTimeout = 30 * time.Second
	if caFile != "" {
		pool, err := trust(expand(caFile, s.opt.Getenv))
		if err != nil {
			return nil, err
		}
		t.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
		t.ForceAttemptHTTP2 = true
	}
	s.bases[caFile] = t
	return t, nil
}

func trust(path string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, misconfigured("ca_file %s can't be read; give the path of a PEM file", path)
	}
	if !pool.AppendCertsFromPEM(pem) {
		return nil, misconfigured("ca_file %s holds no certificate; give a PEM file", path)
	}
	return pool, nil
}

// expand puts the home folder for a leading ~.
func expand(path string, getenv func(string) string) string {
	rest, ok := strings.CutPrefix(path, "~/")
	if !ok {
		return path
	}
	home := getenv("HOME")
	if home == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return path
		}
	}
	return home + "/" + rest
}

func misconfigured(format string, args ...any) error {
	return &auth.Error{Kind: auth.Misconfigured, Msg: fmt.Sprintf(format, args...)}
}
