package protocol

// A sheet is how a person looks at a table of a result: what is sorted, filtered, hidden, grouped. The server keeps it, so a grid only
// shows what it is told and passes on what the person did.

// SheetParams asks for a sheet, changed or not.
type SheetParams struct {
	Result string       `json:"result"`
	Table  int          `json:"table"`
	View   string       `json:"view,omitzero"` // that is shown: its lines aren't given once more
	Change *SheetChange `json:"change,omitzero"`
}

// SheetChange is one thing that a person did. Columns are those of the table.
type SheetChange struct {
	Action string      `json:"action"` // sort, filter, search, width, move, toggle, or the action of a menu's item
	Column int         `json:"column,omitzero"`
	Row    int64       `json:"row,omitzero"`    // a line of the view
	Text   string      `json:"text,omitzero"`   // of filter and search
	Add    bool        `json:"add,omitzero"`    // sort: by this column too
	To     int         `json:"to,omitzero"`     // move: the place among the columns shown; width: pixels
	Ranges []CellRange `json:"ranges,omitzero"` // what is selected, in columns as shown
}

// SheetColumn is a column as it is shown.
type SheetColumn struct {
	Column int        `json:"column"` // of the table
	Name   string     `json:"name"`
	Type   ColumnType `json:"type"`
	Chars  int        `json:"chars"`          // width that its texts want, in characters
	Width  int        `json:"width,omitzero"` // pixels that the person chose
	Fixed  bool       `json:"fixed,omitzero"` // it stays in sight
	Sort   string     `json:"sort,omitzero"`  // asc or desc
	Place  int        `json:"place,omitzero"` // from 1, when the sort has several columns
	Filter string     `json:"filter,omitzero"`
	Hint   string     `json:"hint"`           // what may be typed to filter
	Total  string     `json:"total,omitzero"` // aggregate in the headings of groups
}

// SheetPart is one text of the line below a grid.
type SheetPart struct {
	Text string `json:"text"`
	Tip  string `json:"tip,omitzero"`
	Warn bool   `json:"warn,omitzero"`
}

// SheetState is a sheet and the view of it.
type SheetState struct {
	View          string         `json:"view"`
	Rows          int64          `json:"rows"` // lines of the view
	Columns       []SheetColumn  `json:"columns"`
	Search        string         `json:"search"`
	Empty         string         `json:"empty,omitzero"` // what to say where no line is
	Foot          []SheetPart    `json:"foot"`
	Error         *FailureInfo   `json:"error,omitzero"` // what ended the query behind these rows
	Visualization *Visualization `json:"visualization,omitzero"`
	First         ResultPage     `json:"first,omitzero"` // lines from the top of a view that isn't shown yet, as kusto/result/read gives them
}

// SheetMenuParams asks what can be done at a place: at a line and a column, at a column's header without row, at the whole table
// without column.
type SheetMenuParams struct {
	Result string `json:"result"`
	Table  int    `json:"table"`
	Column *int   `json:"column,omitzero"`
	Row    *int64 `json:"row,omitzero"`
}

// MenuItem is one line of a menu; one without label parts the others.
type MenuItem struct {
	Action  string `json:"action,omitzero"`
	Label   string `json:"label,omitzero"`
	Keys    string `json:"keys,omitzero"` // as shown
	Checked bool   `json:"checked,omitzero"`
}

// MenuResult is a menu.
type MenuResult struct {
	Items []MenuItem `json:"items"`
}

// ResultSelectParams says what is selected in the view that is in front: commands act on it.
type ResultSelectParams struct {
	View   string      `json:"view"`
	Ranges []CellRange `json:"ranges"`
}

// ResultSelectResult describes a selection.
type ResultSelectResult struct {
	Summary string `json:"summary"` // count, sum, mean of it; "" for one cell
}

// ResultColumnParams names a shown column of a view.
type ResultColumnParams struct {
	View   string `json:"view"`
	Column int    `json:"column"`
}

// ColumnFact is one thing known of a column.
type ColumnFact struct {
	Name string `json:"name"`
	Text string `json:"text"`
}

// ColumnValue is a frequent value.
type ColumnValue struct {
	Text  string  `json:"text"`
	Rows  int64   `json:"rows"`
	Share float64 `json:"share"` // of all rows, 0 to 1
}

// ResultColumnResult says what a column holds.
type ResultColumnResult struct {
	Facts []ColumnFact  `json:"facts"`
	Top   []ColumnValue `json:"top"`
}

// ResultNodesParams asks for the members of what lies in a dynamic cell, by the places on the way there.
type ResultNodesParams struct {
	View   string `json:"view"`
	Row    int64  `json:"row"`
	Column int    `json:"column"`
	Path   []int  `json:"path"`
	Start  int    `json:"start,omitzero"`
}

// DynamicNode is one member.
type DynamicNode struct {
	Key  string `json:"key"`
	Text string `json:"text"` // a scalar's JSON, or what it holds
	Kind string `json:"kind"` // string, long, array, bag …
	Path string `json:"path"` // KQL behind the column's name, as .tags[0]
	More bool   `json:"more,omitzero"`
}

// ResultNodesResult is one level, or a part of it.
type ResultNodesResult struct {
	Nodes []DynamicNode `json:"nodes"`
	Next  int           `json:"next,omitzero"` // start of what follows
}

// TabStatus says what became of a run.
type TabStatus string

const (
	TabRunning   TabStatus = "running"
	TabDone      TabStatus = "done"
	TabFailed    TabStatus = "failed"
	TabCancelled TabStatus = "cancelled"
)

// ResultTab is a tab of the results: a table, or a run that has none, yet or at all.
type ResultTab struct {
	Tab    string    `json:"tab"`
	Title  string    `json:"title"`
	Tip    string    `json:"tip"`
	Status TabStatus `json:"status"`
	Pinned bool      `json:"pinned,omitzero"`
	Query  string    `json:"query,omitzero"`  // that runs
	Ms     int64     `json:"ms"`              // since its start; whoever shows it counts on while it runs
	Result string    `json:"result,omitzero"` // "" without a table
	Table  int       `json:"table"`
	Text   string    `json:"text,omitzero"` // what there is to say where no table is
	// Error is what a run failed with; the sheet of a table has its own.
	Error *FailureInfo `json:"error,omitzero"`
	// Again runs it once more.
	Again *QueryRunParams `json:"again,omitzero"`
	// Parameters are what the query declares: an input each.
	Parameters []QueryParameter `json:"parameters,omitzero"`
	// Sheet is how the table looks, with its first lines: once, of the tab in front, when its run has ended.
	Sheet *SheetState `json:"sheet,omitzero"`
}

// TabsChanged lists all tabs.
type TabsChanged struct {
	Tabs  []ResultTab `json:"tabs"`
	Front string      `json:"front"` // the tab that came last
}

// TabActParams is what a person did to a tab.
type TabActParams struct {
	Tab    string `json:"tab"`
	Action string `json:"action"` // front, close, closeOthers, closeAll, pin, rename, stop, place
}

// TabMenuParams asks what can be done to a tab.
type TabMenuParams struct {
	Tab string `json:"tab"`
}
