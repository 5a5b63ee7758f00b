package main

import (
	"context"
	"net/http"
	"path/filepath"
	"sync"

	"calypso/config"
	"calypso/connection"
	"calypso/engine"
	"calypso/engine/source"
)

// clusters gives the transport of a cluster's client.
type clusters interface {
	Cluster(address string) (http.RoundTripper, error)
}

// dialer makes the function that turns an address into a cluster. The embedded engine is opened once, when it is first asked for,
// with the files of a folder, or with the sample data when data is "". A folder's address is an engine of its own. Requests to other clusters go through transports of theirs, which add tokens.
func dialer(ctx context.Context, data string, remote clusters) connection.Dial {
	embedded := sync.OnceValues(func() (*engine.Engine, error) { return openEngine(ctx, data, "") })
	return func(address string) (connection.Cluster, error) {
		if dir, ok := connection.Folder(address); ok {
			e, err := openEngine(ctx, dir, filepath.Base(dir))
			if err != nil {
				return nil, err
			}
			return connection.Embedded{Engine: e}, nil
		}
		if address != config.Embedded {
			transport, err := remote.Cluster(address)
			if err != nil {
				return nil, err
			}
			return connection.Remote(address, transport)
		}
		e, err := embedded()
		if err != nil {
			return nil, err
		}
		return connection.Embedded{Engine: e}, nil
	}
}

// openEngine opens the embedded engine on a folder, or on the sample data, with a database of that name, "" for the usual one; files are
// more folders that queries may read files of.
func openEngine(ctx context.Context, data, database string, files ...string) (*engine.Engine, error) {
	options := engine.Options{Database: database, ExternalFolders: files}
	if data != "" {
		options.ExternalFolders = append([]string{data}, files...) // what the person pointed at, and nothing else
	}
	e, err := engine.Open(options)
	if err != nil {
		return nil, err
	}
	if data == "" {
		return e, e.Load("", source.Samples()...)
	}
	return e, loadFolder(ctx, e, "", data)
}
