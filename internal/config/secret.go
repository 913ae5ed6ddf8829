// Package config holds what the programs' configuration files share: strict
// decoding, durations as people write them, and secrets that never print.
package config

import (
	"fmt"
	"log/slog"
	"os"
	"strings"
)

// hidden is what stands where a secret would be shown.
const hidden = "<secret>"

// Secret is a value that must never appear in logs, errors, metrics or shown
// configuration. Everything that prints or encodes it yields "<secret>" (but do
// not make it the key of a map, which JSON would write as it is); only
// [Secret.Reveal] returns the value.
type Secret string

// Reveal returns the value. Hand it to the one call that needs it.
func (s Secret) Reveal() string { return string(s) }

// String hides the value from fmt.
func (s Secret) String() string { return s.shown() }

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.shown() }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.shown()) }

// MarshalYAML hides the value from a shown configuration.
func (s Secret) MarshalYAML() (any, error) { return s.shown(), nil }

// MarshalText hides the value from JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.shown()), nil }

func (s Secret) shown() string {
	if s == "" {
		return ""
	}
	return hidden
}

// ReadSecret returns the secret in a file, without the line end that editors
// add. An empty file is an error: it is always a mistake.
func ReadSecret(path string) (Secret, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", err // It names the operation and the path.
	}
	secret := strings.TrimRight(string(text), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("read %s: the file is empty", path)
	}
	return Secret(secret), nil
}
