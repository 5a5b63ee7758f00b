package agent

import (
	"encoding/json"

	"calypso/agent/model"
	"calypso/agent/tool"
)

// Sink takes the events of all threads, in order within a thread. It must not block for long.
type Sink interface{ Emit(Event) }

// Event is one step that the screens show. Method says which fields are set; Seq rises within a thread.
//
//	thread/started     Thread
//	thread/status      Status: idle, active, waitingOnApproval, error
//	turn/started       Turn
//	turn/completed     Turn, with its Status, Error, Usage and DurationMs
//	item/started       Item
//	item/completed     Item, which is authoritative
//	item/delta         ItemID, Attempt, Kind (text or summary), Delta
//	item/reset         ItemIDs, Attempt: these are void, the call that made them failed
//	usage              Last, Total, ContextWindow, Estimated
//	approval/resolved  ApprovalID, By (the decision)
//	error              Kind, Message, Hint, WillRetry, Attempt, Of, RetryInMs
//	warning            Kind, Message
type Event struct {
	Method   string `json:"-"`
	ThreadID string `json:"threadId"`
	TurnID   string `json:"turnId,omitempty"`
	Seq      int64  `json:"seq"`

	Thread *Info `json:"thread,omitempty"`
	Turn   *Turn `json:"turn,omitempty"`
	Item   *Item `json:"item,omitempty"`

	Status        string       `json:"status,omitempty"`
	ItemID        string       `json:"itemId,omitempty"`
	ItemIDs       []string     `json:"itemIds,omitempty"`
	Attempt       int          `json:"attempt,omitempty"`
	Of            int          `json:"of,omitempty"`
	Kind          string       `json:"kind,omitempty"`
	Delta         string       `json:"delta,omitempty"`
	Message       string       `json:"message,omitempty"`
	Hint          string       `json:"hint,omitempty"`
	WillRetry     bool         `json:"willRetry,omitempty"`
	RetryInMs     int64        `json:"retryInMs,omitempty"`
	Last          *model.Usage `json:"last,omitempty"`
	Total         *model.Usage `json:"total,omitempty"`
	ContextWindow int          `json:"contextWindow,omitempty"`
	Estimated     int          `json:"estimated,omitempty"` // tokens that the next call will take, roughly
	ApprovalID    string       `json:"approvalId,omitempty"`
	By            string       `json:"by,omitempty"`
}

// Info is what a list shows of a thread.
type Info struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Created    int64       `json:"created"` // Unix milliseconds
	Updated    int64       `json:"updated"`
	Connection string      `json:"connection"`
	Database   string      `json:"database"`
	Deployment string      `json:"deployment,omitempty"`
	Turns      int         `json:"turns"`
	Usage      model.Usage `json:"usage"`
	ReadOnly   bool        `json:"readOnly,omitempty"` // another process has it
}

// Turn is one question and all that came of it.
type Turn struct {
	ID         string      `json:"id"`
	Status     string      `json:"status"` // inProgress, completed, interrupted, failed
	Error      *Failure    `json:"error,omitempty"`
	Usage      model.Usage `json:"usage"`
	DurationMs int64       `json:"durationMs,omitempty"`
}

// Failure is why a turn ended without an answer.
type Failure struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Error gives the message with its next step.
func (f *Failure) Error() string {
	if f.Hint == "" {
		return f.Message
	}
	return f.Message + "; " + f.Hint
}

// The kinds of item.
const (
	UserMessage  = "userMessage"
	Reasoning    = "reasoning"
	AgentMessage = "agentMessage"
	ToolCall     = "toolCall"
	Compaction   = "compaction"
	Notice       = "notice"
)

// The states of a toolCall item.
const (
	InProgress  = "inProgress"
	Awaiting    = "awaitingApproval"
	Completed   = "completed"
	Failed      = "failed"
	Declined    = "declined"
	Interrupted = "interrupted"
)

// Item is one thing on the screen. Which fields are set depends on Type.
type Item struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Text string `json:"text,omitempty"` // of messages, notices, reasoning's summary, compaction's summary
	Cut  bool   `json:"cut,omitempty"`  // the text stops before its end

	// Of a toolCall:
	Tool            string          `json:"tool,omitempty"`
	Arguments       json.RawMessage `json:"arguments,omitempty"`
	Query           string          `json:"query,omitempty"`
	Edited          bool            `json:"edited,omitempty"` // a person changed Query
	Status          string          `json:"status,omitempty"`
	Result          json.RawMessage `json:"result,omitempty"` // exactly what the model gets
	Findings        []tool.Finding  `json:"findings,omitempty"`
	ClientRequestID string          `json:"clientRequestId,omitempty"`
	ResultID        string          `json:"resultId,omitempty"` // of the person's rows, for paging; "" when there are none
	RowCount        int64           `json:"rowCount,omitempty"`
	SentToModel     *Sent           `json:"sentToModel,omitempty"`
}

// Sent says what of a result is in the next request to the model.
type Sent struct {
	Rows    int `json:"rows"`
	Columns int `json:"columns"`
	Bytes   int `json:"bytes"`
}
