// Package exec runs plans: vectorised operators over batches, with a memory account for each query, parallel scans by segment
// and cancellation. It reads tables through the Table interface and asks fn for what values mean; it knows no text, no tree
// and no file.
//
// Start at Run, then at Table for what it reads from.
package exec
