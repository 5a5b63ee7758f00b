package server

import (
	"encoding/json"
	"fmt"

	"calypso/agent"
	"calypso/agent/model"
	"calypso/agent/tool"
	"calypso/kql/text"
)

// What the chat shows of a model's calls, and what it asks, in words: a client draws them and knows no tool.

// told gives an event as a screen shows it.
func (s *Server) told(e agent.Event) agent.Event {
	if e.Item != nil {
		item := s.carded(*e.Item)
		e.Item = &item
	}
	if e.Method == "error" && e.WillRetry {
		when := "…"
		if e.RetryInMs >= 1000 {
			when = fmt.Sprintf(" in %d s…", (e.RetryInMs+500)/1000)
		}
		e.Message = fmt.Sprintf("%s. Trying again (%d of %d)%s", e.Message, e.Attempt, e.Of, when)
	}
	if e.Total != nil {
		e.Used = used(*e.Total, e.Currency, e.Estimated, e.ContextWindow)
	}
	return e
}

// used says what a thread took, and how full the model's window is: the next call takes estimated tokens of window. Nil for nothing.
func used(total model.Usage, currency string, estimated, window int) *agent.Used {
	all := total.Input + total.Output
	if all == 0 {
		return nil
	}
	out := agent.Used{Text: text.Count(all, "token"), Tooltip: fmt.Sprintf("%s in (%s of them cached), %s out", text.Count(total.Input, "token"), text.Number(total.Cached), text.Number(total.Output))}
	if total.Cost > 0 {
		digits := 2
		if total.Cost < 0.1 {
			digits = 4
		}
		out.Text += fmt.Sprintf(" · %.*f %s", digits, total.Cost, currency)
	}
	if estimated > 0 && window > 0 {
		out.Text += fmt.Sprintf(" · %d%% of context", (100*estimated+window-1)/window)
		out.Tooltip += "; the model's context holds " + text.Number(window)
	}
	return &out
}

// cardTitles are the tools as people call them.
var cardTitles = map[string]string{
	"kusto_execute_query":    "Query",
	"kusto_list_tables":      "Tables",
	"kusto_get_table_schema": "Schema",
	"kusto_sample_table":     "Sample",
	"kusto_list_functions":   "Functions",
	"kusto_validate_query":   "Check",
	"kusto_explain_query":    "Explanation",
	"kusto_read_result":      "More rows",
	"editor_open_query":      "New document",
	"editor_insert_query":    "Insert",
}

// cardStates are the icon and the word for each state of a call.
var cardStates = map[string][2]string{
	agent.InProgress:  {"loading", "running"},
	agent.Awaiting:    {"shield", "waits for you"},
	agent.Completed:   {"pass", "done"},
	agent.Failed:      {"error", "failed"},
	agent.Declined:    {"circle-slash", "declined"},
	agent.Interrupted: {"debug-stop", "stopped"},
}

// cardRows are shown of an answer whose rows stand nowhere else.
const cardRows = 8

// carded gives an item with what its card says. The thread's own has none: it is as long as what it says of.
func (s *Server) carded(item agent.Item) agent.Item {
	if item.Type != agent.ToolCall {
		item.Run = s.withRows(item.Run)
		return item
	}
	state := cardStates[item.Status]
	card := agent.Card{Title: item.Tool, Icon: state[0], State: state[1]}
	if title := cardTitles[item.Tool]; title != "" {
		card.Title = title
	}
	var about struct {
		Table string `json:"table_name"`
	}
	if json.Unmarshal(item.Arguments, &about) == nil && about.Table != "" {
		card.Title += " of " + about.Table
	}
	if item.Result != nil {
		card.Sent = "Sent to the model: " + sentText(item.SentToModel)
		if item.Query != "" {
			item.Run = s.withRows(callRun(item))
		}
	}
	item.Card = &card
	return item
}

func sentText(sent *agent.Sent) string {
	if sent == nil {
		sent = &agent.Sent{}
	}
	size := text.Count(sent.Bytes, "byte")
	if sent.Bytes >= 1024 {
		size = fmt.Sprintf("%.1f KB", float64(sent.Bytes)/1024)
	}
	if sent.Rows == 0 {
		return "no rows, " + size
	}
	return text.Count(sent.Rows, "row") + " of " + text.Count(sent.Columns, "column") + ", " + size
}

// callRun is what a model's query came to.
func callRun(item agent.Item) *agent.CommandResult {
	run := &agent.CommandResult{Blocks: []agent.Block{}, RowCount: item.RowCount, ResultID: item.ResultID}
	var answer struct {
		Error *tool.Failure `json:"error"`
		Done  string        `json:"done"`
		tool.Preview
	}
	if json.Unmarshal(item.Result, &answer) != nil {
		run.Blocks = []agent.Block{{Code: string(item.Result)}}
		return run
	}
	failed := answer.Error
	switch {
	case failed != nil && item.Status == agent.Declined:
		run.Blocks = []agent.Block{{Text: declinedText(failed)}}
	case failed != nil:
		run.Error, run.Blocks = &agent.Failure{Message: failed.Message, Hint: failed.Hint}, failureBlocks(failed)
	case answer.Done != "":
		run.Blocks = []agent.Block{{Text: "Done: " + answer.Done + "."}}
	default:
		answer.Rows = answer.Rows[:min(len(answer.Rows), cardRows)]
		run.Blocks = rowBlocks(answer.Preview)
	}
	return run
}

// declinedText says who declined a query, and why.
func declinedText(f *tool.Failure) string {
	said := f.Message
	if f.Message == agent.DeclinedQuery {
		said = "You declined this query"
	}
	if f.Hint != "" {
		return said + ": " + f.Hint
	}
	return said + "."
}

// worded gives a question with its words.
func worded(q agent.Approval) agent.Approval {
	const editor = "editor"
	first, rows := q.Start, q.WillSend.Rows
	q.Always = q.Reason != "cost"
	q.Edited = "Run edited query"
	q.Sends = "The model gets column names and counts, no rows."
	if rows > 0 {
		q.Sends = fmt.Sprintf("The model gets at most %s (%d KB) of the result.", text.Count(rows, "row"), (q.WillSend.Bytes+512)/1024)
	}
	q.Sends = "On " + q.Database + ". " + q.Sends
	switch {
	case q.Reason == editor:
		q.Edited, q.Sends, q.Question = "Write edited query", "It doesn't run; the model gets no rows.", "Insert this query into "+q.Document+"?"
		if q.Document == "" {
			q.Question = "Open this query in an editor?"
		}
	case q.Tool == "kusto_read_result":
		q.Edited, q.Question = "", fmt.Sprintf("Let the model read rows %d to %d of this query's result?", first+1, first+rows)
	case q.Reason == "cost":
		q.Question = "This query may be dear. Run it?"
	default:
		q.Question = "Run this query?"
	}
	return q
}
