package exposure

import (
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// Survey answers for all accounts of an estate and keeps what it has read. It
// is not safe for concurrent use.
type Survey struct {
	estate   *aws.Estate
	cat      *catalog.Catalog
	assume   int // Index of sts:AssumeRole.
	trusts   map[*aws.Account][]*trust
	trusting index
	byUnique map[string]entitlement.IdentityID
	read     map[*aws.Account]*reading
	kin      map[string]*kin
	decision aws.Decision
}

// index finds the roles whose trust policy speaks of somebody.
type index struct {
	byName    map[string][]*trust // By ARN, unique id, or as sessionsOf writes it.
	byAccount map[string][]*trust
	alike     map[string][]*trust // Those of byAccount that treat all of it alike.
	apart     map[string][]*trust // The others.
	open      []*trust            // To everybody, as far as the principal goes.
}

// New prepares a survey of an estate.
func New(e *aws.Estate) *Survey {
	cat := catalog.AWS()
	s := &Survey{
		estate: e, cat: cat, trusts: map[*aws.Account][]*trust{}, read: map[*aws.Account]*reading{},
		trusting: index{byName: map[string][]*trust{}, byAccount: map[string][]*trust{}, alike: map[string][]*trust{}, apart: map[string][]*trust{}},
		byUnique: map[string]entitlement.IdentityID{}, kin: map[string]*kin{},
	}
	s.assume, _ = cat.Index("sts:AssumeRole")
	for _, a := range e.Accounts() {
		if _, twice := s.trusts[a]; twice {
			continue
		}
		s.trusts[a] = trustsOf(a)
		for _, t := range s.trusts[a] {
			s.trusting.add(t)
		}
		for i := range a.Inventory().Identities {
			if id := &a.Inventory().Identities[i]; id.UniqueID != "" {
				s.byUnique[id.UniqueID] = id.ID
			}
		}
	}
	return s
}

func (x *index) add(t *trust) {
	open := false
	names, accounts := map[string]bool{}, map[string]bool{}
	for i := range t.rules {
		r := &t.rules[i]
		if r.deny || !r.ways[byAccount] {
			continue
		}
		open = open || r.who.everyone || r.who.negated
		for _, n := range r.who.names {
			names[n] = true
			if role := roleOfSession(n); role != "" {
				names[role] = true
			}
		}
		for _, a := range r.who.accounts {
			accounts[a] = true
		}
	}
	if open {
		x.open = append(x.open, t)
		return
	}
	for n := range names {
		x.byName[n] = append(x.byName[n], t)
	}
	for a := range accounts {
		x.byAccount[a] = append(x.byAccount[a], t)
		if t.alike() {
			x.alike[a] = append(x.alike[a], t)
		} else {
			x.apart[a] = append(x.apart[a], t)
		}
	}
}

// roleOfSession returns what stands for all sessions of a role, given the ARN
// of one; "" if it is none. The ARNs of sessions leave out the role's path.
func roleOfSession(arn string) string {
	rest, ok := strings.CutPrefix(partOf(arn, resourcePart), "assumed-role/")
	name, _, named := strings.Cut(rest, "/")
	if !ok || !named {
		return ""
	}
	return sessionsOf(accountOf(arn), name)
}

func sessionsOf(account, role string) string { return account + " " + role }

// enterable returns the roles whose trust policy speaks of an identity, each
// once: of all accounts but one, which may be nil.
func (s *Survey) enterable(id *entitlement.Identity, granted bool, but *aws.Account) []*trust {
	arn := string(id.ID)
	x := &s.trusting
	lists := [][]*trust{x.byName[arn], x.byName[sessionsOf(accountOf(arn), arn[strings.LastIndexByte(arn, '/')+1:])], x.open}
	if id.UniqueID != "" {
		lists = append(lists, x.byName[id.UniqueID])
	}
	if granted { // Who is trusted by account needs a policy of its own too.
		lists = append(lists, x.byAccount[accountOf(arn)])
	}
	var out []*trust
	seen := map[*trust]bool{}
	for _, t := range slices.Concat(lists...) {
		if t.account != but && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

// mayAssume reports whether an identity's own policies let it assume any role.
func (s *Survey) mayAssume(a *aws.Account, id entitlement.IdentityID) bool {
	access := a.Access(id)
	return access != nil && access.Reach(s.assume) != entitlement.ReachNone
}

// decide asks whether somebody may do something; conditionally, and by which
// keys. Whom the documents do not hold may, conditionally.
func (s *Survey) decide(who entitlement.IdentityID, action, resource string) (v aws.Verdict, keys []string) {
	r := aws.Request{Principal: string(who), Action: action, Resource: resource}
	if err := s.estate.Decide(&r, &s.decision); err != nil {
		return aws.Conditional, nil
	}
	return s.decision.Verdict, s.decision.Keys
}

// External returns who outside of account a may enter its roles, sorted by
// role and origin. See [Survey.External].
func External(e *aws.Estate, a *aws.Account) []entitlement.ExternalAccess { return New(e).External(a) }

// Reaches returns the other accounts that users and roles of account a can
// enter. See [Survey.Reaches].
func Reaches(e *aws.Estate, a *aws.Account) map[entitlement.IdentityID][]entitlement.SystemID {
	return New(e).Reaches(a)
}

// Buckets returns the known buckets of account a that an identity reads or
// writes. See [Survey.Buckets].
func Buckets(e *aws.Estate, a *aws.Account, id entitlement.IdentityID) (reachable []entitlement.ResourceID, conditional int) {
	return New(e).Buckets(a, id)
}
