package main

// This file writes expressions of a wanted type, from the tables of functions; now and then one that doesn't fit.

import (
	"fmt"
	"strings"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
)

var scalars = []symbol.Type{
	symbol.Bool, symbol.Int, symbol.Long, symbol.Real, symbol.Decimal, symbol.String, symbol.Datetime,
	symbol.Timespan, symbol.Guid, symbol.Dynamic,
}

var literals = map[symbol.Type][]string{
	symbol.Bool: {"true", "false", "bool(null)"}, symbol.Int: {"int(3)", "int(null)"}, symbol.Long: {"1", "42", "0", "long(7)", "0x1f"},
	symbol.Real: {"1.5", "real(2)", "1e3", "real(nan)"}, symbol.Decimal: {"decimal(1.5)"},
	symbol.String:   {"'a'", `"b c"`, "@'c\\d'", "'x' 'y'", "''", "h'z'"},
	symbol.Datetime: {"datetime(2024-01-02)", "now()", "ago(1d)", "datetime(2020-05-06 07:08:09)"},
	symbol.Timespan: {"1h", "7d", "30s", "time(1.02:03:04)", "10ms", "timespan(1d)"},
	symbol.Guid:     {"guid(74be27de-1e4e-49d9-b579-fe0b331d3642)"},
	symbol.Dynamic:  {"dynamic([1,2])", "dynamic({'a':1,'b':'x'})", "dynamic(null)", "dynamic(['a','b'])", "dynamic([[1],[2]])"},
}

// name writes a column's name, in brackets now and then.
func (v *variation) name(c string) string {
	quoted := symbol.QuoteName(c)
	if quoted == c && v.IntN(12) == 0 {
		return "['" + c + "']"
	}
	return quoted
}

// column gives a column of a type, any one when there is none of it; "" without columns.
func (v *variation) column(types ...symbol.Type) string {
	var fit []*symbol.Column
	for _, c := range v.columns {
		for _, t := range types {
			if c.Type == t {
				fit = append(fit, c)
			}
		}
	}
	switch {
	case len(v.columns) == 0:
		return "x"
	case len(fit) == 0 || v.IntN(25) == 0:
		return v.name(pick(v, v.columns).Name)
	}
	return v.name(pick(v, fit).Name)
}

func (v *variation) literal(t symbol.Type) string {
	if list := literals[t]; len(list) > 0 {
		return pick(v, list)
	}
	return "1"
}

// value writes an expression of a type.
func (v *variation) value(t symbol.Type) string {
	if v.IntN(40) == 0 {
		t = pick(v, scalars)
	}
	v.depth++
	defer func() { v.depth-- }()
	n := v.IntN(10)
	switch {
	case v.depth > 3 && n < 6 || n < 3:
		return v.column(t)
	case v.depth > 3 || n < 5:
		return v.literal(t)
	case n < 7:
		return v.operation(t)
	}
	return v.function(t)
}

var operations = map[symbol.Type][]string{
	symbol.Bool:     {"%s == %s", "%s != %s", "%s < %s", "%s >= %s", "%S has %S", "%S contains %S", "%S startswith %S", "%S !endswith %S", "%S =~ %S", "%b and %b", "%b or %b", "not(%b)", "%S matches regex 'a.*'", "%s in (%s, %s)", "%S in~ (%S)", "%S has_any (%S, %S)", "%L between (%L .. %L)", "%D between (%D .. %T)", "%S has_all (%d)", "%D > %D", "%D !between (%D .. %D)", "%S !in (%d)", "%d has %S", "isnotempty(%s)", "%s in (%d)", "%S !has_cs %S", "%S hasprefix %S"},
	symbol.Int:      {"int(1) - int(2)", "toint(%s)", "-%i"},
	symbol.Long:     {"%L + %i", "%L * %L", "%L % %L", "-%L", "tolong(%s)", "%L - 1", "%i * %i", "%L / %L"},
	symbol.Real:     {"%R + %L", "%R / %R", "%T / %T", "-%R", "toreal(%s)", "1.0 * %L"},
	symbol.Decimal:  {"todecimal(%s)", "%e + %e", "%e * %L"},
	symbol.String:   {"strcat(%s, %s)", "tostring(%s)", "tostring(%d.a)", "iff(%b, %S, %S)", "case(%b, %S, %b, %S, %S)", "%S[0]"},
	symbol.Datetime: {"%D + %T", "%D - %T", "bin(%D, %T)", "todatetime(%s)", "startofday(%D)", "min_of(%D, %D)", "%D - 1d"},
	symbol.Timespan: {"%D - %D", "%T + %T", "%T * %L", "totimespan(%s)", "-%T", "%L * %T", "%T / %L"},
	symbol.Guid:     {"new_guid()", "toguid(%S)"},
	symbol.Dynamic:  {"%d.a", "%d['b']", "%d[0]", "%d.a.b[1].c", "todynamic(%S)", "parse_json(%S).x", "pack_array(%s, %s)", "bag_pack('k', %s)", "split(%S, ',')", "%d[%L]", "array_concat(%d, %d)", "bag_pack('k', %s).k", "dynamic({'q': [1, 2]}).q[0]", "%d[-1]", "pack_all()", "%d[%S]"},
}

// operation writes an operator, or a common function.
func (v *variation) operation(t symbol.Type) string {
	list := operations[t]
	if len(list) == 0 {
		return v.literal(t)
	}
	return v.fill(pick(v, list))
}

var letters = map[byte]symbol.Type{
	'b': symbol.Bool, 'i': symbol.Int, 'L': symbol.Long, 'R': symbol.Real, 'e': symbol.Decimal,
	'S': symbol.String, 'D': symbol.Datetime, 'T': symbol.Timespan, 'g': symbol.Guid, 'd': symbol.Dynamic,
}

// fill puts values in place of the marks of a pattern: %L a long and so on, %s two of the same type all over the pattern.
// Others: %c a column, %t a table, %q a subquery that takes no source, %A an aggregate, %n a new name, %C columns, %N numbers.
func (v *variation) fill(pattern string) string {
	same := pick(v, scalars)
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		if pattern[i] != '%' || i+1 == len(pattern) || pattern[i+1] == ' ' {
			b.WriteByte(pattern[i])
			continue
		}
		i++
		b.WriteString(v.mark(pattern[i], same))
	}
	return b.String()
}

func (v *variation) mark(mark byte, same symbol.Type) string {
	if t, ok := letters[mark]; ok {
		return v.value(t)
	}
	switch mark {
	case 's':
		return v.value(same)
	case 'c':
		return v.column(scalars...)
	case 'l': // a column of numbers
		return v.column(symbol.Long, symbol.Int, symbol.Real)
	case 'j':
		return v.column(symbol.Dynamic)
	case 'k':
		return v.column(symbol.String)
	case 'm':
		return v.column(symbol.Datetime)
	case 't':
		return v.table()
	case 'q':
		return v.query()
	case 'o':
		columns := v.columns
		defer func() { v.columns = columns }()
		return v.fill(pick(v, pipes))
	case 'A':
		return v.call(pick(v, builtin.Aggregates()))
	case 'n':
		return pick(v, []string{"n1", "Value", "['a b']", "x_1", "Name", "b2", v.column(scalars...)})
	case 'y':
		return pick(v, scalars).String()
	case 'f':
		return v.value(pick(v, scalars))
	}
	return "%" + string(mark)
}

// function writes a call of a function that gives a type, or may.
func (v *variation) function(t symbol.Type) string {
	list := builtin.Functions()
	for range 60 {
		f := &list[v.IntN(len(list))]
		if f.Flags.Has(builtin.Tabular) || f.Flags.Has(builtin.Hidden) || f.Flags.Has(builtin.GraphOnly) {
			continue
		}
		s := f.Signatures[0]
		if s.Return == builtin.ReturnDeclared && s.Type != t {
			continue
		}
		return v.call(*f)
	}
	return v.literal(t)
}

// call writes a call, seldom with one argument too many or too few.
func (v *variation) call(f builtin.Function) string {
	if v.depth > 4 {
		return "strlen('x')"
	}
	v.depth++
	defer func() { v.depth-- }()
	s := pick(v, f.Signatures)
	var args []string
	first := pick(v, scalars)
	for i, p := range s.Params {
		n := int(p.Min)
		if most := min(int(p.Max), 3); most > n && len(args) < int(s.Max) {
			n += v.IntN(most - n + 1)
		}
		for range n {
			args = append(args, v.argument(p, i, first))
		}
	}
	switch v.IntN(60) {
	case 0:
		args = append(args, v.value(pick(v, scalars)))
	case 1:
		args = args[:max(0, len(args)-1)]
	}
	return f.Name + "(" + strings.Join(args, ", ") + ")"
}

var kinds = map[builtin.ParamKind][]symbol.Type{
	builtin.KindInteger: {symbol.Int, symbol.Long}, builtin.KindNumber: {symbol.Int, symbol.Long, symbol.Real, symbol.Decimal},
	builtin.KindSummable: {symbol.Long, symbol.Real, symbol.Datetime, symbol.Timespan}, builtin.KindDynamicArray: {symbol.Dynamic},
	builtin.KindDynamicBag: {symbol.Dynamic}, builtin.KindStringOrDynamic: {symbol.String, symbol.Dynamic},
	builtin.KindStringOrArray: {symbol.String, symbol.Dynamic}, builtin.KindIntegerOrArray: {symbol.Long, symbol.Dynamic},
	builtin.KindNumberOrBool: {symbol.Long, symbol.Bool}, builtin.KindNotDynamic: {symbol.String, symbol.Long, symbol.Datetime},
}

func (v *variation) argument(p builtin.Param, i int, first symbol.Type) string {
	t := first
	if p.Kind == builtin.KindDeclared {
		var fit []symbol.Type
		for _, t := range scalars {
			if p.Types.Has(t) {
				fit = append(fit, t)
			}
		}
		if len(fit) == 0 {
			return fmt.Sprintf("typeof(%s)", pick(v, scalars))
		}
		t = pick(v, fit)
	} else if list := kinds[p.Kind]; list != nil {
		t = pick(v, list)
	}
	if v.IntN(50) == 0 {
		t = pick(v, scalars)
	}
	switch {
	case p.Kind == builtin.KindTabular:
		return "(" + v.table() + ")"
	case len(p.Values) > 0 && v.IntN(20) > 0:
		value := pick(v, p.Values)
		if t == symbol.String {
			return "'" + value + "'"
		}
		return value
	}
	switch p.Arg {
	case builtin.ArgAggregate:
		return v.call(pick(v, builtin.Aggregates()))
	case builtin.ArgColumn, builtin.ArgColumnParameter0, builtin.ArgColumnParameter0Common:
		return v.column(t)
	case builtin.ArgConstant, builtin.ArgLiteral, builtin.ArgLiteralNotEmpty:
		return v.literal(t)
	case builtin.ArgStarOnly:
		return "*"
	case builtin.ArgStarAllowed:
		if v.IntN(3) == 0 {
			return "*"
		}
	}
	return v.value(t)
}
