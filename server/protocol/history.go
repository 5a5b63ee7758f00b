package protocol

// The methods of the history: what was run, never rows.
const (
	MethodHistoryList   = "kusto/history/list"
	MethodHistoryRemove = "kusto/history/remove"
	MethodHistoryClear  = "kusto/history/clear"
)

// HistoryEntries of one kusto/history/list at most, and characters of a text in it.
const (
	HistoryEntries = 100
	HistoryText    = 4000
)

// HistoryListParams asks for the newest runs.
type HistoryListParams struct {
	Search string `json:"search,omitzero"` // only runs whose text or place contains it, letter case ignored
	Cursor string `json:"cursor,omitzero"` // next of the page before
}

// HistoryListResult is one page.
type HistoryListResult struct {
	Entries []HistoryEntry `json:"entries"`
	Next    string         `json:"next,omitzero"` // cursor of the next page; absent on the last
}

// HistoryEntry is one run.
type HistoryEntry struct {
	ID         string      `json:"id"`
	Started    string      `json:"started"` // RFC 3339
	Text       string      `json:"text"`    // cut at 4,000 characters; secrets are masked
	Whole      bool        `json:"whole"`   // false: secrets were taken out of the text that is kept, or it is too long: it can't run again
	Connection string      `json:"connection"`
	Name       string      `json:"name"` // of the connection, as it was shown
	Database   string      `json:"database"`
	By         QueryBy     `json:"by"`
	Status     QueryStatus `json:"status"`
	Error      string      `json:"error,omitzero"` // class of the error, as "query SEM0100"; "server ended" for a run that was cut off
	Ms         int64       `json:"ms"`
	Rows       int64       `json:"rows"`
	Result     string      `json:"result,omitzero"` // id of its rows, while they are still here
}

// HistoryRemoveParams names the runs to delete.
type HistoryRemoveParams struct {
	IDs []string `json:"ids"`
}

func historyMessages() []Message {
	return []Message{
		request[HistoryListParams, HistoryListResult]("HistoryList", MethodHistoryList, "Lists what was run, the newest first."),
		request[HistoryRemoveParams, none]("HistoryRemove", MethodHistoryRemove, "Deletes runs from the history."),
		request[none, none]("HistoryClear", MethodHistoryClear, "Deletes the whole history."),
	}
}
