package symbol

// A snapshot never changes; these make the next one. What isn't touched is shared with the old snapshot.

// WithCluster puts a cluster in, in place of one of the same name.
func (s *Schema) WithCluster(c *Cluster) *Schema {
	next := s.copy()
	next.Clusters = nil
	replaced := false
	if s != nil {
		for _, old := range s.Clusters {
			if ClusterHost(old.Name) == ClusterHost(c.Name) {
				old, replaced = c, true
			}
			next.Clusters = append(next.Clusters, old)
		}
	}
	if !replaced {
		next.Clusters = append(next.Clusters, c)
	}
	if next.Cluster == nil {
		next.Cluster = c
	} else if ClusterHost(next.Cluster.Name) == ClusterHost(c.Name) {
		next.Cluster = c
		if next.Database != nil {
			next.Database = c.Find(next.Database.Name)
		}
	}
	return next
}

// WithDatabase puts a database into a cluster, in place of one of the same name. A cluster that isn't there yet is made, in
// the state NotLoaded. "" is the current cluster.
func (s *Schema) WithDatabase(cluster string, d *Database) *Schema {
	old := s.FindCluster(cluster)
	c := &Cluster{Name: cluster}
	replaced := false
	if old != nil {
		c.Name, c.State = old.Name, old.State
		for _, have := range old.Databases {
			if have.Is(d.Name) {
				have, replaced = d, true
			}
			c.Databases = append(c.Databases, have)
		}
	}
	if !replaced {
		c.Databases = append(c.Databases, d)
	}
	return s.WithCluster(c)
}

// WithCurrent makes a cluster and a database of it the current ones. Names that the snapshot doesn't have become entries in
// the state NotLoaded; database "" means that none is chosen.
func (s *Schema) WithCurrent(cluster, database string) *Schema {
	next := s
	c := s.FindCluster(cluster)
	if c == nil {
		next = s.WithCluster(&Cluster{Name: cluster})
		c = next.FindCluster(cluster)
	}
	next = next.copy()
	next.Cluster, next.Database = c, nil
	if database == "" {
		return next
	}
	if next.Database = c.Find(database); next.Database == nil {
		d := &Database{Name: database}
		next = next.WithDatabase(c.Name, d)
		next.Database = d
	}
	return next
}

func (s *Schema) copy() *Schema {
	if s == nil {
		return &Schema{Version: 1}
	}
	return &Schema{Clusters: s.Clusters, Cluster: s.Cluster, Database: s.Database, Version: s.Version + 1}
}

// WithTable puts a table into the database, in place of one of the same name and kind.
func (d *Database) WithTable(t *TableSymbol) *Database { return d.WithAll([]*TableSymbol{t}, nil) }

// WithFunction puts a stored function into the database, in place of one of the same name.
func (d *Database) WithFunction(f *Function) *Database { return d.WithAll(nil, []*Function{f}) }

// WithAll puts tables and functions into the database, each in place of one of the same name and kind. A name may come once only in
// each list.
func (d *Database) WithAll(tables []*TableSymbol, functions []*Function) *Database {
	type key struct {
		name string
		kind TableKind
	}
	next := d.copy()
	next.Tables = merge(d.Tables, tables, func(t *TableSymbol) key { return key{t.Name, t.Kind} })
	next.Functions = merge(d.Functions, functions, func(f *Function) string { return f.Name })
	return next
}

// merge gives the list with others in it, those of the same key in place.
func merge[T any, K comparable](list, others []*T, key func(*T) K) []*T {
	if len(others) == 0 {
		return list
	}
	left := make(map[K]*T, len(others))
	for _, o := range others {
		left[key(o)] = o
	}
	all := make([]*T, 0, len(list)+len(others))
	for _, old := range list {
		if o := left[key(old)]; o != nil {
			delete(left, key(old))
			old = o
		}
		all = append(all, old)
	}
	for _, o := range others {
		if left[key(o)] != nil {
			all = append(all, o)
		}
	}
	return all
}

// WithEntityGroup puts a stored entity group into the database, before one of the same name.
func (d *Database) WithEntityGroup(g *EntityGroup) *Database {
	next := d.copy()
	next.EntityGroups = append([]*EntityGroup{g}, d.EntityGroups...)
	return next
}

// WithGraph puts a graph model into the database; one of the same name stays as it is.
func (d *Database) WithGraph(g *GraphModel) *Database {
	next := d.copy()
	if d.Graph(g.Name) == nil {
		next.Graphs = append(d.Graphs[:len(d.Graphs):len(d.Graphs)], g)
	}
	return next
}

func (d *Database) copy() *Database {
	return &Database{
		Name: d.Name, PrettyName: d.PrettyName, State: d.State, Tables: d.Tables, Functions: d.Functions,
		Graphs: d.Graphs, EntityGroups: d.EntityGroups,
	}
}
