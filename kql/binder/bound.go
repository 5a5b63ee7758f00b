// Package binder gives names and types to a tree: tree + Schema → Bound. The tree is never changed; what is found lies in
// Bound's side tables, by node. It does no I/O and asks no clock.
//
// Start at Bind, then at bound.go for what it answers; each tabular operator has its function in the ops_*.go files.
package binder

import (
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

	*Scope
}

// Scope is the side tables of one binding of some nodes. The text itself has one; each call of a user's function has its own
// (Invocation.Scope), because a body means something else with other arguments.
type Scope struct {
	// Types has the type of every expression that was bound.
	Types map[syntax.Expr]symbol.Type
	// Refs has what a name refers to: NameRefs, the Fun of Calls, the Names of declarations.
	Refs map[*syntax.Name]Symbol
	// Calls has how a call was resolved, by *syntax.Call; a NameRef that names a function without brackets or a stored
	// function is here too, by that NameRef.
	Calls map[syntax.Expr]*Invocation
	// In and Out have the columns before and after each operator; a group's tables are in Outs.
	In, Out map[syntax.Operator]*Table
	Outs    map[syntax.Operator][]*Table
	// Tables has the shape of every tabular expression.
	Tables map[syntax.Expr]*Table
	// Made has the columns that an item of an operator makes, in order: extend/project/summarize/print/… items, MvItems
	// (as their X), parse parts by their Column name node's owner. By the item's expression.
	Made map[syntax.Expr][]*symbol.Column
	// Consts has the value of expressions that fold without a clock: bool, int64, float64, string; others are absent.
	Consts map[syntax.Expr]any
}

// Table is the shape of a tabular value at some place.
type Table struct {
	symbol.Columns
	// Serialized tells whether row order is defined here (window functions need it).
	Serialized bool
	// Sides has, for a join's on clause, nothing; for the output of join and lookup, for each output column its source column
	// (same length as List), so that a plan needn't guess: Origin[i] is the left or right input's column.
	Origin []*symbol.Column
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
	// Func is set for a function.
	Func *syntax.Function
	// Param tells a parameter apart; ParamDefault is its default, if any.
	Param        bool
	ParamDefault syntax.Expr
	// Op is set for an as name: the operator whose output it names.
	Op *syntax.AsOp
}

// Invocation is one call: what is called and, for a function with a body, the body bound with these arguments.
type Invocation struct {
	Symbol Symbol
	Type   symbol.Type
	Table  *Table // when the call is tabular
	// Args has for each parameter of a user's function what it was given: an expression of the caller, or the default
	// (then ArgScopes tells which side tables it was bound with).
	Args []Argument
	Body *syntax.Body
	*Scope
	// BodyTree is the tree the body belongs to: the text's own, or a stored function's.
	BodyTree *syntax.Tree
	// Lets of the body's parameters, in order.
	Params []*Variable
}

// Argument is what a parameter is given.
type Argument struct {
	X     syntax.Expr
	Scope *Scope
}
