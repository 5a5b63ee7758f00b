package server

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"calypso/auth"
	"calypso/server/protocol"
	"calypso/server/session"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
	"go.uber.org/zap"
)

// How a message is handled. The library's own dispatch starts a goroutine per message, which lets edits overtake each other
// and panics the process on a cancelled context; so only its types and its connection are used here.

// call is one request: what its method may look at.
type call struct {
	context.Context
	*Server

	id       jsonrpc2.ID
	method   string
	snapshot *session.Snapshot // of the moment the request was read
}

// method is how one request or notification is answered.
type method struct {
	name     string
	run      func(*call, jsonrpc2.RawMessage) (any, error) // requests
	note     func(*Server, jsonrpc2.RawMessage) error      // notifications; in the read loop
	deadline time.Duration                                 // 0: none
	inLoop   bool                                          // requests: answered in the read loop
}

// interactive is as long as a person waits for an answer about the text.
const interactive = 5 * time.Second

// formattingTime is as long as a person waits for a document to be laid out.
const formattingTime = 10 * time.Second

// request makes the entry of a method that is answered beside others. required lists the members without which its params mean
// nothing.
func request[P any](name string, deadline time.Duration, fn func(*call, *P) (any, error), required ...string) method {
	return method{name: name, deadline: deadline, run: func(c *call, raw jsonrpc2.RawMessage) (any, error) {
		p := new(P)
		if err := decode(raw, p, required); err != nil {
			return nil, err
		}
		return fn(c, p)
	}}
}

// plain makes the entry of a request without params.
func plain(name string, deadline time.Duration, fn func(*call) (any, error)) method {
	return method{name: name, deadline: deadline, run: func(c *call, _ jsonrpc2.RawMessage) (any, error) { return fn(c) }}
}

// notification makes the entry of a notification.
func notification[P any](name string, fn func(*Server, *P) error, required ...string) method {
	return method{name: name, note: func(s *Server, raw jsonrpc2.RawMessage) error {
		p := new(P)
		if err := decode(raw, p, required); err != nil {
			return err
		}
		return fn(s, p)
	}}
}

func decode(raw jsonrpc2.RawMessage, p any, required []string) error {
	if path := missing(raw, required); path != "" {
		return badParams("params.%s is missing", path)
	}
	if len(raw) == 0 || string(raw) == "null" {
		return nil // all members are optional, or required would have said so
	}
	if err := lsp.Unmarshal(raw, p); err != nil {
		return badParams("%s", err)
	}
	return nil
}

// handle is the connection's handler: it runs in the read loop until a request calls jsonrpc2.Async.
func (s *Server) handle(rctx context.Context, req *jsonrpc2.Request) (any, error) {
	if !req.IsCall() {
		s.notified(req)
		return nil, nil // an error here would close the connection
	}
	name := strings.Clone(req.Method()) // borrowed until Async
	result, err := s.answer(rctx, name, req)
	if err != nil {
		return nil, err
	}
	return result, nil
}

func (s *Server) notified(req *jsonrpc2.Request) {
	name := req.Method()
	defer s.recovered(name, func(error) {})
	m, ok := s.methods[name]
	switch {
	case !s.gate.notification(name):
		s.log.Debug("notification out of season", zap.String("method", strings.Clone(name)))
	case !ok || m.note == nil:
		s.log.Debug("unknown notification", zap.String("method", strings.Clone(name)))
	default:
		if err := m.note(s, req.Params()); err != nil {
			s.log.Warn("notification dropped", zap.String("method", m.name), zap.String("error", s.quiet(err)))
		}
	}
}

// answer gives a request's result, or an error that is fit for the wire.
func (s *Server) answer(rctx context.Context, name string, req *jsonrpc2.Request) (any, error) {
	m, known := s.methods[name]
	if err := s.gate.request(name); err != nil {
		return nil, err
	}
	if !known || m.run == nil {
		return nil, jsonrpc2.Errorf(jsonrpc2.MethodNotFound, "the method %q isn't known", name)
	}
	if err := rctx.Err(); err != nil {
		return nil, wire(err, errShuttingDown)
	}
	ctx, cancel := context.WithCancelCause(jsonrpc2.DetachContext(rctx))
	c := &call{Context: ctx, Server: s, id: req.ID(), method: name, snapshot: s.state.current()}
	if m.inLoop {
		defer cancel(nil)
		return s.settled(c, m, req.Params())
	}
	if !s.inflight.add(c.id, cancel) {
		cancel(nil)
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "the id %q is in use", c.id)
	}
	jsonrpc2.Async(rctx) // from here on the read loop reads on; params are owned
	defer cancel(nil)
	defer s.inflight.remove(c.id)
	return s.beside(c, m, req.Params())
}

// beside runs a request in a goroutine of its own, so that the answer can come as soon as it is cancelled, whatever its work
// still does.
func (s *Server) beside(c *call, m method, params jsonrpc2.RawMessage) (any, error) {
	if m.deadline > 0 {
		ctx, stop := context.WithTimeout(c.Context, m.deadline)
		defer stop()
		c.Context = ctx
	}
	type outcome struct {
		result any
		err    error
	}
	ctx, done := c.Context, make(chan outcome, 1)
	go func() {
		result, err := s.settled(c, m, params)
		done <- outcome{result, err}
	}()
	select {
	case o := <-done:
		return o.result, o.err
	case <-ctx.Done():
		return nil, wire(ctx.Err(), context.Cause(ctx))
	}
}

// settled runs a method and gives its error the form for the wire; a panic is an error too.
func (s *Server) settled(c *call, m method, params jsonrpc2.RawMessage) (result any, err error) {
	defer s.recovered(m.name, func(e error) { result, err = nil, e })
	result, err = m.run(c, params)
	if err != nil {
		w := wire(err, context.Cause(c))
		if w.Code == codeFailed {
			s.log.Info("request failed", zap.String("method", m.name), zap.String("error", s.quiet(err)))
		}
		return nil, w
	}
	return result, nil
}

// recovered ends a panic: the stack goes to the log, the others go on.
func (s *Server) recovered(name string, answer func(error)) {
	r := recover()
	if r == nil {
		return
	}
	s.log.Error("panic", zap.String("method", strings.Clone(name)), zap.String("panic", auth.Redact(fmt.Sprint(r))), zap.ByteString("stack", debug.Stack()))
	answer(jsonrpc2.NewError(jsonrpc2.InternalError, "an internal error; the server's log says more"))
}

// quiet gives what of an error may stand in the log: kinds, codes and sentences of ours. Other texts can quote a query.
func (s *Server) quiet(err error) string {
	var f *Failure
	var rpc *jsonrpc2.Error
	switch {
	case errors.As(err, &f):
		return strings.TrimSpace(string(f.Kind) + " " + f.Code)
	case errors.As(err, &rpc):
		var data protocol.ErrorData
		_ = lsp.Unmarshal(rpc.Data, &data) // an error without data has no kind to tell
		return strings.TrimSpace(fmt.Sprintf("%d %s %s", rpc.Code, data.Kind, data.Code))
	case errors.Is(err, errNotOpen), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err.Error()
	}
	return fmt.Sprintf("%T", err)
}
