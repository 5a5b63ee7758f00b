// Package h3 is the hexagonal grid H3: cells of 16 levels over the globe, their points, borders, families and neighbours.
//
// It is a Go version of the parts of the C library H3 4.1.0 (Copyright 2016-2023 Uber Technologies, Inc., Apache License 2.0)
// that KQL's functions need; order and rounding are kept, since they show in answers. It knows nothing about KQL.
//
// Start at FromPoint and Parse; what a Cell can tell is in its methods.
package h3
