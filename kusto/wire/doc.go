// Package wire reads and writes the answers of Kusto's REST protocol: v2 frames and v1 tables, rows straight to and from value
// vectors, and the error bodies. The cluster client and the embedded engine share it.
//
// It knows no HTTP, no queries and no plans. Start at Decoder for reading and at V2Writer for writing.
package wire
