package connection

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"calypso/config"
	"calypso/server/protocol"
	"calypso/wholefile"
)

// saved is the form of the connections file.
type saved struct {
	Connections []protocol.Connection `json:"connections"`
}

// readFile reads the added connections; no file means none. An entry that makes no sense is left out.
func readFile(path string) ([]protocol.Connection, error) {
	if path == "" {
		return nil, nil
	}
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the saved connections: %w", err)
	}
	var s saved
	if err := json.Unmarshal(body, &s); err != nil {
		return nil, fmt.Errorf("read the saved connections: %s: %w; mend or delete the file", path, err)
	}
	var good []protocol.Connection
	for _, c := range s.Connections {
		if config.CheckURL(c.URL) != nil || c.URL == "" || c.URL == config.Embedded {
			continue
		}
		c.ID, c.State, c.Fixed, c.Note = idOf(c.URL), protocol.StateIdle, false, ""
		if c.Name == "" {
			c.Name = hostOf(c.URL)
		}
		good = append(good, c)
	}
	return good, nil
}

// writeFile replaces the file at once or not at all, so that a crash leaves the old one.
func writeFile(path string, list []protocol.Connection) error {
	if path == "" {
		return nil
	}
	body, err := json.MarshalIndent(saved{list}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("save the connections: %w", err)
	}
	if err := wholefile.Write(path, append(body, '\n'), 0o600); err != nil {
		return fmt.Errorf("save the connections: %w", err)
	}
	return nil
}
