package symbol

// Column is a column at one point of a pipeline. Identity is the pointer: an operator that passes a column through passes the
// pointer on; one that computes, renames or copies a column makes a new one. Two columns of one Columns list never are the same
// pointer (a self join copies its right side).
type Column struct {
	Name string
	Type Type
	Doc  string
}

// Columns is the shape of a tabular value. Open means that more columns may exist than are listed (a table not loaded, the
// output of bag_unpack): a name that isn't found then is no error.
type Columns struct {
	List []*Column
	Open bool
}
