// Package server is the language server: the Language Server Protocol over one pair of pipes, and our own methods beside it.
//
// It is not the language (kql/*), not the cluster client (kusto) and not the engine: it decodes a message, calls one of them,
// and encodes what it got. What lies outside the language arrives through Backend, which cmd/calypso implements.
//
// The idea is one ordered read loop. A notification is handled in the loop and only swaps the snapshot; a request takes the
// snapshot of its moment and then runs beside others (dispatch.go). So edits never overtake each other, and nothing waits
// for a slow request. Each request is answered exactly once, soon after it is cancelled whatever its work does.
//
// Start at New and Serve in server.go, then dispatch.go, then any method: one file each, all of one shape.
package server
