package escalation

import (
	"bytes"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/glob"
)

// kin are the users, or the roles, of one account of which the same policies speak of
// what is asked: the answers, and so the moves, are the same for all of them.
// Where one of these policies looks at who asks, an identity has no kin.
type kin struct {
	policies []entitlement.PolicyID
	boundary entitlement.PolicyID
	regions  []string
	lists    map[*plan]*list

	retrusted []granted // nil until asked for.
	rewrites  map[entitlement.PolicyID]answer
	commons   map[*aws.Account][]granted
}

// list is the moves of one plan that all kin have.
type list struct {
	number int // Among the finder's.
	moves  []*move
	cut    bool             // There may be more.
	of     []*actor         // Who has them.
	ends   [yes + 1][]*move // By how sure they are: those that bring everything.
}

// kinOf returns the kin of an identity in what a plan asks.
func (f *finder) kinOf(who *actor, p *plan) *kin {
	c := who.view.classOf(who)
	k := c.kin[p.number]
	if k == nil {
		k = f.kinBy(who, p)
		c.kin[p.number] = k
	}
	return k
}

func (f *finder) kinBy(who *actor, p *plan) *kin {
	v := who.view
	personal := v.text(who.Boundary).at(who) || p.Runs != "" && v.guarded[p.Runs]
	for _, c := range v.looking {
		personal = personal || v.text(c).at(who) && f.speaks(v, c, p)
	}
	k := &kin{boundary: who.Boundary, lists: map[*plan]*list{}, rewrites: map[entitlement.PolicyID]answer{}, commons: map[*aws.Account][]granted{}}
	name := []string{string(who.Kind), string(who.Boundary)} // Sessions and users differ in some keys.
	for _, id := range v.classOf(who).policies {
		if f.speaks(v, id, p) {
			personal = personal || v.text(id).at(who)
			k.policies, name = append(k.policies, id), append(name, string(id))
		}
	}
	if personal {
		name = append(name, string(who.ID))
	}
	key := strings.Join(name, "\n")
	if known := v.kin[key]; known != nil {
		return known
	}
	v.kin[key] = k
	return k
}

// speaks reports whether a policy has a statement about anything that a plan
// asks.
func (f *finder) speaks(v *view, id entitlement.PolicyID, p *plan) bool {
	set, ok := v.about[id]
	if !ok {
		set = f.aboutOf(v.document(id))
		v.about[id] = set
	}
	return !set.Intersect(p.asks).Empty()
}

// aboutOf returns the asked actions that a document speaks of.
func (f *finder) aboutOf(d *aws.Document) entitlement.ActionSet {
	set := entitlement.NewActionSet(maxAsked)
	for i := range d.Statements {
		s := &d.Statements[i]
		some := entitlement.NewActionSet(maxAsked)
		for _, pattern := range slices.Concat(s.Actions, s.NotActions) {
			some = some.Union(f.matching(pattern))
		}
		if s.NotActions != nil {
			some = f.everyAsked().Minus(some)
		}
		set = set.Union(some)
	}
	return set
}

// matching returns the asked actions that a pattern of actions selects.
func (f *finder) matching(pattern string) entitlement.ActionSet {
	pattern = strings.ToLower(pattern)
	set, ok := f.matched[pattern]
	if !ok {
		set = entitlement.NewActionSet(maxAsked)
		g := glob.Encode(pattern, false)
		for i, a := range f.asked {
			if glob.Match(g, strings.ToLower(string(a))) {
				set.Add(i)
			}
		}
		f.matched[pattern] = set
	}
	return set
}

func (f *finder) everyAsked() entitlement.ActionSet {
	set := entitlement.NewActionSet(maxAsked)
	for i := range f.asked {
		set.Add(i)
	}
	return set
}

// maxAsked is more than the actions that plans ask about.
const maxAsked = 128

// enlist numbers the actions that a plan asks about, those beside its own too.
func (f *finder) enlist(p *plan) {
	actions := slices.Clone(p.list)
	if p.Runs == entitlement.Function {
		actions = append(actions, "lambda:InvokeFunction")
	}
	if p.shape == onRole {
		actions = append(actions, "iam:UpdateAssumeRolePolicy", "sts:AssumeRole")
	}
	p.number, p.asks = len(f.plans), entitlement.NewActionSet(maxAsked)
	for _, a := range actions {
		i := slices.Index(f.asked, a)
		if i < 0 {
			i = len(f.asked)
			f.asked = append(f.asked, a)
		}
		p.asks.Add(i)
	}
	f.plans = append(f.plans, p)
}

// guard notes the kinds of workload of which a resource policy may tell
// principals apart.
func (v *view) guard() {
	for i := range v.inv.Resources {
		r := &v.inv.Resources[i]
		if len(r.Policy) == 0 {
			continue
		}
		kind, ok := kindOf(string(r.ID))
		if ok && (bytes.Contains(r.Policy, []byte(`"AWS"`)) || bytes.Contains(r.Policy, []byte(`\u`)) || looks(bytes.ToLower(r.Policy))) {
			v.guarded[kind] = true
		}
	}
}

func kindOf(arn string) (entitlement.Kind, bool) {
	parts := strings.SplitN(arn, ":", 4)
	if len(parts) == 4 {
		switch parts[2] {
		case "lambda":
			return entitlement.Function, true
		case "ec2":
			return entitlement.Instance, true
		}
	}
	return "", false
}
