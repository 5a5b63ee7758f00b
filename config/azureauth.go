package config

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"calypso/auth"
)

// AzureAuth is one block [azure_auth]: how to sign in to Azure. A block in [kusto] or in a model provider replaces the general one,
// but for what belongs to the machine: trusted_hosts, storage, codex_file and ca_file.
type AzureAuth struct {
	// Mode is one of auth.Modes; "" means default.
	Mode     string `toml:"mode"`
	TenantID string `toml:"tenant_id"`
	ClientID string `toml:"client_id"`
	// Authority picks the cloud; "" is the public one.
	Authority string `toml:"authority"`
	// Scope is the model service's; "" follows the cloud.
	Scope string `toml:"scope"`

	ClientSecret        Secret `toml:"client_secret"`
	CertificatePath     string `toml:"certificate_path"`
	CertificatePassword Secret `toml:"certificate_password"`
	SendChain           bool   `toml:"send_certificate_chain"`

	ObjectID     string `toml:"object_id"`
	ResourceID   string `toml:"resource_id"`
	Subscription string `toml:"subscription"`

	AllowedTenants     []string `toml:"allowed_tenants"`
	AllowScopeMismatch bool     `toml:"allow_scope_mismatch"`

	// TrustedHosts has the service of each host that may have tokens although it isn't Azure's.
	TrustedHosts map[string]string `toml:"trusted_hosts"`
	// Storage is who keeps the key of the saved sign-in; "" is the editor or the system's keyring.
	Storage string `toml:"storage"`
	// CodexFile says what happens with the sign-in that the Codex CLI keeps: ask, share or off.
	CodexFile string `toml:"codex_file"`
	// CAFile has more certificates to trust, as PEM.
	CAFile string `toml:"ca_file"`
}

// Services are the words for what a trusted host is.
var Services = []string{string(auth.Kusto), string(auth.OpenAI), string(auth.Foundry), string(auth.DevOps), string(auth.KeyVault)}

// Identity gives the block that holds where own is the nearest one, nil for none: own, with the machine's part of the general one.
func (s Settings) Identity(own *AzureAuth) AzureAuth {
	var general AzureAuth
	if s.AzureAuth != nil {
		general = *s.AzureAuth
	}
	if own == nil {
		return general
	}
	out := *own
	if out.Storage == "" {
		out.Storage = general.Storage
	}
	if out.CodexFile == "" {
		out.CodexFile = general.CodexFile
	}
	if out.CAFile == "" {
		out.CAFile = general.CAFile
	}
	if len(general.TrustedHosts) > 0 {
		hosts := maps.Clone(general.TrustedHosts)
		maps.Copy(hosts, out.TrustedHosts)
		out.TrustedHosts = hosts
	}
	return out
}

// authBlock is a block with its key.
type authBlock struct {
	*AzureAuth
	key string
}

// authBlocks are all blocks, in the order of their keys.
func (s Settings) authBlocks() []authBlock {
	blocks := []authBlock{{s.AzureAuth, "azure_auth"}, {s.Kusto.AzureAuth, "kusto.azure_auth"}}
	for _, name := range slices.Sorted(maps.Keys(s.Kusto.Clusters)) {
		blocks = append(blocks, authBlock{s.Kusto.Clusters[name].AzureAuth, "kusto.clusters." + name + ".azure_auth"})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Providers)) {
		blocks = append(blocks, authBlock{s.Providers[name].AzureAuth, "model_providers." + name + ".azure_auth"})
	}
	return slices.DeleteFunc(blocks, func(b authBlock) bool { return b.AzureAuth == nil })
}

func (s Settings) checkAuth() error {
	for _, b := range s.authBlocks() {
		if err := b.check(b.key + "."); err != nil {
			return err
		}
	}
	return nil
}

func (a *AzureAuth) check(prefix string) error {
	if err := oneOf(prefix+"mode", a.Mode, auth.Modes()...); err != nil {
		return err
	}
	if err := oneOf(prefix+"storage", a.Storage, "client", "keyring", "kernel", "file", "memory"); err != nil {
		return err
	}
	if err := oneOf(prefix+"codex_file", a.CodexFile, "ask", "share", "off"); err != nil {
		return err
	}
	if err := auth.CheckTenant(a.TenantID); err != nil {
		return wrong(prefix+"tenant_id", "%v", err)
	}
	if _, err := auth.CloudOf(a.Authority); err != nil {
		return wrong(prefix+"authority", "%v", err)
	}
	if a.Scope != "" {
		if err := auth.WellFormed(a.Scope); err != nil {
			return wrong(prefix+"scope", "%v", err)
		}
	}
	if a.Mode == auth.ModeManagedIdentity && count(a.ClientID, a.ObjectID, a.ResourceID) > 1 {
		return wrong(prefix+"mode", "a managed identity is named by one of client_id, object_id and resource_id; leave out the others")
	}
	for _, host := range slices.Sorted(maps.Keys(a.TrustedHosts)) {
		if u, err := url.Parse("https://" + host); err != nil || u.Host != host || u.Hostname() == "" || strings.Contains(host, "*") {
			return wrong(prefix+"trusted_hosts."+host, "%q is no host; write one as kusto.contoso.com", host)
		}
		if err := oneOf(prefix+"trusted_hosts."+host, a.TrustedHosts[host], Services...); err != nil {
			return err
		}
	}
	return nil
}

func count(texts ...string) int {
	n := 0
	for _, t := range texts {
		if t != "" {
			n++
		}
	}
	return n
}

// oneOf tells that a word isn't one that the key takes; "" is the default.
func oneOf(key, word string, words ...string) error {
	if word == "" || slices.Contains(words, word) {
		return nil
	}
	message := "unknown value %q; choose " + strings.Join(words, ", ")
	if near := nearest(word, words); near != "" {
		message += "; did you mean \"" + near + "\"?"
	}
	return wrong(key, message, word)
}
