package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"calypso/auth"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/cache"
	"github.com/zalando/go-keyring"
)

// fakeRing is a keyring that tests break.
type fakeRing struct {
	mu   sync.Mutex
	held map[string]string
	fail error
	hang chan struct{}
}

func newFakeRing() *fakeRing { return &fakeRing{held: map[string]string{}} }

func (r *fakeRing) Get(service, user string) (string, error) {
	if r.hang != nil {
		<-r.hang
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return "", r.fail
	}
	text, ok := r.held[service+"/"+user]
	if !ok {
		return "", keyring.ErrNotFound
	}
	return text, nil
}

func (r *fakeRing) Set(service, user, secret string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.fail != nil {
		return r.fail
	}
	r.held[service+"/"+user] = secret
	return nil
}

// content is what MSAL would hand over.
type content struct{ data []byte }

func (c *content) Marshal() ([]byte, error)    { return c.data, nil }
func (c *content) Unmarshal(data []byte) error { c.data = data; return nil }

func put(t *testing.T, s *Store, text string) {
	t.Helper()
	if err := s.Cache.Export(t.Context(), &content{[]byte(text)}, cache.ExportHints{}); err != nil {
		t.Fatal(err)
	}
}

func get(t *testing.T, s *Store) string {
	t.Helper()
	c := &content{}
	if err := s.Cache.Replace(t.Context(), c, cache.ReplaceHints{}); err != nil {
		t.Fatal(err)
	}
	return string(c.data)
}

const session = `{"RefreshToken":{"x":{"secret":"FAKE-RT-1"}}}`

func TestSessionOutlivesTheProcess(t *testing.T) {
	folder, ring := t.TempDir(), newFakeRing()
	o := Options{Folder: filepath.Join(folder, "auth"), Identity: "a", Keyring: ring}
	first := Open(t.Context(), o)
	if first.Holder != HolderKeyring {
		t.Fatalf("%+v", first)
	}
	put(t, first, session)
	data, err := os.ReadFile(first.Path)
	if err != nil || bytes.Contains(data, []byte("FAKE-RT")) || bytes.Contains(data, []byte("Refresh")) {
		t.Fatalf("plain text in the file, or %v", err)
	}
	for path, want := range map[string]os.FileMode{first.Path: 0o600, o.Folder: 0o700} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, info.Mode(), err)
		}
	}
	if got := get(t, Open(t.Context(), o)); got != session {
		t.Errorf("got %q", got)
	}
	o.Identity = "b"
	if got := get(t, Open(t.Context(), o)); got != "" {
		t.Errorf("another identity sees %q", got)
	}
}

func TestTwoProcesses(t *testing.T) {
	o := Options{Folder: t.TempDir(), Keyring: newFakeRing()}
	a, b := Open(t.Context(), o), Open(t.Context(), o)
	put(t, a, "one")
	if got := get(t, b); got != "one" {
		t.Errorf("got %q", got)
	}
	put(t, b, "two")
	if got := get(t, a); got != "two" {
		t.Errorf("got %q", got)
	}
}

func TestEachHolderMayBeMissing(t *testing.T) {
	hang := make(chan struct{})
	defer close(hang)
	wrong := newFakeRing()
	wrong.held[ringService+"/"+ringUser] = "no key"
	open := func(path string) string {
		_ = os.WriteFile(path, []byte("x"), 0o644)
		_ = os.Chmod(path, 0o644)
		return path
	}
	for name, c := range map[string]struct {
		o    Options
		want string
	}{
		"locked":        {Options{Keyring: &fakeRing{fail: errors.New("locked: FAKE-RT-1")}}, "the keyring is locked or not there"},
		"slow":          {Options{Keyring: &fakeRing{hang: hang, held: map[string]string{}}, Limit: 20 * time.Millisecond}, "the keyring didn't answer in time"},
		"foreign":       {Options{Keyring: wrong}, "what the keyring keeps for calypso is no key; delete it there"},
		"no editor":     {Options{Storage: HolderClient, Keyring: newFakeRing()}, "no editor is connected that keeps keys"},
		"silent editor": {Options{Storage: HolderClient, Client: func(context.Context, bool) ([]byte, error) { return nil, nil }, Keyring: newFakeRing()}, "the editor keeps no key"},
		"unknown":       {Options{Storage: "cloud"}, `storage "cloud" isn't known; use keyring, kernel, file or memory`},
		"memory":        {Options{Storage: HolderMemory}, "storage is set to memory"},
	} {
		t.Run(name, func(t *testing.T) {
			var said []string
			c.o.Folder, c.o.Say = t.TempDir(), func(m string) { said = append(said, m) }
			s := Open(t.Context(), c.o)
			if s.Holder != HolderMemory || s.Reason != c.want {
				t.Errorf("%+v", s)
			}
			if len(said) != 0 {
				t.Errorf("there was nothing to keep, but %q", said)
			}
			put(t, s, session)
			put(t, s, session)
			if c.o.Storage != HolderMemory && (len(said) != 1 || !strings.HasPrefix(said[0], SessionOnly+": "+c.want)) {
				t.Errorf("said %q", said)
			}
			if get(t, s) != session {
				t.Error("memory forgets")
			}
		})
	}
	folder := t.TempDir()
	open(filepath.Join(folder, "key"))
	if s := Open(t.Context(), Options{Folder: folder, Storage: HolderFile}); s.Holder != HolderMemory || !strings.Contains(s.Reason, "chmod 600") {
		t.Errorf("%+v", s)
	}
}

func TestKeyFile(t *testing.T) {
	o := Options{Folder: t.TempDir(), Storage: HolderFile}
	s := Open(t.Context(), o)
	if s.Holder != HolderFile {
		t.Fatalf("%+v", s)
	}
	put(t, s, session)
	if get(t, Open(t.Context(), o)) != session {
		t.Error("lost")
	}
	if info, err := os.Stat(filepath.Join(o.Folder, "key")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
}

// The editor's key goes into the keyring, and a session that the terminal made before comes along.
func TestEditorAndTerminalShare(t *testing.T) {
	folder, ring := t.TempDir(), newFakeRing()
	terminal := Options{Folder: folder, Keyring: ring}
	put(t, Open(t.Context(), terminal), session)
	key := newKey()
	editor := terminal
	editor.Client = func(context.Context, bool) ([]byte, error) { return key, nil }
	s := Open(t.Context(), editor)
	if s.Holder != HolderClient || get(t, s) != session {
		t.Errorf("the editor has %s, %q", s.Holder, get(t, s))
	}
	if ring.held[ringService+"/"+ringUser] != base64.StdEncoding.EncodeToString(key) {
		t.Error("the keyring has another key")
	}
	put(t, s, "new")
	if got := get(t, Open(t.Context(), terminal)); got != "new" {
		t.Errorf("the terminal sees %q", got)
	}
}

func TestBrokenFileIsKeptAside(t *testing.T) {
	for name, data := range map[string][]byte{
		"short": []byte("x"), "plain": []byte(session), "zero": make([]byte, 200), "cut": nil,
	} {
		t.Run(name, func(t *testing.T) {
			var said []string
			o := Options{Folder: t.TempDir(), Keyring: newFakeRing(), Say: func(m string) { said = append(said, m) }}
			s := Open(t.Context(), o)
			put(t, s, session)
			if data == nil {
				whole, _ := os.ReadFile(s.Path)
				data = whole[:len(whole)-1]
			}
			if err := os.WriteFile(s.Path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			again := Open(t.Context(), o)
			if got := get(t, again); got != "" {
				t.Errorf("got %q", got)
			}
			if len(said) != 1 || !strings.HasPrefix(said[0], "Saved sign-in can't be read; please sign in again.") {
				t.Errorf("said %q", said)
			}
			if kept, err := os.ReadFile(s.Path + ".bad"); err != nil || !bytes.Equal(kept, data) {
				t.Errorf("not kept: %v", err)
			}
			put(t, again, session)
			if get(t, Open(t.Context(), o)) != session {
				t.Error("can't sign in again")
			}
		})
	}
}

// A file that can't be written loses no sign-in, and takes the next one when it can.
func TestUnwritableFileKeepsTheSignIn(t *testing.T) {
	var said []string
	o := Options{Folder: filepath.Join(t.TempDir(), "auth"), Keyring: newFakeRing(), Say: func(m string) { said = append(said, m) }}
	s := Open(t.Context(), o)
	if err := os.RemoveAll(o.Folder); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.Folder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	put(t, s, session)
	put(t, s, session)
	if get(t, s) != session {
		t.Error("lost")
	}
	if len(said) != 1 || !strings.Contains(said[0], "kept for this session only: ") {
		t.Errorf("said %q", said)
	}
	if err := os.Remove(o.Folder); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(o.Folder, 0o700); err != nil {
		t.Fatal(err)
	}
	put(t, s, "next")
	if get(t, Open(t.Context(), o)) != "next" {
		t.Error("the file isn't used again")
	}
}

const shared = `{"access_token":"FAKE-AT-old","refresh_token":"FAKE-RT-old","expires_at":"2026-01-01T00:00:00.123456789Z","refresh_expires_at":"2026-04-01T00:00:00Z","extra":{"a":[1,2]}}`

func TestCodexKeepsWhatItDoesNotKnow(t *testing.T) {
	path := CodexPath(t.TempDir())
	if err := os.WriteFile(path, []byte(shared), 0o600); err != nil {
		t.Fatal(err)
	}
	held, err := ReadCodex(path)
	if err != nil || held.Refresh.Reveal() != "FAKE-RT-old" || held.Expires.Nanosecond() != 123456789 {
		t.Fatalf("%v %v", held, err)
	}
	end := time.Date(2026, 2, 1, 0, 0, 0, 5, time.UTC)
	if err := WriteCodex(path, held, auth.NewSecret("FAKE-AT-new"), auth.NewSecret("FAKE-RT-new"), end); err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	data, _ := os.ReadFile(path)
	if err := json.Unmarshal(data, &got); err != nil || got["access_token"] != "FAKE-AT-new" || got["expires_at"] != "2026-02-01T00:00:00.000000005Z" || got["extra"] == nil {
		t.Errorf("%s", data)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("%v", info.Mode())
	}
	if err := WriteCodex(path, held, auth.NewSecret("FAKE-AT"), auth.NewSecret("FAKE-RT"), end); !errors.Is(err, ErrNewer) {
		t.Errorf("over a newer file: %v", err)
	}
	for _, bad := range []string{"", "{}", "[]", `{"refresh_token":1}`, "\xff"} {
		if _, err := parseCodex([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// msalJSON is a session as MSAL writes it, with an Azure DevOps token.
func msalJSON(client, access, refresh, expires string) string {
	return `{"AccessToken":{"k":{"home_account_id":"u.t","client_id":"` + client + `","target":"499b84ac-1321-427f-aa17-267ca6975798/.default openid","secret":"` + access +
		`","expires_on":"` + expires + `"},"other":{"home_account_id":"u.t","client_id":"` + client + `","target":"https://vault.azure.net/.default","secret":"FAKE-AT-v","expires_on":"9999999999"}},` +
		`"RefreshToken":{"k":{"home_account_id":"u.t","client_id":"` + client + `","secret":"` + refresh + `"}}}`
}

func TestSharing(t *testing.T) {
	path := CodexPath(t.TempDir())
	var said []string
	s := &Sharing{ExportReplace: &memory{}, Path: path, Say: func(m string) { said = append(said, m) }}
	export := func(text string) {
		t.Helper()
		if err := s.Export(t.Context(), &content{[]byte(text)}, cache.ExportHints{}); err != nil {
			t.Fatal(err)
		}
	}
	export(msalJSON("another", "FAKE-AT-1", "FAKE-RT-1", "1800000000"))
	if _, err := os.Stat(path); err == nil {
		t.Fatal("another app's tokens were shared")
	}
	export(msalJSON(cliClient, "FAKE-AT-1", "FAKE-RT-1", "1800000000"))
	held, err := ReadCodex(path)
	if err != nil || held.Access.Reveal() != "FAKE-AT-1" || held.Refresh.Reveal() != "FAKE-RT-1" {
		t.Fatalf("%v", err)
	}
	newer := strings.Replace(shared, "2026-01-01", "2099-01-01", 1)
	if err := os.WriteFile(path, []byte(newer), 0o600); err != nil {
		t.Fatal(err)
	}
	export(msalJSON(cliClient, "FAKE-AT-2", "FAKE-RT-2", "1800000001"))
	if data, _ := os.ReadFile(path); string(data) != newer {
		t.Error("wrote over a newer file")
	}
	if len(said) != 0 {
		t.Errorf("said %q", said)
	}
}

func FuzzUnseal(f *testing.F) {
	key := make([]byte, keySize)
	whole, _ := seal(key, []byte(session))
	f.Add(whole)
	f.Add(whole[:headerSize])
	f.Fuzz(func(t *testing.T, data []byte) {
		plain, err := unseal(key, data)
		if err == nil && string(plain) != session {
			t.Errorf("opened what we didn't write: %q", plain)
		}
	})
}

func FuzzCodex(f *testing.F) {
	f.Add([]byte(shared))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := parseCodex(data)
		if err == nil && c.Refresh.IsZero() {
			t.Error("read without a refresh token")
		}
	})
}

// A saved sign-in whose key can't be had now is spoken of, left alone, and there again once the keyring is.
func TestSavedSignInBehindALockedKeyring(t *testing.T) {
	var said []string
	ring := newFakeRing()
	o := Options{Folder: t.TempDir(), Identity: "a", Keyring: ring, Say: func(m string) { said = append(said, m) }}
	put(t, Open(t.Context(), o), session)
	ring.fail = errors.New("locked")
	if s := Open(t.Context(), o); s.Holder != HolderMemory || get(t, s) != "" {
		t.Errorf("%+v", s)
	}
	if len(said) != 1 || said[0] != "A saved sign-in is there, but can't be opened now: the keyring is locked or not there. It stays as it is." {
		t.Errorf("said %q", said)
	}
	put(t, Open(t.Context(), o), "another")
	other := o
	other.Identity, said = "b", nil
	if Open(t.Context(), other); len(said) != 0 {
		t.Errorf("of another identity: %q", said)
	}
	ring.fail = nil
	if got := get(t, Open(t.Context(), o)); got != session {
		t.Errorf("lost: %q", got)
	}
}
