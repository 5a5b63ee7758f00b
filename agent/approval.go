package agent

import (
	"context"

	"calypso/agent/tool"
)

// When people are asked before a query runs.
const (
	ApproveAsk   = "ask"   // before each query
	ApproveAuto  = "auto"  // only where the guard asks
	ApproveNever = "never" // queries are written and checked, never run
)

// Approver asks a person. It waits as long as the person takes; the context ends when the turn is interrupted.
type Approver interface {
	Approve(ctx context.Context, a Approval) (Decision, error)
}

// Approval is one question: may this query run there?
type Approval struct {
	ApprovalID string         `json:"approvalId"`
	ThreadID   string         `json:"threadId"`
	TurnID     string         `json:"turnId"`
	ItemID     string         `json:"itemId"`
	Tool       string         `json:"tool"`
	Query      string         `json:"query"`
	Connection string         `json:"connection"`
	Database   string         `json:"database"`
	Reason     string         `json:"reason"` // policy: every query is asked; cost: the guard asks
	Findings   []tool.Finding `json:"findings"`
	WillSend   WillSend       `json:"willSend"`
}

// WillSend is how much of the rows the model may see at most.
type WillSend struct {
	Rows  int `json:"rows"`
	Bytes int `json:"bytes"`
}

// The decisions.
const (
	Accept           = "accept"
	AcceptForSession = "acceptForSession" // and the like for this thread, as long as the guard asks nothing
	Decline          = "decline"          // the model is told and goes on
	CancelTurn       = "cancel"
)

// Decision is a person's answer.
type Decision struct {
	Decision    string  `json:"decision"`
	EditedQuery *string `json:"editedQuery,omitempty"` // run this in its stead; it is checked and judged anew
	Note        string  `json:"note,omitempty"`        // for the model, with a decline
}

// approval is when people are asked, as of now.
func (a *Agent) approval() string {
	if a.opts.ApprovalNow != nil {
		return a.opts.ApprovalNow()
	}
	return a.opts.Approval
}
