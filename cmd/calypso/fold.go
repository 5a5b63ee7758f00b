package main

import (
	"context"
	"sync"
	"time"

	"calypso/cmd/calypso/print"
	"calypso/engine"
)

// foldTime is how long a hover waits for the value of a constant; foldMemory is what computing it may take.
const (
	foldTime   = 200 * time.Millisecond
	foldMemory = 64 << 20
)

// constants gives the function that computes constants for hovers, within the limit: on an engine of its own, which has no table and may read no file.
func constants(limit time.Duration) func(ctx context.Context, query string) (string, bool) {
	open := sync.OnceValues(func() (*engine.Engine, error) {
		return engine.Open(engine.Options{Workers: 1, QueryMemory: foldMemory, OperatorMemory: foldMemory})
	})
	return func(ctx context.Context, query string) (string, bool) {
		e, err := open()
		if err != nil {
			return "", false
		}
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		answer, err := e.Query(ctx, engine.Request{Text: query, Unlisted: true})
		if err != nil {
			return "", false // it isn't built, or takes too long
		}
		defer answer.Close()
		if len(answer.Tables) != 1 || len(answer.Tables[0].Columns) != 1 {
			return "", false
		}
		rows, err := answer.Tables[0].Next(ctx)
		if err != nil || rows == nil || rows.N != 1 {
			return "", false
		}
		if rows.Cols[0].IsNull(0) {
			return "null", true
		}
		return print.Text(rows.Cols[0], 0), true
	}
}
