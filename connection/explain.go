package connection

import (
	"context"

	"calypso/engine"
	"calypso/server"
)

// Explain gives the plan of a query as text; with run it is run first, and the text has rows and time of each step.
func (e Embedded) Explain(ctx context.Context, q server.Query, run bool) (string, error) {
	request := engine.Request{Database: q.Database, Text: q.Text, Parameters: parameters(q.Parameters)}
	explain := e.Engine.Explain
	if run {
		explain = e.Engine.Analyze
	}
	text, err := explain(ctx, request)
	return text, asFailure(err)
}
