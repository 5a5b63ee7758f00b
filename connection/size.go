package connection

import "calypso/server"

// How large tables are, for hovers: known of the embedded engine, which counts without reading.

// sized is a cluster that knows the sizes of its tables without asking anybody.
type sized interface {
	TableSize(database, table string) (server.TableSize, bool)
}

// TableSize gives a table's size. Nothing is known of a cluster that the text names, or of one that would have to be asked.
func (b *Book) TableSize(t server.Target, cluster, database, table string) (server.TableSize, bool) {
	e, err := b.entry(t.Connection)
	if err != nil || cluster != "" || !e.local() {
		return server.TableSize{}, false
	}
	c, err := e.dial()
	if err != nil {
		return server.TableSize{}, false
	}
	if database == "" {
		database = t.Database
	}
	s, ok := c.(sized)
	if !ok {
		return server.TableSize{}, false
	}
	return s.TableSize(database, table)
}

// TableSize gives the rows of a table, unless they can't be told without reading its file.
func (e Embedded) TableSize(database, table string) (server.TableSize, bool) {
	t, ok := e.Engine.Table(database, table)
	if !ok || t.Rows() < 0 {
		return server.TableSize{}, false
	}
	return server.TableSize{Rows: t.Rows()}, true
}
