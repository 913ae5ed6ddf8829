package tenant

import (
	"fmt"
	"io"
	"strings"
)

// writeReadme writes what a reader of the directory wants to know first.
func (w *world) writeReadme(out io.Writer, t Truth) error {
	var b strings.Builder
	fmt.Fprintf(&b, `# A sample organisation

Made up by Leastward's generator: %d identities (seed %d), %d events from %s until %s.
Names, account numbers and addresses are those set aside for documentation; the accounts do not exist.

| account | name | users | groups | roles | functions | instances | events |
|---|---|---|---|---|---|---|---|
`, t.Size, t.Seed, t.Events, t.From.Format("2006-01-02"), t.Until.Format("2006-01-02"))
	for _, a := range t.Accounts {
		c := a.Counts
		fmt.Fprintf(&b, "| %s | %s | %d | %d | %d | %d | %d | %d |\n", a.ID, a.Name, c.Users, c.Groups, c.Roles, c.Functions, c.Instances, a.Events)
	}
	tellOthers(&b, t)
	b.WriteString(`
| file | what |
|---|---|
| aws/ACCOUNT/authorization-details.json | aws iam get-account-authorization-details |
| aws/ACCOUNT/credential-report.csv | aws iam get-credential-report, decoded |
| aws/ACCOUNT/functions.json | aws lambda list-functions, all regions |
| aws/ACCOUNT/instances.json | aws ec2 describe-instances, all regions |
| aws/ACCOUNT/buckets.json | buckets with policies, encryption, access control lists and Block Public Access |
| aws/ACCOUNT/security-groups.json | aws ec2 describe-security-groups, all regions |
| aws/ACCOUNT/organization.json | the organisation's tree and service control policies |
| aws/cloudtrail/AWSLogs/ | what an organisation's trail delivers to its bucket |
| azure/entitlements/ | management groups, role assignments, the directory: the Azure CLI, ARM and Microsoft Graph |
| azure/entitlements/SUBSCRIPTION/ | resources |
| azure/logs/ | what diagnostic settings write to a storage account: Activity Log, Entra, storage, key vaults |
| gcp/entitlements/ | Cloud Asset Inventory, deny policies, boundaries, the directory |
| gcp/logs/ | what a sink writes to Cloud Storage: audit logs |
| truth.json | what is inactive, all-powerful, old, open or able to get more by construction |
| attack.json | the attack below, stage by stage |

## The attack

`)
	w.tell(&b)
	_, err := io.WriteString(out, b.String())
	return err
}

// tellOthers lists what there is in the other clouds.
func tellOthers(b *strings.Builder, t Truth) {
	for _, a := range t.Azure {
		b.WriteString("\n| subscription | name | users | groups | service principals | managed identities | functions | machines |\n|---|---|---|---|---|---|---|---|\n")
		for _, s := range a.Subscriptions {
			c := s.Counts
			fmt.Fprintf(b, "| %s | %s | %d | %d | %d | %d | %d | %d |\n", s.ID, s.Name, c.Users, c.Groups, c.ServicePrincipals, c.ManagedIdentities, c.Functions, c.Machines)
		}
	}
	for _, g := range t.GCP {
		b.WriteString("\n| project | name | users | groups | service accounts | functions | instances |\n|---|---|---|---|---|---|---|\n")
		for _, p := range g.Projects {
			c := p.Counts
			fmt.Fprintf(b, "| %s | %s | %d | %d | %d | %d | %d |\n", p.ID, p.Name, c.Users, c.Groups, c.ServiceAccounts, c.Functions, c.Instances)
		}
	}
}

// tell describes the attack.
func (w *world) tell(b *strings.Builder) {
	a := w.attack.truth
	fmt.Fprintf(b, `Everything that comes from %s belongs to it, %d events from %s until %s.
The key %s of %s, a pipeline's user that had been idle for months, has leaked.

`, a.Address, a.Events, stamp(a.From), stamp(a.To), a.LeakedKey, a.LeakedUser)
	for i, s := range a.Stages {
		fmt.Fprintf(b, "%d. %s, %s: %d events, %d of them refused (%s)\n", i+1, stamp(s.From), s.Name, s.Events, s.Refused, strings.Join(distinct(s.Calls), ", "))
	}
	fmt.Fprintf(b, `
It makes the key %s of %s, gives that user AdministratorAccess,
assumes %s, reads secrets, takes objects of the bucket %s and fails to stop the trail.
`, a.CreatedKey, a.SecondUser, a.AssumedRole, a.Bucket)
}

func distinct(list []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}
