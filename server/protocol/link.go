package protocol

import lsp "go.lsp.dev/protocol"

// LinkParams says which query a link is to open: a range of an open document (empty: the block around it), or a text.
type LinkParams struct {
	URI        string     `json:"uri,omitzero"`
	Range      *lsp.Range `json:"range,omitzero"`
	Text       string     `json:"text,omitzero"`
	Connection string     `json:"connection,omitzero"` // with text; default: the default connection
	Database   string     `json:"database,omitzero"`   // with text
}

// LinkResult is a link to a web page that opens the query. It holds the address of the cluster, the database and the text: no token, no
// rows.
type LinkResult struct {
	URL string `json:"url"`
}
