package command

import (
	"strings"

	"calypso/kusto/value"
)

// Building a command's table from rows of Go values.

// columns reads "(TableName: string, Rows: long)", the form in which the official library lists results.
func columns(schema string) []value.Column {
	var out []value.Column
	for part := range strings.SplitSeq(strings.Trim(schema, "()"), ",") {
		name, typ, _ := strings.Cut(part, ":")
		k, ok := value.KindOf(strings.TrimSpace(typ))
		if !ok {
			panic("command: column of unknown type in " + schema)
		}
		out = append(out, value.Column{Name: strings.TrimSpace(name), Kind: k})
	}
	return out
}

// table makes a result; a cell is a string, int64, bool, [16]byte or nil for null.
func table(schema string, rows [][]any) *result {
	out := &result{columns: columns(schema)}
	out.batch.N = len(rows)
	for i, c := range out.columns {
		b := value.NewBuilder(c.Kind, len(rows))
		for _, row := range rows {
			switch x := row[i].(type) {
			case string:
				b.AppendString(x)
			case int64:
				b.AppendInt(x)
			case bool:
				b.AppendBool(x)
			case [16]byte:
				b.AppendGuid(x)
			default:
				b.AppendNull()
			}
		}
		out.batch.Cols = append(out.batch.Cols, b.Vector())
	}
	return out
}

// sized is a number of rows as a cell: null when it isn't known.
func sized(n int64) any {
	if n < 0 {
		return nil
	}
	return n
}
