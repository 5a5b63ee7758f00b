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
func (d *Database) WithTable(t *TableSymbol) *Database {
	next := d.copy()
	next.Tables = make([]*TableSymbol, 0, len(d.Tables)+1)
	replaced := false
	for _, old := range d.Tables {
		if old.Name == t.Name && old.Kind == t.Kind {
			old, replaced = t, true
		}
		next.Tables = append(next.Tables, old)
	}
	if !replaced {
		next.Tables = append(next.Tables, t)
	}
	return next
}

// WithFunction puts a stored function into the database, in place of one of the same name.
func (d *Database) WithFunction(f *Function) *Database {
	next := d.copy()
	next.Functions = make([]*Function, 0, len(d.Functions)+1)
	replaced := false
	for _, old := range d.Functions {
		if old.Name == f.Name {
			old, replaced = f, true
		}
		next.Functions = append(next.Functions, old)
	}
	if !replaced {
		next.Functions = append(next.Functions, f)
	}
	return next
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
