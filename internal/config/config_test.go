package config_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/leastward/leastward/internal/config"
)

type sample struct {
	Name    string            `yaml:"name"`
	Count   int               `yaml:"count"`
	On      bool              `yaml:"on"`
	Names   []string          `yaml:"names"`
	Every   config.Duration   `yaml:"every"`
	Secret  config.Secret     `yaml:"secret"`
	Mapping map[string]string `yaml:"mapping"`
}

func TestDecodeStrictKeepsDefaults(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "default", "# nothing\n": "default", "count: 2\n": "default", "name: x\n": "x"} {
		got := sample{Name: "default"}
		if err := config.DecodeStrict(strings.NewReader(text), &got); err != nil || got.Name != want {
			t.Errorf("DecodeStrict(%q): name = %q, %v; want %q", text, got.Name, err, want)
		}
	}
}

func TestDecodeStrictRejects(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"named: x":           `line 1: there is no field "named"; check its spelling and indentation`,
		"name: a\nname: b":   `line 2: "name" stands twice`,
		"count: many":        `line 1: "many" does not fit here, which wants a whole number`,
		"on: perhaps":        `line 1: "perhaps" does not fit here, which wants true or false`,
		"names: x":           `line 1: "x" does not fit here, which wants a list`,
		"mapping: [a]":       `line 1: a list does not fit here, which wants a mapping`,
		"name: {a: b}":       `line 1: a mapping does not fit here, which wants a text`,
		"every: soon":        `line 1: "soon" is not a duration; write it like 30s, 24h or 90d`,
		"every: [1s]":        `line 1: "" is not a duration; write it like 30s, 24h or 90d`,
		"name: a\n---\nb: c": `more than one YAML document; remove everything from the second --- on`,
		"name: [":            `line 1: did not find expected node content`,
	} {
		var got sample
		if err := config.DecodeStrict(strings.NewReader(text), &got); err == nil || err.Error() != want {
			t.Errorf("DecodeStrict(%q) = %v\nwant %s", text, err, want)
		}
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	var got sample
	if err := config.DecodeStrict(strings.NewReader("every: 1d12h"), &got); err != nil || got.Every.Std() != 36*time.Hour || got.Every.String() != "1d12h" {
		t.Errorf("every = %s, %v; want 1d12h", got.Every, err)
	}
}

// However a secret is printed, its value does not show.
func TestSecretNeverShows(t *testing.T) {
	t.Parallel()
	const value = "s3cr3t"
	holder := struct {
		S config.Secret
		L []config.Secret
	}{value, []config.Secret{value}}
	var out bytes.Buffer
	fmt.Fprintf(&out, "%v %+v %#v %s %q %x\n", holder, holder, holder, holder.S, holder.S, holder.S)
	slog.New(slog.NewTextHandler(&out, nil)).Info("x", "secret", holder.S, "holder", holder)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("x", "secret", holder.S, "holder", holder)
	for _, marshal := range []func(any) ([]byte, error){json.Marshal, yaml.Marshal} {
		text, err := marshal(holder.S)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	if strings.Contains(out.String(), value) || strings.Contains(out.String(), fmt.Sprintf("%x", value)) {
		t.Errorf("the secret shows:\n%s", out.String())
	}
	if holder.S.Reveal() != value {
		t.Error("Reveal lost the value")
	}
}

func TestReadSecret(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	full, empty := filepath.Join(dir, "full"), filepath.Join(dir, "empty")
	for path, text := range map[string]string{full: " pass word \r\n", empty: "\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := config.ReadSecret(full); err != nil || got.Reveal() != " pass word " {
		t.Errorf("ReadSecret = %q, %v", got.Reveal(), err)
	}
	for _, path := range []string{empty, filepath.Join(dir, "missing")} {
		if _, err := config.ReadSecret(path); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("ReadSecret(%s) = %v, want an error that names the file", path, err)
		}
	}
}

func FuzzDecodeStrict(f *testing.F) {
	f.Add("name: x\ncount: 1\n")
	f.Add("a: [\n---\n")
	f.Fuzz(func(_ *testing.T, text string) {
		var got sample
		_ = config.DecodeStrict(strings.NewReader(text), &got) // It must not panic.
	})
}
