package main

import (
	"context"
	"sync"

	"calypso/config"
	"calypso/connection"
	"calypso/engine"
	"calypso/engine/source"
)

// dialer makes the function that turns an address into a cluster. The embedded engine is opened once, when it is first asked for,
// with the files of a folder, or with the sample data when data is "".
func dialer(ctx context.Context, data string) connection.Dial {
	embedded := sync.OnceValues(func() (*engine.Engine, error) { return openEngine(ctx, data) })
	return func(address string) (connection.Cluster, error) {
		if address != config.Embedded {
			return connection.Remote(address)
		}
		e, err := embedded()
		if err != nil {
			return nil, err
		}
		return connection.Embedded{Engine: e}, nil
	}
}

// openEngine opens the embedded engine on a folder, or on the sample data. Of the folder's files only the start is read; the rest when
// a query first uses them. A broken file spoils only its own table.
func openEngine(ctx context.Context, data string) (*engine.Engine, error) {
	var options engine.Options
	if data != "" {
		options.ExternalFolders = []string{data} // what the person pointed at, and nothing else
	}
	e, err := engine.Open(options)
	if err != nil {
		return nil, err
	}
	if data == "" {
		return e, e.Load("", source.Samples()...)
	}
	folder, err := source.OpenDir(data, source.Options{})
	if err != nil {
		return nil, err
	}
	tables, err := folder.Tables(ctx)
	if err != nil {
		return nil, err
	}
	return e, e.Load("", tables...)
}
