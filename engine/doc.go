// Package engine is the embedded Kusto: it holds tables in databases and answers queries over them, in this process, without
// network or cluster. The same answer as Kusto, or a clear refusal: what isn't built is a NotBuilt error with its place.
//
// Places in errors count lines from 1 and columns from 1 in bytes of the query (Error.Column, and all texts that begin with
// line:column) and again in UTF-16 units (Error.Column16), which is what editors and the protocol's clients count in.
//
// It is not the language (kql) and not the protocol (engine/rest). Start at Open, then Load and Query.
package engine
