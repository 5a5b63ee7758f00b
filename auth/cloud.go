package auth

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// This file has the clouds: which authority, which resource for which service, which hosts may have which token. Source: Azure's
// documentation of the national clouds; the Kusto part, which comes from each cluster, is in kusto.

// Service is something that takes tokens.
type Service string

// The services.
const (
	Kusto    Service = "kusto"
	OpenAI   Service = "openai"
	Foundry  Service = "foundry"
	DevOps   Service = "devops"
	KeyVault Service = "keyvault"
)

// Cloud is one of Azure's separate worlds. A token of one is worth nothing in another.
type Cloud struct {
	Name      string // public, usgovernment, china, or custom
	Authority string // "https://login.microsoftonline.com", without a slash at its end
	Custom    bool   // the authority is none of Azure's: it isn't looked up in Azure's list

	aliases   []string
	resources map[Service]string
	hosts     []hostRule
}

// hostRule gives a service the hosts below a suffix, or one host.
type hostRule struct {
	suffix  string // ".vault.azure.net", or "dev.azure.com" for exactly that host
	service Service
}

const devOpsResource = "499b84ac-1321-427f-aa17-267ca6975798"

var clouds = []Cloud{
	{
		Name: "public", Authority: "https://login.microsoftonline.com",
		aliases: []string{"login.windows.net", "login.microsoft.com", "sts.windows.net"},
		resources: map[Service]string{
			OpenAI: "https://cognitiveservices.azure.com", Foundry: "https://ai.azure.com", DevOps: devOpsResource, KeyVault: "https://vault.azure.net",
		},
		hosts: []hostRule{
			{".openai.azure.com", OpenAI},
			{".cognitiveservices.azure.com", OpenAI},
			{".services.ai.azure.com", OpenAI},
			{".vault.azure.net", KeyVault},
			{"dev.azure.com", DevOps},
		},
	},
	{
		Name: "usgovernment", Authority: "https://login.microsoftonline.us",
		aliases:   []string{"login.usgovcloudapi.net"},
		resources: map[Service]string{OpenAI: "https://cognitiveservices.azure.us", KeyVault: "https://vault.usgovcloudapi.net"},
		hosts:     []hostRule{{".openai.azure.us", OpenAI}, {".vault.usgovcloudapi.net", KeyVault}},
	},
	{
		Name: "china", Authority: "https://login.chinacloudapi.cn",
		aliases:   []string{"login.partner.microsoftonline.cn"},
		resources: map[Service]string{OpenAI: "https://cognitiveservices.azure.cn", KeyVault: "https://vault.azure.cn"},
		hosts:     []hostRule{{".vault.azure.cn", KeyVault}},
	},
}

// Public is the public cloud.
func Public() Cloud { return clouds[0] }

// CloudOf finds the cloud of an authority: "" is the public one; a host or an https address of a known one is that; anything else is
// a custom authority with the public cloud's resources and hosts. An authority is a host: the tenant has a setting of its own.
func CloudOf(authority string) (Cloud, error) {
	if authority == "" {
		return Public(), nil
	}
	text := authority
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return Cloud{}, misconfigured("authority %q is no address; write one as https://login.microsoftonline.com", authority)
	}
	if u.Scheme != "https" {
		return Cloud{}, misconfigured("authority %q must be https", authority)
	}
	if strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.User != nil || u.Fragment != "" {
		return Cloud{}, misconfigured("authority %q has more than a host; put the tenant into tenant_id", authority)
	}
	host := strings.ToLower(u.Host)
	for _, c := range clouds {
		if "https://"+host == c.Authority {
			return c, nil
		}
		for _, alias := range c.aliases {
			if host == alias {
				return c, nil
			}
		}
	}
	custom := Public()
	custom.Name, custom.Authority, custom.Custom, custom.aliases = "custom", "https://"+host, true, nil
	return custom, nil
}

func misconfigured(format string, args ...any) *Error {
	return &Error{Kind: Misconfigured, Msg: fmt.Sprintf(format, args...)}
}

// Scope gives the default scope of a service, "" where the cloud has none (and for Kusto, whose clusters name theirs).
func (c Cloud) Scope(s Service) string {
	if r := c.resources[s]; r != "" {
		return r + "/.default"
	}
	return ""
}

// ServiceOf finds the service of a host by the cloud's own list. Names only: an address of numbers is never trusted. Kusto's hosts
// aren't in it.
func (c Cloud) ServiceOf(host string) (Service, bool) {
	host = strings.ToLower(host)
	if net.ParseIP(strings.Trim(host, "[]")) != nil || strings.HasPrefix(host, ".") {
		return "", false
	}
	for _, rule := range c.hosts {
		if host == rule.suffix || strings.HasPrefix(rule.suffix, ".") && len(host) > len(rule.suffix) && strings.HasSuffix(host, rule.suffix) {
			return rule.service, true
		}
	}
	return "", false
}

// CheckScope says whether a scope may be asked for a service: one scope, ending in /.default, of that service in this cloud.
// mismatchAllowed lifts the last part. Kusto's resources are checked by kusto, against the list of trusted clusters.
func (c Cloud) CheckScope(s Service, scope string, mismatchAllowed bool) error {
	if err := WellFormed(scope); err != nil {
		return err
	}
	want := c.Scope(s)
	if mismatchAllowed || s == Kusto || scope == want || s == OpenAI && scope == c.Scope(Foundry) && c.Scope(Foundry) != "" {
		return nil
	}
	if want == "" {
		return misconfigured("the %s cloud has no %s; scope %q can't be used there", c.Name, s, scope)
	}
	for _, other := range clouds {
		if other.Name != c.Name && other.Scope(s) == scope {
			return misconfigured("scope %q belongs to the %s cloud, but authority %s to the %s one; make them agree", scope, other.Name, c.Authority, c.Name)
		}
	}
	return misconfigured("scope %q isn't one of %s; use %q, or set allow_scope_mismatch = true", scope, s, want)
}

// WellFormed checks the form of a scope: one, of a resource, ending in /.default.
func WellFormed(scope string) error {
	resource, ok := strings.CutSuffix(scope, "/.default")
	switch {
	case strings.ContainsAny(scope, " \t\r\n"):
		return misconfigured("scope %q holds several scopes; give one", scope)
	case !ok || resource == "":
		return misconfigured("scope %q must end in /.default", scope)
	case strings.HasPrefix(resource, "http://"):
		return misconfigured("scope %q must be of an https resource", scope)
	}
	return nil
}

// CheckTenant says whether a text can name a tenant.
func CheckTenant(tenant string) error {
	if len(tenant) > 253 || strings.Trim(tenant, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.") != "" {
		return misconfigured("tenant %q is no tenant id or domain", tenant)
	}
	return nil
}
