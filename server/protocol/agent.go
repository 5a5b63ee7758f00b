package protocol

import (
	"encoding/json"

	"calypso/agent"
	"calypso/agent/tool"

	lsp "go.lsp.dev/protocol"
)

// The agent's messages. What a thread, an item and an event are, package agent says: they go out as they are there.
const (
	MethodAgentStatus       = "agent/status"
	MethodAgentChoose       = "agent/model/choose"
	MethodAgentThreadStart  = "agent/thread/start"
	MethodAgentThreadResume = "agent/thread/resume"
	MethodAgentThreadList   = "agent/thread/list"
	MethodAgentThreadRename = "agent/thread/rename"
	MethodAgentThreadDelete = "agent/thread/delete"
	MethodAgentThreadFork   = "agent/thread/fork"
	MethodAgentThreadPack   = "agent/thread/compact"
	MethodAgentThreadExport = "agent/thread/export"
	MethodAgentTurnStart    = "agent/turn/start"
	MethodAgentTurnSteer    = "agent/turn/steer"
	MethodAgentInterrupt    = "agent/turn/interrupt"
	MethodAgentToolRun      = "agent/tool/run"
	MethodAgentApprove      = "agent/approve"

	// AgentPrefix stands before an event's own name.
	AgentPrefix = "agent/"
)

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

// AgentStatusParams names the document beside the chat, so that the answer says where queries run.
type AgentStatusParams struct {
	URI string `json:"uri,omitzero"`
}

// AgentStatusResult says what the agent works with.
type AgentStatusResult struct {
	Model      *AgentModel    `json:"model"`           // null when there is none
	Models     []AgentModel   `json:"models"`          // what can be chosen; empty when there is nothing to choose
	Reason     string         `json:"reason,omitzero"` // why there is no model
	Hint       string         `json:"hint,omitzero"`   // what to set
	ConfigFile string         `json:"configFile"`      // where models are set
	Tools      []AgentTool    `json:"tools"`
	Commands   []AgentCommand `json:"commands"`
	Connection string         `json:"connection"` // id of where a new thread would run, "" for none
	Name       string         `json:"name"`       // of the connection, as shown
	Database   string         `json:"database"`
	Approval   string         `json:"approval"` // ask, auto or never
	Limits     AgentLimits    `json:"limits"`
}

// AgentModel is one model and how it is reached. No secret is in it.
type AgentModel struct {
	Provider   string `json:"provider"` // its key in the settings; names it for agent/model/choose
	Deployment string `json:"deployment"`
	Host       string `json:"host"`
	Auth       string `json:"auth"`            // how it signs in: api key, bearer, command, none
	Window     int    `json:"window,omitzero"` // tokens of context
}

// AgentTool is one tool, as a model is told of it.
type AgentTool struct {
	Name        string `json:"name"`
	Description string `json:"description"`
}

// AgentCommand is a line that a person can type; it runs a tool without a model.
type AgentCommand struct {
	Name        string `json:"name"`      // with its slash
	Arguments   string `json:"arguments"` // as shown, "" for none
	Description string `json:"description"`
	Tool        string `json:"tool,omitzero"` // what agent/tool/run is called with; "" for the client's own
}

// AgentLimits are the bounds of what queries give.
type AgentLimits struct {
	Rows        int64 `json:"rows"`        // fetched for the person
	Bytes       int64 `json:"bytes"`       // of them
	Seconds     int   `json:"seconds"`     // that a query may run
	PreviewRows int   `json:"previewRows"` // of them shown to the model; 0: none
}

// AgentChooseParams names the provider whose model answers from now on.
type AgentChooseParams struct {
	Provider string `json:"provider"`
}

// AgentThreadStartParams says where the new thread's queries run; without a connection: the default.
type AgentThreadStartParams struct {
	Connection string `json:"connection,omitzero"`
	Database   string `json:"database,omitzero"`
}

// AgentThreadResult is a thread.
type AgentThreadResult struct {
	Thread agent.Info `json:"thread"`
}

// AgentThreadParams names a thread.
type AgentThreadParams struct {
	ThreadID string `json:"threadId"`
}

// AgentThreadResumeResult is a thread with what its screen shows.
type AgentThreadResumeResult struct {
	Thread agent.Info   `json:"thread"`
	Items  []agent.Item `json:"items"`
}

// AgentThreadListParams asks for a page.
type AgentThreadListParams struct {
	Cursor string `json:"cursor,omitzero"`
	Limit  int    `json:"limit,omitzero"` // at most 100, also the default
}

// AgentThreadListResult is a page, the thread used last first.
type AgentThreadListResult struct {
	Threads    []agent.Info `json:"threads"`
	NextCursor string       `json:"nextCursor,omitzero"`
}

// AgentThreadRenameParams gives a thread another name.
type AgentThreadRenameParams struct {
	ThreadID string `json:"threadId"`
	Name     string `json:"name"`
}

// AgentThreadExportParams asks for a thread as text.
type AgentThreadExportParams struct {
	ThreadID string `json:"threadId"`
	Format   string `json:"format"` // markdown or kql
}

// AgentThreadExportResult is that text.
type AgentThreadExportResult struct {
	Text string `json:"text"`
}

// AgentInput is what a person says.
type AgentInput struct {
	Text string `json:"text"`
}

// AgentContext names an open document that goes along with a question, whole or in part.
type AgentContext struct {
	URI   string     `json:"uri"`
	Range *lsp.Range `json:"range,omitzero"`
}

// AgentTurnStartParams asks a question.
type AgentTurnStartParams struct {
	ThreadID string        `json:"threadId"`
	Input    AgentInput    `json:"input"`
	Context  *AgentContext `json:"context,omitzero"`
}

// AgentTurnStartResult names the turn; what comes of it are events.
type AgentTurnStartResult struct {
	TurnID string `json:"turnId"`
}

// AgentTurnSteerParams adds to a running turn.
type AgentTurnSteerParams struct {
	ThreadID       string     `json:"threadId"`
	ExpectedTurnID string     `json:"expectedTurnId"`
	Input          AgentInput `json:"input"`
}

// AgentTurnParams names a turn.
type AgentTurnParams struct {
	ThreadID string `json:"threadId"`
	TurnID   string `json:"turnId"`
}

// AgentToolRunParams runs a tool for a person; no model is involved.
type AgentToolRunParams struct {
	Tool       string          `json:"tool"`
	Arguments  json.RawMessage `json:"arguments"`
	Connection string          `json:"connection,omitzero"` // default: the default connection
	Database   string          `json:"database,omitzero"`
}

// AgentToolRunResult is what a tool gave, a failure too: it is an answer, with what to do about it.
type AgentToolRunResult struct {
	Query           string          `json:"query,omitzero"` // that ran
	Output          json.RawMessage `json:"output"`         // as a model would get it
	Findings        []tool.Finding  `json:"findings,omitzero"`
	ResultID        string          `json:"resultId,omitzero"` // of the rows, for kusto/result/*; "" when there are none
	RowCount        int64           `json:"rowCount,omitzero"`
	ClientRequestID string          `json:"clientRequestId,omitzero"`
}

// agentMessages lists the agent's messages in the order of the design.
func agentMessages() []Message {
	list := []Message{
		request[AgentStatusParams, AgentStatusResult]("AgentStatus", MethodAgentStatus, "Says what model, tools and limits there are, and why no model."),
		request[AgentChooseParams, none]("AgentChoose", MethodAgentChoose, "Chooses the provider whose model answers."),
		request[AgentThreadStartParams, AgentThreadResult]("AgentThreadStart", MethodAgentThreadStart, "Begins a thread."),
		request[AgentThreadParams, AgentThreadResumeResult]("AgentThreadResume", MethodAgentThreadResume, "Opens an earlier thread."),
		request[AgentThreadListParams, AgentThreadListResult]("AgentThreadList", MethodAgentThreadList, "Lists threads."),
		request[AgentThreadRenameParams, none]("AgentThreadRename", MethodAgentThreadRename, "Renames a thread."),
		request[AgentThreadParams, none]("AgentThreadDelete", MethodAgentThreadDelete, "Deletes a thread and its transcript."),
		request[AgentThreadParams, AgentThreadResult]("AgentThreadFork", MethodAgentThreadFork, "Begins a thread that goes on from what another holds now."),
		request[AgentThreadParams, none]("AgentThreadCompact", MethodAgentThreadPack, "Summarises a thread to make room."),
		request[AgentThreadExportParams, AgentThreadExportResult]("AgentThreadExport", MethodAgentThreadExport, "Writes a thread as Markdown or KQL."),
		request[AgentTurnStartParams, AgentTurnStartResult]("AgentTurnStart", MethodAgentTurnStart, "Asks a question; answers at once."),
		request[AgentTurnSteerParams, none]("AgentTurnSteer", MethodAgentTurnSteer, "Adds to a running turn, before its next call of the model."),
		request[AgentTurnParams, none]("AgentTurnInterrupt", MethodAgentInterrupt, "Stops a turn; its end comes as agent/turn/completed."),
		request[AgentToolRunParams, AgentToolRunResult]("AgentToolRun", MethodAgentToolRun, "Runs a tool for a person, without a model."),
	}
	ask := request[agent.Approval, agent.Decision]("AgentApprove", MethodAgentApprove, "Asks a person whether a query may run.")
	ask.Direction = ToClient
	list = append(list, ask)
	for _, e := range agentEvents {
		list = append(list, notify[agent.Event](e.name, AgentPrefix+e.method, e.doc))
	}
	return list
}

// agentEvents are the events that become notifications.
var agentEvents = []struct{ name, method, doc string }{
	{"AgentThreadStarted", "thread/started", "A thread began."},
	{"AgentThreadStatus", "thread/status", "A thread is idle, active, waitingOnApproval or in error."},
	{"AgentTurnStarted", "turn/started", "A turn began."},
	{"AgentTurnCompleted", "turn/completed", "A turn ended; nothing of it follows."},
	{"AgentItemStarted", "item/started", "An item appears."},
	{"AgentItemCompleted", "item/completed", "An item is as it stays."},
	{"AgentItemDelta", "item/delta", "More text of an item."},
	{"AgentItemReset", "item/reset", "Items are void: the call that made them failed."},
	{"AgentUsage", "usage", "Tokens of the last call of the model, and of the thread."},
	{"AgentApprovalResolved", "approval/resolved", "A question was answered."},
	{"AgentError", "error", "A call of the model failed, and is made again."},
	{"AgentWarning", "warning", "Something that the person should know."},
}
