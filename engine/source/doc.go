// Package source makes tables from outside data: CSV, TSV, JSON, NDJSON and Parquet files, folders of them, and generated sample
// data. It infers types, says what is wrong with a file and where, and opens no network connection; it neither plans nor runs
// queries. What it makes are exec.Table values.
//
// Start at OpenDir for a folder, OpenFile for one file, Samples for the sample data.
//
// What a load does is all or nothing: a file either becomes a table or gives an *Error. The rules of each format stand at the
// top of csv.go, json.go and parquet.go, those of types in infer.go.
package source
