// Package symbol holds what names can mean: types, columns, tables, functions, and Schema, the immutable snapshot of the
// clusters and databases that a query can see. It holds facts about data, none about text: where a name was found is the
// binder's matter. It does no I/O: a schema file comes as bytes.
//
// Start at Schema (schema.go); ParseFile (schemafile.go) makes one from a schema file.
package symbol

import "strings"

// Type is the type of an expression or column.
type Type uint8

// The types. Unknown is the zero value: nothing is known, nothing may be complained about.
const (
	Unknown Type = iota
	Bool
	Int
	Long
	Real
	Decimal
	String
	Datetime
	Timespan
	Guid
	Dynamic
	Null     // the bare word null in dynamic(null)
	TypeType // what typeof() gives
	Table    // a tabular value; its columns are beside it
	Graph
	Group // several tables: fork, facet
)

// NumTypes is one more than the last Type, for tables indexed by type.
const NumTypes = int(Group) + 1

var typeNames = [NumTypes]string{
	"unknown", "bool", "int", "long", "real", "decimal", "string", "datetime", "timespan", "guid",
	"dynamic", "null", "type", "table", "graph", "group",
}

// String gives the name that KQL uses: bool, long, datetime; unknown, table, graph and group for what KQL can't name.
func (t Type) String() string {
	if int(t) >= NumTypes {
		return "unknown"
	}
	return typeNames[t]
}

// ParseType finds a column type by its name or an alias of it, as date, double, int64, uuid. The .NET names that clusters
// give in schemas (System.Int64, SqlDecimal, SByte) are known too. Names of no column type give Unknown and false.
func ParseType(name string) (Type, bool) {
	switch name {
	case "bool", "boolean":
		return Bool, true
	case "int", "int32", "uint", "uint32", "int8", "uint8", "int16", "uint16":
		return Int, true
	case "long", "int64", "ulong", "uint64":
		return Long, true
	case "real", "double", "float":
		return Real, true
	case "decimal":
		return Decimal, true
	case "string":
		return String, true
	case "datetime", "date":
		return Datetime, true
	case "timespan", "time":
		return Timespan, true
	case "guid", "uuid", "uniqueid":
		return Guid, true
	case "dynamic":
		return Dynamic, true
	case "type":
		return TypeType, true
	}
	return parseCLRType(name)
}

func parseCLRType(name string) (Type, bool) {
	switch strings.TrimPrefix(name, "System.") {
	case "SByte", "Boolean":
		return Bool, true
	case "Int32":
		return Int, true
	case "Int64":
		return Long, true
	case "Double", "Single":
		return Real, true
	case "SqlDecimal", "Decimal", "Data.SqlTypes.SqlDecimal":
		return Decimal, true
	case "String":
		return String, true
	case "DateTime":
		return Datetime, true
	case "TimeSpan":
		return Timespan, true
	case "Guid":
		return Guid, true
	case "Object":
		return Dynamic, true
	}
	return Unknown, false
}

// CLR gives the .NET type name that Kusto shows for a column type in getschema: System.Int64, System.Data.SqlTypes.SqlDecimal.
func (t Type) CLR() string {
	switch t {
	case Bool:
		return "System.SByte"
	case Int:
		return "System.Int32"
	case Long:
		return "System.Int64"
	case Real:
		return "System.Double"
	case Decimal:
		return "System.Data.SqlTypes.SqlDecimal"
	case String:
		return "System.String"
	case Datetime:
		return "System.DateTime"
	case Timespan:
		return "System.TimeSpan"
	case Guid:
		return "System.Guid"
	}
	return "System.Object"
}

// Scalar tells whether values of the type stand in cells; Unknown doesn't say.
func (t Type) Scalar() bool { return t >= Bool && t <= TypeType }

// Tabular tells table, graph and group apart from scalars.
func (t Type) Tabular() bool { return t >= Table }

// Integer tells int and long.
func (t Type) Integer() bool { return t == Int || t == Long }

// Numeric tells int, long, real and decimal.
func (t Type) Numeric() bool { return t >= Int && t <= Decimal }

// Summable tells the types that can be added up: numbers, datetime and timespan.
func (t Type) Summable() bool { return t.Numeric() || t == Datetime || t == Timespan }

// Orderable tells the types that have an order of their own: summable ones, bool and string.
func (t Type) Orderable() bool { return t.Summable() || t == Bool || t == String }
