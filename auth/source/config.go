package source

import (
	"context"
	"net/http"
	"strings"
	"time"

	"calypso/auth"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// AzureCLIClient is the app that signs people in by default: the Azure CLI's. The shared file of sessions belongs to it too.
const AzureCLIClient = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"

// Config is one block of settings; empty fields are filled from the environment where the mode allows it, then by defaults.
type Config struct {
	Mode      string // one of auth.Modes; "" is auth.ModeDefault
	Authority string // an https address or host; "" is the public cloud's
	TenantID  string
	ClientID  string

	ClientSecret        auth.Secret // or a reference: keyvault:…, vscode:…
	CertificatePath     string
	CertificatePassword auth.Secret // or a reference
	SendChain           bool        // send x5c with assertions

	ObjectID     string // of a managed identity; at most one of ClientID, ObjectID, ResourceID
	ResourceID   string
	Subscription string // of the Azure CLI

	AllowedTenants []string // more tenants an app may ask; "*" is all
	Opened         bool     // in ModeDefault: the person opened the saved session themselves, so it wins while it is there
	Prefer         string   // how ModeDefault prompts: ModeVSCode, ModeBrowser or ModeDeviceCode; "" is device code
}

// Env is what sources need from outside. Only HTTP and Getenv are needed.
type Env struct {
	// HTTP carries requests to the authority. It follows no redirect with credentials in it.
	HTTP *http.Client
	// Direct carries requests to the machine's own endpoints, without proxy; nil makes one.
	Direct *http.Client
	// Getenv reads the environment; nil reads nothing.
	Getenv func(string) string
	// Now is the clock; nil is the system's.
	Now func() time.Time
	// Cache is where a person's session rests; nil keeps it in memory. One that others use too should be Lasting.
	Cache cache.ExportReplace
	// VSCode asks the client for a session; nil means that it can't.
	VSCode func(context.Context, VSCodeRequest) (VSCodeSession, error)
	// Resolve reads a reference to a secret, keyvault:… or vscode:…; nil means that there are none.
	Resolve func(ctx context.Context, reference string) (auth.Secret, error)
}

func (e Env) getenv(name string) string {
	if e.Getenv == nil {
		return ""
	}
	return e.Getenv(name)
}

func (e Env) now() time.Time {
	if e.Now == nil {
		return time.Now()
	}
	return e.Now()
}

// New makes the source of a block. It contacts nobody; an error is *auth.Error and says which setting is wrong.
func New(cfg Config, env Env) (auth.Source, error) {
	if cfg.Mode == "" {
		cfg.Mode = auth.ModeDefault
	}
	env = env.filled()
	cfg = cfg.filled(env)
	cloud, err := auth.CloudOf(cfg.Authority)
	if err != nil {
		return nil, err
	}
	if err := auth.CheckTenant(cfg.TenantID); err != nil {
		return nil, err
	}
	b := builder{cfg, env, cloud}
	switch cfg.Mode {
	case auth.ModeDeviceCode, auth.ModeBrowser:
		return b.user(cfg.Mode)
	case auth.ModeVSCode:
		return b.vscode()
	case auth.ModeManagedIdentity:
		return b.managed()
	case auth.ModeClientSecret:
		return b.secret()
	case auth.ModeCertificate:
		return b.certificate()
	case auth.ModeAzureCLI:
		return b.azureCLI(), nil
	case auth.ModeEnvironment:
		return b.environment()
	case auth.ModeWorkload:
		return b.workload()
	case auth.ModeDefault:
		return b.chain()
	}
	return nil, misconfigured("mode %q isn't known; one of %s", cfg.Mode, strings.Join(auth.Modes(), ", "))
}

// builder is what makes a source.
type builder struct {
	cfg   Config
	env   Env
	cloud auth.Cloud
}

func (e Env) filled() Env {
	if e.HTTP == nil {
		e.HTTP = &http.Client{Transport: http.DefaultTransport}
	}
	if e.Direct == nil {
		e.Direct = &http.Client{Transport: &http.Transport{}}
	}
	e.HTTP, e.Direct = recording(e.HTTP), recording(e.Direct)
	return e
}

// filled takes from the environment what settings left empty. A person's sign-in takes the authority only: variables that are meant
// for an app must not change who signs in.
func (c Config) filled(env Env) Config {
	fill := func(to *string, name string) {
		if *to == "" {
			*to = env.getenv(name)
		}
	}
	fill(&c.Authority, "AZURE_AUTHORITY_HOST")
	switch c.Mode {
	case auth.ModeClientSecret, auth.ModeCertificate, auth.ModeEnvironment, auth.ModeWorkload:
		fill(&c.TenantID, "AZURE_TENANT_ID")
		fill(&c.ClientID, "AZURE_CLIENT_ID")
		c.allowFrom(env)
	case auth.ModeDefault:
		c.allowFrom(env)
	}
	if c.Mode == auth.ModeClientSecret && c.ClientSecret.IsZero() {
		c.ClientSecret = auth.NewSecret(env.getenv("AZURE_CLIENT_SECRET"))
	}
	if c.Mode == auth.ModeCertificate {
		c.certificateFrom(env)
	}
	return c
}

func (c *Config) certificateFrom(env Env) {
	if c.CertificatePath == "" {
		c.CertificatePath = env.getenv("AZURE_CLIENT_CERTIFICATE_PATH")
	}
	if c.CertificatePassword.IsZero() {
		c.CertificatePassword = auth.NewSecret(env.getenv("AZURE_CLIENT_CERTIFICATE_PASSWORD"))
	}
	switch strings.ToLower(env.getenv("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN")) {
	case "1", "true":
		c.SendChain = true
	}
}

func (c *Config) allowFrom(env Env) {
	if len(c.AllowedTenants) > 0 {
		return
	}
	for t := range strings.SplitSeq(env.getenv("AZURE_ADDITIONALLY_ALLOWED_TENANTS"), ";") {
		if t = strings.TrimSpace(t); t != "" {
			c.AllowedTenants = append(c.AllowedTenants, t)
		}
	}
}
