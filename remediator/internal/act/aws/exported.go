package aws

import (
	"context"
	"fmt"
	"sync"
	"time"

	collect "github.com/leastward/leastward/internal/collect/aws"
	"github.com/leastward/leastward/internal/entitlement"
)

// exported is the source that reads an exported account.
type exported struct {
	account entitlement.SystemID
	files   collect.Files

	mu      sync.Mutex // Guards what follows.
	version string     // Of the files that tenant was read from; "" at first.
	tenant  *tenant
}

func newExported(id entitlement.SystemID, path string) *exported {
	return &exported{account: id, files: collect.Files{AuthorizationDetails: path}}
}

func (e *exported) caller(context.Context) (string, error) {
	return "exported file " + e.files.AuthorizationDetails, nil
}

func (e *exported) users(context.Context) (int, error) {
	t, err := e.read()
	if err != nil {
		return 0, err
	}
	return len(t.users), nil
}

func (e *exported) user(_ context.Context, name string) (*user, error) {
	t, err := e.read()
	if err != nil {
		return nil, err
	}
	return t.user(name)
}

// read returns the account as the files have it now.
func (e *exported) read() (*tenant, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	version, err := e.files.Version()
	for range 3 { // They may be written meanwhile.
		if err != nil || version == e.version {
			break
		}
		if e.tenant, err = e.load(); err == nil {
			e.version = version
			version, err = e.files.Version()
		}
	}
	if err != nil {
		e.version = ""
		return nil, remedied{err, fmt.Sprintf("export account %s anew: aws iam get-account-authorization-details > %s", e.account, e.files.AuthorizationDetails)}
	}
	return e.tenant, nil
}

func (e *exported) load() (*tenant, error) {
	inv, err := collect.ReadFiles(e.files, time.Time{})
	if err != nil {
		return nil, err
	}
	if inv.System.ID != e.account {
		return nil, fmt.Errorf("read %q: it is of account %q, not of %s", e.files.AuthorizationDetails, inv.System.ID, e.account)
	}
	t := &tenant{path: e.files.AuthorizationDetails, inventory: inv, users: map[string]*entitlement.Identity{}, groups: map[entitlement.IdentityID]*entitlement.Identity{}}
	for i := range inv.Identities {
		switch id := &inv.Identities[i]; id.Kind {
		case entitlement.User:
			t.users[id.Name] = id
		case entitlement.Group:
			t.groups[id.ID] = id
		case entitlement.Role, entitlement.Function, entitlement.Instance,
			entitlement.ServicePrincipal, entitlement.ManagedIdentity, entitlement.ServiceAccount:
		}
	}
	return t, nil
}
