package protocol

import "encoding/json"

// The methods about notebooks. A cell of KQL is a text document of its own, as any: it is opened, edited and run by its URI
// (vscode-notebook-cell:…), and shares its notebook's connection.
const (
	MethodNotebookRead     = "kusto/notebook/read"
	MethodNotebookWrite    = "kusto/notebook/write"
	MethodNotebookOutput   = "kusto/notebook/output"
	MethodNotebookPlace    = "kusto/notebook/place"
	MethodNotebookSetPlace = "kusto/notebook/setPlace"
)

// NotebookCellKind is what a cell holds.
type NotebookCellKind string

const (
	NotebookKQL      NotebookCellKind = "kql"
	NotebookMarkdown NotebookCellKind = "markdown"
)

// NotebookCell is one cell.
type NotebookCell struct {
	Kind   NotebookCellKind           `json:"kind"`
	Text   string                     `json:"text"`
	Output string                     `json:"output,omitzero"` // Markdown of what its last run gave, where the file keeps that
	Extra  map[string]json.RawMessage `json:"extra,omitzero"`  // fields of the file that nobody here knows: handed back as they are
}

// NotebookPlace is where a notebook's queries run. Both are "" when it doesn't say.
type NotebookPlace struct {
	Cluster  string `json:"cluster"` // its address
	Database string `json:"database"`
}

// NotebookFile is a notebook.
type NotebookFile struct {
	Place NotebookPlace              `json:"place"`
	Cells []NotebookCell             `json:"cells"`
	Extra map[string]json.RawMessage `json:"extra,omitzero"` // as in NotebookCell
}

// NotebookReadParams is the text of a .kqlnb file or of a Jupyter notebook.
type NotebookReadParams struct {
	Text string `json:"text"`
}

// NotebookForm is what a notebook is written as.
type NotebookForm string

const (
	NotebookFormFile     NotebookForm = "kqlnb"
	NotebookFormQueries  NotebookForm = "kql"      // Markdown becomes comments
	NotebookFormMarkdown NotebookForm = "markdown" // queries become code blocks
)

// NotebookWriteParams asks for a notebook's text.
type NotebookWriteParams struct {
	Notebook NotebookFile `json:"notebook"`
	Form     NotebookForm `json:"form"`
}

// NotebookWriteResult is that text.
type NotebookWriteResult struct {
	Text string `json:"text"`
}

// NotebookOutputParams names a result.
type NotebookOutputParams struct {
	Result string `json:"result"`
}

// NotebookOutput is what a cell shows of a result: one entry a table.
type NotebookOutput struct {
	Result   string          `json:"result"`
	Tables   []NotebookTable `json:"tables"`
	Ms       int64           `json:"ms"`       // the run's, in milliseconds
	Markdown string          `json:"markdown"` // the same as text, for a file that keeps outputs
}

// NotebookTable is the top of one table, as text.
type NotebookTable struct {
	Title   string         `json:"title,omitzero"` // where there are several
	Columns []ResultColumn `json:"columns"`
	Rows    [][]string     `json:"rows"`    // NotebookRows at most, cells of NotebookCharacters at most
	Summary string         `json:"summary"` // "first 50 of 1234 rows"
}

// The limits of an output.
const (
	NotebookRows       = 50
	NotebookColumns    = 50
	NotebookCharacters = 300
)

// NotebookPlaceParams names a notebook by the URI of any of its cells.
type NotebookPlaceParams struct {
	URI string `json:"uri"`
}

// NotebookSetPlaceParams sets where the queries of a notebook run, as its file says.
type NotebookSetPlaceParams struct {
	URI   string        `json:"uri"` // of any of its cells
	Place NotebookPlace `json:"place"`
}

func notebookMessages() []Message {
	return []Message{
		request[NotebookReadParams, NotebookFile]("NotebookRead", MethodNotebookRead, "Reads the text of a notebook."),
		request[NotebookWriteParams, NotebookWriteResult]("NotebookWrite", MethodNotebookWrite, "Gives the text of a notebook."),
		request[NotebookOutputParams, NotebookOutput]("NotebookOutput", MethodNotebookOutput, "Gives the top of a result as a cell shows it."),
		request[NotebookPlaceParams, NotebookPlace]("NotebookPlace", MethodNotebookPlace, "Says where a notebook's queries run, as its file keeps it."),
		request[NotebookSetPlaceParams, none]("NotebookSetPlace", MethodNotebookSetPlace, "Sets where a notebook's queries run."),
	}
}
