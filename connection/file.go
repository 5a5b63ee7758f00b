package connection

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"calypso/auth"
	"calypso/config"
	"calypso/server/protocol"
	"calypso/wholefile"
)

// The connections file. Several windows have it open, each in a process of its own, so a change is made to what the file holds at that
// moment, not to what was read at the start.

// saved is the form of the connections file.
type saved struct {
	Connections []protocol.Connection `json:"connections"`
	Groups      []string              `json:"groups,omitempty"` // that were made, also those without a connection
	Marks       map[string]mark       `json:"marks,omitempty"`  // by id: of connections that aren't kept here
}

// mark is what a person said of a connection that comes from elsewhere: from config.toml, or a line #connect.
type mark struct {
	Group     string `json:"group,omitempty"`
	Favourite bool   `json:"favourite,omitempty"`
	Private   bool   `json:"private,omitempty"`
	ReadOnly  bool   `json:"readOnly,omitempty"`
}

func markOf(c protocol.Connection) mark { return mark{c.Group, c.Favourite, c.Private, c.ReadOnly} }

func (m mark) on(c *protocol.Connection) {
	c.Group, c.Favourite, c.Private, c.ReadOnly = m.Group, m.Favourite, m.Private, m.ReadOnly
}

// readFile reads the file; none means nothing. A connection that makes no sense is left out.
func readFile(path string) (saved, error) {
	var s saved
	if path == "" {
		return s, nil
	}
	body, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, fmt.Errorf("read the saved connections: %w", err)
	}
	if err := json.Unmarshal(body, &s); err != nil {
		return saved{}, fmt.Errorf("read the saved connections: %s: %w; mend or delete the file", path, err)
	}
	good := s.Connections[:0]
	for _, c := range s.Connections {
		if checkAddress(c.URL) != nil || auth.CheckTenant(c.Tenant) != nil {
			continue
		}
		c.ID, c.State, c.Fixed, c.Note = idOf(c.URL), protocol.StateIdle, false, ""
		if c.Name == "" {
			c.Name = hostOf(c.URL)
		}
		good = append(good, c)
	}
	s.Connections = good
	return s, nil
}

// checkAddress tells what is wrong with an address that is to be kept.
func checkAddress(address string) error {
	if isFolder(address) {
		_, err := folderOf(address)
		return err
	}
	if address == "" || address == config.Embedded {
		return fmt.Errorf("the address is empty; write https://host or http://localhost:8080")
	}
	return config.CheckURL(address)
}

// changeFile reads the file, has it changed, and replaces it at once or not at all. Without a path, kept is changed.
func changeFile(path string, kept saved, change func(*saved) error) (saved, error) {
	if path == "" {
		next := kept // the caller's copy
		return next, change(&next)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return kept, fmt.Errorf("save the connections: %w; see that the folder can be written to, and that its disk has room", err)
	}
	var next saved
	err := wholefile.Locked(path, func() (err error) {
		if next, err = readFile(path); err != nil {
			return err
		}
		if err := change(&next); err != nil {
			return err
		}
		body, err := json.MarshalIndent(next, "", "  ")
		if err != nil {
			return err
		}
		if err := wholefile.Write(path, append(body, '\n'), 0o600); err != nil {
			return fmt.Errorf("save the connections: %w; see that the folder can be written to, and that its disk has room", err)
		}
		return nil
	})
	if err != nil {
		return kept, err
	}
	return next, nil
}

// folderScheme begins the address of a folder whose files are tables of an embedded engine.
const folderScheme = "file://"

func isFolder(address string) bool { return strings.HasPrefix(address, folderScheme) }

// clone is a copy that may be changed.
func (s saved) clone() saved {
	return saved{Connections: slices.Clone(s.Connections), Groups: slices.Clone(s.Groups), Marks: maps.Clone(s.Marks)}
}
