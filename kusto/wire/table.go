package wire

import (
	"strings"

	"calypso/kusto/value"
)

// TableKind tells a result from what surrounds it.
type TableKind uint8

// The kinds of table in an answer. In v1 the place in the table of contents tells them apart; until it was read, a v1 table
// counts as PrimaryResult.
const (
	PrimaryResult TableKind = iota
	QueryProperties
	QueryCompletionInformation
	OtherKind
)

var tableKindNames = [...]string{"PrimaryResult", "QueryProperties", "QueryCompletionInformation", "Unknown"}

// String is the name in v2 frames.
func (k TableKind) String() string { return tableKindNames[min(k, OtherKind)] }

func tableKindOf(name string) TableKind {
	for k, n := range tableKindNames {
		if n == name {
			return TableKind(k)
		}
	}
	return OtherKind
}

// Table is the head of one table of an answer.
type Table struct {
	ID      int // as in the frames; in v1 the ordinal
	Kind    TableKind
	Name    string
	Columns []value.Column
}

// clrNames are v1's DataType for each kind.
var clrNames = [...]string{
	value.Bool: "SByte", value.Int: "Int32", value.Long: "Int64", value.Real: "Double",
	value.Decimal: "SqlDecimal", value.String: "String", value.Datetime: "DateTime", value.Timespan: "TimeSpan",
	value.Guid: "Guid", value.Dynamic: "Object",
}

// ClrName is the name of the .NET type that v1 answers give as DataType.
func ClrName(k value.Kind) string {
	if int(k) < len(clrNames) {
		return clrNames[k]
	}
	return ""
}

// kindOf finds a column's kind from either of the names that frames carry: KQL's (ColumnType) or .NET's (DataType).
func kindOf(columnType, dataType string) (value.Kind, bool) {
	if k, ok := value.KindOf(strings.ToLower(columnType)); ok {
		return k, true
	}
	name := strings.ToLower(dataType)
	for _, prefix := range []string{"system.data.sqltypes.", "system."} {
		name = strings.TrimPrefix(name, prefix)
	}
	switch name {
	case "sbyte", "boolean", "bool":
		return value.Bool, true
	case "int32":
		return value.Int, true
	case "int64":
		return value.Long, true
	case "double", "single":
		return value.Real, true
	case "sqldecimal", "decimal":
		return value.Decimal, true
	case "string":
		return value.String, true
	case "datetime":
		return value.Datetime, true
	case "timespan":
		return value.Timespan, true
	case "guid":
		return value.Guid, true
	case "object", "newtonsoft.json.linq.jtoken":
		return value.Dynamic, true
	}
	return value.Invalid, false
}
