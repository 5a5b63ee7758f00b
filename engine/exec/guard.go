// A panic in an operator or a kernel is our bug; it ends the query, not the process.

package exec

import (
	"fmt"
	"runtime/debug"
)

// InternalError is a bug of the engine that a query met.
type InternalError struct {
	Reason string
	Stack  string
}

// Error says what happened; the stack is for a log.
func (e *InternalError) Error() string {
	return fmt.Sprintf("internal error in the embedded engine: %s; please report it with the query", e.Reason)
}

// Guard runs f and turns a panic into an error.
func Guard(f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = &InternalError{Reason: fmt.Sprint(r), Stack: string(debug.Stack())}
		}
	}()
	return f()
}
