package tenant

import (
	"slices"
	"strings"
)

// facts is what follows from holding a policy, read off its text. Together
// with the provisioner, whose instance and services are there in each account,
// what escalates does so whatever else the account holds.
type facts struct {
	everything bool
	escalates  bool // Passes roles, enters or changes instances, replaces code, or makes keys of others.
	tools      bool // Can switch off security services.
	secrets    bool // Reads secrets, certificates' keys or parameters.
	assumes    bool // sts:AssumeRole on every role.
}

// policyFacts returns the facts by the names of policies, of which those of
// teams begin with TEAM and those of inline policies have no slash. A policy
// that is not here does nothing of the kind.
func policyFacts() map[string]facts {
	all := facts{everything: true, tools: true, secrets: true, assumes: true}
	power := facts{escalates: true, tools: true, secrets: true, assumes: true}
	escalates, secrets := facts{escalates: true}, facts{secrets: true}
	return map[string]facts{
		"AdministratorAccess": all, "everything": all,
		"PowerUserAccess":              power, // Everything but identities; stops and changes instances.
		"legacy-all-but-identity":      power,
		"legacy-wildcards":             escalates, // Passes roles to instances and functions.
		"TEAM-deploy":                  escalates, // Replaces the code of functions.
		"ci-legacy":                    escalates, // Makes keys of all users.
		"AmazonEC2FullAccess":          escalates, // Changes what instances start with.
		"AWSGlueServiceRole":           escalates, // Opens development endpoints, if there are any.
		"TEAM-operations":              {escalates: true, secrets: true},
		"ReadOnlyAccess":               secrets,
		"SecretsManagerReadWrite":      secrets,
		"TEAM-data-access":             secrets,
		"parameters":                   secrets,
		"AmazonSSMManagedInstanceCore": secrets, // Reads all parameters.
		"CloudWatchAgentServerPolicy":  secrets,
	}
}

func (f *facts) add(o facts) {
	f.everything, f.escalates, f.tools = f.everything || o.everything, f.escalates || o.escalates, f.tools || o.tools
	f.secrets, f.assumes = f.secrets || o.secrets, f.assumes || o.assumes
}

// factsOf adds up the facts of what an identity holds: of its own policies, its
// groups' and those of the role that it runs as. No boundary takes away
// anything of the kind.
func (w *world) factsOf(x *identity) facts {
	var f facts
	table := policyFacts()
	take := func(managed []string, inline []inlinePolicy) {
		for _, arn := range managed {
			f.add(table[lastPart(arn)])
			f.add(table["TEAM-"+lastPart(arn)[strings.IndexByte(lastPart(arn), '-')+1:]])
		}
		for _, p := range inline {
			f.add(table[p.name])
		}
	}
	if x.runsAs != nil {
		take(x.runsAs.managed, x.runsAs.inline)
		return f
	}
	take(x.managed, x.inline)
	for _, g := range w.groups(x.acct) {
		for _, name := range x.groups {
			if name == g.name {
				take(g.managed, g.inline)
			}
		}
	}
	return f
}

// judgeReach enters what an identity can get at.
func (w *world) judgeReach(t *AccountTruth, x *identity) {
	if x.serviceManaged {
		return
	}
	f := w.factsOf(x)
	if f.escalates && !f.everything {
		add(t.Escalating.of(x.kind), x.arn)
	}
	if f.tools {
		add(t.SecurityToolAdmins.of(x.kind), x.arn)
	}
	if f.secrets {
		add(t.SecretReaders.of(x.kind), x.arn)
	}
	if x.kind != kindRole {
		return
	}
	if f.assumes && (!f.everything || !x.acct.production()) {
		t.ReachesAccounts = append(t.ReachesAccounts, x.arn)
	}
	outsider := map[string]string{"vendor": vendorAccount, "management": managementAccount, "development": developmentAccount}[x.trusted]
	if outsider == "" {
		return
	}
	t.TrustsAccount = append(t.TrustsAccount, x.arn)
	if !x.exempt() {
		t.ExternalAccounts = distinct(append(t.ExternalAccounts, outsider))
	}
}

func (x *identity) exempt() bool {
	return slices.Contains(x.tags, tag{"ck_exclude_from_reports", "true"})
}

// judgeThings enters the buckets and security groups of an account.
func (w *world) judgeThings(t *AccountTruth, a *account) {
	for _, b := range w.buckets(a) {
		t.Buckets.Total++
		if !b.closed {
			t.Buckets.Reachable++
		}
		for list, is := range map[*[]string]bool{
			&t.Buckets.Unencrypted: b.encryption == "", &t.Buckets.ManagedKeys: b.encryption == "AES256",
			&t.Buckets.Public: b.public, &t.Buckets.CrossAccount: b.shared, &t.ExemptResources: b.exempt,
		} {
			if is {
				*list = append(*list, b.arn())
			}
		}
	}
	for _, g := range w.firewalls(a) {
		if g.open {
			t.OpenSecurityGroups = append(t.OpenSecurityGroups, g.arn)
		}
		if g.exempt {
			t.ExemptResources = append(t.ExemptResources, g.arn)
		}
	}
}
