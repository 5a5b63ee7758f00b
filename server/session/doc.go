// Package session holds what one editor window has told the server: its open documents, its choices of connection, and the
// analyses of its texts. It knows no method and sends nothing.
//
// The idea: a Snapshot is immutable. The read loop makes a new one for each change, in the order of the wire; a request takes
// the one of its moment and may read it for as long as it likes, beside all others. Start at Snapshot, then Document.
package session
