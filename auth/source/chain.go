package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"calypso/auth"
)

// This file is mode default: links that are tried in turn, silently, each with its reason when it has nothing to give. It is ours and
// not the SDK's, because that one stops at a stale secret though az works, takes any answer at IMDS's address for IMDS, has no VS Code
// link and hides the reasons.

// LinkReport is what one link of the chain says; doctor prints it.
type LinkReport struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Reason string `json:"reason"` // why not; "" when it works
}

// Reporter is a source that can say how each of its links stands. The default mode's is one.
type Reporter interface {
	// Links tries every link for a scope, in order, and prompts nobody.
	Links(ctx context.Context, r auth.Req) []LinkReport
}

type link struct {
	name string
	src  auth.Source
	why  error                                    // it can't even try; nil when it can
	here func(ctx context.Context) (bool, string) // says whether it takes part; nil is always
	stop bool                                     // its failure ends the chain: it was set up on purpose
}

type chain struct {
	builder
	links []link
	user  auth.Source // prompts, and is the last link; nil where AZURE_TOKEN_CREDENTIALS leaves it out

	mu       sync.Mutex // guards below
	winner   int        // index of the link that worked last; -1 for none
	explicit bool       // the person signed in: that session wins until sign-out
	recalled bool       // they did so in an earlier run: it wins while it is there
}

// LinkSession is the name of the link that is a person's saved session. Others have their mode's name where there is a mode.
const LinkSession = "user session"

// credentialNames are AZURE_TOKEN_CREDENTIALS' names for links, in lower case.
var credentialNames = map[string]string{
	"environmentcredential": auth.ModeEnvironment, "workloadidentitycredential": auth.ModeWorkload, "managedidentitycredential": auth.ModeManagedIdentity,
	"azureclicredential": auth.ModeAzureCLI, "azuredeveloperclicredential": LinkAzd, "azurepowershellcredential": LinkPowerShell,
	"visualstudiocodecredential": auth.ModeVSCode, "interactivebrowsercredential": LinkSession, "devicecodecredential": LinkSession,
}

func (b builder) chain() (auth.Source, error) {
	session, err := b.session()
	if err != nil {
		return nil, err
	}
	all := []link{b.environmentLink(), b.workloadLink(), b.managedLink()}
	all = append(all,
		link{name: auth.ModeAzureCLI, src: b.azureCLI()}, link{name: LinkAzd, src: b.azd()}, link{name: LinkPowerShell, src: b.powerShell()})
	if v, err := b.vscode(); err != nil {
		all = append(all, link{name: auth.ModeVSCode, why: err})
	} else {
		all = append(all, link{name: auth.ModeVSCode, src: v})
	}
	all = append(all, link{name: LinkSession, src: session})
	chosen, err := choose(all, b.env.getenv("AZURE_TOKEN_CREDENTIALS"))
	if err != nil {
		return nil, err
	}
	return &chain{builder: b, links: chosen, user: session, winner: -1, recalled: b.cfg.Opened}, nil
}

// session is the person's sign-in, by the flow that is preferred here.
func (b builder) session() (auth.Source, error) {
	switch b.cfg.Prefer {
	case "", auth.ModeDeviceCode:
		return b.user(auth.ModeDeviceCode)
	case auth.ModeBrowser:
		return b.user(auth.ModeBrowser)
	case auth.ModeVSCode:
		return b.vscode()
	}
	return nil, misconfigured("a prompt can be by vscode, browser or device_code, not by %q", b.cfg.Prefer)
}

func choose(all []link, filter string) ([]link, error) {
	filter = strings.ToLower(strings.TrimSpace(filter))
	var wanted []string
	switch {
	case filter == "":
		return all, nil
	case filter == "dev":
		wanted = []string{auth.ModeAzureCLI, LinkAzd, LinkPowerShell}
	case filter == "prod":
		wanted = []string{auth.ModeEnvironment, auth.ModeWorkload, auth.ModeManagedIdentity}
	case credentialNames[filter] != "":
		wanted = []string{credentialNames[filter]}
	default:
		return nil, misconfigured("AZURE_TOKEN_CREDENTIALS is %q; set it to dev, prod or a credential's name, as AzureCLICredential", filter)
	}
	var chosen []link
	for _, l := range all {
		for _, name := range wanted {
			if l.name == name {
				chosen = append(chosen, l)
			}
		}
	}
	return chosen, nil
}

// app is the builder of a link that takes its app from the environment.
func (b builder) app(mode string) builder {
	b.cfg.Mode, b.cfg.ClientID = mode, ""
	b.cfg = b.cfg.filled(b.env)
	return b
}

func (b builder) environmentLink() link {
	src, err := b.app(auth.ModeEnvironment).environment()
	return link{name: auth.ModeEnvironment, src: src, why: err, stop: true}
}

func (b builder) workloadLink() link {
	src, err := b.app(auth.ModeWorkload).workload()
	return link{name: auth.ModeWorkload, src: src, why: err, stop: true}
}

// managedLink names the identity by AZURE_CLIENT_ID, as the SDK does.
func (b builder) managedLink() link {
	b.cfg.ClientID = b.env.getenv("AZURE_CLIENT_ID")
	src, err := b.managed()
	return link{name: auth.ModeManagedIdentity, src: src, why: err, here: b.proven}
}

// Silent asks the link that worked last, else all in order. A session of the person's own making goes first.
func (c *chain) Silent(ctx context.Context, r auth.Req) (auth.Token, error) {
	winner, explicit := c.standing()
	if explicit {
		return c.user.Silent(ctx, r)
	}
	if winner >= 0 {
		t, err := c.links[winner].src.Silent(ctx, r)
		if err == nil || ctx.Err() != nil || auth.KindOf(err) == auth.Unavailable || auth.KindOf(err) == auth.ClaimsChallenge {
			return t, err
		}
		c.won(-1)
	}
	return c.inTurn(ctx, r)
}

func (c *chain) inTurn(ctx context.Context, r auth.Req) (auth.Token, error) {
	var reasons []string
	var serious error
	for i, l := range c.links {
		t, err := l.try(ctx, r)
		switch {
		case err == nil:
			c.won(i)
			return t, nil
		case ctx.Err() != nil:
			return auth.Token{}, err
		case l.stop && !isIncomplete(err):
			return auth.Token{}, err
		case l.name == LinkSession || l.name == auth.ModeVSCode:
			// A session that exists and can't be used now isn't the same as none.
			if k := auth.KindOf(err); serious == nil && k != auth.SignInRequired && k != auth.Misconfigured {
				serious = err
			}
		}
		reasons = append(reasons, l.name+": "+l.reason(err))
	}
	if serious != nil {
		return auth.Token{}, serious
	}
	return auth.Token{}, &auth.Error{
		Kind: auth.SignInRequired, Cause: auth.CauseChain, Msg: "no way to sign in worked:\n  " + strings.Join(reasons, "\n  ") + "\n" + auth.ChainHint,
	}
}

// try asks one link, if it can take part.
func (l link) try(ctx context.Context, r auth.Req) (auth.Token, error) {
	if l.why != nil {
		return auth.Token{}, l.why
	}
	if l.here != nil {
		if here, why := l.here(ctx); !here {
			return auth.Token{}, incomplete("%s", why)
		}
	}
	return l.src.Silent(ctx, r)
}

// reason is why a link has nothing to give, in a list that begins with its name. Its next step would be to choose a mode, which the list
// itself says.
func (l link) reason(err error) string {
	text := strings.TrimSuffix(auth.Redact(err.Error()), "; set it, or choose another mode")
	text, _, _ = strings.Cut(strings.TrimPrefix(text, l.name+" "), "; run: ")
	if first, _, more := strings.Cut(text, "\n"); more {
		return first
	}
	return text
}

func (c *chain) won(i int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.winner = i
}

// Links tries every link.
func (c *chain) Links(ctx context.Context, r auth.Req) []LinkReport {
	reports := make([]LinkReport, 0, len(c.links))
	for _, l := range c.links {
		report := LinkReport{Name: l.name}
		if _, err := l.try(ctx, r); err != nil {
			report.Reason = l.reason(err)
		} else {
			report.OK = true
		}
		reports = append(reports, report)
	}
	return reports
}

// SignIn opens the person's session. One that the person asked for wins until sign-out; one that a failed chain led to is only the link
// that works now.
func (c *chain) SignIn(ctx context.Context, r auth.Req, ui auth.UI) error {
	if err := c.user.SignIn(ctx, r, ui); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.winner = slices.IndexFunc(c.links, func(l link) bool { return l.name == LinkSession })
	c.explicit = r.Explicit || c.winner < 0
	return nil
}

// SignOut forgets the session; afterwards the chain begins anew.
func (c *chain) SignOut(ctx context.Context) error {
	c.mu.Lock()
	c.explicit, c.recalled, c.winner = false, false, -1
	c.mu.Unlock()
	failed := c.user.SignOut(ctx)
	for _, l := range c.links {
		if l.src != nil && l.src != c.user {
			failed = errors.Join(failed, l.src.SignOut(ctx))
		}
	}
	if failed != nil {
		return fmt.Errorf("sign out: %w", failed)
	}
	return nil
}

// CanPrompt is true: the person's session can always be opened.
func (c *chain) CanPrompt() bool { return true }

// Account is that of the link that works, else that of the saved session.
func (c *chain) Account() auth.Account {
	winner, explicit := c.standing()
	if winner >= 0 && !explicit {
		return c.links[winner].src.Account()
	}
	return c.user.Account()
}

// Way names the link that gives tokens; "" before one did.
func (c *chain) Way() string {
	winner, explicit := c.standing()
	switch {
	case explicit:
		return LinkSession
	case winner >= 0:
		return c.links[winner].name
	}
	return ""
}

// standing is the link that worked last, and whether the person's own session goes before it.
func (c *chain) standing() (winner int, explicit bool) {
	c.mu.Lock()
	winner, explicit = c.winner, c.explicit
	recalled := c.recalled
	c.mu.Unlock()
	return winner, explicit || recalled && c.user.Account() != auth.Account{}
}
