package command

import (
	"fmt"

	"calypso/kql/builtin"
	"calypso/kql/symbol"
	"calypso/kusto/value"
)

// Building a command's table from rows of Go values.

// result is a command's one table.
type result struct {
	columns []value.Column
	batch   value.Batch
}

// record is a row by column names: a string, int64, float64, bool, [16]byte, or nil for null. A column that it lacks is null, or "".
type record map[string]any

// columnsOf gives a command's columns, which are those that the official library lists (facts/signatures.json, "commands"). For a
// command of which it lists none they are taken from schema, as "(Name: string, Rows: long)".
func columnsOf(row *builtin.Command, schema string) []value.Column {
	list := row.Columns()
	if list.Open {
		var err error
		if list, err = symbol.ParseColumns(schema); err != nil {
			panic("command: " + schema + ": " + err.Error())
		}
	}
	out := make([]value.Column, len(list.List))
	for i, c := range list.List {
		kind, ok := value.KindOf(c.Type.String())
		if !ok {
			panic("command: column " + c.Name + " of " + row.Name + " has no type")
		}
		out[i] = value.Column{Name: c.Name, Kind: kind}
	}
	return out
}

// table makes the result of a command whose columns are known.
func (c *call) table(rows ...record) (*result, error) { return tableOf(columnsOf(c.row, "()"), rows) }

func tableOf(columns []value.Column, rows []record) (*result, error) {
	out := &result{columns: columns}
	out.batch.N = len(rows)
	known := map[string]bool{}
	for _, c := range columns {
		known[c.Name] = true
		b := value.NewBuilder(c.Kind, len(rows))
		for _, row := range rows {
			appendCell(b, row[c.Name])
		}
		out.batch.Cols = append(out.batch.Cols, b.Vector())
	}
	for _, row := range rows {
		for name := range row {
			if !known[name] {
				return nil, fmt.Errorf("the command has no column %q", name) // our own mistake, which every test of the command meets
			}
		}
	}
	return out, nil
}

func appendCell(b *value.Builder, cell any) {
	switch x := cell.(type) {
	case string:
		b.AppendString(x)
	case int64:
		b.AppendInt(x)
	case int:
		b.AppendInt(int64(x))
	case float64:
		b.AppendReal(x)
	case bool:
		b.AppendBool(x)
	case [16]byte:
		b.AppendGuid(x)
	default:
		b.AppendNull()
	}
}

// sized is a number of rows as a cell: null when it isn't known.
func sized(n int64) any {
	if n < 0 {
		return nil
	}
	return n
}
