package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"calypso/assistant"
	"calypso/auth"
	"calypso/auth/httpauth"
	"calypso/auth/store"
	"calypso/config"
	"calypso/connection"
	"calypso/identity"
	"calypso/kql/text"
)

func doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "check settings, sign-in, clusters and the model, step by step",
		Long: `Goes through what a query or a question needs, and says of each step whether it works and, if not, what to do: config.toml, each
identity and (in mode default) each of its ways, each cluster, the model's endpoint. Nobody is prompted, no query runs, no question is
asked; keys and tokens aren't shown.

Exit code 0: all is well; 1: something isn't; 2: config.toml can't be read.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return doctor(cmd) },
	}
}

// checkup prints the steps and remembers whether one failed.
type checkup struct {
	ctx    context.Context //nolint:containedctx // of one command
	out    io.Writer
	failed bool
}

// step tells of one thing; detail is what is there, or "".
func (c *checkup) step(what, detail string, err error) {
	if err != nil {
		c.failed = true
		fmt.Fprintf(c.out, "✗ %s: %s\n", what, auth.Redact(err.Error()))
		return
	}
	if detail != "" {
		detail = ": " + detail
	}
	fmt.Fprintf(c.out, "✓ %s%s\n", what, detail)
}

// note tells of something that isn't wrong by itself.
func (c *checkup) note(text string) { fmt.Fprintf(c.out, "· %s\n", auth.Redact(text)) }

func doctor(cmd *cobra.Command) error {
	c := &checkup{ctx: cmd.Context(), out: cmd.OutOrStdout()}
	settings, warnings, err := config.Load(os.Getenv)
	if err != nil {
		c.step("config.toml", "", err)
		return &exit{code: exitUsage}
	}
	if settings.Found {
		c.step("config.toml", settings.Path, nil)
	} else {
		c.note("config.toml: there is none at " + settings.Path + "; the embedded engine works without")
	}
	for _, w := range warnings {
		c.note(w.String())
	}
	for _, name := range []string{config.EnvClusterURL, config.EnvDatabase, config.EnvModel, config.EnvProvider} {
		if v := os.Getenv(name); v != "" {
			c.note(name + " is set, and wins over the file")
		}
	}
	ids := identities(cmd, settings, nil, "")
	c.identities(ids)
	c.model(ids)
	if c.failed {
		return &exit{code: exitFindings}
	}
	return nil
}

// identities checks each identity, and the clusters that it is for.
func (c *checkup) identities(ids *identity.Identities) {
	all, err := resources(ids)
	if err != nil {
		c.step("sign-in", "", err)
		return
	}
	first, err := used(ids)
	if err != nil {
		c.step("sign-in", "", err)
		return
	}
	for _, f := range first {
		c.identity(ids, f, len(all) == 0)
		for _, r := range all {
			if r.id.Broker != f.id.Broker {
				continue
			}
			err := silently(c.ctx, r)
			if manyLines(err) {
				err = errors.New("nobody is signed in, as said above")
			}
			c.step("token for "+r.name, "", err)
			if err == nil && r.url != "" && r.scope != nil && !strings.Contains(r.url, "/openai/") {
				c.cluster(ids, r)
			}
		}
	}
	if k := ids.Settings().Kusto; strings.HasPrefix(k.ClusterURL, "http://") {
		c.cluster(ids, resource{name: hostOf(k.ClusterURL), url: k.ClusterURL})
	}
}

// identity tells of one identity. Where nothing is set that needs it, that it has no token is no fault.
func (c *checkup) identity(ids *identity.Identities, f resource, idle bool) {
	what := "sign-in (mode " + f.id.Mode + ")"
	err := silently(c.ctx, f)
	if err != nil && auth.KindOf(err) == "" { // the cluster is out of reach, which says nothing about the sign-in
		err = silently(c.ctx, anyService(ids, f.id))
	}
	links := f.id.Links(c.ctx, auth.Req{Scope: f.id.Cloud.Scope(auth.KeyVault)})
	if len(links) > 0 && manyLines(err) { // the lines follow
		err = errors.New("no way to sign in works; run: calypso login, or set azure_auth.mode in config.toml")
	}
	for _, l := range links {
		text := l.Name + ": works"
		if !l.OK {
			text = l.Name + ": " + l.Reason
		}
		c.note("  " + text)
	}
	if st := f.id.Store(); st != nil {
		text := "  saved sign-in: " + keepers[st.Holder]
		if st.Reason != "" {
			text += " (" + st.Reason + ")"
		}
		c.note(text)
		if st.Holder == store.HolderMemory && f.id.Block.Storage == "" {
			c.note("  set storage = \"file\" in [azure_auth] to keep it in a file that only you can read")
		}
	}
	switch {
	case err == nil:
		c.step("sign-in (mode "+byWay(f.id)+")", strings.TrimPrefix(asWho(f.id), " "), nil)
	case idle:
		c.note(what + ": " + err.Error() + " (nothing in config.toml needs it)")
	default:
		c.step(what, "", err)
	}
}

// manyLines tells the list of ways that all failed.
func manyLines(err error) bool { return err != nil && strings.Contains(err.Error(), "\n") }

// clusterLimit bounds one request to a cluster or an endpoint.
const clusterLimit = 30 * time.Second

func (c *checkup) cluster(ids *identity.Identities, r resource) {
	ctx, cancel := context.WithTimeout(c.ctx, clusterLimit)
	defer cancel()
	transport, err := ids.Cluster(r.url)
	var names []string
	if err == nil {
		var cluster connection.Cluster
		if cluster, err = connection.Remote(r.url, transport); err == nil {
			names, err = cluster.Databases(ctx)
		}
	}
	if err != nil {
		c.step("cluster "+r.name, "", explain(err, "", "", 0))
		return
	}
	c.step("cluster "+r.name, text.Count(len(names), "database"), nil)
}

// model checks the model's endpoint with a request that asks nothing: the list of models.
func (c *checkup) model(ids *identity.Identities) {
	settings := ids.Settings()
	if settings.ModelProvider == "" && len(settings.Providers) == 0 {
		c.note("model: none is set; questions in words need one, queries don't")
		return
	}
	m, err := assistant.Model(settings, ids, os.Getenv)
	if err != nil {
		c.step("model", "", err)
		return
	}
	info := m.Info()
	c.step("model", fmt.Sprintf("%s at %s, signs in by %s", info.Deployment, info.Host, info.Auth), nil)
	c.step("model endpoint "+info.Host, "", c.endpoint(ids))
}

func (c *checkup) endpoint(ids *identity.Identities) error {
	ctx, cancel := context.WithTimeout(c.ctx, clusterLimit)
	defer cancel()
	_, p, err := ids.Settings().Chosen()
	if err != nil {
		return err
	}
	client, err := ids.Model(p)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, strings.TrimSuffix(p.BaseURL, "/")+"/models", nil)
	if err != nil {
		return errors.New("base_url is no address")
	}
	assistant.Authorize(r, p, os.Getenv)
	resp, err := client.Do(r)
	if err != nil {
		var request *url.Error
		if errors.As(err, &request) {
			err = request.Err
		}
		return err
	}
	_ = resp.Body.Close()
	switch code := resp.StatusCode; {
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return fmt.Errorf("it refuses the sign-in (HTTP %d); %s", code, whatToCheck(p))
	case code >= 500:
		return fmt.Errorf("it fails with HTTP %d; try again later", code)
	case code >= 300 && code < 400:
		return fmt.Errorf("it sends requests on to another address (HTTP %d); check base_url and the proxy", code)
	}
	return nil
}

// whatToCheck is the next step after an endpoint's refusal, by the way in which its requests sign in.
func whatToCheck(p config.Provider) string {
	switch p.SignIn() {
	case config.WayAPIKey, config.WayKey:
		return "check the key in " + p.EnvKey
	case config.WayAzure:
		if u, err := url.Parse(p.BaseURL); err == nil && httpauth.Bare(u) {
			return "Azure's sign-in is never sent to this machine or by plain http; set env_key if it wants a key"
		}
		return "check that the identity has the role Cognitive Services OpenAI User"
	case config.WayCommand:
		return "check what the program of auth.command prints"
	case config.WayToken:
		return "check experimental_bearer_token"
	case config.WayHeaders:
		return "check the headers that sign in"
	}
	return "requests to it carry no key; set env_key to the variable that holds one"
}

// removeFile deletes a file that may be gone already.
func removeFile(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete the Codex CLI's sign-in: %w", err)
	}
	return nil
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Host
}
