package protocol

import lsp "go.lsp.dev/protocol"

// ErrorKind sorts what went wrong into what a person can do about it.
type ErrorKind string

const (
	ErrorQuery       ErrorKind = "query"       // the query is wrong: fix it at range
	ErrorUnsupported ErrorKind = "unsupported" // right KQL that isn't built yet; the message names it
	ErrorLimit       ErrorKind = "limit"       // a limit of the cluster or the engine was hit
	ErrorNetwork     ErrorKind = "network"     // the cluster can't be reached or answered nonsense
	ErrorAuth        ErrorKind = "auth"        // no sign-in, or no right
	ErrorNotFound    ErrorKind = "notFound"    // no such document, connection, database, query
	ErrorExpired     ErrorKind = "expired"     // the result or view is gone: run again
	ErrorTooLarge    ErrorKind = "tooLarge"    // more than one message may carry; the hint names another way
	ErrorUntrusted   ErrorKind = "untrusted"   // the window's files aren't trusted
	ErrorFile        ErrorKind = "file"        // a file can't be written
	ErrorStopped     ErrorKind = "stopped"     // somebody stopped it
	ErrorTimeout     ErrorKind = "timeout"     // it took longer than it may
	ErrorOther       ErrorKind = "other"
)

// ErrorData is the data member of every error answer with code -32803.
type ErrorData struct {
	Kind   ErrorKind  `json:"kind"`
	Hint   string     `json:"hint,omitzero"`   // what to do next, in words
	URI    string     `json:"uri,omitzero"`    // the document that range is in
	Range  *lsp.Range `json:"range,omitzero"`  // the place of the fault
	Code   string     `json:"code,omitzero"`   // Kusto's own code, as SEM0100
	Detail string     `json:"detail,omitzero"` // the server's long text, as it came
	Query  string     `json:"query,omitzero"`  // id of the query that failed
	// Actions are next steps that a client can offer as buttons, by what stands on them: Sign in, Continue, VS Code account, Browser,
	// Code, New code, az login, Trust host, Switch tenant, Retry.
	Actions []string `json:"actions,omitzero"`
	Shown   bool     `json:"shown,omitzero"` // the person knows: the chat of the call shows it already, or they just closed its prompt
}

// FailureInfo is an error inside a result or notification, where no error answer can carry it.
type FailureInfo struct {
	Message string    `json:"message"`
	Data    ErrorData `json:"data"`
}
