// Expressions of a plan: columns by ordinal, constants, and calls resolved to kernels.

package plan

import (
	"strconv"

	"calypso/engine/fn"
	"calypso/kusto/value"
)

// Expr is a scalar expression over one row of a node's input.
type Expr interface {
	// Kind is the type of its value.
	Kind() value.Kind
}

type (
	// Col is a column of the input, by ordinal.
	Col struct {
		Ordinal int
		Type    value.Kind
	}
	// Const is a constant; V is a constant vector (its N is of no meaning).
	Const struct {
		V *value.Vector
	}
	// Slot is the number of the step on an axis that X falls in, from 0: (X - Start) / Step, rounded down. Null where X is null
	// or the number isn't in [0, Slots). Where Free is set it may be negative; End, where it isn't nil, is a bound of X.
	Slot struct {
		X           Expr
		Start, Step *value.Vector
		Slots       int64
		Free        bool
		End         *value.Vector
	}
	// Part is one result of a function of several.
	Part struct {
		Of    *Tuple
		Index int
	}
	// Tuple is a function of several results; as an expression it stands only inside Part.
	Tuple struct {
		Name string
		Over *fn.TupleOverload
		Args []Expr
	}
	// Call is a function or an operator with its kernel.
	Call struct {
		Name string
		Over *fn.Overload
		Args []Expr
	}
)

// Kind is the column's type.
func (c *Col) Kind() value.Kind { return c.Type }

// Kind is the constant's type.
func (c *Const) Kind() value.Kind { return c.V.Kind }

// Kind is the type of the result.
func (p *Part) Kind() value.Kind { return p.Of.Over.Results[p.Index] }

// Kind is long.
func (s *Slot) Kind() value.Kind { return value.Long }

// Kind is the kernel's result type.
func (c *Call) Kind() value.Kind { return c.Over.Result }

// volatile tells whether the expression gives a new value each time.
func volatile(e Expr) bool {
	c, ok := e.(*Call)
	if !ok {
		return false
	}
	if c.Over.Volatile {
		return true
	}
	for _, a := range c.Args {
		if volatile(a) {
			return true
		}
	}
	return false
}

// columnsOf adds the ordinals that an expression reads to set.
func columnsOf(e Expr, set map[int]bool) {
	switch e := e.(type) {
	case *Col:
		set[e.Ordinal] = true
	case *Slot:
		columnsOf(e.X, set)
	case *Part:
		for _, a := range e.Of.Args {
			columnsOf(a, set)
		}
	case *Call:
		for _, a := range e.Args {
			columnsOf(a, set)
		}
	}
}

// rewrite replaces the column ordinals of an expression; to[i] is the new ordinal of column i.
func rewrite(e Expr, to func(*Col) Expr) Expr {
	switch e := e.(type) {
	case *Col:
		return to(e)
	case *Part:
		of := &Tuple{Name: e.Of.Name, Over: e.Of.Over}
		for _, a := range e.Of.Args {
			of.Args = append(of.Args, rewrite(a, to))
		}
		return &Part{of, e.Index}
	case *Slot:
		c := *e
		c.X = rewrite(e.X, to)
		return &c
	case *Call:
		args := make([]Expr, len(e.Args))
		for i, a := range e.Args {
			args[i] = rewrite(a, to)
		}
		return &Call{Name: e.Name, Over: e.Over, Args: args}
	}
	return e
}

func itoa(n int) string { return strconv.Itoa(n) }
