package account_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"calypso/auth"
	"calypso/auth/source"
	"calypso/auth/store"
	"calypso/internal/fakeentra"
	"calypso/server/protocol"
)

const withUI = `{"kusto":{"version":1},"ui":{"version":1},"auth":{"prompt":true,"vscodeAccount":true,"storageKey":true,"browser":true}}`

// person answers what the server asks by ui/* and by messages, and notes it.
type person struct {
	*peer
	t     *testing.T
	asked []string // titles and messages
	picks []protocol.UIPickParams
	pick  string // id to choose; "" leaves
	input string
	yes   bool
	press string // button of a message
}

func (d *desk) sit() *person {
	p := &person{t: d.t, yes: true}
	p.peer = d.open(withUI)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers[protocol.MethodUIPick] = func(raw json.RawMessage) any {
		var ask protocol.UIPickParams
		d.read(raw, &ask)
		p.asked, p.picks = append(p.asked, ask.Title), append(p.picks, ask)
		if p.pick == "" {
			return json.RawMessage("null")
		}
		return protocol.UIPickResult{IDs: []string{p.pick}}
	}
	p.answers[protocol.MethodUIInput] = func(raw json.RawMessage) any {
		var ask protocol.UIInputParams
		d.read(raw, &ask)
		p.asked = append(p.asked, ask.Title+" ["+ask.Value+"] "+ask.Problem)
		if ask.Problem != "" {
			return json.RawMessage("null")
		}
		return protocol.UIInputResult{Value: p.input}
	}
	p.answers[protocol.MethodUIConfirm] = func(raw json.RawMessage) any {
		var ask protocol.UIConfirmParams
		d.read(raw, &ask)
		p.asked = append(p.asked, ask.Message)
		return protocol.UIConfirmResult{Yes: p.yes}
	}
	p.answers[protocol.MethodUICopy] = func(raw json.RawMessage) any {
		p.asked = append(p.asked, "copied "+string(raw))
		return json.RawMessage("{}")
	}
	p.answers["window/showMessageRequest"] = func(raw json.RawMessage) any {
		var ask struct{ Message string }
		d.read(raw, &ask)
		p.asked = append(p.asked, ask.Message)
		return map[string]string{"title": p.press}
	}
	p.answers["window/showDocument"] = func(json.RawMessage) any { return map[string]bool{"success": true} }
	return p
}

func (p *person) command(name string) {
	p.call(protocol.MethodUICommand, map[string]string{"command": name}, nil)
}

func (p *person) act(action, message string) bool {
	var done protocol.AuthActResult
	p.call(protocol.MethodAuthAct, protocol.AuthActParams{Action: action, Message: message, Retries: true}, &done)
	return done.Again
}

// The commands of the palette and what they ask; the status bar follows.
func TestCommands(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	d.onPrompt = approving
	p := d.sit()
	if s := status(p.peer); s.Bar == nil || s.Bar.Text != "Sign in" || !s.Bar.Offer {
		t.Errorf("before: %+v", s.Bar)
	}
	p.command("signIn") // the person leaves
	if s := status(p.peer); s.State != protocol.AuthSignedOut {
		t.Errorf("left, but %+v", s)
	}
	var ways []string
	for _, item := range p.picks[0].Items {
		ways = append(ways, item.Label)
	}
	if got := strings.Join(ways, ", "); p.asked[0] != "Sign in to query help.kusto.windows.net" || got != "VS Code account, Browser, Code, Azure CLI" {
		t.Errorf("%q: %s", p.asked[0], got)
	}
	p.pick = auth.ModeDeviceCode
	p.command("signIn")
	if s := status(p.peer); s.Bar == nil || s.Bar.Text != fakeentra.User+" (by code)" || s.Bar.Offer || !strings.HasPrefix(s.Bar.Tooltip, "Signed in as "+fakeentra.User+" (by code), tenant "+fakeentra.Tenant+".") {
		t.Errorf("after: %+v", s.Bar)
	}
	p.pick, p.input = "switchTenant", "no tenant"
	p.command("showAccount")
	list := p.picks[len(p.picks)-1]
	var labels []string
	for _, item := range list.Items {
		labels = append(labels, item.Label)
	}
	if got := strings.Join(labels, ", "); list.Title != fakeentra.User+" (by code) · tenant "+fakeentra.Tenant+" · help.kusto.windows.net" ||
		got != "Sign in another way, Switch tenant, Sign out, tokens at hand, https://help.kusto.windows.net, saved sign-in, sealed; VS Code keeps the key" {
		t.Errorf("%s: %s", list.Title, got)
	}
	if last := p.asked[len(p.asked)-1]; !strings.Contains(last, "A tenant is an id or a domain") {
		t.Errorf("asked %q", last)
	}
	p.input = "fabrikam.example"
	p.command("switchTenant")
	if s := status(p.peer); s.Tenant != "fabrikam.example" {
		t.Errorf("got %+v", s)
	}
	p.yes = false
	p.command("signOut")
	if s := status(p.peer); s.State != protocol.AuthSignedIn || p.asked[len(p.asked)-1] != "Sign out "+fakeentra.User+"?" {
		t.Errorf("signed out without a yes: %+v %q", s, p.asked)
	}
	p.yes = true
	p.command("signOut")
	if s := status(p.peer); s.State != protocol.AuthSignedOut {
		t.Errorf("got %+v", s)
	}
}

// The buttons of failures.
func TestButtons(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	d.onPrompt = approving
	d.settings.Path = filepath.Join(d.folder, "new", "config.toml")
	p := d.sit()
	const guest = "44444444-4444-4444-4444-444444444444"
	fake.Set(func(k *fakeentra.Knobs) { k.Tenants = map[string]string{"help.kusto.windows.net": guest} })
	if e := p.fails(protocol.MethodQueryRun, query); !strings.Contains(e.Message, guest) {
		t.Fatalf("got %+v", e)
	}
	p.input = guest
	if !p.act("Switch tenant", "") || p.asked[len(p.asked)-1] != "Tenant for help.kusto.windows.net ["+guest+"] " {
		t.Errorf("asked %q", p.asked)
	}
	rows(t, p.peer)
	if !p.act("Continue", "") || p.act("Trust host", "Sign-in was cancelled.") {
		t.Error("what waits isn't told right")
	}
	if p.act("Trust host", "kusto.contoso.example isn't a known Kusto endpoint; token not sent") {
		t.Error("a host is trusted only after a restart")
	}
	if got := strings.Join(p.asked[len(p.asked)-2:], "|"); !strings.Contains(got, "To trust kusto.contoso.example") || !strings.Contains(got, `kusto.contoso.example\" = \"kusto\"`) {
		t.Errorf("asked %s", got)
	}
	if body, err := os.ReadFile(d.settings.Path); err != nil || len(body) != 0 {
		t.Errorf("the file to write into: %q %v", body, err)
	}
	p.press = "Use Azure CLI"
	if e := p.fails(protocol.MethodAuthAct, protocol.AuthActParams{Action: "az login"}); !strings.Contains(e.Message, "Azure CLI") && !strings.Contains(e.Message, "az login") {
		t.Errorf("got %+v", e)
	}
	d.vscode = func(protocol.AuthVSCodeTokenParams) protocol.AuthVSCodeTokenResult {
		return protocol.AuthVSCodeTokenResult{Token: fake.Issue(cluster), Account: "bea@contoso.example"}
	}
	if !p.act("VS Code account", "") || status(p.peer).Account != "bea@contoso.example" {
		t.Errorf("got %+v", status(p.peer))
	}
}

// A prompt gives way to another sign-in, and what waited for it goes on.
func TestAnotherWayInPlaceOfAPrompt(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	shown := make(chan string, 10)
	d.onPrompt = func(p protocol.AuthPrompt) protocol.AuthPromptResult {
		shown <- p.ID
		return protocol.AuthPromptResult{Accepted: true}
	}
	p := d.sit()
	wait := p.begin(protocol.MethodQueryRun, query)
	id := <-shown
	var left protocol.AuthOtherWayResult
	p.call(protocol.MethodAuthOtherWay, protocol.AuthOtherWayParams{ID: id}, &left)
	if !left.Kept {
		t.Error("the person left the choice, so the prompt stays")
	}
	d.vscode = func(protocol.AuthVSCodeTokenParams) protocol.AuthVSCodeTokenResult {
		return protocol.AuthVSCodeTokenResult{Token: fake.Issue(cluster), Account: "bea@contoso.example"}
	}
	p.mu.Lock()
	p.pick = auth.ModeVSCode
	p.mu.Unlock()
	left = protocol.AuthOtherWayResult{}
	p.call(protocol.MethodAuthOtherWay, protocol.AuthOtherWayParams{ID: id}, &left)
	if a := wait(); a.Error != nil || left.Kept {
		t.Errorf("the query didn't go on: %+v", a.Error)
	}
	p.until(protocol.MethodAuthPromptClosed, id)
}

// The sign-in of the Codex CLI is offered once on a machine.
func TestImportIsOfferedOnce(t *testing.T) {
	d := newDesk(t, auth.ModeDeviceCode)
	path := store.CodexPath(d.env["CODEX_HOME"])
	if err := os.WriteFile(path, []byte(`{"access_token":"x","refresh_token":"`+fake.IssueRefresh(source.AzureCLIClient)+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	p := d.sit()
	p.press = "Import"
	status(p.peer)
	p.until(protocol.MethodAuthDidChange, fakeentra.User)
	p.command("signOut")
	status(p.peer)
	again := d.sit()
	status(again.peer)
	rows := slices.Concat(p.asked, again.asked)
	offers := 0
	for _, asked := range rows {
		if strings.HasPrefix(asked, "The Codex CLI is signed in to Azure DevOps") {
			offers++
		}
	}
	if offers != 1 {
		t.Errorf("%d offers: %q", offers, rows)
	}
}
