package kusto

import (
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"regexp"
	"strings"
	"syscall"

	"calypso/auth"
	"calypso/kusto/wire"

	azerrors "github.com/Azure/azure-kusto-go/azkustodata/errors"
)

// Kind sorts failures by what a person or program does about them.
type Kind uint8

// The kinds of failure.
const (
	Other       Kind = iota
	BadAddress       // the cluster's address can't be right
	Unreachable      // nothing answers there
	NotKusto         // something answers that isn't Kusto's query service
	SignIn           // the cluster wants to know who asks, or won't let them in
	BadQuery         // the query or command is wrong; Line and Column may say where
	NotFound         // a database, table or other thing isn't there
	Limit            // a limit of rows, bytes or memory was reached; rows before it count
	Timeout          // a limit of time was reached; rows before it count
	Throttled        // too many requests; try again later
	Cancelled        // somebody stopped it
	Broken           // the answer ended too early or can't be read
	Server           // the cluster failed
)

// A Failure is every error of this package.
type Failure struct {
	Kind    Kind
	Message string // what, on what; for a person
	Hint    string // what next; "" when there is nothing to say
	Code    string // Kusto's innermost code, as SEM0100; "" when it sent none
	// Line and Column are as the cluster sent them, 0 when it sent no place. Lines count from 1. Columns count from 0 or 1:
	// clusters aren't of one mind.
	Line, Column    int
	ClientRequestID string
	Remote          *wire.Error // as sent; nil when the cluster said nothing
	Cause           error
}

// Error gives the message with its next step.
func (f *Failure) Error() string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + "; " + f.Hint
}

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// failure makes a Failure of any error of a request to a cluster.
func failure(where Connection, id string, err error) error {
	var known *Failure
	if errors.As(err, &known) {
		out := *known
		out.ClientRequestID = id
		return &out
	}
	var remote *wire.Error
	if errors.As(err, &remote) {
		return fromRemote(remote, id)
	}
	f := silent(where, err)
	f.ClientRequestID, f.Cause = id, err
	return f
}

// Unanswered words an error of a request that a cluster said nothing about: who couldn't be reached, and what to check.
func Unanswered(address string, err error) error {
	f := silent(Connection{URL: address}, err)
	f.Cause = err
	return f
}

// silent is the failure of a request that the cluster said nothing about.
func silent(where Connection, err error) *Failure {
	var dns *net.DNSError
	var denied *auth.Error
	switch text := bare(err); {
	case errors.As(err, &denied) && denied.Kind == auth.Unavailable:
		return &Failure{Kind: Unreachable, Message: denied.Msg}
	case errors.As(err, &denied):
		return &Failure{Kind: SignIn, Message: denied.Msg}
	case errors.Is(err, context.Canceled):
		return &Failure{Kind: Cancelled, Message: "the query was cancelled"}
	case errors.Is(err, context.DeadlineExceeded):
		return &Failure{Kind: Timeout, Message: "no answer within the time limit", Hint: timeoutHint}
	case errors.As(err, &dns):
		return &Failure{Kind: Unreachable, Message: "no host " + quote(where.Host()) + " is known", Hint: "check the cluster's address and the network"}
	case isTLS(err):
		return &Failure{
			Kind: Unreachable, Message: fmt.Sprintf("no safe connection to %s: %s", where.URL, text),
			Hint: "check the address, and that this machine trusts the cluster's certificate; a proxy may inspect TLS: set ca_file in [azure_auth]",
		}
	case throughProxy(err):
		return &Failure{Kind: Unreachable, Message: "the proxy before " + where.Host() + " doesn't answer", Hint: "check HTTPS_PROXY and the network"}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Failure{Kind: Unreachable, Message: "nothing listens at " + where.URL, Hint: "check the address and that the cluster runs"}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return &Failure{Kind: Broken, Message: where.Host() + ": the answer ended too early", Hint: "run it again"}
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		return &Failure{Kind: Broken, Message: where.Host() + ": the answer can't be unpacked", Hint: "run it again"}
	case strings.Contains(text, "answer is not readable"):
		return &Failure{Kind: Broken, Message: where.Host() + ": " + text, Hint: "check that the address is a Kusto cluster's"}
	case isNetwork(err):
		return &Failure{Kind: Unreachable, Message: fmt.Sprintf("%s can't be reached: %s", where.URL, text), Hint: "check the address and the network"}
	default:
		return &Failure{Kind: Other, Message: where.Host() + ": " + text}
	}
}

// throughProxy tells failures to reach the proxy.
func throughProxy(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "proxyconnect"
}

func isNetwork(err error) bool {
	var op net.Error // what is left of it: routes, resets, proxies
	var dial *net.OpError
	return errors.As(err, &dial) || errors.As(err, &op)
}

func isTLS(err error) bool {
	var (
		verify  *tls.CertificateVerificationError
		header  tls.RecordHeaderError
		alert   tls.AlertError
		unknown x509.UnknownAuthorityError
		host    x509.HostnameError
		invalid x509.CertificateInvalidError
	)
	return errors.As(err, &verify) || errors.As(err, &header) || errors.As(err, &alert) || errors.As(err, &unknown) || errors.As(err, &host) ||
		errors.As(err, &invalid) || strings.Contains(err.Error(), "server gave HTTP response to HTTPS client")
}

// bare is an error's text without the query, which azkustodata puts into it, and without the request's address.
func bare(err error) string {
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Error()
	}
	var az *azerrors.Error
	if errors.As(err, &az) && az.Err != nil {
		err = az.Err
	}
	text := err.Error()
	if i := strings.Index(text, "With query:"); i >= 0 {
		text = text[:i] + "request failed"
	}
	return text
}

// fromRemote makes a Failure of what a cluster sent.
func fromRemote(e *wire.Error, id string) *Failure {
	root := e.Root()
	f := &Failure{Code: root.Code, Line: root.Line, Column: root.Column, ClientRequestID: id, Remote: e, Cause: e}
	if f.Line == 0 {
		f.Line, f.Column = e.Line, e.Column
	}
	f.Message = f.plain(e.Error())
	f.Kind = kindOf(e, f.Message)
	switch f.Kind {
	case Limit:
		f.Hint = "narrow the query with where, summarize or take"
	case Timeout:
		f.Hint = timeoutHint
	case Throttled:
		f.Hint = "try again in a minute"
	case SignIn:
		f.Hint = signInHint
	}
	return f
}

// places are where clusters write line and column into their texts.
var places = regexp.MustCompile(`\s*\[line:position=\d+:\d+\]`)

// plain is a cluster's text without what the Failure's own fields say, and without the query, which whoever asked knows.
func (f *Failure) plain(message string) string {
	if i := strings.Index(message, ". Query: '"); i > 0 {
		message = message[:i]
	}
	if _, rest, ok := strings.Cut(message, f.Code+": "); ok && f.Code != "" && rest != "" {
		message = rest
	}
	message = strings.TrimPrefix(message, fmt.Sprintf("%d:%d: ", f.Line, f.Column))
	if short := places.ReplaceAllString(message, ""); short != "" {
		message = short
	}
	return message
}

// kindOf looks at codes and types, which are few and fixed. Of the message only names that no query is likely to hold count.
func kindOf(e *wire.Error, message string) Kind {
	root := e.Root()
	if strings.HasPrefix(root.Code, "SYN") || strings.HasPrefix(root.Code, "SEM") {
		return BadQuery
	}
	codes := e.Code + " " + e.Type + " " + root.Code + " " + root.Type
	has := func(text string, parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(text, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has(codes, "Throttl", "TooManyRequests"):
		return Throttled
	case has(codes+" "+message, "E_QUERY_CANCELLED", "80DA0006") || has(codes, "Timeout", "TimedOut"):
		return Timeout
	case has(codes+" "+message, "E_QUERY_RESULT_SET_TOO_LARGE", "E_RUNAWAY_QUERY", "E_LOW_MEMORY_CONDITION", "80DA0003", "80DA0001", "80DA0007") ||
		has(codes, "LimitsExceeded"):
		return Limit
	case has(codes, "NotExist", "NotFound"):
		return NotFound
	case has(codes, "Unauthorized", "Forbidden", "AccessDenied"):
		return SignIn
	case has(codes, "BadRequest", "SyntaxException", "SemanticException"):
		return BadQuery
	}
	return Server
}
