package gcp

import (
	"time"

	"github.com/leastward/leastward/internal/collect/records"
	"github.com/leastward/leastward/internal/entitlement"
)

// builder gathers what records say, in whatever order they come, and makes an
// inventory of each project of it. Exported files and live answers are the same
// to it: each record is given to take.
type builder struct {
	now      time.Time
	accounts accounts
	problems *problemLog
	stats    Stats
	sources  []*source

	tree    *hierarchy
	homes   map[string]string // From full resource names to the container that they are in.
	domains map[string]string // The organization's own, with the customer's id.

	policies  []*allowPolicy
	resources map[string]*asset // By full name, as written.
	order     []string          // Of resources.
	roles     map[entitlement.RoleID]*role
	denials   []*denial
	limits    map[string]*boundary // Principal access boundary policies by name.
	bound     []*boundaryBinding

	owned     map[string]*account // Service accounts by address.
	uniques   map[string]string   // From their unique ids to addresses.
	keys      []*accountKey
	groups    map[string]*group // By address.
	groupIDs  map[string]string // From "groups/abc" to the address.
	members   []*membership
	users     map[string]*user
	workloads []*workload
	runs      map[string]bool // Functions, as "project/region/name".
	machines  map[string]*machine
	firewalls []*firewall

	line  *line // Of the array at the top that is being read.
	lines []*line

	lastPages  map[string]bool    // By the member that holds the list.
	morePages  map[string][]place // Pages that others follow.
	prevention map[string]bool    // Whether a container enforces that nothing in Cloud Storage is public.
	used       []*activity
}

func newBuilder(o FileOptions) *builder {
	return &builder{
		now: o.Now.UTC(), accounts: newAccounts(), problems: newProblemLog(o.MaxProblems),
		stats: Stats{Refused: map[records.Reason]int{}},
		tree:  newHierarchy(), homes: map[string]string{}, domains: map[string]string{},
		resources: map[string]*asset{}, roles: map[entitlement.RoleID]*role{}, limits: map[string]*boundary{},
		owned: map[string]*account{}, uniques: map[string]string{}, groups: map[string]*group{}, groupIDs: map[string]string{},
		users: map[string]*user{}, prevention: map[string]bool{}, lastPages: map[string]bool{}, morePages: map[string][]place{}, runs: map[string]bool{}, machines: map[string]*machine{},
	}
}

// around is what the document around a record tells of it.
type around struct {
	group string // The group whose members a list has.
	line  *line
}

// line is a list of ancestors: a project first, then what is above it.
type line struct {
	list int
	refs []string
}

// visit takes a value of a file: a record, or a page with a list of them.
func (b *builder) visit(p place, v any, list int) {
	if b.line == nil || list == 0 || b.line.list != list {
		b.line = &line{list: list}
		b.lines = append(b.lines, b.line)
	}
	b.one(p, v, &around{line: b.line})
}

func (b *builder) one(p place, v any, a *around) {
	o := asObject(v)
	if o == nil {
		b.reject(b.source(p), records.UnsupportedShape, "is not an object; give the JSON of gcloud or of the API as it is")
		return
	}
	if take := b.recognise(o); take != nil {
		src := b.source(p)
		take(src, o, a)
		return
	}
	if b.page(p, o, a) || len(o) == 0 {
		return
	}
	b.reject(b.source(p), records.UnsupportedShape,
		"is none of the records that are read (its members are %s); docs/files-gcp.md says which are", names(o))
}
