// Dynamic values taken as typed ones without a to…() function: the elements of mv-expand and mv-apply under "to typeof(…)", and operands
// and arguments that stand where a type is expected.

package fn

import (
	"math"

	"github.com/woodsbury/decimal128"

	"calypso/kusto/value"
)

// Cast gives the kernel that takes the elements of an array as values of one kind. An element of that kind keeps its value, and text
// isn't read: the documentation says that the operation is cast-only and that what doesn't conform becomes null. An integer conforms
// to real, as the printed answer of the library's percentiles_linear_fl shows. Between other numbers, bool and the rest none shows
// whether they conform, so those are refused.
func Cast(to value.Kind) (*Overload, error) {
	body := castBody(to)
	if body == nil {
		return nil, &NotBuilt{Name: "mv-expand", Detail: "an expansion to " + to.String()}
	}
	return overload("mv-expand", []Arg{{Kind: value.Dynamic}}, []value.Kind{asIs}, to, body)
}

func castBody(to value.Kind) body {
	switch to {
	case value.String:
		return castElement(to, value.Dyn.Text)
	case value.Bool:
		return castElement(to, value.Dyn.Bool)
	case value.Int, value.Long, value.Datetime, value.Timespan:
		return castElement(to, value.Dyn.Long)
	case value.Real:
		return castElement(to, value.Dyn.Real)
	case value.Guid:
		return castElement(to, value.Dyn.Guid)
	case value.Decimal:
		return castElement[decimal128.Decimal](to, value.Dyn.Decimal)
	}
	return nil
}

func castElement[R cell](to value.Kind, read func(value.Dyn) R) body {
	return fallible(to, func(d value.Dyn) (out R, ok bool, err error) {
		if ok, err = conforms(d, to); ok {
			out = read(d)
		}
		return out, ok, err
	})
}

// conforms tells whether an element is a value of the kind. Text is none but a string's, and arrays and bags are none.
func conforms(d value.Dyn, to value.Kind) (bool, error) {
	from := d.Kind()
	switch from {
	case value.DynNull:
		return false, nil
	case value.DynArray, value.DynBag:
		if to != value.String {
			return false, nil
		}
	case value.DynString:
		if to == value.String {
			return true, nil
		}
	case value.DynLong:
		n := d.Long()
		if to == value.Long || to == value.Real || to == value.Int && n == int64(int32(n)) {
			return true, nil
		}
	default:
		if from == dynOf(to) {
			return true, nil
		}
	}
	return false, &NotBuilt{Name: "mv-expand", Detail: inWords[from] + " among elements taken as " + to.String()}
}

func dynOf(kind value.Kind) value.DynKind {
	switch kind {
	case value.Bool:
		return value.DynBool
	case value.Real:
		return value.DynReal
	case value.Decimal:
		return value.DynDecimal
	case value.Datetime:
		return value.DynDatetime
	case value.Timespan:
		return value.DynTimespan
	case value.Guid:
		return value.DynGuid
	}
	return value.DynLong
}

// inWords names kinds of value for people. The value itself stays out of messages: it is a row's.
var inWords = map[value.DynKind]string{
	value.DynReal: "a fraction", value.DynString: "text", value.DynBool: "a bool", value.DynLong: "an integer", value.DynDecimal: "a decimal",
	value.DynDatetime: "a datetime", value.DynTimespan: "a timespan", value.DynGuid: "a guid",
}

// operandFromDynamic is the conversion of a dynamic value that stands beside a typed one in arithmetic or a comparison: that of the
// type's to…() function. Between numbers and times no answer of the real engine shows one.
func operandFromDynamic(to value.Kind) body {
	return typelessBody(to, func(d value.Dyn, isValue, number bool) bool {
		switch from := d.Kind(); from {
		case value.DynBool, value.DynLong, value.DynReal, value.DynDecimal:
			return numeric(to) || to == value.Bool
		case value.DynString:
			return true
		}
		return false
	})
}

// fromTypeless is the conversion of a dynamic value where a function expects a type. A value of the type, a whole number as a number, and
// anything as text is taken, and text that is no number is null as one; whether text that is one is read there, or a fraction cut off,
// no answer of the real engine shows.
func fromTypeless(to value.Kind) body {
	return typelessBody(to, func(d value.Dyn, isValue, number bool) bool {
		switch d.Kind() {
		case value.DynLong:
			return to == value.Real
		case value.DynReal:
			return (to == value.Int || to == value.Long) && d.Real() == math.Trunc(d.Real())
		case value.DynString: // null, read or not
			return !isValue && !number
		}
		return false
	})
}

// typelessBody converts what is null, a container, a value of the type, or sure as the caller says; the rest is refused.
func typelessBody(to value.Kind, sure func(d value.Dyn, isValue, number bool) bool) body {
	switch to {
	case value.Int, value.Long:
		return sureOnly(to, sure, func(d value.Dyn) (int64, bool, error) { return dynInteger(d, to) })
	case value.Real:
		return sureOnly(to, sure, realOfDynamic)
	case value.Bool:
		return sureOnly(to, sure, boolOfDynamic)
	case value.Datetime:
		return sureOnly(to, sure, dynDatetime)
	case value.Timespan:
		return sureOnly(to, sure, dynTimespan)
	case value.Guid:
		return sureOnly(to, sure, dynGuid)
	}
	return fromDynamic(to)
}

func sureOnly[R cell](to value.Kind, sure func(d value.Dyn, isValue, number bool) bool, convert func(value.Dyn) (R, bool, error)) body {
	return fallible(to, func(d value.Dyn) (out R, ok bool, err error) {
		switch from := d.Kind(); from {
		case value.DynNull, value.DynArray, value.DynBag, dynOf(to):
			return convert(d)
		case value.DynString:
			_, number := value.ParseReal(d.Str())
			out, ok, err = convert(d)
			if err == nil && sure(d, ok, number) {
				return out, ok, nil
			}
		default:
			if sure(d, false, false) {
				return convert(d)
			}
		}
		var none R
		return none, false, &NotBuilt{Name: "dynamic", Detail: inWords[d.Kind()] + " where " + to.String() + " is wanted (say which by toreal(…), tolong(…) or tostring(…))"}
	})
}
