package tool

// What a model sees of rows: a few, cut where they are long, as JSON that no number is lost in.

import (
	"encoding/json"
	"math"
	"strconv"

	"calypso/kusto"
	"calypso/kusto/value"
)

// Preview is a result as a model reads it.
type Preview struct {
	Columns []PreviewColumn     `json:"columns"`
	Rows    [][]json.RawMessage `json:"rows"`
	// RowCount is how many rows were fetched; Truncated says that the query gives more.
	RowCount  int64 `json:"rowCount"`
	ShownRows int   `json:"shownRows"`
	Truncated bool  `json:"truncated"`
	// ResultID is for kusto_read_result, where rows were left out; FirstRow is the number of the first row that is shown, from 0.
	ResultID string `json:"resultId,omitempty"`
	FirstRow int    `json:"firstRow,omitempty"`
	// HiddenColumns counts the columns that aren't listed.
	HiddenColumns   int    `json:"hiddenColumns,omitempty"`
	RowsHidden      bool   `json:"rowsHidden,omitempty"` // the person shares no rows
	ClientRequestID string `json:"clientRequestId,omitempty"`
	DurationMs      int64  `json:"durationMs"`
	Unchecked       bool   `json:"unchecked,omitempty"` // the schema didn't know all names
	// RanInstead is the query that a person wrote over the model's, and that ran.
	RanInstead string `json:"ranInstead,omitempty"`
}

// PreviewColumn is a column's name and KQL type.
type PreviewColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// preview gives what a model sees of a result from a row on, and how many rows and columns that are. However many are asked for, the
// limits hold.
func (s *Set) preview(r *kusto.QueryResult, start, count int) (p Preview, rows, columns int) {
	p = Preview{FirstRow: start, Columns: []PreviewColumn{}, Rows: [][]json.RawMessage{}, RowCount: r.RowCount, Truncated: r.Truncated, DurationMs: r.Duration.Milliseconds()}
	columns = min(len(r.Columns), s.limits.PreviewCols)
	p.HiddenColumns = len(r.Columns) - columns
	for _, c := range r.Columns[:columns] {
		p.Columns = append(p.Columns, PreviewColumn{c.Name, c.Kind.String()})
	}
	if s.limits.NoRows {
		p.RowsHidden = r.RowCount > 0
		return p, 0, columns
	}
	size, skip := 0, start
	for _, b := range r.Batches {
		if skip >= b.N {
			skip -= b.N
			continue
		}
		from := skip
		skip = 0
		for i := from; i < b.N; i++ {
			if len(p.Rows) == min(count, s.limits.PreviewRows) {
				break
			}
			row := make([]json.RawMessage, columns)
			for j := range row {
				row[j] = cell(b.Cols[j], i, s.limits.CellChars)
				size += len(row[j]) + 1
			}
			if size > s.limits.PreviewBytes {
				p.ShownRows = len(p.Rows)
				return p, len(p.Rows), columns
			}
			p.Rows = append(p.Rows, row)
		}
	}
	p.ShownRows = len(p.Rows)
	return p, len(p.Rows), columns
}

// exact is the greatest integer up to which JSON's readers lose none.
const exact = 1 << 53

// cell writes one cell: numbers that any reader takes exactly as such, the others, dates and texts as strings, dynamic as its
// JSON where it is short and as a cut string where it isn't.
func cell(v *value.Vector, i, limit int) json.RawMessage {
	if v.IsNull(i) {
		return json.RawMessage("null")
	}
	n := i & v.Mask()
	switch v.Kind {
	case value.Bool:
		return strconv.AppendBool(nil, v.Bools[n])
	case value.Int, value.Long:
		if x := v.Ints[n]; x > -exact && x < exact {
			return strconv.AppendInt(nil, x, 10)
		}
		return quote(strconv.FormatInt(v.Ints[n], 10))
	case value.Real:
		if x := v.Reals[n]; math.IsNaN(x) || math.IsInf(x, 0) {
			return quote(string(value.AppendReal(nil, x)))
		}
		return value.AppendReal(nil, v.Reals[n])
	case value.Decimal:
		return quote(string(value.AppendDecimal(nil, v.Decimals[n])))
	case value.String:
		return quote(clip(v.StringAt(i), limit))
	case value.Datetime:
		return quote(string(value.AppendDatetimeTrimmed(nil, v.Ints[n])))
	case value.Timespan:
		return quote(string(value.AppendTimespan(nil, v.Ints[n])))
	case value.Guid:
		return quote(string(value.AppendGuid(nil, v.Guids[n])))
	case value.Dynamic:
		s := v.Dynamics[n].String()
		if len(s) <= limit && json.Valid([]byte(s)) {
			return json.RawMessage(s)
		}
		return quote(clip(s, limit))
	}
	return json.RawMessage("null")
}

func quote(s string) json.RawMessage { return value.AppendQuoted(nil, s) }
