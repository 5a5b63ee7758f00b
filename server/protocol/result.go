package protocol

import "encoding/json"

// Cell is one value of a page: bool, int and real as such; long, decimal, datetime, timespan, guid, NaN and the infinities as
// Kusto's text, because JavaScript can't hold them; dynamic as JSON text; null.
type Cell any

// ColumnType is a scalar type of Kusto.
type ColumnType string

const (
	TypeBool     ColumnType = "bool"
	TypeDateTime ColumnType = "datetime"
	TypeDecimal  ColumnType = "decimal"
	TypeDynamic  ColumnType = "dynamic"
	TypeGUID     ColumnType = "guid"
	TypeInt      ColumnType = "int"
	TypeLong     ColumnType = "long"
	TypeReal     ColumnType = "real"
	TypeString   ColumnType = "string"
	TypeTimespan ColumnType = "timespan"
)

// ResultColumn is a column of a result table. Names may repeat.
type ResultColumn struct {
	Name string     `json:"name"`
	Type ColumnType `json:"type"`
}

// Visualization is what a render operator asked for.
type Visualization struct {
	Kind       string            `json:"kind"`           // timechart, columnchart, …
	Title      string            `json:"title,omitzero"` // "" for none
	Properties map[string]string `json:"properties"`     // the rest, by Kusto's names: XColumn, YColumns, Series, …
}

// ResultTable describes a table of a result.
type ResultTable struct {
	Name          string         `json:"name"`
	Columns       []ResultColumn `json:"columns"`
	Rows          int64          `json:"rows"`
	Truncated     bool           `json:"truncated"` // true: a limit cut it
	Visualization *Visualization `json:"visualization,omitzero"`
}

// ResultInfoParams names a result.
type ResultInfoParams struct {
	Result string `json:"result"`
}

// ResultInfo describes a result: one block's tables.
type ResultInfo struct {
	Result string        `json:"result"`
	Title  string        `json:"title"` // first line of the query, at most 80 characters
	Tables []ResultTable `json:"tables"`
	Stats  QueryStats    `json:"stats"`
	Error  *FailureInfo  `json:"error,omitzero"` // what ended the query behind these rows: they aren't all
}

// SortKey orders a view by one column, as Kusto's sort does.
type SortKey struct {
	Column     int   `json:"column"`
	Descending bool  `json:"descending,omitzero"`
	NullsFirst *bool `json:"nullsFirst,omitzero"` // default: first when ascending, last when descending
}

// FilterOp is a test on one cell, with the meaning the operator has in Kusto.
type FilterOp string

const (
	FilterEqual          FilterOp = "=="
	FilterNotEqual       FilterOp = "!="
	FilterLess           FilterOp = "<"
	FilterLessOrEqual    FilterOp = "<="
	FilterGreater        FilterOp = ">"
	FilterGreaterOrEqual FilterOp = ">="
	FilterContains       FilterOp = "contains"
	FilterNotContains    FilterOp = "!contains"
	FilterStartsWith     FilterOp = "startswith"
	FilterIsEmpty        FilterOp = "isempty"
	FilterIsNotEmpty     FilterOp = "isnotempty"
	FilterIn             FilterOp = "in"
	FilterNotIn          FilterOp = "!in"
	FilterBetween        FilterOp = "between" // both ends belong to it; an empty one is none
	FilterRegex          FilterOp = "matches regex"
)

// Filter keeps the rows whose cell passes the test. All filters of a view must pass.
type Filter struct {
	Column int      `json:"column"`
	Op     FilterOp `json:"op"`
	Value  string   `json:"value,omitzero"`  // Kusto's text of a value of the column's type; text for the string tests
	Values []string `json:"values,omitzero"` // those of in, !in and between
}

// ResultViewParams asks for a view of a table.
type ResultViewParams struct {
	Result string    `json:"result"`
	Table  int       `json:"table"`
	Sort   []SortKey `json:"sort,omitzero"`
	Filter []Filter  `json:"filter,omitzero"`
	Search string    `json:"search,omitzero"` // rows where any cell's text contains it, letter case ignored
}

// ResultViewResult names a view; it lives as long as its result.
type ResultViewResult struct {
	View string `json:"view"`
	Rows int64  `json:"rows"` // lines: rows, and headings of groups
}

// ResultReadParams asks for a page.
type ResultReadParams struct {
	View    string `json:"view"`
	Start   int64  `json:"start"`
	Count   int    `json:"count"`            // at most 500 are given
	Columns []int  `json:"columns,omitzero"` // indices, in the order wanted; default: all
}

// ResultReadResult is a page. It can hold fewer rows than asked: at the end, or where the page would exceed its bytes.
type ResultReadResult struct {
	Start   int64    `json:"start"`
	Count   int      `json:"count"`   // rows in this page
	Values  [][]Cell `json:"values"`  // one array a column
	Clipped [][]int  `json:"clipped"` // [column, row] in this page whose text was cut to 1,000 characters
	// Groups are the headings in this page: [row, level, 1 when opened, 1 for that of all rows].
	Groups [][]int `json:"groups,omitzero"`
}

// ResultPage is a ResultReadResult as it was written from the vectors.
type ResultPage struct{ json.RawMessage }

// ResultCellParams names one cell of a view.
type ResultCellParams struct {
	View   string `json:"view"`
	Row    int64  `json:"row"`
	Column int    `json:"column"`
}

// ResultCellResult is a whole cell.
type ResultCellResult struct {
	Type    ColumnType `json:"type"`
	Value   Cell       `json:"value"`
	Clipped bool       `json:"clipped"` // true: it is over 1 MiB and was cut; export has all of it
	Tree    bool       `json:"tree"`    // true: it has members, see kusto/result/nodes
}

// CopyFormat is a text form for the clipboard.
type CopyFormat string

const (
	CopyTSV       CopyFormat = "tsv"
	CopyCSV       CopyFormat = "csv"
	CopyJSON      CopyFormat = "json"
	CopyMarkdown  CopyFormat = "markdown"
	CopyDatatable CopyFormat = "datatable" // a KQL datatable expression
	CopyIn        CopyFormat = "in"        // the right side of KQL's in: each value once
	CopyExcel     CopyFormat = "excel"     // CSV in which no text is taken for a formula
)

// CellRange is a rectangle of cells; the ends are not part of it.
type CellRange struct {
	StartRow    int64 `json:"startRow"`
	EndRow      int64 `json:"endRow"`
	StartColumn int   `json:"startColumn"`
	EndColumn   int   `json:"endColumn"`
}

// ResultCopyParams asks for text. Ranges come one below the other.
type ResultCopyParams struct {
	View    string      `json:"view"`
	Ranges  []CellRange `json:"ranges"`
	Format  CopyFormat  `json:"format"`
	Headers bool        `json:"headers"` // column names; json, markdown and datatable always have them
}

// ResultCopyResult holds at most 1 MiB; more is an error of kind tooLarge that offers export.
type ResultCopyResult struct {
	Text string `json:"text"`
}

// ExportFormat is a file format.
type ExportFormat string

const (
	ExportCSV       ExportFormat = "csv"
	ExportTSV       ExportFormat = "tsv"
	ExportJSON      ExportFormat = "json"
	ExportNDJSON    ExportFormat = "ndjson"
	ExportMarkdown  ExportFormat = "markdown"
	ExportDatatable ExportFormat = "datatable"
	ExportExcel     ExportFormat = "excel" // CSV for spreadsheets: marked as UTF-8, and no text is taken for a formula
	ExportParquet   ExportFormat = "parquet"
	ExportWorkbook  ExportFormat = "xlsx"
)

// ResultExportParams asks for a file with all rows of a view.
type ResultExportParams struct {
	View          string       `json:"view"`
	Format        ExportFormat `json:"format"`
	Target        string       `json:"target"` // absolute path or file: URI; replaced when the whole file is written
	WorkDoneToken any          `json:"workDoneToken,omitzero"`
}

// ResultExportResult says what was written.
type ResultExportResult struct {
	Rows  int64 `json:"rows"`
	Bytes int64 `json:"bytes"`
}

// ResultCloseParams names the result to drop.
type ResultCloseParams struct {
	Result string `json:"result"`
}

// ResultShow asks the client to show a result.
type ResultShow struct {
	Result string `json:"result"`
	Focus  bool   `json:"focus"` // true: move the keyboard focus there
}
