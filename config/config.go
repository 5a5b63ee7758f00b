// Package config turns config.toml, the environment and the editor's settings into one Settings value. Later wins: file, then
// environment, then editor; flags are laid over it by the caller. It reads no file of a workspace: where a token goes and what runs
// is the person's own choice, never that of a folder they opened.
//
// The file is shared with the Codex CLI: its keys pass without a word. What a key may be stands in one table (keys.go), from which
// docs/settings.md is written; the editor's settings stand in another (editor.go), from which the extension's manifest is.
//
// Start at Load.
package config

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
)

// Settings is everything that can be set outside of flags. The zero value is a machine with no configuration.
type Settings struct {
	// Model is the model's name; on Azure the deployment's.
	Model string `toml:"model"`
	// ModelProvider names one of Providers.
	ModelProvider string `toml:"model_provider"`
	// ContextWindow is the model's, in tokens; 0 when not said.
	ContextWindow int `toml:"model_context_window"`
	// CompactAt is the number of tokens from which a conversation is summarised; 0 when not said.
	CompactAt int `toml:"model_auto_compact_token_limit"`
	// ReasoningEffort and ReasoningSummary are sent only when set: not every model takes them.
	ReasoningEffort  string `toml:"model_reasoning_effort"`
	ReasoningSummary string `toml:"model_reasoning_summary"`

	Providers map[string]Provider `toml:"model_providers"`
	AzureAuth *AzureAuth          `toml:"azure_auth"` // nil when the file has none
	Kusto     Kusto               `toml:"kusto"`
	Agent     Agent               `toml:"agent"`
	Lint      Lint                `toml:"lint"`
	Format    Format              `toml:"format"`
	Schema    Schema              `toml:"schema"`
	History   History             `toml:"history"`

	// Path is the file that was read or would have been.
	Path string `toml:"-"`
	// Found tells whether it was there.
	Found bool `toml:"-"`
}

// Warning is something in the file that has no effect, or is better elsewhere.
type Warning struct {
	File         string
	Line, Column int // from 1; 0 when unknown
	Message      string
}

// String gives the warning as a person reads it.
func (w Warning) String() string { return place{w.Line, w.Column}.in(w.File) + ": " + w.Message }

// The environment variables that are read.
const (
	EnvHome       = "CODEX_HOME"
	EnvClusterURL = "CALYPSO_KUSTO_CLUSTER_URL"
	EnvDatabase   = "CALYPSO_KUSTO_DATABASE"
	EnvModel      = "CALYPSO_MODEL"
	EnvProvider   = "CALYPSO_MODEL_PROVIDER"
)

// Load reads the file that the environment names and lays the environment over it. A missing file is no error. An error names
// file, line and column of the mistake, or the variable.
func Load(getenv func(string) string) (Settings, []Warning, error) {
	path, err := Path(getenv)
	if err != nil {
		return Settings{}, nil, err
	}
	s, warnings, err := read(path)
	if err != nil {
		return Settings{Path: path, Found: true}, nil, err
	}
	for name, to := range map[string]*string{
		EnvDatabase: &s.Kusto.Database, EnvModel: &s.Model, EnvProvider: &s.ModelProvider, EnvClusterURL: &s.Kusto.ClusterURL,
	} {
		if v := getenv(name); v != "" {
			*to = v
		}
	}
	if v := getenv(EnvClusterURL); v != "" {
		if err := CheckURL(v); err != nil {
			return Settings{}, nil, fmt.Errorf("%s: %w", EnvClusterURL, err)
		}
	}
	return s, warnings, nil
}

// Path gives the file's path: $CODEX_HOME/config.toml, else ~/.codex/config.toml.
func Path(getenv func(string) string) (string, error) {
	home, err := Home(getenv)
	return filepath.Join(home, "config.toml"), err
}

// Home is the folder of the file, and of what other programs keep beside it: $CODEX_HOME, else ~/.codex.
func Home(getenv func(string) string) (string, error) {
	if home := getenv(EnvHome); home != "" {
		return home, nil
	}
	home := getenv("HOME")
	if home == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return "", fmt.Errorf("find config.toml: %w; set %s", err, EnvHome)
		}
	}
	return filepath.Join(home, ".codex"), nil
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
