package config

import (
	"strings"

	"calypso/auth"
)

// Secret is a text of the file that doesn't print: fmt, logs and encoders all give [redacted].
type Secret struct{ auth.Secret }

// UnmarshalText takes the text over.
func (s *Secret) UnmarshalText(text []byte) error {
	s.Secret = auth.NewSecret(string(text))
	return nil
}

// Reference tells whether the text names a secret elsewhere instead of being one.
func (s Secret) Reference() bool { return IsReference(s.Reveal()) }

// IsReference tells whether a text names a secret elsewhere. No key begins so.
func IsReference(text string) bool {
	return strings.HasPrefix(text, "keyvault:") || strings.HasPrefix(text, "vscode:")
}
