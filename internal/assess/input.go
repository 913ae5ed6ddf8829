package assess

import (
	"cmp"
	"strings"

	"github.com/leastward/leastward/internal/entitlement"
	"github.com/leastward/leastward/internal/finding"
)

// input gathers what the finding rules look at; the rest comes of a survey.
func (a *Assessor) input(inv *entitlement.Inventory, r *Assessment) finding.Input {
	in := finding.Input{System: inv.System.ID, Organization: inv.Organization, Subjects: a.subjects(r)}
	for i := range inv.Resources {
		if b := &inv.Resources[i]; stores(b) {
			in.Buckets = append(in.Buckets, finding.Bucket{Resource: b, Owner: a.ownerOf(b.Tags, inv.System)})
		}
	}
	for i := range inv.SecurityGroups {
		if g := &inv.SecurityGroups[i]; wasRead(g, inv.System.Cloud) {
			in.SecurityGroups = append(in.SecurityGroups, finding.SecurityGroup{SecurityGroup: g, Owner: a.ownerOf(g.Tags, inv.System)})
		}
	}
	return in
}

// stores reports whether a resource is a bucket or a storage account. Azure
// writes the names of types in any case.
func stores(r *entitlement.Resource) bool {
	switch r.Type {
	case "s3:bucket", "storage.googleapis.com/Bucket":
		return true
	}
	return strings.EqualFold(r.Type, "Microsoft.Storage/storageAccounts")
}

// wasRead tells the groups whose rules are known from those that, on AWS, only
// an instance names: there every group that is read has a network.
func wasRead(g *entitlement.SecurityGroup, cloud entitlement.Cloud) bool {
	return g.Network != "" || len(g.Inbound) > 0 || cloud == entitlement.Azure || cloud == entitlement.GCP
}

func (a *Assessor) ownerOf(tags map[string]string, system entitlement.System) string {
	return cmp.Or(tags[a.settings.OwnerTag], system.Owner)
}
