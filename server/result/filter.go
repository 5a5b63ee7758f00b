package result

import (
	"context"
	"fmt"
	"regexp"

	"calypso/kusto/value"
)

// Filter tests one column. Op is an operator of KQL with its meaning there, null rules included; the string operators test the
// text of a value that is no string.
type Filter struct {
	Column int
	Op     string
	Value  string   // Kusto's text of a value of the column's type
	Values []string // those of in, !in and between
}

// BadWish says that a wish makes no sense for its table. The message is for the person who wished.
type BadWish struct{ message string }

func (b *BadWish) Error() string { return b.message }

func badf(format string, args ...any) error { return &BadWish{fmt.Sprintf(format, args...)} }

// test tells whether row i of a vector passes.
type test func(v *value.Vector, i int) bool

// filter gives the numbers of the rows that pass all; nil when nothing is wished.
func (t *Table) filter(ctx context.Context, filters []Filter, search string) ([]uint32, error) {
	if len(filters) == 0 && search == "" {
		return nil, nil
	}
	tests := make([]test, len(filters))
	for i, f := range filters {
		if err := t.check(f.Column); err != nil {
			return nil, err
		}
		var err error
		if tests[i], err = f.test(t.Columns[f.Column]); err != nil {
			return nil, err
		}
	}
	find := newFinder(search)
	rows, row := []uint32{}, 0
	for _, b := range t.batches {
		for i := range b.N {
			if row%often == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if passes(b, i, filters, tests) && (search == "" || anyCell(b, i, find)) {
				rows = append(rows, uint32(row))
			}
			row++
		}
	}
	return rows, nil
}

func passes(b *value.Batch, i int, filters []Filter, tests []test) bool {
	for n, f := range filters {
		if !tests[n](b.Cols[f.Column], i) {
			return false
		}
	}
	return true
}

func anyCell(b *value.Batch, i int, find *finder) bool {
	for _, v := range b.Cols {
		if find.in(v, i) {
			return true
		}
	}
	return false
}

// test makes the test of a filter.
func (f Filter) test(c value.Column) (test, error) {
	find := newFinder(f.Value)
	switch f.Op {
	case "contains":
		return find.in, nil
	case "!contains":
		return func(v *value.Vector, i int) bool { return !find.in(v, i) }, nil
	case "startswith":
		return find.begins, nil
	case "matches regex":
		return matching(f.Value)
	case "isempty":
		return empty, nil
	case "isnotempty":
		return func(v *value.Vector, i int) bool { return !empty(v, i) }, nil
	}
	if c.Kind == value.Dynamic {
		return nil, badf("the column %s is dynamic: filter it by contains, startswith or isempty, or compare it in the query", c.Name)
	}
	switch f.Op {
	case "in", "!in":
		return f.among(c)
	case "between":
		return f.between(c)
	}
	want, err := constant(c, f.Value)
	if err != nil {
		return nil, err
	}
	return compared(f.Op, want)
}

// among is in and !in: null is in no list, and so it isn't in any.
func (f Filter) among(c value.Column) (test, error) {
	wanted := make([]*value.Vector, len(f.Values))
	for i, s := range f.Values {
		var err error
		if wanted[i], err = constant(c, s); err != nil {
			return nil, err
		}
	}
	has := f.Op == "in"
	return func(v *value.Vector, i int) bool {
		if !v.IsNull(i) {
			for _, w := range wanted {
				if !nan(v, i, w) && value.Compare(v, i, w, 0) == 0 {
					return has
				}
			}
		}
		return !has
	}, nil
}

// between takes its two ends in; one that is empty is no end.
func (f Filter) between(c value.Column) (test, error) {
	if len(f.Values) != 2 {
		return nil, badf("between wants two values")
	}
	var tests []test
	for i, op := range []string{">=", "<="} {
		if f.Values[i] == "" {
			continue
		}
		one, err := (Filter{Column: f.Column, Op: op, Value: f.Values[i]}).test(c)
		if err != nil {
			return nil, err
		}
		tests = append(tests, one)
	}
	return func(v *value.Vector, i int) bool {
		for _, one := range tests {
			if !one(v, i) {
				return false
			}
		}
		return true
	}, nil
}

// matching is matches regex, by the same rules: both are RE2.
func matching(pattern string) (test, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, badf("the pattern %q can't be read: %s", pattern, err)
	}
	return func(v *value.Vector, i int) bool { return re.MatchString(cellText(v, i)) }, nil
}

func compared(op string, want *value.Vector) (test, error) {
	compare := func(v *value.Vector, i int) int { return value.Compare(v, i, want, 0) }
	switch op {
	case "==":
		return func(v *value.Vector, i int) bool { return !v.IsNull(i) && !nan(v, i, want) && compare(v, i) == 0 }, nil
	case "!=":
		return func(v *value.Vector, i int) bool { return v.IsNull(i) || nan(v, i, want) || compare(v, i) != 0 }, nil
	}
	holds, ok := map[string]func(int) bool{
		"<": func(c int) bool { return c < 0 }, "<=": func(c int) bool { return c <= 0 },
		">": func(c int) bool { return c > 0 }, ">=": func(c int) bool { return c >= 0 },
	}[op]
	if !ok {
		return nil, badf("there is no filter %q", op)
	}
	return func(v *value.Vector, i int) bool { return !v.IsNull(i) && !nan(v, i, want) && holds(compare(v, i)) }, nil
}

// nan tells whether either side is NaN, which equals nothing and is neither less nor greater.
func nan(v *value.Vector, i int, want *value.Vector) bool {
	if v.Kind != value.Real {
		return false
	}
	a, b := v.Reals[i&v.Mask()], want.Reals[0]
	return a != a || b != b
}

// empty is isempty(): the text of the value has no characters. Null has none.
func empty(v *value.Vector, i int) bool {
	switch v.Kind {
	case value.String:
		return v.Strings[i&v.Mask()] == ""
	case value.Dynamic:
		return v.IsNull(i) || v.Dynamics[i&v.Mask()].Text() == ""
	}
	return v.IsNull(i)
}

// constant reads a filter's value as one of the column's type.
func constant(c value.Column, s string) (*value.Vector, error) {
	b := value.NewBuilder(c.Kind, 1)
	ok := true
	switch c.Kind {
	case value.String:
		b.AppendString(s)
	case value.Bool:
		var x bool
		if x, ok = value.ParseBool(s); ok {
			b.AppendBool(x)
		}
	case value.Int, value.Long:
		var x int64
		if x, ok = value.ParseLong(s); ok {
			// A long that no int can be still compares with one.
			return value.ConstInt(value.Long, x, 1), nil
		}
	case value.Real:
		var x float64
		if x, ok = value.ParseReal(s); ok {
			b.AppendReal(x)
		}
	case value.Decimal:
		x, good := value.ParseDecimal(s)
		if ok = good; ok {
			b.AppendDecimal(x)
		}
	case value.Datetime:
		var x int64
		if x, ok = value.ParseDatetime(s); ok {
			b.AppendInt(x)
		}
	case value.Timespan:
		var x int64
		if x, ok = value.ParseTimespan(s); ok {
			b.AppendInt(x)
		}
	case value.Guid:
		var x [16]byte
		if x, ok = value.ParseGuid(s); ok {
			b.AppendGuid(x)
		}
	}
	if !ok {
		return nil, badf("%q is no %s, which the column %s holds", s, c.Kind, c.Name)
	}
	return b.Vector(), nil
}
