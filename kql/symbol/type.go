// Package symbol holds what names can mean: types, columns, tables, functions, variables, and Schema, the immutable snapshot
// of the clusters and databases that a query can see. It holds facts about data, none about text: where a name was found is
// the binder's matter.
package symbol

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
