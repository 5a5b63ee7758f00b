// Package fn holds Kusto's scalar functions, operators, aggregates and window functions as kernels over column vectors.
//
// It is not a language: names and argument types come in, kernels go out. It parses no query, reads no file, keeps no
// clock; a query's instant, random source and memory account arrive in a Context. What it doesn't know it refuses by name
// (NotBuilt), and wrong arguments are a BadArgument, so that a caller can tell the two apart.
//
// Start at Scalar, Aggregate, Window and Tuple; the functions of hll and tdigest sketches are apart (SketchOf). Each
// family of functions is one file with one table; registry.go joins the tables.
package fn
