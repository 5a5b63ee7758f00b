package protocol

// The messages of sign-in. Answers to auth/getVSCodeToken, auth/storageKey and auth/getSecret hold secrets: neither side writes them, nor
// any other auth/*, into a log or trace.
const (
	MethodAuthSignIn       = "auth/signIn"
	MethodAuthCancel       = "auth/cancel"
	MethodAuthSignOut      = "auth/signOut"
	MethodAuthStatus       = "auth/status"
	MethodAuthImport       = "auth/importCodex"
	MethodAuthAct          = "auth/act"
	MethodAuthOtherWay     = "auth/otherWay"
	MethodAuthPrompt       = "auth/prompt"
	MethodAuthVSCodeToken  = "auth/getVSCodeToken"
	MethodAuthStorageKey   = "auth/storageKey"
	MethodAuthSecret       = "auth/getSecret"
	MethodAuthPromptClosed = "auth/promptClosed"
	MethodAuthDidChange    = "auth/didChange"
)

// AuthClient says what the client can do for sign-in. Without the member auth it gets no message of it.
type AuthClient struct {
	Prompt        bool `json:"prompt,omitzero"`        // it answers auth/prompt; else nobody is asked, and errors name a command
	VSCodeAccount bool `json:"vscodeAccount,omitzero"` // it answers auth/getVSCodeToken
	StorageKey    bool `json:"storageKey,omitzero"`    // it answers auth/storageKey and auth/getSecret
	Browser       bool `json:"browser,omitzero"`       // a page that it opens can answer to a port of the server's machine
}

// AuthState is where a sign-in stands.
type AuthState string

const (
	AuthSignedOut AuthState = "signed_out" // nobody is known
	AuthSignedIn  AuthState = "signed_in"
	AuthAsking    AuthState = "asking" // a prompt is open
	AuthFailing   AuthState = "failing"
)

// AuthStatusParams names the document whose cluster is meant; without one, the default connection's is.
type AuthStatusParams struct {
	URI string `json:"uri,omitzero"`
}

// AuthStatus is who is signed in, and how.
type AuthStatus struct {
	Resource string        `json:"resource"`     // host of the cluster that is meant; "" when it takes no sign-in
	Mode     string        `json:"mode"`         // as in azure_auth.mode; "default" where none is set
	Way      string        `json:"way,omitzero"` // in mode default: which way works now
	Prompts  bool          `json:"prompts"`      // a person can sign in; else an app, a machine or a program does
	State    AuthState     `json:"state"`
	Account  string        `json:"account"` // user name or app id, "" for nobody
	Tenant   string        `json:"tenant"`  // that is asked: id or domain; "" when it isn't known
	Services []AuthService `json:"services"`
	Message  string        `json:"message,omitzero"` // why it failed last
	Actions  []string      `json:"actions,omitzero"` // what can be done about it; see ErrorData
	Storage  string        `json:"storage,omitzero"` // who keeps the key of the saved sign-in: client, keyring, kernel, file, memory
	Note     string        `json:"note,omitzero"`    // why it is kept for this session only
	Import   string        `json:"import,omitzero"`  // path of a sign-in of the Codex CLI that could be taken over
	Named    string        `json:"named,omitzero"`   // the tenant that the cluster named when it refused a token
	// ConfigFile is where sign-in is set.
	ConfigFile string `json:"configFile,omitzero"`
	// Bar is what a status bar says; absent where it should say nothing.
	Bar *AuthBar `json:"bar,omitzero"`
}

// AuthBar is a line of the status bar. A click on it runs signIn where it offers that, else showAccount.
type AuthBar struct {
	Text    string `json:"text"`
	Icon    string `json:"icon"` // a codicon's name
	Tooltip string `json:"tooltip"`
	Warning bool   `json:"warning,omitzero"`
	Offer   bool   `json:"offer,omitzero"` // it offers to sign in, which belongs beside queries only
}

// AuthActParams says which button of a failure was pressed; see ErrorData.actions. Before "az login" the client opens a terminal.
type AuthActParams struct {
	Action  string `json:"action"`
	Message string `json:"message,omitzero"` // the failure's
	Retries bool   `json:"retries,omitzero"` // the client will do again what failed
	URI     string `json:"uri,omitzero"`     // as in AuthStatusParams
}

// AuthActResult is what became of it.
type AuthActResult struct {
	Again bool `json:"again"` // what failed should be done again
}

// AuthOtherWayParams asks for another way in place of a prompt.
type AuthOtherWayParams struct {
	ID  string `json:"id"` // of the prompt
	URI string `json:"uri,omitzero"`
}

// AuthOtherWayResult is what became of the prompt.
type AuthOtherWayResult struct {
	Kept bool `json:"kept,omitzero"` // true: the person left the choice, and the prompt still waits
}

// AuthService is a token at hand.
type AuthService struct {
	Scope   string `json:"scope"`
	Tenant  string `json:"tenant,omitzero"` // where it isn't the identity's own
	Expires string `json:"expires"`         // RFC 3339
}

// AuthSignInParams asks for a sign-in, whatever was refused before.
type AuthSignInParams struct {
	URI    string  `json:"uri,omitzero"`    // as in AuthStatusParams
	Mode   string  `json:"mode,omitzero"`   // device_code, browser, vscode or azure_cli, from now on; "": as set
	Tenant *string `json:"tenant,omitzero"` // id or domain, from now on for this cluster; "": the account's own; absent: as set
}

// AuthCancelParams names the prompt that the person closed.
type AuthCancelParams struct {
	ID string `json:"id"`
}

// AuthPrompt is what a person must do to sign in. The client answers when it is on the screen, not when the person is done.
type AuthPrompt struct {
	ID        string `json:"id"`
	Kind      string `json:"kind"`              // device: type userCode at url; browser: open url
	UserCode  string `json:"userCode,omitzero"` // device only
	URL       string `json:"url"`
	Message   string `json:"message,omitzero"`   // the authority's own sentence
	ExpiresAt string `json:"expiresAt,omitzero"` // RFC 3339; "" when it doesn't
	Resource  string `json:"resource"`           // the scope
	Reason    string `json:"reason,omitzero"`    // "to query help.kusto.windows.net"
}

// AuthPromptResult says whether the prompt is on the screen.
type AuthPromptResult struct {
	Accepted  bool `json:"accepted"`
	NoBrowser bool `json:"noBrowser,omitzero"` // why not: no browser of this machine can be opened
}

// AuthPromptClosed takes a prompt away.
type AuthPromptClosed struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"` // done, cancelled, expired or failed
}

// AuthVSCodeTokenParams asks for a session of the editor's own Microsoft account.
type AuthVSCodeTokenParams struct {
	Scopes          []string `json:"scopes"`
	Tenant          string   `json:"tenant,omitzero"`
	WWWAuthenticate string   `json:"wwwAuthenticate,omitzero"` // of a challenge that must be met
	Silent          bool     `json:"silent,omitzero"`          // nothing may be shown
	Fresh           bool     `json:"fresh,omitzero"`           // the last token was refused
}

// AuthVSCodeTokenResult is a session; token is "" when there is none.
type AuthVSCodeTokenResult struct {
	Token   string `json:"token"`
	Account string `json:"account,omitzero"`
	Tenant  string `json:"tenant,omitzero"`
}

// AuthStorageKeyParams asks for the key that seals saved sign-ins.
type AuthStorageKeyParams struct {
	Create bool `json:"create"` // make one where there is none
}

// AuthStorageKeyResult is the key.
type AuthStorageKeyResult struct {
	Key string `json:"key"` // 32 bytes in base64; "" when there is none
}

// AuthSecretParams names a secret that settings refer to as vscode:<name>.
type AuthSecretParams struct {
	Name string `json:"name"`
}

// AuthSecretResult is the secret.
type AuthSecretResult struct {
	Value string `json:"value"` // "" when there is none
}

// authMessages lists the messages of sign-in.
func authMessages() []Message {
	list := []Message{
		request[AuthSignInParams, AuthStatus]("AuthSignIn", MethodAuthSignIn, "Signs in; answers when that is done."),
		request[AuthCancelParams, none]("AuthCancel", MethodAuthCancel, "Ends a prompt as the person's refusal."),
		request[AuthStatusParams, none]("AuthSignOut", MethodAuthSignOut, "Signs out and forgets what is saved."),
		request[AuthStatusParams, AuthStatus]("AuthStatus", MethodAuthStatus, "Says who is signed in, asking nobody."),
		request[AuthStatusParams, AuthStatus]("AuthImport", MethodAuthImport, "Takes over the Azure DevOps sign-in of the Codex CLI."),
		request[AuthActParams, AuthActResult]("AuthAct", MethodAuthAct, "Does what a failure's button says, with all that has to be asked."),
		request[AuthOtherWayParams, AuthOtherWayResult]("AuthOtherWay", MethodAuthOtherWay, "Asks for another way to sign in, in place of a prompt."),
	}
	for _, m := range []Message{
		request[AuthPrompt, AuthPromptResult]("AuthPrompt", MethodAuthPrompt, "Shows a person what to do to sign in."),
		request[AuthVSCodeTokenParams, AuthVSCodeTokenResult]("AuthVSCodeToken", MethodAuthVSCodeToken, "Asks for a session of the editor's Microsoft account."),
		request[AuthStorageKeyParams, AuthStorageKeyResult]("AuthStorageKey", MethodAuthStorageKey, "Asks for the key that seals saved sign-ins."),
		request[AuthSecretParams, AuthSecretResult]("AuthSecret", MethodAuthSecret, "Asks for a secret that the editor keeps."),
	} {
		m.Direction = ToClient
		list = append(list, m)
	}
	return append(
		list,
		notify[AuthPromptClosed]("AuthPromptClosed", MethodAuthPromptClosed, "A prompt is over."),
		notify[AuthStatus]("AuthDidChange", MethodAuthDidChange, "Somebody signed in or out, or it failed."),
	)
}
