package protocol

// ClientExperimental is what a client of ours puts into capabilities.experimental. A client without the member kusto gets
// none of our requests and notifications.
type ClientExperimental struct {
	Kusto *KustoClient `json:"kusto,omitzero"`
	Auth  *AuthClient  `json:"auth,omitzero"`
	Agent *AgentClient `json:"agent,omitzero"`
	UI    *UIClient    `json:"ui,omitzero"`
}

// KustoClient says that the client understands the kusto/* messages.
type KustoClient struct {
	Version int `json:"version"` // see Version
	// Untrusted: the person doesn't trust the window's files. Until kusto/trusted no query runs and no cluster is asked.
	Untrusted bool `json:"untrusted,omitzero"`
	// Window names the client's window, the same after a reload or a restart: its tabs come back to it. "" for a client that doesn't know.
	Window string `json:"window,omitzero"`
}

// ServerExperimental is what the server puts into its capabilities.experimental.
type ServerExperimental struct {
	Kusto KustoServer `json:"kusto"`
}

// KustoServer says which kusto/* methods the server answers.
type KustoServer struct {
	Version int      `json:"version"` // see Version
	Methods []string `json:"methods"` // requests that are answered; any other is -32601
}
