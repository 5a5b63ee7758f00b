package config

// Reading the file: syntax, types, values, and the warnings about what has no effect, each with its place.

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// maxSize bounds the file: more is not a configuration.
const maxSize = 1 << 20

func read(path string) (Settings, []Warning, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Settings{Path: path}, nil, nil
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

// File reads a file of settings by its path, for what is kept beside queries rather than in the home folder. The environment isn't
// asked; the file must be there.
func File(path string) (Settings, []Warning, error) {
	if _, err := os.Stat(path); err != nil {
		return Settings{}, nil, fmt.Errorf("read configuration: %w; give the path of a TOML file", err)
	}
	return read(path)
}

// mistake is a key whose value can't be; the message says what it should be.
type mistake struct {
	key     string // dotted
	message string
}

func (m *mistake) Error() string { return m.key + ": " + m.message }

func wrong(key, format string, args ...any) error {
	return &mistake{key, fmt.Sprintf(format, args...)}
}

// Parse reads the text of a config.toml; path is for messages.
func Parse(path, body string) (Settings, []Warning, error) {
	s := Settings{Path: path, Found: true}
	places := locate(body)
	var plain map[string]any
	if _, err := toml.Decode(body, &plain); err != nil {
		return Settings{}, nil, parseError(path, places, err)
	}
	if err := checkTypes(shapes(), "", plain); err != nil {
		return Settings{}, nil, places.told(path, err)
	}
	meta, err := toml.Decode(body, &s)
	if err != nil {
		return Settings{}, nil, parseError(path, places, err)
	}
	if err := s.check(); err != nil {
		return Settings{}, nil, places.told(path, err)
	}
	return s, append(unknown(path, places, meta), s.plainSecrets(path, places)...), nil
}

// told puts a mistake's place before it.
func (p places) told(path string, err error) error {
	var m *mistake
	if errors.As(err, &m) {
		return fmt.Errorf("%s: %w", p.of(m.key).in(path), m)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func (s Settings) check() error {
	checks := []func() error{s.checkModel, s.checkProviders, s.checkAuth, s.Kusto.check, s.Agent.Check, s.Lint.check, s.Format.check, s.Schema.check, s.History.check, s.checkPrices}
	for _, check := range checks {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (s Settings) checkModel() error {
	switch {
	case s.ContextWindow < 0:
		return wrong("model_context_window", "%d tokens can't be; write a number above 0", s.ContextWindow)
	case s.CompactAt < 0:
		return wrong("model_auto_compact_token_limit", "%d tokens can't be; write a number above 0", s.CompactAt)
	}
	return nil
}

// unknown warns of keys that nobody knows, with the nearest that somebody does. What is below such a key isn't told again.
func unknown(path string, places places, meta toml.MetaData) []Warning {
	var warnings []Warning
	told := map[string]bool{}
	for _, key := range meta.Undecoded() {
		if slices.Contains(codexKeys, key[0]) || len(key) > 3 && key[0] == "model_providers" && slices.Contains(codexTables, key[2]) || told[parent(key)] {
			told[key.String()] = told[parent(key)]
			continue
		}
		told[key.String()] = true
		message := fmt.Sprintf("unknown key %q has no effect", key.String())
		if near := nearest(key[len(key)-1], siblings(key)); near != "" {
			if len(key) > 1 {
				near = parent(key) + "." + near
			}
			message += fmt.Sprintf("; did you mean %q?", near)
		}
		at := places.of(strings.Join(key, "."))
		warnings = append(warnings, Warning{File: path, Line: at.line, Column: at.column, Message: message})
	}
	return warnings
}

func parent(key toml.Key) string { return key[:len(key)-1].String() }

func parseError(path string, places places, err error) error {
	var p toml.ParseError
	if errors.As(err, &p) {
		message := p.Message
		if message == "" {
			message = strings.TrimPrefix(p.Error(), "toml: ")
		}
		message = strings.ReplaceAll(message, " is out of range for int64", " is too large a number")
		return fmt.Errorf("%s:%d:%d: %s; correct the file or remove the line", path, p.Position.Line, max(p.Position.Col, 1), message)
	}
	message := strings.TrimPrefix(err.Error(), "toml: ")
	if m := typeError.FindStringSubmatch(message); m != nil {
		line, _ := strconv.Atoi(m[1])
		return fmt.Errorf("%s: %s: the value can't be; correct the file", place{line, places.column(line, m[2])}.in(path), m[2])
	}
	return fmt.Errorf("%s: %s; correct the file", path, message)
}

// typeError is how the library words a value of a wrong type; it has no error type for it.
var typeError = regexp.MustCompile(`(?s)^line (\d+) \(last key "([^"]*)"\): (.*)$`)

// plainSecrets warns of secrets that stand in the file as they are: they work, but whoever reads the file has them.
func (s Settings) plainSecrets(path string, places places) []Warning {
	var warnings []Warning
	warn := func(key string, secret Secret, better string) {
		if secret.IsZero() || secret.Reference() {
			return
		}
		at := places.of(key)
		warnings = append(warnings, Warning{
			File: path, Line: at.line, Column: at.column,
			Message: key[strings.LastIndexByte(key, '.')+1:] + " stands in this file for all who read it; better set " + better + ", or write keyvault:https://<vault>/secrets/<name>",
		})
	}
	for _, block := range s.authBlocks() {
		warn(block.key+".client_secret", block.ClientSecret, "AZURE_CLIENT_SECRET")
		warn(block.key+".certificate_password", block.CertificatePassword, "AZURE_CLIENT_CERTIFICATE_PASSWORD")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Providers)) {
		p, key := s.Providers[name], "model_providers."+name+"."
		warn(key+"experimental_bearer_token", p.BearerToken, "env_key to a variable's name")
		for _, header := range slices.Sorted(maps.Keys(p.HTTPHeaders)) {
			if signsIn(header) {
				warn(key+"http_headers."+header, p.HTTPHeaders[header], "env_http_headers")
			}
		}
	}
	return warnings
}
