package protocol

// State says how much is known of a connection or database.
type State string

const (
	StateIdle    State = "idle"    // never contacted
	StateLoading State = "loading" // being contacted
	StateKnown   State = "known"   // its schema is here
	StateDenied  State = "denied"  // it refused us
	StateFailed  State = "failed"  // it couldn't be reached
)

// Connection is a saved cluster.
type Connection struct {
	ID       string `json:"id"`
	Name     string `json:"name"`     // as shown; never empty
	Group    string `json:"group"`    // heading in the tree, "" for none
	URL      string `json:"url"`      // https://…; "embedded" for the engine in this process, file://… for one on a folder's files
	Database string `json:"database"` // default database, "" for none
	// Tenant is the cluster's, where its tokens come from; absent: the account's own, or what settings say.
	Tenant    string `json:"tenant,omitzero"`
	State     State  `json:"state"`
	Favourite bool   `json:"favourite,omitzero"` // shown before the others
	ReadOnly  bool   `json:"readOnly,omitzero"`  // true: nothing that could change anything is sent
	Private   bool   `json:"private,omitzero"`   // true: nothing of it is kept on disk: no schema, no query, no row
	Fixed     bool   `json:"fixed,omitzero"`     // true: from config or built in, can't be removed here
	Note      string `json:"note,omitzero"`      // what to know about its schema, as "schema of 3 h ago; cluster not reachable"
}

// ConnectionsListResult holds all saved connections.
type ConnectionsListResult struct {
	Connections []Connection `json:"connections"`
}

// ConnectionsAddParams describes a connection to save.
type ConnectionsAddParams struct {
	URL      string `json:"url"`
	Database string `json:"database,omitzero"`
	Name     string `json:"name,omitzero"` // default: the host
	Group    string `json:"group,omitzero"`
	Tenant   string `json:"tenant,omitzero"` // id or domain; default: the cluster's own
}

// ConnectionsAddResult names the new connection. Adding the same URL again gives the id it has, and a tenant takes the place of its own.
type ConnectionsAddResult struct {
	ID string `json:"id"`
}

// ConnectionsRemoveParams names the connection to forget.
type ConnectionsRemoveParams struct {
	ID string `json:"id"`
}

// ConnectionsTestParams names the connection to contact.
type ConnectionsTestParams struct {
	ID string `json:"id"`
}

// ConnectionsTestResult says whether the cluster answered, and what it has.
type ConnectionsTestResult struct {
	OK        bool         `json:"ok"`
	Ms        int64        `json:"ms"` // milliseconds until it answered or failed
	Databases []string     `json:"databases"`
	Error     *FailureInfo `json:"error,omitzero"` // why not, when ok is false
}

// ConnectionFrom says what decided on a document's connection.
type ConnectionFrom string

const (
	FromDirective ConnectionFrom = "directive" // a #connect line above the block
	FromDocument  ConnectionFrom = "document"  // setActiveConnection for this document
	FromDefault   ConnectionFrom = "default"   // the default
	FromNone      ConnectionFrom = "none"      // there is none: connection is ""
)

// ActiveConnectionParams names the document.
type ActiveConnectionParams struct {
	URI string `json:"uri"`
}

// ActiveConnectionResult says where queries run.
type ActiveConnectionResult struct {
	Connection string         `json:"connection"` // id, "" for none
	Name       string         `json:"name"`       // as shown
	Database   string         `json:"database"`
	From       ConnectionFrom `json:"from"`
	Note       string         `json:"note,omitzero"` // what to know about its schema, as in Connection
	Text       string         `json:"text"`          // the place in a few words, as "help/Samples"; "Connect" for none
	Tooltip    string         `json:"tooltip"`       // all of it in a sentence
}

// SetActiveConnectionParams sets the connection of one document or, without uri, the default for all documents.
type SetActiveConnectionParams struct {
	URI        string `json:"uri,omitzero"`
	Connection string `json:"connection"`        // id; "" with a uri: back to the default
	Database   string `json:"database,omitzero"` // default: the connection's own
}

// ConnectionsChanged names the connections that were added, removed, or changed.
type ConnectionsChanged struct {
	IDs []string `json:"ids"`
}

// ActiveConnectionChanged says where a document's queries run from now on. Without uri the default changed: ask again for
// each open document.
type ActiveConnectionChanged struct {
	URI        string         `json:"uri,omitzero"`
	Connection string         `json:"connection"`
	Name       string         `json:"name"`
	Database   string         `json:"database"`
	From       ConnectionFrom `json:"from"`
}
