// Errors of kernels while rows run, and what is left.

package engine

import (
	"errors"

	"calypso/engine/fn"
)

func wrapFunction(err error) error {
	var missing *fn.NotBuilt
	var bad *fn.BadArgument
	var failed *fn.AssertFailed
	switch {
	case errors.As(err, &failed):
		return &Error{Kind: Semantic, Code: badRequest, Inner: semanticCode, Message: failed.Error(), Permanent: true, Cause: err}
	case errors.As(err, &missing):
		return &Error{Kind: NotBuilt, Code: badRequest, Inner: notBuiltCode, Message: missing.Error(), Permanent: true, Cause: err}
	case errors.As(err, &bad):
		return &Error{Kind: Semantic, Code: badRequest, Inner: semanticCode, Message: bad.Error(), Permanent: true, Cause: err}
	}
	return &Error{Kind: Internal, Code: "General_InternalServerError", Inner: "E_UNEXPECTED", Message: err.Error(), Cause: err}
}
