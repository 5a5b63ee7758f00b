package protocol

import "encoding/json"

// The methods about notebooks. A cell of KQL is a text document of its own, as any: it is opened, edited and run by its URI
// (vscode-notebook-cell:…), and shares its notebook's connection.
const (
	MethodNotebookRead     = "kusto/notebook/read"
	MethodNotebookWrite    = "kusto/notebook/write"
	MethodNotebookExport   = "kusto/notebook/export"
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
	Kind    NotebookCellKind           `json:"kind"`
	Text    string                     `json:"text"`
	Outputs []NotebookOutput           `json:"outputs,omitzero"` // what its last run gave; of a file that was read, where it keeps that
	Extra   map[string]json.RawMessage `json:"extra,omitzero"`   // fields of the file that nobody here knows: handed back as they are
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

// NotebookWriteParams asks for the text of a notebook's file.
type NotebookWriteParams struct {
	Notebook NotebookFile `json:"notebook"`
}

// NotebookWriteResult is that text.
type NotebookWriteResult struct {
	Text string `json:"text"`
}

// NotebookExportParams is a notebook that is wanted in another form; the server asks in which, and opens it or writes its file.
type NotebookExportParams struct {
	URI      string       `json:"uri"` // the notebook's own
	Notebook NotebookFile `json:"notebook"`
}

// NotebookOutputParams names a result.
type NotebookOutputParams struct {
	Result string `json:"result"`
}

// NotebookOutput is what a cell shows of a result: one entry a table. It stands in the file in the same form, less what names a result
// that isn't there any more.
type NotebookOutput struct {
	Result  string          `json:"result,omitzero"` // "": it was kept in a file
	Tables  []NotebookTable `json:"tables"`
	Ms      int64           `json:"ms"`               // the run's, in milliseconds
	Private bool            `json:"private,omitzero"` // it is of a connection whose data isn't stored: no file gets it
}

// NotebookTable is the top of one table, as text, and its chart.
type NotebookTable struct {
	Title   string         `json:"title,omitzero"` // where there are several
	Columns []ResultColumn `json:"columns"`
	Rows    [][]string     `json:"rows"`           // NotebookRows at most, cells of NotebookCharacters at most
	Summary string         `json:"summary"`        // "first 50 of 1,234 rows"
	Count   string         `json:"count,omitzero"` // where there is a chart, which is of all of them: "1,234 rows"
	View    string         `json:"view,omitzero"`  // of all its rows, for kusto/result/chart
	Chart   *Chart         `json:"chart,omitzero"` // where the query has a render; what is shown when the result is gone
}

// The limits of an output.
const (
	NotebookRows       = 50
	NotebookColumns    = 50
	NotebookCharacters = 300
	NotebookChartBytes = 128 << 10 // of a chart that stands in an output
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
		request[NotebookWriteParams, NotebookWriteResult]("NotebookWrite", MethodNotebookWrite, "Gives the text of a notebook's file."),
		request[NotebookExportParams, none]("NotebookExport", MethodNotebookExport, "Asks in which other form a notebook is wanted, and opens it or writes its file."),
		request[NotebookOutputParams, NotebookOutput]("NotebookOutput", MethodNotebookOutput, "Gives the top of a result as a cell shows it."),
		request[NotebookPlaceParams, NotebookPlace]("NotebookPlace", MethodNotebookPlace, "Says where a notebook's queries run, as its file keeps it."),
		request[NotebookSetPlaceParams, none]("NotebookSetPlace", MethodNotebookSetPlace, "Sets where a notebook's queries run."),
	}
}
