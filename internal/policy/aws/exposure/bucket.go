package exposure

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leastward/leastward/internal/catalog"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/policy/aws"
)

// Bucket tells who outside of account a has access to one of its buckets by
// the bucket's policy and access control list, after Block Public Access and
// resource control policies. The estate, which may be nil, gives accounts their
// names in the reasons.
//
// Anybody has access where a grant to everybody stands that is not narrowed to
// fixed values as S3 defines it; see the package comment. Accounts of a bucket
// of cross-account access are numbers; of a grant to a canonical user, whose
// number is not known, the canonical id.
func Bucket(e *aws.Estate, a *aws.Account, r *entitlement.Resource) entitlement.BucketExposure {
	v := newBucketView(e, a, r)
	v.readPolicy()
	v.readACL()
	return v.conclude()
}

// bucketView is what is being found out about one bucket.
type bucketView struct {
	estate   *aws.Estate
	account  *aws.Account
	resource *entitlement.Resource
	owner    string
	actions  entitlement.ActionSet // All of S3.
	denies   []offer
	outcome  outcome
	doubts   []string // What is not known.
}

// outcome gathers what the grants give.
type outcome struct {
	open, shut bool // Anybody gets in; anybody would, but for what stands before.
	accounts   map[string]bool
	because    []string
}

func newBucketView(e *aws.Estate, a *aws.Account, r *entitlement.Resource) *bucketView {
	return &bucketView{
		estate: e, account: a, resource: r, owner: string(a.System()),
		actions: catalog.AWS().Match("s3:*"), outcome: outcome{accounts: map[string]bool{}},
	}
}

func (v *bucketView) readPolicy() {
	if v.resource.PolicyUnknown {
		v.doubt("the bucket policy could not be read")
	}
	allows := v.offers()
	v.denies = append(v.denies, v.resourceControls()...)
	all := make([]audience, len(allows))
	public := false
	for i := range allows {
		all[i] = v.audience(&allows[i])
		public = public || all[i].everyone
	}
	restricted := v.bucket().RestrictPublicBuckets == entitlement.Yes
	for i := range all {
		v.add(&allows[i], &all[i], public && restricted, "Block Public Access (RestrictPublicBuckets)")
	}
}

// doubt notes something that is not known, which could give access to anybody.
func (v *bucketView) doubt(format string, args ...any) {
	v.doubts = append(v.doubts, fmt.Sprintf(format, args...))
}

// readACL reads the grants of the access control list as the statements that
// they stand for.
func (v *bucketView) readACL() {
	switch {
	case v.resource.Bucket == nil:
		v.doubt("the access control list and Block Public Access were not read")
	case v.resource.Bucket.ACLUnknown:
		v.doubt("the access control list could not be read")
	}
	for _, o := range v.aclOffers() {
		a := v.audience(&o)
		v.add(&o, &a, a.everyone && v.bucket().IgnorePublicACLs == entitlement.Yes, "Block Public Access (IgnorePublicAcls)")
	}
}

func (v *bucketView) bucket() entitlement.Bucket {
	if v.resource.Bucket == nil {
		return entitlement.Bucket{}
	}
	return *v.resource.Bucket
}

// add takes what one grant gives into the outcome. Where Block Public Access
// restricts a public policy, its grants to other accounts are void too.
func (v *bucketView) add(o *offer, a *audience, blocked bool, by string) {
	out := &v.outcome
	switch {
	case a.everyone && blocked:
		out.shut = true
		out.say("%s, but %s stands before", o.toEverybody(), by)
	case a.everyone:
		out.open = true
		out.say("%s", o.toEverybody())
	case len(a.keys) > 0:
		out.shut = true
		out.say("%s, but the condition on %s stands before", o.toEverybody(), strings.Join(a.keys, ", "))
	}
	for _, account := range slices.Sorted(maps.Keys(a.accounts)) {
		if blocked {
			out.say("%s to %s, but %s stands before, since the policy is public", o.what(), v.nameOf(account), by)
			continue
		}
		out.accounts[account] = true
		out.say("%s to %s", o.what(), v.nameOf(account))
	}
	for _, note := range a.notes {
		out.say("%s to %s", o.what(), note)
	}
}

func (o *outcome) say(format string, args ...any) {
	o.because = append(o.because, fmt.Sprintf(format, args...))
}

func (v *bucketView) nameOf(account string) string {
	if !isAccountNumber(account) {
		return "the principal " + account + " of an account that is not known"
	}
	name := "account " + account
	if v.estate == nil {
		return name
	}
	if known := v.estate.Account(entitlement.SystemID(account)); known != nil && known.Inventory().System.Name != "" {
		name += " (" + known.Inventory().System.Name + ")"
	}
	return name
}

func (v *bucketView) conclude() entitlement.BucketExposure {
	out := &v.outcome
	x := entitlement.BucketExposure{Accounts: slices.Sorted(maps.Keys(out.accounts)), Because: append(out.because, v.doubts...)}
	switch {
	case out.open:
		x.Access = entitlement.BucketIsPublic
	case len(v.doubts) > 0:
		x.Access = entitlement.BucketIsUnknown
	case out.shut:
		x.Access = entitlement.BucketIsRestricted
	case len(out.accounts) > 0:
		x.Access = entitlement.BucketIsCrossAccount
	default:
		x.Access = entitlement.BucketIsPrivate
	}
	if len(x.Because) == 0 {
		x.Because = []string{"no grant reaches beyond account " + v.owner}
	}
	return x
}
