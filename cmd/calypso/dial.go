package main

import (
	"fmt"
	"sync"

	"calypso/config"
	"calypso/connection"
	"calypso/engine"
	"calypso/engine/source"
)

// dialer makes the function that turns an address into a cluster. The embedded engine is opened once, when it is first asked for,
// with the files of a folder, or with the sample data when data is "".
func dialer(data string) connection.Dial {
	embedded := sync.OnceValues(func() (*engine.Engine, error) { return openEngine(data) })
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

// openEngine opens the embedded engine on a folder, or on the sample data.
func openEngine(data string) (*engine.Engine, error) {
	e, err := engine.Open(engine.Options{})
	if err != nil {
		return nil, err
	}
	tables := source.Samples()
	if data != "" {
		if tables, err = source.OpenDir(data); err != nil {
			return nil, fmt.Errorf("open the data folder: %w", err)
		}
	}
	return e, e.Load("", tables...)
}
