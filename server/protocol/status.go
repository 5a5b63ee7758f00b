package protocol

// MethodServerStatus is asked now and then while somebody may look.
const MethodServerStatus = "kusto/server/status"

// MethodTrusted ends what KustoClient.Untrusted began.
const MethodTrusted = "kusto/trusted"

// ServerStatus says how the server is.
type ServerStatus struct {
	Memory int64  `json:"memory"` // bytes of the process
	Text   string `json:"text"`   // "58 MB, 3 results kept, up for 2 h"
}

func statusMessages() []Message {
	return []Message{
		request[none, ServerStatus]("ServerStatus", MethodServerStatus, "Says how much memory the server takes."),
		request[none, none]("Trusted", MethodTrusted, "Says that the person trusts the window's files from now on."),
	}
}
