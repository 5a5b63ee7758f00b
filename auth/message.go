package auth

import (
	"errors"
	"slices"
	"strings"
)

// This file makes of each failure the sentence a person reads and the buttons beside it.

// Action is a next step that a client can offer as a button; a terminal prints its text.
type Action string

// The actions. Their texts are what buttons say.
const (
	ActSignIn       Action = "Sign in"
	ActContinue     Action = "Continue"
	ActVSCode       Action = "VS Code account"
	ActBrowser      Action = "Browser"
	ActDeviceCode   Action = "Code"
	ActNewCode      Action = "New code"
	ActAzLogin      Action = "az login"
	ActTrustHost    Action = "Trust host"
	ActSwitchTenant Action = "Switch tenant"
	ActRetry        Action = "Retry"
)

// Message is what a person reads.
type Message struct {
	Text    string   `json:"text"`
	Actions []Action `json:"actions,omitempty"`
	Quiet   bool     `json:"quiet,omitempty"` // for the status bar only: no dialog
}

// Situation is what a failure happened in. Empty fields are left out of the sentence.
type Situation struct {
	Mode       string  // the mode of sign-in
	Resource   string  // what was wanted: "help.kusto.windows.net", "Azure OpenAI"
	Account    Account // who is signed in
	Tenant     string  // the tenant asked
	Client     string  // the app's id
	Authority  string  // the address asked
	Path       string  // of the certificate
	Background bool    // nobody waits for it
	CanAsk     bool    // a client is there that shows prompts; otherwise the sentence names a command
	NoBrowser  bool    // the client opens no page that could answer to this machine
}

// Describe says what happened and what to do next. err may be anything; what isn't ours gets its own text, redacted.
func Describe(err error, s Situation) Message {
	var e *Error
	if !errors.As(err, &e) {
		return Message{Text: Redact(err.Error())}
	}
	m := describe(e, s)
	m.Text = Redact(m.Text)
	if s.NoBrowser {
		m.Actions = slices.DeleteFunc(m.Actions, func(a Action) bool { return a == ActBrowser })
	}
	if s.Background && (e.Kind == SignInRequired || e.Kind == Unavailable) {
		m.Quiet = true
	}
	if !s.CanAsk {
		m = forTerminal(m, e, s)
	}
	return m
}

// forTerminal replaces buttons by the command that does the same.
func forTerminal(m Message, e *Error, s Situation) Message {
	if e.Kind == Unavailable { // a command is over, and retries nothing
		m.Text = strings.Replace(m.Text, "; will retry.", "; check the network and its proxy, and try again.", 1)
	}
	if next := commandFor(e, s); next != "" && len(m.Actions) > 0 && !strings.Contains(m.Text, next) {
		text := strings.TrimSuffix(m.Text, ".")
		if list, ok := strings.CutSuffix(text, "\n"+ChainHint); ok {
			m.Text = list + "\n" + next + ", or set azure_auth.mode in config.toml"
		} else {
			m.Text = text + "; " + next
		}
	}
	m.Actions = nil
	return m
}

// commandFor is what to type where an editor shows buttons.
func commandFor(e *Error, s Situation) string {
	switch {
	case e.Cause == CauseNoBrowser, e.Cause == CauseExpired && s.Mode == ModeBrowser, e.Kind == Declined && s.Mode == ModeVSCode: // that way would end the same again
		return "run: calypso login --mode device_code"
	case e.Kind == SignInRequired || e.Kind == ClaimsChallenge || e.Kind == Declined:
		return "run: calypso login"
	case e.Kind == Blocked:
		return "run: calypso login --mode browser, or az login and --mode azure_cli"
	case e.Cause == CauseUntrusted:
		return "add it to trusted_hosts in config.toml if you trust it"
	case e.Cause == CauseRefused, e.Kind == Misconfigured: // the account isn't in that tenant
		if e.Tenant != "" {
			return "run: calypso login --tenant " + e.Tenant + ", or set tenant_id for it in config.toml"
		}
		return "another tenant: calypso login --tenant <tenant>"
	}
	return ""
}

// ChainHint ends the list of links that all failed; a terminal has a command in its place.
const ChainHint = "sign in, or set azure_auth.mode"

func describe(e *Error, s Situation) Message {
	switch e.Cause {
	case CauseUntrusted, CauseRefused, CauseUnknownCA, CauseCertificate, CauseIncomplete, CauseChain, CauseNoUI:
		return byCause(e, s)
	}
	switch s.Mode {
	case ModeManagedIdentity, ModeClientSecret, ModeCertificate, ModeAzureCLI, ModeEnvironment, ModeWorkload:
		if e.Kind != Unavailable || e.Cause != "" {
			return machine(e, s)
		}
	}
	return byKind(e, s)
}

// byCause has the sentences that are the same in every mode.
func byCause(e *Error, s Situation) Message {
	switch e.Cause {
	case CauseUntrusted:
		return Message{Text: e.Msg, Actions: []Action{ActTrustHost}}
	case CauseRefused:
		text := signedInAs(s) + ", but " + orText(s.Resource, "the service") + " refused it."
		if e.Tenant != "" {
			text += " It names the tenant " + e.Tenant + "."
		}
		return Message{Text: text, Actions: []Action{ActSwitchTenant}}
	case CauseUnknownCA:
		return Message{Text: "Can't reach " + orText(s.Authority, "the sign-in service") + ": the certificate is from nobody this machine knows. A proxy inspects TLS; set `ca_file`."}
	case CauseNoUI:
		return Message{Text: "Sign in to Azure" + to(s) + ".", Actions: []Action{ActSignIn}}
	case CauseCertificate:
		return Message{Text: sentence(e.Msg)}
	}
	return byChain(e, s)
}

// byChain is for links that all failed, and settings that are missing: the messages say which.
func byChain(e *Error, s Situation) Message {
	m := Message{Text: sentence(e.Msg)}
	if e.Kind == SignInRequired {
		m.Actions = []Action{ActSignIn}
	}
	return m
}

// byKind has the sentences of modes that sign a person in.
func byKind(e *Error, s Situation) Message {
	switch e.Kind {
	case SignInRequired:
		return Message{Text: "Sign in to Azure" + to(s) + ".", Actions: []Action{ActSignIn}}
	case ClaimsChallenge:
		return Message{Text: "Your organisation asks for extra verification for " + orText(s.Resource, "this") + coded(e) + ".", Actions: []Action{ActContinue}}
	case ConsentRequired:
		return Message{Text: orText(s.Client, "This client") + " isn't approved for " + orText(s.Resource, "this service") + " in " + orText(s.Tenant, "your tenant") + coded(e) + "; an administrator can approve it."}
	case Blocked:
		return blocked(e, s)
	case Declined:
		return declined(e, s)
	case Unavailable:
		return unavailable(e, s)
	}
	return mistaken(e, s)
}

func blocked(e *Error, s Situation) Message {
	if e.Cause == CauseNotAssigned {
		who := "Your account isn't assigned to this application"
		if !UserMode(s.Mode) && s.Client != "" {
			who = "The app " + s.Client + " isn't assigned to what it asks for"
		}
		return Message{Text: who + coded(e) + "; an administrator can assign it."}
	}
	if s.Mode == ModeDeviceCode {
		return Message{Text: "Sign-in with a code isn't allowed" + coded(e) + ".", Actions: []Action{ActVSCode, ActBrowser, ActAzLogin}}
	}
	return Message{Text: "Your organisation's policy doesn't allow this sign-in" + coded(e) + ".", Actions: []Action{ActVSCode, ActBrowser, ActAzLogin}}
}

func declined(e *Error, s Situation) Message {
	switch {
	case s.Mode == ModeVSCode:
		return Message{Text: "VS Code wasn't allowed to share your Microsoft account.", Actions: []Action{ActBrowser, ActDeviceCode}}
	case e.Cause == CauseNoBrowser:
		return Message{Text: "Can't open a browser here.", Actions: []Action{ActVSCode, ActDeviceCode}}
	case e.Cause == CauseExpired && s.Mode == ModeBrowser:
		return Message{Text: "No answer came from the browser.", Actions: []Action{ActVSCode, ActDeviceCode}}
	case e.Cause == CauseExpired:
		return Message{Text: "The code expired.", Actions: []Action{ActNewCode}}
	}
	return Message{Text: "Sign-in was cancelled.", Actions: []Action{ActSignIn}}
}

func unavailable(e *Error, s Situation) Message {
	where := orText(s.Authority, "the sign-in service")
	if e.Cause == CauseGarbage {
		return Message{Text: "What answers at " + where + " isn't the sign-in service; a proxy or login page may be in between."}
	}
	return Message{Text: "Can't reach " + where + "; will retry."}
}

// mistaken is for settings that are wrong.
func mistaken(e *Error, s Situation) Message {
	switch e.Code {
	case "AADSTS7000218":
		return Message{Text: "The app" + space(s.Client) + " allows no public client flows" + coded(e) + "; allow them in its registration, or remove client_id."}
	case "AADSTS90002":
		return Message{Text: "The tenant" + space(s.Tenant) + " is unknown" + coded(e) + "; check tenant_id."}
	case "AADSTS700016":
		return Message{Text: "The app" + space(s.Client) + " is unknown in its tenant" + space(s.Tenant) + coded(e) + "; check client_id and tenant_id."}
	case "AADSTS50020", "AADSTS50034":
		return Message{Text: "Your account isn't in that tenant" + space(s.Tenant) + coded(e) + ".", Actions: []Action{ActSwitchTenant}}
	case "AADSTS500011":
		return Message{Text: orText(s.Resource, "The resource") + " is unknown in the tenant" + space(s.Tenant) + coded(e) + "; check scope and tenant_id."}
	case "AADSTS7000215", "AADSTS7000222":
		return Message{Text: "The secret of the app" + space(s.Client) + " is wrong or expired" + coded(e) + "; set a new one."}
	case "AADSTS50126":
		return Message{Text: "The name in AZURE_USERNAME or the password in AZURE_PASSWORD is wrong" + coded(e) + "; set them anew, or choose another mode."}
	case "AADSTS700027":
		if s.Mode == ModeWorkload {
			return Message{Text: "The token in the file that AZURE_FEDERATED_TOKEN_FILE names isn't one that the app" + space(s.Client) + " takes" + coded(e) + "; check the app's federated credentials."}
		}
		return Message{Text: "The certificate" + space(s.Path) + " isn't one of the app" + space(s.Client) + coded(e) + "; upload it, or choose the one that is."}
	}
	return Message{Text: sentence(e.Msg)}
}

// machine has the sentences of modes without a person.
func machine(e *Error, s Situation) Message {
	switch {
	case s.Mode == ModeManagedIdentity && e.Cause == CauseAbsent:
		return Message{Text: "No managed identity here; choose another mode, or run this on an Azure machine that has one."}
	case s.Mode == ModeManagedIdentity && e.Cause == CauseNotAssigned:
		return Message{Text: "The managed identity " + orText(s.Client, "asked for") + " isn't assigned to this machine; assign it, or check client_id, object_id and resource_id."}
	case s.Mode == ModeManagedIdentity && e.Cause == CauseGarbage:
		return Message{Text: "What answers at 169.254.169.254 isn't Azure; choose another mode: a managed identity works on Azure machines only."}
	case s.Mode == ModeAzureCLI:
		return cli(e)
	case e.Kind == Unavailable:
		return unavailable(e, s)
	case e.Kind == Misconfigured:
		return mistaken(e, s)
	}
	m := byKind(e, s)
	m.Actions = nil // there is nobody to press them for
	return m
}

func cli(e *Error) Message {
	switch e.Cause {
	case CauseAbsent:
		return Message{Text: "Azure CLI isn't installed; install it, or choose another mode."}
	case CauseSlow:
		return Message{Text: "az took over 30 s; run it in a terminal to see why."}
	case CauseGarbage:
		return Message{Text: "az answered something unexpected; try: az account get-access-token."}
	}
	return Message{Text: sentence(e.Msg)}
}

func signedInAs(s Situation) string {
	text := "Signed in as " + orText(s.Account.User, "the configured identity")
	if tenant := orText(s.Tenant, s.Account.Tenant); tenant != "" {
		text += " (tenant " + tenant + ")"
	}
	return text
}

func to(s Situation) string {
	if s.Resource == "" {
		return ""
	}
	return " to query " + s.Resource
}

func coded(e *Error) string {
	if e.Code == "" {
		return ""
	}
	return " (" + e.Code + ")"
}

// space puts a name after its kind, where there is one.
func space(name string) string {
	if name == "" {
		return ""
	}
	return " " + name
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// sentence begins with a capital and ends with a stop, as what stands alone does.
func sentence(text string) string {
	if text == "" {
		return "Sign-in failed."
	}
	first, _, _ := strings.Cut(text, " ")
	if c := text[0]; c >= 'a' && c <= 'z' && first != "az" && !strings.ContainsAny(first, "_/.") {
		text = string(c-'a'+'A') + text[1:]
	}
	if !strings.HasSuffix(text, ".") && !strings.Contains(text, "un: ") { // a command is copied: nothing may follow it
		text += "."
	}
	return text
}
