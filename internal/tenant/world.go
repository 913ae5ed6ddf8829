package tenant

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/leastward/leastward/internal/tenant/draw"
)

// world is a validated request with the tables that everything is made from.
// It is read-only, so that accounts may be written at the same time.
type world struct {
	opts     Options
	from     time.Time
	accounts []*account
	words    draw.Words
	calls    calls
	profiles profiles
	managed  map[string]string // ARN of each AWS managed policy by name.
	attack   *plot
	// perIdentity is about how many events an active identity has.
	perIdentity float64
}

func newWorld(o Options) (*world, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("sample tenant options: %w", err)
	}
	w := &world{opts: o, from: o.from(), accounts: newAccounts(o), words: draw.NewWords(), managed: map[string]string{}}
	var err error
	if w.calls, err = newCalls(); err != nil {
		return nil, err
	}
	if w.profiles, err = newProfiles(w.calls); err != nil {
		return nil, err
	}
	for _, p := range managedPolicies() {
		w.managed[p.name] = p.arn()
	}
	w.perIdentity = defaultPerIdentity
	w.attack = w.newPlot()
	if o.Events > 0 {
		w.perIdentity = float64(o.Events) / float64(w.countActing())
	}
	return w, nil
}

const defaultPerIdentity = 40

func (w *world) countActing() int {
	n := 1
	for _, a := range w.accounts {
		for x := range w.identities(a) {
			if x.acts() {
				n++
			}
		}
	}
	return n
}

// identities yields all identities of an account: users, roles, functions,
// instances.
func (w *world) identities(a *account) iter.Seq[*identity] {
	return func(yield func(*identity) bool) {
		for _, k := range []kind{kindUser, kindRole, kindFunction, kindInstance} {
			for i := range a.of(k) {
				if !yield(w.identity(a, k, i)) {
					return
				}
			}
		}
	}
}

// identity computes one identity.
func (w *world) identity(a *account, k kind, i int) *identity {
	switch k {
	case kindUser:
		return w.user(a, i)
	case kindRole:
		return w.role(a, i)
	case kindFunction:
		return w.function(a, i)
	case kindInstance:
	}
	return w.instance(a, i)
}

// of returns how many identities of a kind the account has.
func (a *account) of(k kind) int {
	switch k {
	case kindUser:
		return a.users
	case kindRole:
		return a.roles
	case kindFunction:
		return a.functions
	case kindInstance:
	}
	return a.instances
}

// kind is a sort of identity, by the letter that IDs of it are derived with.
type kind string

const (
	kindUser     kind = "user"
	kindRole     kind = "role"
	kindFunction kind = "function"
	kindInstance kind = "instance"
)

// identity is everything about one identity. Only the fields of its kind are
// set.
type identity struct {
	acct           *account
	kind           kind
	index          int
	name, path     string
	arn, id        string
	created        time.Time
	team           string
	tags           []tag
	profile        *profile
	super          bool
	managed        []string // ARNs of attached policies.
	inline         []inlinePolicy
	boundary       string
	active         bool
	deniedOnly     bool      // Inactive, with one attempt that was refused.
	fresh          bool      // Made a few days ago and not yet used.
	lastUsed       time.Time // Of an inactive one, from before the activity; may be zero.
	trust          string    // Of roles.
	trusted        string    // What may assume the role: a key of trustKinds.
	serviceManaged bool
	runsAs         *identity // The role of a function or an instance.
	person                   // Of users.
}

// tag is a tag as AWS writes it.
type tag struct{ Key, Value string }

type inlinePolicy struct{ name, document string }

func (x *identity) rand(label string) *rand.Rand {
	return x.acct.seed.Stream(string(x.kind)+label, x.index, 0)
}

// age sets when the identity was made and, if it is idle, when it was last
// used: well before the activity, so that no window of 90 days is in doubt.
func (w *world) age(x *identity, r *rand.Rand) {
	days := 110 + r.IntN(1500)
	x.created = w.opts.Until.Add(-time.Duration(days)*24*time.Hour - time.Duration(r.IntN(86400))*time.Second)
	if idle := w.opts.Days + 8 + r.IntN(300); !x.active && r.IntN(2) == 0 && idle < days {
		x.lastUsed = w.opts.Until.Add(-time.Duration(idle)*24*time.Hour + time.Duration(r.IntN(80000))*time.Second)
	}
}

// label gives the identity its team and its tags.
func (w *world) label(x *identity, r *rand.Rand) {
	if r.IntN(20) > 0 { // One of twenty has no owner.
		x.tags = append(x.tags, tag{"owner", x.team})
	}
	x.tags = append(x.tags, tag{"environment", x.acct.env})
	switch r.IntN(100) {
	case 0, 1:
		x.tags = append(x.tags, tag{"ck_exclude_from_pci", "true"})
	case 2, 3:
		x.tags = append(x.tags, tag{"ck_exclude_from_reports", "true"})
	case 4:
		x.tags = append(x.tags, tag{"ck_exclude_from_reports", "false"}) // Exempts nothing.
	}
}

// attach gives the identity the policies of its profile, or everything.
func (w *world) attach(x *identity, r *rand.Rand) {
	if x.super {
		if r.IntN(4) == 0 {
			x.inline = append(x.inline, inlinePolicy{"everything", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`})
			return
		}
		x.managed = append(x.managed, "arn:aws:iam::aws:policy/AdministratorAccess")
		return
	}
	for _, name := range x.profile.managed {
		x.managed = append(x.managed, w.managedARN(name))
	}
	for _, name := range x.profile.custom {
		x.managed = append(x.managed, x.acct.customARN(name, x.team))
	}
	if x.profile.inline != "" {
		x.inline = append(x.inline, inlinePolicy{x.profile.name, x.fill(x.profile.inline)})
	}
}

func (w *world) managedARN(name string) string { return w.managed[name] }

// fill puts the identity's own resources into a policy document.
func (x *identity) fill(document string) string {
	v := x.values()
	document = strings.NewReplacer("BUCKET", v[vBucket], "TABLE", v[vTable], "KEY", v[vKey]).Replace(document)
	return x.acct.expand(document, x.team)
}

// values returns what the placeholders of calls stand for when the identity
// makes them: its team's resources.
func (x *identity) values() values {
	r := x.rand("values")
	store := fmt.Sprintf("%s-%s", x.team, draw.Pick(r, []string{"exports", "uploads", "events", "state", "reports", "assets"}))
	stack := fmt.Sprintf("%s-%s", x.team, draw.Pick(r, []string{"core", "edge", "batch", "api", "web"}))
	v := values{
		vAccount: x.acct.id, vRegion: region(x.team), vTeam: x.team, vEnv: x.acct.env,
		vBucket: x.acct.prefix + "-" + store, vTable: store, vQueue: store + "-queue",
		vSecret: fmt.Sprintf("arn:aws:secretsmanager:%s:%s:secret:%s/%s/database-Qx7bZa", region(x.team), x.acct.id, x.acct.env, x.team),
		vKey:    string(draw.AppendUUID(nil, x.acct.seed.Stream("key"+x.team, 0, 0))),
		vStack:  stack, vRole: stack + "-role", vFunction: stack + "-handler",
		vInstance: draw.HexID(r, "i-", 17), vUser: "svc-reporting",
	}
	switch x.kind {
	case kindUser:
		v[vUser] = x.name
	case kindRole:
		v[vRole] = x.name
	case kindFunction:
		v[vFunction] = x.name
	case kindInstance:
		v[vInstance] = x.name
	}
	return v
}
