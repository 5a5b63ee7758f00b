// Package engine is the embedded Kusto: it holds tables in databases and answers queries over them, in this process, without
// network or cluster. The same answer as Kusto, or a clear refusal: what isn't built is a NotBuilt error with its place.
//
// It is not the language (kql) and not the protocol (engine/rest). Start at Open, then Load and Query.
package engine
