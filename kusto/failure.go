package kusto

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

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
	Limit            // a limit of rows, memory or time was reached; rows before it count
	Throttled        // too many requests; try again later
	Cancelled        // the caller stopped it
	Broken           // the answer ended too early or can't be read
	Server           // the cluster failed
)

// A Failure is every error of this package.
type Failure struct {
	Kind            Kind
	Message         string // what, on what, and what next; for a person
	Code            string // Kusto's innermost code, as SEM0100; "" when it sent none
	Line, Column    int    // in the query, from 1; 0 when it has no place
	ClientRequestID string
	Remote          *wire.Error // as sent; nil when the cluster said nothing
	Cause           error
}

// Error gives the message.
func (f *Failure) Error() string { return f.Message }

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
	f := &Failure{Kind: Other, ClientRequestID: id, Cause: err, Message: fmt.Sprintf("%s: %v", where.Host(), bare(err))}
	var dns *net.DNSError
	switch {
	case errors.Is(err, context.Canceled):
		f.Kind, f.Message = Cancelled, "the query was cancelled"
	case errors.Is(err, context.DeadlineExceeded):
		f.Kind, f.Message = Limit, "no answer within the time limit; narrow the query, or raise the limit"
	case errors.As(err, &dns):
		f.Kind, f.Message = Unreachable, fmt.Sprintf("no host %s is known; check the cluster's address and the network", quote(where.Host()))
	case errors.Is(err, syscall.ECONNREFUSED):
		f.Kind, f.Message = Unreachable, fmt.Sprintf("nothing listens at %s; check the address and that the cluster runs", where.URL)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		f.Kind, f.Message = Broken, fmt.Sprintf("%s: the answer ended too early; run it again", where.Host())
	case isNetwork(err):
		f.Kind, f.Message = Unreachable, fmt.Sprintf("%s can't be reached: %v; check the address and the network", where.URL, bare(err))
	case strings.Contains(err.Error(), "answer is not readable"):
		f.Kind = Broken
	case strings.Contains(err.Error(), "could not validate endpoint"):
		f.Kind, f.Message = BadAddress, fmt.Sprintf("%s isn't a known Kusto endpoint; check the cluster's address", quote(where.Host()))
	}
	return f
}

func isNetwork(err error) bool {
	var op *net.OpError
	return errors.As(err, &op)
}

// bare is an error's text without the query, which azkustodata puts into it.
func bare(err error) string {
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
	f := &Failure{Kind: Server, Message: e.Error(), Code: root.Code, Line: root.Line, Column: root.Column, ClientRequestID: id, Remote: e, Cause: e}
	if f.Line == 0 {
		f.Line, f.Column = e.Line, e.Column
	}
	all := e.Code + " " + root.Code + " " + f.Message
	switch {
	case strings.Contains(all, "LimitsExceeded"), strings.Contains(all, "E_QUERY_RESULT_SET_TOO_LARGE"), strings.Contains(all, "E_RUNAWAY_QUERY"),
		strings.Contains(all, "E_LOW_MEMORY"), strings.Contains(all, "Timeout"), strings.Contains(all, "E_QUERY_CANCELLED"):
		f.Kind = Limit
	case strings.Contains(all, "Throttl"):
		f.Kind = Throttled
	case strings.Contains(all, "DatabaseNotExist"), strings.Contains(all, "EntityNotFound"), strings.Contains(all, "NotFound"):
		f.Kind = NotFound
	case strings.HasPrefix(e.Code, "General_BadRequest"), strings.HasPrefix(e.Code, "BadRequest"), strings.HasPrefix(root.Code, "SYN"), strings.HasPrefix(root.Code, "SEM"):
		f.Kind = BadQuery
	case strings.Contains(all, "Unauthorized"), strings.Contains(all, "Forbidden"):
		f.Kind = SignIn
	}
	return f
}
