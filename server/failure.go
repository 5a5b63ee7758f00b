package server

import (
	"context"
	"errors"
	"fmt"

	"calypso/kql/text"
	"calypso/server/protocol"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// Failure is an error that a person can act on. Backends return it; every other error of theirs is shown as it is, with the
// kind "other".
type Failure struct {
	Kind    protocol.ErrorKind
	Message string
	Hint    string     // the next step
	Code    string     // Kusto's own code, as SEM0100
	Detail  string     // the cluster's long text
	Actions []string   // what a client can offer as buttons; see protocol.ErrorData
	At      *text.Span // bytes of the query's text that are at fault; nil when unknown
	Shown   bool       // the person knows: the chat has it as an item, or they closed a prompt
	Err     error      // what lies beneath; nil for none

	uri   string     // the document, when At was carried over to it
	place *lsp.Range // At in the document
	query string     // id of the query
}

func (f *Failure) Error() string { return f.Message }

func (f *Failure) Unwrap() error { return f.Err }

func failf(kind protocol.ErrorKind, hint, format string, args ...any) *Failure {
	return &Failure{Kind: kind, Hint: hint, Message: fmt.Sprintf(format, args...)}
}

// Causes that end a request's context. What is on the wire depends on them.
var (
	errCancelled    = errors.New("cancelled by the client")
	errShuttingDown = errors.New("the server is shutting down")
	errStopped      = errors.New("stopped by query/cancel")
	errMoved        = errors.New("the text has changed since the request")
)

func badParams(format string, args ...any) error {
	return jsonrpc2.Errorf(jsonrpc2.InvalidParams, format, args...)
}

// wire gives the one form in which an error goes out; the code is never 0. cause is why the request's context ended, nil while
// it runs.
func wire(err, cause error) *jsonrpc2.Error {
	var rpc *jsonrpc2.Error
	var failure *Failure
	switch {
	case errors.As(err, &rpc):
		return rpc
	case errors.Is(cause, errCancelled):
		return jsonrpc2.NewError(codeCancelled, "cancelled")
	case errors.Is(cause, errStopped):
		return coded(&Failure{Kind: protocol.ErrorStopped, Message: "the query was stopped"})
	case errors.Is(cause, errShuttingDown):
		return coded(&Failure{Kind: protocol.ErrorStopped, Message: "the server is shutting down; run again when it is back"})
	case errors.Is(cause, context.DeadlineExceeded):
		return coded(&Failure{Kind: protocol.ErrorTimeout, Message: "it took too long", Hint: "try again"})
	case errors.Is(err, errMoved):
		return jsonrpc2.NewError(codeModified, errMoved.Error())
	case errors.As(err, &failure):
		return coded(failure)
	case errors.Is(err, context.DeadlineExceeded): // a method's own
		return coded(&Failure{Kind: protocol.ErrorTimeout, Message: "it took too long", Hint: "try again"})
	default:
		return coded(&Failure{Kind: protocol.ErrorOther, Message: err.Error()})
	}
}

const (
	codeCancelled       jsonrpc2.Code = jsonrpc2.Code(lsp.LSPErrorCodesRequestCancelled)
	codeModified        jsonrpc2.Code = jsonrpc2.Code(lsp.LSPErrorCodesContentModified)
	codeServerCancelled jsonrpc2.Code = jsonrpc2.Code(lsp.LSPErrorCodesServerCancelled)
	codeFailed          jsonrpc2.Code = jsonrpc2.Code(lsp.LSPErrorCodesRequestFailed)
)

func coded(f *Failure) *jsonrpc2.Error {
	data, err := lsp.Marshal(f.data())
	if err != nil {
		data = nil
	}
	return &jsonrpc2.Error{Code: codeFailed, Message: f.Message, Data: data}
}

func (f *Failure) data() protocol.ErrorData {
	kind := f.Kind
	if kind == "" {
		kind = protocol.ErrorOther
	}
	return protocol.ErrorData{Kind: kind, Hint: f.Hint, URI: f.uri, Range: f.place, Code: f.Code, Detail: f.Detail, Query: f.query, Actions: f.Actions, Shown: f.Shown}
}

// info gives the form of an error that goes into a result or a notification.
func info(err, cause error) *protocol.FailureInfo {
	var f *Failure
	switch {
	case errors.Is(cause, errCancelled), errors.Is(cause, errStopped):
		f = &Failure{Kind: protocol.ErrorStopped, Message: "the query was stopped"}
	case errors.Is(cause, errShuttingDown):
		f = &Failure{Kind: protocol.ErrorStopped, Message: "the server is shutting down"}
	case !errors.As(err, &f):
		f = &Failure{Kind: protocol.ErrorOther, Message: err.Error()}
	}
	return &protocol.FailureInfo{Message: f.Message, Data: f.data()}
}
