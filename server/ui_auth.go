package server

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"calypso/agent"
	"calypso/auth"
	"calypso/server/protocol"

	lsp "go.lsp.dev/protocol"
	"go.lsp.dev/uri"
)

// What a person does about their sign-in: the commands of the palette, the buttons of a failure, another way in place of a prompt.

func authCommands() []uiCommand {
	const terminal = "run: calypso login"
	return []uiCommand{
		{"signIn", signInCommand, terminal},
		{"signOut", signOutCommand, "run: calypso logout"},
		{"switchTenant", switchTenantCommand, "run: calypso login --tenant TENANT, or set tenant_id in config.toml"},
		{"showAccount", showAccount, "run: calypso whoami"},
	}
}

// standing is who is signed in where a document's queries run.
func (c *call) standing(of string) (protocol.AuthStatus, error) {
	if c.opt.Accounts == nil {
		return protocol.AuthStatus{}, errUnasked
	}
	return c.opt.Accounts.Status(c, c.addressOf(of)), nil
}

func signInCommand(c *call, p *protocol.UICommandParams) error {
	now, err := c.standing(p.URI)
	if err != nil {
		return err
	}
	mode, err := c.pickWay(now)
	if err != nil {
		return err
	}
	return c.signInAs(p.URI, SignInWish{Mode: mode})
}

// pickWay asks for a way; "" is the one that is set, where no person signs in.
func (c *call) pickWay(now protocol.AuthStatus) (string, error) {
	if !now.Prompts {
		return "", nil
	}
	ask := protocol.UIPickParams{Title: "Sign in to Azure", Placeholder: "How to sign in"}
	if now.Resource != "" {
		ask.Title = "Sign in to query " + now.Resource
	}
	way := func(can bool, mode, label, icon, description string) {
		if can {
			ask.Items = append(ask.Items, protocol.UIPickItem{ID: mode, Label: label, Icon: icon, Description: description})
		}
	}
	way(c.can.AuthVSCode, auth.ModeVSCode, "VS Code account", "vscode", "the Microsoft account that VS Code holds")
	way(c.can.AuthBrowser, auth.ModeBrowser, "Browser", "globe", "a page on this machine")
	way(true, auth.ModeDeviceCode, "Code", "key", "to enter on any machine")
	way(true, auth.ModeAzureCLI, "Azure CLI", "terminal", "the account of az login")
	return c.pickOne(c, ask)
}

// signInAs signs in. Where its prompt gives way to another sign-in, that one counts.
func (c *call) signInAs(of string, w SignInWish) error {
	err := c.signInNow(of, w)
	if err != nil && c.prompts.replaced(c) {
		return nil
	}
	return err
}

// signInNow signs in, and shows that it does.
func (c *call) signInNow(of string, w SignInWish) error {
	progress := c.showProgress("Calypso: signing in")
	defer progress.end()
	w.Address = c.addressOf(of)
	_, err := c.opt.Accounts.SignIn(c, w)
	return err
}

func signOutCommand(c *call, p *protocol.UICommandParams) error {
	now, err := c.standing(p.URI)
	if err != nil {
		return err
	}
	question := "Sign out and forget what is saved of the sign-in?"
	if now.Account != "" {
		question = "Sign out " + now.Account + "?"
	}
	if err := c.confirm(c, protocol.UIConfirmParams{Message: question, Button: "Sign Out"}); err != nil {
		return err
	}
	if err := c.opt.Accounts.SignOut(c, c.addressOf(p.URI)); err != nil {
		return err
	}
	c.authChanged(c.opt.Accounts.Status(c, c.addressOf(p.URI)))
	return nil
}

func switchTenantCommand(c *call, p *protocol.UICommandParams) error {
	now, err := c.standing(p.URI)
	if err != nil {
		return err
	}
	if now.Resource == "" {
		c.inform("Choose a connection to a cluster first: a tenant is set for each cluster.")
		return nil
	}
	ask := protocol.UIInputParams{
		Title: "Tenant for " + now.Resource, Prompt: "Id or domain of the tenant; empty for the account's own", Placeholder: "contoso.onmicrosoft.com", Value: now.Tenant,
	}
	if now.Named != "" {
		ask.Value, ask.Prompt = now.Named, "The cluster names this tenant. "+ask.Prompt
	}
	tenant, err := c.input(c, ask, func(value string) string {
		if err := auth.CheckTenant(strings.TrimSpace(value)); err != nil {
			return "A tenant is an id or a domain, as contoso.onmicrosoft.com"
		}
		return ""
	})
	if err != nil {
		return err
	}
	tenant = strings.TrimSpace(tenant)
	return c.signInAs(p.URI, SignInWish{Tenant: &tenant})
}

// authAct is auth/act: a button of a failure was pressed.
func authAct(c *call, p *protocol.AuthActParams) (any, error) {
	again, err := c.act(p)
	if errors.Is(err, errDismissed) {
		return protocol.AuthActResult{}, nil
	}
	return protocol.AuthActResult{Again: again}, err
}

// act does what the button says, and tells whether what failed should be tried again.
func (c *call) act(p *protocol.AuthActParams) (again bool, err error) {
	switch p.Action {
	case agent.ActAgain:
		return p.Retries, nil
	case agent.ActSetUp:
		return false, chatSetUp(c, nil)
	}
	now, err := c.standing(p.URI)
	if err != nil {
		return false, err
	}
	var w SignInWish
	switch auth.Action(p.Action) {
	case auth.ActSwitchTenant:
		err := switchTenantCommand(c, &protocol.UICommandParams{URI: p.URI})
		return err == nil, err
	case auth.ActTrustHost:
		return false, c.trustHost(now, untrustedHost(p.Message))
	case auth.ActContinue:
		if p.Retries { // the request meets its challenge again, and then asks with it
			return true, nil
		}
	case auth.ActVSCode:
		w.Mode = auth.ModeVSCode
	case auth.ActBrowser:
		w.Mode = auth.ModeBrowser
	case auth.ActDeviceCode:
		w.Mode = auth.ModeDeviceCode
	case auth.ActAzLogin: // the client has opened a terminal for it
		w.Mode = auth.ModeAzureCLI
		_, err = c.choose(c, lsp.MessageTypeInfo, "When az login is done in the terminal, go on with its account.", "Use Azure CLI")
	case auth.ActSignIn:
		if now.Mode == auth.ModeDefault { // where a way is set, a person chose it
			w.Mode, err = c.pickWay(now)
		}
	}
	if err == nil {
		err = c.signInAs(p.URI, w)
	}
	return err == nil, err
}

// untrustedHost is the host at the start of httpauth.Untrusted's sentence; "" for others.
func untrustedHost(message string) string {
	host, _, found := strings.Cut(message, " isn't a known ")
	if !found || strings.ContainsAny(host, " \t\n\"") {
		return ""
	}
	return host
}

// trustHost shows how a host is trusted. Who may have tokens is the person's own setting: they write it, with the lines at hand.
func (c *call) trustHost(now protocol.AuthStatus, host string) error {
	if host == "" || now.ConfigFile == "" {
		return nil
	}
	lines := "[azure_auth.trusted_hosts]\n\"" + host + "\" = \"kusto\"\n"
	err := c.confirm(c, protocol.UIConfirmParams{
		Message: "A host that you trust gets your tokens. To trust " + host + ", add these lines to " + now.ConfigFile + ", then restart the server:\n\n" + lines, Button: "Copy Lines and Open File",
	})
	if err != nil {
		return err
	}
	if err := c.copyText(c, lines); err != nil {
		return err
	}
	if _, err := os.Stat(now.ConfigFile); errors.Is(err, fs.ErrNotExist) { // an empty one, to write into
		if err := os.MkdirAll(filepath.Dir(now.ConfigFile), 0o700); err == nil {
			_ = os.WriteFile(now.ConfigFile, nil, 0o600) // where that fails, opening it says why
		}
	}
	return c.openFile(c, string(uri.File(now.ConfigFile)))
}

// authOtherWay is auth/otherWay: another way in place of a prompt. What waits for that one goes on with this one.
func authOtherWay(c *call, p *protocol.AuthOtherWayParams) (any, error) {
	now, err := c.standing(p.URI)
	if err != nil {
		return nil, err
	}
	mode, err := c.pickWay(now)
	if errors.Is(err, errDismissed) {
		return protocol.AuthOtherWayResult{Kept: true}, nil
	}
	if err != nil {
		return nil, err
	}
	over := c.prompts.replace()
	if c.prompts.isOpen(p.ID) {
		c.opt.Accounts.Cancel()
	}
	err = c.signInNow(p.URI, SignInWish{Mode: mode})
	over(err == nil)
	return protocol.AuthOtherWayResult{}, err
}

// offerImport asks once whether the sign-in of the Codex CLI is to serve here too.
func (s *Server) offerImport(now protocol.AuthStatus, address string) {
	const yes = "Import"
	chosen, err := s.choose(s.ctx, lsp.MessageTypeInfo, "The Codex CLI is signed in to Azure DevOps ("+now.Import+"). Use that sign-in for "+now.Resource+" too?", yes, "Not Now")
	if err != nil || chosen != yes {
		return
	}
	if _, err := s.opt.Accounts.Import(s.ctx, address); err != nil {
		s.say(err.Error())
	}
}
