package config

import (
	"fmt"
	"time"

	"github.com/prometheus/common/model"
	"go.yaml.in/yaml/v3"
)

// Duration is a length of time as Prometheus writes it: "30s", "24h", "90d",
// "1d12h".
type Duration time.Duration

// Std returns the duration as the standard library's type.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String returns the duration as it would stand in a file.
func (d Duration) String() string { return model.Duration(d).String() }

// MarshalText writes the duration as it would stand in a file.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the duration, in JSON and elsewhere.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := model.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is not a duration; write it like 30s, 24h or 90d", text)
	}
	*d = Duration(parsed)
	return nil
}

// UnmarshalYAML reads the duration.
func (d *Duration) UnmarshalYAML(node *yaml.Node) error {
	parsed, err := model.ParseDuration(node.Value)
	if err != nil || node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: %q is not a duration; write it like 30s, 24h or 90d", node.Line, node.Value)
	}
	*d = Duration(parsed)
	return nil
}
