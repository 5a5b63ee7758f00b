package connection

import "errors"

// Remote is the client of a cluster at an address.
func Remote(string) (Cluster, error) { return nil, errors.New("pending") }
