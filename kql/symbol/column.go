package symbol

// Column is a column at one point of a pipeline. Identity is the pointer: an operator that passes a column through passes the
// pointer on; one that computes, renames or copies a column makes a new one. Two columns of one Columns list never are the same
// pointer (a self join copies its right side).
type Column struct {
	Name string
	Type Type
	// Guessed tells that no schema lists the column: the query uses the name of a table that is open.
	Guessed bool
	Doc     string
	// Shape is what is known of the inside of a dynamic column; nil when nothing is.
	Shape *Shape
}

// Renamed gives a new column that differs in its name only.
func (c *Column) Renamed(name string) *Column {
	next := *c
	next.Name = name
	return &next
}

// Columns is the shape of a tabular value. Open means that more columns may exist than are listed (a table not loaded, the
// output of bag_unpack): a name that isn't found then is no error.
type Columns struct {
	List []*Column
	Open bool
}

// Find gives the column of a name, nil when it isn't listed. Names differ by case. It looks through the list, so callers with
// many names to find in one list index it themselves.
func (c *Columns) Find(name string) *Column {
	if c == nil {
		return nil
	}
	for _, col := range c.List {
		if col.Name == name {
			return col
		}
	}
	return nil
}

// String writes the columns as KQL does: (a: long, b: string); an open list ends in *.
func (c *Columns) String() string {
	b := []byte{'('}
	for i, col := range c.List {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(b, QuoteName(col.Name)...)
		b = append(b, ": "...)
		b = append(b, col.Type.String()...)
	}
	if c.Open {
		if len(c.List) > 0 {
			b = append(b, ", "...)
		}
		b = append(b, '*')
	}
	return string(append(b, ')'))
}

// QuoteName writes a name so that KQL reads it as one: plain when it may stand bare, else ['…'].
func QuoteName(name string) string {
	if isBareName(name) {
		return name
	}
	b := []byte("['")
	for i := 0; i < len(name); i++ {
		if name[i] == '\'' || name[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, name[i])
	}
	return string(append(b, "']"...))
}

// isBareName tells whether a name is letters, digits and _ with no digit in front. Keywords are left to the caller: nearly
// all of them may be names.
func isBareName(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		letter := c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}
