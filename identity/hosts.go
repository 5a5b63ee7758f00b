package identity

// Which host is whose. A cluster says itself which resource its tokens are for; both must be on azkustodata's list of Kusto's hosts,
// or trusted by the person, else a host could ask for another service's token.

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	trustedEndpoints "github.com/Azure/azure-kusto-go/azkustodata/trusted_endpoints"

	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/auth/source"
	"calypso/config"
	"calypso/kusto"
)

// clientOver follows no redirect: what it carries is for the host that it was sent to.
func clientOver(t http.RoundTripper) *http.Client {
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ClusterSettings are those of a cluster by its address: a configured one's, else what holds for all.
func (s *Identities) ClusterSettings(address string) config.Cluster {
	host := hostOf(address)
	c := s.configured(host, address)
	s.mu.Lock()
	t, chosen := s.chosen.Tenants[host]
	added := s.added
	s.mu.Unlock()
	switch {
	case chosen:
		c.TenantID = t
	case c.TenantID == "" && added != nil:
		c.TenantID = added(address)
	}
	if c.TenantID == "" {
		c.TenantID = s.Tenant(s.Settings().Identity(c.AzureAuth))
	}
	return c
}

// Tenants takes what knows the tenants of clusters that the settings don't: those of connections that a person added, by address; "" for
// none.
func (s *Identities) Tenants(of func(address string) string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.added = of
}

// Named is the tenant that a cluster named when it refused a token, "" for none. It is to be offered, not followed.
func (s *Identities) Named(address string) string {
	asked := s.ClusterSettings(address).TenantID
	s.mu.Lock()
	defer s.mu.Unlock()
	if named := s.named[hostOf(address)]; named != asked {
		return named
	}
	return ""
}

func (s *Identities) configured(host, address string) config.Cluster {
	k := s.Settings().Kusto
	if k.ClusterURL != "" && hostOf(k.ClusterURL) == host {
		return k.Default()
	}
	for _, c := range k.Clusters {
		if hostOf(c.ClusterURL) == host {
			if c.AzureAuth == nil {
				c.AzureAuth = k.AzureAuth
			}
			return c
		}
	}
	return config.Cluster{ClusterURL: address, AzureAuth: k.AzureAuth}
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	return strings.ToLower(u.Hostname())
}

// Cluster makes the transport of a cluster's client: its requests get tokens of the identity that is set for it, and follow a Choice.
func (s *Identities) Cluster(address string) (http.RoundTripper, error) {
	id, err := s.Of(s.ClusterSettings(address).AzureAuth)
	if err != nil {
		return nil, err
	}
	at := place{all: s, address: address, host: hostOf(address)}
	return &telling{next: &httpauth.Transport{Base: id.base, Lookup: at.target}, at: at}, nil
}

// place is a cluster as requests to it are sent.
type place struct {
	all           *Identities
	address, host string
}

// identity is who asks there now, and the tenant that is asked.
func (p place) identity() (*Identity, string, error) {
	c := p.all.ClusterSettings(p.address)
	id, err := p.all.Of(c.AzureAuth)
	return id, c.TenantID, err
}

func (p place) target(ctx context.Context, u *url.URL) (httpauth.Target, error) {
	if h := strings.ToLower(u.Hostname()); h != p.host {
		return httpauth.Target{}, httpauth.Untrusted(h, "Kusto endpoint")
	}
	id, tenant, err := p.identity()
	if err != nil {
		return httpauth.Target{}, err
	}
	scope, err := id.kustoScope(ctx, u)
	return httpauth.Target{Tokens: id.Broker, Scope: scope, Tenant: tenant, Reason: "to query " + p.host}, err
}

// KustoScope gives the scope of a cluster's tokens, asking the cluster where that isn't known.
func (id *Identity) KustoScope(ctx context.Context, address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", misconfigured("%q is no address", address)
	}
	return id.kustoScope(ctx, u)
}

func (id *Identity) kustoScope(ctx context.Context, u *url.URL) (string, error) {
	host := strings.ToLower(u.Hostname())
	if !id.trusts(host, auth.Kusto) {
		return "", httpauth.Untrusted(host, "Kusto endpoint")
	}
	m := id.all.metadataOf(u.Host)
	resource, err := m.resource(ctx, id.base, u)
	if err != nil {
		return "", err
	}
	r, err := url.Parse(resource)
	if err != nil || r.Scheme != "https" || !id.trusts(strings.ToLower(r.Hostname()), auth.Kusto) {
		return "", &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseUntrusted, Msg: host + " asks for a token of a service that isn't Kusto's; token not sent"}
	}
	return strings.TrimSuffix(resource, "/") + "/.default", nil
}

// trusts tells whether a host may have tokens of a service.
func (id *Identity) trusts(host string, service auth.Service) bool {
	if id.Block.TrustedHosts[host] == string(service) {
		return true
	}
	if service == auth.Kusto {
		return trustedEndpoints.Instance.ValidateTrustedEndpoint("https://"+host, id.login()) == nil
	}
	of, known := id.Cloud.ServiceOf(host)
	return known && of == service
}

// login is the cloud's sign-in host as azkustodata's list has it.
func (id *Identity) login() string {
	switch {
	case id.Cloud.Custom:
		return auth.Public().Authority
	case id.Cloud.Name == "china":
		return "https://login.partner.microsoftonline.cn"
	}
	return id.Cloud.Authority
}

// metadata is what one cluster says about its sign-in.
type metadata struct {
	mu    sync.Mutex // guards found; held while the cluster is asked, so that it is asked once
	found string
}

func (s *Identities) metadataOf(host string) *metadata {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.names[host]
	if m == nil {
		m = &metadata{}
		s.names[host] = m
	}
	return m
}

// anyCluster is the resource of clusters that name none.
const anyCluster = "https://kusto.kusto.windows.net"

// resource asks once; an answer is kept, a failure isn't.
func (m *metadata) resource(ctx context.Context, base http.RoundTripper, u *url.URL) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.found != "" {
		return m.found, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://"+u.Host+"/v1/rest/auth/metadata", nil)
	if err != nil {
		return "", misconfigured("%s is no address", u.Host)
	}
	resp, err := clientOver(base).Do(r)
	if err != nil {
		if ctx.Err() == nil {
			var request *url.Error
			if errors.As(err, &request) {
				err = request.Err
			}
			return "", kusto.Unanswered("https://"+u.Host, err)
		}
		return "", auth.Classify(ctx, auth.Answer{Err: err})
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	m.found, err = resourceIn(resp.StatusCode, body)
	return m.found, err
}

// resourceIn reads what a cluster says about its sign-in: the resource that tokens are for.
func resourceIn(status int, body []byte) (string, error) {
	var said struct {
		AzureAD struct {
			LoginMfaRequired       bool
			KustoServiceResourceID string `json:"KustoServiceResourceId"`
		}
	}
	switch {
	case status == http.StatusNotFound:
	case status != http.StatusOK:
		return "", fmt.Errorf("the cluster doesn't say how to sign in to it (HTTP %d); check the address, or try again", status)
	case len(body) > 0 && json.Unmarshal(body, &said) != nil:
		return "", errors.New("what answers isn't a Kusto cluster; check the address")
	}
	resource := said.AzureAD.KustoServiceResourceID
	if said.AzureAD.LoginMfaRequired {
		resource = strings.Replace(resource, ".kusto.", ".kustomfa.", 1)
	}
	return cmp.Or(resource, anyCluster), nil
}

// telling makes of a refusal the sentence that a person reads; what the error is stays.
type telling struct {
	next *httpauth.Transport
	at   place
}

// RoundTrip sends a request. A 401 that a fresh token didn't cure is an error: there is no more to try.
func (t *telling) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.next.RoundTrip(r)
	if err != nil {
		return nil, t.told(err)
	}
	if resp.StatusCode == http.StatusUnauthorized && resp.Request != nil && resp.Request.Header.Get("Authorization") != "" {
		_ = resp.Body.Close()
		named := t.at.noteTenant(httpauth.Read(resp.Header).Tenant)
		return nil, t.told(&auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseRefused, Tenant: named, Msg: t.at.host + " refused the token"})
	}
	return resp, nil
}

// noteTenant keeps the tenant that a cluster named, and gives it where it isn't the one that was asked.
func (p place) noteTenant(named string) string {
	id, asked, err := p.identity()
	if err != nil || named == "" || strings.EqualFold(named, cmp.Or(asked, id.Block.TenantID, id.source.Account().Tenant)) {
		return ""
	}
	p.all.mu.Lock()
	defer p.all.mu.Unlock()
	p.all.named[p.host] = named
	return named
}

func (t *telling) told(err error) error {
	id, tenant, failed := t.at.identity()
	if failed != nil {
		return failed
	}
	return id.Told(err, t.at.host, tenant)
}

// CloseIdleConnections passes the wish on.
func (t *telling) CloseIdleConnections() { t.next.CloseIdleConnections() }

// Told gives an error of sign-in the words that a person reads; others stay as they are. resource is what was wanted: a cluster's
// host, or a service.
func (id *Identity) Told(err error, resource, tenant string) error {
	var e *auth.Error
	if !errors.As(err, &e) {
		return err
	}
	told := *e
	told.Msg = auth.Describe(e, id.Situation(resource, tenant)).Text
	return &told
}

// Situation is what a failure to reach a resource happened in.
func (id *Identity) Situation(resource, tenant string) auth.Situation {
	client := id.Block.ClientID
	tenant = cmp.Or(tenant, id.Block.TenantID)
	if !auth.UserMode(id.Mode) { // an app may be named by the environment
		client = cmp.Or(client, id.all.opt.Getenv("AZURE_CLIENT_ID"))
		tenant = cmp.Or(tenant, id.all.opt.Getenv("AZURE_TENANT_ID"))
	}
	client = cmp.Or(client, source.AzureCLIClient)
	mode := id.Mode
	if mode == auth.ModeDefault { // its prompts are those of a way of its own
		mode = cmp.Or(id.all.opt.Prefer, auth.ModeDeviceCode)
	}
	return auth.Situation{
		Mode: mode, Resource: resource, Account: id.source.Account(), Tenant: tenant, Client: client, Authority: id.Cloud.Authority,
		Path: id.Block.CertificatePath, CanAsk: id.all.opt.Buttons(), NoBrowser: id.all.opt.NoBrowser != nil && id.all.opt.NoBrowser(),
	}
}
