// Errors as Kusto shapes them: a code, an inner code, a message, and a place in the query.

package engine

import (
	"context"
	"errors"
	"fmt"

	"calypso/engine/exec"
	"calypso/engine/plan"
	"calypso/kql/diag"
	"calypso/kql/text"
)

// Kind sorts errors by what a caller does about them.
type Kind uint8

// The kinds of error.
const (
	// Syntax and Semantic: the query is wrong; a cluster would refuse it too.
	Syntax Kind = iota
	Semantic
	// NotBuilt: the query is right, but this engine can't run it.
	NotBuilt
	// NotFound: the database isn't there.
	NotFound
	// Limit: the query ran over a limit of memory, rows or time.
	Limit
	// Cancelled: the caller stopped it.
	Cancelled
	// Internal: a bug of the engine.
	Internal
)

// Error is what Query and the results it gives fail with.
type Error struct {
	Kind Kind
	// Code is Kusto's outer code: General_BadRequest, LimitsExceeded, General_InternalServerError.
	Code string
	// Inner is the code inside: SYN0002, SEM0100, E_RUNAWAY_QUERY.
	Inner string
	// HResult is the number that goes with a limit; 0 for others.
	HResult uint32
	Message string
	// Line and Column are where it is in the query, from 1, the column in bytes; 0 when it has no place. Column16 is the column
	// in UTF-16 units, as editors and Kusto's clients count. Span is the place in byte offsets.
	Line, Column, Column16 int
	Span                   text.Span
	// Permanent tells that trying again gives the same.
	Permanent bool
	// Diagnostics are all errors of the query where Kind is Syntax or Semantic and the binder found them.
	Diagnostics []diag.Diagnostic
	// Cause is what lies beneath; nil for faults of the query.
	Cause error
}

// Error gives kind, place and message.
func (e *Error) Error() string {
	switch e.Kind {
	case Syntax:
		return fmt.Sprintf("syntax error: %s: %d:%d: %s", e.Inner, e.Line, e.Column, e.Message)
	case Semantic:
		if e.Line > 0 {
			return fmt.Sprintf("semantic error: %s: %d:%d: %s", e.Inner, e.Line, e.Column, e.Message)
		}
		return fmt.Sprintf("semantic error: %s: %s", e.Inner, e.Message)
	case NotBuilt:
		if e.Line > 0 {
			return fmt.Sprintf("%d:%d: %s", e.Line, e.Column, e.Message)
		}
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Cause }

const (
	badRequest   = "General_BadRequest"
	syntaxCode   = "SYN0002"
	semanticCode = "SEM0100"
	notBuiltCode = "SEM0001"
)

// fromDiagnostics makes an error of the binder's findings; nil when none is an error.
func fromDiagnostics(src string, list []diag.Diagnostic) *Error {
	var faults []diag.Diagnostic
	for _, d := range list {
		if d.Severity == diag.Error {
			faults = append(faults, d)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	first := faults[0]
	e := &Error{
		Kind: Semantic, Code: badRequest, Inner: semanticCode, Message: first.Message, Span: first.Span, Permanent: true,
		Diagnostics: faults,
	}
	if len(first.Code) > 3 && first.Code[3] == '1' {
		e.Kind, e.Inner = Syntax, syntaxCode
	}
	p := text.NewFile(src).UTF8(first.Span.Start)
	e.Line, e.Column = p.Line+1, p.Column+1
	return e
}

// Diagnosed makes an error of what a binder found in a text; nil when none of it is an error.
func Diagnosed(src string, found []diag.Diagnostic) error {
	if e := fromDiagnostics(src, found); e != nil {
		return placed(e, src)
	}
	return nil
}

// placed adds the column in UTF-16 units to an error that has a place in the query.
func placed(err error, src string) error {
	var e *Error
	if !errors.As(err, &e) || e.Line == 0 || e.Column16 != 0 {
		return err
	}
	e.Column16 = e.Column
	if p := text.NewFile(src).UTF16(e.Span.Start); p.Line+1 == e.Line && e.Span.End > 0 {
		e.Column16 = p.Column + 1
	}
	return err
}

// wrap gives an error of plan or exec its Kusto shape.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	var done *Error
	if errors.As(err, &done) {
		return err
	}
	var missing *plan.NotBuilt
	var invalid *plan.Invalid
	var limit *exec.LimitError
	switch {
	case errors.As(err, &missing):
		return &Error{
			Kind: NotBuilt, Code: badRequest, Inner: notBuiltCode, Line: missing.Line, Column: missing.Col, Span: missing.Span,
			Message: missing.Name + " is not built in the embedded engine; connect to a cluster to use it", Permanent: true, Cause: err,
		}
	case errors.As(err, &invalid):
		return &Error{
			Kind: Semantic, Code: badRequest, Inner: semanticCode, Line: invalid.Line, Column: invalid.Col, Span: invalid.Span,
			Message: invalid.Message, Permanent: true, Cause: err,
		}
	case errors.As(err, &limit):
		return &Error{Kind: Limit, Code: "LimitsExceeded", Inner: limit.Code, HResult: limit.HResult, Message: limit.Error(), Cause: err}
	case errors.Is(err, context.DeadlineExceeded):
		return &Error{
			Kind: Limit, Code: "Request_ExecutionTimeout", Inner: "E_QUERY_CANCELLED", HResult: 0x80DA0006,
			Message: "the query took longer than its time limit; narrow it, or raise servertimeout", Cause: err,
		}
	case errors.Is(err, context.Canceled):
		return &Error{
			Kind: Cancelled, Code: "Request_Cancelled", Inner: "E_QUERY_CANCELLED", HResult: 0x80DA0006,
			Message: "the query was cancelled", Cause: err,
		}
	}
	return wrapFunction(err)
}

// Wrap gives an error from below the engine, such as a context's end, the shape of the engine's own.
func Wrap(err error) error { return wrap(err) }
