package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	msalcache "github.com/AzureAD/microsoft-authentication-extensions-for-go/cache"
	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
)

// Where keys may rest, as the setting storage names it.
const (
	HolderClient  = "client"  // the editor's secret storage
	HolderKeyring = "keyring" // the operating system's
	HolderKernel  = "kernel"  // Linux: until the next boot
	HolderFile    = "file"    // a key file beside the session: whoever reads the home reads the tokens
	HolderMemory  = "memory"  // this process only
)

// Options say what Open may use. Folder is needed.
type Options struct {
	Folder   string // for sessions; made with 0700
	Identity string // names the session: sessions of different authority, tenant or app have different ones
	// Storage is "" for the editor's storage or the keyring, whichever is there; or one of the holders.
	Storage string
	// Client asks the editor for its 32-byte key; create lets it make one. nil when there is no such editor. A nil key without error
	// means that it has none.
	Client func(ctx context.Context, create bool) ([]byte, error)
	// Keyring is the operating system's; nil is the real one.
	Keyring Keyring
	// Say tells the person something, once; nil tells nobody.
	Say func(message string)
	// Limit is how long keys may take altogether; 0 is 5 seconds. Unlock dialogs block.
	Limit time.Duration
}

// Store is an open session store.
type Store struct {
	Cache  cache.ExportReplace // for MSAL
	Holder string              // who has the key
	Reason string              // why it is memory, "" otherwise
	Path   string              // of the session's file, "" in memory
	Behind string              // a saved session's file that can't be opened now, for Reason; "" for none
}

const keySize = 32

// kernelName is the key's description in the kernel's keyring.
const kernelName = "calypso:session-key"

var errNoKey = errors.New("no key there")

// Open finds the key and gives the session's store. It always gives one: where no key can be had, one in memory, with the reason, which is
// told when there is something to keep. Call
// it before a sign-in, so that a dialog of the keyring doesn't come in its middle.
func Open(ctx context.Context, o Options) *Store {
	if o.Limit == 0 {
		o.Limit = 5 * time.Second
	}
	if o.Say == nil {
		o.Say = func(string) {}
	}
	inMemory := func(reason string) *Store {
		behind := o.saved()
		if behind != "" {
			o.Say("A saved sign-in is there, but can't be opened now: " + reason + ". It stays as it is.")
		}
		tell := func() { o.Say(SessionOnly + ": " + reason + nextStep(reason)) }
		return &Store{Cache: &memory{tell: sync.OnceFunc(tell)}, Holder: HolderMemory, Reason: reason, Behind: behind}
	}
	if o.Storage == HolderMemory {
		return &Store{Cache: &memory{}, Holder: HolderMemory, Reason: "storage is set to memory"}
	}
	if err := private(o.Folder); err != nil {
		return inMemory("the folder " + o.Folder + " can't be used")
	}
	ctx, cancel := context.WithTimeout(ctx, o.Limit)
	defer cancel()
	key, holder, err := o.findKey(ctx)
	if err != nil {
		return inMemory(err.Error())
	}
	path := o.path(key)
	outs := ending{path + ".out"}
	file := &sealed{path: path, key: key, say: o.Say, outs: outs}
	c, err := msalcache.New(file, path)
	if err != nil {
		return inMemory("the folder " + o.Folder + " can't be locked")
	}
	return &Store{Cache: &careful{file: c, path: path, outs: outs, say: o.Say}, Holder: holder, Path: path}
}

// saved is the file of a session of this identity, whichever key it is under; "" when there is none.
func (o Options) saved() string {
	found, err := filepath.Glob(strings.TrimSuffix(o.path(nil), keyID(nil)+".bin") + "*.bin")
	if o.Folder == "" || err != nil || len(found) == 0 {
		return ""
	}
	return found[0]
}

// nextStep ends a reason that doesn't say itself what to do.
func nextStep(reason string) string {
	if strings.Contains(reason, "; ") {
		return "."
	}
	return `. To keep it, set storage in [azure_auth], as storage = "file".`
}

// path names the session's file by identity and key, so that a file of another holder's key is left alone.
func (o Options) path(key []byte) string {
	sum := sha256.Sum256([]byte(o.Identity))
	return filepath.Join(o.Folder, "session-"+hex.EncodeToString(sum[:6])+"-"+keyID(key)+".bin")
}

// Identity names a session by what makes it one.
func Identity(authority, tenant, clientID string) string {
	return strings.ToLower(strings.Join([]string{authority, tenant, clientID}, "|"))
}

// keyID names a key without giving it away.
func keyID(key []byte) string {
	sum := sha256.Sum256(append([]byte("calypso key id\x00"), key...))
	return hex.EncodeToString(sum[:8])
}

func private(folder string) error {
	if folder == "" {
		return errors.New("no folder")
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of sessions: %w", err)
	}
	return nil
}

func newKey() []byte {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // never fails
	return key
}

// findKey asks the holders in order. One that was used before isn't passed over for a weaker one: that would lose the sign-in without
// a word.
func (o Options) findKey(ctx context.Context) ([]byte, string, error) {
	ring := newRing(o.Keyring)
	switch o.Storage {
	case "", HolderClient, HolderKeyring:
	case HolderKernel:
		return fetch(ctx, HolderKernel, kernelHolder{kernelName})
	case HolderFile:
		return fetch(ctx, HolderFile, keyFile(filepath.Join(o.Folder, "key")))
	default:
		return nil, "", fmt.Errorf("storage %q isn't known; use keyring, kernel, file or memory", o.Storage)
	}
	var failed error
	if o.Client != nil && o.Storage != HolderKeyring {
		key, err := limited(ctx, func() ([]byte, error) { return o.Client(ctx, true) })
		if err == nil && len(key) == keySize {
			o.join(ctx, key, ring)
			o.remember(HolderClient)
			return key, HolderClient, nil
		}
		failed = errors.New("the editor keeps no key")
	}
	if o.Storage == HolderClient {
		return nil, "", orError(failed, "no editor is connected that keeps keys")
	}
	key, holder, err := fetch(ctx, HolderKeyring, ring)
	if err != nil {
		if o.remembered() == HolderClient {
			return nil, "", errors.New("the key is with the editor, and the keyring has no copy; run this from the editor, or set storage")
		}
		return nil, "", err
	}
	o.remember(HolderKeyring)
	return key, holder, nil
}

func orError(err error, text string) error {
	if err != nil {
		return err
	}
	return errors.New(text)
}

// join puts the editor's key into the keyring too, so that editor and terminal share a sign-in. A session that the terminal made with
// another key is taken over. It is a service, not a need: failures are silent.
func (o Options) join(ctx context.Context, key []byte, ring holder) {
	_, _ = limited(ctx, func() ([]byte, error) {
		old, err := ring.load()
		switch {
		case errors.Is(err, errNoKey):
			return nil, ring.save(key)
		case err != nil || string(old) == string(key):
			return nil, err
		}
		if _, err := os.Stat(o.path(key)); !os.IsNotExist(err) {
			return nil, ring.save(key)
		}
		from := &sealed{path: o.path(old), key: old, say: func(string) {}}
		data, err := from.Read(ctx)
		if err != nil {
			return nil, err
		}
		if len(data) > 0 {
			to := &sealed{path: o.path(key), key: key}
			if err := to.Write(ctx, data); err != nil {
				return nil, err
			}
			_ = from.Delete(ctx)
		}
		return nil, ring.save(key)
	})
}

func (o Options) remember(holder string) {
	_ = writeFile(filepath.Join(o.Folder, "holder"), []byte(holder+"\n"))
}

func (o Options) remembered() string {
	data, err := os.ReadFile(filepath.Join(o.Folder, "holder"))
	if err != nil || len(data) > 100 {
		return ""
	}
	return strings.TrimSpace(string(data))
}

// SessionOnly begins what is said of a sign-in that can't be kept.
const SessionOnly = "Kept for this session only"

// memory is a cache of this process only.
type memory struct {
	tell func()     // says that it is kept in memory, the first time that something is; may be nil
	mu   sync.Mutex // guards below
	data []byte
	outs int // counts sign-outs
}

// Begun is as that of a session that is kept.
func (m *memory) Begun(ctx context.Context) context.Context {
	m.mu.Lock()
	defer m.mu.Unlock()
	return context.WithValue(ctx, begunUnder{}, strconv.Itoa(m.outs))
}

// End notes a sign-out.
func (m *memory) End() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.outs++
	return nil
}

// Replace gives MSAL what it wrote last.
func (m *memory) Replace(_ context.Context, c cache.Unmarshaler, _ cache.ReplaceHints) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return c.Unmarshal(m.data)
}

// Export keeps what MSAL has.
func (m *memory) Export(ctx context.Context, c cache.Marshaler, _ cache.ExportHints) error {
	m.mu.Lock()
	err := past(ctx, strconv.Itoa(m.outs))
	if err == nil {
		m.data, err = c.Marshal()
	}
	m.mu.Unlock()
	if m.tell != nil && err == nil {
		m.tell()
	}
	return err
}
