package config

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// Size is a number of bytes as people write it: 512MiB, 10GiB, 2TiB, or a plain
// number.
type Size int64

// UnmarshalYAML reads the size.
func (s *Size) UnmarshalYAML(node *yaml.Node) error {
	m := regexp.MustCompile(`^(\d{1,15})(KiB|MiB|GiB|TiB)?$`).FindStringSubmatch(node.Value)
	if m == nil || node.Kind != yaml.ScalarNode {
		return fmt.Errorf("line %d: %q is not a size; write it like 512MiB or 10GiB", node.Line, node.Value)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		return fmt.Errorf("line %d: %w", node.Line, err)
	}
	shift := map[string]int{"": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}[m[2]]
	if n > math.MaxInt64>>shift {
		return fmt.Errorf("line %d: %q is too large", node.Line, node.Value)
	}
	*s = Size(n << shift)
	return nil
}
