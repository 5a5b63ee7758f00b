// Package result keeps the rows of finished queries and shows parts of them: pages for a grid, single cells, text for the
// clipboard, files. Sorting, filtering and searching happen here, on the column vectors, and never run a query again.
//
// Totals of groups and statistics come from the engine's own aggregates, Parquet from its writer: the same answer everywhere.
//
// It knows no protocol method, no query and no cluster. Start at Store; a Result has Tables; a View is some rows and columns of one
// Table in some order; a Sheet is how a person looks at a Table, and gives the View. Everything that left its maker is immutable, so
// any number of requests may read at once.
package result
