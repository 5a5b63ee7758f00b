package source

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"time"

	"calypso/auth"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
)

// This file borrows the account of a command-line tool: az, azd, PowerShell. Each call starts the tool; the Broker keeps the token.

// The links of the default chain that are no modes.
const (
	LinkAzd        = "azd"
	LinkPowerShell = "azure_powershell"
)

const cliLimit = 30 * time.Second

// tool is one command-line tool.
type tool struct {
	mode, title string
	programs    []string // any of them will do
	login       string   // the command that signs in
}

var (
	azTool         = tool{auth.ModeAzureCLI, "Azure CLI", []string{"az"}, "az login"}
	azdTool        = tool{LinkAzd, "Azure Developer CLI", []string{"azd"}, "azd auth login"}
	powerShellTool = tool{LinkPowerShell, "Azure PowerShell", []string{"pwsh", "powershell"}, "Connect-AzAccount"}
)

func (b builder) azureCLI() *machine {
	return b.cli(azTool, func() (azcore.TokenCredential, error) {
		return azidentity.NewAzureCLICredential(&azidentity.AzureCLICredentialOptions{
			TenantID: b.cfg.TenantID, Subscription: b.cfg.Subscription, AdditionallyAllowedTenants: []string{"*"},
		})
	})
}

func (b builder) azd() *machine {
	return b.cli(azdTool, func() (azcore.TokenCredential, error) {
		return azidentity.NewAzureDeveloperCLICredential(&azidentity.AzureDeveloperCLICredentialOptions{TenantID: b.cfg.TenantID, AdditionallyAllowedTenants: []string{"*"}})
	})
}

func (b builder) powerShell() *machine {
	return b.cli(powerShellTool, func() (azcore.TokenCredential, error) {
		return azidentity.NewAzurePowerShellCredential(&azidentity.AzurePowerShellCredentialOptions{TenantID: b.cfg.TenantID, AdditionallyAllowedTenants: []string{"*"}})
	})
}

func (b builder) cli(t tool, open func() (azcore.TokenCredential, error)) *machine {
	m := &machine{builder: b, mode: t.mode, name: t.title + " account", limit: cliLimit, noClaims: true}
	m.make = func(context.Context) (azcore.TokenCredential, error) {
		if !t.installed() {
			return nil, t.absent()
		}
		cred, err := open()
		if err != nil {
			return nil, misconfigured("%s doesn't take tenant_id %q or subscription %q; use their ids", t.title, b.cfg.TenantID, b.cfg.Subscription)
		}
		return cred, nil
	}
	m.classify = func(ctx context.Context, _ *record, err error, r auth.Req) error {
		return t.failure(ctx, err, r, b.cfg.TenantID)
	}
	return m
}

func (t tool) installed() bool {
	for _, p := range t.programs {
		if _, err := exec.LookPath(p); err == nil {
			return true
		}
	}
	return false
}

func (t tool) absent() error {
	return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseAbsent, Msg: t.title + " isn't installed"}
}

// failure knows a tool's ways to fail. What the tool printed is looked at, and never shown.
func (t tool) failure(ctx context.Context, err error, r auth.Req, tenant string) error {
	if r.Tenant != "" {
		tenant = r.Tenant
	}
	command := t.login
	if tenant != "" && t.mode == auth.ModeAzureCLI {
		command += " --tenant " + tenant
	}
	if r.Claims != "" && t.mode == auth.ModeAzureCLI {
		encoded := base64.StdEncoding.EncodeToString([]byte(r.Claims))
		return &auth.Error{Kind: auth.ClaimsChallenge, Cause: auth.CauseNotLoggedIn, Claims: r.Claims, Msg: "run: " + command + " --claims-challenge " + encoded}
	}
	var failed *azidentity.AuthenticationFailedError
	text := err.Error()
	switch {
	case ctx.Err() != nil:
		return &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseSlow, Msg: t.title + " took over " + cliLimit.String()}
	case isJSONError(err), !errors.As(err, &failed) && strings.Contains(text, "expiration time"):
		return &auth.Error{Kind: auth.Unavailable, Cause: auth.CauseGarbage, Msg: t.title + " answered something unexpected"}
	case strings.Contains(text, "not found on path"):
		return t.absent()
	case auth.KindOf(auth.FromCode(text, t.mode)) == auth.ClaimsChallenge, loginWanted(text):
		return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseNotLoggedIn, Msg: "run: " + command}
	}
	if byCode := auth.FromCode(text, t.mode); byCode != nil {
		return byCode
	}
	return &auth.Error{Kind: auth.Misconfigured, Cause: auth.CauseNotLoggedIn, Msg: t.title + " gave no token; run: " + command}
}

func isJSONError(err error) bool {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	return errors.As(err, &syntax) || errors.As(err, &kind)
}

// loginWanted finds the tools' own request to sign in, in their messages that don't change: they name the command.
func loginWanted(text string) bool {
	for _, command := range []string{"az login", "azd auth login", "Connect-AzAccount"} {
		if strings.Contains(text, command) {
			return true
		}
	}
	return false
}
