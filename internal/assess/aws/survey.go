package aws

import (
	"github.com/leastward/leastward/internal/assess"
	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
	policy "github.com/leastward/leastward/internal/policy/aws"
	"github.com/leastward/leastward/internal/policy/aws/escalation"
	"github.com/leastward/leastward/internal/policy/aws/exposure"
)

// Survey looks for ways to more permissions, secrets and security tools within
// reach, outsiders, and what buckets are open to.
func (a *account) Survey(in *finding.Input) assess.Survey {
	estate := policy.NewEstate(a.Account)
	for i := range in.Buckets {
		in.Buckets[i].Exposure = exposure.Bucket(estate, a.Account, in.Buckets[i].Resource)
	}
	a.tools(in)
	survey := exposure.New(estate)
	said := assess.Survey{Ways: escalation.Find(estate, a.Account)}
	said.Escalate(in)
	said.External = survey.External(a.Account)
	a.enter(in, survey, said.External)
	return said
}

// tools gives each subject the secrets and security tools that its access
// covers.
func (a *account) tools(in *finding.Input) {
	for i := range in.Subjects {
		access := a.Access(in.Subjects[i].Identity.ID)
		in.Subjects[i].Secrets = marked(a.cloud.reach.SecretStores(access))
		in.Subjects[i].SecurityTools = marked(a.cloud.reach.SecurityTools(access))
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

// enter gives roles who comes in by them and where they lead, and instances
// the buckets that they reach.
func (a *account) enter(in *finding.Input, survey *exposure.Survey, external []entitlement.ExternalAccess) {
	entered := map[entitlement.IdentityID][]entitlement.ExternalAccess{}
	for _, x := range external {
		entered[x.Role] = append(entered[x.Role], x)
	}
	reaches := survey.Reaches(a.Account)
	touched := map[entitlement.IdentityID]touch{} // By role, which instances share.
	for i := range in.Subjects {
		s := &in.Subjects[i]
		s.Entered, s.Reaches = entered[s.Identity.ID], reaches[s.Identity.ID]
		if s.Identity.Kind != entitlement.Instance || s.Identity.RunsAs == "" || len(in.Buckets) == 0 {
			continue
		}
		t, known := touched[s.Identity.RunsAs]
		if !known {
			t.buckets, t.conditional = survey.Buckets(a.Account, s.Identity.RunsAs)
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
