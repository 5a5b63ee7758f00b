package symbol

// State tells how much is known of a cluster, a database or a table. Only under Known may a missing name be an error.
type State uint8

// The states.
const (
	NotLoaded State = iota
	Loading
	Known
	Denied
	Open // known in part: more may exist
)

// TableKind tells tables apart.
type TableKind uint8

// The kinds of table.
const (
	Plain TableKind = iota
	External
	MaterializedView
)

// TableSymbol is a table, external table or materialized view of a database.
type TableSymbol struct {
	Name    string
	Kind    TableKind
	Columns Columns
	Doc     string
	Folder  string
	Query   string // a materialized view's query
}

// FunctionParam is one parameter of a stored function.
type FunctionParam struct {
	Name    string
	Type    Type     // Table when tabular
	Columns *Columns // when tabular; Open for (*)
	Default string   // KQL text of its default, or ""
}

// Function is a stored function: parameters and body as KQL text.
type Function struct {
	Name       string
	Parameters string // as written: "(x: long, y: string = 'z')"
	Body       string // as written: "{ T | where a == x }"
	Doc        string
	Folder     string
	View       bool
}

// Database is one database's entities.
type Database struct {
	Name       string
	PrettyName string
	State      State
	// Tables in declaration order, then lookups by name through Table.
	Tables    []*TableSymbol
	Functions []*Function
	tables    map[string]*TableSymbol
	functions map[string]*Function
}

// Cluster is one cluster's databases.
type Cluster struct {
	Name      string // host name, as help.kusto.windows.net; "" for the embedded one
	State     State
	Databases []*Database
}

// Schema is one immutable snapshot of what a query can see. The zero value knows nothing, so nothing in it is an error.
type Schema struct {
	Clusters []*Cluster
	// Cluster and Database are the current ones; Database is nil when none is chosen.
	Cluster  *Cluster
	Database *Database
	Version  int64
}
