package protocol

import lsp "go.lsp.dev/protocol"

// BlockKind says what a block of a document is.
type BlockKind string

const (
	BlockQuery      BlockKind = "query"
	BlockCommand    BlockKind = "command"    // a management command
	BlockEmpty      BlockKind = "empty"      // comments or blank lines only: nothing to run
	BlockDirectives BlockKind = "directives" // client directives only
)

// QueryBlocksParams names a document; a version that isn't the current one answers -32801.
type QueryBlocksParams struct {
	URI     string `json:"uri"`
	Version *int32 `json:"version,omitzero"`
}

// QueryBlock is one block: what F5 runs when the caret is in its range.
type QueryBlock struct {
	Range      lsp.Range `json:"range"` // without blank lines around it
	Kind       BlockKind `json:"kind"`
	Connection string    `json:"connection"` // id of the connection it would run on
	Database   string    `json:"database"`
}

// QueryBlocksResult lists the blocks from top to bottom.
type QueryBlocksResult struct {
	Version int32        `json:"version"` // of the document
	Blocks  []QueryBlock `json:"blocks"`
}

// QueryRunParams says what to run: a range of an open document (empty: the block around it; else the selection), or a text.
type QueryRunParams struct {
	URI           string            `json:"uri,omitzero"`
	Version       *int32            `json:"version,omitzero"`
	Range         *lsp.Range        `json:"range,omitzero"`
	Text          string            `json:"text,omitzero"`
	Connection    string            `json:"connection,omitzero"` // with text; default: the default connection
	Database      string            `json:"database,omitzero"`   // with text
	Parameters    map[string]string `json:"parameters,omitzero"` // values for declare query_parameters, as KQL literals
	Aside         bool              `json:"aside,omitzero"`      // true: its rows get no tab among the results
	Ran           string            `json:"ran,omitzero"`        // with uri: a checksum of what ran in this range before; found where it is now
	WorkDoneToken any               `json:"workDoneToken,omitzero"`
}

// QueryRunResult has one result for each block that ran.
type QueryRunResult struct {
	Query   string       `json:"query"`
	Results []ResultInfo `json:"results"`
	Stats   QueryStats   `json:"stats"`
	Error   *FailureInfo `json:"error,omitzero"` // of a run aside: what ended it behind these results
}

// QueryStats says what a query cost, as far as the cluster tells.
type QueryStats struct {
	Ms             int64   `json:"ms"`   // wall time here, in milliseconds
	Rows           int64   `json:"rows"` // of all tables
	Bytes          int64   `json:"bytes,omitzero"`
	CPUMs          float64 `json:"cpuMs,omitzero"`     // on the cluster
	Memory         int64   `json:"memory,omitzero"`    // peak bytes on the cluster
	CacheHit       int64   `json:"cacheHit,omitzero"`  // bytes read from the hot cache
	CacheMiss      int64   `json:"cacheMiss,omitzero"` // bytes that weren't in it
	Extents        int64   `json:"extents,omitzero"`   // of the tables
	ExtentsScanned int64   `json:"extentsScanned,omitzero"`
	RowsScanned    int64   `json:"rowsScanned,omitzero"`
	Activity       string  `json:"activityId,omitzero"` // client request id, for support
	Note           string  `json:"note,omitzero"`       // what a person should know beside the rows, a sentence
}

// QueryCancelParams names a running query.
type QueryCancelParams struct {
	Query string `json:"query"`
}

// QueryBy says who asked for a query.
type QueryBy string

const (
	ByUser    QueryBy = "user"
	ByCommand QueryBy = "command" // a server command
	ByAgent   QueryBy = "agent"
)

// RunningQuery is a query that runs now.
type RunningQuery struct {
	Query      string     `json:"query"`
	URI        string     `json:"uri,omitzero"`
	Range      *lsp.Range `json:"range,omitzero"`
	By         QueryBy    `json:"by"`
	Connection string     `json:"connection"`
	Database   string     `json:"database"`
	Title      string     `json:"title"`   // first line of its text, at most 80 characters
	Started    string     `json:"started"` // RFC 3339, UTC
}

// QueryListResult lists what runs now, oldest first.
type QueryListResult struct {
	Queries []RunningQuery `json:"queries"`
}

// QueryStarted says that a query started.
type QueryStarted struct {
	Query string     `json:"query"`
	URI   string     `json:"uri,omitzero"`
	Range *lsp.Range `json:"range,omitzero"`
	By    QueryBy    `json:"by"`
}

// QueryStatus says how a query ended.
type QueryStatus string

const (
	QueryDone      QueryStatus = "done"
	QueryFailed    QueryStatus = "failed"
	QueryCancelled QueryStatus = "cancelled"
)

// QueryFinished says that a query ended. It comes before the answer to query/run, unless that
// request itself was cancelled: then the answer comes at once.
type QueryFinished struct {
	Query   string       `json:"query"`
	URI     string       `json:"uri,omitzero"`
	Status  QueryStatus  `json:"status"`
	Results []ResultInfo `json:"results"`
	Error   *FailureInfo `json:"error,omitzero"`
	Stats   QueryStats   `json:"stats"`
}
