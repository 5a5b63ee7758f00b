// Package result keeps the rows of finished queries and shows parts of them: pages for a grid, single cells, text for the
// clipboard, files. Sorting, filtering and searching happen here, on the column vectors, and never run a query again.
//
// It knows no protocol method, no query and no cluster. Start at Store; a Result has Tables; a View is an order of some rows
// of one Table. Everything that left its maker is immutable, so any number of requests may read at once.
package result
