// Package kqltest tests queries: it reads *.kqltest files, which hold tables, a query and the rows wanted, runs them on the
// embedded engine and tells what differs. A refusal of the engine is told apart from a query that is wrong.
//
// It is not the engine's own test suite and prints nothing by itself: reports are made for a writer, files are rewritten only
// by what Rewrites gives. docs/testing-queries.md describes the format for those who write tests.
//
// Start at ParseFile for the format, at Runner for running, at compare.go for when two tables are the same.
package kqltest
