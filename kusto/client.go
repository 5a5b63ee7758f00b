package kusto

import (
	"crypto/rand"
	"net/http"
	"net/url"
	"time"

	"calypso/kusto/value"

	"github.com/Azure/azure-kusto-go/azkustodata"
)

// Options is how a client works; the zero value works.
type Options struct {
	// Transport carries requests and adds tokens where a cluster wants them; it alone decides which hosts may have one. nil means
	// http.DefaultTransport's settings, without tokens.
	Transport http.RoundTripper
	// Application is the name that clusters log; "" means Calypso.
	Application string
	// User is the name that clusters log beside it; "" means none: who signs in is known, and others needn't be.
	User string
	// Timeout is the limit of a query that names none; 0 means what is left of its context, at most the cluster's own 4 minutes.
	Timeout time.Duration
}

// Client talks to one cluster. It is safe for many goroutines.
type Client struct {
	where Connection
	opts  Options
	http  *http.Client
	azure *azkustodata.Client
	// answerLimit bounds a management command's answer, in bytes as unpacked: it is kept whole. See maxAnswer.
	answerLimit int64
}

// maxAnswer is far above any schema: the largest real one known takes 60 MB.
const maxAnswer = 512 << 20

// Dial makes a client of the cluster at an address as ParseConnection reads it; it contacts nothing.
func Dial(address string, opts Options) (*Client, error) {
	return Open(Connection{URL: address}, opts)
}

// Open makes a client; it contacts nothing.
func Open(where Connection, opts Options) (*Client, error) {
	checked, err := ParseConnection(where.URL)
	if err != nil {
		return nil, err
	}
	if where.Database != "" {
		checked.Database = where.Database
	}
	real, err := url.Parse(checked.URL)
	if err != nil {
		return nil, failure(checked, "", err)
	}
	if opts.Application == "" {
		opts.Application = "Calypso"
	}
	if opts.User == "" {
		opts.User = azkustodata.NONE
	}
	if opts.Transport == nil {
		opts.Transport = http.DefaultTransport.(*http.Transport).Clone()
	}
	c := &Client{where: checked, opts: opts, answerLimit: maxAnswer, http: &http.Client{
		Transport:     &door{next: opts.Transport, where: checked, real: real},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	// The builder's own constructor panics on some texts and cuts values, so the struct is filled by hand.
	c.azure, err = azkustodata.New(&azkustodata.ConnectionStringBuilder{
		DataSource: inside, ApplicationForTracing: opts.Application,
		UserForTracing: opts.User,
	}, azkustodata.WithHttpClient(c.http))
	if err != nil {
		return nil, failure(checked, "", err)
	}
	return c, nil
}

// Connection is where the client's queries go.
func (c *Client) Connection() Connection { return c.where }

// Close drops idle connections; running queries go on.
func (c *Client) Close() {
	if t, ok := c.opts.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// database is the one asked for, else the connection's, else the name that clusters take for "none".
func (c *Client) database(name string) string {
	switch {
	case name != "":
		return name
	case c.where.Database != "":
		return c.where.Database
	}
	return "NetDefaultDB"
}

// NewRequestID names a request; it is what the cluster lists as ClientActivityId, and what Cancel takes.
func NewRequestID() string {
	var g [16]byte
	_, _ = rand.Read(g[:]) // never fails
	g[6], g[8] = g[6]&0x0f|0x40, g[8]&0x3f|0x80
	return "Calypso;" + string(value.AppendGuid(nil, g))
}
