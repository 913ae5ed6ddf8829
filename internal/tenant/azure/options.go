package azure

import (
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// Options says what to generate. All of it must be set.
type Options struct {
	// Size is the number of users, service principals, managed identities,
	// function apps and virtual machines; groups come on top.
	Size int
	Seed draw.Seed
	// From and Until are the bounds of the activity, both at midnight (UTC).
	From, Until time.Time
	// SuperShare is the share of users and applications that own a subscription.
	SuperShare float64
	// PerIdentity is about how many events an active identity has.
	PerIdentity float64
	// People returns the login ("first.last") of person number i of the
	// organisation.
	People func(i int) string
	// Pipeline is the name of the pipeline that deploys to every cloud.
	Pipeline string
	Words    draw.Words
}

// Tenant is a tenant to be written. It is read-only.
type Tenant struct {
	opts                                   Options
	span                                   files.Span
	subscriptions                          []*subscription
	groups                                 []group
	profiles                               map[string]*profile
	roles                                  map[string]role
	users, principals, functions, machines int
	assigned                               int // User-assigned identities.
}

// New returns the tenant that the options describe.
func New(o Options) *Tenant {
	t := &Tenant{opts: o, subscriptions: subscriptions(), roles: roles()}
	t.span = files.Span{Seed: o.Seed, From: o.From, Days: int(o.Until.Sub(o.From) / (24 * time.Hour))}
	t.profiles = profiles()
	t.divide()
	t.groups = t.allGroups()
	return t
}

// divide gives each kind its part: one of eleven is a human, each function app
// has an identity of its own, and virtual machines share some.
func (t *Tenant) divide() {
	size := t.opts.Size
	t.users = max(2, (size+5)/11)
	workloads := max(6, size-t.users)
	t.functions, t.machines = workloads/5, workloads/5
	t.principals = max(2, workloads*35/100)
	t.assigned = max(1, workloads-2*t.functions-t.machines-t.principals)
}
