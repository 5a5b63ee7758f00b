package agent

import "context"

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

// The decisions.
const (
	Accept           = "accept"
	AcceptForSession = "acceptForSession" // and the like for this thread, as long as the guard asks nothing
	Decline          = "decline"          // the model is told and goes on
	CancelTurn       = "cancel"
)

// approval is when people are asked, as of now.
func (a *Agent) approval() string { return a.settings().Approval }
