// The contract between the engine and the functions: what a caller hands in and what it gets back.

package fn

import (
	"fmt"

	"calypso/kusto/value"
)

// Context is what one query lends to the kernels. The zero value works: instant 0, no randomness, no limits.
type Context struct {
	Now     int64             // the query's instant in ticks, what now() answers
	Rand    func() uint64     // source of random bits, nil means rand() and new_guid() fail
	Reserve func(int64) error // asked before memory grows, in bytes; nil means no limit
	Done    func() error      // asked now and then in long loops; an error stops the kernel; nil means never
	Cluster string            // what current_cluster_endpoint() answers
	DB      string            // what current_database() answers
	User    string            // what current_principal() and its likes answer
}

// reserve asks for n bytes of memory.
func (c *Context) reserve(n int64) error {
	if c == nil || c.Reserve == nil {
		return nil
	}
	return c.Reserve(n)
}

// done tells whether the query was cancelled.
func (c *Context) done() error {
	if c == nil || c.Done == nil {
		return nil
	}
	return c.Done()
}

// Arg describes one argument of a call before any row is seen. A typeof(x) argument is a constant string: the type's name.
type Arg struct {
	Kind  value.Kind
	Const *value.Vector // the value when it is constant (patterns are compiled once); else nil
}

// Overload is a scalar function chosen for argument kinds.
type Overload struct {
	Result   value.Kind
	Volatile bool // a new value for every row, whatever the arguments: rand, new_guid
	// Orderless tells that the items of the array it makes are the real engine's, but their order isn't known: a caller must not show
	// it, nor hand it to what looks at the order.
	Orderless bool
	Packed    bool // Eval takes packed vectors too (see value.Packed); else its arguments are plain

	// Eval computes n rows. Each argument has n rows or is Const; the result has n rows, and is Const only if all
	// arguments are. It converts its arguments' kinds itself and never changes them. Safe for concurrent use.
	Eval func(c *Context, args []*value.Vector, n int) (*value.Vector, error)
}

// AggOverload is an aggregate chosen for argument kinds.
type AggOverload struct {
	Results []value.Kind
	New     func() State
}

// State is the running state of one aggregate over many groups. It is used by one goroutine at a time.
type State interface {
	// Grow makes room for groups 0 to groups-1; they never shrink.
	Grow(groups int)
	// Add takes n rows; row i belongs to groups[i], or to group 0 when groups is nil.
	Add(c *Context, args []*value.Vector, groups []uint32, n int) error
	// Merge takes in other, whose rows come later: other's group g is this state's into[g]. Other is used up.
	Merge(c *Context, other State, into []uint32) error
	// Finish gives one row a group in each result vector. The state is used up.
	Finish(c *Context) ([]*value.Vector, error)
	// Bytes estimates the memory held.
	Bytes() int64
}

// WindowOverload is a window function chosen for argument kinds.
type WindowOverload struct {
	Result value.Kind

	// Eval computes all n rows of a serialized input, given as whole columns.
	Eval func(c *Context, args []*value.Vector, n int) (*value.Vector, error)
}

// NotBuilt says that a function, or its use with these arguments, exists in Kusto but not here.
type NotBuilt struct {
	Name   string
	Detail string // what of it isn't built; empty means all of it
}

// Error gives the refusal as a person reads it.
func (e *NotBuilt) Error() string {
	if e.Detail == "" {
		return fmt.Sprintf("function '%s' is not built in the embedded engine; connect to a cluster to use it", e.Name)
	}
	return fmt.Sprintf("'%s': %s is not built in the embedded engine; connect to a cluster to use it", e.Name, e.Detail)
}

// BadArgument says that the arguments are wrong for the function, as a Kusto cluster would.
type BadArgument struct {
	Name  string
	Index int // of the argument, from 0; -1 means their number or all of them
	Why   string
}

// Error gives the fault as a person reads it.
func (e *BadArgument) Error() string {
	if e.Index < 0 {
		return fmt.Sprintf("'%s': %s", e.Name, e.Why)
	}
	return fmt.Sprintf("'%s': argument %d: %s", e.Name, e.Index+1, e.Why)
}

// TupleOverload is a function of several results, chosen for argument kinds: series_stats and its likes.
type TupleOverload struct {
	Results []value.Kind
	Sure    []int // results, by place, that are the real engine's; nil means all. A caller must not show the others.

	// Eval computes n rows of each result, as Overload.Eval does.
	Eval func(c *Context, args []*value.Vector, n int) ([]*value.Vector, error)
}
