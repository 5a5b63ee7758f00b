package store

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/zalando/go-keyring"
)

// This file has those who keep the key, except for the kernel. Each may be absent, locked or slow.

// holder keeps one key. Its errors are for people: they say why there is no key.
type holder interface {
	load() ([]byte, error) // errNoKey when it works and has none
	save(key []byte) error
}

// fetch loads a key or makes one, within ctx's time.
func fetch(ctx context.Context, name string, h holder) ([]byte, string, error) {
	key, err := limited(ctx, func() ([]byte, error) {
		key, err := h.load()
		if !errors.Is(err, errNoKey) {
			return key, err
		}
		key = newKey()
		return key, h.save(key)
	})
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, "", fmt.Errorf("the %s didn't answer in time", name)
	case err != nil:
		return nil, "", err
	case len(key) != keySize:
		return nil, "", fmt.Errorf("what the %s keeps for calypso is no key", name)
	}
	return key, name, nil
}

// limited runs what may block. What it leaves behind when time is up ends by itself: nobody waits for it.
func limited(ctx context.Context, work func() ([]byte, error)) ([]byte, error) {
	type result struct {
		key []byte
		err error
	}
	done := make(chan result, 1)
	go func() {
		key, err := work()
		done <- result{key, err}
	}()
	select {
	case r := <-done:
		return r.key, r.err
	case <-ctx.Done():
		return nil, context.DeadlineExceeded
	}
}

// Keyring is the operating system's keyring. Get gives keyring.ErrNotFound of go-keyring when it has nothing.
type Keyring interface {
	Get(service, user string) (string, error)
	Set(service, user, secret string) error
}

const (
	ringService = "calypso"
	ringUser    = "session-key"
)

type ring struct{ Keyring }

func newRing(k Keyring) holder {
	if k == nil {
		k = systemRing{}
	}
	return ring{k}
}

func (r ring) load() ([]byte, error) {
	text, err := r.Get(ringService, ringUser)
	switch {
	case errors.Is(err, keyring.ErrNotFound):
		return nil, errNoKey
	case errors.Is(err, errNoBus):
		return nil, err
	case err != nil:
		return nil, errors.New("the keyring is locked or not there")
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(key) != keySize {
		return nil, errors.New("what the keyring keeps for calypso is no key; delete it there")
	}
	return key, nil
}

func (r ring) save(key []byte) error {
	if err := r.Set(ringService, ringUser, base64.StdEncoding.EncodeToString(key)); err != nil {
		return errors.New("the keyring takes no key")
	}
	return nil
}

var errNoBus = errors.New("no keyring service is running here")

// systemRing is the real keyring. On Linux it is asked only when a session bus is there: the library would start one.
type systemRing struct{}

// Get reads a secret.
func (systemRing) Get(service, user string) (string, error) {
	if !busIsThere() {
		return "", errNoBus
	}
	return keyring.Get(service, user)
}

// Set writes a secret.
func (systemRing) Set(service, user, secret string) error {
	if !busIsThere() {
		return errNoBus
	}
	return keyring.Set(service, user, secret)
}

func busIsThere() bool {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		return true
	}
	if address := os.Getenv("DBUS_SESSION_BUS_ADDRESS"); address != "" && address != "autolaunch:" {
		return true
	}
	folder := fmt.Sprintf("/run/user/%d", os.Getuid())
	for _, name := range []string{"bus", "dbus-session"} {
		if _, err := os.Stat(filepath.Join(folder, name)); err == nil {
			return true
		}
	}
	return false
}

// keyFile is a key in a file, by the person's own choice.
type keyFile string

func (f keyFile) load() ([]byte, error) {
	info, err := os.Stat(string(f))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errNoKey
	case err != nil:
		return nil, fmt.Errorf("the key file %s can't be read", string(f))
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("others can read the key file %s; run: chmod 600 %s", string(f), string(f))
	case info.Size() > 1000 || !info.Mode().IsRegular():
		return nil, fmt.Errorf("the key file %s holds no key; delete it", string(f))
	}
	text, err := os.ReadFile(string(f))
	if err != nil {
		return nil, fmt.Errorf("the key file %s can't be read", string(f))
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("the key file %s holds no key; delete it", string(f))
	}
	return key, nil
}

func (f keyFile) save(key []byte) error {
	if err := writeFile(string(f), []byte(base64.StdEncoding.EncodeToString(key)+"\n")); err != nil {
		return fmt.Errorf("the key file %s can't be written", string(f))
	}
	return nil
}
