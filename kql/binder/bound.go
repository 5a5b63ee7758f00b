// Package binder gives names and types to a tree: tree + Schema → Bound. The tree is never changed; what is found lies in
// Bound's side tables, by node. It does no I/O and asks no clock.
//
// Start at Bind, then at bound.go for what it answers; each tabular operator has its function in the ops_*.go files.
package binder

import (
	"sync"

	"calypso/kql/diag"
	"calypso/kql/symbol"
	"calypso/kql/syntax"
	"calypso/kql/text"
)

// Bound is a tree with its names and types. It is immutable and safe for many readers.
type Bound struct {
	Tree        *syntax.Tree
	Schema      *symbol.Schema
	Diagnostics []diag.Diagnostic // the tree's and the binder's, by position
	Needs       []Need            // clusters and databases that the text names and the Schema hasn't loaded

	// Result is the shape of the last tabular statement, nil when there is none; Results has one for each.
	Result  *Table
	Results []*Table

	// Vars are the let variables, functions and parameters of the text, in order of declaration. What is visible at an offset
	// is Visible's matter.
	Vars []*Variable

	// StoredErrors says of findings that a stored function has errors where in which function the first of them is.
	StoredErrors []StoredError

	// CommandFacts is set for a management command.
	CommandFacts
	*Scope

	memo sync.Map // see Memo
}

// StoredError is the first error of a stored function's body, as one of its calls shows it.
type StoredError struct {
	At       text.Span        // of the finding: the call's
	Function *symbol.Function // whose body has the error: the one that is called, or one that it calls
	Span     text.Span        // of the error, in the function's Parsed tree
	Message  string
}

// Memo gives what a feature keeps about this binding under a key of its own, or makes it: a block that an edit leaves alone keeps its
// Bound, and so what was found in it. Two goroutines may both make it; one result is kept. Nobody may change it.
func (b *Bound) Memo(key any, build func() any) any {
	if v, ok := b.memo.Load(key); ok {
		return v
	}
	v, _ := b.memo.LoadOrStore(key, build())
	return v
}

// Scope is the side tables of one binding of some nodes. The text itself has one; each call of a user's function has its own
// (Invocation.Scope), because a body means something else with other arguments; only calls of a function without parameters
// share one.
type Scope struct {
	// Types has the type of every expression that was bound.
	Types map[syntax.Expr]symbol.Type
	// Refs has what a name refers to: NameRefs, the Fun of Calls, the Names of declarations (let, parameters, as, columns that
	// parse, range, count as, scan declare … make: those as SymColumn).
	Refs map[*syntax.Name]Symbol
	// Calls has how a call was resolved, by *syntax.Call; a NameRef that names a function without brackets or a stored
	// function is here too, by that NameRef.
	Calls map[syntax.Expr]*Invocation
	// In and Out have the columns before and after each operator; a group's tables are in Outs.
	In, Out map[syntax.Operator]*Table
	Outs    map[syntax.Operator][]*Table
	// Tables has the shape of every tabular expression. A reference to a table, a tabular variable or a call of a stored or let
	// function gives columns of its own: Tables[x].List[i] is a copy of List[i] of what is referred to (a TableSymbol's
	// Columns, a Variable's Table, the Result of an Invocation), in the same order.
	Tables map[syntax.Expr]*Table
	// Made has the columns that an item of an operator makes, in order; the key is the item as it stands in the operator
	// (Named or plain): extend, project, summarize (aggregates and keys), print, distinct, top-nested Of, make-series
	// aggregates, MvItems (as their X), scan assignments, graph-match project items. An item that passes a column on has that column.
	Made map[syntax.Expr][]*symbol.Column
	// Consts has the value of expressions that fold without a clock: bool, int64, float64, string; others are absent. An int64
	// is an int or a long; the type is in Types.
	Consts map[syntax.Expr]any
	// Columns has the columns that a wildcard or * stands for: by *syntax.Wildcard.
	Columns map[*syntax.Wildcard][]*symbol.Column
	// TableSets has the tables that a name pattern in union, search and find stands for, by *syntax.Wildcard.
	TableSets map[*syntax.Wildcard][]TableEntry
	// Keys has the pairs of columns that join and lookup compare.
	Keys map[syntax.Operator][]JoinKey
	// Shapes has what is known of the inside of dynamic expressions; most aren't in it. It serves completion and hover: a value
	// may be anything when the query runs.
	Shapes map[syntax.Expr]*symbol.Shape
}

// TableEntry is one table that a name pattern matches: a database's table or view, or a view made by let.
type TableEntry struct {
	Symbol Symbol
	Table  *Table // columns of its own
}

// Table is the shape of a tabular value at some place.
type Table struct {
	symbol.Columns
	// Serialized tells whether row order is defined here (window functions need it).
	Serialized bool
	// Origin is set in the output of join, lookup and union: for each output column its source column (same length as List),
	// so that a plan needn't guess: for join and lookup Origin[i] is the left or right input's column.
	Origin []*symbol.Column
	// Legs is set in the output of union, search and find: for each source table (in order, wildcards spelled out) its shape,
	// and for each output column the leg's column or nil.
	Legs []Leg
	// Graph is set for a graph: List has the columns of its edges, Nodes those of its nodes.
	Graph bool
	Nodes *symbol.Columns

	// vague tells that nothing says whether row order is defined here: window functions then aren't complained about.
	vague bool
	// partial tells that isfuzzy left out tables, whose columns may be meant: a missing one is a warning then.
	partial bool
	index   map[string]int // places in List by name, once it is asked often; made while binding, read-only after
	asked   int            // how often place was asked without it
}

// Leg is one source of a union.
type Leg struct {
	X       syntax.Expr // the expression that gives it; nil for the piped input and the tables of a wildcard
	Scope   *Scope      // that X was bound with, for the members of macro-expand; nil for the surrounding one
	Name    string      // what withsource shows; "" when the place in the list names it (union_arg0)
	Symbol  Symbol      // the table, for legs that a wildcard stands for
	Table   *Table
	Columns []*symbol.Column // for each output column but withsource's the leg's column, or nil; nil for unions too large to run
}

// Need names a database that should be loaded for a better answer.
type Need struct {
	Cluster, Database string // "" means the current one
	At                text.Span
}

// SymbolKind tells what a name refers to.
type SymbolKind uint8

// What names refer to.
const (
	SymColumn    SymbolKind = iota + 1
	SymLet                  // a let variable: scalar, or tabular
	SymFunction             // a let function
	SymParam                // a function's or the query's parameter
	SymTable                // a database table, external table or materialized view
	SymStored               // a stored function
	SymBuiltin              // a built-in function
	SymAggregate            // an aggregate
	SymPlugin               // an evaluate plugin
	SymDatabase             //
	SymCluster              //
	SymSide                 // $left, $right
	SymGraphPart            // a node or edge of a graph pattern
	SymStep                 // a scan step
	SymGroup                // an entity group
	SymAs                   // the name that as gives to a table
	SymPattern              // a declared pattern
)

// Symbol is what a name refers to. The fields used depend on Kind.
type Symbol struct {
	Kind   SymbolKind
	Name   string
	Type   symbol.Type
	Column *symbol.Column      // SymColumn
	Let    *Variable           // SymLet, SymFunction, SymParam, SymAs
	Table  *symbol.TableSymbol // SymTable
	Func   *symbol.Function
	// Database that holds a SymTable or SymStored; "" means the current one.
	Database, Cluster string
}

// Variable is a let, a parameter or an as name. Identity is the pointer.
type Variable struct {
	Name  string
	Type  symbol.Type
	Table *Table // when tabular
	// Decl is where it is declared; X what it stands for (nil for a parameter); Scope the side tables that X was bound with.
	Decl  *syntax.Name
	X     syntax.Expr
	Scope *Scope
	// Func is set for a function; Declared is its body bound as it is declared, with no argument.
	Func     *syntax.Function
	Declared *Invocation
	// Param tells a parameter apart; ParamDefault is its default, if any.
	Param        bool
	ParamDefault syntax.Expr
	// Op is set for an as name: the operator whose output it names.
	Op *syntax.AsOp
	// Const is the value when it folds, as in Scope.Consts; Shape what is known of the inside of a dynamic one.
	Const any
	Shape *symbol.Shape
	// In is where the name may be used: from its declaration to the end of the text or of the body it stands in.
	In text.Span

	tree     *syntax.Tree // that Decl and X lie in
	vars     *varList     // what is visible inside a function's body
	database place        // the database that names in a function's body mean
	pattern  *syntax.DeclarePattern
	cases    []patternCase // of a pattern
	entity   *value        // what an alias or entity group stands for
	used     bool
	names    []string // that a dynamic constant holds
	broken   bool     // a function whose body has errors as it is declared
}

// Invocation is one call: what is called and, for a function with a body, the body bound with these arguments.
type Invocation struct {
	Symbol Symbol
	Type   symbol.Type
	Table  *Table // when the call is tabular: columns of its own
	// Signature is the one chosen of a built-in function's, aggregate's or plugin's; -1 when none fits or it has one only.
	Signature int
	// Tuple has the columns of a call that gives several values (series_stats, arg_max, percentiles); their names are those
	// that the columns get where nothing else names them.
	Tuple []*symbol.Column
	// Star has the columns that * stands for among the arguments.
	Star []*symbol.Column
	// Args has for each parameter of a user's function what it was given: an expression of the caller, or the default
	// (then its Scope tells which side tables it was bound with).
	Args []Argument
	Body *syntax.Body
	*Scope
	// BodyTree is the tree the body belongs to: the text's own, or a stored function's.
	BodyTree *syntax.Tree
	// Params are the variables of the body's parameters, in order.
	Params []*Variable
	// Result is the shape that the body gives, with the body's own columns: Table is a copy of it.
	Result *Table
	// ResultX is the expression of the body's last query statement.
	ResultX syntax.Expr

	shape   *symbol.Shape // of a dynamic result
	group   []*Table      // when the body gives several tables
	failure *failure      // the first error of the body with these arguments
}

// Argument is what a parameter is given.
type Argument struct {
	X     syntax.Expr
	Scope *Scope
}
