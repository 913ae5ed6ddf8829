package gcp

import (
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
	"github.com/leastward/leastward/internal/tenant/files"
)

// Options says what to generate. All of it must be set.
type Options struct {
	// Size is the number of users, service accounts, functions and instances;
	// groups and the accounts that Google makes come on top.
	Size int
	Seed draw.Seed
	// From and Until are the bounds of the activity, both at midnight (UTC).
	From, Until time.Time
	// SuperShare is the share of users and service accounts that own a project.
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

// Organization is an organization to be written. It is read-only.
type Organization struct {
	opts                                  Options
	span                                  files.Span
	projects                              []*project
	profiles                              map[string]*profile
	calls                                 map[string]call
	groups                                []group
	users, accounts, functions, instances int
}

// New returns the organization that the options describe.
func New(opts Options) *Organization {
	o := &Organization{opts: opts, projects: projects(), profiles: profiles(), calls: calls()}
	o.span = files.Span{Seed: opts.Seed, From: opts.From, Days: int(opts.Until.Sub(opts.From) / (24 * time.Hour))}
	o.groups = o.allGroups()
	o.users = max(2, (opts.Size+5)/11)
	workloads := max(6, opts.Size-o.users)
	o.functions, o.instances = workloads*3/10, workloads/4
	o.accounts = workloads - o.functions - o.instances
	return o
}

// Users returns how many people of the directory there are.
func (o *Organization) Users() int { return o.users }

// User returns the address of person number i.
func (o *Organization) User(i int) string { return o.user(i).email }
