// Package config turns config.toml and the environment into one Settings value. Later wins: file, then environment; the caller
// lays flags and editor settings over it. It reads no workspace file, and it knows only the tables that something here uses:
// others, which belong to other programs that share the file, pass without a word.
//
// Start at Load.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/BurntSushi/toml"
)

// Settings is everything that can be set outside of flags. The zero value is a machine with no configuration.
type Settings struct {
	Kusto  Kusto  `toml:"kusto"`
	Lint   Lint   `toml:"lint"`
	Schema Schema `toml:"schema"`
}

// Kusto says where queries run unless something else is said.
type Kusto struct {
	// ClusterURL is a cluster's address, as https://help.kusto.windows.net; "" means the embedded engine.
	ClusterURL string `toml:"cluster_url"`
	// Database is the database to start with; "" means the cluster's own default.
	Database string `toml:"database"`
}

// Warning is something in the file that has no effect.
type Warning struct {
	File    string
	Line    int // from 1; 0 when unknown
	Message string
}

// String gives the warning as a person reads it.
func (w Warning) String() string {
	if w.Line == 0 {
		return fmt.Sprintf("%s: %s", w.File, w.Message)
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Message)
}

// The environment variables that are read.
const (
	EnvHome       = "CODEX_HOME"
	EnvClusterURL = "CALYPSO_KUSTO_CLUSTER_URL"
	EnvDatabase   = "CALYPSO_KUSTO_DATABASE"
)

// maxSize bounds the file: more is not a configuration.
const maxSize = 1 << 20

// Load reads the file that the environment names and lays the environment over it. A missing file is no error. An error names
// file, line and column of the mistake.
func Load(getenv func(string) string) (Settings, []Warning, error) {
	path, err := Path(getenv)
	if err != nil {
		return Settings{}, nil, err
	}
	s, warnings, err := read(path)
	if err != nil {
		return Settings{}, nil, err
	}
	source := path
	if v := getenv(EnvClusterURL); v != "" {
		s.Kusto.ClusterURL, source = v, EnvClusterURL
	}
	if v := getenv(EnvDatabase); v != "" {
		s.Kusto.Database = v
	}
	if err := CheckURL(s.Kusto.ClusterURL); err != nil {
		return Settings{}, nil, fmt.Errorf("%s: cluster_url: %w", source, err)
	}
	return s, warnings, nil
}

// Path gives the file's path: $CODEX_HOME/config.toml, else ~/.codex/config.toml.
func Path(getenv func(string) string) (string, error) {
	if home := getenv(EnvHome); home != "" {
		return filepath.Join(home, "config.toml"), nil
	}
	home := getenv("HOME")
	if home == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return "", fmt.Errorf("find config.toml: %w; set %s", err, EnvHome)
		}
	}
	return filepath.Join(home, ".codex", "config.toml"), nil
}

func read(path string) (Settings, []Warning, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Settings{}, nil, nil
	case err != nil:
		return Settings{}, nil, fmt.Errorf("read configuration: %w", err)
	case info.IsDir():
		return Settings{}, nil, fmt.Errorf("read configuration: %s is a folder; it should be a file", path)
	case info.Size() > maxSize:
		return Settings{}, nil, fmt.Errorf("read configuration: %s has %d bytes; a configuration has at most %d", path, info.Size(), maxSize)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		return Settings{}, nil, fmt.Errorf("read configuration: %w", err)
	}
	return Parse(path, string(body))
}

// Parse reads the text of a config.toml; path is for messages.
func Parse(path, body string) (Settings, []Warning, error) {
	var s Settings
	meta, err := toml.Decode(body, &s)
	if err != nil {
		return Settings{}, nil, parseError(path, err)
	}
	if kind := meta.Type("lint", "rules"); kind != "" && kind != "Hash" {
		return Settings{}, nil, fmt.Errorf("%s:%d: lint.rules is no table; write [lint.rules] and a line for each rule", path, lineOf(body, "rules"))
	}
	if err := errors.Join(s.Lint.check(), s.Schema.check()); err != nil {
		return Settings{}, nil, fmt.Errorf("%s: %w", path, err)
	}
	var warnings []Warning
	for _, key := range meta.Undecoded() {
		if len(key) < 2 || known[key[0]] == nil {
			continue // another program's table
		}
		message := fmt.Sprintf("unknown key %q has no effect", key.String())
		if near := nearest(key[1], known[key[0]]); near != "" {
			message += fmt.Sprintf("; did you mean %q?", key[0]+"."+near)
		}
		warnings = append(warnings, Warning{File: path, Line: lineOf(body, key[len(key)-1]), Message: message})
	}
	return s, warnings, nil
}

// known has the keys of each table that is ours.
var known = map[string][]string{
	"kusto": {"cluster_url", "database"}, "lint": {"rules", "paths"}, "schema": {"cache", "refresh_after"},
}

func parseError(path string, err error) error {
	var p toml.ParseError
	if errors.As(err, &p) {
		message := p.Message
		if message == "" {
			message = strings.TrimPrefix(p.Error(), "toml: ")
		}
		return fmt.Errorf("%s:%d:%d: %s; correct the file or remove the line", path, p.Position.Line, max(p.Position.Col, 1), message)
	}
	message := strings.TrimPrefix(err.Error(), "toml: ")
	if m := typeError.FindStringSubmatch(message); m != nil {
		return fmt.Errorf("%s:%s:1: %s: %s; correct the file", path, m[1], m[2], m[3])
	}
	return fmt.Errorf("%s: %s; correct the file", path, message)
}

// typeError is how the library words a value of a wrong type; it has no error type for it.
var typeError = regexp.MustCompile(`^line (\d+) \(last key "([^"]*)"\): (.*)$`)

// lineOf finds the line on which a key is set; 0 when it can't be told.
func lineOf(body, key string) int {
	for i, line := range strings.Split(body, "\n") {
		name, _, ok := strings.Cut(line, "=")
		if ok && strings.Trim(strings.TrimSpace(name), `"'`) == key {
			return i + 1
		}
	}
	return 0
}

// CheckURL tells what is wrong with a cluster's address; "" and "embedded" mean the embedded engine and are fine.
func CheckURL(address string) error {
	if address == "" || address == Embedded {
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return fmt.Errorf("%q is no address; write https://host or http://localhost:8080", address)
	case u.Scheme != "https" && u.Scheme != "http":
		return fmt.Errorf("%q doesn't start with https:// or http://", address)
	case u.Host == "":
		return fmt.Errorf("%q names no host; write https://host", address)
	case u.User != nil:
		return errors.New("the address holds a user name or password; remove it")
	}
	return nil
}

// Embedded is the word that stands for the embedded engine where an address is asked for.
const Embedded = "embedded"
