// Package value holds Kusto's values as column vectors: the ten types, their nulls, ordering, hashing and text forms.
//
// A result or an intermediate table is a sequence of Batches; a Batch has one Vector per column. The package knows nothing of
// queries or trees; the engine computes with it and the wire reads and writes it. Start at Vector, then Kind; a Builder makes
// vectors, Dyn is a dynamic value, and the text_*.go files hold the text form of each type, both ways.
package value
