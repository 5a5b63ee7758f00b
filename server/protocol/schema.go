package protocol

// SchemaReadParams names a connection, and a database unless the connection's default is meant.
type SchemaReadParams struct {
	Connection    string `json:"connection"`
	Database      string `json:"database,omitzero"`
	WorkDoneToken any    `json:"workDoneToken,omitzero"` // progress token, text or number
}

// SchemaReadResult says what is known.
type SchemaReadResult struct {
	Version  int64        `json:"version"`  // rises with each change
	Age      float64      `json:"age"`      // seconds since it was loaded
	Complete bool         `json:"complete"` // false: more tables exist than were loaded
	Counts   SchemaCounts `json:"counts"`
	Note     string       `json:"note,omitzero"` // why it is old, as "schema of 3 h ago; cluster not reachable"
}

// SchemaCounts counts the entities of one database; databases counts those of the cluster.
type SchemaCounts struct {
	Databases int `json:"databases"`
	Tables    int `json:"tables"`
	Views     int `json:"views"` // materialized views
	Externals int `json:"externals"`
	Functions int `json:"functions"`
	Columns   int `json:"columns"`
}

// NodeKind says what a tree node stands for; the client picks the icon by it.
type NodeKind string

const (
	NodeDatabase NodeKind = "database"
	NodeTable    NodeKind = "table"
	NodeView     NodeKind = "materializedView"
	NodeExternal NodeKind = "externalTable"
	NodeFunction NodeKind = "function"
	NodeColumn   NodeKind = "column"
	NodeFolder   NodeKind = "folder" // of tables or functions; only the tree of a client that shows ours has them
)

// SchemaChildrenParams asks for the children of a node, or of the connection itself.
type SchemaChildrenParams struct {
	Connection string `json:"connection"`
	Node       string `json:"node,omitzero"`   // id of a node; without it: the databases
	Filter     string `json:"filter,omitzero"` // only labels that contain it, letter case ignored
	Cursor     string `json:"cursor,omitzero"` // next of the page before
}

// SchemaNode is one node of the tree.
type SchemaNode struct {
	ID     string   `json:"id"`
	Kind   NodeKind `json:"kind"`
	Label  string   `json:"label"`           // the name
	Detail string   `json:"detail"`          // a column's type, a function's parameters
	Docs   string   `json:"docs,omitzero"`   // its docstring
	Folder string   `json:"folder,omitzero"` // where the database files it, as "Sales\\Europe"
	More   bool     `json:"more"`            // true: it has children
	Insert string   `json:"insert"`          // the name as KQL text, in brackets where it needs them
}

// SchemaChildrenResult is one page of nodes.
type SchemaChildrenResult struct {
	Nodes []SchemaNode `json:"nodes"`
	Next  string       `json:"next,omitzero"` // cursor of the next page; absent on the last
}

// SchemaChanged says that a schema has another state or version.
type SchemaChanged struct {
	Connection string `json:"connection"`
	Database   string `json:"database"` // "" for the list of databases
	Version    int64  `json:"version"`
	State      State  `json:"state"`
	Note       string `json:"note,omitzero"` // why an old one is in use, as "schema of 3 h ago; cluster not reachable"
}
