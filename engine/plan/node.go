// The plan's nodes: one struct an operator, each with the columns it gives.

package plan

import (
	"calypso/engine/fn"
	"calypso/kusto/value"
)

// Node is a tabular operator. A plan is a tree of them, except that Share may be reached by several ways.
type Node interface {
	// Columns gives the names and types of the rows it makes.
	Columns() []value.Column
	// Inputs are the nodes it reads.
	Inputs() []Node
}

// Shape is the columns of a node.
type Shape []value.Column

// Columns gives the shape.
func (s Shape) Columns() []value.Column { return s }

type leaf struct{}

func (leaf) Inputs() []Node { return nil }

// From is the one input of most nodes.
type From struct{ In Node }

// Inputs gives the one input.
func (f From) Inputs() []Node { return []Node{f.In} }

type (
	// Scan reads a stored table. Ordinals are the table's columns it gives, in order.
	Scan struct {
		Shape
		leaf
		Database, Table string
		Ordinals        []int
		// Width is the number of the table's columns. Timed tells that ordinal Width is read too: when each row came in.
		Width int
		Timed bool
		// Filter is the conjunction that stands over the scan, over the scan's columns: a hint for skipping segments, never a
		// promise; the Filter node stays.
		Filter []Expr
	}
	// Values are rows known to the plan: datatable, print, getschema. Batch may have rows without columns.
	Values struct {
		Shape
		leaf
		Batch *value.Batch
	}
	// Range is range name from … to … step …; the three are constants of the column's type; Rows is how many there are.
	Range struct {
		Shape
		leaf
		From, Step *value.Vector
		Rows       int64
	}
	// Hole stands for rows that are handed in: the input of a subquery in mv-apply and partition.
	Hole struct {
		Shape
		leaf
	}
	// Filter keeps rows for which Cond is true.
	Filter struct {
		From
		Cond Expr
	}
	// Project computes columns.
	Project struct {
		Shape
		From
		Items []Expr
	}
	// Summarize groups by Keys; its columns are the keys, then each aggregate's results. No aggregates: distinct. No keys:
	// always one row, unless Keyed (then none for no input).
	Summarize struct {
		Shape
		From
		Keys  []Expr
		Aggs  []Aggregate
		Keyed bool
	}
	// Count is the number of rows.
	Count struct {
		Shape
		From
	}
	// Sort orders rows, stable.
	Sort struct {
		From
		Keys []SortKey
	}
	// Reverse turns the order of rows round.
	Reverse struct{ From }
	// Top is Sort then Take.
	Top struct {
		From
		Keys []SortKey
		N    int64
	}
	// Take keeps the first N rows.
	Take struct {
		From
		N int64
	}
	// Sample keeps N random rows.
	Sample struct {
		From
		N int64
	}
	// Join pairs rows by equal keys. Output column i is Out[i].
	Join struct {
		Shape
		Left, Right         Node
		Kind                JoinKind
		LeftKeys, RightKeys []Expr
		Out                 []JoinColumn
	}
	// Union gives the rows of its inputs, one after another; all have its columns.
	Union struct {
		Shape
		Ins []Node
	}
	// MvExpand unfolds dynamic values to rows.
	MvExpand struct {
		Shape
		From
		Items []MvItem
		// Keep has for each output column the input's column it repeats; -1 for those that items or the index fill.
		Keep []int
		// Index tells that column IndexAt is the item's number, from 0.
		Index   bool
		IndexAt int
		// Limit is the most rows for one input row; -1 means none.
		Limit int64
		// BagArray: bags unfold to [key, value] pairs, not to bags of one property.
		BagArray bool
	}
	// Apply runs Sub once for each row of the input, on the rows that Expand makes of it; output column i is Out[i], of the
	// input row (left) or of what Sub gives (right).
	Apply struct {
		Shape
		From
		Expand *MvExpand // its In is a Hole with one row
		Hole   *Hole     // where Sub reads
		Sub    Node
		Out    []JoinColumn
	}
	// Partition runs Sub once for each value of Keys, on the rows that have it.
	Partition struct {
		Shape
		From
		Keys []Expr
		Hole *Hole
		Sub  Node
		// Asked tells that the query says partition; what it does with null keys isn't known, so they are refused.
		Asked bool
	}
	// Window adds columns that look at the whole serialized input, after the input's.
	Window struct {
		Shape
		From
		Calls []WindowCall
	}
	// Parse takes text apart; the new columns come after the input's.
	Parse struct {
		Shape
		From
		X       Expr
		Pattern *ParsePattern
	}
	// ParseKv takes key-value text apart; the new columns come after the input's.
	ParseKv struct {
		Shape
		From
		X       Expr
		Options KvOptions
	}
	// MakeSeries lays rows out along an axis. Its input has Keys key columns, the slot number (long), then one column an
	// aggregate, and one row for each key and slot; its columns are the keys, an array for each aggregate, the axis.
	MakeSeries struct {
		Shape
		From
		Keys  int
		Slots int64
		// Axis has the axis's values, one a slot; unused where a bound is free.
		Axis value.Dyn
		// Kind is the axis's type, Start and Step constants; slot 0 is at Start.
		Kind        value.Kind
		Start, Step *value.Vector
		// FreeStart: each series begins with its first row; FreeEnd: it ends with its last. End is the bound of series that only
		// their start is free.
		FreeStart, FreeEnd bool
		End                *value.Vector
		// Defaults fill slots without a row: constants, one an aggregate.
		Defaults []*value.Vector
		// NonEmpty gives one row of defaults where the input has none and there are no keys.
		NonEmpty bool
		// Order has for each output column the column laid out: keys, aggregates, axis.
		Order []int
	}
	// Scanner is the scan operator: a state machine over the rows in their order.
	Scanner struct {
		Shape
		From
		Machine *Machine
	}
	// Plugin is an evaluate plugin over its whole input, whose columns are what the plugin reads, in the order of its parameters.
	Plugin struct {
		Shape
		From
		// Other is the plugin's second table; nil for most.
		Other Node
		Name  string
		// Consts are its constants in the order of its parameters; nil for those left out.
		Consts []*value.Vector
	}
	// Lookup pairs each row of its input with the rows of Table for which On is true.
	Lookup struct {
		Shape
		From
		Table Node
		// On is over the input's columns, then the table's.
		On Expr
		// Unmatched keeps input rows without a pair.
		Unmatched bool
		// One tells that what is made of several pairs of one input row isn't known; such rows are refused in Name's name.
		One  bool
		Name string
		Out  []JoinColumn
	}
	// Share runs its input once and keeps the rows for all who read it.
	Share struct {
		From
		// Name is what the query calls it; As tells that as gave the name.
		Name string
		As   bool
	}
)

// Columns of a node that hands rows on unchanged.
func (n *Filter) Columns() []value.Column { return n.In.Columns() }

// Columns of a node that hands rows on unchanged.
func (n *Sort) Columns() []value.Column { return n.In.Columns() }

// Columns of a node that hands rows on unchanged.
func (n *Reverse) Columns() []value.Column { return n.In.Columns() }

// Columns of a node that hands rows on unchanged.
func (n *Top) Columns() []value.Column { return n.In.Columns() }

// Columns of a node that hands rows on unchanged.
func (n *Take) Columns() []value.Column { return n.In.Columns() }

// Columns of a node that hands rows on unchanged.
func (n *Sample) Columns() []value.Column { return n.In.Columns() }

// Columns of a node that hands rows on unchanged.
func (n *Share) Columns() []value.Column { return n.In.Columns() }

// Inputs are the input, then the second table where there is one.
func (n *Plugin) Inputs() []Node {
	if n.Other == nil {
		return []Node{n.In}
	}
	return []Node{n.In, n.Other}
}

// Inputs are the input, then the table.
func (n *Lookup) Inputs() []Node { return []Node{n.In, n.Table} }

// Inputs are the two sides.
func (n *Join) Inputs() []Node { return []Node{n.Left, n.Right} }

// Inputs are all its parts.
func (n *Union) Inputs() []Node { return n.Ins }

// Aggregate is one aggregate function over arguments; its results are one or more columns.
type Aggregate struct {
	Name string
	Over *fn.AggOverload
	Args []Expr
	// If keeps the rows that the aggregate sees; nil means all.
	If Expr
}

// WindowCall is a function over whole columns.
type WindowCall struct {
	Name string
	Over *fn.WindowOverload
	Args []Expr
}

// SortKey is one expression to order by.
type SortKey struct {
	X          Expr
	Desc       bool
	NullsFirst bool
}

// JoinKind is a join's flavor.
type JoinKind uint8

// The join kinds. Lookups are LeftOuter or Inner with their own output columns.
const (
	InnerUnique JoinKind = iota
	Inner
	LeftOuter
	RightOuter
	FullOuter
	LeftSemi
	RightSemi
	LeftAnti
	RightAnti
)

var joinNames = [...]string{
	"innerunique", "inner", "leftouter", "rightouter", "fullouter", "leftsemi", "rightsemi", "leftanti",
	"rightanti",
}

// String gives the kind as written in a query.
func (k JoinKind) String() string { return joinNames[k] }

// JoinColumn is one output column of a join: a column of the left or the right input.
type JoinColumn struct {
	Right   bool
	Ordinal int
}

// MvItem is one unfolded expression.
type MvItem struct {
	X Expr
	// To is the type that items are converted to; Dynamic means none.
	To value.Kind
	// Convert turns an item into To; nil when To is Dynamic.
	Convert *fn.Overload
	// Out is the ordinal of its column in the output.
	Out int
}
