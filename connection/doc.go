// Package connection keeps the connections that a person has: the embedded engine, the cluster of config.toml, and those added
// in the editor. For each it knows the schemas and runs queries. It is the server's Backend.
//
// It holds no protocol of its own: a Cluster (cluster.go) is either the engine in this process or the client of a remote one.
// Start at Open in book.go; schemas.go has what is known of each cluster, load.go how it comes from the cache and the network.
package connection
