package azure

import (
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/leastward/leastward/internal/tenant/files"
)

// Write writes the tenant's entitlements and logs below azure/ and returns what
// is true of it.
func (t *Tenant) Write(create files.Create) (*Truth, error) {
	var truth *Truth
	events := 0
	var g errgroup.Group
	g.Go(func() (err error) { events, err = t.writeLogs(create); return err })
	g.Go(func() error {
		truth = t.truth()
		return t.writeEntitlements(create)
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	truth.Events = events
	return truth, nil
}

// folder is where the entitlements stand.
const folder = "azure/entitlements/"

func (t *Tenant) writeEntitlements(create files.Create) error {
	for _, write := range []func(files.Create) error{t.writeHierarchy, t.writeAccess, t.writeSchedules, t.writeDirectory, t.writeApplications} {
		if err := write(create); err != nil {
			return err
		}
	}
	for _, s := range t.subscriptions {
		if err := t.writeResources(create, s); err != nil {
			return err
		}
	}
	return nil
}

// object is a JSON object; members are written in the order of their names.
type object map[string]any

// stamp writes a time as ARM does.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.0000000Z") }

// short writes a time as Microsoft Graph does.
func short(at time.Time) string { return at.UTC().Format(time.RFC3339) }

// page returns what stands before and behind the list of a page of Microsoft
// Graph.
func page(context string) (before, behind string) {
	return `{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#` + context + `", "value": `, "}"
}
