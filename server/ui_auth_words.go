package server

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"calypso/auth"
	"calypso/auth/source"
	"calypso/auth/store"
	"calypso/server/protocol"
)

// What is said of a sign-in: the line of the status bar, and the list behind a click on it.

var modeNames = map[string]string{
	auth.ModeDeviceCode: "by code", auth.ModeBrowser: "by browser", auth.ModeVSCode: "VS Code account", auth.ModeAzureCLI: "Azure CLI",
	auth.ModeManagedIdentity: "managed identity", auth.ModeClientSecret: "app with secret", auth.ModeCertificate: "app with certificate",
	auth.ModeEnvironment: "from the environment", auth.ModeWorkload: "workload identity", auth.ModeDefault: "default",
	source.LinkSession: "own sign-in", source.LinkAzd: "Azure Developer CLI", source.LinkPowerShell: "Azure PowerShell",
}

// modeName is how one signs in, in words; of mode default it is the way that works.
func modeName(now protocol.AuthStatus) string {
	mode := cmp.Or(now.Way, now.Mode)
	return cmp.Or(modeNames[mode], mode)
}

// bar is what the status bar says; nil for nothing.
func bar(now protocol.AuthStatus) *protocol.AuthBar {
	place := cmp.Or(now.Resource, "Azure")
	switch now.State {
	case protocol.AuthSignedIn:
		who, how := cmp.Or(now.Account, modeName(now)), ""
		if now.Account != "" {
			how = " (" + modeName(now) + ")"
		}
		tooltip := "Signed in as " + who + how
		if now.Tenant != "" {
			tooltip += ", tenant " + now.Tenant
		}
		tooltip += "."
		if now.Note != "" {
			tooltip += " Kept for this session only: " + now.Note + "."
		}
		return &protocol.AuthBar{Text: who + how, Icon: "account", Tooltip: tooltip + " Click for more."}
	case protocol.AuthAsking:
		return &protocol.AuthBar{Text: "Signing in", Icon: "sync~spin", Tooltip: "A sign-in to " + place + " is under way."}
	case protocol.AuthFailing:
		return &protocol.AuthBar{Text: "Sign-in", Icon: "warning", Tooltip: cmp.Or(now.Message, "Sign-in failed.") + " Click for more.", Warning: true}
	}
	if now.Resource == "" {
		return nil
	}
	return &protocol.AuthBar{Text: "Sign in", Icon: "account", Tooltip: "Nobody is signed in to " + place + " (" + modeName(now) + "). Click to sign in.", Offer: true}
}

// accountTitle says who, how and where to, in one line.
func accountTitle(now protocol.AuthStatus) string {
	who := "Nobody is signed in"
	switch {
	case now.Account != "":
		who = now.Account + " (" + modeName(now) + ")"
	case now.State == protocol.AuthSignedIn:
		who = modeName(now)
	}
	parts := []string{who}
	if now.Tenant != "" {
		parts = append(parts, "tenant "+now.Tenant)
	}
	if now.Resource != "" {
		parts = append(parts, now.Resource)
	}
	return strings.Join(parts, " · ")
}

var storageNames = map[string]string{
	store.HolderClient: "sealed; VS Code keeps the key", store.HolderKeyring: "sealed; the keyring keeps the key", store.HolderKernel: "sealed; kept until this machine restarts",
	store.HolderFile: "sealed; the key is a file", store.HolderMemory: "for this session only",
}

// showAccount is what the status bar's click shows: who, where to, and what can be changed.
func showAccount(c *call, p *protocol.UICommandParams) error {
	now, err := c.standing(p.URI)
	if err != nil {
		return err
	}
	actions := map[string]func(*call, *protocol.UICommandParams) error{
		"signIn": signInCommand, "switchTenant": switchTenantCommand, "signOut": signOutCommand,
		"import": func(c *call, p *protocol.UICommandParams) error {
			_, err := c.opt.Accounts.Import(c, c.addressOf(p.URI))
			if err == nil {
				c.inform("The sign-in of the Codex CLI is taken over.")
			}
			return err
		},
	}
	chosen, err := c.pickOne(c, protocol.UIPickParams{Title: accountTitle(now), Placeholder: "What to do with the sign-in", Items: accountItems(now, time.Now())})
	if err != nil || actions[chosen] == nil {
		return err
	}
	return actions[chosen](c, p)
}

func accountItems(now protocol.AuthStatus, at time.Time) []protocol.UIPickItem {
	var items []protocol.UIPickItem
	add := func(id, icon, label, description string) {
		items = append(items, protocol.UIPickItem{ID: id, Icon: icon, Label: label, Description: description})
	}
	heading := func(label string) {
		items = append(items, protocol.UIPickItem{Label: label, Kind: protocol.UISeparator})
	}
	if now.Message != "" {
		add("message", "warning", now.Message, "")
	}
	if now.State == protocol.AuthSignedIn {
		add("signIn", "sign-in", "Sign in another way", "")
	} else {
		add("signIn", "sign-in", "Sign in", "")
	}
	if now.Resource != "" {
		add("switchTenant", "organization", "Switch tenant", named(now))
	}
	if now.Import != "" {
		add("import", "cloud-download", "Import the sign-in of the Codex CLI", "")
	}
	if now.State == protocol.AuthSignedIn {
		add("signOut", "sign-out", "Sign out", "")
	}
	if len(now.Services) > 0 {
		heading("tokens at hand")
	}
	for i, s := range now.Services {
		add(fmt.Sprint("token ", i), "key", strings.TrimSuffix(s.Scope, "/.default"), tokenDetail(s, at))
	}
	if now.Storage != "" {
		heading("saved sign-in")
		add("storage", "lock", cmp.Or(storageNames[now.Storage], now.Storage), now.Note)
	}
	return items
}

func named(now protocol.AuthStatus) string {
	if now.Named == "" {
		return ""
	}
	return "the cluster names " + now.Named
}

// tokenDetail says how long a token lives, which reads the same in every time zone.
func tokenDetail(s protocol.AuthService, at time.Time) string {
	text := ""
	if end, err := time.Parse(time.RFC3339, s.Expires); err == nil {
		text = fmt.Sprintf("for %d more minutes", max(0, int(end.Sub(at).Round(time.Minute).Minutes())))
	}
	if s.Tenant != "" {
		text += ", tenant " + s.Tenant
	}
	return strings.TrimPrefix(text, ", ")
}
