// What must stand in a JSON text for one of its properties to equal a text: the text itself, unless the JSON has escapes.

package fn

import (
	"strings"

	"calypso/kusto/value"
)

// JSONNeedle finds the rows of packed JSON in which a property may equal a text.
type JSONNeedle struct{ within *needle }

// NewJSONNeedle gives nil for a text that a number, a bool, an array or a bag may have too: their JSON may read otherwise.
func NewJSONNeedle(text string) *JSONNeedle {
	if text == "" || text[0] == '[' || text[0] == '{' || strings.ContainsAny(text, `"\/`) || strings.Trim(text, "0123456789+-.eE") == "" {
		return nil
	}
	switch strings.TrimLeft(strings.ToLower(text), "+-") {
	case "true", "false", "null", "nan", "inf", "infinity":
		return nil
	}
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return nil
		}
	}
	return &JSONNeedle{newNeedle(text, true)}
}

// Rows gives the rows that may have the property; ok is false where that can't be told, as where a text has escapes.
func (j *JSONNeedle) Rows(v *value.Vector, n int) (rows []uint32, ok bool) {
	if v.Spans == nil || n == 0 || !inOrder(v.Spans[:n]) {
		return nil, false
	}
	if strings.IndexByte(v.Page[v.Spans[0].From:v.Spans[n-1].To], '\\') >= 0 {
		return nil, false
	}
	j.within.rows(v, n, func(row, _ int) bool {
		rows = append(rows, uint32(row))
		return true
	})
	return rows, true
}
