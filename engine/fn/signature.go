// Table rows: how the kinds of a call's arguments are brought to the kinds a body expects.

package fn

import (
	"fmt"

	"calypso/kusto/value"
)

// Parameter kinds beyond the ten types, for table rows only.
const (
	asIs   = value.Kind(100) // any kind, handed over unconverted
	asText = value.Kind(101) // any kind, converted as tostring() does
)

// simple is a row with fixed parameters.
func simple(name string, result value.Kind, b body, params ...value.Kind) scalar {
	return optional(name, len(params), result, b, params...)
}

// optional is a row whose last parameters may be missing; the body sees as many arguments as were given.
func optional(name string, least int, result value.Kind, b body, params ...value.Kind) scalar {
	return scalar{name, least, len(params), func(name string, args []Arg) (*Overload, error) {
		return overload(name, args, params, result, b)
	}}
}

// variadic is a row with fixed parameters first and any number of a last one.
func variadic(name string, least int, result value.Kind, b body, params ...value.Kind) scalar {
	return scalar{name, least, -1, func(name string, args []Arg) (*Overload, error) {
		full := append([]value.Kind(nil), params...)
		for len(full) < len(args) {
			full = append(full, params[len(params)-1])
		}
		return overload(name, args, full, result, b)
	}}
}

// overload makes an Overload that brings its arguments to params and then runs b.
func overload(name string, args []Arg, params []value.Kind, result value.Kind, b body) (*Overload, error) {
	return overloadBy(castArg, name, args, params, result, b)
}

// operator is an overload whose dynamic arguments are operands beside typed ones.
func operator(name string, args []Arg, params []value.Kind, result value.Kind, b body) (*Overload, error) {
	return overloadBy(func(name string, i int, from, to value.Kind) (caster, error) {
		if from == value.Dynamic && to != from && to != asIs {
			return castBy(operandFromDynamic(to)), nil
		}
		return castArg(name, i, from, to)
	}, name, args, params, result, b)
}

func overloadBy(cast func(name string, i int, from, to value.Kind) (caster, error), name string, args []Arg, params []value.Kind,
	result value.Kind, b body,
) (*Overload, error) {
	casts := make([]caster, len(args))
	for i, a := range args {
		c, err := cast(name, i, a.Kind, params[i])
		if err != nil {
			return nil, err
		}
		casts[i] = c
	}
	run := folded(func(c *Context, in []*value.Vector, n int) (*value.Vector, error) {
		a := make([]*value.Vector, len(in))
		for i, v := range in {
			if a[i] = v; casts[i] == nil {
				continue
			}
			var err error
			if a[i], err = casts[i](v, n); err != nil {
				return nil, err
			}
		}
		return b(c, a, n)
	})
	return &Overload{Result: result, Eval: run}, nil
}

// caster converts a vector of n rows; a nil caster changes nothing. It keeps constants constant.
type caster func(v *value.Vector, n int) (*value.Vector, error)

// castArg finds the implicit conversion of an argument: numbers widen, dynamic converts to anything, anything to dynamic.
func castArg(name string, i int, from, to value.Kind) (caster, error) {
	if from == to || to == asIs {
		return nil, nil
	}
	if to == asText {
		return castKind(from, value.String), nil
	}
	if numeric(from) && numeric(to) && from < to || from == value.Dynamic || from == value.Decimal && to == value.Real {
		return castKind(from, to), nil
	}
	// The binder has let it pass, so it is a use that isn't built rather than a mistake.
	return nil, &NotBuilt{Name: name, Detail: fmt.Sprintf("argument %d of type %s where %s is expected", i+1, from, to)}
}

// castKind is the conversion that the function to<kind>() makes, of dynamic as far as it is sure; nil when there is nothing to do.
func castKind(from, to value.Kind) caster {
	if from == to {
		return nil
	}
	b := conversion(from, to)
	if from == value.Dynamic {
		b = fromTypeless(to)
	}
	return castBy(b)
}

func castBy(b body) caster {
	return func(v *value.Vector, n int) (*value.Vector, error) { return folded(b)(nil, []*value.Vector{v}, n) }
}

func numeric(k value.Kind) bool { return k >= value.Int && k <= value.Decimal }

// wider is the kind that two numbers are brought to: int, long, real, decimal in this order.
func wider(a, b value.Kind) value.Kind { return max(a, b) }

// constText gives a constant argument's text.
func constText(a Arg) (string, bool) {
	if a.Const == nil {
		return "", false
	}
	v := a.Const
	if cast := castKind(a.Kind, value.String); cast != nil {
		var err error
		if v, err = cast(v, 1); err != nil {
			return "", false
		}
	}
	return v.Strings[0], true
}

func badPair(op string, a, b value.Kind) error {
	return &BadArgument{Name: op, Index: -1, Why: fmt.Sprintf("cannot take %s and %s; convert one side first", a, b)}
}

func notBuiltPair(op string, a, b value.Kind) error {
	return &NotBuilt{Name: op, Detail: fmt.Sprintf("use with %s and %s", a, b)}
}
