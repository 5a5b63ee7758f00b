package protocol

// AgentPrefix stands before an event's own name. The agent's messages come from agent.schema.json; what a thread, an item and an event
// are, package agent says: they go out as they are there.
const AgentPrefix = "agent/"

// ClientCommandAsk is a command of a client that declares experimental.agent: it puts a question about a range to the chat. Its
// arguments are uri, range and what is asked: explain, fix or optimise.
const ClientCommandAsk = "calypso.agent.ask"

// The kinds of error that only agent/* has; the others of the model are its own words, see model.Kind.
const (
	ErrorNoModel       ErrorKind = "noModel"       // no model is configured
	ErrorConfig        ErrorKind = "config"        // settings that can't work
	ErrorBusy          ErrorKind = "busy"          // the thread works on a question, or another window has it
	ErrorStaleTurn     ErrorKind = "staleTurn"     // the turn has ended
	ErrorUnknownThread ErrorKind = "unknownThread" // there is no such thread
)

// AgentClient says what the client can do for the agent. Without the member agent it gets no events.
type AgentClient struct {
	Approve bool `json:"approve,omitzero"` // it answers agent/approve; else what needs a yes is refused
}
