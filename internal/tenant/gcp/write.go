package gcp

import (
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/tenant/files"
)

// entitlements is where everything but the logs stands.
const entitlements = "gcp/entitlements/"

// Write writes the organization's entitlements and logs below gcp/ and returns
// what is true of it.
func (o *Organization) Write(create files.Create) (*Truth, error) {
	var truth *Truth
	events := 0
	var g errgroup.Group
	g.Go(func() (err error) { events, err = o.writeLogs(create); return err })
	g.Go(func() error {
		truth = o.truth()
		for _, write := range []func(files.Create) error{o.writeAssets, o.writePolicies, o.writeGuardrails, o.writeDirectory, o.writeActivity} {
			if err := write(create); err != nil {
				return err
			}
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	truth.Events = events
	return truth, nil
}

// object is a JSON object; members are written in the order of their names.
type object map[string]any

func stamp(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
