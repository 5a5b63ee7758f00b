// The comparator: exact, except for the tolerances of tolerance_test.go.

package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"calypso/engine/exec"
	"calypso/engine/plan"
	"calypso/kusto/value"
)

// compareAnswer gives the first difference, "" when there is none.
func compareAnswer(got *answer, c suiteCase) string {
	want := c.Expected
	if len(got.table.Columns) != len(want.Columns) {
		return fmt.Sprintf("columns %v, want %v", got.table.Columns, want.Columns)
	}
	for i, w := range want.Columns {
		g := got.table.Columns[i]
		if g.Name != w.Name || !sameType(g.Kind, w) {
			return fmt.Sprintf("column %d is %s:%s, want %s:%s%s", i, g.Name, g.Kind, w.Name, w.Cls, w.Clr)
		}
	}
	if c.Nondet || shapeOnly.MatchString(c.Query) {
		return ""
	}
	rows := len(want.Rows)
	if want.RowCount != nil {
		rows = *want.RowCount
	}
	if got.rows.N != rows {
		return fmt.Sprintf("%d rows, want %d\n%s", got.rows.N, rows, render(got, nil))
	}
	m := &matcher{got: got, want: want.Rows, cols: want.Columns, tolerance: toleranceOf(c.Query)}
	if want.Complete != nil && !*want.Complete {
		return m.firstRows()
	}
	if m.inOrder() {
		return ""
	}
	if why := m.multiset(0, rows); why != "" {
		return why
	}
	if got.table.Serialized {
		return m.ties()
	}
	return ""
}

func sameType(k value.Kind, w suiteColumn) bool {
	if w.Clr != "" {
		return clrOf[k] == w.Clr
	}
	return clsOf[k] == w.Cls
}

var clrOf = map[value.Kind]string{
	value.Bool: "SByte", value.Int: "Int32", value.Long: "Int64", value.Real: "Double",
	value.Decimal: "SqlDecimal", value.String: "String", value.Datetime: "DateTime", value.Timespan: "TimeSpan", value.Guid: "Guid",
	value.Dynamic: "Object",
}

var clsOf = map[value.Kind]string{
	value.Bool: "Bool", value.Int: "Int", value.Long: "Int", value.Real: "Real", value.Decimal: "Real",
	value.String: "String", value.Datetime: "DateTime", value.Timespan: "TimeSpan", value.Guid: "Guid", value.Dynamic: "Dynamic",
}

type matcher struct {
	got       *answer
	want      [][]any
	cols      []suiteColumn
	tolerance float64
}

func (m *matcher) sameRow(i, j int) bool {
	for c := range m.cols {
		if !m.sameCell(c, i, m.want[j][c]) {
			return false
		}
	}
	return true
}

func (m *matcher) inOrder() bool {
	for i := range m.got.rows.N {
		if !m.sameRow(i, i) {
			return false
		}
	}
	return true
}

// firstRows holds the rows that the suite kept of a longer answer: each must be among ours.
func (m *matcher) firstRows() string {
	used := make([]bool, m.got.rows.N)
	for j := range m.want {
		if !m.take(used, j, 0, m.got.rows.N) {
			return fmt.Sprintf("row %v is missing\n%s", m.want[j], render(m.got, m.want))
		}
	}
	return ""
}

func (m *matcher) take(used []bool, j, from, to int) bool {
	for i := from; i < to; i++ {
		if !used[i] && m.sameRow(i, j) {
			used[i] = true
			return true
		}
	}
	return false
}

// multiset holds rows from to to against each other in any order.
func (m *matcher) multiset(from, to int) string {
	used := make([]bool, m.got.rows.N)
	for j := from; j < to; j++ {
		if !m.take(used, j, from, to) {
			return fmt.Sprintf("rows differ, first in %v\n%s", m.want[j], render(m.got, m.want))
		}
	}
	return ""
}

// ties allows another order among rows that the last sort left equal.
func (m *matcher) ties() string {
	keys, ok := sortColumns(m.got.table.node)
	if !ok {
		return "another order\n" + render(m.got, m.want)
	}
	for from := 0; from < m.got.rows.N; {
		to := from + 1
		for to < m.got.rows.N && m.tied(keys, from, to) {
			to++
		}
		if why := m.multiset(from, to); why != "" {
			return "another order: " + why
		}
		from = to
	}
	return ""
}

func (m *matcher) tied(keys []int, i, j int) bool {
	for _, k := range keys {
		if !value.Equal(m.got.rows.Cols[k], i, m.got.rows.Cols[k], j) {
			return false
		}
	}
	return true
}

// sortColumns finds the output columns that the last sort ordered by.
func sortColumns(n plan.Node) ([]int, bool) {
	at := make([]int, len(n.Columns())) // output column → column of the node
	for i := range at {
		at[i] = i
	}
	for {
		switch x := n.(type) {
		case *plan.Project:
			for i, c := range at {
				if c >= 0 {
					col, ok := x.Items[c].(*plan.Col)
					at[i] = -1
					if ok {
						at[i] = col.Ordinal
					}
				}
			}
		case *plan.Sort:
			return keysAmong(x.Keys, at)
		case *plan.Top:
			return keysAmong(x.Keys, at)
		case *plan.Filter, *plan.Take, *plan.Window, *plan.Share, *plan.Parse:
		default:
			return nil, false
		}
		n = n.Inputs()[0]
	}
}

func keysAmong(keys []plan.SortKey, at []int) ([]int, bool) {
	var out []int
	for _, k := range keys {
		col, ok := k.X.(*plan.Col)
		found := false
		for i, c := range at {
			if ok && c == col.Ordinal {
				out = append(out, i)
				found = true
			}
		}
		if !found {
			return nil, false
		}
	}
	return out, true
}

func (m *matcher) sameCell(c, i int, want any) bool {
	v := m.got.rows.Cols[c]
	if v.IsNull(i) || want == nil {
		return v.IsNull(i) && want == nil
	}
	switch v.Kind {
	case value.Bool:
		b, ok := want.(bool)
		return ok && b == v.Bools[i]
	case value.Int, value.Long:
		n, ok := want.(json.Number)
		if !ok {
			return false
		}
		x, err := n.Int64()
		return err == nil && x == v.Ints[i]
	case value.Real:
		return m.sameReal(v.Reals[i], want)
	case value.Decimal:
		if m.cols[c].Clr == "" {
			// This suite keeps decimals as floating point.
			return m.sameReal(v.Decimals[i].Float64(), want)
		}
		d, ok := value.ParseDecimal(fmt.Sprint(want))
		return ok && d.Equal(v.Decimals[i])
	case value.String:
		s, ok := want.(string)
		return ok && s == v.Strings[i]
	case value.Datetime:
		ticks, ok := value.ParseDatetime(fmt.Sprint(want))
		return ok && ticks == v.Ints[i]
	case value.Timespan:
		ticks, ok := value.ParseTimespan(fmt.Sprint(want))
		return ok && ticks == v.Ints[i]
	case value.Guid:
		return string(value.AppendGuid(nil, v.Guids[i])) == strings.ToLower(fmt.Sprint(want))
	case value.Dynamic:
		return m.sameDynamic(v.Dynamics[i], want)
	}
	return false
}

func (m *matcher) sameReal(x float64, want any) bool {
	y, ok := realOf(want)
	if !ok {
		return false
	}
	if x == y || x != x && y != y {
		return true
	}
	return m.tolerance > 0 && math.Abs(x-y) <= m.tolerance*math.Max(math.Abs(x), math.Abs(y))
}

func realOf(want any) (float64, bool) {
	switch w := want.(type) {
	case json.Number:
		f, err := w.Float64()
		return f, err == nil
	case string:
		switch w {
		case "NaN":
			return math.NaN(), true
		case "Infinity":
			return math.Inf(1), true
		case "-Infinity":
			return math.Inf(-1), true
		}
	}
	return 0, false
}

// sameDynamic compares deeply, through the JSON that a client sees.
func (m *matcher) sameDynamic(d value.Dyn, want any) bool {
	var got any
	dec := json.NewDecoder(strings.NewReader(d.String()))
	dec.UseNumber()
	if err := dec.Decode(&got); err != nil {
		return false
	}
	return m.sameJSON(got, want)
}

func (m *matcher) sameJSON(got, want any) bool {
	switch w := want.(type) {
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !m.sameJSON(g[i], w[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for k := range w {
			x, ok := g[k]
			if !ok || !m.sameJSON(x, w[k]) {
				return false
			}
		}
		return true
	case json.Number:
		g, ok := got.(json.Number)
		if !ok {
			return false
		}
		if a, err := strconv.ParseInt(string(g), 10, 64); err == nil {
			if b, err := strconv.ParseInt(string(w), 10, 64); err == nil {
				return a == b
			}
		}
		x, err := g.Float64()
		return err == nil && m.sameReal(x, w)
	}
	return got == want
}

func render(got *answer, want [][]any) string {
	var b strings.Builder
	for i := range min(got.rows.N, 30) {
		b.WriteString("  got ")
		for _, v := range got.rows.Cols {
			if v.IsNull(i) {
				b.WriteString(" null")
				continue
			}
			fmt.Fprintf(&b, " %s", value.DynAt(v, i))
		}
		b.WriteByte('\n')
	}
	for _, row := range want[:min(len(want), 30)] {
		text, _ := json.Marshal(row)
		fmt.Fprintf(&b, "  want %s\n", text)
	}
	return b.String()
}

func stackOf(err error) string {
	var internal *exec.InternalError
	if errors.As(err, &internal) {
		lines := strings.Split(internal.Stack, "\n")
		return "\n" + strings.Join(lines[:min(len(lines), 24)], "\n")
	}
	return ""
}
