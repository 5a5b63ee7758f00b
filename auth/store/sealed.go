package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// This file is the sealed file: magic, version, the key's id, a nonce, and the session under AES-256-GCM with all before it as
// associated data.

const (
	magic      = "calypso-session\x00"
	version    = 1
	headerSize = len(magic) + 1 + 8 + 12
	longest    = 32 << 20
)

// sealed is the session's file, in the form that MSAL's extension wants.
type sealed struct {
	path string
	key  []byte
	say  func(string)
	outs ending // of the session; no path: of no interest
}

// Read gives the session, nil when there is none. What can't be opened is put aside and counts as none: MSAL can do nothing with it.
func (s *sealed) Read(context.Context) ([]byte, error) {
	info, err := os.Stat(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the saved sign-in: %w", err)
	}
	if info.Size() > longest || !info.Mode().IsRegular() { // a pipe would never end
		return nil, s.putAside()
	}
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the saved sign-in: %w", err)
	}
	if len(data) == 0 { // made to keep the time, and never written
		return nil, nil
	}
	plain, err := unseal(s.key, data)
	if err != nil {
		return nil, s.putAside()
	}
	return plain, nil
}

func (s *sealed) putAside() error {
	if err := os.Rename(s.path, s.path+".bad"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("put the broken sign-in aside: %w", err)
	}
	if s.say != nil {
		s.say("Saved sign-in can't be read; please sign in again. The file is kept as " + s.path + ".bad.")
	}
	return nil
}

// Write replaces the session at once. It is called with the session's lock held, so that no sign-out comes between.
func (s *sealed) Write(ctx context.Context, plain []byte) error {
	if err := s.outs.past(ctx); err != nil {
		return err
	}
	data, err := seal(s.key, plain)
	if err != nil {
		return err
	}
	return writeFile(s.path, data)
}

// Delete removes the session.
func (s *sealed) Delete(context.Context) error {
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove the saved sign-in: %w", err)
	}
	return nil
}

func seal(key, plain []byte) ([]byte, error) {
	gcm, err := box(key)
	if err != nil {
		return nil, err
	}
	data := append([]byte(magic), version)
	id, err := hex.DecodeString(keyID(key))
	if err != nil {
		return nil, fmt.Errorf("name the key: %w", err)
	}
	data = append(data, id...)
	nonce := make([]byte, gcm.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	data = append(data, nonce...)
	return gcm.Seal(data, nonce, plain, data), nil
}

var errSealed = errors.New("the saved sign-in can't be opened")

func unseal(key, data []byte) ([]byte, error) {
	if len(data) < headerSize || string(data[:len(magic)]) != magic || data[len(magic)] != version {
		return nil, errSealed
	}
	if hex.EncodeToString(data[len(magic)+1:len(magic)+9]) != keyID(key) {
		return nil, errSealed
	}
	gcm, err := box(key)
	if err != nil {
		return nil, err
	}
	plain, err := gcm.Open(nil, data[headerSize-12:headerSize], data[headerSize:], data[:headerSize])
	if err != nil {
		return nil, errSealed
	}
	return plain, nil
}

func box(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("use the key: %w", err)
	}
	return cipher.NewGCM(block)
}

// writeFile replaces a file whole, readable by its owner only.
func writeFile(path string, data []byte) error {
	temporary, err := os.CreateTemp(filepath.Dir(path), ".tmp-*") // made with 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = temporary.Write(data)
	if err == nil {
		err = temporary.Sync()
	}
	if closed := temporary.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
