package agent

// What goes out of the agent, events with their threads, turns and items, is declared in server/protocol/agent.schema.json, from which
// message.gen.go comes.

// Sink takes the events of all threads, in order within a thread. It must not block for long.
type Sink interface{ Emit(Event) }

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
	ErrorItem    = "error"
	Command      = "command"
)

// DeclinedQuery is what a model is told of a query that a person didn't allow.
const DeclinedQuery = "the person declined this query"

// The states of a toolCall item.
const (
	InProgress  = "inProgress"
	Awaiting    = "awaitingApproval"
	Completed   = "completed"
	Failed      = "failed"
	Declined    = "declined"
	Interrupted = "interrupted"
)
