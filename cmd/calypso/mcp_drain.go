package main

import (
	"context"
	"errors"
	"io"
	"sync"
	"time"

	"github.com/modelcontextprotocol/go-sdk/jsonrpc"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"
)

// draining is a transport whose input may end before everything is answered, as that of a pipe does: the end is told when the last
// answer is out. A host that closes its end because it stops waits for that no longer than lastAnswers.
type draining struct{ sdk.Transport }

const lastAnswers = 5 * time.Second

// Connect wraps the connection.
func (d draining) Connect(ctx context.Context) (sdk.Connection, error) {
	c, err := d.Transport.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return &drained{Connection: c, idle: make(chan struct{}, 1)}, nil
}

type drained struct {
	sdk.Connection

	mu   sync.Mutex // guards open
	open int        // requests without an answer

	idle chan struct{} // has a value when the last answer went out
}

// Read counts requests, and holds the end back while some are open.
func (d *drained) Read(ctx context.Context) (jsonrpc.Message, error) {
	m, err := d.Connection.Read(ctx)
	if r, ok := m.(*jsonrpc.Request); ok && err == nil && r.IsCall() {
		d.count(1)
	}
	if errors.Is(err, io.EOF) {
		limit := time.NewTimer(lastAnswers)
		defer limit.Stop()
		for d.count(0) > 0 {
			select {
			case <-d.idle:
			case <-limit.C:
				return m, err
			case <-ctx.Done():
				return m, err
			}
		}
	}
	return m, err
}

// Write counts answers.
func (d *drained) Write(ctx context.Context, m jsonrpc.Message) error {
	err := d.Connection.Write(ctx, m)
	if _, ok := m.(*jsonrpc.Response); ok && d.count(-1) == 0 {
		select {
		case d.idle <- struct{}{}:
		default:
		}
	}
	return err
}

func (d *drained) count(by int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.open += by
	return d.open
}
