package config

import (
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
)

// Provider is one [model_providers.X]: where a model is and how it is reached. Its keys are the Codex CLI's, but for auth_header_type,
// is_azure and azure_auth.
type Provider struct {
	Name    string `toml:"name"`
	BaseURL string `toml:"base_url"`
	// WireAPI is responses; "" means that too.
	WireAPI string `toml:"wire_api"`

	// EnvKey names the variable that holds the key; EnvKeyInstructions say how to get one.
	EnvKey             string `toml:"env_key"`
	EnvKeyInstructions string `toml:"env_key_instructions"`
	// AuthHeaderType is api_key or bearer; "" follows from the rest.
	AuthHeaderType string     `toml:"auth_header_type"`
	IsAzure        *bool      `toml:"is_azure"` // nil follows from the host
	AzureAuth      *AzureAuth `toml:"azure_auth"`
	BearerToken    Secret     `toml:"experimental_bearer_token"`
	Auth           *Command   `toml:"auth"`

	QueryParams    map[string]string `toml:"query_params"`
	HTTPHeaders    map[string]Secret `toml:"http_headers"`
	EnvHTTPHeaders map[string]string `toml:"env_http_headers"` // header → variable; an empty variable sends none

	RequestMaxRetries *int   `toml:"request_max_retries"`    // nil means 4
	StreamMaxRetries  *int   `toml:"stream_max_retries"`     // nil means 5
	StreamIdleMs      *int64 `toml:"stream_idle_timeout_ms"` // nil means 300000

	Prices map[string]Price `toml:"prices"` // by model

	// What follows belongs to the Codex CLI's ways of signing in and sending. It is known so that nobody is warned.
	AWS                any   `toml:"aws"`
	GatewayOAuth       any   `toml:"gateway_oauth"`
	RequiresOpenAIAuth bool  `toml:"requires_openai_auth"`
	Websockets         bool  `toml:"supports_websockets"`
	WebsocketConnectMs int64 `toml:"websocket_connect_timeout_ms"`
}

// Command is a program that prints a token.
type Command struct {
	Command   string   `toml:"command"`
	Args      []string `toml:"args"`
	Cwd       string   `toml:"cwd"`
	TimeoutMs int64    `toml:"timeout_ms"`          // 0 means 5000
	RefreshMs *int64   `toml:"refresh_interval_ms"` // nil means 300000; 0 keeps the token until it is refused
}

// Header types.
const (
	HeaderAPIKey = "api_key"
	HeaderBearer = "bearer"
)

// Chosen gives the provider that model_provider names. The error says what to set.
func (s Settings) Chosen() (string, Provider, error) {
	names := strings.Join(slices.Sorted(maps.Keys(s.Providers)), ", ")
	p, ok := s.Providers[s.ModelProvider]
	switch {
	case s.ModelProvider == "" && names == "":
		return "", Provider{}, fmt.Errorf("no model provider is configured; write [model_providers.NAME] and model_provider in %s", s.Path)
	case s.ModelProvider == "":
		return "", Provider{}, fmt.Errorf("model_provider isn't set; set it in %s to one of: %s", s.Path, names)
	case !ok && names == "":
		return "", Provider{}, fmt.Errorf("model_provider is %q, but %s has no [model_providers.%s]; write it", s.ModelProvider, s.Path, s.ModelProvider)
	case !ok:
		return "", Provider{}, fmt.Errorf("model_provider is %q, but there is no [model_providers.%s]; choose one of: %s", s.ModelProvider, s.ModelProvider, names)
	case s.Model == "":
		return "", Provider{}, fmt.Errorf("model isn't set; set it in %s, on Azure to the deployment's name", s.Path)
	case p.BaseURL == "":
		return "", Provider{}, fmt.Errorf("model provider %q has no base_url; set it as https://NAME.openai.azure.com/openai/v1", s.ModelProvider)
	case p.AWS != nil && !p.signsIn(), p.RequiresOpenAIAuth && !p.signsIn(), p.GatewayOAuth != nil && !p.signsIn():
		return "", Provider{}, fmt.Errorf("model provider %q signs in by a way that Calypso can't (%s); set env_key or azure_auth, or choose another provider", s.ModelProvider, p.foreignWay())
	}
	return s.ModelProvider, p, nil
}

// signsIn tells whether there is a way that isn't only the Codex CLI's.
func (p Provider) signsIn() bool {
	return p.EnvKey != "" || p.AzureAuth != nil || p.Auth != nil || !p.BearerToken.IsZero() || p.headerSignsIn()
}

func (p Provider) foreignWay() string {
	switch {
	case p.AWS != nil:
		return "aws"
	case p.GatewayOAuth != nil:
		return "gateway_oauth"
	}
	return "requires_openai_auth"
}

// headerSignsIn tells whether a configured header is the sign-in.
func (p Provider) headerSignsIn() bool {
	for name := range p.HTTPHeaders {
		if signsIn(name) {
			return true
		}
	}
	for name := range p.EnvHTTPHeaders {
		if signsIn(name) {
			return true
		}
	}
	return false
}

// signsIn tells whether a header is one that signs in.
func signsIn(header string) bool {
	return strings.EqualFold(header, "api-key") || strings.EqualFold(header, "authorization")
}

// Azure tells whether the endpoint is Azure's, by is_azure or by its host.
func (p Provider) Azure() bool {
	if p.IsAzure != nil {
		return *p.IsAzure
	}
	u, err := url.Parse(p.BaseURL)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	for _, suffix := range []string{".azure.com", ".azure.us", ".azure.cn"} {
		if strings.HasSuffix(host, suffix) {
			return true
		}
	}
	return false
}

// Way is how requests to a provider sign in.
type Way string

// The ways. WayHeaders adds nothing: a configured header is the sign-in.
const (
	WayNone    Way = "none"
	WayHeaders Way = "headers"
	WayAPIKey  Way = "api key" // EnvKey's value in the header api-key
	WayKey     Way = "key"     // EnvKey's value as a bearer token
	WayAzure   Way = "azure sign-in"
	WayCommand Way = "command"
	WayToken   Way = "token" // experimental_bearer_token
)

// SignIn decides how requests sign in, in the order of docs/settings.md.
func (p Provider) SignIn() Way {
	switch p.AuthHeaderType {
	case HeaderAPIKey:
		return WayAPIKey
	case HeaderBearer:
		switch {
		case p.AzureAuth != nil:
			return WayAzure
		case p.Auth != nil:
			return WayCommand
		case !p.BearerToken.IsZero():
			return WayToken
		case p.EnvKey != "":
			return WayKey
		}
		return WayAzure // the general block, or the default mode
	}
	switch {
	case p.AzureAuth != nil:
		return WayAzure
	case p.headerSignsIn():
		return WayHeaders
	case p.Auth != nil:
		return WayCommand
	case !p.BearerToken.IsZero():
		return WayToken
	case p.EnvKey != "" && p.Azure():
		return WayAPIKey
	case p.EnvKey != "":
		return WayKey
	case p.Azure():
		return WayAzure
	}
	return WayNone
}

func (s Settings) checkProviders() error {
	for _, name := range slices.Sorted(maps.Keys(s.Providers)) {
		if err := s.Providers[name].check("model_providers." + name + "."); err != nil {
			return err
		}
	}
	return nil
}

func (p Provider) check(prefix string) error {
	switch p.WireAPI {
	case "", "responses":
	case "chat":
		return wrong(prefix+"wire_api", `set wire_api = "responses"; chat completions aren't supported`)
	default:
		return wrong(prefix+"wire_api", `unknown value %q; set wire_api = "responses"`, p.WireAPI)
	}
	if err := oneOf(prefix+"auth_header_type", p.AuthHeaderType, HeaderAPIKey, HeaderBearer); err != nil {
		return err
	}
	if p.AuthHeaderType == HeaderAPIKey && p.EnvKey == "" {
		return wrong(prefix+"auth_header_type", `"api_key" needs env_key, the name of the variable that holds the key`)
	}
	if p.Auth != nil && (p.EnvKey != "" || !p.BearerToken.IsZero() || p.RequiresOpenAIAuth) {
		return wrong(prefix+"auth", "it can't stand beside env_key, experimental_bearer_token or requires_openai_auth; leave out one of them")
	}
	if p.Auth != nil && p.Auth.Command == "" {
		return wrong(prefix+"auth.command", "the program is missing; write the one that prints a token")
	}
	if err := checkBaseURL(prefix+"base_url", p.BaseURL); err != nil {
		return err
	}
	for name, n := range map[string]*int{"request_max_retries": p.RequestMaxRetries, "stream_max_retries": p.StreamMaxRetries} {
		if n != nil && *n < 0 {
			return wrong(prefix+name, "%d can't be; write 0 to 100", *n)
		}
	}
	for model, price := range p.Prices {
		if err := price.check(prefix + "prices." + model + "."); err != nil {
			return err
		}
	}
	if p.StreamIdleMs != nil && *p.StreamIdleMs <= 0 {
		return wrong(prefix+"stream_idle_timeout_ms", "%d milliseconds can't be; write a number above 0", *p.StreamIdleMs)
	}
	return nil
}

// checkBaseURL: plain http is for this machine only, since keys and rows would travel in clear.
func checkBaseURL(key, address string) error {
	if address == "" {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return wrong(key, "it is no address; write https://NAME.openai.azure.com/openai/v1")
	case u.User != nil:
		return wrong(key, "the address holds a user name or password; remove it")
	case u.Scheme == "http" && !Loopback(u.Hostname()):
		return wrong(key, "%q is plain http to another machine; use https", u.Host)
	case u.Scheme != "https" && u.Scheme != "http":
		return wrong(key, "%q doesn't start with https://", address)
	}
	return nil
}

// Loopback tells whether a host is this machine.
func Loopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}
