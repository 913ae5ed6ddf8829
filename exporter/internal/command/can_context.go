package command

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/kingpin/v2"

	"github.com/leastward/leastward/exporter/internal/ask"
)

// contextFlags say what is known of a request's context.
type contextFlags struct {
	values, absent []string
}

func (f *contextFlags) add(c *kingpin.CmdClause) {
	c.Flag("context", "What is known of the request, as KEY=VALUE, such as aws:SourceIp=203.0.113.7 or request.time=2026-01-31T12:00:00Z. Repeatable; the same key again gives it one more value.").
		PlaceHolder("KEY=VALUE").StringsVar(&f.values)
	c.Flag("absent", "Context key that the request is known not to have. Repeatable.").PlaceHolder("KEY").StringsVar(&f.absent)
}

func (f *contextFlags) given() bool { return len(f.values)+len(f.absent) > 0 }

// read returns the context; nil where nothing is known.
func (f *contextFlags) read() (*ask.Context, error) {
	if !f.given() {
		return nil, nil
	}
	collected, spelt := map[string][]string{}, map[string]string{} // By ask.Key.
	for _, pair := range f.values {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return nil, fmt.Errorf("--context: %q is not KEY=VALUE, as aws:SourceIp=203.0.113.7 is; for a key that is not there use --absent", pair)
		}
		same := ask.Key(key)
		collected[same], spelt[same] = append(collected[same], value), cmp.Or(spelt[same], key)
	}
	for _, key := range f.absent {
		if strings.Contains(key, "=") {
			return nil, fmt.Errorf("--absent: %q is not a key alone, as aws:MultiFactorAuthAge is", key)
		}
		same := ask.Key(key)
		if _, known := collected[same]; known {
			return nil, fmt.Errorf("--absent: %s stands twice, or in --context too", key)
		}
		collected[same], spelt[same] = nil, key
	}
	values := map[string][]string{}
	for _, key := range slices.Sorted(maps.Keys(collected)) {
		if err := ask.Add(values, spelt[key], collected[key]); err != nil {
			return nil, flagError(err)
		}
	}
	return ask.NewContext(values), nil
}
