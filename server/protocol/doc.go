// Package protocol holds the messages of ours that the Language Server Protocol lacks, and the constructors for the few
// types of the LSP library that are awkward to build by hand.
//
// It is not a codec and it does no work: the structs here are the one source for both sides. `go generate` writes them as
// TypeScript to editor-client/generated/protocol.ts, and a test fails when that file is stale. The agent's are one step further from their
// source: agent.schema.json, which other clients read too; agent.gen.go comes from it. Start with messages.go, the
// list of all methods; each group of structs has a file of its own.
//
// Conventions: members are camelCase; ids are opaque text made by the server; a list that can be long has a cursor in its
// params and next in its result; rows and columns count from 0; ranges are LSP ranges in the negotiated position encoding.
package protocol

//go:generate go run ./internal/fromschema
//go:generate go run ./internal/gen
