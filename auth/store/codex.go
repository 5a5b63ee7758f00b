package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"calypso/auth"
)

// This file is the plain file that another program keeps its Azure DevOps session in, ~/.codex/azure_devops_auth.json: four fields,
// 0600, of the Azure CLI's app. It is read when the person imports it, and written only when they agreed to share.

// Codex is that file as it was read.
type Codex struct {
	Access  auth.Secret
	Refresh auth.Secret
	Expires time.Time // of Access; the end of Refresh that the file names isn't to be trusted

	all  map[string]json.RawMessage // every field, also those that we don't know
	seen stamp
}

type stamp struct {
	size int64
	at   time.Time
}

// CodexPath is the file's place in CODEX_HOME, ~/.codex by default.
func CodexPath(home string) string { return filepath.Join(home, "azure_devops_auth.json") }

// ReadCodex reads the file. A missing one is fs.ErrNotExist.
func ReadCodex(path string) (Codex, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Codex{}, fmt.Errorf("read the shared sign-in: %w", err)
	}
	if info.Size() > 1<<20 || !info.Mode().IsRegular() { // a pipe would never end
		return Codex{}, fmt.Errorf("%s is no file of a shared sign-in, or too large for one; sign in here instead", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Codex{}, fmt.Errorf("read the shared sign-in: %w", err)
	}
	c, err := parseCodex(data)
	if err != nil {
		return Codex{}, fmt.Errorf("%s: %w", path, err)
	}
	c.seen = stamp{info.Size(), info.ModTime()}
	return c, nil
}

func parseCodex(data []byte) (Codex, error) {
	bad := errors.New("it isn't a shared sign-in; sign in here instead")
	var c Codex
	if json.Unmarshal(data, &c.all) != nil {
		return Codex{}, bad
	}
	var known struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		Expires string `json:"expires_at"`
	}
	if json.Unmarshal(data, &known) != nil || known.Refresh == "" {
		return Codex{}, bad
	}
	c.Access, c.Refresh = auth.NewSecret(known.Access), auth.NewSecret(known.Refresh)
	c.Expires, _ = time.Parse(time.RFC3339Nano, known.Expires) // an unreadable end is an unknown one
	return c, nil
}

// ErrNewer says that another program wrote the file since it was read.
var ErrNewer = errors.New("the shared sign-in is newer than what was read; left alone")

// WriteCodex puts new tokens into the file and keeps its other fields. It doesn't write over a file that changed since it was read:
// that one is newer.
func WriteCodex(path string, read Codex, access, refresh auth.Secret, expires time.Time) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if read.seen != (stamp{}) {
			return ErrNewer // deleted on purpose
		}
	case err != nil:
		return fmt.Errorf("write the shared sign-in: %w", err)
	case read.seen != stamp{info.Size(), info.ModTime()}:
		return ErrNewer
	}
	all := map[string]any{}
	for k, v := range read.all {
		all[k] = v
	}
	all["access_token"], all["refresh_token"] = access.Reveal(), refresh.Reveal()
	all["expires_at"] = expires.UTC().Format(time.RFC3339Nano)
	// 90 days is the authority's default for a token that nobody uses; readers are told not to rely on it.
	all["refresh_expires_at"] = expires.Add(90 * 24 * time.Hour).UTC().Format(time.RFC3339Nano)
	data, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("write the shared sign-in: %w", err)
	}
	return writeFile(path, append(data, '\n'))
}
