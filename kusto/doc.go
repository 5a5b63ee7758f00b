// Package kusto is the client of a Kusto cluster: queries as streams of typed batches, management commands, schemas as
// symbol.Database, and the three tools that a model is given. A cluster is Azure Data Explorer, Fabric, Log Analytics, Microsoft's
// emulator, or this program's own `calypso serve`.
//
// It holds no tokens: whoever signs in hands in a transport that adds them. Queries go through azkustodata's raw stream, rows are
// decoded by kusto/wire. Errors are *Failure: what happened, where, and the next step. Start at Dial, then Client.Stream, or
// Client.Query for rows at one's own pace.
package kusto
