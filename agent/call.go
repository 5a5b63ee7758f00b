package agent

// One tool call: prepared, approved where it must be, run, answered. Whatever happens the model gets exactly one output for it.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"calypso/agent/model"
	"calypso/agent/tool"
	"calypso/kusto/guard"
)

// callAll runs the calls of one answer in order. Of an answer that was cut none runs: the last may be half a call.
func (u *turn) callAll(calls []model.Call, cut bool) error {
	for i, call := range calls {
		out, err := u.one(call, cut)
		if addErr := u.add(model.CallOutput(call.ID, out)); addErr != nil {
			return addErr
		}
		if err == nil {
			continue
		}
		for _, left := range calls[i+1:] {
			stopped := tool.Refuse(&tool.Failure{Kind: tool.Interrupted, Message: "the turn ended before this call"})
			if addErr := u.add(model.CallOutput(left.ID, stopped.Output)); addErr != nil {
				return addErr
			}
		}
		return err
	}
	return nil
}

// one runs one call and gives its output; an error ends the turn.
func (u *turn) one(call model.Call, cut bool) (string, error) {
	u.tools++
	item := Item{ID: u.itemID(), Type: ToolCall, Tool: call.Name, Arguments: arguments(call.Arguments), Status: InProgress}
	u.emit(Event{Method: "item/started", TurnID: u.id, Item: &item})
	if cut {
		return u.end(&item, tool.Refuse(&tool.Failure{Kind: tool.LimitReached, Message: "the answer was cut, so its calls didn't run", Hint: "call again, with less text"})), nil
	}
	if repeat := u.repeated(call); repeat > u.limits.SameCall {
		failure := &tool.Failure{Kind: tool.LimitReached, Message: fmt.Sprintf("the same call came %d times", repeat), Hint: "do something else"}
		var err error
		if repeat > u.limits.SameCall+1 {
			err = &Failure{Kind: "limit", Message: "the model repeats the same call", Hint: "ask in other words"}
		}
		return u.end(&item, tool.Refuse(failure)), err
	}
	p := u.toolSet().Prepare(u.ctx, call.Name, call.Arguments)
	item.Query, item.Findings = p.Query, notes(p)
	if err := u.checked(p); err != nil {
		return u.end(&item, p.Run(u.ctx)), err
	}
	p, refused, err := u.approve(&item, p)
	if refused != nil {
		return u.end(&item, *refused), err
	}
	return u.end(&item, u.execute(&item, p)), context.Cause(u.ctx)
}

// execute runs a prepared call and notes it for the audit.
func (u *turn) execute(item *Item, p *tool.Prepared) tool.Outcome {
	item.ClientRequestID = p.RequestID
	if p.RequestID != "" {
		_ = u.log.write(record{T: recordQuery, Query: &audit{RequestID: p.RequestID, Text: p.Query, Edited: item.Edited}})
	}
	ctx, ended := u.ctx, func(Ended) {}
	if running := u.agent.opts.Running; running != nil && p.RequestID != "" {
		ctx, ended = running(ctx, u.info.Connection, u.info.Database, p.Query)
	}
	began := time.Now()
	out := p.Run(ctx)
	if out.Rows != nil {
		item.RowCount = out.Rows.RowCount
		if u.agent.opts.Keep != nil {
			item.ResultID = u.agent.opts.Keep(p.Query, out.Rows)
		}
	}
	end := Ended{Rows: item.RowCount, Result: item.ResultID}
	if out.Failure != nil {
		end.Failed = string(out.Failure.Kind)
	}
	ended(end)
	if p.RequestID != "" && out.Failure == nil && u.agent.opts.Ran != nil {
		u.agent.opts.Ran(u.info.Connection, u.info.Database, p.Query)
	}
	if p.RequestID != "" {
		a := audit{RequestID: p.RequestID, Rows: item.RowCount, Ms: time.Since(began).Milliseconds(), Failed: end.Failed}
		_ = u.log.write(record{T: recordQuery, Query: &a})
	}
	return out
}

// end completes the item and gives what the model reads.
func (u *turn) end(item *Item, out tool.Outcome) string {
	item.Status = Completed
	if out.Failure != nil {
		item.Status = map[tool.Kind]string{tool.Declined: Declined, tool.Interrupted: Interrupted}[out.Failure.Kind]
		if item.Status == "" {
			item.Status = Failed
		}
	}
	item.Result = json.RawMessage(out.Output)
	item.SentToModel = &Sent{Rows: out.SentRows, Columns: out.SentColumns, Bytes: len(out.Output)}
	u.finished(u.id, *item)
	return out.Output
}

// repeated counts how often the same call came in this turn.
func (u *turn) repeated(call model.Call) int {
	key := call.Name + "\x00" + call.Arguments
	u.same[key]++
	return u.same[key]
}

// checked counts queries in a row that didn't pass the check; too many end the turn.
func (u *turn) checked(p *tool.Prepared) error {
	f := p.Refused()
	if f == nil || f.Kind != tool.Wrong && f.Kind != tool.Denied {
		if p.Query != "" {
			u.failed = 0
		}
		return nil
	}
	u.failed++
	if u.failed > u.limits.FailedChecks {
		return &Failure{Kind: "limit", Message: fmt.Sprintf("%d queries in a row didn't pass the check", u.failed), Hint: "look at the last one, or ask in other words"}
	}
	return nil
}

// approve asks a person where that is needed. refused is set when the call must not run; an error beside it ends the turn.
func (u *turn) approve(item *Item, p *tool.Prepared) (_ *tool.Prepared, refused *tool.Outcome, err error) {
	reason := u.mustAsk(p)
	if reason == "" {
		return p, nil, nil
	}
	no := func(message, hint string) *tool.Outcome {
		out := tool.Refuse(&tool.Failure{Kind: tool.Declined, Message: message, Hint: hint})
		return &out
	}
	switch {
	case u.agent.approval() == ApproveNever && p.Purpose == tool.Runs:
		return p, no("queries aren't run here: approval is set to never", "show the query instead"), nil
	case u.agent.opts.Approver == nil:
		return p, no("nobody can be asked whether this may be done", "show the query instead"), nil
	}
	d, err := u.askPerson(item, p, reason)
	if err != nil {
		out := tool.Refuse(&tool.Failure{Kind: tool.Interrupted, Message: "stopped while waiting for approval"})
		return p, &out, err
	}
	switch d.Decision {
	case Accept, AcceptForSession:
		u.mu.Lock()
		if d.Decision == AcceptForSession && reason != reasonCost {
			u.accepted[p.Purpose] = true
		}
		u.mu.Unlock()
	case CancelTurn:
		u.cancel(errInterrupted)
		return p, no("the person stopped the turn", ""), errInterrupted
	default:
		if p.Query == "" {
			return p, no("the person declined this call", d.Note), nil
		}
		return p, no(DeclinedQuery, d.Note), nil
	}
	if d.EditedQuery != nil && *d.EditedQuery != p.Query {
		return u.edited(item, p, *d.EditedQuery)
	}
	return p, nil, nil
}

// edited judges a person's own text anew; what the guard denies doesn't run for a person's word either.
func (u *turn) edited(item *Item, p *tool.Prepared, query string) (*tool.Prepared, *tool.Outcome, error) {
	p = u.toolSet().Edit(u.ctx, p, query)
	item.Query, item.Edited, item.Findings = p.Query, true, notes(p)
	if f := p.Refused(); f != nil {
		out := p.Run(u.ctx)
		return p, &out, nil
	}
	return p, nil, nil
}

// The reasons to ask a person.
const (
	reasonPolicy = "policy"
	reasonCost   = "cost"
	reasonEditor = "editor"
)

// mustAsk gives the reason to ask a person, or "" for none. More rows of a result are asked about as the query that gave them: its
// approval promised how many the model sees.
func (u *turn) mustAsk(p *tool.Prepared) string {
	reason := reasonPolicy
	switch {
	case p.Purpose == tool.Looks || p.Refused() != nil:
		return ""
	case p.Purpose == tool.Writes:
		reason = reasonEditor
	case p.Verdict.Asks():
		return reasonCost
	case u.agent.approval() == ApproveNever:
		return reasonPolicy
	case u.agent.approval() == ApproveAuto:
		return ""
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.accepted[p.Purpose] {
		return ""
	}
	return reason
}

// askPerson waits for a person's answer; the turn's clock stands still meanwhile.
func (u *turn) askPerson(item *Item, p *tool.Prepared, reason string) (Decision, error) {
	limits := u.toolSet().Limits()
	a := Approval{
		ApprovalID: u.itemID(), ThreadID: u.info.ID, TurnID: u.id, ItemID: item.ID, Tool: p.Tool, Query: p.Query,
		Connection: u.info.Connection, Database: u.info.Database, Reason: reason, Findings: notes(p),
		WillSend: WillSend{Rows: limits.PreviewRows, Bytes: limits.PreviewBytes}, Document: p.Document,
	}
	switch {
	case p.Purpose == tool.Writes || limits.NoRows:
		a.WillSend = WillSend{}
	case p.Purpose == tool.Reads:
		a.Query, a.Start, a.WillSend.Rows = p.Of, p.Start, p.Count
	}
	if a.Findings == nil {
		a.Findings = []tool.Finding{}
	}
	u.restate(item, Awaiting)
	defer u.restate(item, InProgress)
	u.emit(Event{Method: "thread/status", Status: "waitingOnApproval"})
	began := u.agent.opts.Now()
	d, err := u.agent.opts.Approver.Approve(u.ctx, a)
	u.waited += u.agent.opts.Now().Sub(began)
	if err != nil && !errors.Is(err, context.Canceled) && context.Cause(u.ctx) == nil {
		d, err = Decision{Decision: Decline, Note: err.Error()}, nil // who should be asked can't answer
	}
	if err != nil {
		d.Decision = CancelTurn
	}
	_ = u.log.write(record{T: recordApproval, Approval: &approved{ID: a.ApprovalID, Query: a.Query, Reason: reason, Decision: d.Decision, Edited: d.EditedQuery}})
	u.emit(Event{Method: "approval/resolved", TurnID: u.id, ApprovalID: a.ApprovalID, By: d.Decision})
	u.emit(Event{Method: "thread/status", Status: "active"})
	if cause := context.Cause(u.ctx); cause != nil {
		return d, cause
	}
	return d, err
}

// restate tells that an item isn't at its end, and how it stands.
func (u *turn) restate(item *Item, status string) {
	item.Status = status
	u.emit(Event{Method: "item/updated", TurnID: u.id, Item: item})
}

func (u *turn) toolSet() *tool.Set {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.thread.tools
}

// notes gives the guard's findings on a query for people.
func notes(p *tool.Prepared) []tool.Finding {
	var list []tool.Finding
	for _, f := range p.Verdict.Findings {
		list = append(list, tool.Finding{Code: string(f.Code), Class: f.Class.String(), Message: f.Message})
	}
	return slices.DeleteFunc(list, func(f tool.Finding) bool { return f.Class == guard.Note.String() && len(list) > 10 })
}

// arguments keeps a call's arguments for the screen: JSON as it is, other text as a string.
func arguments(s string) json.RawMessage {
	if json.Valid([]byte(s)) {
		return json.RawMessage(s)
	}
	b, err := json.Marshal(s)
	if err != nil {
		return nil
	}
	return b
}
