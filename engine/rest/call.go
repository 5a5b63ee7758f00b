package rest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"calypso/engine"
	"calypso/kusto/value"
	"calypso/kusto/wire"

	"go.uber.org/zap"
)

// call is one request being served.
type call struct {
	server   *Server
	w        http.ResponseWriter
	r        *http.Request
	client   string // x-ms-client-request-id
	activity [16]byte
	started  bool // the first byte of an answer is out: no status code can be sent any more
	gone     bool // writing failed: the client went away
}

// run reads the request and serves it.
func (c *call) run(serve func(context.Context, request) error) { c.serve(c.read, serve) }

// serve serves a request that read gives.
func (c *call) serve(read func() (request, error), serve func(context.Context, request) error) {
	began := time.Now()
	req, err := read()
	if err == nil {
		err = serve(c.r.Context(), req)
	}
	switch {
	case err == nil || c.r.Context().Err() != nil || c.gone:
	case c.started:
		defer panic(http.ErrAbortHandler) // part of an answer is out: cut, it isn't taken for whole
	default:
		c.answerError(err)
	}
	c.server.log.Info("request", zap.String("path", c.r.URL.Path), zap.String("client_request_id", c.client),
		zap.Duration("took", time.Since(began)), zap.Bool("ok", err == nil))
}

// recover turns a panic, which is a bug, into a 500.
func (c *call) recover() {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	c.server.log.Error("panic", zap.Any("panic", p), zap.ByteString("stack", debug.Stack()))
	if c.started {
		panic(http.ErrAbortHandler) // cuts the connection: the client sees an answer that ends too early
	}
	c.fail(http.StatusInternalServerError, &wire.Error{
		Code: "General_InternalServerError", Message: "internal error",
		Detail: fmt.Sprintf("internal error: %v; please report it with the query", p),
	})
}

// fail answers with a status and an error body.
func (c *call) fail(status int, e *wire.Error) {
	c.complete(e)
	h := c.w.Header()
	h.Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	_, _ = c.w.Write(e.Body())
}

// complete names the request in an error.
func (c *call) complete(e *wire.Error) {
	e.Context.ClientRequestID = c.client
	e.Context.ActivityID = string(value.AppendGuid(nil, c.activity))
	e.Context.ServiceAlias = "CALYPSO"
	e.Context.Timestamp = time.Now().UTC().Format("2006-01-02T15:04:05.0000000Z")
}

func (c *call) answerError(err error) {
	var bad *badRequest
	if errors.As(err, &bad) {
		c.fail(bad.status, &wire.Error{
			Code: "General_BadRequest", Message: bad.message, Type: "Kusto.Data.Exceptions.KustoBadRequestException",
			Detail: bad.message, Permanent: true,
		})
		return
	}
	c.fail(statusOf(err), kustoError(err))
}

// kustoError gives an engine's error Kusto's shape.
func kustoError(err error) *wire.Error {
	var e *engine.Error
	if !errors.As(err, &e) {
		return &wire.Error{Code: "General_InternalServerError", Message: "internal error", Detail: err.Error()}
	}
	if e.Kind == engine.Limit || e.Kind == engine.Cancelled {
		detail := fmt.Sprintf("%s (0x%08X): %s", e.Inner, e.HResult, e.Message)
		return &wire.Error{
			Code: e.Code, Message: "Request is invalid and cannot be executed.",
			Type: "Kusto.DataNode.Exceptions.KustoServicePartialQueryFailureLimitsExceededException", Detail: detail, Permanent: e.Permanent,
		}
	}
	inner := &wire.Error{
		Code: e.Inner, Message: e.Message, Type: exceptionOf(e.Kind), Detail: e.Error(), Permanent: e.Permanent,
		Line: e.Line, Column: e.Column16,
	}
	return &wire.Error{
		Code: e.Code, Message: "Request is invalid and cannot be executed.", Type: exceptionOf(e.Kind),
		Detail: e.Error(), Permanent: e.Permanent, Inner: inner,
	}
}

func exceptionOf(k engine.Kind) string {
	switch k {
	case engine.Syntax:
		return "Kusto.Data.Exceptions.SyntaxException"
	case engine.Semantic:
		return "Kusto.Data.Exceptions.SemanticException"
	case engine.Internal:
		return "Kusto.Data.Exceptions.KustoServiceException"
	}
	return "Kusto.Data.Exceptions.KustoBadRequestException"
}

func statusOf(err error) int {
	var e *engine.Error
	if errors.As(err, &e) {
		switch {
		case e.Kind == engine.Limit && errors.Is(err, context.DeadlineExceeded):
			return http.StatusGatewayTimeout
		case e.Kind != engine.Internal:
			return http.StatusBadRequest
		}
	}
	return http.StatusInternalServerError
}

// Write sends bytes of an answer; it makes call the writer of wire's writers.
func (c *call) Write(b []byte) (int, error) {
	if !c.started {
		c.started = true
		c.w.Header().Set("Content-Type", "application/json")
		c.w.WriteHeader(http.StatusOK)
	}
	n, err := c.w.Write(b)
	c.gone = c.gone || err != nil
	return n, err
}

func (c *call) flush() {
	_ = http.NewResponseController(c.w).Flush()
}
