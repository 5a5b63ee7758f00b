package server

import (
	"sync/atomic"

	"go.lsp.dev/jsonrpc2"
	lsp "go.lsp.dev/protocol"
)

// gate keeps messages out that come before initialize or after shutdown. It is turned in the read loop and read anywhere.
type gate struct{ stage atomic.Int32 }

// The stages of a connection, in order.
const (
	stageNew int32 = iota
	stageServing
	stageDown
)

func (g *gate) serving() bool { return g.stage.Load() == stageServing }

// request tells why a request isn't served now.
func (g *gate) request(name string) error {
	switch stage := g.stage.Load(); {
	case stage == stageDown:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the server is shut down")
	case stage == stageNew && name != lsp.MethodInitialize:
		return jsonrpc2.NewError(jsonrpc2.ServerNotInitialized, "send initialize first")
	case stage == stageServing && name == lsp.MethodInitialize:
		return jsonrpc2.NewError(jsonrpc2.InvalidRequest, "the server is initialized already")
	}
	return nil
}

// notification tells whether a notification counts now; exit always does.
func (g *gate) notification(name string) bool {
	return name == lsp.MethodExit || g.serving()
}
