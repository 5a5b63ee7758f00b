// Constants as written: 5, 1.5, "text", 1h, datetime(2020-01-01), dynamic({…}), typeof(long).

package plan

import (
	"math"
	"strconv"
	"strings"

	"calypso/engine/fn"
	"calypso/kql/syntax"
	"calypso/kusto/value"
)

func (p *builder) literal(e *env, x *syntax.Literal) (Expr, error) {
	v, err := p.literalValue(e, x)
	if err != nil {
		return nil, err
	}
	return &Const{v}, nil
}

func (p *builder) literalValue(e *env, x *syntax.Literal) (*value.Vector, error) {
	if x.Kind == syntax.LitString {
		return value.ConstString(x.Text, 1), nil
	}
	kind := literalKinds[x.Kind]
	if kind == value.Invalid {
		return nil, e.invalid(x, "null stands only inside dynamic(…); write %s(null)", "long")
	}
	text := strings.TrimSpace(x.Text)
	if x.Goo {
		text = unquote(text)
		if text == "null" || text == "" {
			return value.NewNull(kind, 1), nil
		}
	}
	v := parseLiteral(kind, text)
	switch {
	case v == nil && kind == value.Timespan && strings.Contains(text, ":"):
		return nil, e.notBuilt(x, "a clock with a part out of its range")
	case v == nil:
		return nil, e.invalid(x, "'%s' is no %s", x.Text, kind)
	case kind == value.Datetime && fn.UnsureCentury(text, v.Ints[0]):
		return nil, e.notBuilt(x, "a year of two digits from 30 to 49")
	case kind == value.Datetime && fn.UnsureFraction(text):
		return nil, e.notBuilt(x, "a fraction of a second of more than 7 digits, which may be cut or rounded,")
	}
	return v, nil
}

// unquote drops a pair of quotes inside datetime('…') and its like.
func unquote(text string) string {
	if n := len(text); n >= 2 && (text[0] == '\'' || text[0] == '"') && text[n-1] == text[0] {
		return text[1 : n-1]
	}
	return text
}

var literalKinds = map[syntax.LiteralKind]value.Kind{
	syntax.LitBool: value.Bool, syntax.LitInt: value.Int, syntax.LitLong: value.Long, syntax.LitReal: value.Real,
	syntax.LitDecimal: value.Decimal, syntax.LitString: value.String, syntax.LitDatetime: value.Datetime,
	syntax.LitTimespan: value.Timespan, syntax.LitGuid: value.Guid,
}

var dashes = strings.NewReplacer(" - ", "-", ", ", "-")

// parseLiteral reads a constant's text; nil when it is none of its kind.
func parseLiteral(kind value.Kind, text string) *value.Vector {
	switch kind {
	case value.Bool:
		if b, ok := value.ParseBool(text); ok {
			return value.ConstBool(b, 1)
		}
	case value.Int:
		if n, ok := parseInteger(text, 32); ok {
			return value.ConstInt(kind, n, 1)
		}
	case value.Long:
		if n, ok := parseInteger(text, 64); ok {
			return value.ConstInt(kind, n, 1)
		}
	case value.Real:
		if f, ok := parseReal(text); ok {
			return value.ConstReal(f, 1)
		}
	case value.Decimal:
		if d, ok := value.ParseDecimal(text); ok {
			return value.ConstDecimal(d, 1)
		}
	case value.Datetime:
		if t, ok := value.ParseDatetime(text); ok {
			return value.ConstInt(kind, t, 1)
		}
		// A literal takes forms that todatetime() doesn't: 2020 - 01 - 31 and 2020, 1, 31.
		if t, ok := syntax.ParseDatetime(text); ok {
			return value.ConstInt(kind, t, 1)
		}
		if t, ok := value.ParseDatetime(dashes.Replace(text)); ok {
			return value.ConstInt(kind, t, 1)
		}
	case value.Timespan:
		if t, ok := value.ParseTimespan(text); ok {
			return value.ConstInt(kind, t, 1)
		}
		if t, ok := syntax.ParseTimespan(text); ok {
			return value.ConstInt(kind, t, 1)
		}
	case value.Guid:
		if g, ok := value.ParseGuid(text); ok {
			return value.ConstGuid(g, 1)
		}
	}
	return nil
}

// parseInteger reads decimal and 0x digits.
func parseInteger(text string, bits int) (int64, bool) {
	digits, negative := strings.TrimPrefix(text, "+"), false
	if strings.HasPrefix(digits, "-") {
		digits, negative = strings.TrimSpace(digits[1:]), true
	}
	if len(digits) > 2 && (digits[:2] == "0x" || digits[:2] == "0X") {
		n, err := strconv.ParseUint(digits[2:], 16, 64)
		if err != nil || bits == 32 && n > math.MaxUint32 {
			return 0, false
		}
		if bits == 32 {
			n = uint64(int64(int32(n)))
		}
		if negative {
			return -int64(n), true
		}
		return int64(n), true
	}
	if negative {
		digits = "-" + digits
	}
	n, err := strconv.ParseInt(digits, 10, bits)
	return n, err == nil
}

func parseReal(text string) (float64, bool) {
	switch strings.ToLower(strings.TrimPrefix(text, "+")) {
	case "inf", "infinity":
		return math.Inf(1), true
	case "-inf", "-infinity":
		return math.Inf(-1), true
	case "nan":
		return math.NaN(), true
	}
	return value.ParseReal(text)
}

func (p *builder) dynamicLiteral(e *env, x *syntax.DynamicLit) (Expr, error) {
	if x.Value == nil {
		return &Const{value.NewNull(value.Dynamic, 1)}, nil
	}
	d, err := p.dynamicValue(e, x.Value)
	if err != nil {
		return nil, err
	}
	return &Const{value.ConstDyn(d, 1)}, nil
}

// dynamicValue gives the value inside dynamic(…). A string written there is a string, not JSON text.
func (p *builder) dynamicValue(e *env, x syntax.Expr) (value.Dyn, error) {
	switch x := x.(type) {
	case *syntax.Literal:
		if x.Kind == syntax.LitNull {
			return value.Dyn{}, nil
		}
		v, err := p.literalValue(e, x)
		if err != nil {
			return value.Dyn{}, err
		}
		return value.DynAt(v, 0), nil
	case *syntax.Unary:
		return p.signed(e, x)
	case *syntax.JSONArray:
		items := make([]value.Dyn, len(x.Items))
		for i, item := range x.Items {
			var err error
			if items[i], err = p.dynamicValue(e, item); err != nil {
				return value.Dyn{}, err
			}
		}
		return value.NewArray(items), nil
	case *syntax.JSONBag:
		keys, values := make([]string, len(x.Pairs)), make([]value.Dyn, len(x.Pairs))
		for i, pair := range x.Pairs {
			if pair.Key == nil || pair.Value == nil {
				return value.Dyn{}, e.invalid(pair, "a property has no name or no value")
			}
			keys[i] = pair.Key.Text
			var err error
			if values[i], err = p.dynamicValue(e, pair.Value); err != nil {
				return value.Dyn{}, err
			}
		}
		return value.NewBag(keys, values), nil
	case *syntax.Paren:
		return p.dynamicValue(e, x.X)
	case *syntax.DynamicLit:
		if x.Value == nil {
			return value.Dyn{}, nil
		}
		return p.dynamicValue(e, x.Value)
	}
	return value.Dyn{}, e.notBuilt(x, "this value inside dynamic(…)")
}

func (p *builder) signed(e *env, x *syntax.Unary) (value.Dyn, error) {
	lit, ok := x.X.(*syntax.Literal)
	if !ok || x.Op != "-" && x.Op != "+" {
		return value.Dyn{}, e.notBuilt(x, "this value inside dynamic(…)")
	}
	if k := literalKinds[lit.Kind]; k != value.Long && k != value.Real && k != value.Int && k != value.Decimal {
		return value.Dyn{}, e.invalid(x, "a sign stands only before a number inside dynamic(…)")
	}
	if x.Op == "+" {
		return p.dynamicValue(e, lit)
	}
	negative := *lit
	negative.Text = "-" + strings.TrimSpace(lit.Text)
	v, err := p.literalValue(e, &negative)
	if err != nil {
		return value.Dyn{}, err
	}
	return value.DynAt(v, 0), nil
}

// typeOf gives the name of a single type, as functions that take typeof(…) read it.
func (p *builder) typeOf(e *env, x *syntax.TypeOf) (Expr, error) {
	if x.Type == nil {
		return nil, e.notBuilt(x, "typeof of several columns")
	}
	kind, ok := value.KindOf(x.Type.Name)
	if !ok {
		return nil, e.invalid(x, "'%s' is no type", x.Type.Name)
	}
	return stringConst(kind.String()), nil
}

// ParseConstant reads a text that is one KQL literal (5, 'text', int(5), datetime(2020-01-01), dynamic([1])) as a constant; nil
// when it is anything else.
func ParseConstant(src string) *value.Vector {
	tree := syntax.Parse(src)
	if tree.Command != nil || len(tree.Statements) != 1 || len(tree.Diagnostics) > 0 {
		return nil
	}
	q, ok := tree.Statements[0].(*syntax.QueryStatement)
	if !ok {
		return nil
	}
	p, e := &builder{}, &env{}
	var planned Expr
	var err error
	switch x := q.X.(type) {
	case *syntax.Literal:
		planned, err = p.literal(e, x)
	case *syntax.DynamicLit:
		planned, err = p.dynamicLiteral(e, x)
	case *syntax.Unary:
		lit, ok := x.X.(*syntax.Literal)
		if !ok || x.Op != "-" || lit.Kind == syntax.LitString || lit.Goo {
			return nil
		}
		return parseLiteral(literalKinds[lit.Kind], "-"+lit.Text)
	}
	if err != nil || planned == nil {
		return nil
	}
	return planned.(*Const).V
}

// ParseRaw reads a text that stands for a value of a kind as it is, without quotes or type name; nil when it is none.
func ParseRaw(kind value.Kind, src string) *value.Vector {
	switch kind {
	case value.String:
		return value.ConstString(src, 1)
	case value.Dynamic:
		return value.ConstDyn(value.ParseDyn(src), 1)
	}
	return parseLiteral(kind, strings.TrimSpace(src))
}
