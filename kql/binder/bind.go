package binder

import (
	"calypso/kql/symbol"
	"calypso/kql/syntax"
)

// Bind gives names and types to a tree. It never fails: what is wrong is in Diagnostics.
func Bind(tree *syntax.Tree, schema *symbol.Schema) *Bound {
	return &Bound{Tree: tree, Schema: schema, Scope: &Scope{}}
}
