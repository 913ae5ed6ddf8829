package assess

import (
	"cmp"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// bucketType is the type of S3 buckets among the resources of an inventory.
const bucketType = "s3:bucket"

// input gathers what the finding rules look at, keeps in the assessment what it
// says of outsiders, and returns the escalations.
func (a *Assessor) input(account *policy.Account, r *Assessment) (finding.Input, map[entitlement.IdentityID]entitlement.Ways) {
	inv, estate := account.Inventory(), policy.NewEstate(account)
	in := finding.Input{System: inv.System.ID, Organization: inv.Organization, Subjects: a.subjects(r)}
	for i := range inv.Resources {
		if b := &inv.Resources[i]; b.Type == bucketType {
			in.Buckets = append(in.Buckets, finding.Bucket{
				Resource: b, Owner: a.ownerOf(b.Tags, inv.System), Exposure: exposure.Bucket(estate, account, b),
			})
		}
	}
	for i := range inv.SecurityGroups {
		if g := &inv.SecurityGroups[i]; wasRead(g) {
			in.SecurityGroups = append(in.SecurityGroups, finding.SecurityGroup{SecurityGroup: g, Owner: a.ownerOf(g.Tags, inv.System)})
		}
	}
	a.tools(&in, r)
	survey := exposure.New(estate)
	ways := escalation.Find(estate, account)
	escalate(&in, ways)
	r.External = survey.External(account)
	enter(&in, account, survey, r.External)
	return in, ways
}

// wasRead tells the groups whose rules are known from those that only an
// instance names: every group that is read has a network.
func wasRead(g *entitlement.SecurityGroup) bool { return g.Network != "" || len(g.Inbound) > 0 }

func (a *Assessor) ownerOf(tags map[string]string, system entitlement.System) string {
	return cmp.Or(tags[a.settings.OwnerTag], system.Owner)
}

// tools gives each subject the secrets and security tools that its access
// covers.
func (a *Assessor) tools(in *finding.Input, r *Assessment) {
	for i := range in.Subjects {
		access := r.Identities[i].Access
		in.Subjects[i].Secrets = marked(a.reach.SecretStores(access))
		in.Subjects[i].SecurityTools = marked(a.reach.SecurityTools(access))
	}
}

// marked lists what was found, the conditional last and marked so.
func marked(f exposure.Found) []string {
	list := f.Sure
	for _, name := range f.Conditional {
		list = append(list, name+" (conditional)")
	}
	return list
}

// escalate gives each subject its ways to more permissions.
func escalate(in *finding.Input, ways map[entitlement.IdentityID]entitlement.Ways) {
	for i := range in.Subjects {
		s := &in.Subjects[i]
		w := ways[s.Identity.ID]
		s.Escalations = w.Gravest
		s.Ways = finding.Ways{Found: w.Found, Admin: w.Admin, Conditional: w.Conditional, More: w.More}
	}
}

// enter gives roles who comes in by them and where they lead, and instances
// the buckets that they reach.
func enter(in *finding.Input, account *policy.Account, survey *exposure.Survey, external []entitlement.ExternalAccess) {
	entered := map[entitlement.IdentityID][]entitlement.ExternalAccess{}
	for _, x := range external {
		entered[x.Role] = append(entered[x.Role], x)
	}
	reaches := survey.Reaches(account)
	touched := map[entitlement.IdentityID]touch{} // By role, which instances share.
	for i := range in.Subjects {
		s := &in.Subjects[i]
		s.Entered, s.Reaches = entered[s.Identity.ID], reaches[s.Identity.ID]
		if s.Identity.Kind != entitlement.Instance || s.Identity.RunsAs == "" || len(in.Buckets) == 0 {
			continue
		}
		t, known := touched[s.Identity.RunsAs]
		if !known {
			t.buckets, t.conditional = survey.Buckets(account, s.Identity.RunsAs)
			touched[s.Identity.RunsAs] = t
		}
		s.Buckets, s.BucketsConditional = t.buckets, t.conditional
	}
}

// touch is the buckets that a role reaches, and how many of them under
// conditions alone.
type touch struct {
	buckets     []entitlement.ResourceID
	conditional int
}
