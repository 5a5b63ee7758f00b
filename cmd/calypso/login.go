package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"calypso/auth"
	"calypso/auth/source"
	"calypso/auth/store"
	"calypso/config"
	"calypso/identity"
)

// signFlags are the flags of login.
type signFlags struct {
	mode, tenant string
	take         bool
}

func loginCommand() *cobra.Command {
	var f signFlags
	cmd := &cobra.Command{
		Use:   "login [--mode MODE] [--tenant TENANT]",
		Short: "sign in to Azure, once for clusters, models and vaults",
		Long: `Signs in as config.toml says, or with a code where it says nothing, and keeps the sign-in for the next commands and the editor. One
sign-in serves every Kusto cluster, Azure OpenAI, Azure DevOps and Key Vault. Modes without a person (managed identity, secrets,
certificates) have nothing to sign in: they are tried out.

A way that you choose with --mode (a code, the browser, az), and a tenant, hold for the next commands too, until 'calypso logout' or until
config.toml says otherwise.

The code and the address to enter it at are printed on standard error. docs/sign-in.md has all modes.

Exit code 0: signed in; 2: the settings can't work; 4: not signed in; 130: interrupted.`,
		Example: "  calypso login\n  calypso login --mode browser\n  calypso login --tenant contoso.onmicrosoft.com",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return f.login(cmd) },
	}
	cmd.Flags().StringVar(&f.mode, "mode", "", "`MODE` of sign-in: "+strings.Join(auth.Modes(), ", "))
	cmd.Flags().StringVar(&f.tenant, "tenant", "", "`TENANT` to sign in to: an id or a domain; default: the account's own")
	cmd.Flags().BoolVar(&f.take, "import", false, "take over the Azure DevOps sign-in that the Codex CLI keeps, in place of a prompt")
	return cmd
}

// resource is something that wants tokens.
type resource struct {
	name   string // for people: a host or a service
	id     *identity.Identity
	scope  func(context.Context) (string, error)
	tenant string
	url    string // of a cluster, or a model's base_url; "" for services
}

func (r resource) req(ctx context.Context) (auth.Req, error) {
	scope, err := r.scope(ctx)
	return auth.Req{Scope: scope, Tenant: r.tenant, Reason: "to use " + r.name}, err
}

// resources are those of the settings: clusters, the model, and the services that any identity serves.
func resources(ids *identity.Identities) ([]resource, error) {
	s := ids.Settings()
	clusters := []config.Cluster{s.Kusto.Default()}
	for _, name := range slices.Sorted(maps.Keys(s.Kusto.Clusters)) {
		clusters = append(clusters, s.Kusto.Clusters[name])
	}
	var all []resource
	for _, c := range clusters {
		if !strings.HasPrefix(c.ClusterURL, "https://") {
			continue // the embedded engine, or one of this machine
		}
		own := ids.ClusterSettings(c.ClusterURL).AzureAuth
		id, err := ids.Of(own)
		if err != nil {
			return nil, err
		}
		address := c.ClusterURL
		tenant := ids.ClusterSettings(address).TenantID
		all = append(all, resource{hostOf(address), id, func(ctx context.Context) (string, error) { return id.KustoScope(ctx, address) }, tenant, address})
	}
	if _, p, err := s.Chosen(); err == nil && p.SignIn() == config.WayAzure {
		id, err := ids.Of(p.AzureAuth)
		if err != nil {
			return nil, err
		}
		all = append(all, resource{hostOf(p.BaseURL), id, func(context.Context) (string, error) { return id.ModelScope() }, ids.Tenant(id.Block), p.BaseURL})
	}
	return all, nil
}

// services are what an identity serves beside what is set.
func services(ids *identity.Identities, id *identity.Identity) []resource {
	var all []resource
	for _, s := range []struct {
		name    string
		service auth.Service
	}{{"Azure OpenAI", auth.OpenAI}, {"Azure DevOps", auth.DevOps}, {"Key Vault", auth.KeyVault}} {
		if scope := id.Cloud.Scope(s.service); scope != "" {
			all = append(all, resource{s.name, id, func(context.Context) (string, error) { return scope, nil }, ids.Tenant(id.Block), ""})
		}
	}
	return all
}

// anyService is one that every tenant has.
func anyService(ids *identity.Identities, id *identity.Identity) resource {
	all := services(ids, id)
	return all[len(all)-1]
}

// used are the identities of resources, the general one where there are none, each with the first thing that it is for.
func used(ids *identity.Identities) ([]resource, error) {
	all, err := resources(ids)
	if err != nil {
		return nil, err
	}
	var first []resource
	for _, r := range all {
		if !slices.ContainsFunc(first, func(f resource) bool { return f.id.Broker == r.id.Broker }) {
			first = append(first, r)
		}
	}
	if len(first) > 0 {
		return first, nil
	}
	general, err := ids.General()
	if err != nil {
		return nil, err
	}
	return services(ids, general)[:1], nil
}

func (f *signFlags) login(cmd *cobra.Command) error {
	settings, err := loadSettings(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	prefer, err := f.lay(&settings)
	if err != nil {
		return err
	}
	ids := identities(cmd, settings, prompts{cmd.ErrOrStderr()}, prefer)
	before := ids.Chosen()
	if prefer != "" { // in place of what was chosen before
		now := before
		now.Mode = ""
		ids.Choose(now)
	}
	list, err := used(ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		if f.tenant != "" {
			r.tenant = f.tenant
		}
		if err := f.sign(cmd, ids, r); err != nil {
			ids.Choose(before)
			return err
		}
	}
	return f.keep(cmd, ids)
}

// keep has the next commands follow the flags, as an editor's choice is followed.
func (f *signFlags) keep(cmd *cobra.Command, ids *identity.Identities) error {
	file, _, err := config.Load(os.Getenv) // what the next commands start from
	if err != nil {
		return err
	}
	c, block := ids.Chosen(), file.Identity(nil)
	if slices.Contains([]string{auth.ModeDeviceCode, auth.ModeBrowser, auth.ModeAzureCLI}, f.mode) && f.follows(block) {
		if c.Mode = f.mode; f.mode == block.Mode {
			c.Mode = "" // the file says so itself
		}
	}
	if f.tenant != "" {
		c.Tenant = f.tenant
		if named := cmp.Or(block.TenantID, file.Kusto.TenantID); named != "" && named != f.tenant {
			fmt.Fprintf(cmd.ErrOrStderr(), "calypso: %s sets tenant_id = %q, which the next commands follow where it stands; change it there.\n", file.Path, named)
		}
	}
	ids.Use(file)
	ids.Choose(c)
	return nil
}

// follows tells whether a chosen way takes the place of the block's: of one by which a person signs in, but not of mode default where the
// session that was opened wins anyway.
func (f *signFlags) follows(b config.AzureAuth) bool {
	isDefault := b.Mode == "" || b.Mode == auth.ModeDefault
	return auth.UserMode(b.Mode) || isDefault && !auth.UserMode(f.mode)
}

// lay puts the flags over the settings. A way of signing a person in is how mode default prompts; any other replaces the mode.
func (f *signFlags) lay(s *config.Settings) (prefer string, err error) {
	if f.mode != "" && !slices.Contains(auth.Modes(), f.mode) {
		return "", fmt.Errorf("unknown mode %q; choose %s", f.mode, strings.Join(auth.Modes(), ", "))
	}
	if err := auth.CheckTenant(f.tenant); err != nil {
		return "", err
	}
	block := s.Identity(nil)
	isDefault := block.Mode == "" || block.Mode == auth.ModeDefault
	if auth.UserMode(f.mode) && isDefault {
		return f.mode, nil
	}
	if f.mode != "" {
		block.Mode = f.mode
		s.AzureAuth = &block
	}
	return "", nil
}

func (f *signFlags) sign(cmd *cobra.Command, ids *identity.Identities, r resource) error {
	ctx := cmd.Context()
	if st := r.id.Store(); st != nil && st.Holder == store.HolderMemory {
		fmt.Fprintln(cmd.ErrOrStderr(), "calypso: warning: this sign-in is for this command only ("+st.Reason+"); to keep it, set storage in [azure_auth], as storage = \"file\"")
	}
	path, take, err := f.takes(cmd, r)
	if err != nil {
		return err
	}
	if take {
		account, err := r.id.Import(ctx)
		if err != nil {
			return signInFailed(ctx, r.id.Told(err, r.name, r.tenant))
		}
		fmt.Fprintf(cmd.OutOrStdout(), "Took over the sign-in of %s from %s.\n", account.User, path)
	}
	req, err := r.req(ctx)
	if err != nil && auth.KindOf(err) == "" && ctx.Err() == nil { // the cluster is out of reach; its tokens can come later
		fmt.Fprintln(cmd.ErrOrStderr(), "calypso: warning: "+err.Error())
		req, err = anyService(ids, r.id).req(ctx)
	}
	if err == nil {
		req.Interactive, req.Explicit = true, true
		if take {
			_, err = r.id.Broker.Token(ctx, req)
		} else {
			err = r.id.Broker.SignIn(ctx, req)
		}
	}
	if err != nil {
		return signInFailed(ctx, r.id.Told(err, r.name, r.tenant))
	}
	fmt.Fprintln(cmd.OutOrStdout(), "Signed in"+asWho(r.id)+", mode "+byWay(r.id)+kept(r.id)+".")
	return nil
}

// takes tells whether the Codex CLI's sign-in is to be taken over: by the flag, or by a person's yes. It is asked only where nobody is
// signed in yet.
func (f *signFlags) takes(cmd *cobra.Command, r resource) (path string, take bool, err error) {
	path, there := r.id.Importable()
	switch to := person(cmd); {
	case f.take && !there:
		return path, false, fmt.Errorf("there is no sign-in of the Codex CLI to take over at %s; leave out --import", path)
	case f.take:
		return path, true, nil
	case !there || r.id.Broker.Status().Account != (auth.Account{}):
		return path, false, nil
	case to == nil:
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: the Codex CLI keeps a sign-in in %s; 'calypso login --import' takes it over.\n", path)
		return path, false, nil
	default:
		fmt.Fprintf(to, "The Codex CLI keeps a sign-in in %s. Take it over? [y]es, [n]o: ", path)
		answer, _ := newReader(cmd.InOrStdin()).line(cmd.Context())
		return path, strings.HasPrefix(strings.ToLower(strings.TrimSpace(answer)), "y"), nil
	}
}

// signInFailed ends a command that couldn't sign in.
func signInFailed(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return &exit{exitStopped, errors.New("stopped; nobody was signed in")}
	}
	return &exit{exitSignIn, err}
}

func asWho(id *identity.Identity) string {
	st := id.Broker.Status()
	text := ""
	if st.Account.User != "" {
		text = " as " + st.Account.User
	}
	if st.Account.Tenant != "" {
		text += " (tenant " + st.Account.Tenant + ")"
	}
	return text
}

// byWay is how an identity signs in; of mode default it names the link that works.
func byWay(id *identity.Identity) string {
	if way := id.Way(); way != "" {
		return id.Mode + ", by " + way
	}
	return id.Mode
}

// keepers are the holders of keys, for people.
var keepers = map[string]string{
	store.HolderClient: "kept sealed, its key with the editor", store.HolderKeyring: "kept sealed, its key in the system's keyring",
	store.HolderKernel: "kept until the next boot, its key in the kernel", store.HolderFile: "kept sealed, its key in a file beside it", store.HolderMemory: "for this command only",
}

func kept(id *identity.Identity) string {
	st := id.Store()
	if way := id.Way(); st == nil || way != "" && way != source.LinkSession { // nothing of what works is kept
		return ""
	}
	return "; " + keepers[st.Holder]
}

func logoutCommand() *cobra.Command {
	var file bool
	cmd := &cobra.Command{
		Use:   "logout",
		Short: "forget the sign-in",
		Long: `Forgets the sign-ins that Calypso keeps, of every identity in config.toml. What the Azure CLI or VS Code keep is theirs and stays.

Exit code 0: forgotten; 1: something couldn't be removed; 2: the settings can't work.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return logout(cmd, file) },
	}
	cmd.Flags().BoolVar(&file, "codex-file", false, "delete the file of the Codex CLI's Azure DevOps sign-in too")
	return cmd
}

func logout(cmd *cobra.Command, file bool) error {
	settings, err := loadSettings(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	ids := identities(cmd, settings, nil, "")
	list, err := used(ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		who := "Signed out" + asWho(r.id) + ", mode " + byWay(r.id)
		switch {
		case r.id.Store() == nil:
			who = "Mode " + r.id.Mode + " signs in anew for each command; there is nothing to forget"
		case r.id.Broker.Status().Account == auth.Account{}:
			who = "Nobody was signed in, mode " + r.id.Mode
		}
		if err := r.id.Broker.SignOut(cmd.Context()); err != nil {
			return failed(r.id.Told(err, r.name, ""))
		}
		if st := r.id.Store(); st != nil && st.Behind != "" {
			return failed(fmt.Errorf("a saved sign-in isn't forgotten, as it can't be opened (%s); try again when it can, or delete %s", st.Reason, st.Behind))
		}
		fmt.Fprintln(cmd.OutOrStdout(), who+".")
	}
	ids.Choose(identity.Choice{})
	path, there := list[0].id.Importable()
	switch {
	case there && file:
		if err := removeFile(path); err != nil {
			return failed(err)
		}
		fmt.Fprintln(cmd.OutOrStdout(), "Deleted "+path+".")
	case there:
		fmt.Fprintf(cmd.ErrOrStderr(), "calypso: the Codex CLI's sign-in in %s stays; 'calypso logout --codex-file' deletes it.\n", path)
	}
	return nil
}

// silentLimit bounds what whoami and doctor wait for one token.
const silentLimit = time.Minute

func whoamiCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "whoami",
		Short: "show who is signed in, how, and for what",
		Long: `Shows each identity of config.toml: its mode, account and tenant, where the sign-in is kept, and for which clusters and services it
gets tokens now. Nobody is prompted.

Exit code 0: signed in; 2: the settings can't work; 4: not signed in.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return whoami(cmd) },
	}
	return cmd
}

func whoami(cmd *cobra.Command) error {
	settings, err := loadSettings(cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	ids := identities(cmd, settings, nil, "")
	first, err := used(ids)
	if err != nil {
		return err
	}
	all, err := resources(ids)
	if err != nil {
		return err
	}
	out, works := cmd.OutOrStdout(), false
	for _, f := range first {
		var lines standings
		signedIn := false
		for _, r := range append(slices.DeleteFunc(slices.Clone(all), func(r resource) bool { return r.id.Broker != f.id.Broker }), services(ids, f.id)...) {
			err := silently(cmd.Context(), r)
			signedIn = signedIn || err == nil
			lines.add(r.name, err)
		}
		works = works || signedIn
		who := "nobody is signed in"
		if signedIn {
			who = "signed in" + asWho(f.id) + kept(f.id)
		}
		fmt.Fprintf(out, "%s: %s\n", byWay(f.id), who)
		for _, line := range lines {
			fmt.Fprintln(out, "  "+line.mark+" "+strings.Join(line.names, ", ")+line.because)
		}
	}
	switch {
	case works:
		return nil
	case slices.ContainsFunc(first, func(r resource) bool { return r.id.Store() != nil }):
		return &exit{exitSignIn, errors.New("nobody is signed in; run: calypso login")}
	}
	return &exit{exitSignIn, errors.New("nobody is signed in; the lines above say why")}
}

// standing is how an identity stands with resources.
type standing struct {
	mark, because string
	names         []string
}

// standings has what is the same for several resources once.
type standings []standing

func (s *standings) add(name string, err error) {
	because := because(err)
	first, _, long := strings.Cut(because, "\n")
	switch {
	case long:
		because = strings.TrimSuffix(first, ":") + "; 'calypso doctor' says why of each way"
	case auth.KindOf(err) == auth.SignInRequired: // the last line says what to do, for all of them
		because = ": nobody is signed in"
	}
	for i := range *s {
		if old := &(*s)[i]; err != nil && old.mark == mark(err) && old.because == because {
			old.names = append(old.names, name)
			return
		}
	}
	*s = append(*s, standing{mark(err), because, []string{name}})
}

// silently gets a token for a resource without asking anybody.
func silently(ctx context.Context, r resource) error {
	ctx, cancel := context.WithTimeout(ctx, silentLimit)
	defer cancel()
	req, err := r.req(ctx)
	if err == nil {
		_, err = r.id.Broker.Token(ctx, req)
	}
	if err != nil {
		return r.id.Told(err, r.name, r.tenant)
	}
	return nil
}

func mark(err error) string {
	if err == nil {
		return "✓"
	}
	return "✗"
}

func because(err error) string {
	if err == nil {
		return ""
	}
	return ": " + auth.Redact(err.Error())
}
