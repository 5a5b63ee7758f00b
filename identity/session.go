package identity

// Where a person's session rests. The store is opened when the source is first asked for something: finding its key may open a dialog
// of the system's, and MSAL gives its cache only a second.

import (
	"context"
	"errors"
	"io/fs"
	"sync"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"

	"calypso/auth"
	"calypso/auth/source"
	"calypso/auth/store"
	"calypso/config"
)

// kept is a source whose session is kept, and the cache that it is kept in.
type kept struct {
	auth.Source
	id *Identity

	once  sync.Once
	store *store.Store
	cache cache.ExportReplace
}

// open finds the session's place, once.
func (k *kept) open() *store.Store {
	k.once.Do(func() {
		opt := k.id.all.opt
		k.store = store.Open(context.Background(), store.Options{
			Folder: opt.Folder, Identity: k.id.name(), Storage: k.id.Block.Storage, Client: opt.StorageKey, Keyring: opt.Keyring, Say: opt.Say,
		})
		k.cache = k.store.Cache
		if path := k.id.codexPath(); k.id.Block.CodexFile == "share" && path != "" && k.id.codexApp() {
			k.cache = &store.Sharing{ExportReplace: k.store.Cache, Path: path, Say: opt.Say}
		}
	})
	return k.store
}

// name is what makes the session one: whoever is signed in for another authority, tenant or app has another session.
func (id *Identity) name() string {
	tenant, client := id.Block.TenantID, id.Block.ClientID
	if tenant == "" {
		tenant = "organizations"
	}
	if client == "" {
		client = source.AzureCLIClient
	}
	return store.Identity(id.Cloud.Authority, tenant, client)
}

// Silent opens the session first.
func (k *kept) Silent(ctx context.Context, r auth.Req) (auth.Token, error) {
	k.needed()
	return k.Source.Silent(ctx, r)
}

// SignIn opens the session first.
func (k *kept) SignIn(ctx context.Context, r auth.Req, ui auth.UI) error {
	k.needed()
	if err := k.Source.SignIn(ctx, r, ui); err != nil {
		return err
	}
	if r.Explicit && k.id.Mode == auth.ModeDefault && k.open().Holder != store.HolderMemory {
		k.id.all.keepOpened(k.id.name(), true)
	}
	return nil
}

// SignOut opens the session first: there may be one to forget.
func (k *kept) SignOut(ctx context.Context) error {
	k.needed()
	k.id.all.keepOpened(k.id.name(), false)
	return k.Source.SignOut(ctx)
}

// Account opens the session first.
func (k *kept) Account() auth.Account {
	k.needed()
	return k.Source.Account()
}

func (k *kept) needed() {
	if k.id.keeps() {
		k.open()
	}
}

// keeps tells whether the identity has a session of a person.
func (id *Identity) keeps() bool { return auth.UserMode(id.Mode) || id.Mode == auth.ModeDefault }

// Replace reads the session.
func (k *kept) Replace(ctx context.Context, c cache.Unmarshaler, h cache.ReplaceHints) error {
	k.open()
	return k.cache.Replace(ctx, c, h)
}

// Export writes the session.
func (k *kept) Export(ctx context.Context, c cache.Marshaler, h cache.ExportHints) error {
	k.open()
	return k.cache.Export(ctx, c, h)
}

// Store says where the session rests; nil for identities without one.
func (id *Identity) Store() *store.Store {
	if !id.keeps() {
		return nil
	}
	return id.source.open()
}

// Links tells how each link of mode default stands; nil for other modes.
func (id *Identity) Links(ctx context.Context, r auth.Req) []source.LinkReport {
	id.source.needed()
	if reporter, ok := id.source.Source.(source.Reporter); ok {
		return reporter.Links(ctx, r)
	}
	return nil
}

// Way is the link of mode default that gives tokens now; "" for other modes, and where none does.
func (id *Identity) Way() string {
	if chain, ok := id.source.Source.(interface{ Way() string }); ok {
		return chain.Way()
	}
	return ""
}

// codexPath is the file of the Codex CLI's Azure DevOps sign-in; "" when the home folder isn't known.
func (id *Identity) codexPath() string {
	home, err := config.Home(id.all.opt.Getenv)
	if err != nil {
		return ""
	}
	return store.CodexPath(home)
}

// codexApp tells whether the identity's app is the one that the file belongs to.
func (id *Identity) codexApp() bool {
	return id.Block.ClientID == "" || id.Block.ClientID == source.AzureCLIClient
}

// Importable tells whether the Codex CLI's sign-in is there and may be taken over: the person is to be asked.
func (id *Identity) Importable() (path string, ok bool) {
	path = id.codexPath()
	if !id.keeps() || !id.codexApp() || id.Block.CodexFile == "off" || path == "" {
		return path, false
	}
	_, err := store.ReadCodex(path)
	return path, err == nil
}

// Import takes the Codex CLI's sign-in over; its copy keeps working.
func (id *Identity) Import(ctx context.Context) (auth.Account, error) {
	path := id.codexPath()
	file, err := store.ReadCodex(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return auth.Account{}, misconfigured("there is no sign-in to import at %s; sign in instead", path)
	case err != nil:
		return auth.Account{}, misconfigured("%s", auth.Redact(err.Error()))
	}
	id.source.needed()
	return source.Import(ctx, id.config, id.env(), file.Refresh)
}
