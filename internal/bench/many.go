package bench

import (
	"fmt"

	"calypso/kql/symbol"
)

// The size of the largest database that people have been known to complete in.
const (
	ManyTables  = 36_000
	ManyColumns = 320_000
)

// ManySchema makes a schema of that size: one database with tables of eight or nine columns.
func ManySchema() *symbol.Schema {
	kinds := []struct {
		name string
		typ  symbol.Type
	}{{"Timestamp", symbol.Datetime}, {"Name", symbol.String}, {"Value", symbol.Real}, {"Detail", symbol.Dynamic}, {"Count", symbol.Long}}
	db := &symbol.Database{Name: "Big", State: symbol.Known}
	left := ManyColumns
	for t := range ManyTables {
		n := left / (ManyTables - t)
		left -= n
		list := make([]*symbol.Column, n)
		for c := range list {
			kind := kinds[c%len(kinds)]
			list[c] = &symbol.Column{Name: fmt.Sprintf("%s%d", kind.name, c), Type: kind.typ}
		}
		table := &symbol.TableSymbol{Name: fmt.Sprintf("Events_Region%02d_%05d", t%40, t)}
		table.Columns.List = list
		db.Tables = append(db.Tables, table)
	}
	cluster := &symbol.Cluster{Name: "big", State: symbol.Known, Databases: []*symbol.Database{db}}
	return symbol.New(cluster, db)
}
